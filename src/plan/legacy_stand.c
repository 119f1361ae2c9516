/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the call of the legacy home stands, and which ports have a rule behind it.
 */
#include "legacy_stand.h"

#include "predicate_whole.h"

size_t legacy_stand_place(const struct home_chain *home, const struct chain *base)
{
	const struct rule *call = home->stands ? home_call(home) : NULL;
	const struct chain *now = home->base;

	for (size_t i = call ? call->position : now->rule_count; i < now->rule_count; i++)
		for (size_t j = 0; j < base->rule_count; j++)
			if (base->rules[j]->handle == now->rules[i]->handle)
				return j;
	return call ? base->rule_count : SIZE_MAX;
}

/* An opening whose end was changed has the same packets. */
static int says_lane(const struct rule *rule, struct predicate lane, const struct predicate *spoken,
		     struct pool *pool, bool *out, struct error *err)
{
	struct rule *made;
	struct set *set;

	lane.ports = spoken->ports;
	lane.port_count = spoken->port_count;
	lane.until = spoken->until;
	if (predicate_rule(&lane, rule->chain, rule->tag, pool, &made, &set, err) < 0)
		return -1;
	*out = rule_same(made, rule);
	return 0;
}

static bool is_of_group(const struct rule *rule, const struct group *group)
{
	for (size_t i = 0; i < group->wish_count; i++)
		if (group->wishes[i].opening->id == rule->tag)
			return true;
	return false;
}

int legacy_stand_subtract(const struct ruleset *now, const struct guest *lane, struct port_range **ports,
			  size_t *count, struct pool *pool, struct error *err)
{
	for (size_t i = 0; i < lane->chain->rule_count; i++) {
		const struct rule *rule = lane->chain->rules[i];
		struct predicate spoken;
		bool fits = false;

		if (!is_of_group(rule, lane->group))
			continue;
		if (predicate_read_whole(now, rule, pool, &spoken, err) < 0)
			return -1;
		if (spoken.port_count && says_lane(rule, lane->predicate, &spoken, pool, &fits, err) < 0)
			return -1;
		if (fits && ranges_subtract(*ports, *count, spoken.ports, spoken.port_count, pool, ports,
					    count, err) < 0)
			return -1;
	}
	return 0;
}
