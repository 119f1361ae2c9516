/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client hands its terminal to the multiplexer that it attaches to, or tells its name, and the multiplexer keeps it open as long
 * as the client stays: so the open files of the one and the terminals of the others show who is attached, whoever started it.
 */
#include "terminals.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

enum { PTY_MAJOR_FIRST = 136, PTY_MAJOR_LAST = 143 }; /* UNIX98_PTY_SLAVE_MAJOR, UNIX98_PTY_MAJOR_COUNT */

static void directory_drop(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

static bool is_terminal(const struct stat *file)
{
	return S_ISCHR(file->st_mode) && major(file->st_rdev) >= PTY_MAJOR_FIRST &&
	       major(file->st_rdev) <= PTY_MAJOR_LAST;
}

static bool is_among(const struct terminals *terminals, dev_t terminal)
{
	for (size_t i = 0; i < terminals->count; i++)
		if (terminals->list[i] == terminal)
			return true;
	return false;
}

int terminals_shown_by(pid_t pid, struct pool *pool, struct terminals *out, struct error *err)
{
	CLEANUP(directory_drop) DIR *directory = NULL;
	const struct dirent *entry;
	struct stat file;
	dev_t own;

	*out = (struct terminals){0};
	if (process_terminal(pid, &own) && !own)
		directory = process_files(pid);
	while (directory && (entry = readdir(directory))) {
		if (fstatat(dirfd(directory), entry->d_name, &file, 0) < 0 || !is_terminal(&file) ||
		    is_among(out, file.st_rdev))
			continue;
		out->list = pool_grow(pool, out->list, out->count, sizeof(*out->list));
		if (!out->list)
			return error_memory(err);
		out->list[out->count++] = file.st_rdev;
	}
	return 0;
}

int terminals_users(const struct terminals *terminals, struct pool *pool, pid_t **out, size_t *count,
		    struct error *err)
{
	CLEANUP(directory_drop) DIR *processes = terminals->count ? opendir("/proc") : NULL;
	const struct dirent *entry;
	dev_t own;

	*out = NULL;
	*count = 0;
	while (processes && (entry = readdir(processes))) {
		pid_t pid =
			isdigit((unsigned char)entry->d_name[0]) ? (pid_t)strtol(entry->d_name, NULL, 10) : 0;

		if (!pid || !process_terminal(pid, &own) || !own || !is_among(terminals, own))
			continue;
		*out = pool_grow(pool, *out, *count, sizeof(**out));
		if (!*out)
			return error_memory(err);
		(*out)[(*count)++] = pid;
	}
	return 0;
}
