/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chains and calls of the legacy home as they are, as they shall be, and the difference. Their rules are told apart like
 * guests, by guests_match.
 */
#include "legacy_home.h"

#include "fwport/rule_text.h"
#include "policy_match.h"
#include "step_list.h"
#include "tail.h"

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

static int foreign(const struct chain *chain, const struct rule *rule, struct error *err)
{
	CLEANUP(text_free) struct text name = {0};

	if (rule->chain == chain) {
		rule_name(rule, &name);
		error_set(err, ERROR_BLOCKED, "%s was not made by fwport", text_string(&name));
	} else {
		rule_name(rule, &name);
		error_set(err, ERROR_BLOCKED, "%s calls %s, which is fwport's own, and was not made by it",
			  text_string(&name), chain->name);
	}
	return error_hint(err, "rename that chain, or remove what is foreign in it");
}

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

static const struct rule *foreign_call(const struct home_chain *home)
{
	const struct table *table = home->chain->table;

	for (size_t i = 0; i < table->chain_count; i++)
		for (size_t j = 0; j < table->chains[i]->rule_count; j++) {
			const struct rule *rule = table->chains[i]->rules[j];

			if (calls(rule, home->chain) && !(rule->chain == home->base && rule_calls_home(rule)))
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

/* What is opened in it would be open for whoever else calls it. What others do never keeps ours from being taken away. */
static int chain_check(struct home_chain *home, struct error *err)
{
	const struct rule *rule = foreign_rule(home->chain), *call = foreign_call(home);

	home->shared = rule || call;
	if (home->wanted && call)
		return foreign(home->chain, call, err);
	if (home->wanted && rule && !any_ours(home->chain))
		return foreign(home->chain, rule, err);
	return 0;
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
			     .before = home->before};
}

int legacy_home_build(const struct legacy_home *home, struct pool *pool, struct steps *out, struct error *err)
{
	for (size_t i = 0; i < home->count; i++)
		if (home->chains[i].wanted &&
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

		if (!one->wanted && one->stands && !one->shared &&
		    steps_push(remove, chain_step(one, true), pool, err) < 0)
			return -1;
	}
	return 0;
}

static bool is_theirs(const struct home_chain *home)
{
	return home->shared && !home->wanted;
}

bool is_call_of(const struct rule *rule, const struct home_chain *home)
{
	return home->stands && calls(rule, home->chain);
}

/* A rule that may block stands between the call and the later place that was found. What the policy drops is not skipped. */
static bool skips_block(const struct rule *call, const struct rule *before)
{
	const struct chain *chain = call->chain;
	const size_t end = before ? before->position - 1 : chain->rule_count;

	for (size_t from = call->position, to; from < end; from = to + 1) {
		for (to = from; to < end && !rule_calls_home(chain->rules[to]);)
			to++;
		if (block_in(chain, from, to, 0))
			return true;
	}
	return false;
}

/*
 * A network that is down for a minute shows nothing of what a call is good for, and shall not move it. That of the policy is
 * right in one place only.
 */
static bool may_stay(const struct home_chain *home, const struct rule *call, bool strict)
{
	if (home->of_policy)
		return call->position == home->base->rule_count;
	return !strict || home->all_unseen || stands_before(call, home->before);
}

/* One call is enough: the first that stands where it shall, or just the first when it may stay. */
static int calls_compare(const struct home_chain *home, bool strict, struct pool *pool, struct steps *add,
			 struct steps *remove, struct calls_found *found, struct error *err)
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
	found->elsewhere |= !stands_before(kept, home->before);
	found->skips |= !home->some_unseen && skips_block(kept, home->before);
	return 0;
}

int legacy_home_calls(const struct legacy_home *home, bool strict, struct pool *pool, struct steps *add,
		      struct steps *remove, struct calls_found *found, struct error *err)
{
	*found = (struct calls_found){0};
	for (size_t i = 0; i < home->count; i++)
		if (calls_compare(&home->chains[i], strict, pool, add, remove, found, err) < 0)
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
		if (home->chains[i].stands && !is_theirs(&home->chains[i]) &&
		    unchain(&home->chains[i], pool, out, err) < 0)
			return -1;
	return 0;
}
