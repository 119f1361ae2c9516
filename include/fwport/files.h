/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files, the four directories fwport lives in, and those of others that it reads. Reading has a ceiling; writing is atomic: a temporary beside
 * the target, fsync, rename, fsync of the directory.
 */
#ifndef FWPORT_FILES_H
#define FWPORT_FILES_H

#include "fwport/error.h"
#include "fwport/text.h"

enum directory {
	DIRECTORY_CONFIG,  /* FWPORT_CONFIG_DIR, /etc/fwport */
	DIRECTORY_DATA,    /* FWPORT_DATA_DIR, $(datadir)/fwport */
	DIRECTORY_STATE,   /* FWPORT_STATE_DIR, /var/lib/fwport */
	DIRECTORY_RUN,     /* FWPORT_RUN_DIR, /run/fwport */
	DIRECTORY_LIBEXEC, /* FWPORT_LIBEXEC_DIR, $(libexecdir): programs of ours that this one starts */
	/* Of others, where they say what services are. */
	DIRECTORY_UFW,            /* FWPORT_UFW_DIR, /etc/ufw/applications.d */
	DIRECTORY_FIREWALLD,      /* FWPORT_FIREWALLD_DIR, /etc/firewalld/services */
	DIRECTORY_FIREWALLD_DATA, /* FWPORT_FIREWALLD_DATA_DIR, /usr/lib/firewalld/services */
};

/* The environment's value or the built-in one; never NULL; lives as long as the environment. */
const char *directory_path(enum directory which);
/* Makes the directory with this mode, and its missing parents with 0755, less the umask; no error when it is there. */
int directory_make(const char *path, unsigned mode, struct error *err);

/*
 * Reads a whole regular file of at most `limit` bytes, appended to *out. ERROR_FILE when it is missing,
 * unreadable, not a regular file, a symlink loop, a symlink that somebody else may have put there, or larger: the
 * sentence names path, problem and limit; err->sys is ENOENT exactly when nothing is at that path.
 */
int file_read(const char *path, size_t limit, struct text *out, struct error *err);
/* Makes what was renamed, made or removed at this path durable, as far as the file system can. */
void directory_sync(const char *path);
/* For what may be lost: neither atomic nor durable; gone when it did not fit. */
int file_write(const char *path, const void *bytes, size_t length, unsigned mode, struct error *err);
/* Atomic and durable. */
int file_replace(const char *path, const void *bytes, size_t length, unsigned mode, struct error *err);

/*
 * Appends a line of at most 4 KiB and syncs; all of it or nothing. A file longer than `longest` bytes is emptied first. What stands
 * behind its last newline goes.
 */
int file_append(const char *path, const void *line, size_t length, size_t longest, unsigned mode,
		struct error *err);

/*
 * An exclusive flock on a file that is made when missing. Waits until the deadline (milliseconds from now; 0: do not
 * wait), then ERROR_BUSY naming the path. Returns the descriptor; close it to unlock.
 */
int lock_take(const char *path, unsigned milliseconds, int *fd, struct error *err);
void descriptor_close(int *fd); /* for CLEANUP; -1 is empty, and is left behind */

#endif
