/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy in legacy tables. Its chain is called behind everything else: before a rule of somebody else it would drop what that
 * rule accepts. A built-in chain's own policy is not ours, and is left as it is.
 */
#include "legacy_home.h"

#include "fwport/policy.h"
#include "policy_match.h"

/* Those of one family, by direction, as they stand. */
static void chains_of(const struct legacy_home *home, enum family family, const struct chain *out[2])
{
	for (size_t i = 0; i < home->count; i++) {
		const struct home_chain *one = &home->chains[i];

		if (one->of_policy && one->stands && one->family == family)
			out[one->direction] = one->chain;
	}
}

int legacy_policy_want(const struct ruleset *now, const struct wishes *wishes, const struct wants *wants,
		       struct pool *pool, struct legacy_home *home, struct error *err)
{
	for (size_t i = 0; i < home->count; i++) {
		struct home_chain *one = &home->chains[i];
		const struct chain *standing[2] = {NULL, NULL};
		struct admissions admissions;

		if (!one->of_policy || !one->wanted)
			continue;
		chains_of(home, one->family, standing);
		if (admissions_find(now, wishes, wants, one->family, standing, pool, &admissions, err) < 0 ||
		    policy_entries_make(one->direction, one->chain, one->family, &admissions, pool,
					&one->policy, err) < 0)
			return -1;
	}
	return 0;
}

int legacy_home_policy(const struct legacy_home *home, struct pool *pool, struct steps *add,
		       struct steps *remove, struct error *err)
{
	for (size_t i = 0; i < home->count; i++) {
		const struct home_chain *one = &home->chains[i];

		if (one->of_policy && (one->stands || one->wanted) &&
		    policy_compare(one->stands ? one->chain : NULL, &one->policy, pool, add, remove, err) < 0)
			return -1;
	}
	return 0;
}

/* NULL: what stands last there is not the call. */
static const struct rule *last_call(const struct home_chain *home)
{
	const struct chain *base = home->base;
	const struct rule *last = base->rule_count ? base->rules[base->rule_count - 1] : NULL;

	return last && is_call_of(last, home) ? last : NULL;
}

static void order(const struct home_chain *home, struct steps *add)
{
	const struct rule *call = last_call(home), *first = policy_first(home->chain, &home->policy);

	for (size_t i = 0; i < add->count; i++) {
		struct step *step = &add->list[i];

		if (step->object != STEP_RULE || step->before)
			continue;
		if (chain_is(step->chain, home->base))
			step->before = call;
		else if (rule_is_of_opening(step->rule) && chain_is(step->chain, home->chain))
			step->before = first;
	}
}

void legacy_home_order(const struct legacy_home *home, struct steps *add)
{
	for (size_t i = 0; i < home->count; i++)
		if (home->chains[i].of_policy && home->chains[i].wanted)
			order(&home->chains[i], add);
}
