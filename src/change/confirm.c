/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * To confirm is to record what stands already: the rules are not touched, so that nothing but a full disk can be in the way.
 */
#include "fwport/confirm.h"

#include "fwport/generation.h"
#include "overdue.h"
#include "recover.h"
#include "timer_unit.h"
#include "transaction.h"

#include <string.h>

enum { LOCK_MILLISECONDS = 60000 }; /* as long as a change does */

static int make_lasting(struct store *store, int64_t now, struct pool *pool, struct error *err)
{
	const struct transaction confirmed = {.store = store, .now = now, .id = store->state.generation};
	struct generation generation;
	struct error ignored;

	if (generation_read(store->state.pending.generation, pool, &generation, err) < 0)
		return -1;
	memcpy(generation.after.boot, store->state.boot, sizeof(generation.after.boot));
	if (store_amend(store, &generation.after, err) < 0)
		return -1;
	(void)!transaction_mark(&confirmed, JOURNAL_CONFIRMED, &ignored);
	timer_unit_stop(generation.id);
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
	return make_lasting(store, now, pool, err);
}

int confirm_run(const struct actor *actor, int64_t now, struct pool *pool, struct confirm_report *out,
		struct error *err)
{
	CLEANUP(store_close) struct store store = {.lock = -1};

	*out = (struct confirm_report){0};
	if (store_open(&store, LOCK_MILLISECONDS, pool, err) < 0 ||
	    recover(&store, pool, &out->recovery, err) < 0)
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
