/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares from the end of the chain on, rule by rule.
 */
#include "policy_match.h"

#include "fwport/policy.h"
#include "step_list.h"

static bool stands(const struct chain *have, const struct policy_rules *want)
{
	const size_t count = want->count;
	const size_t before = have && have->rule_count >= count ? have->rule_count - count : 0;

	if (!have || have->rule_count < count)
		return false;
	for (size_t i = 0; i < have->rule_count; i++) {
		const struct rule *rule = have->rules[i];

		if (i < before ? rule->tag == POLICY_TAG : !rule_same(want->list[i - before], rule))
			return false;
	}
	return true;
}

const struct rule *policy_first(const struct chain *have, const struct policy_rules *want)
{
	return want->count && stands(have, want) ? have->rules[have->rule_count - want->count] : NULL;
}

static int rules_add(const struct chain *chain, const struct policy_rules *want, struct pool *pool,
		     struct steps *out, struct error *err)
{
	for (size_t i = 0; i < want->count; i++) {
		const struct rule *rule = want->list[i];

		if (steps_push(out,
			       (struct step){.object = STEP_RULE,
					     .table = chain->table,
					     .chain = chain,
					     .set = rule_own_set(rule),
					     .rule = rule},
			       pool, err) < 0)
			return -1;
	}
	return 0;
}

int policy_build(const struct policy_rules *want, struct pool *pool, struct steps *out, struct error *err)
{
	return rules_add(want->chain, want, pool, out, err);
}

int policy_compare(const struct chain *have, const struct policy_rules *want, struct pool *pool,
		   struct steps *add, struct steps *remove, struct error *err)
{
	if (stands(have, want))
		return 0;
	/* The last one first: what undoes it puts them back one behind the other. */
	for (size_t i = have ? have->rule_count : 0; i-- > 0;)
		if (have->rules[i]->tag == POLICY_TAG &&
		    steps_drop_rule(remove, have->rules[i], pool, err) < 0)
			return -1;
	return rules_add(have ? have : want->chain, want, pool, add, err);
}
