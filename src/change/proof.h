/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The proof: from the evaluator's answers to the outcome of a change, and into its report.
 */
#ifndef FWPORT_PROOF_H
#define FWPORT_PROOF_H

#include "fwport/change.h"

/* OUTCOME_DONE when every answer keeps the promise, or when the options accept what it lacks; else the worst. */
enum change_outcome proof_judge(const struct acceptance *accept, const struct opening_answer *results,
				size_t count);
/* The same into the report, also that something is not open although it is kept. */
void proof_weigh(const struct acceptance *accept, const struct opening_answer *results, size_t count,
		 struct change_report *report);
/* Hands each item of the report its answers, and counts the base chains and owners that the packets met. */
void proof_report(const struct opening_answer *results, size_t count, struct change_report *report);
/* close: whether what was closed can be reached all the same, and how many connections go on. */
int proof_closed(const struct ruleset *ruleset, const struct host *host, struct pool *pool,
		 struct change_report *report, struct error *err);

/* open --for: what those answer that have an end, on the ruleset of then. */
int proof_ends(const struct ruleset *ruleset, const struct host *host, struct pool *pool,
	       struct change_report *report, struct error *err);
/* For a change that was planned or refused: what the ruleset does without it. */
int proof_present(const struct ruleset *ruleset, const struct host *host, struct pool *pool,
		  struct change_report *report, struct error *err);

#endif
