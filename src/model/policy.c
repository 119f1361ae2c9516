/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy that a ruleset shows: a drop with its tag in our own table, by the hook of the chain, or in chains of our own in the
 * legacy tables of both families.
 */
#include "fwport/policy.h"

#include "fwport/opening.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

bool set_is_admitted(const struct set *set)
{
	return set->table && table_is_home(set->table) &&
	       !strncmp(set->name, ADMITTED_SET, strlen(ADMITTED_SET));
}

bool policy_equal(struct policy a, struct policy b)
{
	return a.drop[DIRECTION_IN] == b.drop[DIRECTION_IN] && a.drop[DIRECTION_OUT] == b.drop[DIRECTION_OUT];
}

bool policy_drops(struct policy policy)
{
	return policy.drop[DIRECTION_IN] || policy.drop[DIRECTION_OUT];
}

bool policy_narrows(struct policy before, struct policy after)
{
	return (after.drop[DIRECTION_IN] && !before.drop[DIRECTION_IN]) ||
	       (after.drop[DIRECTION_OUT] && !before.drop[DIRECTION_OUT]);
}

/* The drop of invalid packets bears the tag, too, and asks something first. */
bool rule_is_of_opening(const struct rule *rule)
{
	return rule->tag && rule->tag != POLICY_TAG;
}

bool rule_is_policy_drop(const struct rule *rule)
{
	if (rule->tag != POLICY_TAG || !rule_ends_with(rule, VERDICT_DROP))
		return false;
	for (size_t i = 0; i + 1 < rule->op_count; i++)
		if (rule->ops[i].kind != OP_COUNTER)
			return false;
	return true;
}

/* Of the policy's rules only these have a date. */
bool rule_admits(const struct rule *rule)
{
	if (rule->tag != POLICY_TAG || !chain_is_of_policy(rule->chain))
		return false;
	for (size_t i = 0; i < rule->op_count; i++)
		if (rule->ops[i].kind == OP_META && rule->ops[i].meta.key == NFT_META_TIME_NS)
			return true;
	return false;
}

static bool any_policy_drop(const struct chain *chain)
{
	for (size_t i = 0; i < chain->rule_count; i++)
		if (rule_is_policy_drop(chain->rules[i]))
			return true;
	return false;
}

static struct policy nft_policy(const struct ruleset *ruleset)
{
	const struct table *home = ruleset_find_table(ruleset, TABLE_INET, HOME_TABLE);
	struct policy policy = {0};

	for (size_t i = 0; home && i < home->chain_count; i++) {
		const struct chain *chain = home->chains[i];
		const enum direction direction = chain->hook == HOOK_OUTPUT ? DIRECTION_OUT : DIRECTION_IN;

		policy.drop[direction] |= chain->base && any_policy_drop(chain);
	}
	return policy;
}

static bool calls(const struct chain *base, const struct chain *chain)
{
	for (size_t i = 0; i < base->rule_count; i++)
		if (rule_calls_home(base->rules[i]) && base->rules[i]->ops[1].verdict.chain == chain)
			return true;
	return false;
}

/* A drop that nobody comes to is none. */
static bool legacy_drops(const struct ruleset *ruleset, enum table_family family, enum direction direction)
{
	const bool in = direction == DIRECTION_IN;
	const struct table like = {.engine = ENGINE_LEGACY, .family = family, .name = "filter"},
			   *table = ruleset_same_table(ruleset, &like);
	const struct chain *base = table ? table_find_chain(table, in ? "INPUT" : "OUTPUT") : NULL,
			   *chain = table ? table_find_chain(table, in ? POLICY_CHAIN_IN : POLICY_CHAIN_OUT)
					  : NULL;

	return base && chain && any_policy_drop(chain) && calls(base, chain);
}

/* Each family has a legacy table of its own, and half a policy is none. */
struct policy policy_of(const struct ruleset *ruleset)
{
	struct policy policy = nft_policy(ruleset);

	for (int direction = DIRECTION_IN; direction <= DIRECTION_OUT; direction++)
		policy.drop[direction] |= legacy_drops(ruleset, TABLE_IP, (enum direction)direction) &&
					  legacy_drops(ruleset, TABLE_IP6, (enum direction)direction);
	return policy;
}
