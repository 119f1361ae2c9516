/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sends the steps of a plan and asks neighbours for what they have to do, and takes both back.
 */
#include "ask.h"
#include "owe.h"
#include "stages.h"
#include "take_over.h"
#include "undo.h"

/* A neighbour that cannot be asked keeps no rule of ours in place; the journal stays open for its part. */
int change_take_back(struct change *change, struct error *err)
{
	const struct plan *plan = &change->plan;
	struct error unasked;
	const int asked =
		change->asked ? ask_back(&plan->errands, change->store->lock, change->pool, &unasked) : 0;

	if (plan->steps.count && undo(change->backend, &plan->steps, change->pool, err) < 0)
		return -1;
	if (asked < 0) {
		*err = unasked;
		return -1;
	}
	transaction_undone(&change->transaction);
	change->report->undone = !plan_is_empty(plan);
	return 0;
}

int change_give_up(struct change *change, struct error *err)
{
	const struct error failure = *err;

	if (change_take_back(change, err) < 0) {
		error_in(err, "%s; and then", failure.text);
		return *failure.hint ? error_hint(err, "%s", failure.hint) : -1;
	}
	*err = failure;
	return error_in(err, "nothing was changed");
}

/* When the kernel's answer is lost, what may stand of the plan is taken back before it is planned anew. */
static int clear_up(struct change *change, int done, struct error *err)
{
	return done < 0 ? change_give_up(change, err) : change_take_back(change, err);
}

static int note_taken(enum commit_part part, void *context, struct error *err)
{
	return transaction_taken(context, part, err);
}

/* A neighbour that is gone for good would keep its openings in the record for ever. */
static int ask_or_forget(struct change *change, struct error *err)
{
	struct change_report *report = change->report;
	struct state forgotten = change->record.next;
	const char *why;

	if (owe_run(&change->plan.errands, change->store->lock, &forgotten, change->pool, &why, err) < 0)
		return -1;
	if (!why)
		return 0;
	report->forced = pool_format(change->pool, "%s%s%s; what it has of this stays there",
				     report->forced ? report->forced : "", report->forced ? "; " : "", why);
	return report->forced ? 0 : error_memory(err);
}

static int ask(struct change *change, const struct commit_log *log, struct error *err)
{
	const struct errands *errands = &change->plan.errands;
	const bool takes_away = !errands_widen(errands);

	if (change->request->force && takes_away)
		return ask_or_forget(change, err);
	if (ask_run(errands, change->store->lock, log, err) == 0)
		return 0;
	return takes_away && !err->hint[0] ? error_hint(err, "--force closes it in the record all the same")
					   : -1;
}

int change_commit(struct change *change, enum commit_result *result, struct error *err)
{
	const struct commit_log log = {note_taken, &change->transaction};
	int done = 0;

	*result = COMMIT_DONE;
	if (hands_over(change))
		change->plan.steps.count = 0; /* they are planned anew when it has let it through */
	if (change->plan.steps.count)
		done = change->backend->commit(change->ruleset, &change->plan.steps, &log, change->pool,
					       result, err);
	if (*result == COMMIT_UNKNOWN) {
		*result = COMMIT_STALE;
		return clear_up(change, done, err);
	}
	if (done < 0 || *result == COMMIT_STALE)
		transaction_undone(&change->transaction);
	if (done < 0 || *result == COMMIT_STALE || !change->plan.errands.count)
		return done;
	change->asked = true;
	if (ask(change, &log, err) < 0 || take_over(change, err) < 0)
		return change_give_up(change, err);
	return 0;
}
