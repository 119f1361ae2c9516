/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands behind a blocker in the same base chain and would block too.
 */
#ifndef FWPORT_PLAN_BLOCKER_H
#define FWPORT_PLAN_BLOCKER_H

#include "fwport/trace.h"
#include "want.h"

enum { BLOCKERS_MOST = 8 };

/* The packet in question. */
struct lane_packet {
	const struct host *host;
	const struct group *group;
	const struct lane *lane;
	uint16_t port;
	enum packet_role role;
};

/* The rule at a depth of the way to the decision: a call, or behind the last one what decided; NULL: the policy did. */
const struct rule *decision_rule(const struct decision *decision, size_t depth);
/* Whether something that comes to the rule's chain may leave it again, to its caller or its caller's, before it comes to the rule. */
bool is_left_before(const struct rule *rule);
/*
 * The innermost rule of the way that packets get past, those that are not what it asks for or those that come back from the chain
 * it calls: the blocker itself, or a call. NULL: there is none, and nothing behind them is come to.
 */
const struct rule *decision_doubt(const struct decision *decision);

/*
 * Stations where the packet stops when the blocker of `first`, and then each further one, is left out; in order. None when
 * nothing gets past the blocker.
 */
int blockers_behind(const struct ruleset *ruleset, const struct lane_packet *packet,
		    const struct station *first, struct pool *pool, const struct station *out[BLOCKERS_MOST],
		    size_t *count, struct error *err);

#endif
