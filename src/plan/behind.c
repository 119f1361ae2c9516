/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A ban that stands behind a blocker does nothing while the blocker stops everybody, and has to do its work when a guest lets
 * the others pass. So the blocker is left out in thought, and whoever is then stopped by a rule of his own stays stopped.
 */
#include "behind.h"

#include "blocker.h"
#include "intent.h"
#include "place.h"
#include "step_list.h"
#include "survey.h"
#include "tail.h"
#include "way_end.h"

#include <linux/netfilter/nf_tables.h>

/* by asking */

static int hypothesis_add(struct hypotheses *hypotheses, const struct trial *trial,
			  const struct ruleset *ruleset, uint16_t port, struct pool *pool, struct error *err)
{
	struct hypothesis *list =
		pool_grow(pool, hypotheses->list, hypotheses->count, sizeof(*hypotheses->list));

	if (!list)
		return error_memory(err);
	hypotheses->list = list;
	list[hypotheses->count].ruleset = ruleset;
	return lane_ask(ruleset, trial->host, trial->group, trial->lane, port, pool,
			&list[hypotheses->count++].general, err);
}

static int hypothesis_without(struct hypotheses *hypotheses, const struct trial *trial,
			      const struct ruleset *ruleset, const struct rule *rule, uint16_t port,
			      struct pool *pool, struct error *err)
{
	struct steps drop = {0};
	struct ruleset *rest;

	if (steps_drop_rule(&drop, rule, pool, err) < 0 || steps_apply(ruleset, &drop, pool, &rest, err) < 0)
		return -1;
	return hypothesis_add(hypotheses, trial, rest, port, pool, err);
}

/* Where the general source is stopped in the trial's base chain, on whichever interface; or NULL. */
static const struct station *general_blocker(const struct answer *general, const struct chain *base)
{
	for (size_t i = 0; i < general->family_count; i++) {
		const struct family_answer *family = &general->families[i];

		for (size_t j = 0; j < family->packet_count; j++) {
			const struct station *station =
				station_like(family, family->packets[j].packet.role, base);

			if (station && fate_is_block(station->fate))
				return station;
		}
	}
	return NULL;
}

/*
 * Without the rule in doubt the walk goes on behind it, and ends the round. A chain that others call too has to keep its drop
 * for them, and a call the bans behind the drop in its chain: the other rules on the way are left out for themselves.
 */
static int round_add(struct hypotheses *hypotheses, const struct trial *trial,
		     const struct decision *decision, uint16_t port, struct pool *pool, struct error *err)
{
	const struct ruleset *ruleset = hypotheses->list[hypotheses->count - 1].ruleset;
	const struct rule *doubt = decision_doubt(decision);

	for (size_t i = 0; i <= decision->call_count; i++) {
		const struct rule *rule = decision_rule(decision, i);

		if (rule && rule != doubt &&
		    hypothesis_without(hypotheses, trial, ruleset, rule, port, pool, err) < 0)
			return -1;
	}
	return hypothesis_without(hypotheses, trial, ruleset, doubt, port, pool, err);
}

int hypotheses_find(const struct trial *trial, uint16_t port, struct pool *pool, struct hypotheses *out,
		    struct error *err)
{
	*out = (struct hypotheses){0};
	if (hypothesis_add(out, trial, trial->before, port, pool, err) < 0)
		return -1;
	for (unsigned round = 0; round < BLOCKERS_MOST; round++) {
		const struct station *station =
			general_blocker(&out->list[out->count - 1].general, trial->blocker->base);
		struct decision decision;

		if (!station)
			return 0;
		if (decision_at_end(station, pool, &decision, err) < 0)
			return -1;
		if (!decision_doubt(&decision))
			return 0;
		if (round_add(out, trial, &decision, port, pool, err) < 0)
			return -1;
	}
	return 0;
}

/* what protects everybody */

/* The chains of a table that were looked at. */
struct looks {
	const struct chain **list;
	size_t count;
	struct asked_port asked;
};

static bool seen_before(struct looks *looks, const struct chain *chain)
{
	for (size_t i = 0; i < looks->count; i++)
		if (looks->list[i] == chain)
			return true;
	looks->list[looks->count++] = chain;
	return false;
}

static const struct rule *rule_protection(struct looks *looks, const struct rule *rule);

static const struct rule *chain_protection(struct looks *looks, const struct chain *chain)
{
	const struct rule *found = NULL;

	if (!chain || seen_before(looks, chain))
		return NULL;
	for (size_t i = 0; i < chain->rule_count && !found; i++)
		found = rule_protection(looks, chain->rules[i]);
	return found;
}

static const struct rule *map_protection(struct looks *looks, const struct set *map)
{
	const struct rule *found = NULL;

	for (size_t i = 0; map && i < map->element_count && !found; i++)
		found = chain_protection(looks, map->elements[i].verdict.chain);
	return found;
}

/* The rule, or one in a chain that it calls. */
static const struct rule *rule_protection(struct looks *looks, const struct rule *rule)
{
	const struct rule *found = NULL;

	if (rule_asks_other_port(rule, looks->asked) || rule_asks_other_protocol(rule, looks->asked.protocol))
		return NULL;
	if (rule_protects(rule))
		return block_in(rule->chain, rule->position - 1, rule->position, 0);
	for (size_t i = 0; i < rule->op_count && !found; i++) {
		const struct op *op = &rule->ops[i];

		if (op->kind == OP_VERDICT)
			found = chain_protection(looks, op->verdict.chain);
		else if (op_is_verdict_map(op))
			found = map_protection(looks, op->lookup.set);
	}
	return found;
}

