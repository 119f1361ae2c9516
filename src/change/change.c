/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The story of a change, and the first file to read: lock, end what an earlier one left open, read the kernel, plan, prove the plan,
 * guard the administrator's own connection, begin, commit, read the kernel again, prove what is there, record it; or undo. It
 * decides; the floors below know how.
 */
#include "fwport/change.h"

#include "fwport/host_read.h"
#include "fwport/patience.h"
#include "fwport/persistence.h"
#include "adopt.h"
#include "await.h"
#include "caution.h"
#include "foresee.h"
#include "overdue.h"
#include "policy_proof.h"
#include "proof.h"
#include "record.h"
#include "recover.h"
#include "rollback.h"
#include "signals.h"
#include "tell.h"
#include "transaction.h"
#include "undo.h"

enum {
	ATTEMPTS = 5,
	LOCK_MILLISECONDS = 60000, /* a hundred others, or one that has to undo something */
	PROOF_MILLISECONDS = 5000, /* then it is undone */
};

/* Everything one attempt knows. */
struct change {
	const struct change_request *request;
	const struct backend *backend;
	struct store *store;
	struct pool *pool;
	struct host host;
	struct ruleset *ruleset; /* the last that was read */
	struct record record;
	struct connections established;
	struct wishes wishes;
	struct plan plan;
	struct transaction transaction;
	struct watchdog watchdog;
	enum recovery recovery;
	uint32_t unconfirmed;
	struct adoption_report adopted;
	struct change_report *report;
	bool announced;
};

enum step_result {
	STEP_ON,
	STEP_FINISHED, /* the report is final */
	STEP_STALE,    /* somebody else changed the ruleset: plan again */
	STEP_FAILED,   /* the error is set */
};

/* Connections are looked for only where a drop may cut them. */
static int wishes_make(struct change *change, struct error *err)
{
	const struct state *next = &change->record.next;

	change->wishes = (struct wishes){
		.openings = &next->openings, .policy = next->policy, .place = change->backend->home};
	if (!policy_narrows(policy_of(change->ruleset), next->policy))
		return 0;
	change->wishes.established = &change->established;
	return connections_read(change->pool, &change->established, err);
}

/* What is saved is about the record alone. At boot there are rules, and no addresses yet that they could be for. */
static int plan_for(struct change *change, struct error *err)
{
	change->plan = (struct plan){.after = change->ruleset};
	if (change->request->kind == CHANGE_SAVE)
		return 0;
	if (change->request->boot &&
	    host_foresee(change->wishes.openings, change->pool, &change->host, err) < 0)
		return -1;
	return plan_make(change->ruleset, &change->host, &change->wishes, change->record.asked,
			 change->record.asked_count, change->pool, &change->plan, err);
}

static int look_and_plan(struct change *change, struct error *err)
{
	if (change->backend->read(NULL, NULL, change->pool, &change->ruleset, err) < 0 ||
	    host_read(change->pool, &change->host, err) < 0 ||
	    host_read_sockets(change->ruleset, change->pool, &change->host, err) < 0)
		return -1;
	if (adopt(&change->store->state, change->ruleset, change->request->now, change->pool,
		  &change->adopted, err) < 0 ||
	    (!change->request->accept.unknown && adopt_check(&change->adopted, err) < 0) ||
	    record_after(&change->store->state, change->request, change->host.now, change->pool,
			 &change->record, err) < 0 ||
	    state_check(&change->record.next, err) < 0 || wishes_make(change, err) < 0)
		return -1;
	change->record.changed |= change->adopted.found;
	return plan_for(change, err);
}

