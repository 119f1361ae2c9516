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

/* What a home looks like, to hold things against. */
struct likeness {
	struct home home;
	struct rule *set_rules[HOME_SETS];
};

static struct likeness *likeness_make(struct pool *pool, struct error *err)
{
	struct likeness *likeness = pool_alloc(pool, sizeof(*likeness));

	if (!likeness) {
		error_memory(err);
		return NULL;
	}
	home_start(&likeness->home);
	for (int i = 0; i < HOME_SETS; i++)
		if (home_set_rule(&likeness->home, i, pool, &likeness->set_rules[i], err) < 0)
			return NULL;
	return likeness;
}

static bool is_ours(const struct likeness *likeness, const struct rule *rule)
{
	const struct chain *like = chain_like(&likeness->home, rule->chain);

	if (!like || rule->tag)
		return like != NULL;
	for (int i = 0; i < HOME_SETS; i++)
		if (likeness->set_rules[i]->chain == like && rule_same(likeness->set_rules[i], rule))
			return true;
	return false;
}

/* NULL: there is none. */
static const struct rule *foreign_rule_in(const struct likeness *likeness, const struct chain *chain)
{
	for (size_t i = 0; i < chain->rule_count; i++)
		if (!is_ours(likeness, chain->rules[i]))
			return chain->rules[i];
	return NULL;
}

static int chains_check(const struct likeness *likeness, const struct table *have, struct error *err)
{
	for (size_t i = 0; i < have->chain_count; i++) {
		const struct rule *rule = foreign_rule_in(likeness, have->chains[i]);

		if (!chain_like(&likeness->home, have->chains[i]))
			return foreign(err, "chain", have->chains[i]->name);
		if (rule)
			return foreign_rule(err, rule);
	}
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

int home_check(const struct table *have, struct pool *pool, struct error *guests, struct error *err)
{
	const struct likeness *likeness = likeness_make(pool, err);

	*guests = (struct error){0};
	if (!likeness)
		return -1;
	(void)!chains_check(likeness, have, guests);
	return rest_check(&likeness->home, have, err);
}

static bool any_foreign_rule(const struct likeness *likeness, const struct table *table)
{
	for (size_t i = 0; i < table->chain_count; i++)
		if (foreign_rule_in(likeness, table->chains[i]))
			return true;
	return false;
}

/* A set stays for the rules of others that may look into it. */
static bool may_go(const struct likeness *likeness, const struct step *step)
{
	switch (step->object) {
	case STEP_TABLE:
		return false;
	case STEP_CHAIN:
		return chain_like(&likeness->home, step->chain) && !foreign_rule_in(likeness, step->chain);
	case STEP_SET:
		return !any_foreign_rule(likeness, step->table);
	case STEP_ELEMENTS:
		return true;
	case STEP_RULE:
		return is_ours(likeness, step->rule);
	}
	return false;
}

int home_spare_guests(struct steps *removals, struct pool *pool, struct error *err)
{
	const struct likeness *likeness = likeness_make(pool, err);
	size_t kept = 0;

	if (!likeness)
		return -1;
	for (size_t i = 0; i < removals->count; i++)
		if (may_go(likeness, &removals->list[i]))
			removals->list[kept++] = removals->list[i];
	removals->count = kept;
	return 0;
}
