/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading whole files under a ceiling, replacing them atomically, locking, and where fwport's directories are.
 */
#include "config.h"

#include "fwport/files.h"
#include "fwport/patience.h"

#include "fwport/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	const char *variable, *built_in;
} directories[] = {
	[DIRECTORY_CONFIG] = {"FWPORT_CONFIG_DIR", BUILTIN_CONFIG_DIR},
	[DIRECTORY_DATA] = {"FWPORT_DATA_DIR", BUILTIN_DATA_DIR},
	[DIRECTORY_STATE] = {"FWPORT_STATE_DIR", BUILTIN_STATE_DIR},
	[DIRECTORY_RUN] = {"FWPORT_RUN_DIR", BUILTIN_RUN_DIR},
	[DIRECTORY_LIBEXEC] = {"FWPORT_LIBEXEC_DIR", BUILTIN_LIBEXEC_DIR},
	[DIRECTORY_UFW] = {"FWPORT_UFW_DIR", "/etc/ufw/applications.d"},
	[DIRECTORY_FIREWALLD] = {"FWPORT_FIREWALLD_DIR", "/etc/firewalld/services"},
	[DIRECTORY_FIREWALLD_DATA] = {"FWPORT_FIREWALLD_DATA_DIR", "/usr/lib/firewalld/services"},
};

const char *directory_path(enum directory which)
{
	const char *path = getenv(directories[which].variable);

	return path && *path ? path : directories[which].built_in;
}

void descriptor_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int directory_make(const char *path, unsigned mode, struct error *err)
{
	char part[PATH_MAX];
	size_t length = strlen(path);

	if (length >= sizeof(part))
		return error_system(err, ENAMETOOLONG, "cannot make directory %s", path);
	memcpy(part, path, length + 1);
	for (size_t i = 1; i <= length; i++) {
		if (part[i] != '/' && part[i] != '\0')
			continue;
		part[i] = '\0';
		if (mkdir(part, i == length ? mode : 0755) < 0 && errno != EEXIST)
			return error_system(err, errno, "cannot make directory %s", part);
		part[i] = path[i];
	}
	return 0;
}

static int file_error(struct error *err, int sys, const char *path)
{
	error_set(err, ERROR_FILE, "%s: %s", path, strerror(sys));
	err->sys = sys;
	return -1;
}

static void split(const char *path, char directory[PATH_MAX], const char **name)
{
	const char *slash = strrchr(path, '/');

	snprintf(directory, PATH_MAX, "%.*s", slash ? (int)(slash - path + 1) : 1, slash ? path : ".");
	*name = !slash ? path : slash[1] ? slash + 1 : ".";
}

static bool is_trusted(uid_t owner)
{
	return owner == 0 || owner == geteuid();
}

/*
 * Where others can write they can put links to what we may read and they may not, or must not choose. In a sticky directory
 * nobody can replace a link that is root's, or ours. So the kernel has it with fs.protected_symlinks, which may be off.
 */
static int link_check(int directory, const char *name, const char *path, struct error *err)
{
	struct stat place, link;

	if (fstat(directory, &place) < 0 || fstatat(directory, name, &link, AT_SYMLINK_NOFOLLOW) < 0)
		return file_error(err, errno, path);
	if (!S_ISLNK(link.st_mode) || !(place.st_mode & (S_IWGRP | S_IWOTH)) ||
	    (place.st_mode & S_ISVTX && is_trusted(link.st_uid)))
		return 0;
	return error_set(err, ERROR_FILE,
			 "%s: a symbolic link in a directory that others can write is not followed", path);
}

/* O_NONBLOCK, so that a FIFO put in the way does not hang us. */
enum { READ_FLAGS = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY };

