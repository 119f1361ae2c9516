/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A need: packets that stop at one place, and the predicate that would let them pass it. What an answer lacks to be open.
 */
#ifndef FWPORT_PLAN_NEED_H
#define FWPORT_PLAN_NEED_H

#include "place.h"
#include "predicate.h"

struct need {
	enum predicate_kind kind;
	bool leaves;
	uint16_t arrives; /* the port that NAT gave the packets on their way here; 0: none */
	bool tentative;   /* a rule may help, and is not kept if it does not */
	enum packet_role role;
	const struct station *station; /* where the first of them stops */
	struct sites sites;
	size_t *classes; /* of ports */
	size_t class_count;
};

struct needs {
	struct need *list;
	size_t count;
	/* A station that nothing may or can be done about; the list is then of no use. */
	const char *refused, *hint;
};

/*
 * Of all stations that block, in families and on interfaces that count. Without classes. The answer is of `ruleset`, sentences
 * are about `now`.
 */
int needs_find(const struct ruleset *ruleset, const struct ruleset *now, const struct answer *answer,
	       bool override, struct pool *pool, struct needs *out, struct error *err);
/* Adds the needs of one class; the same need of several classes becomes one. */
int needs_merge(struct needs *needs, const struct needs *more, size_t class, struct pool *pool,
		struct error *err);

#endif
