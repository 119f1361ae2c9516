/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ruleset comes first and its record second, since whoever is locked out cannot wait for a full disk. When the second is missing,
 * the next fwport finds the change overdue still, and nothing to do but to record it.
 */
#include "overdue.h"

#include "fwport/audit.h"
#include "fwport/backend.h"
#include "collect.h"
#include "owe.h"
#include "recover.h"
#include "rollback.h"
#include "settle.h"
#include "signals.h"
#include "transaction.h"

#include <time.h>
#include <unistd.h>

enum {
	LOCK_MILLISECONDS = 10000, /* and then once more */
	INSIST_SECONDS = 900,      /* disks are cleared up and locks released by then */
};

bool pending_is_overdue(const struct pending *pending)
{
	return pending->generation && boot_seconds() >= pending->deadline;
}

static int check_seen(const struct settled *settled, bool accept_unknown, struct error *err)
{
	if (settled->all_seen || accept_unknown)
		return 0;
	error_set(err, ERROR_BUSY, "legacy tables could not be read, and rules of it may stand there");
	return error_hint(err, "--accept-unknown takes it that none do");
}

static int record_it(struct transaction *transaction, const struct change_request *request,
		     const struct settled *settled, struct pool *pool, struct error *err)
{
	if (transaction_begin(transaction, request, &settled->steps, pool, err) < 0 ||
	    transaction_mark(transaction, JOURNAL_VERIFIED, err) < 0 ||
	    transaction_record(transaction, settled->ruleset, err) < 0)
		return error_in(err, "%s: it is rolled back, but that cannot be recorded", request->reason);
	return 0;
}

static const char *reason_of(const struct pending *pending, bool damaged, const char *left, struct pool *pool)
{
	return pool_format(pool, "generation %u%s was not confirmed in time%s%s%s", pending->generation,
			   damaged ? ", which is damaged," : "", damaged ? "; back to what was saved" : "",
			   left ? "; not all could be asked of neighbours: " : "", left ? left : "");
}

/*
 * Which rules of ours are needed is known when neighbours have done their part. When one cannot be asked ours are led back all the
 * same: whoever is locked out may be so by them.
 */
static int lead_back(const struct backend *backend, const struct errands *errands, int lock,
		     struct state *record, struct pool *pool, const char **left, struct settled *out,
		     struct error *err)
{
	struct error unasked;
	const int asked = owe_run(errands, lock, record, pool, left, &unasked);

	if (settle(backend, record, pool, out, err) < 0)
		return -1;
	if (asked < 0)
		*err = unasked;
	return asked;
}

static int take_back(struct store *store, struct change_request *request, struct pool *pool,
		     struct error *err)
{
	CLEANUP(signals_release) struct held_signals held = {0};
	const struct backend *backend;
	const struct state *before, *asked;
	struct settled settled;
	struct record record = {0};
	struct errands errands;
	const char *left;
	struct transaction transaction = {
		.store = store, .record = &record, .errands = &errands, .now = request->now};
	bool damaged;

	signals_hold(&held);
	if (pending_before(store, pool, &before, &damaged, err) < 0 ||
	    pending_asked(store, pool, &asked, err) < 0 ||
	    record_back(&store->state, before, pool, &record, err) < 0)
		return -1;
	request->reason = reason_of(&store->state.pending, damaged, NULL, pool);
	if (!request->reason)
		return error_memory(err);
	if (backend_choose(record_place(&record.next), &backend, err) < 0 ||
	    errands_between(asked, &record.next, request->now, pool, &errands, err) < 0 ||
	    lead_back(backend, &errands, store->lock, &record.next, pool, &left, &settled, err) < 0 ||
	    check_seen(&settled, request->accept.unknown, err) < 0)
		return error_in(err, "%s: it cannot be rolled back", request->reason);
	request->reason = reason_of(&store->state.pending, damaged, left, pool);
	if (!request->reason)
		return error_memory(err);
	return record_it(&transaction, request, &settled, pool, err);
}

static void tell_log(enum audit_event event, const struct actor *actor, uint32_t generation,
		     const char *cause)
{
	const struct audit_record record = {
		.event = event,
		.actor = actor,
		.generation = generation,
		.result = event == AUDIT_FAILED ? "failed" : "done",
		.cause = cause,
	};

	if (actor)
		audit_write(&record);
}

int overdue_take_back(struct store *store, const struct change_request *by, struct pool *pool, uint32_t *out,
		      struct error *err)
{
	const struct pending pending = store->state.pending;
	struct change_request request = {.kind = CHANGE_ROLLBACK,
					 .now = by->now,
					 .actor = by->actor,
					 .accept.unknown = by->accept.unknown};

	*out = 0;
	if (!pending_is_overdue(&pending))
		return 0;
	if (take_back(store, &request, pool, err) < 0)
		return -1;
	collect_arm(NULL, &store->state, by->now);
	*out = pending.generation;
	tell_log(AUDIT_ROLLED_BACK, by->actor, store->state.generation, request.reason);
	return 0;
}

static int try_once(const struct actor *actor, uint32_t *out, struct error *err)
{
	CLEANUP(store_close) struct store store = {.lock = -1};
	CLEANUP(pool_free) struct pool pool = {0};
	const struct change_request by = {.actor = actor, .now = time(NULL)};
	enum recovery recovery;

	if (store_open(&store, LOCK_MILLISECONDS, &pool, err) < 0 ||
	    recover(&store, actor, &pool, &recovery, err) < 0)
		return -1;
	return overdue_take_back(&store, &by, &pool, out, err);
}

int overdue_insist(const struct actor *actor, uint32_t *out, struct error *err)
{
	const int64_t end = boot_seconds() + INSIST_SECONDS;

	while (try_once(actor, out, err) < 0) {
		if (boot_seconds() >= end) {
			tell_log(AUDIT_FAILED, actor, 0, err->text);
			return -1;
		}
		sleep(1);
	}
	return 0;
}