/* The directory is held, so that what is looked at is what is opened. */
static int open_link(const char *path, int *fd, struct error *err)
{
	CLEANUP(descriptor_close) int directory = -1;
	char place[PATH_MAX];
	const char *name;

	split(path, place, &name);
	directory = open(place, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return file_error(err, errno, path);
	if (link_check(directory, name, path, err) < 0)
		return -1;
	*fd = openat(directory, name, READ_FLAGS);
	return *fd < 0 ? file_error(err, errno, path) : 0;
}

/* Mostly it is no link. */
static int open_followed(const char *path, int *fd, struct error *err)
{
	*fd = open(path, READ_FLAGS | O_NOFOLLOW);
	if (*fd >= 0)
		return 0;
	return errno == ELOOP ? open_link(path, fd, err) : file_error(err, errno, path);
}

static int open_regular(const char *path, size_t limit, int *fd, struct error *err)
{
	struct stat status;

	if (open_followed(path, fd, err) < 0)
		return -1;
	if (fstat(*fd, &status) < 0)
		return file_error(err, errno, path);
	if (S_ISDIR(status.st_mode))
		return file_error(err, EISDIR, path);
	if (!S_ISREG(status.st_mode))
		return error_set(err, ERROR_FILE, "%s: not a regular file", path);
	if ((uintmax_t)status.st_size > limit)
		return error_set(err, ERROR_FILE, "%s: %jd bytes are too many, at most %zu are read", path,
				 (intmax_t)status.st_size, limit);
	return 0;
}

int file_read(const char *path, size_t limit, struct text *out, struct error *err)
{
	CLEANUP(descriptor_close) int fd = -1;
	char buffer[16384];
	size_t total = 0;
	ssize_t got;

	if (open_regular(path, limit, &fd, err) < 0)
		return -1;
	while ((got = read(fd, buffer, sizeof(buffer))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return file_error(err, errno, path);
		total += (size_t)got;
		if (total > limit)
			return error_set(err, ERROR_FILE, "%s: more than %zu bytes, at most so many are read",
					 path, limit);
		text_add_bytes(out, buffer, (size_t)got);
	}
	return out->failed ? error_memory(err) : 0;
}

static int write_all(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t done = write(fd, bytes, length);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -1;
		bytes += done;
		length -= (size_t)done;
	}
	return 0;
}

/* A new file of ours: what stands in its place, from a crash or put there by somebody, keeps its owner and its readers. */
static int write_new(const char *path, const void *bytes, size_t length, unsigned mode, bool durable,
		     struct error *err)
{
	CLEANUP(descriptor_close) int fd = -1;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return error_system(err, errno, "cannot write %s", path);
	if (fchmod(fd, mode) < 0 || write_all(fd, bytes, length) < 0 || (durable && fsync(fd) < 0))
		return error_system(err, errno, "cannot write %s", path);
	return 0;
}

int file_write(const char *path, const void *bytes, size_t length, unsigned mode, struct error *err)
{
	if (write_new(path, bytes, length, mode, false, err) == 0)
		return 0;
	unlink(path);
	return -1;
}

/* When it fails the file stands all the same: after a crash either the old or the new one is there, whole. */
void directory_sync(const char *path)
{
	char directory[PATH_MAX];
	const char *name;
	CLEANUP(descriptor_close) int fd = -1;

	split(path, directory, &name);
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		(void)!fsync(fd);
}

int file_replace(const char *path, const void *bytes, size_t length, unsigned mode, struct error *err)
{
	char temporary[PATH_MAX];

	if (snprintf(temporary, sizeof(temporary), "%s.new", path) >= (int)sizeof(temporary))
		return error_system(err, ENAMETOOLONG, "cannot write %s", path);
	if (write_new(temporary, bytes, length, mode, true, err) < 0) {
		unlink(temporary);
		return -1;
	}
	if (rename(temporary, path) < 0) {
		error_system(err, errno, "cannot replace %s", path);
		unlink(temporary);
		return -1;
	}
	directory_sync(path);
	return 0;
}

/* On a file system that has become read-only a lock is one all the same. */
static int lock_open(const char *path)
{
	enum { FLAGS = O_CLOEXEC | O_NOFOLLOW };
	int fd = open(path, FLAGS | O_RDWR | O_CREAT, 0600);

	return fd < 0 && errno == EROFS ? open(path, FLAGS | O_RDONLY) : fd;
}

/* flock has no timeout; a short poll keeps the wait bounded without signals. */
int lock_take(const char *path, unsigned milliseconds, int *fd, struct error *err)
{
	struct patience patience = patience_of(milliseconds);

	*fd = lock_open(path);
	if (*fd < 0)
		return error_system(err, errno, "cannot open lock %s", path);
	while (flock(*fd, LOCK_EX | LOCK_NB) < 0) {
		int sys = errno;

		if ((sys == EWOULDBLOCK || sys == EINTR) && patience_lasts(&patience))
			continue;
		descriptor_close(fd);
		if (sys != EWOULDBLOCK)
			return error_system(err, sys, "cannot lock %s", path);
		return error_set(err, ERROR_BUSY, "another fwport holds %s", path);
	}
	return 0;
}
