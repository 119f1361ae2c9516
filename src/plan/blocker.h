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

/* The rule that may not have matched: the deciding one, else the innermost call that asks something. NULL: there is no doubt. */
const struct rule *decision_doubt(const struct decision *decision);

/*
 * Stations where the packet stops when the blocker of `first`, and then each further one, is left out; in order. None when the
 * blocker asks nothing, and so surely blocks.
 */
int blockers_behind(const struct ruleset *ruleset, const struct lane_packet *packet,
		    const struct station *first, struct pool *pool, const struct station *out[BLOCKERS_MOST],
		    size_t *count, struct error *err);

#endif
