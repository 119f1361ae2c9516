/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state file: JSON, one object with the list of our openings. It is read strictly, since what it says is done to
 * the kernel; a field that is not understood is an error and not dropped silently at the next save.
 */
#include "fwport/store.h"

#include "fwport/files.h"
#include "state_json.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATE_SIZE_LIMIT = 64 << 20 };

static int state_path(const char *name, char path[PATH_MAX], struct error *err)
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

/* The directory, and in it the file, when they are there. */
static int places_check(const char *file, struct error *err)
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

static int as_at_boot(struct state *state, struct pool *pool, struct error *err)
{
	struct openings saved = {.list = pool_alloc(pool, (state->openings.count + state->dormant.count) *
								  sizeof(struct opening))};

	if (!saved.list)
		return error_memory(err);
	for (size_t i = 0; i < state->openings.count; i++)
		if (!state->openings.list[i].runtime)
			saved.list[saved.count++] = state->openings.list[i];
	for (size_t i = 0; i < state->dormant.count; i++)
		saved.list[saved.count++] = state->dormant.list[i];
	state->openings = saved;
	state->dormant = (struct openings){0};
	state->policy = state->boot_policy;
	state->pending = (struct pending){0};
	return 0;
}

/* Rules do not survive a boot, and with them goes what was only said of them. */
static int boots_follow(struct state *state, struct pool *pool, struct error *err)
{
	char boot[BOOT_ID_SIZE];

	if (boot_id_read(boot, err) < 0)
		return -1;
	if (*state->boot && strcmp(state->boot, boot) != 0 && as_at_boot(state, pool, err) < 0)
		return -1;
	memcpy(state->boot, boot, sizeof(boot));
	return 0;
}

int store_peek(struct state *state, struct pool *pool, struct error *err)
{
	CLEANUP(text_free) struct text bytes = {0};
	struct state empty = {.next_id = 1};
	char path[PATH_MAX];

	if (state_path("state.json", path, err) < 0 || places_check(path, err) < 0)
		return -1;
	if (file_read(path, STATE_SIZE_LIMIT, &bytes, err) < 0) {
		if (err->sys != ENOENT)
			return error_in(err, "cannot read the record of openings");
		*state = empty;
		return boots_follow(state, pool, err);
	}
	if (state_decode(text_string(&bytes), bytes.length, path, pool, state, err) == 0)
		return boots_follow(state, pool, err);
	return error_hint(err,
			  "move %s away to start a new record; what is open stays open until the next change",
			  path);
}

int store_open(struct store *store, unsigned milliseconds, struct pool *pool, struct error *err)
{
	char path[PATH_MAX];

	if (directory_make(directory_path(DIRECTORY_STATE), 0700, err) < 0 ||
	    state_path("state.json", path, err) < 0 || places_check(path, err) < 0 ||
	    state_path("lock", path, err) < 0 || lock_take(path, milliseconds, &store->lock, err) < 0)
		return -1;
	return store_peek(&store->state, pool, err);
}

int store_save(struct store *store, const struct state *state, struct error *err)
{
	CLEANUP(text_free) struct text bytes = {0};
	struct state next = *state;
	char path[PATH_MAX];

	next.generation = store->state.generation + 1;
	if (state_path("state.json", path, err) < 0 || state_encode(&next, &bytes, err) < 0 ||
	    file_replace(path, bytes.bytes, bytes.length, 0600, err) < 0)
		return error_in(err, "cannot record the openings");
	store->state = next;
	return 0;
}

void store_close(struct store *store)
{
	descriptor_close(&store->lock);
}
