/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * By default only what somebody does who came by ssh awaits confirmation, and only when it takes something away. The guard knows the
 * connections that it sees; a tunnel, a proxy or a jump host in between it does not know, so that every opening counts that is
 * closed, a policy that begins to drop, and connection tracking, which wakes NAT chains.
 */
#include "await.h"

#include "fwport/confirm.h"
#include "overdue.h"
#include "timer_unit.h"

/* What has ended let nobody pass any more. */
static bool closes_any(const struct opening_change *changes, size_t count, int64_t now)
{
	for (size_t i = 0; i < count; i++)
		if (changes[i].change == RECORD_CLOSED && !opening_has_expired(changes[i].opening, now))
			return true;
	return false;
}

static int narrows(const struct change_request *request, const struct state *now, const struct record *record,
		   const struct plan *plan, struct pool *pool, bool *out, struct error *err)
{
	const struct generation generation = {.before = *now, .after = record->next};
	struct opening_change *changes;
	size_t count;

	if (generation_changes(&generation, pool, &changes, &count, err) < 0)
		return -1;
	*out = plan->conntrack_on || policy_narrows(now->policy, record->next.policy) ||
	       closes_any(changes, count, request->now);
	return 0;
}

static bool came_by_ssh(const struct change_request *request)
{
	return request->actor && request->actor->ssh_peer;
}

/* Who takes back what is not confirmed goes back to what was there for long; and what only mends rules has no record to go back to. */
static bool is_never_awaited(const struct change_request *request, const struct state *now,
			     const struct record *record)
{
	return request->confirm.when == CONFIRM_NEVER || request->kind == CHANGE_RESTORE ||
	       request->kind == CHANGE_SAVE || request->kind == CHANGE_EXPIRE || now->pending.generation ||
	       !record->changed;
}

static int seconds_for(const struct change_request *request, const struct state *now,
		       const struct record *record, const struct plan *plan, struct pool *pool, unsigned *out,
		       struct error *err)
{
	const unsigned seconds = request->confirm.seconds ? request->confirm.seconds : CONFIRM_USUAL;
	bool is_narrower = false;

	*out = 0;
	if (is_never_awaited(request, now, record))
		return 0;
	if (request->confirm.when == CONFIRM_ALWAYS) {
		*out = seconds;
		return 0;
	}
	if (!came_by_ssh(request) && !request->confirm.from_anywhere)
		return 0;
	if (narrows(request, now, record, plan, pool, &is_narrower, err) < 0)
		return -1;
	*out = is_narrower ? seconds : 0;
	return 0;
}

int await_begin(struct watchdog *watchdog, const struct change_request *request, const struct state *now,
		const struct record *record, const struct plan *plan, struct pool *pool, int64_t *deadline,
		struct error *err)
{
	struct pending pending = {.generation = now->generation + 1};
	unsigned seconds;

	*deadline = 0;
	if (seconds_for(request, now, record, plan, pool, &seconds, err) < 0)
		return -1;
	if (!seconds)
		return 0;
	pending.deadline = boot_seconds() + 1 + seconds; /* the second that has begun does not count */
	if (!watchdog->pending.generation && watchdog_arm(watchdog, &pending, request->actor, err) < 0)
		return -1;
	*deadline = watchdog->pending.deadline;
	return 0;
}

void await_end(struct watchdog *watchdog, bool left_open, const struct pending *before,
	       const struct state *now)
{
	if (left_open || now->pending.generation == watchdog->pending.generation)
		watchdog_leave(watchdog);
	else
		watchdog_call_off(watchdog);
	if (before->generation && before->generation != now->pending.generation)
		timer_unit_stop(before->generation);
}

struct pending_report pending_report_of(const struct pending *pending)
{
	const int64_t left = pending->deadline - boot_seconds() - 1;

	return (struct pending_report){
		.generation = pending->generation,
		.seconds_left = pending->generation && left > 0 ? left : 0,
		.overdue = pending_is_overdue(pending),
	};
}

/* To take it back is one way out of it; and what a restored firewall has swept away is put back as it was. */
static bool may_go_on(const struct change_request *request)
{
	return request->dry_run || (request->kind == CHANGE_ROLLBACK && !request->rollback.named) ||
	       request->kind == CHANGE_RESTORE;
}

int await_check(const struct state *now, const struct change_request *request, struct error *err)
{
	const struct pending_report pending = pending_report_of(&now->pending);

	if (!pending.generation || may_go_on(request))
		return 0;
	error_set(err, ERROR_BUSY,
		  "generation %u awaits confirmation for another %lld s; nothing was changed",
		  pending.generation, (long long)pending.seconds_left);
	return error_hint(err, "fwport confirm keeps it, fwport rollback takes it back");
}
