/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Candidates for a guest's place: in the blocker's own chain before its tail, when one way leads there; else before the rule
 * that called the chain. What nobody may bypass (a deny of the very port, a drop of invalid packets, a limit) yields none.
 */
#include "place.h"

#include "behind.h"
#include "elsewhere.h"
#include "intent.h"
#include "tail.h"
#include "way_end.h"
#include "ways.h"

#include "fwport/policy.h"

/* Packets that are forwarded pass the hooks around the routing decision too, and chains that other hooks call. */
static int sees_foreign_packets(const struct chain *base, const struct chain *chain, uint8_t protocol,
				struct pool *pool, bool *out, struct error *err)
{
	unsigned ways = 0;

	*out = base->hook == HOOK_PREROUTING || base->hook == HOOK_POSTROUTING;
	for (size_t i = 0; i < chain->table->chain_count && !*out; i++) {
		const struct chain *other = chain->table->chains[i];

		if (!other->base || other->hook == base->hook)
			continue;
		if (ways_into(other, chain, protocol, pool, &ways, err) < 0)
			return -1;
		*out = ways > 0;
	}
	return 0;
}

bool decision_is_nat(const struct decision *decision)
{
	for (size_t i = 0; decision->rule && i < decision->rule->op_count; i++)
		if (decision->rule->ops[i].kind == OP_NAT)
			return true;
	return false;
}

const struct rule *rule_as_in(const struct ruleset *now, const struct rule *rule)
{
	const struct table *table = ruleset_same_table(now, rule->chain->table);
	const struct chain *chain = table ? table_find_chain(table, rule->chain->name) : NULL;

	for (size_t i = 0; rule->handle && chain && i < chain->rule_count; i++)
		if (chain->rules[i]->handle == rule->handle)
			return chain->rules[i];
	return rule;
}

/* chains that take no guests */

/* NULL: it takes them. */
static const char *no_guests(const struct chain *base)
{
	const struct table *table = base->table;

	if (table_has_owner(table))
		return "is held by a running program (owner flag), and takes no rules from others";
	if (base->type == CHAIN_NAT)
		return "blocks in a nat chain, where no rule is placed";
	if (table->family == TABLE_ARP || table->family == TABLE_BRIDGE)
		return "filters frames, where no rule is placed";
	if (base->hook == HOOK_INGRESS || base->hook == HOOK_EGRESS)
		return "sees forwarded packets too, and takes no rule from fwport";
	if (table_is_home(table))
		return "is our own and should not block; \"fwport close\" and open again";
	return NULL;
}

bool chain_takes_guests(const struct chain *base)
{
	return !no_guests(base);
}

/* An opening is accepted before the policy drops it, unless it is not what the opening knows. */
static int policy_refuse(const struct chain *base, struct pool *pool, struct sites *out, struct error *err)
{
	const bool in = base->hook == HOOK_INPUT;

	out->refused =
		"the policy of fwport drops it all the same: NAT has moved its port, or connection tracking "
		"is told to leave it alone";
	out->hint = pool_format(pool, "fwport policy %s=accept", in ? "in" : "out");
	return out->hint ? 0 : error_memory(err);
}

static int table_check(const struct decision *decision, struct pool *pool, struct sites *out,
		       struct error *err)
{
	const struct table *table = decision->base->table;
	const char *why = no_guests(decision->base);

	if (decision->rule && rule_is_policy_drop(decision->rule))
		return policy_refuse(decision->base, pool, out, err);

	if (!why)
		return 0;
	out->refused = pool_format(pool, "table %s %s (%s) %s", table_family_name(table->family), table->name,
				   owner_name(table->owner), why);
	return out->refused ? 0 : error_memory(err);
}

/* sites */

static size_t rule_index(const struct chain *chain, const struct rule *rule)
{
	size_t i = 0;

	while (i < chain->rule_count && chain->rules[i] != rule)
		i++;
	return i;
}

/* A rule of this plan has no handle yet, and nothing can be put before it; behind it is as good. */
static const struct rule *first_in_kernel(const struct chain *chain, size_t at)
{
	while (at < chain->rule_count && !chain->rules[at]->handle)
		at++;
	return at < chain->rule_count ? chain->rules[at] : NULL;
}

bool rule_is_unconditional(const struct rule *rule)
{
	static const bool tests_nothing[OP_OPAQUE + 1] = {
		[OP_COUNTER] = true,
		[OP_LOG] = true,
		[OP_VERDICT] = true,
		[OP_REJECT] = true,
	};

	for (size_t i = 0; i < rule->op_count; i++)
		if (!tests_nothing[rule->ops[i].kind])
			return false;
	return true;
}

bool rule_blocks_all(const struct rule *rule)
{
	return rule_is_unconditional(rule) && rule_ends_in_block(rule);
}

/* Every packet that comes to it goes to the policy. */
static bool returns_all(const struct rule *rule)
{
	return rule_is_unconditional(rule) && rule_ends_with(rule, VERDICT_RETURN);
}

bool chain_end_blocks(const struct chain *base, const struct rule **out)
{
	size_t end = 0;

	while (end < base->rule_count && !rule_blocks_all(base->rules[end]) && !returns_all(base->rules[end]))
		end++;
	*out = end < base->rule_count ? base->rules[end] : NULL;
	return base->policy_drop || (*out && rule_blocks_all(*out));
}

