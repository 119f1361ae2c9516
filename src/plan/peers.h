/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who else would get through: compares a ruleset without a guest and with it for sources that rules single out.
 */
#ifndef FWPORT_PLAN_PEERS_H
#define FWPORT_PLAN_PEERS_H

#include "fwport/eval.h"
#include "want.h"

/* A guest that lets the packets of one lane pass the blocker. */
struct trial {
	const struct ruleset *before, *after;
	const struct host *host;
	const struct group *group;
	const struct lane *lane;
	const struct decision *blocker;
};

/*
 * *found: where somebody is stopped, by a rule that does not stop the general source, or sent to another address by NAT, whom
 * the guest lets pass; NULL when there is nobody. One example of each class of sources is asked for; *too_many: there are too
 * many, and somebody may be among them.
 */
int peers_check(const struct trial *trial, uint16_t port, struct pool *pool, const struct decision **found,
		bool *too_many, struct error *err);

/* The base chain's station on the way of a packet, in an answer about another copy of the ruleset; or NULL. */
const struct station *station_like(const struct family_answer *answer, enum packet_role role,
				   const struct chain *base);
/* The same rule in two copies of a ruleset; NULL is the policy. */
bool rule_is(const struct rule *a, const struct rule *b);

#endif
