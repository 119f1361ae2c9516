/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two records held against each other, the one before a change and the one after. An opening is known by its id.
 */
#include "fwport/state.h"

#include <string.h>

static bool is_altered(const struct opening *a, const struct opening *b)
{
	return a->runtime != b->runtime || a->expires != b->expires || a->override != b->override ||
	       a->via != b->via || strcmp(a->profile ? a->profile : "", b->profile ? b->profile : "") != 0;
}

int generation_changes(const struct generation *generation, struct pool *pool, struct opening_change **out,
		       size_t *count, struct error *err)
{
	const struct openings *before = &generation->before.openings, *after = &generation->after.openings;
	const struct opening **then = openings_by_id(before, pool), **now = openings_by_id(after, pool);
	struct opening_change *list = pool_alloc(pool, (before->count + after->count + 1) * sizeof(*list));

	if (!then || !now || !list)
		return error_memory(err);
	*count = 0;
	for (size_t i = 0; i < before->count; i++)
		if (!opening_with_id(now, after->count, before->list[i].id))
			list[(*count)++] = (struct opening_change){RECORD_CLOSED, &before->list[i]};
	for (size_t i = 0; i < after->count; i++) {
		const struct opening *was = opening_with_id(then, before->count, after->list[i].id);

		if (!was || is_altered(was, &after->list[i]))
			list[(*count)++] = (struct opening_change){was ? RECORD_ALTERED : RECORD_OPENED,
								   &after->list[i]};
	}
	*out = list;
	return 0;
}

/* What a boot would bring back. */
static int saved_list(const struct state *state, struct pool *pool, struct openings *out, struct error *err)
{
	size_t most = state->openings.count + state->dormant.count;

	*out = (struct openings){.list = pool_alloc(pool, (most + 1) * sizeof(struct opening))};
	if (!out->list)
		return error_memory(err);
	for (size_t i = 0; i < state->openings.count; i++)
		if (!state->openings.list[i].runtime)
			out->list[out->count++] = state->openings.list[i];
	for (size_t i = 0; i < state->dormant.count; i++)
		out->list[out->count++] = state->dormant.list[i];
	return 0;
}

int state_at_boot(struct state *state, struct pool *pool, struct error *err)
{
	struct openings saved;

	if (saved_list(state, pool, &saved, err) < 0)
		return -1;
	state->openings = saved;
	state->dormant = (struct openings){0};
	state->policy = state->boot_policy;
	if (state->pending.generation)
		state->backend = state->pending.backend;
	state->pending = (struct pending){0};
	return 0;
}

/* Those that were saved as they are stay saved, the others are for this boot; false for each that a boot must bring instead. */
static void split_saved(const struct openings *after, const struct openings *saved,
			const struct opening *const *saved_by_id, struct openings *now, bool *stays)
{
	for (size_t i = 0; i < after->count; i++) {
		const struct opening *opening = &after->list[i],
				     *was = opening_with_id(saved_by_id, saved->count, opening->id);

		now->list[i] = *opening;
		if (was && !is_altered(was, opening))
			stays[was - saved->list] = true;
		else
			now->list[i].runtime = true;
	}
	now->count = after->count;
}

int state_unconfirmed(const struct state *before, const struct state *after, int64_t deadline,
		      struct pool *pool, struct state *out, struct error *err)
{
	struct openings now = {
		.list = pool_alloc(pool, (after->openings.count + 1) * sizeof(struct opening))};
	struct openings saved, dormant = {0};
	const struct opening **saved_by_id;
	bool *stays;

	if (saved_list(before, pool, &saved, err) < 0)
		return -1;
	saved_by_id = openings_by_id(&saved, pool);
	stays = pool_alloc(pool, saved.count + 1);
	dormant.list = pool_alloc(pool, (saved.count + 1) * sizeof(struct opening));
	if (!now.list || !saved_by_id || !stays || !dormant.list)
		return error_memory(err);
	split_saved(&after->openings, &saved, saved_by_id, &now, stays);
	for (size_t i = 0; i < saved.count; i++)
		if (!stays[i])
			dormant.list[dormant.count++] = saved.list[i];
	*out = *after;
	out->openings = now;
	out->dormant = dormant;
	out->boot_policy = before->boot_policy;
	out->pending = (struct pending){after->generation, deadline, before->backend};
	return 0;
}

bool state_is_empty(const struct state *state)
{
	return !state->openings.count && !state->dormant.count && !policy_drops(state->policy) &&
	       !policy_drops(state->boot_policy);
}
