/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The home as it shall be for the openings that are wanted, whatever there is now.
 */
#ifndef FWPORT_PLAN_HOME_WANT_H
#define FWPORT_PLAN_HOME_WANT_H

#include "fwport/ruleset.h"
#include "policy_rules.h"
#include "want.h"

/* Of each protocol and direction a set of ports that stay, and behind all of these one of ports that expire. */
enum {
	HOME_CHAINS = 2,
	HOME_PROTOCOLS = 3,
	HOME_SETS_THAT_STAY = HOME_CHAINS * HOME_PROTOCOLS,
	HOME_SETS = 2 * HOME_SETS_THAT_STAY
};

/* A set and the ports it shall hold. */
struct home_set {
	struct set set;
	struct port_range *ports; /* disjoint cells; NULL: nothing, and no set */
	int64_t *expires;         /* of each, the last first, seconds since the epoch; NULL: they stay */
	size_t count;
};

struct home {
	struct table table;
	struct chain *chain_list[HOME_CHAINS];
	struct chain chains[HOME_CHAINS]; /* by enum direction */
	struct home_set sets[HOME_SETS];
	struct rule **rules[HOME_CHAINS]; /* every rule that shall stand in the chain; none: and no chain */
	size_t rule_counts[HOME_CHAINS];
	struct policy_rules policy[HOME_CHAINS];
	struct set *admitted[FAMILY_COUNT]; /* connections that the policy lets go on; NULL: none */
};

/* The empty home: its chains by direction, and the names of its sets. */
void home_start(struct home *home);
/* Whether some rule shall stand in the chain. */
bool home_wants_chain(const struct home *home, int direction);
enum protocol home_set_protocol(int set);
enum direction home_set_direction(int set);
/* The rule that looks into one of the sets. */
int home_set_rule(const struct home *home, int set, struct pool *pool, struct rule **out, struct error *err);
int home_want(const struct wants *wants, struct home *home, struct pool *pool, struct error *err);

#endif
