/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The planner: from the openings that are wanted and the ruleset as it is to the steps that make it so. It owns the home and
 * the guest rules and nothing else. Pure: no system call, no clock.
 */
#ifndef FWPORT_PLAN_H
#define FWPORT_PLAN_H

#include "fwport/eval.h"
#include "fwport/policy.h"
#include "fwport/report.h"

/* Where openings have a place of their own, beside the rules that let them through where others block. */
enum home_place {
	HOME_AUTO, /* in nf_tables, unless there is none yet and the host filters with legacy tables alone */
	HOME_NFT,  /* table inet fwport */
	HOME_IPTABLES /* FWPORT-IN and FWPORT-OUT in the legacy filter tables that are registered */
};

/* The name of the backend in which the home stands, or NULL. */
const char *home_stands(const struct ruleset *ruleset);

/* What shall be so. */
struct wishes {
	const struct openings
		*openings; /* everything that shall be open afterwards: all of ours, old and new */
	struct policy policy;
	enum home_place place;
	/* Those that go on where the policy drops and connection tracking did not see them begin; NULL: none. */
	const struct connections *established;
};

struct plan {
	struct steps steps;
	struct errands
		errands; /* behind the steps, of neighbours; nobody knows what they will make of the ruleset */
	const struct ruleset *after;    /* the ruleset with the steps applied */
	struct opening_answer *results; /* per opening asked about and family that applies */
	size_t result_count;
	bool conntrack_on; /* the steps switch connection tracking on */
	size_t admitted; /* established connections that have no accept of their own, and are given one for a time */
};

/* Neither steps nor errands. */
bool plan_is_empty(const struct plan *plan);

/*
 * `asked` are openings whose answer the caller wants in results (pointers into those wished for, may be empty). Openings that
 * others' rules already let pass get a home rule and no guest, and those that a neighbour lets through get neither. Errands are left to
 * the caller. What of ours is in `now` and serves no wish is removed.
 */
int plan_make(const struct ruleset *now, const struct host *host, const struct wishes *wishes,
	      const struct opening *const *asked, size_t asked_count, struct pool *pool, struct plan *out,
	      struct error *err);

/*
 * The answers for openings on any ruleset: for each, in order, one entry per family its scope has (answer->applicable tells
 * whether the host has it too), the worst over its ports, prefixes and interfaces. Linear in the openings: ports that no rule
 * tells apart are evaluated once.
 */
int openings_evaluate(const struct ruleset *ruleset, const struct host *host,
		      const struct opening *const *openings, size_t count, struct pool *pool,
		      struct opening_answer **out, size_t *out_count, struct error *err);

/* Whether a rule of ours speaks of these ports and of no others. */
int rule_speaks_of(const struct rule *rule, struct port_range ports, struct pool *pool, bool *out,
		   struct error *err);

/* What shall be fixed: a question, and all the ports that its answer is good for. */
struct fix_question {
	const struct query *query;
	const struct port_range *ports;
	size_t port_count;
};
/* What was planned for a question already, by families and override: 0 not yet, 1 it opens, -1 it does not. */
struct fix_memo {
	signed char opens[FAMILIES_BOTH + 1][2];
};
/* What `why` shows for a blocked answer: the fwport command that would open it, when one would; else nothing is added. */
void fix_fwport(const struct fix_question *question, const struct family_answer *answer,
		const struct ruleset *ruleset, const struct host *host, struct fix_memo *memo,
		struct text *out);
/*
 * The commands of the tools that own the blockers, when each has one that helps. `refused`: a rule of ours was planned and would
 * not be placed, so that nobody is told to put one there by hand.
 */
void fix_owner(const struct fix_question *question, const struct family_answer *answer, bool refused,
	       struct text *out);

#endif
