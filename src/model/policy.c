/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy that a ruleset shows: a drop with its tag in our own table, by the hook of the chain.
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
	if (rule->tag != POLICY_TAG || rule->chain->table->engine != ENGINE_LEGACY ||
	    !chain_is_home(rule->chain))
		return false;
	for (size_t i = 0; i < rule->op_count; i++)
		if (rule->ops[i].kind == OP_META && rule->ops[i].meta.key == NFT_META_TIME_NS)
			return true;
	return false;
}

struct policy policy_of(const struct ruleset *ruleset)
{
	const struct table *home = ruleset_find_table(ruleset, TABLE_INET, HOME_TABLE);
	struct policy policy = {0};

	for (size_t i = 0; home && i < home->chain_count; i++) {
		const struct chain *chain = home->chains[i];
		const enum direction direction = chain->hook == HOOK_OUTPUT ? DIRECTION_OUT : DIRECTION_IN;

		for (size_t j = 0; chain->base && j < chain->rule_count; j++)
			policy.drop[direction] |= rule_is_policy_drop(chain->rules[j]);
	}
	return policy;
}
