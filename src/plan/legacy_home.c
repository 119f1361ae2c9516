/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chains and calls of the legacy home as they are, as they shall be, and the difference. Their rules are told apart like
 * guests, by guests_match.
 */
#include "legacy_home.h"

#include "fwport/rule_text.h"
#include "policy_match.h"
#include "step_list.h"

#include <string.h>

static const struct {
	const char *base, *openings, *policy;
} names[] = {
	[DIRECTION_IN] = {"INPUT", HOME_CHAIN_IN, POLICY_CHAIN_IN},
	[DIRECTION_OUT] = {"OUTPUT", HOME_CHAIN_OUT, POLICY_CHAIN_OUT},
};

static const char *name_of(const struct home_chain *home)
{
	return home->of_policy ? names[home->direction].policy : names[home->direction].openings;
}

/* what stands */

static bool calls(const struct rule *rule, const struct chain *chain)
{
	for (size_t i = 0; i < rule->op_count; i++)
		if (rule->ops[i].kind == OP_VERDICT && rule->ops[i].verdict.chain == chain)
			return true;
	return false;
}

static const struct rule *foreign_rule(const struct chain *chain)
{
	for (size_t i = 0; i < chain->rule_count; i++)
		if (!chain->rules[i]->tag)
			return chain->rules[i];
	return NULL;
}

bool is_call_of(const struct rule *rule, const struct home_chain *home)
{
	return rule->chain == home->base && rule_calls_home(rule) && calls(rule, home->chain);
}

static const struct rule *strange_call(const struct home_chain *home)
{
	const struct table *table = home->chain->table;

	for (size_t i = 0; i < table->chain_count; i++)
		for (size_t j = 0; j < table->chains[i]->rule_count; j++) {
			const struct rule *rule = table->chains[i]->rules[j];

			if (calls(rule, home->chain) && !is_call_of(rule, home))
				return rule;
		}
	return NULL;
}

static bool any_ours(const struct chain *chain)
{
	for (size_t i = 0; i < chain->rule_count; i++)
		if (chain->rules[i]->tag)
			return true;
	return false;
}

const struct rule *home_call(const struct home_chain *home)
{
	for (size_t i = 0; i < home->base->rule_count; i++)
		if (is_call_of(home->base->rules[i], home))
			return home->base->rules[i];
	return NULL;
}

/* Rules in a chain are known to be ours by their comments, and the chain by those or by its call. */
static bool was_there(const struct home_chain *home)
{
	const struct rule *call = home_call(home);

	return call ? call->comment != NULL : !any_ours(home->chain);
}

static int name_taken(const struct rule *rule, struct error *err)
{
	CLEANUP(text_free) struct text name = {0};

	rule_name(rule, &name);
	error_set(err, ERROR_BLOCKED, "the name %s is taken: %s was not made by fwport", rule->chain->name,
		  text_string(&name));
	return error_hint(err, "rename that chain, or remove what is foreign in it");
}

static const char *what_is_shared(const struct home_chain *home)
{
	return home->of_policy && !any_ours(home->chain) ? "the policy would hold"
							 : "what is opened there would be open";
}

int legacy_home_refuse(const struct home_chain *home, struct error *err)
{
	CLEANUP(text_free) struct text name = {0};

	rule_name(home->strange, &name);
	error_set(err, ERROR_BLOCKED,
		  "%s calls %s, which is fwport's own, and was not made by it: %s for it, too",
		  text_string(&name), home->chain->name, what_is_shared(home));
	return error_hint(err, "remove that rule, or let it call a chain of its own");
}

/* What others do never keeps ours from being taken away. */
static int chain_check(struct home_chain *home, struct error *err)
{
	const struct rule *rule = foreign_rule(home->chain);

	home->strange = strange_call(home);
	home->shared = rule || home->strange;
	home->found = was_there(home);
	if (!home->wanted || any_ours(home->chain))
		return 0;
	if (rule)
		return name_taken(rule, err);
	return home->of_policy && home->strange ? legacy_home_refuse(home, err) : 0;
}

/* what is wanted */

static bool any_wanted(const struct wants *wants, const struct home_chain *home)
{
	for (size_t i = 0; i < wants->count; i++)
		if (wants->groups[i].scope->direction == home->direction &&
		    scope_has_family(wants->groups[i].scope, home->family))
			return true;
	return false;
}

