/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leaves out one blocking rule after the other in a hypothetical ruleset and asks where the packet stops then.
 */
#include "blocker.h"

#include "peers.h"
#include "place.h"
#include "step_list.h"
#include "survey.h"

const struct rule *decision_doubt(const struct decision *decision)
{
	if (!decision->rule)
		return NULL;
	if (!rule_is_unconditional(decision->rule))
		return decision->rule;
	for (size_t i = decision->call_count; i-- > 0;)
		if (!rule_is_unconditional(decision->calls[i].rule))
			return decision->calls[i].rule;
	return NULL;
}

static int station_without(const struct ruleset *ruleset, const struct lane_packet *packet,
			   const struct rule *rule, const struct chain *base, struct pool *pool,
			   struct ruleset **rest, const struct station **out, struct error *err)
{
	struct steps drop = {0};
	struct answer answer;

	*out = NULL;
	if (steps_drop_rule(&drop, rule, pool, err) < 0 || steps_apply(ruleset, &drop, pool, rest, err) < 0 ||
	    lane_ask(*rest, packet->host, packet->group, packet->lane, packet->port, pool, &answer, err) < 0)
		return -1;
	for (size_t i = 0; i < answer.family_count; i++) {
		const struct station *station = station_like(&answer.families[i], packet->role, base);

		if (answer.families[i].counted && station && fate_is_block(station->fate))
			*out = station;
	}
	return 0;
}

int blockers_behind(const struct ruleset *ruleset, const struct lane_packet *packet,
		    const struct station *first, struct pool *pool, const struct station *out[BLOCKERS_MOST],
		    size_t *count, struct error *err)
{
	const struct station *station = first;

	*count = 0;
	while (*count < BLOCKERS_MOST) {
		const struct rule *rule = decision_doubt(&station->decision);
		struct ruleset *rest;

		if (!rule)
			return 0;
		if (station_without(ruleset, packet, rule, first->chain, pool, &rest, &station, err) < 0)
			return -1;
		if (!station)
			return 0;
		out[(*count)++] = station;
		ruleset = rest;
	}
	return 0;
}