/* From behind the rule to the end of its chain, or to what stops everybody. */
static const struct rule *protection_after(struct looks *looks, const struct rule *rule, bool *stops)
{
	const struct chain *chain = rule->chain;
	const struct rule *found = NULL;
	size_t i = rule->position;

	while (i < chain->rule_count && !rule_blocks_all(chain->rules[i]) && !found)
		found = rule_protection(looks, chain->rules[i++]);
	*stops = !found && i < chain->rule_count;
	return found;
}

/* Asks for something of the packet's own, and not only for where it comes from or what protocol it has. */
static bool asks_header(const struct rule *rule)
{
	for (size_t i = 0; i < rule->op_count; i++)
		if (rule->ops[i].kind == OP_PAYLOAD)
			return true;
	return false;
}

int protection_behind(const struct decision *blocker, struct asked_port asked, struct pool *pool,
		      const struct rule **out, struct error *err)
{
	const struct table *table = blocker->base->table;
	struct looks looks = {
		.list = pool_alloc(pool, (table->chain_count + 1) * sizeof(*looks.list)),
		.asked = asked,
	};
	bool comes_back = false; /* something, from the chain that the rule of this depth calls */

	*out = NULL;
	if (!looks.list)
		return error_memory(err);
	for (size_t i = blocker->call_count + 1; i-- > 0 && !*out;) {
		const struct rule *rule = decision_rule(blocker, i);
		bool calls = i < blocker->call_count, goes = calls && blocker->calls[i].went, stops = true;

		if (rule && !goes &&
		    (comes_back || (calls ? asks_header(rule) : !rule_is_unconditional(rule))))
			*out = protection_after(&looks, rule, &stops);
		comes_back = !stops || (goes && comes_back) || (rule && is_left_before(rule));
	}
	return 0;
}

/* by construction */

/* Only what is the same for all sources: protocol, interface, ports. */
static bool op_asks_no_source(const struct op *op)
{
	switch (op->kind) {
	case OP_META:
		return op->meta.key == NFT_META_L4PROTO || op->meta.key == NFT_META_NFPROTO ||
		       op->meta.key == NFT_META_PROTOCOL || op->meta.key == NFT_META_IIF ||
		       op->meta.key == NFT_META_IIFNAME || op->meta.key == NFT_META_OIF ||
		       op->meta.key == NFT_META_OIFNAME;
	case OP_PAYLOAD:
		return op->payload.base == NFT_PAYLOAD_TRANSPORT_HEADER;
	case OP_IMMEDIATE:
	case OP_BITWISE:
	case OP_BYTEORDER:
	case OP_CMP:
	case OP_RANGE:
	case OP_COUNTER:
	case OP_LOG:
	case OP_VERDICT:
	case OP_REJECT:
		return true;
	case OP_LOOKUP:
		return !op->lookup.map;
	case OP_CT:
	case OP_FIB:
	case OP_EXTHDR:
	case OP_ATTACHED:
	case OP_NUMBER:
	case OP_LIMIT:
	case OP_QUOTA:
	case OP_CONNLIMIT:
	case OP_META_SET:
	case OP_CT_SET:
	case OP_PAYLOAD_SET:
	case OP_OPTION_SET:
	case OP_ASIDE:
	case OP_DYNSET:
	case OP_NOTRACK:
	case OP_NAT:
	case OP_HANDOVER:
	case OP_OPAQUE:
		return false;
	}
	return false;
}

static bool asks_no_source(const struct rule *rule)
{
	for (size_t i = 0; i < rule->op_count; i++)
		if (!op_asks_no_source(&rule->ops[i]))
			return false;
	return true;
}

/* It calls chains by what it looks up, others for others. */
static bool uses_map(const struct rule *rule)
{
	for (size_t i = 0; i < rule->op_count; i++)
		if (rule->ops[i].kind == OP_LOOKUP && rule->ops[i].lookup.map)
			return true;
	return false;
}

/* When everybody was meant to stop at the rule, a drop of everybody behind it adds nothing, nor does what stands behind that. */
static bool may_block_behind(const struct rule *rule, bool everybody)
{
	const struct chain *chain = rule->chain;
	size_t end = rule->position;

	while (end < chain->rule_count && !(everybody && rule_blocks_all(chain->rules[end])))
		end++;
	return block_in(chain, rule->position, end, 0);
}

bool skips_nothing(const struct decision *blocker)
{
	bool everybody = true; /* whoever comes by is stopped by the blocker */

	if (!blocker->rule)
		return blocker->call_count == 0;
	for (size_t i = blocker->call_count + 1; i-- > 0;) {
		const struct rule *rule = decision_rule(blocker, i);
		bool ends_chain = i == blocker->call_count && rule_is_unconditional(rule);

		everybody &= asks_no_source(rule);
		if (uses_map(rule) || (!ends_chain && may_block_behind(rule, everybody)))
			return false;
	}
	return everybody || !blocker->base->policy_drop;
}
