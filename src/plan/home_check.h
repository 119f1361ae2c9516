/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a table of our name is our home. Somebody may have made one, or put things into ours.
 */
#ifndef FWPORT_PLAN_HOME_CHECK_H
#define FWPORT_PLAN_HOME_CHECK_H

#include "fwport/pool.h"
#include "fwport/ruleset.h"
#include "fwport/step.h"

/*
 * ERROR_BLOCKED, naming the first set or object that fwport did not make. Chains and rules that it did not make are told in *guests,
 * whose kind else is ERROR_NONE: beside them nothing can be added. An empty table may become the home.
 */
int home_check(const struct table *have, struct pool *pool, struct error *guests, struct error *err);
/* Leaves out of the steps that empty a home those that would take away what others put there, or what holds it. */
int home_spare_guests(struct steps *removals, struct pool *pool, struct error *err);

#endif
