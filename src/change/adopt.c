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

static bool is_recorded(const struct openings *recorded, uint32_t id)
{
	for (size_t i = 0; i < recorded->count; i++)
		if (recorded->list[i].id == id)
			return true;
	return false;
}

static bool is_recorded_port(const struct openings *recorded, struct port_range ports)
{
	for (size_t i = 0; i < recorded->count; i++)
		if (port_contains(recorded->list[i].port.ports, ports.first))
			return true;
	return false;
}

static size_t count_ranges(const struct step *step, const struct openings *recorded)
{
	size_t count = 0;

	for (size_t i = 0; i < step->port_count; i++)
		count += !is_recorded_port(recorded, step->ports[i]);
	return count;
}

size_t leftovers_count(const struct steps *steps, const struct openings *recorded)
{
	size_t count = 0;

	for (size_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->list[i];

		if (step->remove && step->object == STEP_RULE && rule_is_of_opening(step->rule))
			count += !is_recorded(recorded, step->rule->tag);
		else if (step->remove && step->object == STEP_ELEMENTS)
			count += count_ranges(step, recorded);
	}
	return count;
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
