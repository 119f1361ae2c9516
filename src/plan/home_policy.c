/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares the policy that is wanted with the rules of it that stand in the home. Here order matters, as it does not between
 * rules that only accept.
 */
#include "home_policy.h"

#include "admitted.h"
#include "policy_rules.h"
#include "step_list.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

bool home_is_admitted(const struct set *set)
{
	for (int family = 0; family < FAMILY_COUNT; family++) {
		const struct set like = admitted_set(set->table, (enum family)family);

		if (!strcmp(set->name, like.name))
			return set->key_length == like.key_length && (set->flags & NFT_SET_TIMEOUT) &&
			       !(set->flags & (NFT_SET_MAP | NFT_SET_CONSTANT | NFT_SET_EVAL)) &&
			       !set->opaque;
	}
	return false;
}

/* Where connection tracking was on, it knows them. */
static int admitted_want(const struct ruleset *now, const struct wishes *wishes, const struct wants *wants,
			 enum family family, struct home *home, struct pool *pool, struct error *err)
{
	const struct table *have = ruleset_find_table(now, TABLE_INET, HOME_TABLE);
	const struct set like = admitted_set(have, family);
	struct set *standing = have ? table_find_set(have, like.name) : NULL;

	home->admitted[family] = standing;
	if (standing || ruleset_tracks_connections(now, family))
		return 0;
	return admitted_make(wishes, wants, &home->table, family, pool, &home->admitted[family], err);
}

int home_policy_want(const struct ruleset *now, const struct wishes *wishes, const struct wants *wants,
		     struct home *home, struct pool *pool, struct error *err)
{
	if (!policy_drops(wishes->policy))
		return 0;
	for (int family = 0; family < FAMILY_COUNT; family++)
		if (admitted_want(now, wishes, wants, (enum family)family, home, pool, err) < 0)
			return -1;
	for (int i = 0; i < HOME_CHAINS; i++)
		if (wishes->policy.drop[i] &&
		    policy_rules_make((enum direction)i, &home->chains[i],
				      (const struct set *const *)home->admitted, pool, &home->policy[i],
				      &home->policy_counts[i], err) < 0)
			return -1;
	return 0;
}

int home_admitted_add(const struct table *have, const struct home *home, struct pool *pool, struct steps *out,
		      struct error *err)
{
	for (int family = 0; family < FAMILY_COUNT; family++) {
		const struct set *set = home->admitted[family];

		if (set && !(have && table_find_set(have, set->name)) &&
		    steps_push(out, (struct step){.object = STEP_SET, .table = set->table, .set = set}, pool,
			       err) < 0)
			return -1;
	}
	return 0;
}

static bool stands(const struct chain *have, const struct home *home, int direction)
{
	const size_t count = home->policy_counts[direction];
	const size_t before = have && have->rule_count >= count ? have->rule_count - count : 0;

	if (!have || have->rule_count < count)
		return false;
	for (size_t i = 0; i < have->rule_count; i++) {
		const struct rule *rule = have->rules[i];

		if (i < before ? rule->tag == POLICY_TAG
			       : !rule_same(home->policy[direction][i - before], rule))
			return false;
	}
	return true;
}

const struct rule *home_policy_first(const struct chain *have, const struct home *home, int direction)
{
	const size_t count = home->policy_counts[direction];

	return count && stands(have, home, direction) ? have->rules[have->rule_count - count] : NULL;
}

int home_policy_compare(const struct chain *have, const struct home *home, int direction, struct pool *pool,
			struct steps *add, struct steps *remove, struct error *err)
{
	if (stands(have, home, direction))
		return 0;
	/* The last one first: what undoes it puts them back one behind the other. */
	for (size_t i = have ? have->rule_count : 0; i-- > 0;)
		if (have->rules[i]->tag == POLICY_TAG &&
		    steps_drop_rule(remove, have->rules[i], pool, err) < 0)
			return -1;
	for (size_t i = 0; i < home->policy_counts[direction]; i++) {
		const struct rule *rule = home->policy[direction][i];

		if (steps_push(add,
			       (struct step){.object = STEP_RULE,
					     .table = have ? have->table : &home->table,
					     .chain = have ? have : &home->chains[direction],
					     .set = rule_own_set(rule),
					     .rule = rule},
			       pool, err) < 0)
			return -1;
	}
	return 0;
}
