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

static const struct rule *behind(const struct home_chain *home, const struct step *step)
{
	if (chain_is(step->chain, home->base))
		return last_call(home);
	if (home->stands && chain_is(step->chain, home->chain) && rule_is_of_opening(step->rule))
		return policy_first(home->chain, &home->policy);
	return NULL;
}

void legacy_home_order(const struct legacy_home *home, struct steps *add)
{
	for (size_t i = 0; i < add->count; i++)
		for (size_t j = 0;
		     j < home->count && add->list[i].object == STEP_RULE && !add->list[i].before; j++)
			if (home->chains[j].of_policy && home->chains[j].wanted)
				add->list[i].before = behind(&home->chains[j], &add->list[i]);
}
