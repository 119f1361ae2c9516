/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was proved is finished: only its record is missing. Everything else is led back to the record that there is, by a plan like
 * any other, made on the ruleset as it is by now. After a boot there is nothing in the kernel to be led back.
 */
#include "recover.h"

#include "fwport/generation.h"
#include "fwport/host_read.h"
#include "fwport/journal.h"
#include "fwport/patience.h"
#include "fwport/plan.h"
#include "signals.h"

#include <string.h>

enum { RECOVERY_MILLISECONDS = 10000 };

/* Planned and committed once. */
static int try_settle(const struct backend *backend, const struct store *store, struct pool *pool,
		      enum commit_result *result, struct error *err)
{
	struct ruleset *now;
	struct host host;
	struct plan plan;

	*result = COMMIT_DONE;
	if (backend->read(NULL, NULL, pool, &now, err) < 0 || host_read(pool, &host, err) < 0 ||
	    host_read_sockets(now, pool, &host, err) < 0 ||
	    plan_make(now, &host, &store->state.openings, backend->home, NULL, 0, pool, &plan, err) < 0)
		return -1;
	return plan.steps.count ? backend->commit(now, &plan.steps, pool, result, err) : 0;
}

static int settle(const struct backend *backend, const struct store *store, struct pool *pool,
		  struct error *err)
{
	struct patience patience = patience_of(RECOVERY_MILLISECONDS);
	enum commit_result result;

	do {
		int done = try_settle(backend, store, pool, &result, err);

		if (done < 0 && err->kind != ERROR_BUSY)
			return -1;
		if (done == 0 && result == COMMIT_DONE)
			return 0;
	} while (patience_lasts(&patience));
	return error_set(err, ERROR_BUSY, "the ruleset kept changing");
}

/* A generation that cannot be read cannot be finished. */
static bool finish(struct store *store, uint32_t id, struct pool *pool)
{
	struct generation generation;
	struct error unreadable;

	return generation_read(id, pool, &generation, &unreadable) == 0 &&
	       store_save(store, &generation.after, &unreadable) == 0;
}

static bool is_of_this_boot(const struct journal_entry *entry, const struct store *store)
{
	return !strcmp(entry->boot, store->state.boot);
}

static int end(const struct backend *backend, struct store *store, const struct journal_entry *entry,
	       struct pool *pool, enum recovery *out, struct error *err)
{
	*out = RECOVERY_UNDONE;
	if (!is_of_this_boot(entry, store))
		return 0;
	if (entry->event == JOURNAL_VERIFIED && entry->generation == store->state.generation + 1 &&
	    finish(store, entry->generation, pool)) {
		*out = RECOVERY_FINISHED;
		return 0;
	}
	return settle(backend, store, pool, err);
}

static int close_entry(struct journal_entry *entry, enum recovery how, struct error *err)
{
	if (how == RECOVERY_UNDONE)
		generation_remove(entry->generation);
	entry->event = how == RECOVERY_UNDONE ? JOURNAL_UNDONE : JOURNAL_RECORDED;
	return journal_append(entry, err);
}

int recover(const struct backend *backend, struct store *store, struct pool *pool, enum recovery *out,
	    struct error *err)
{
	CLEANUP(signals_release) struct held_signals held = {0};
	struct journal_entry entry;

	*out = RECOVERY_NONE;
	if (journal_last(&entry, err) < 0)
		return error_hint(err, "move it away: what is open is then led back to what is recorded");
	if (!journal_is_open(&entry))
		return 0;
	signals_hold(&held);
	if (end(backend, store, &entry, pool, out, err) < 0)
		return error_in(err, "an earlier change was interrupted and cannot be undone");
	return close_entry(&entry, *out, err);
}
