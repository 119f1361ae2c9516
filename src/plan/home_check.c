/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares everything in the table with what a home can hold: two chains, their sets, a rule for each set, rules with a tag, and
 * two sets of connections.
 */
#include "home_check.h"

#include "home_policy.h"
#include "fwport/step.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

static int foreign(struct error *err, const char *kind, const char *name)
{
	error_set(err, ERROR_BLOCKED, "table inet %s holds %s %s, which fwport did not make", HOME_TABLE,
		  kind, name);
	return error_hint(err, "rename that table, or remove what is foreign in it");
}

static int foreign_rule(struct error *err, const struct rule *rule)
{
	error_set(err, ERROR_BLOCKED, "table inet %s holds rule %u of chain %s, which fwport did not make",
		  HOME_TABLE, rule->position, rule->chain->name);
	return error_hint(err, "rename that table, or remove what is foreign in it");
}

/* NULL: no chain of the home is like it. */
static const struct chain *chain_like(const struct home *home, const struct chain *have)
{
	for (int i = 0; i < HOME_CHAINS; i++) {
		const struct chain *want = &home->chains[i];

		if (!strcmp(have->name, want->name) && have->base && have->hook == want->hook &&
		    have->type == want->type && have->priority == want->priority && !have->policy_drop)
			return want;
	}
	return NULL;
}

static bool set_is_sound(const struct home *home, const struct set *have)
{
	for (int i = 0; i < HOME_SETS; i++)
		if (!strcmp(have->name, home->sets[i].set.name))
			return (have->flags & NFT_SET_INTERVAL) &&
			       !(have->flags & (NFT_SET_MAP | NFT_SET_CONSTANT)) &&
			       (have->flags & NFT_SET_TIMEOUT) ==
				       (home->sets[i].set.flags & NFT_SET_TIMEOUT) &&
			       have->key_length == home->sets[i].set.key_length && !have->opaque;
	return home_is_admitted(have);
}

static int rule_check(struct rule *const set_rules[HOME_SETS], const struct chain *like,
		      const struct rule *have, struct error *err)
{
	if (have->tag)
		return 0;
	for (int i = 0; i < HOME_SETS; i++)
		if (set_rules[i]->chain == like && rule_same(set_rules[i], have))
			return 0;
	return foreign_rule(err, have);
}

static int chain_check(const struct home *home, struct rule *const set_rules[HOME_SETS],
		       const struct chain *have, struct error *err)
{
	const struct chain *like = chain_like(home, have);

	if (!like)
		return foreign(err, "chain", have->name);
	for (size_t i = 0; i < have->rule_count; i++)
		if (rule_check(set_rules, like, have->rules[i], err) < 0)
			return -1;
	return 0;
}

/* Anonymous sets belong to rules. */
static int rest_check(const struct home *home, const struct table *have, struct error *err)
{
	for (size_t i = 0; i < have->set_count; i++)
		if (!(have->sets[i]->flags & NFT_SET_ANONYMOUS) && !set_is_sound(home, have->sets[i]))
			return foreign(err, "set", have->sets[i]->name);
	if (have->object_count)
		return foreign(err, "object", have->objects[0]->name);
	if (have->flowtable_count)
		return foreign(err, "flowtable", have->flowtables[0]);
	if (!have->flags)
		return 0;
	error_set(err, ERROR_BLOCKED, "table inet %s has flags, which fwport did not set", HOME_TABLE);
	return error_hint(err, "rename that table, or remove what is foreign in it");
}

int home_check(const struct table *have, struct pool *pool, struct error *err)
{
	struct home *home = pool_alloc(pool, sizeof(*home));
	struct rule *set_rules[HOME_SETS];

	if (!home)
		return error_memory(err);
	home_start(home);
	for (int i = 0; i < HOME_SETS; i++)
		if (home_set_rule(home, i, pool, &set_rules[i], err) < 0)
			return -1;
	for (size_t i = 0; i < have->chain_count; i++)
		if (chain_check(home, set_rules, have->chains[i], err) < 0)
			return -1;
	return rest_check(home, have, err);
}
