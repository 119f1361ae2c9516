/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a guest rule may stand. Asks one station of a trace: who blocks here, what before it only prepares the block, and
 * by how many ways packets get there.
 */
#ifndef FWPORT_PLAN_PLACE_H
#define FWPORT_PLAN_PLACE_H

#include "named.h"

#include "fwport/pool.h"
#include "fwport/trace.h"

struct site {
	const struct chain *chain;
	const struct rule *before; /* a rule that the kernel has; NULL: at the end */
	bool local_only;           /* packets that are not this host's own pass here, too */
	bool proved;               /* nobody behind the blocker is skipped by a rule here, by construction */
};

enum { SITES_MOST = 18 };

struct sites {
	struct site list[SITES_MOST]; /* the best first; of a call that is deeper only its inner chains */
	size_t count;
	const char *refused; /* why there is none, a sentence; or NULL */
	const char *hint;    /* or NULL */
	bool banned; /* refused because a set holds the peer, which an earlier packet may have put there */
};

/*
 * The places for a rule that lets the packet pass its blocker. Sentences number rules as they stand in `now`.
 */
int sites_find(const struct ruleset *now, const struct station *station, struct asked_port asked,
	       bool override, struct pool *pool, struct sites *out, struct error *err);

/* The same rule, by its handle, in another copy of the ruleset; the rule itself when it is not there. */
const struct rule *rule_as_in(const struct ruleset *now, const struct rule *rule);

/* Where the packet meets the blocker; NULL when it is of another answer. */
const struct station *blocker_station(const struct family_answer *answer, const struct blocker *blocker);
/* Whether it is NAT that sends the packet elsewhere. */
bool decision_is_nat(const struct decision *decision);
/* Whether it asks nothing: every packet matches. */
bool rule_is_unconditional(const struct rule *rule);
/* It drops or rejects every packet that comes to it. */
bool rule_blocks_all(const struct rule *rule);
/* What everything meets at the end of a base chain: a drop, reject or return without a test, or (NULL) its policy. false: it accepts. */
bool chain_end_blocks(const struct chain *base, const struct rule **out);
/* Whether rules of ours may stand in the chain, and in chains it calls. */
bool chain_takes_guests(const struct chain *base);

#endif
