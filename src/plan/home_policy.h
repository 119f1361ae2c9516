/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy at home: the rules that stand behind those of the openings, in the one order that makes sense of them.
 */
#ifndef FWPORT_PLAN_HOME_POLICY_H
#define FWPORT_PLAN_HOME_POLICY_H

#include "fwport/plan.h"
#include "home_want.h"

/* Adds to the home what the policy wants. Connections that were let go on before may go on. */
int home_policy_want(const struct ruleset *now, const struct wishes *wishes, const struct wants *wants,
		     struct home *home, struct pool *pool, struct error *err);
/* Whether it is a set of such connections. */
bool home_is_admitted(const struct set *set);
/* The sets of connections that are missing. */
int home_admitted_add(const struct table *have, const struct home *home, struct pool *pool, struct steps *out,
		      struct error *err);

#endif
