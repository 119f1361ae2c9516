/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leaves out one blocking rule after the other in a hypothetical ruleset and asks where the packet stops then.
 */
#include "blocker.h"

#include "peers.h"
#include "place.h"
#include "step_list.h"
#include "survey.h"
#include "way_end.h"

static bool verdict_leaves(const struct nft_verdict *verdict)
{
	return verdict->code == VERDICT_RETURN || verdict->code == VERDICT_GOTO;
}

static bool map_leaves(const struct set *map)
{
	if (!map || map->opaque)
		return true;
	for (size_t i = 0; i < map->element_count; i++)
		if (verdict_leaves(&map->elements[i].verdict))
			return true;
	return false;
}

/* A goto leaves, too: what its chain does not stop comes back to the same place. */
static bool op_leaves(const struct op *op)
{
	if (op->kind == OP_VERDICT)
		return verdict_leaves(&op->verdict);
	if (op_is_verdict_map(op))
		return map_leaves(op->lookup.set);
	return op->kind == OP_OPAQUE && op->opaque.effect == OPAQUE_DECIDES;
}

bool is_left_before(const struct rule *rule)
{
	const struct chain *chain = rule->chain;

	for (size_t i = 0; i + 1 < rule->position && i < chain->rule_count; i++)
		for (size_t j = 0; j < chain->rules[i]->op_count; j++)
			if (op_leaves(&chain->rules[i]->ops[j]))
				return true;
	return false;
}

const struct rule *decision_rule(const struct decision *decision, size_t depth)
{
	return depth < decision->call_count ? decision->calls[depth].rule : decision->rule;
}

/* The jump that what leaves the chain of this depth comes back from; NULL: it comes to the policy. */
static const struct rule *jump_into(const struct decision *decision, size_t depth)
{
	while (depth > 0 && decision->calls[depth - 1].went)
		depth--;
	return depth > 0 ? decision->calls[depth - 1].rule : NULL;
}

const struct rule *decision_doubt(const struct decision *decision)
{
	for (size_t i = decision->call_count + 1; i-- > 0;) {
		const struct rule *rule = decision_rule(decision, i);

		if (rule && !rule_is_unconditional(rule))
			return rule;
		if (rule && jump_into(decision, i) && is_left_before(rule))
			return jump_into(decision, i);
	}
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
		const struct rule *rule;
		struct decision decision;
		struct ruleset *rest;

		if (decision_at_end(station, pool, &decision, err) < 0)
			return -1;
		rule = decision_doubt(&decision);
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
