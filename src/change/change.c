/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The story of a change, and the first file to read: lock, read the kernel, plan, prove the plan, guard the administrator's own
 * connection, commit, read the kernel again, prove what is there, record it; or undo. It decides; the floors below know how.
 */
#include "fwport/change.h"

#include "fwport/guard.h"
#include "fwport/host_read.h"
#include "proof.h"
#include "record.h"
#include "signals.h"

enum { ATTEMPTS = 5, LOCK_MILLISECONDS = 10000 };

/* Everything one attempt knows. */
struct change {
	const struct change_request *request;
	const struct backend *backend;
	struct store *store;
	struct pool *pool;
	struct host host;
	struct ruleset *ruleset; /* the last that was read */
	struct record record;
	struct plan plan;
	struct change_report *report;
};

enum step_result {
	STEP_ON,
	STEP_FINISHED, /* the report is final */
	STEP_STALE,    /* somebody else changed the ruleset: plan again */
	STEP_FAILED,   /* the error is set */
};

static int look_and_plan(struct change *change, struct error *err)
{
	if (change->backend->read(NULL, NULL, change->pool, &change->ruleset, err) < 0 ||
	    host_read(change->pool, &change->host, err) < 0 ||
	    record_after(&change->store->state, change->request, change->pool, &change->record, err) < 0 ||
	    state_check(&change->record.next, err) < 0)
		return -1;
	return plan_make(change->ruleset, &change->host, &change->record.next.openings, change->record.asked,
			 change->record.asked_count, change->pool, &change->plan, err);
}

static void report_begin(struct change *change)
{
	*change->report = (struct change_report){
		.generation = change->store->state.generation,
		.ruleset = change->ruleset->number,
		.steps = change->plan.steps,
		.items = change->record.items,
		.item_count = change->record.item_count,
	};
	proof_report(change->plan.results, change->plan.result_count, change->report);
}

static bool nothing_of_ours(const struct change *change)
{
	if (change->request->kind != CHANGE_CLOSE)
		return false;
	for (size_t i = 0; i < change->record.item_count; i++)
		if (change->record.items[i].was_ours)
			return false;
	return true;
}

/* Only taking something away can lock anybody out. */
static bool narrows(const struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++)
		if (steps->list[i].remove)
			return true;
	return false;
}

static int locks_out(struct change *change, struct error *err)
{
	struct connections connections;

	if (change->request->force || !narrows(&change->plan.steps))
		return 0;
	if (session_connections(change->pool, &connections, err) < 0)
		return -1;
	return guard_check(change->ruleset, change->plan.after, &change->host, &connections, change->pool,
			   &change->report->lockout, err);
}

/* What is known before anything is sent. */
static int decide(struct change *change, enum step_result *result, struct error *err)
{
	struct change_report *report = change->report;

	*result = STEP_FINISHED;
	report->outcome =
		proof_judge(&change->request->accept, change->plan.results, change->plan.result_count);
	if (report->outcome != OUTCOME_DONE)
		return 0;
	if (nothing_of_ours(change) && change->plan.steps.count == 0) {
		report->outcome = OUTCOME_NOT_OURS;
		return 0;
	}
	if (change->plan.steps.count == 0 && !change->record.changed) {
		report->outcome = OUTCOME_NOTHING;
		return 0;
	}
	if (locks_out(change, err) < 0)
		return -1;
	if (report->lockout || change->request->dry_run) {
		report->outcome = report->lockout ? OUTCOME_LOCKOUT : OUTCOME_PLANNED;
		return 0;
	}
	*result = STEP_ON;
	return 0;
}

/* The undo is a plan like any other; it is planned on what is there now, so others' later changes stay. */
static int undo(struct change *change, struct error *err)
{
	enum commit_result result = COMMIT_STALE;
	struct ruleset *now;
	struct steps inverse;

	for (unsigned attempt = 0; attempt < ATTEMPTS && result != COMMIT_DONE; attempt++)
		if (change->backend->read(NULL, NULL, change->pool, &now, err) < 0 ||
		    steps_inverse(&change->plan.steps, now, change->pool, &inverse, err) < 0 ||
		    (inverse.count && change->backend->commit(now, &inverse, &result, err) < 0))
			return error_in(err,
					"the change could not be taken back, \"fwport close\" removes it");
		else if (!inverse.count)
			result = COMMIT_DONE;
	if (result != COMMIT_DONE)
		return error_set(err, ERROR_BUSY,
				 "the ruleset kept changing while the change was taken back");
	change->report->undone = true;
	return 0;
}

