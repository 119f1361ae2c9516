/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A survey asks the evaluator about a whole group: once for each lane and each class of ports that no rule tells apart.
 */
#ifndef FWPORT_PLAN_SURVEY_H
#define FWPORT_PLAN_SURVEY_H

#include "fwport/eval.h"
#include "want.h"

/* Every answer that is applicable. */
struct answer_list {
	const struct family_answer **list;
	size_t count;
};

struct survey {
	struct port_class *classes;
	size_t class_count;
	/* The worst answer, per class and family: [class * FAMILY_COUNT + family]; NULL where the scope has no such family. */
	const struct family_answer **answers;
	struct answer_list *all; /* in the same order */
};

/* The group's ports as the ruleset tells them apart; a home that only accepts is left out of account. */
int survey_classes(const struct ruleset *ruleset, const struct group *group, struct pool *pool,
		   struct survey *out, struct error *err);
/* Fills in the answers. */
int survey_answers(const struct ruleset *ruleset, const struct host *host, const struct group *group,
		   struct pool *pool, struct survey *survey, struct error *err);

/* One question of a lane; and the beginning of many, which evaluation_ask puts. */
int lane_ask(const struct ruleset *ruleset, const struct host *host, const struct group *group,
	     const struct lane *lane, uint16_t port, struct pool *pool, struct answer *out,
	     struct error *err);
int lane_begin(const struct ruleset *ruleset, const struct host *host, const struct group *group,
	       const struct lane *lane, struct pool *pool, struct evaluation **out, struct error *err);

#endif
