/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The home in nf_tables: table inet fwport as it shall be, and what is missing or too much of it in a ruleset. Without a
 * policy it only ever accepts, so it opens nothing by itself; it is where our openings are seen and counted, at one look-up per
 * packet.
 */
#ifndef FWPORT_PLAN_HOME_H
#define FWPORT_PLAN_HOME_H

#include "fwport/step.h"
#include "fwport/plan.h"
#include "want.h"

/* The order in which they are to be done is the order of the members. */
struct home_steps {
	struct steps add;
	struct steps remove;
};

/* Where it is, or shall be: never HOME_AUTO. */
enum home_place home_choose(const struct ruleset *now, const struct wishes *wishes);
/* ERROR_USAGE when there is no room in that place for what is wished for. */
int home_place_check(const struct ruleset *now, const struct wishes *wishes, struct error *err);
/*
 * The place wished for is one that was chosen. ERROR_BLOCKED when somebody else has things in a table of our name: none of it
 * is touched. ERROR_USAGE as of the place.
 */
int home_plan(const struct ruleset *now, const struct wishes *wishes, const struct wants *wants,
	      struct pool *pool, struct home_steps *out, struct error *err);

#endif
