/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy that is wanted, and the rules of it that stand. Here order matters, as it does not between rules that only accept:
 * they stand at the end of their chain, behind those of the openings.
 */
#ifndef FWPORT_PLAN_POLICY_MATCH_H
#define FWPORT_PLAN_POLICY_MATCH_H

#include "fwport/step.h"
#include "policy_rules.h"

/*
 * Unless those that are wanted stand at the end of `have`, in order, they are all made anew: behind rules that are added before.
 * `have` is NULL where the chain is not there yet.
 */
int policy_compare(const struct chain *have, const struct policy_rules *want, struct pool *pool,
		   struct steps *add, struct steps *remove, struct error *err);
/* The rule that openings are put before: the first of the policy's that stays. NULL: none does. */
const struct rule *policy_first(const struct chain *have, const struct policy_rules *want);
/* Steps that make them where none stand. */
int policy_build(const struct policy_rules *want, struct pool *pool, struct steps *out, struct error *err);

#endif
