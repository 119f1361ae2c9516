/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * To confirm is to record what stands already: the rules are not touched, so that nothing but a full disk can be in the way, or a
 * neighbour that has to make what it was asked for permanent, and does not answer.
 */
#include "fwport/confirm.h"

#include "fwport/generation.h"
#include "ask.h"
#include "collect.h"
#include "overdue.h"
#include "record.h"
#include "recover.h"
#include "timer_unit.h"
#include "transaction.h"

#include <string.h>

enum { LOCK_MILLISECONDS = 60000 }; /* as long as a change does */

/* Which of it was to be saved is in its generation. When that is damaged, or gone, all of it is. */
static int record_confirmed(const struct state *now, struct pool *pool, struct state *out, bool *all,
			    struct error *err)
{
	struct generation generation;
	struct record record;
	struct error ignored;

	*all = false;
	if (generation_read(now->pending.generation, pool, &generation, err) == 0) {
		generation.confirmed = true;
		(void)!generation_write(&generation, &ignored);
		*out = generation.after;
		memcpy(out->boot, now->boot, sizeof(out->boot));
		return 0;
	}
	if ((err->kind != ERROR_FILE && err->kind != ERROR_USAGE) ||
	    record_saved(now, pool, &record, err) < 0)
		return -1;
	*all = true;
	*out = record.next;
	out->pending = (struct pending){0};
	return 0;
}

/* What was asked for in vain, or cannot be recorded, would outlast the rollback that is to come. */
static int last_with_neighbours(struct store *store, struct state *record, int64_t now, struct pool *pool,
				struct error *err)
{
	struct errands errands;
	struct error ignored;

	if (errands_between(&store->state, record, now, pool, &errands, err) < 0)
		return -1;
	if (ask_run(&errands, store->lock, NULL, err) == 0 && store_amend(store, record, err) == 0)
		return 0;
	(void)!ask_back(&errands, store->lock, pool, &ignored);
	return -1;
}

static int make_lasting(struct store *store, int64_t now, struct pool *pool, struct confirm_report *out,
			struct error *err)
{
	const struct transaction confirmed = {.store = store, .now = now, .id = store->state.generation};
	struct error ignored;
	struct state record;

	if (record_confirmed(&store->state, pool, &record, &out->all_saved, err) < 0 ||
	    last_with_neighbours(store, &record, now, pool, err) < 0)
		return -1;
	(void)!transaction_mark(&confirmed, JOURNAL_CONFIRMED, &ignored);
	timer_unit_stop(out->generation);
	collect_arm(NULL, &store->state, now);
	return 0;
}

static int decide(struct store *store, const struct actor *actor, int64_t now, struct pool *pool,
		  struct confirm_report *out, struct error *err)
{
	const struct change_request by = {.actor = actor, .now = now};

	if (overdue_take_back(store, &by, pool, &out->generation, err) < 0)
		return -1;
	out->outcome = CONFIRM_TOO_LATE;
	if (out->generation)
		return 0;
	out->outcome = CONFIRM_NOTHING;
	if (!store->state.pending.generation)
		return 0;
	out->outcome = CONFIRM_DONE;
	out->generation = store->state.pending.generation;
	return make_lasting(store, now, pool, out, err);
}

int confirm_run(const struct actor *actor, int64_t now, struct pool *pool, struct confirm_report *out,
		struct error *err)
{
	CLEANUP(store_close) struct store store = {.lock = -1};

	*out = (struct confirm_report){0};
	if (store_open(&store, LOCK_MILLISECONDS, pool, err) < 0 ||
	    recover(&store, actor, pool, &out->recovery, err) < 0)
		return -1;
	return decide(&store, actor, now, pool, out, err);
}

int confirm_overdue(const struct actor *actor, struct confirm_report *out, struct error *err)
{
	*out = (struct confirm_report){0};
	if (overdue_insist(actor, &out->generation, err) < 0)
		return -1;
	out->outcome = out->generation ? CONFIRM_TOO_LATE : CONFIRM_NOTHING;
	return 0;
}