/* Whether the hooks are passed by the same packets of this host: those that come in, or those that it sends. */
static bool hooks_meet(enum hook a, enum hook b)
{
	static const unsigned ways[] = {
		[HOOK_INGRESS] = 1, [HOOK_PREROUTING] = 1, [HOOK_INPUT] = 1,       [HOOK_FORWARD] = 4,
		[HOOK_OUTPUT] = 2,  [HOOK_EGRESS] = 2,     [HOOK_POSTROUTING] = 2,
	};

	return ways[a] & ways[b];
}

/* Ways from the base chain, and from every other one of the table that the same packets come through. */
static int ways_of_packets(const struct chain *base, const struct chain *chain, uint8_t protocol,
			   struct pool *pool, unsigned *out, struct error *err)
{
	*out = 0;
	for (size_t i = 0; i < base->table->chain_count; i++) {
		const struct chain *other = base->table->chains[i];
		unsigned ways;

		if (!other->base || !hooks_meet(other->hook, base->hook))
			continue;
		if (ways_into(other, chain, protocol, pool, &ways, err) < 0)
			return -1;
		*out += ways;
	}
	return 0;
}

/* The same chain in another copy of the ruleset; the chain itself when it is not there. */
static const struct chain *chain_as_in(const struct ruleset *now, const struct chain *chain)
{
	const struct table *table = ruleset_same_table(now, chain->table);
	const struct chain *same = table ? table_find_chain(table, chain->name) : NULL;

	return same ? same : chain;
}

/*
 * Only where a single way leads, else a rule would let packets pass that came for other reasons. Counted as the kernel has it:
 * in thought a call may have been left out.
 */
static int site_add(const struct ruleset *now, struct sites *sites, const struct station *station,
		    const struct chain *chain, size_t blocker, bool proved, uint8_t protocol,
		    struct pool *pool, struct error *err)
{
	const struct chain *base = chain_as_in(now, station->decision.base), *whole = chain_as_in(now, chain);
	bool foreign;
	unsigned ways;

	if (ways_of_packets(base, whole, protocol, pool, &ways, err) < 0)
		return -1;
	if (ways != 1)
		return 0;
	if (sees_foreign_packets(base, whole, protocol, pool, &foreign, err) < 0)
		return -1;
	sites->list[sites->count++] = (struct site){
		.chain = chain,
		.before = first_in_kernel(chain, tail_start(chain, blocker, station)),
		.local_only = foreign,
		.proved = proved,
	};
	return 0;
}

/* Rules before the blocker that a rule before the call would skip, for those whom they block. */
static const struct rule *skipped_block(const struct chain *chain, const struct rule *blocker,
					uint8_t protocol)
{
	size_t end = blocker ? rule_index(chain, blocker) : chain->rule_count;

	return block_in(chain, 0, end, protocol);
}

static int sites_collect(const struct ruleset *now, const struct decision *decision,
			 const struct station *station, uint8_t protocol, struct pool *pool,
			 struct sites *out, struct error *err)
{
	const struct chain *chain = decision->chain;
	const struct rule *blocker = decision->rule;
	/* At prerouting NAT may still send packets elsewhere. */
	bool proved = decision->call_count == 0 && (!blocker || rule_is_unconditional(blocker)) &&
		      decision->base->hook != HOOK_PREROUTING;

	for (size_t depth = decision->call_count;; depth--) {
		const struct rule *skipped = NULL;
		size_t index = blocker ? rule_index(chain, blocker) : chain->rule_count;

		if (site_add(now, out, station, chain, index, proved, protocol, pool, err) < 0)
			return -1;
		if (depth == 0 || out->count == SITES_MOST)
			return 0;
		skipped = skipped_block(chain, blocker, protocol);
		if (skipped && !out->count)
			return refuse_rule(now, skipped,
					   "would be skipped by a rule before its chain is called", pool, out,
					   err);
		if (skipped)
			return 0;
		blocker = decision->calls[depth - 1].rule;
		chain = blocker->chain;
	}
}

const struct station *blocker_station(const struct family_answer *answer, const struct blocker *blocker)
{
	const struct decision *decision = blocker->decision;

	for (size_t i = 0; i < answer->packet_count; i++)
		for (size_t j = 0;
		     answer->packets[i].packet.role == blocker->packet && j < answer->packets[i].path_count;
		     j++) {
			const struct station *station = &answer->packets[i].path[j];

			if (station->decision.base == decision->base &&
			    station->decision.rule == decision->rule && fate_is_block(station->fate))
				return station;
		}
	return NULL;
}

int sites_find(const struct ruleset *now, const struct station *station, struct asked_port asked,
	       bool override, struct pool *pool, struct sites *out, struct error *err)
{
	const struct rule *protection;
	struct decision decision;

	*out = (struct sites){0};
	if (decision_at_end(station, pool, &decision, err) < 0 ||
	    protection_behind(&decision, asked, pool, &protection, err) < 0)
		return -1;
	if (decision_is_nat(&decision))
		return elsewhere_refuse(now, &decision, asked, pool, out, err);
	if (table_check(&decision, pool, out, err) < 0)
		return -1;
	if (!out->refused && intent_check(now, &decision, asked, override, pool, out, err) < 0)
		return -1;
	if (out->refused)
		return 0;
	if (protection)
		return refuse_rule(now, protection, "would be skipped by a rule before what blocks", pool,
				   out, err);
	return sites_collect(now, &decision, station, asked.protocol, pool, out, err);
}