static int chain_make(struct home_chain *home, struct pool *pool, struct error *err)
{
	const struct chain chain = {.table = home->base->table, .name = name_of(home)};

	home->chain = pool_copy(pool, &chain, sizeof(chain));
	return home->chain ? 0 : error_memory(err);
}

static int call_make(struct home_chain *home, struct pool *pool, struct error *err)
{
	const struct op ops[] = {
		{.kind = OP_COUNTER},
		{.kind = OP_VERDICT,
		 .verdict = {.code = VERDICT_JUMP, .chain_name = home->chain->name, .chain = home->chain}},
	};
	const struct rule call = {
		.chain = (struct chain *)home->base,
		.ops = pool_copy(pool, ops, sizeof(ops)),
		.op_count = 2,
		.comment = home->found ? FOUND_COMMENT : NULL,
	};

	home->call = pool_copy(pool, &call, sizeof(call));
	return call.ops && home->call ? 0 : error_memory(err);
}

static bool is_wanted(const struct home_chain *home, const struct wishes *wishes, const struct wants *wants)
{
	if (wishes->place != HOME_IPTABLES)
		return false;
	return home->of_policy ? wishes->policy.drop[home->direction] : any_wanted(wants, home);
}

static int chain_find(struct home_chain *home, const struct table *table, const struct wishes *wishes,
		      const struct wants *wants, struct pool *pool, struct error *err)
{
	home->base = table_find_chain(table, names[home->direction].base);
	home->chain = table_find_chain(table, name_of(home));
	home->stands = home->chain != NULL;
	home->wanted = is_wanted(home, wishes, wants);
	if (home->stands && chain_check(home, err) < 0)
		return -1;
	if (!home->stands && chain_make(home, pool, err) < 0)
		return -1;
	return home->wanted ? call_make(home, pool, err) : 0;
}

static int chains_find(const struct table *table, enum family family, enum direction direction,
		       const struct wishes *wishes, const struct wants *wants, struct pool *pool,
		       struct legacy_home *out, struct error *err)
{
	for (int of_policy = 0; of_policy < 2; of_policy++) {
		struct home_chain *home = &out->chains[out->count++];

		*home = (struct home_chain){.family = family, .direction = direction, .of_policy = of_policy};
		if (chain_find(home, table, wishes, wants, pool, err) < 0)
			return -1;
	}
	return 0;
}

int legacy_home_find(const struct ruleset *now, const struct wishes *wishes, const struct wants *wants,
		     struct pool *pool, struct legacy_home *out, struct error *err)
{
	*out = (struct legacy_home){0};
	for (int family = 0; family < FAMILY_COUNT; family++) {
		const struct table like = {
			.engine = ENGINE_LEGACY,
			.family = family == FAMILY_IPV4 ? TABLE_IP : TABLE_IP6,
			.name = "filter",
		};
		const struct table *table = ruleset_same_table(now, &like);

		for (int direction = DIRECTION_IN; table && direction <= DIRECTION_OUT; direction++)
			if (table_find_chain(table, names[direction].base) &&
			    chains_find(table, (enum family)family, (enum direction)direction, wishes, wants,
					pool, out, err) < 0)
				return -1;
	}
	return legacy_policy_want(now, wishes, wants, pool, out, err);
}

/* the difference */

static struct step chain_step(const struct home_chain *home, bool remove)
{
	return (struct step){
		.remove = remove, .object = STEP_CHAIN, .table = home->chain->table, .chain = home->chain};
}

static struct step call_step(const struct home_chain *home)
{
	return (struct step){.object = STEP_RULE,
			     .table = home->base->table,
			     .chain = home->base,
			     .rule = home->call,
			     .before = home->before,
			     .note = home->found ? "the chain was there before, and stays when ours goes"
						 : NULL};
}

int legacy_home_build(const struct legacy_home *home, struct pool *pool, struct steps *out, struct error *err)
{
	for (size_t i = 0; i < home->count; i++)
		if (home->chains[i].wanted && !home->chains[i].strange &&
		    steps_push(out, chain_step(&home->chains[i], false), pool, err) < 0)
			return -1;
	for (size_t i = 0; i < home->rules.count; i++)
		if (guest_steps(&home->rules.list[i], pool, out, err) < 0)
			return -1;
	for (size_t i = 0; i < home->count; i++)
		if (home->chains[i].wanted && policy_build(&home->chains[i].policy, pool, out, err) < 0)
			return -1;
	for (size_t i = 0; i < home->count; i++)
		if (home->chains[i].wanted && steps_push(out, call_step(&home->chains[i]), pool, err) < 0)
			return -1;
	return 0;
}

