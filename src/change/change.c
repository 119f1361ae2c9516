/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The story of a change, and the first file to read: lock, end what an earlier one left open, read the kernel, plan, prove the plan,
 * guard the administrator's own connection, begin, commit, ask neighbours for the rest, read the kernel again, prove what is there,
 * record it; or undo. It decides; the floors below know how.
 */
#include "fwport/change.h"

#include "ask.h"
#include "await.h"
#include "caution.h"
#include "collect.h"
#include "offline.h"
#include "overdue.h"
#include "proof.h"
#include "put_off.h"
#include "recover.h"
#include "rollback.h"
#include "signals.h"
#include "stages.h"
#include "tell.h"

enum {
	ATTEMPTS = 5,
	LOCK_MILLISECONDS = 60000, /* a hundred others, or one that has to undo something */
};

enum step_result {
	STEP_ON,
	STEP_FINISHED, /* the report is final */
	STEP_STALE,    /* somebody else changed the ruleset: plan again */
};

/* Of those that close names. Where it is only said what shall not be there, nothing has to have been. */
static size_t count_of_ours(const struct change *change)
{
	size_t count = 0;

	for (size_t i = 0; i < change->record.item_count; i++)
		count += change->record.items[i].was_ours;
	return count;
}

static bool nothing_of_ours(const struct change *change)
{
	return change->request->kind == CHANGE_CLOSE && !change->request->all && count_of_ours(change) == 0;
}

static bool not_all_ours(const struct change *change)
{
	return change->request->kind == CHANGE_CLOSE && count_of_ours(change) < change->record.item_count;
}

/* Who else the plan is about. */
static int look_around(struct change *change, struct error *err)
{
	const struct caution caution = {change->request, change->ruleset, &change->host, &change->record,
					&change->wishes, &change->plan,   change->pool};

	return caution_look(&caution, change->report, err);
}

/* What is known before anything is sent. */
static int decide(struct change *change, enum step_result *result, struct error *err)
{
	struct change_report *report = change->report;
	struct opening_answer *known;
	size_t count;

	*result = STEP_FINISHED;
	if (ask_known(change, &known, &count, err) < 0)
		return -1;
	proof_weigh(&change->request->accept, known, count, report);
	if (report->outcome != OUTCOME_DONE)
		return 0;
	if (nothing_of_ours(change) && plan_is_empty(&change->plan)) {
		report->outcome = OUTCOME_NOT_OURS;
		return 0;
	}
	if (plan_is_empty(&change->plan) && !change->record.changed) {
		report->outcome = OUTCOME_NOTHING;
		return 0;
	}
	if (caution_seen(change->ruleset, &change->record, &change->request->accept, err) < 0 ||
	    look_around(change, err) < 0)
		return -1;
	if (report->lockout || report->harmed || change->request->dry_run) {
		report->outcome = report->lockout  ? OUTCOME_LOCKOUT
				  : report->harmed ? OUTCOME_HARMS
						   : OUTCOME_PLANNED;
		return 0;
	}
	*result = STEP_ON;
	return 0;
}

/* From the commit on there is no way out but proved and recorded, or undone. */
static int conclude(struct change *change, struct error *err)
{
	if (!plan_is_empty(&change->plan) && change_verify(change, err) < 0)
		return change_give_up(change, err);
	if (change->report->outcome != OUTCOME_DONE)
		return change_take_back(change, err);
	if (transaction_mark(&change->transaction, JOURNAL_VERIFIED, err) < 0 ||
	    transaction_record(&change->transaction, change->request->offline ? NULL : change->ruleset, err) <
		    0)
		return change_give_up(change, err);
	change->report->changed = true;
	change->report->mended = !change->record.changed;
	change->report->generation = change->store->state.generation;
	change->report->pending = pending_report_of(&change->store->state.pending);
	change->report->persistent &= !change->report->pending.generation;
	return 0;
}

static int carry_out(struct change *change, enum step_result *result, struct error *err)
{
	enum commit_result committed;

	change->transaction = (struct transaction){.store = change->store,
						   .record = &change->record,
						   .errands = &change->plan.errands,
						   .now = change->request->now,
						   .forced = change->report->forced};
	if (await_begin(&change->watchdog, change->request, &change->store->state, &change->record,
			&change->plan, change->pool, &change->transaction.deadline, err) < 0 ||
	    ask_await(change, err) < 0 ||
	    transaction_begin(&change->transaction, change->request, &change->plan.steps, change->pool, err) <
		    0)
		return error_in(err, "nothing was changed");
	if (change_commit(change, &committed, err) < 0)
		return -1;
	*result = committed == COMMIT_STALE ? STEP_STALE : STEP_FINISHED;
	return *result == STEP_STALE ? 0 : conclude(change, err);
}

