/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Meeting a need: choosing among its places the one where a rule helps and harms nobody.
 */
#ifndef FWPORT_PLAN_MEET_H
#define FWPORT_PLAN_MEET_H

#include "guest.h"
#include "need.h"
#include "survey.h"

/* All that placing knows; `working` grows a rule at a time. */
struct placing {
	const struct ruleset *now; /* as people see it */
	const struct ruleset *working;
	const struct host *host;
	struct pool *pool;
	struct guests *guests;
	struct refusals *refusals;
};

/* One lane of one group, with what is settled of its port classes. */
struct course {
	const struct group *group;
	const struct lane *lane;
	const struct survey *survey;
	bool *settled;
	unsigned *unseen;
};

/* Adds a guest to the placing, or refuses the classes of the need. */
int need_meet(struct placing *placing, const struct course *course, const struct need *need,
	      struct error *err);
/* One class of ports has no way through. */
int class_refuse(struct placing *placing, const struct course *course, size_t class, const char *sentence,
		 const char *hint, struct error *err);

#endif
