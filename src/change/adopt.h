/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What bears our tag and what is recorded, where they do not agree: rules without an opening, and openings without a record.
 */
#ifndef FWPORT_CHANGE_ADOPT_H
#define FWPORT_CHANGE_ADOPT_H

#include "fwport/ruleset.h"
#include "fwport/state.h"
#include "fwport/step.h"

/* Openings that were not recorded, and the rule with our tag that nothing could be made of, or NULL. */
struct adoption_report {
	bool found; /* openings, or a policy */
	size_t count;
	const struct rule *unread;
};

/*
 * Where there is no record, the openings that the ruleset speaks of become it. Ids that are given from now on are none that a rule
 * bears.
 */
int adopt(struct state *state, const struct ruleset *ruleset, int64_t now, struct pool *pool,
	  struct adoption_report *out, struct error *err);
/* Such a rule would be removed with the next change, and nobody knows what it is for. */
int adopt_check(const struct adoption_report *adoption, struct error *err);
/* The rules, and ranges of ports, that the steps remove although no opening that is recorded made them. */
int leftovers_count(const struct steps *steps, const struct openings *recorded, struct pool *pool,
		    size_t *out, struct error *err);

#endif