/* What the change, or the plan that it stayed, means for the ports asked about. */
static int tell(struct change *change, struct error *err)
{
	const struct telling telling = {change->backend, change->ruleset, change->plan.after, &change->host,
					change->pool};

	change->report->not_all_ours = not_all_ours(change);
	if (change->request->offline)
		return 0;
	if (tell_closed(&telling, change->report, err) < 0)
		return -1;
	tell_ends(&telling, &change->record, change->request->lifetime, change->report);
	return tell_present(&telling, change->report, err);
}

/* However many attempts it takes. */
static void announce(struct change *change)
{
	if (change->request->announce && !change->announced)
		change->request->announce(change->report, change->request->context);
	change->announced = true;
}

/* Signals that came meanwhile wait for whoever tells what became of it. */
static int attempt(struct change *change, enum step_result *result, struct error *err)
{
	struct held_signals held = {0};

	if (change_prepare(change, err) < 0 || decide(change, result, err) < 0)
		return -1;
	if (*result == STEP_ON) {
		announce(change);
		signals_hold(&held);
		if (carry_out(change, result, err) < 0)
			return -1;
	}
	if (*result == STEP_STALE)
		signals_release(&held);
	if (*result != STEP_FINISHED)
		return 0;
	return tell(change, err);
}

static int attempts(struct change *change, struct error *err)
{
	enum step_result result = STEP_STALE;

	for (unsigned n = 0; n < ATTEMPTS && result == STEP_STALE; n++)
		if (attempt(change, &result, err) < 0)
			return -1;
	if (result == STEP_STALE)
		return error_set(err, ERROR_BUSY,
				 "the ruleset changed under each of %d attempts; nothing was changed",
				 ATTEMPTS);
	return 0;
}

/* What was interrupted, and what nobody confirmed. A dry run leaves them as they are. */
static int end_earlier(struct change *change, struct error *err)
{
	const struct change_request *request = change->request;

	if (request->dry_run)
		return 0;
	if (request->offline)
		return offline_recover(change->store, err);
	if ((request->boot || request->watch) && put_off_find(change->store, &change->put_off, err) < 0)
		return -1;
	if (!change->put_off.generation &&
	    recover(change->store, request->actor, change->pool, &change->recovery, err) < 0)
		return -1;
	return overdue_take_back(change->store, request, change->pool, &change->unconfirmed, err);
}

/* What is wanted, where the record says it, and where its home is to be. */
static int resolve(struct change *change, struct change_request *request, struct error *err)
{
	const char *recorded = change->store->state.backend;

	if (request->kind == CHANGE_ROLLBACK &&
	    rollback_target(change->store, &request->rollback, change->pool, err) < 0)
		return -1;
	if (request->rollback.target)
		recorded = record_place(request->rollback.target);
	return backend_choose(request->backend ? request->backend : recorded, &change->backend, err);
}

int change_run(const struct change_request *request, struct pool *pool, struct change_report *out,
	       struct error *err)
{
	CLEANUP(store_close) struct store store = {.lock = -1};
	struct change_request resolved = *request;
	struct change change = {.request = &resolved, .store = &store, .pool = pool, .report = out};
	struct state before;
	int done;

	if (backend_choose(request->backend, &change.backend, err) < 0 ||
	    store_open(&store, LOCK_MILLISECONDS, pool, err) < 0 || end_earlier(&change, err) < 0 ||
	    await_check(&store.state, request, err) < 0 || resolve(&change, &resolved, err) < 0)
		return -1;
	before = store.state;
	done = attempts(&change, err);
	put_off_again(&store, &change.put_off);
	await_end(&change.watchdog, change.transaction.begun, &before.pending, &store.state);
	if (done == 0 && !request->dry_run && !request->offline)
		out->collected = collect_arm(request->kind == CHANGE_RESTORE ? NULL : &before, &store.state,
					     request->now);
	return done;
}
