/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line, "812 3 1764123456 nft (process 9)", which is written at once and not synced: it lives as long as its writer. */
#include "fwport/watcher.h"

#include "fwport/files.h"
#include "fwport/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum {
	PATIENCE_MILLISECONDS = 1000, /* somebody may be asking whether there is one */
	LINE_LIMIT = 256
};

static bool path_of(char path[PATH_MAX])
{
	return snprintf(path, PATH_MAX, "%s/watch.lock", directory_path(DIRECTORY_RUN)) < PATH_MAX;
}

int watcher_begin(int *lock, struct error *err)
{
	char path[PATH_MAX];

	if (!path_of(path))
		return error_set(err, ERROR_SYSTEM, "the path of FWPORT_RUN_DIR is too long");
	if (directory_make(directory_path(DIRECTORY_RUN), 0755, err) < 0)
		return -1;
	if (lock_take(path, PATIENCE_MILLISECONDS, lock, err) == 0) {
		watcher_note(*lock, &(struct watcher){.pid = (int)getpid()});
		return 0;
	}
	if (err->kind != ERROR_BUSY)
		return -1;
	return error_set(err, ERROR_BUSY, "another fwport watch runs already");
}

void watcher_note(int lock, const struct watcher *watcher)
{
	CLEANUP(text_free) struct text line = {0};

	text_add(&line, "%d %u %" PRId64 " %s\n", watcher->pid, watcher->restored, watcher->last,
		 watcher->after);
	if (!line.failed && ftruncate(lock, 0) == 0)
		(void)!pwrite(lock, line.bytes, line.length, 0);
}

static void line_read(int fd, struct watcher *out)
{
	char line[LINE_LIMIT];
	const ssize_t length = pread(fd, line, sizeof(line) - 1, 0);

	if (length <= 0)
		return;
	line[length] = '\0';
	sscanf(line, "%d %u %" SCNd64 " %79[^\n]", &out->pid, &out->restored, &out->last, out->after);
}

/* Shared, so that those who ask are not in each other's way. */
struct watcher watcher_find(void)
{
	char path[PATH_MAX];
	CLEANUP(descriptor_close)
	int fd = path_of(path) ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	struct watcher watcher = {0};

	if (fd < 0 || flock(fd, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK)
		return watcher;
	watcher.runs = true;
	line_read(fd, &watcher);
	return watcher;
}
