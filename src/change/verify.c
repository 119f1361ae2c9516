/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The proof after the commit: the promise is about what the kernel holds now, not about what was planned.
 */
#include "fwport/patience.h"
#include "policy_proof.h"
#include "proof.h"
#include "stages.h"

enum { PROOF_MILLISECONDS = 5000 }; /* then it is undone */

static int read_again(struct change *change, struct error *err)
{
	struct patience patience = patience_of(PROOF_MILLISECONDS);
	const struct ruleset *before = change->ruleset;
	int done;

	do
		done = change->backend->read(before, &change->plan.steps, change->pool, &change->ruleset,
					     err);
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
	if (change->request->boot || change->request->spared.policy ||
	    policy_equal(policy_of(before), change->record.next.policy))
		return 0;
	return policy_prove(before, change->ruleset, &change->host, &change->record, &change->wishes,
			    change->request, change->pool, report, err);
}
