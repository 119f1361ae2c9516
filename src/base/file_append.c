/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Appending whole lines: what a crash left of one is cut off before the next is written, and a line that does not fit is taken back.
 */
#include "config.h"

#include "fwport/files.h"
#include "fwport/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LONGEST_LINE = 4096 };

/* Where the last whole line ends. */
static int whole_lines(int fd, off_t size, off_t *end)
{
	char tail[LONGEST_LINE];
	off_t from = size > LONGEST_LINE ? size - LONGEST_LINE : 0;
	ssize_t got = pread(fd, tail, sizeof(tail), from);
	const char *newline;

	if (got < 0)
		return -1;
	newline = memrchr(tail, '\n', (size_t)got);
	*end = newline ? from + (newline - tail) + 1 : from;
	return 0;
}

static int make_ready(int fd, size_t longest, off_t *end)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return -1;
	*end = 0;
	if (status.st_size && (size_t)status.st_size <= longest && whole_lines(fd, status.st_size, end) < 0)
		return -1;
	return *end == status.st_size ? 0 : ftruncate(fd, *end);
}

static void take_back(int fd, off_t end)
{
	const int sys = errno;

	(void)!ftruncate(fd, end);
	errno = sys;
}

static int append(int fd, const void *line, size_t length, size_t longest)
{
	off_t end;
	ssize_t done;

	if (make_ready(fd, longest, &end) < 0)
		return -1;
	do
		done = pwrite(fd, line, length, end);
	while (done < 0 && errno == EINTR);
	if (done == (ssize_t)length && fsync(fd) == 0)
		return 0;
	if (done >= 0 && done != (ssize_t)length)
		errno = ENOSPC;
	take_back(fd, end);
	return -1;
}

int file_append(const char *path, const void *line, size_t length, size_t longest, unsigned mode,
		struct error *err)
{
	CLEANUP(descriptor_close) int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool made = fd < 0 && errno == ENOENT;

	if (made)
		fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0 || append(fd, line, length, longest) < 0)
		return error_system(err, errno, "cannot write %s", path);
	if (made)
		directory_sync(path);
	return 0;
}
