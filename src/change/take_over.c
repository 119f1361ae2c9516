/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A second plan in the same change. What it comes to is proved with the rest.
 */
#include "take_over.h"

#include <string.h>

enum { ATTEMPTS = 5 };

static bool is_of_ours(const struct openings *openings, const struct opening *opening)
{
	const struct opening *recorded = openings_get(openings, opening->id);

	return recorded && recorded->via == VIA_GUEST;
}

/* One of the neighbour's, or else what it is to let through, is in these openings by rules of ours. */
static bool any_of_ours(const struct change *change, bool back, const struct openings *openings)
{
	const struct errands *errands = &change->plan.errands;

	for (size_t i = 0; i < errands->count; i++)
		if (errands->list[i].back == back && is_of_ours(openings, errands->list[i].opening))
			return true;
	return false;
}

static bool is_needed(const struct change *change)
{
	return any_of_ours(change, true, &change->record.next.openings) || hands_over(change);
}

static int steps_join(struct change *change, const struct plan *more, struct error *err)
{
	struct steps *steps = &change->plan.steps;
	struct step *list = pool_alloc(change->pool, (steps->count + more->steps.count + 1) * sizeof(*list));

	if (!list)
		return error_memory(err);
	if (steps->count)
		memcpy(list, steps->list, steps->count * sizeof(*list));
	if (more->steps.count)
		memcpy(list + steps->count, more->steps.list, more->steps.count * sizeof(*list));
	steps->list = list;
	steps->count += more->steps.count;
	change->report->steps = *steps;
	change->plan.after = more->after;
	change->plan.results = more->results;
	change->plan.result_count = more->result_count;
	return 0;
}

static int try_once(struct change *change, enum commit_result *result, struct error *err)
{
	struct ruleset *now;
	struct plan more;
	int done = 0;

	*result = COMMIT_DONE;
	if (change->backend->read(NULL, NULL, change->pool, &now, err) < 0 ||
	    plan_make(now, &change->host, &change->wishes, change->record.asked, change->record.asked_count,
		      change->pool, &more, err) < 0)
		return -1;
	if (more.steps.count)
		done = change->backend->commit(now, &more.steps, NULL, change->pool, result, err);
	if (*result == COMMIT_STALE)
		return 0;
	return steps_join(change, &more, err) < 0 ? -1 : done;
}

bool hands_over(const struct change *change)
{
	return any_of_ours(change, false, &change->store->state.openings);
}

int take_over(struct change *change, struct error *err)
{
	enum commit_result result = COMMIT_STALE;

	if (!is_needed(change))
		return 0;
	for (unsigned n = 0; n < ATTEMPTS && result == COMMIT_STALE; n++)
		if (try_once(change, &result, err) < 0)
			return -1;
	return result == COMMIT_DONE ? 0 : error_set(err, ERROR_BUSY, "the ruleset kept changing");
}
