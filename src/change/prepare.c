/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a change starts from: the kernel and the host as they are, the record as it will be, and the steps that lead there.
 */
#include "fwport/host_read.h"
#include "fwport/persistence.h"
#include "ask.h"
#include "await.h"
#include "foresee.h"
#include "offline.h"
#include "proof.h"
#include "stages.h"

static int look(struct change *change, struct error *err)
{
	if (change->request->offline)
		return offline_look(change->request->now, change->pool, &change->ruleset, &change->host, err);
	if (change->backend->read(NULL, NULL, change->pool, &change->ruleset, err) < 0 ||
	    host_read(change->pool, &change->host, err) < 0)
		return -1;
	return host_read_sockets(change->ruleset, change->pool, &change->host, err);
}

/* The record as it will be. Without one, what the ruleset speaks of is the one that there was. */
static int record_make(struct change *change, struct error *err)
{
	struct state *state = &change->store->state;

	if (adopt(state, change->ruleset, change->request->now, change->pool, &change->adopted, err) < 0 ||
	    (!change->request->accept.unknown && adopt_check(&change->adopted, err) < 0) ||
	    record_after(state, change->request, change->host.now, change->pool, &change->record, err) < 0)
		return -1;
	change->record.changed |= change->adopted.found;
	return state_check(&change->record.next, err);
}

/* Connections are looked for only where a drop may cut them. */
static int wishes_make(struct change *change, struct error *err)
{
	const struct state *next = &change->record.next;

	change->wished = next->openings;
	change->wished.count -= change->record.spared;
	change->wishes = (struct wishes){
		.openings = &change->wished, .policy = next->policy, .place = change->backend->home};
	if (change->request->offline || !policy_narrows(policy_of(change->ruleset), next->policy))
		return 0;
	change->wishes.established = &change->established;
	return connections_read(change->pool, &change->established, err);
}

/* Of those that are spared nothing is removed. */
static int spare(struct change *change, struct error *err)
{
	const struct openings spared = {.list = change->wished.list + change->wished.count,
					.count = change->record.spared};

	return plan_spare(change->ruleset, &change->host, &change->wished, &spared,
			  change->request->spared.policy, change->record.asked, change->record.asked_count,
			  change->pool, &change->plan, err);
}

/* What is saved, or asked for offline, is about the record alone. At boot there are rules, and no addresses yet that they could be for. */
static int plan_for(struct change *change, struct error *err)
{
	change->plan = (struct plan){.after = change->ruleset};
	if (change->request->kind == CHANGE_SAVE || change->request->offline)
		return 0;
	if (change->request->boot &&
	    host_foresee(change->wishes.openings, change->pool, &change->host, err) < 0)
		return -1;
	if (plan_make(change->ruleset, &change->host, &change->wishes, change->record.asked,
		      change->record.asked_count, change->pool, &change->plan, err) < 0)
		return -1;
	return spare(change, err);
}

/* What is asked for is in the hands of who brings it back itself. */
static bool is_kept_by_neighbours(const struct record *record)
{
	for (size_t i = 0; i < record->asked_count; i++)
		if (record->asked[i]->via == VIA_GUEST || record->asked[i]->runtime ||
		    record->asked[i]->expires)
			return false;
	return record->asked_count > 0;
}

static int report_begin(struct change *change, struct error *err)
{
	*change->report = (struct change_report){
		.offline = change->request->offline,
		.recovery = change->recovery,
		.unconfirmed = change->unconfirmed,
		.generation = change->store->state.generation,
		.ruleset = change->ruleset->number,
		.persistent = record_lasts(&change->record, change->request) &&
			      (persistence_by() || is_kept_by_neighbours(&change->record)),
		.until_boot = !record_lasts(&change->record, change->request),
		.empty = state_is_empty(&change->record.next),
		.steps = change->plan.steps,
		.errands = change->plan.errands,
		.only_saved = change->request->rollback.damaged,
		.rebuilt = change->store->state.rebuilt,
		.adopted = change->adopted.count,
		.conntrack_on = change->plan.conntrack_on,
		.policy = change->record.next.policy,
		.policy_before = policy_of(change->ruleset),
		.admitted = change->plan.admitted,
		.before = change->store->state.openings,
		.after = change->record.next.openings,
		.items = change->record.items,
		.item_count = change->record.item_count,
		.pending = pending_report_of(&change->store->state.pending),
		.now = change->host.now,
		.expired = change->record.expired,
		.from_later = openings_from_later(&change->store->state.openings, change->host.now),
	};
	proof_report(change->plan.results, change->plan.result_count, change->report);
	return leftovers_count(&change->plan.steps, &change->store->state.openings, change->pool,
			       &change->report->leftovers, err);
}

int change_prepare(struct change *change, struct error *err)
{
	if (look(change, err) < 0 || record_make(change, err) < 0 || wishes_make(change, err) < 0 ||
	    plan_for(change, err) < 0 || ask_prepare(change, err) < 0)
		return -1;
	if (!change->request->offline)
		change->record.next.home = home_stands(change->plan.after);
	return report_begin(change, err);
}
