/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the policy wants of the home: its rules, and sets of connections.
 */
#include "home_policy.h"

#include "admitted.h"
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
		if (wishes->policy.drop[i] && policy_rules_make((enum direction)i, &home->chains[i],
								(const struct set *const *)home->admitted,
								pool, &home->policy[i], err) < 0)
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