static void report_begin(struct change *change)
{
	*change->report = (struct change_report){
		.recovery = change->recovery,
		.unconfirmed = change->unconfirmed,
		.generation = change->store->state.generation,
		.ruleset = change->ruleset->number,
		.persistent = !change->request->runtime && persistence_by(),
		.steps = change->plan.steps,
		.adopted = change->adopted.count,
		.leftovers = leftovers_count(&change->plan.steps, &change->store->state.openings),
		.conntrack_on = change->plan.conntrack_on,
		.policy = change->record.next.policy,
		.admitted = change->plan.admitted,
		.items = change->record.items,
		.item_count = change->record.item_count,
		.now = change->host.now,
		.expired = change->record.expired,
		.from_later = openings_from_later(&change->store->state.openings, change->host.now),
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

	*result = STEP_FINISHED;
	proof_weigh(&change->request->accept, change->plan.results, change->plan.result_count, report);
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

/* The promise is about what the kernel holds now, not about what was planned. */
static int prove(struct change *change, struct error *err)
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
	if (change->request->boot || policy_equal(policy_of(before), change->record.next.policy))
		return 0;
	return policy_prove(before, change->ruleset, &change->host, &change->record, &change->wishes,
			    change->request, change->pool, report, err);
}

/* Undoes the plan, and tells so. */
static int take_back(struct change *change, struct error *err)
{
	if (change->plan.steps.count && undo(change->backend, &change->plan.steps, change->pool, err) < 0)
		return -1;
	transaction_undone(&change->transaction);
	change->report->undone = change->plan.steps.count > 0;
	return 0;
}

/* Undoes the plan because of an error, which stays the one that is told. */
static int give_back(struct change *change, struct error *err)
{
	const struct error failure = *err;

	if (take_back(change, err) < 0)
		return error_in(err, "%s; and then", failure.text);
	*err = failure;
	return error_in(err, "nothing was changed");
}

/* When the kernel's answer is lost, what may stand of the plan is taken back before it is planned anew. */
static enum step_result transmit(struct change *change, struct error *err)
{
	enum commit_result committed = COMMIT_DONE;
	int done = 0;

	if (change->plan.steps.count)
		done = change->backend->commit(change->ruleset, &change->plan.steps, change->pool, &committed,
					       err);
	if (committed == COMMIT_UNKNOWN) {
		if (done < 0)
			give_back(change, err);
		else
			done = take_back(change, err);
	} else if (done < 0 || committed == COMMIT_STALE) {
		transaction_undone(&change->transaction);
	}
	if (done < 0)
		return STEP_FAILED;
	return committed == COMMIT_DONE ? STEP_FINISHED : STEP_STALE;
}

/* From the commit on there is no way out but proved and recorded, or undone. */
static int conclude(struct change *change, struct error *err)
{
	if (change->plan.steps.count &&
	    (transaction_mark(&change->transaction, JOURNAL_COMMITTED, err) < 0 || prove(change, err) < 0))
		return give_back(change, err);
	if (change->report->outcome != OUTCOME_DONE)
		return take_back(change, err);
	if (transaction_mark(&change->transaction, JOURNAL_VERIFIED, err) < 0 ||
	    transaction_record(&change->transaction, change->ruleset, err) < 0)
		return give_back(change, err);
	change->report->changed = true;
	change->report->mended = !change->record.changed;
	change->report->generation = change->store->state.generation;
	change->report->pending = pending_report_of(&change->store->state.pending);
	change->report->persistent &= !change->report->pending.generation;
	return 0;
}

static int carry_out(struct change *change, enum step_result *result, struct error *err)
{
	change->transaction = (struct transaction){.store = change->store,
						   .record = &change->record,
						   .now = change->request->now,
						   .forced = change->report->forced};
	if (await_begin(&change->watchdog, change->request, &change->store->state, &change->record,
			&change->plan, change->pool, &change->transaction.deadline, err) < 0 ||
	    transaction_begin(&change->transaction, change->request, &change->plan.steps, change->pool, err) <
		    0)
		return error_in(err, "nothing was changed");
	*result = transmit(change, err);
	if (*result != STEP_FINISHED)
		return *result == STEP_STALE ? 0 : -1;
	return conclude(change, err);
}

/* What the change, or the plan that it stayed, means for the ports asked about. */
static int tell(struct change *change, struct error *err)
{
	const struct telling telling = {change->backend, change->ruleset, change->plan.after, &change->host,
					change->pool};

	if (change->request->kind == CHANGE_CLOSE && tell_closed(&telling, change->report, err) < 0)
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

	if (look_and_plan(change, err) < 0)
		return -1;
	report_begin(change);
	if (decide(change, result, err) < 0)
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

static int choose_backend(struct change *change, struct error *err)
{
	const struct change_request *request = change->request;
	const struct state *state = request->target ? request->target : &change->store->state;

	return backend_choose(request->backend ? request->backend : state->backend, &change->backend, err);
}

int change_run(const struct change_request *request, struct pool *pool, struct change_report *out,
	       struct error *err)
{
	CLEANUP(store_close) struct store store = {.lock = -1};
	struct change_request resolved = *request;
	struct change change = {.request = &resolved, .store = &store, .pool = pool, .report = out};
	struct pending awaited;
	int done;

	if (backend_choose(request->backend, &change.backend, err) < 0 ||
	    store_open(&store, LOCK_MILLISECONDS, pool, err) < 0 ||
	    (!request->dry_run && (recover(&store, pool, &change.recovery, err) < 0 ||
				   overdue_take_back(&store, request, pool, &change.unconfirmed, err) < 0)) ||
	    await_check(&store.state, request, err) < 0)
		return -1;
	if (request->kind == CHANGE_ROLLBACK &&
	    rollback_target(&store, request, pool, &resolved.target, err) < 0)
		return -1;
	if (choose_backend(&change, err) < 0)
		return -1;
	awaited = store.state.pending;
	done = attempts(&change, err);
	await_end(&change.watchdog, change.transaction.begun, &awaited, &store.state);
	return done;
}
