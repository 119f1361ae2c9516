/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the files of the state directory are, and whom to believe them.
 */
#include "state_file.h"

#include "fwport/files.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int state_path(const char *name, char path[PATH_MAX], struct error *err)
{
	if (snprintf(path, PATH_MAX, "%s/%s", directory_path(DIRECTORY_STATE), name) < PATH_MAX)
		return 0;
	return error_system(err, ENAMETOOLONG, "cannot use the state directory %s",
			    directory_path(DIRECTORY_STATE));
}

/* A sticky directory, like that of a fresh tmpfs: others can add files there, but not replace root's. */
static bool keeps_others_out(const struct stat *status)
{
	return S_ISDIR(status->st_mode) && status->st_mode & S_ISVTX;
}

/* What the record says is done to the firewall, with root's rights: nobody else may have written it. */
static int trust_check(const char *path, const struct stat *status, struct error *err)
{
	if (status->st_uid != 0 && status->st_uid != geteuid()) {
		error_set(err, ERROR_PERMISSION,
			  "%s belongs to uid %u: only what is root's is trusted as the record of openings",
			  path, (unsigned)status->st_uid);
		return error_hint(err, "see who wrote it, then: chown root %s", path);
	}
	if (status->st_mode & (S_IWGRP | S_IWOTH) && !keeps_others_out(status)) {
		error_set(
			err, ERROR_PERMISSION,
			"%s can be written by others (mode %o), and is not trusted as the record of openings",
			path, (unsigned)(status->st_mode & 07777));
		return error_hint(err, "see what is in it, then: chmod go-w %s", path);
	}
	return 0;
}

int state_trust(const char *file, struct error *err)
{
	const char *directory = directory_path(DIRECTORY_STATE);
	struct stat status;

	if (stat(directory, &status) < 0)
		return errno == ENOENT
			       ? 0
			       : error_system(err, errno, "cannot use the state directory %s", directory);
	if (!S_ISDIR(status.st_mode))
		return error_system(err, ENOTDIR, "cannot use the state directory %s", directory);
	if (trust_check(directory, &status, err) < 0)
		return -1;
	return stat(file, &status) < 0 ? 0 : trust_check(file, &status, err);
}