/* The last one goes first: what undoes it puts them back in order. */
int legacy_home_chains(const struct legacy_home *home, struct pool *pool, struct steps *add,
		       struct steps *remove, struct error *err)
{
	for (size_t i = 0; i < home->count; i++)
		if (home->chains[i].wanted && !home->chains[i].stands &&
		    steps_push(add, chain_step(&home->chains[i], false), pool, err) < 0)
			return -1;
	for (size_t i = home->count; i-- > 0;) {
		const struct home_chain *one = &home->chains[i];

		if (!one->wanted && one->stands && !one->shared && !one->found &&
		    steps_push(remove, chain_step(one, true), pool, err) < 0)
			return -1;
	}
	return 0;
}

static bool is_theirs(const struct home_chain *home)
{
	return home->shared && !home->wanted;
}

/*
 * A network that is down for a minute shows nothing of what a call is good for, and shall not move it. That of the policy is
 * right in one place only.
 */
static bool may_stay(const struct home_chain *home, const struct rule *call, bool strict)
{
	if (home->of_policy)
		return call->position == home->base->rule_count;
	if (!home->moves && (!strict || home->all_unseen))
		return true;
	return stands_before(call, home->before);
}

/* One call is enough: the first that stands where it shall, or just the first when it may stay. */
static int calls_compare(const struct home_chain *home, bool strict, struct pool *pool, struct steps *add,
			 struct steps *remove, struct stayed *stayed, struct error *err)
{
	const struct rule *kept = NULL;

	for (size_t i = 0; i < home->base->rule_count; i++) {
		const struct rule *rule = home->base->rules[i];

		if (!is_call_of(rule, home))
			continue;
		if (home->wanted && !kept && may_stay(home, rule, strict))
			kept = rule;
		else if (!is_theirs(home) && steps_drop_rule(remove, rule, pool, err) < 0)
			return -1;
	}
	if (!home->wanted)
		return 0;
	if (!kept)
		return steps_push(add, call_step(home), pool, err);
	if (home->of_policy)
		return 0;
	stayed->any |= !stands_before(kept, home->before);
	stayed->skips |= !home->some_unseen && skips_block(kept, home->before, 0);
	return 0;
}

int legacy_home_calls(const struct legacy_home *home, bool strict, struct pool *pool, struct steps *add,
		      struct steps *remove, struct stayed *stayed, struct error *err)
{
	*stayed = (struct stayed){0};
	for (size_t i = 0; i < home->count; i++)
		if (calls_compare(&home->chains[i], strict, pool, add, remove, stayed, err) < 0)
			return -1;
	return 0;
}

int legacy_home_uncall(const struct legacy_home *home, struct pool *pool, struct steps *out,
		       struct error *err)
{
	for (size_t i = 0; i < home->count; i++)
		for (size_t j = 0; !is_theirs(&home->chains[i]) && j < home->chains[i].base->rule_count; j++)
			if (is_call_of(home->chains[i].base->rules[j], &home->chains[i]) &&
			    steps_drop_rule(out, home->chains[i].base->rules[j], pool, err) < 0)
				return -1;
	return 0;
}

static int unchain(const struct home_chain *home, struct pool *pool, struct steps *out, struct error *err)
{
	for (size_t i = 0; i < home->chain->rule_count; i++)
		if (!home->chain->rules[i]->tag && steps_drop_rule(out, home->chain->rules[i], pool, err) < 0)
			return -1;
	return steps_push(out, chain_step(home, true), pool, err);
}

int legacy_home_unchain(const struct legacy_home *home, struct pool *pool, struct steps *out,
			struct error *err)
{
	for (size_t i = 0; i < home->count; i++)
		if (home->chains[i].stands && !home->chains[i].strange && !is_theirs(&home->chains[i]) &&
		    unchain(&home->chains[i], pool, out, err) < 0)
			return -1;
	return 0;
}
