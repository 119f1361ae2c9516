/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes out of a record what has ended. Rules and elements of it let nobody pass any more, so that nothing else depends on it.
 */
#include "record.h"

static int list_expire(const struct openings *from, int64_t clock, struct pool *pool, struct openings *out,
		       struct error *err)
{
	*out = (struct openings){.list = pool_alloc(pool, (from->count + 1) * sizeof(*out->list))};
	if (!out->list)
		return error_memory(err);
	for (size_t i = 0; i < from->count; i++)
		if (!opening_has_expired(&from->list[i], clock))
			out->list[out->count++] = from->list[i];
	return 0;
}

int state_expire(const struct state *from, int64_t clock, struct pool *pool, struct state *out,
		 size_t *expired, struct error *err)
{
	*out = *from;
	if (list_expire(&from->openings, clock, pool, &out->openings, err) < 0 ||
	    list_expire(&from->dormant, clock, pool, &out->dormant, err) < 0)
		return -1;
	*expired = from->openings.count - out->openings.count + from->dormant.count - out->dormant.count;
	return 0;
}
