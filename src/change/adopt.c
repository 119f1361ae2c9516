/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Neighbours save what stands in their tables, guests of ours too, and bring them back when the opening is long closed. And a state
 * directory may be lost while all our rules stand: then they are what there is to know.
 */
#include "adopt.h"

#include "fwport/adoption.h"
#include "fwport/generation.h"
#include "fwport/policy.h"
#include "fwport/rule_text.h"

#include <stdlib.h>

/* What is recorded, in order: one record may hold every port, and the steps remove as many. */
struct recorded {
	const struct opening **by_id;
	size_t count;
	struct port_range *ports;
	size_t port_count;
};

static int recorded_make(const struct openings *openings, struct pool *pool, struct recorded *out,
			 struct error *err)
{
	out->by_id = openings_by_id(openings, pool);
	out->count = openings->count;
	out->ports = pool_alloc(pool, (openings->count + 1) * sizeof(*out->ports));
	if (!out->by_id || !out->ports)
		return error_memory(err);
	for (size_t i = 0; i < openings->count; i++)
		out->ports[i] = openings->list[i].port.ports;
	out->port_count = port_ranges_merge(out->ports, openings->count);
	return 0;
}

static int order(const void *key, const void *element)
{
	const struct port_range *wanted = key, *range = element;

	return wanted->first < range->first ? -1 : wanted->first > range->last;
}

static size_t count_ranges(const struct step *step, const struct recorded *recorded)
{
	size_t count = 0;

	for (size_t i = 0; i < step->port_count; i++) {
		const struct port_range *found =
			bsearch(&step->ports[i], recorded->ports, recorded->port_count,
				sizeof(*recorded->ports), order);

		count += found == NULL;
	}
	return count;
}

int leftovers_count(const struct steps *steps, const struct openings *openings, struct pool *pool,
		    size_t *out, struct error *err)
{
	struct recorded recorded = {0};

	*out = 0;
	if (recorded_make(openings, pool, &recorded, err) < 0)
		return -1;
	for (size_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->list[i];

		if (step->remove && step->object == STEP_RULE && rule_is_of_opening(step->rule))
			*out += !opening_with_id(recorded.by_id, recorded.count, step->rule->tag);
		else if (step->remove && step->object == STEP_ELEMENTS)
			*out += count_ranges(step, &recorded);
	}
	return 0;
}

static void number_anew(struct state *state, const struct ruleset *ruleset)
{
	uint32_t highest = ruleset_highest_tag(ruleset);

	if (state->next_id <= highest && highest < UINT32_MAX)
		state->next_id = highest + 1;
}

/* Of those that are kept none is written over. */
static int count_on(struct state *state, struct pool *pool, struct error *err)
{
	uint32_t *ids;
	size_t count;

	if (generation_list(pool, &ids, &count, err) < 0)
		return -1;
	if (count)
		state->generation = ids[count - 1];
	return 0;
}

int adopt(struct state *state, const struct ruleset *ruleset, int64_t now, struct pool *pool,
	  struct adoption_report *out, struct error *err)
{
	struct adopted adopted;

	*out = (struct adoption_report){0};
	number_anew(state, ruleset);
	if (!state->absent)
		return 0;
	if (count_on(state, pool, err) < 0 ||
	    openings_adopt(ruleset, &state->next_id, pool, &adopted, err) < 0)
		return -1;
	state->openings = adopted.openings;
	for (size_t i = 0; i < state->openings.count; i++)
		state->openings.list[i].created = now;
	state->policy = state->boot_policy = policy_of(ruleset);
	*out = (struct adoption_report){
		.found = adopted.openings.count || policy_drops(state->policy),
		.count = adopted.openings.count,
		.unread = adopted.unread,
	};
	return 0;
}

int adopt_check(const struct adoption_report *adoption, struct error *err)
{
	CLEANUP(text_free) struct text name = {0};

	if (!adoption->unread)
		return 0;
	rule_name(adoption->unread, &name);
	error_set(err, ERROR_BLOCKED,
		  "there is no record of openings, and %s bears our tag and cannot be read back; nothing was "
		  "changed",
		  text_string(&name));
	return error_hint(err, "remove that rule, or have an open or close remove it with --accept-unknown");
}
