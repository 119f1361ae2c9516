/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The proof after the commit: the promise is about what the kernel holds now, not about what was planned.
 */
#include "fwport/patience.h"
#include "harm.h"
#include "lockout.h"
#include "policy_proof.h"
#include "proof.h"
#include "stages.h"

enum { PROOF_MILLISECONDS = 5000 }; /* then it is undone */

static int read_again(struct change *change, struct error *err)
{
	struct patience patience = patience_of(PROOF_MILLISECONDS);
	const struct ruleset *before = change->ruleset;
	int done;

	/* What a neighbour has written is not known. */
	if (change->plan.errands.count)
		before = NULL;
	do
		done = change->backend->read(before, before ? &change->plan.steps : NULL, change->pool,
					     &change->ruleset, err);
	while (done < 0 && err->kind == ERROR_BUSY && patience_lasts(&patience));
	return done;
}

/* When the kernel holds, rule by rule, what was planned and judged, it is judged. */
static int judge_again(struct change *change, struct opening_answer **results, size_t *count,
		       struct error *err)
{
	if (!ruleset_same(change->plan.after, change->ruleset))
		return openings_evaluate(change->ruleset, &change->host, change->record.asked,
					 change->record.asked_count, change->pool, results, count, err);
	*results = change->plan.results;
	*count = change->plan.result_count;
	return 0;
}

static bool takes_away(const struct errands *errands)
{
	for (size_t i = 0; i < errands->count; i++)
		if (errands->list[i].back)
			return true;
	return false;
}

/* What a neighbour takes away is seen when it is gone. */
static int find_harm(struct change *change, const struct ruleset *before, struct error *err)
{
	const struct plan done = {.after = change->ruleset};
	struct change_report *report = change->report;

	if (change->request->force || !takes_away(&change->plan.errands))
		return 0;
	if (lockout_find(before, &done, &change->host, change->pool, &report->lockout, err) < 0 ||
	    harm_find(before, change->ruleset, &change->host, &change->record, change->pool, &report->harmed,
		      err) < 0)
		return -1;
	if (report->lockout || report->harmed)
		report->outcome = report->lockout ? OUTCOME_LOCKOUT : OUTCOME_HARMS;
	return 0;
}

int change_verify(struct change *change, struct error *err)
{
	struct change_report *report = change->report;
	const struct ruleset *before = change->ruleset;
	struct opening_answer *results;
	size_t count;

	if (read_again(change, err) < 0 || judge_again(change, &results, &count, err) < 0)
		return -1;
	report->ruleset = change->ruleset->number;
	proof_report(results, count, report);
	proof_weigh(&change->request->accept, results, count, report);
	if (report->outcome == OUTCOME_DONE && find_harm(change, before, err) < 0)
		return -1;
	if (change->request->boot || change->request->spared.policy ||
	    policy_equal(policy_of(before), change->record.next.policy))
		return 0;
	return policy_prove(before, change->ruleset, &change->host, &change->record, &change->wishes,
			    change->request, change->pool, report, err);
}
