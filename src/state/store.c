/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state file: JSON, one object with the list of our openings. It is read strictly, since what it says is done to
 * the kernel; a field that is not understood is an error and not dropped silently at the next save.
 */
#include "fwport/store.h"

#include "fwport/files.h"
#include "fwport/generation.h"
#include "rebuild.h"
#include "state_file.h"
#include "state_json.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

enum { STATE_SIZE_LIMIT = 64 << 20 };

/*
 * Rules do not survive a boot, and with them goes what was only said of them. Where no /proc is mounted, as in a system that does not
 * run, the boot is none of those before.
 */
static int boots_follow(struct state *state, struct pool *pool, struct error *err)
{
	char boot[BOOT_ID_SIZE] = "";

	if (boot_id_read(boot, err) < 0 && err->sys != ENOENT)
		return -1;
	if (*state->boot && strcmp(state->boot, boot) != 0 && state_at_boot(state, pool, err) < 0)
		return -1;
	memcpy(state->boot, boot, sizeof(boot));
	return 0;
}

int store_peek(struct state *state, struct pool *pool, struct error *err)
{
	CLEANUP(text_free) struct text bytes = {0};
	struct state empty = {.next_id = 1, .absent = true};
	char path[PATH_MAX];

	if (state_path("state.json", path, err) < 0 || state_trust(path, err) < 0)
		return -1;
	if (file_read(path, STATE_SIZE_LIMIT, &bytes, err) < 0) {
		if (err->sys != ENOENT)
			return error_in(err, "cannot read the record of openings");
		if (!record_rebuild(state, pool))
			*state = empty;
		return boots_follow(state, pool, err);
	}
	if (state_decode(text_string(&bytes), bytes.length, path, pool, state, err) == 0)
		return boots_follow(state, pool, err);
	if (err->kind != ERROR_FILE)
		return -1;
	return error_hint(
		err, "move %s away: the record is then that of the last generation, or read off our rules",
		path);
}

/* A crash may have left what was being written, and with the lock nobody writes now. */
static void sweep(const struct state *state)
{
	char path[PATH_MAX];
	struct error ignored;

	if (state_path("state.json.new", path, &ignored) == 0)
		(void)!unlink(path);
	if (state->pending.generation)
		generation_sweep(state->pending.generation);
}

int store_open(struct store *store, unsigned milliseconds, struct pool *pool, struct error *err)
{
	char path[PATH_MAX];

	if (directory_make(directory_path(DIRECTORY_STATE), 0700, err) < 0 ||
	    state_path("state.json", path, err) < 0 || state_trust(path, err) < 0 ||
	    state_path("lock", path, err) < 0 || lock_take(path, milliseconds, &store->lock, err) < 0)
		return -1;
	if (store_peek(&store->state, pool, err) < 0)
		return -1;
	sweep(&store->state);
	return 0;
}

static int save_as(struct store *store, const struct state *state, uint32_t generation, struct error *err)
{
	CLEANUP(text_free) struct text bytes = {0};
	struct state next = *state;
	char path[PATH_MAX];

	next.generation = generation;
	next.absent = false;
	if (state_path("state.json", path, err) < 0 || state_encode(&next, &bytes, err) < 0 ||
	    file_replace(path, bytes.bytes, bytes.length, 0600, err) < 0)
		return error_in(err, "cannot record the openings");
	store->state = next;
	return 0;
}

int store_save(struct store *store, const struct state *state, struct error *err)
{
	return save_as(store, state, store->state.generation + 1, err);
}

int store_amend(struct store *store, const struct state *state, struct error *err)
{
	return save_as(store, state, store->state.generation, err);
}

void store_close(struct store *store)
{
	descriptor_close(&store->lock);
}