/* The promise is about what the kernel holds now, not about what was planned. */
static int prove(struct change *change, struct error *err)
{
	struct change_report *report = change->report;
	struct opening_answer *results;
	size_t count;

	if (change->backend->read(change->ruleset, &change->plan.steps, change->pool, &change->ruleset, err) <
		    0 ||
	    openings_evaluate(change->ruleset, &change->host, change->record.asked,
			      change->record.asked_count, change->pool, &results, &count, err) < 0)
		return -1;
	report->ruleset = change->ruleset->number;
	proof_report(results, count, report);
	report->outcome = proof_judge(&change->request->accept, results, count);
	return 0;
}

/* When the kernel's answer is lost, what may stand of the plan is taken back before it is planned anew. */
static enum step_result transmit(struct change *change, struct error *err)
{
	enum commit_result committed = COMMIT_DONE;

	if (change->plan.steps.count &&
	    change->backend->commit(change->ruleset, &change->plan.steps, &committed, err) < 0)
		return STEP_FAILED;
	if (committed == COMMIT_DONE)
		return STEP_FINISHED;
	if (committed == COMMIT_UNKNOWN && undo(change, err) < 0)
		return STEP_FAILED;
	return STEP_STALE;
}

/* From the commit on there is no way out but proved and recorded, or undone. */
static int carry_out(struct change *change, enum step_result *result, struct error *err)
{
	struct error failure;

	*result = transmit(change, err);
	if (*result != STEP_FINISHED)
		return *result == STEP_STALE ? 0 : -1;
	if (change->plan.steps.count && prove(change, err) < 0)
		goto undo;
	if (change->report->outcome != OUTCOME_DONE)
		return undo(change, err);
	if (change->record.changed && store_save(change->store, &change->record.next, err) < 0)
		goto undo;
	change->report->changed = true;
	change->report->generation = change->store->state.generation;
	return 0;
undo:
	failure = *err;
	if (undo(change, err) < 0)
		return error_in(err, "%s; and then", failure.text);
	*err = failure;
	return error_in(err, "nothing was changed");
}

static int attempt(struct change *change, enum step_result *result, struct error *err)
{
	CLEANUP(signals_release) struct held_signals held = {0};

	if (look_and_plan(change, err) < 0)
		return -1;
	report_begin(change);
	if (decide(change, result, err) < 0)
		return -1;
	if (*result == STEP_ON) {
		signals_hold(&held);
		if (carry_out(change, result, err) < 0)
			return -1;
	}
	if (*result == STEP_FINISHED && change->request->kind == CHANGE_CLOSE &&
	    proof_closed(change->ruleset, &change->host, change->pool, change->report, err) < 0)
		return change->report->changed
			       ? error_in(err, "closed, but what is still open cannot be told")
			       : -1;
	return 0;
}

int change_run(const struct change_request *request, struct pool *pool, struct change_report *out,
	       struct error *err)
{
	CLEANUP(store_close) struct store store = {.lock = -1};
	struct change change = {.request = request, .store = &store, .pool = pool, .report = out};
	enum step_result result = STEP_STALE;

	if (backend_choose(request->backend, &change.backend, err) < 0 ||
	    store_open(&store, LOCK_MILLISECONDS, pool, err) < 0)
		return -1;
	for (unsigned n = 0; n < ATTEMPTS && result == STEP_STALE; n++)
		if (attempt(&change, &result, err) < 0)
			return -1;
	if (result == STEP_STALE)
		return error_set(err, ERROR_BUSY,
				 "the ruleset changed under each of %d attempts; nothing was changed",
				 ATTEMPTS);
	return 0;
}
