/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One timer for the first end is enough: whoever collects that arms the one for the next. A timer that is too many finds nothing to do.
 */
#include "collect.h"

#include "timer_unit.h"

static int64_t first_of(const struct openings *openings, int64_t first)
{
	for (size_t i = 0; i < openings->count; i++) {
		const int64_t expires = openings->list[i].expires;

		if (expires && (!first || expires < first))
			first = expires;
	}
	return first;
}

/* 0: nothing ends. */
static int64_t first_end(const struct state *state)
{
	return first_of(&state->dormant, first_of(&state->openings, 0));
}

bool collect_arm(const struct state *before, const struct state *record, int64_t now)
{
	const int64_t end = first_end(record);

	if (!end)
		return false;
	if (before && first_end(before) == end)
		return timer_unit_may_collect();
	return timer_unit_collect(1 + (end > now ? end : now));
}
