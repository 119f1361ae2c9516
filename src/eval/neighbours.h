/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the host and its neighbours on an IPv6 link find each other: ARP passes no chains, ICMPv6 does. */
#ifndef FWPORT_EVAL_NEIGHBOURS_H
#define FWPORT_EVAL_NEIGHBOURS_H

#include "ends.h"

/* What a rule or policy keeps from passing. */
struct discovery_loss {
	struct decision decision;
	bool solicitation, advertisement;
	bool hides_us;   /* neighbours do not find this host */
	bool hides_them; /* this host does not find its neighbours */
};

/* Adds a condition for each rule or policy that blocks neighbour discovery to an answer that is open, or may be. */
int neighbours_tell(const struct ruleset *ruleset, const struct host *host, const struct facts *facts,
		    const struct query *query, const struct end *end, struct pool *pool,
		    struct family_answer *answer);

#endif
