/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The proof of a policy: a port that nobody opened is dropped, and the rules of what a host cannot do without stand as planned.
 */
#ifndef FWPORT_CHANGE_POLICY_PROOF_H
#define FWPORT_CHANGE_POLICY_PROOF_H

#include "fwport/plan.h"
#include "record.h"

/*
 * *sentence: NULL, or who filters the direction already that is to drop from now on. A second default-deny would stop what the
 * first was told to let in.
 */
int policy_competes(const struct ruleset *before, const struct host *host, const struct wishes *wishes,
		    struct pool *pool, const char **sentence, struct error *err);
/*
 * That the ruleset read back does what is wished for, and that openings fare no worse than before. Where that is not so the
 * outcome is another one, and report->unproved or report->harmed says why.
 */
int policy_prove(const struct ruleset *before, const struct ruleset *after, const struct host *host,
		 const struct record *record, const struct wishes *wishes,
		 const struct change_request *request, struct pool *pool, struct change_report *report,
		 struct error *err);

#endif
