/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two records held against each other. An opening is known by its id.
 */
#include "fwport/state.h"

#include <stdlib.h>
#include <string.h>

static int id_order(const void *a, const void *b)
{
	const uint32_t x = (*(const struct opening *const *)a)->id,
		       y = (*(const struct opening *const *)b)->id;

	return x < y ? -1 : x > y;
}

static const struct opening **by_id(const struct openings *openings, struct pool *pool)
{
	const struct opening **sorted = pool_alloc(pool, (openings->count + 1) * sizeof(*sorted));

	for (size_t i = 0; sorted && i < openings->count; i++)
		sorted[i] = &openings->list[i];
	if (sorted)
		qsort(sorted, openings->count, sizeof(*sorted), id_order);
	return sorted;
}

static const struct opening *find(const struct opening *const *sorted, size_t count,
				  const struct opening *wanted)
{
	const struct opening *const *found = bsearch(&wanted, sorted, count, sizeof(*sorted), id_order);

	return found ? *found : NULL;
}

static bool is_altered(const struct opening *a, const struct opening *b)
{
	return a->runtime != b->runtime || a->expires != b->expires || a->override != b->override ||
	       strcmp(a->profile ? a->profile : "", b->profile ? b->profile : "") != 0;
}

int generation_changes(const struct generation *generation, struct pool *pool, struct opening_change **out,
		       size_t *count, struct error *err)
{
	const struct openings *before = &generation->before.openings, *after = &generation->after.openings;
	const struct opening **then = by_id(before, pool), **now = by_id(after, pool);
	struct opening_change *list = pool_alloc(pool, (before->count + after->count + 1) * sizeof(*list));

	if (!then || !now || !list)
		return error_memory(err);
	*count = 0;
	for (size_t i = 0; i < before->count; i++)
		if (!find(now, after->count, &before->list[i]))
			list[(*count)++] = (struct opening_change){RECORD_CLOSED, &before->list[i]};
	for (size_t i = 0; i < after->count; i++) {
		const struct opening *was = find(then, before->count, &after->list[i]);

		if (!was || is_altered(was, &after->list[i]))
			list[(*count)++] = (struct opening_change){was ? RECORD_ALTERED : RECORD_OPENED,
								   &after->list[i]};
	}
	*out = list;
	return 0;
}
