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

/* Where the last change took back what nobody had confirmed, that is not to be made again unasked. */
int rollback_target(const struct store *store, const struct rollback_request *wanted, struct pool *pool,
		    const struct state **out, struct error *err)
{
	struct generation *generation;

	if (wanted->named && wanted->generation == 0) {
		*out = &nothing;
		return 0;
	}
	if (!wanted->named && store->state.generation == 0)
		return error_set(err, ERROR_USAGE, "nothing was ever changed, there is no way back");
	if (generation_keep(wanted->named ? wanted->generation : store->state.generation, pool, &generation,
			    err) < 0)
		return -1;
	if (wanted->named)
		*out = &generation->after;
	else
		*out = generation->before.pending.generation ? &store->state : &generation->before;
	return 0;
}
