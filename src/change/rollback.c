/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Only the record is taken from the past. What has to be done for it is planned on the ruleset as it is now, so that others' later
 * changes stay.
 */
#include "rollback.h"

#include "fwport/generation.h"

static const struct state nothing = {.next_id = 1};

static int generation_keep(uint32_t id, struct pool *pool, struct generation **out, struct error *err)
{
	*out = pool_alloc(pool, sizeof(**out));
	return *out ? generation_read(id, pool, *out, err) : error_memory(err);
}

int pending_before(const struct store *store, struct pool *pool, const struct state **out, bool *damaged,
		   struct error *err)
{
	struct state *saved = pool_copy(pool, &store->state, sizeof(*saved));
	struct generation *generation;

	*damaged = false;
	if (generation_keep(store->state.pending.generation, pool, &generation, err) == 0) {
		*out = &generation->before;
		return 0;
	}
	*damaged = true;
	*out = saved;
	return saved ? state_at_boot(saved, pool, err) : error_memory(err);
}

int pending_asked(const struct store *store, struct pool *pool, const struct state **out, struct error *err)
{
	struct generation *generation;

	*out = &store->state;
	if (!store->state.pending.generation)
		return 0;
	if (generation_keep(store->state.pending.generation, pool, &generation, err) == 0)
		*out = generation->confirmed ? &generation->after : *out;
	else if (err->kind != ERROR_FILE && err->kind != ERROR_USAGE)
		return -1;
	return 0;
}

/* The one before it was made of what it led to, if it is kept. */
static int hint_other(uint32_t id, struct error *err)
{
	if (err->kind != ERROR_FILE)
		return -1;
	return error_hint(
		err, "fwport history lists the others; fwport rollback %u goes to the one before it", id - 1);
}

/* Where the last change took back what nobody had confirmed, that is not to be made again unasked. */
int rollback_target(const struct store *store, struct rollback_request *wanted, struct pool *pool,
		    struct error *err)
{
	const uint32_t id = wanted->named ? wanted->generation : store->state.generation;
	struct generation *generation;

	if (wanted->named && id == 0) {
		wanted->target = &nothing;
		return 0;
	}
	if (id == 0)
		return error_set(err, ERROR_USAGE, "nothing was ever changed, there is no way back");
	if (!wanted->named && store->state.pending.generation)
		return pending_before(store, pool, &wanted->target, &wanted->damaged, err);
	if (generation_keep(id, pool, &generation, err) < 0)
		return hint_other(id, err);
	if (wanted->named)
		wanted->target = &generation->after;
	else
		wanted->target = generation->before.pending.generation ? &store->state : &generation->before;
	return 0;
}
