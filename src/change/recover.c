/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An interrupted change is taken back where that only removes what it added: then the ruleset is exactly as before. What it removed
 * would have to be put back in places that are known no more, so then it is brought to its end, which is as exact, provided that
 * this is proved; and so is one that had been proved already. After a boot there is nothing in the kernel to do either with.
 */
#include "recover.h"

#include "fwport/audit.h"
#include "fwport/generation.h"
#include "fwport/host_read.h"
#include "fwport/journal.h"
#include "fwport/patience.h"
#include "fwport/plan.h"
#include "ask.h"
#include "lockout.h"
#include "overdue.h"
#include "owe.h"
#include "proof.h"
#include "record.h"
#include "signals.h"

#include <string.h>

enum { RECOVERY_MILLISECONDS = 10000 };

/* One of the two ways out of an interrupted change. */
struct way {
	const struct backend *backend;
	struct record record;
	struct plan plan;
	bool asked; /* neighbours were, for what it has for them */
};

struct recovering {
	struct store *store;
	const struct journal_end *journal;
	struct pool *pool;
	struct generation generation; /* that was begun */
	bool readable;                /* else the only way is back */
	bool failed_on;               /* likewise */
	bool owed;                    /* not all could be asked of them */
	struct ruleset *now;
	struct host host;
	struct connections established;
	struct way back, on;
};

static int read_kernel(struct recovering *recovering, const struct backend *backend, struct error *err)
{
	if (backend->read(NULL, NULL, recovering->pool, &recovering->now, err) < 0 ||
	    host_read(recovering->pool, &recovering->host, err) < 0 ||
	    connections_read(recovering->pool, &recovering->established, err) < 0)
		return -1;
	return host_read_sockets(recovering->now, recovering->pool, &recovering->host, err);
}

/* Asked about is what the record of today has not. */
static int way_plan(const struct recovering *recovering, const struct state *target, struct way *way,
		    struct error *err)
{
	struct record *record = &way->record;
	const struct wishes wishes = {
		.openings = &record->next.openings,
		.policy = target->policy,
		.place = way->backend->home,
		.established = &recovering->established,
	};

	*record = (struct record){0};
	if (record_back(&recovering->store->state, target, recovering->pool, record, err) < 0)
		return -1;
	return plan_make(recovering->now, &recovering->host, &wishes, record->asked, record->asked_count,
			 recovering->pool, &way->plan, err);
}

/* The record that the change was to leave: what has to be confirmed still has to be, and by the same deadline. */
static int record_led_to(const struct recovering *recovering, struct state *out, struct error *err)
{
	const struct generation *generation = &recovering->generation;

	*out = generation->after;
	return generation->deadline ? state_unconfirmed(&generation->before, out, generation->deadline,
							recovering->pool, out, err)
				    : 0;
}

/* Whatever neighbours were asked for may have been done, or not. */
static int errands_plan(struct recovering *recovering, struct error *err)
{
	const struct state *before = &recovering->store->state;
	const int64_t now = recovering->host.now;
	struct state after;

	if (record_led_to(recovering, &after, err) < 0 ||
	    errands_between(&after, before, now, recovering->pool, &recovering->back.plan.errands, err) < 0)
		return -1;
	return errands_between(before, &after, now, recovering->pool, &recovering->on.plan.errands, err);
}

/* Rules of the change may stand where it was to be made, and nothing can be said of what is not seen. */
static int check_seen(const struct recovering *recovering, struct error *err)
{
	for (int family = 0; family < FAMILY_COUNT; family++) {
		const unsigned part = PART_BIT(legacy_part((enum family)family));

		if (recovering->journal->planned & part &&
		    !ruleset_has_all_legacy(recovering->now, (enum family)family))
			return error_set(err, ERROR_BUSY,
					 "legacy tables of %s, which it %s changed, cannot be read",
					 family_name((enum family)family),
					 recovering->journal->taken & part ? "has" : "may have");
	}
	return 0;
}

static int look(struct recovering *recovering, struct error *err)
{
	const struct state *before = &recovering->store->state, *after = &recovering->generation.after;

	if (backend_choose(record_place(before), &recovering->back.backend, err) < 0 ||
	    read_kernel(recovering, recovering->back.backend, err) < 0 || check_seen(recovering, err) < 0 ||
	    way_plan(recovering, before, &recovering->back, err) < 0)
		return -1;
	if (!recovering->readable)
		return 0;
	if (backend_choose(record_place(after), &recovering->on.backend, err) < 0 ||
	    way_plan(recovering, after, &recovering->on, err) < 0)
		return -1;
	return errands_plan(recovering, err);
}

static bool adds(const struct plan *plan)
{
	for (size_t i = 0; i < plan->steps.count; i++)
		if (!plan->steps.list[i].remove)
			return true;
	return errands_widen(&plan->errands);
}

static bool is_proved(const struct opening_answer *results, size_t count)
{
	const struct acceptance nothing = {0};

	return proof_judge(&nothing, results, count) == OUTCOME_DONE;
}

/* By now somebody may depend on what was to be closed. */
static int locks_out(const struct recovering *recovering, bool *out, struct error *err)
{
	const char *lockout;

	if (lockout_find(recovering->now, &recovering->on.plan, &recovering->host, recovering->pool, &lockout,
			 err) < 0)
		return -1;
	*out = lockout != NULL;
	return 0;
}

static int choose(const struct recovering *recovering, bool *goes_on, struct error *err)
{
	const bool may_go_on = recovering->readable && !recovering->failed_on;
	const struct plan *on = &recovering->on.plan;
	bool is_barred = false;

	*goes_on = may_go_on && recovering->journal->last.event == JOURNAL_VERIFIED && !on->steps.count;
	if (*goes_on || !may_go_on || !adds(&recovering->back.plan) ||
	    !is_proved(on->results, on->result_count))
		return 0;
	if (locks_out(recovering, &is_barred, err) < 0)
		return -1;
	*goes_on = !is_barred;
	return 0;
}

/* Neighbours come first: which rules of ours are needed then is planned on what they have made of the ruleset. */
static int go(struct recovering *recovering, struct way *way, enum commit_result *result, struct error *err)
{
	const struct steps *steps = &way->plan.steps;

	*result = COMMIT_STALE;
	if (way->plan.errands.count && !way->asked) {
		way->asked = true;
		return way == &recovering->back
			       ? owe_recorded(recovering->store, &way->plan.errands, recovering->pool,
					      &recovering->owed, err)
			       : ask_run(&way->plan.errands, recovering->store->lock, NULL, err);
	}
	*result = COMMIT_DONE;
	return steps->count
		       ? way->backend->commit(recovering->now, steps, NULL, recovering->pool, result, err)
		       : 0;
}

/* Also here what is promised is about what the kernel holds, not about what was planned. */
static int prove(struct recovering *recovering, struct error *err)
{
	const struct record *record = &recovering->on.record;
	struct opening_answer *results;
	size_t count;

	if (read_kernel(recovering, recovering->on.backend, err) < 0 ||
	    openings_evaluate(recovering->now, &recovering->host, record->asked, record->asked_count,
			      recovering->pool, &results, &count, err) < 0)
		return -1;
	return is_proved(results, count) ? 0 : error_set(err, ERROR_BLOCKED, "it did not come about");
}

static int keep(const struct recovering *recovering, struct error *err)
{
	struct state next;

	return record_led_to(recovering, &next, err) < 0 ? -1 : store_save(recovering->store, &next, err);
}

static int finish(struct recovering *recovering, enum commit_result *result, struct error *err)
{
	if (go(recovering, &recovering->on, result, err) < 0)
		return -1;
	if (*result != COMMIT_DONE)
		return 0;
	if (!plan_is_empty(&recovering->on.plan) && prove(recovering, err) < 0)
		return -1;
	return keep(recovering, err);
}

static int attempt(struct recovering *recovering, enum commit_result *result, enum recovery *out,
		   struct error *err)
{
	bool goes_on;

	if (look(recovering, err) < 0 || choose(recovering, &goes_on, err) < 0)
		return -1;
	*out = RECOVERY_UNDONE;
	if (!goes_on)
		return go(recovering, &recovering->back, result, err);
	*out = RECOVERY_FINISHED;
	if (finish(recovering, result, err) == 0)
		return 0;
	if (err->kind == ERROR_BUSY)
		return -1;
	recovering->failed_on = true;
	*result = COMMIT_STALE;
	return 0;
}

static int attempts(struct recovering *recovering, enum recovery *out, struct error *err)
{
	struct patience patience = patience_of(RECOVERY_MILLISECONDS);
	enum commit_result result;
	int done;

	do {
		done = attempt(recovering, &result, out, err);
		if (done < 0 && err->kind != ERROR_BUSY)
			return -1;
		if (done == 0 && result == COMMIT_DONE)
			return 0;
	} while (patience_lasts(&patience));
	return done < 0 ? -1 : error_set(err, ERROR_BUSY, "the ruleset kept changing");
}

/* A change that only mends rules leads to the record that there is. */
static bool leads_on(const struct journal_entry *entry, const struct store *store)
{
	return entry->generation > store->state.generation;
}

/* Where there is no record, the one that was before is in the generation; without that nothing was sent, or nothing can be said. */
static bool record_find(struct recovering *recovering)
{
	struct state *state = &recovering->store->state;
	const struct state without = *state;

	if (!recovering->readable)
		return false;
	*state = recovering->generation.before;
	state->absent = true;
	memcpy(state->boot, without.boot, sizeof(state->boot));
	return true;
}

/* Of the kernel nothing is left; but a neighbour has what it was asked to keep. */
static int end_after_boot(struct recovering *recovering, enum recovery *out, struct error *err)
{
	struct errands errands;
	struct state after;

	if (!recovering->readable)
		return 0;
	if (record_led_to(recovering, &after, err) < 0 || state_at_boot(&after, recovering->pool, err) < 0 ||
	    errands_between(&after, &recovering->store->state, recovering->generation.time, recovering->pool,
			    &errands, err) < 0)
		return -1;
	if (owe_recorded(recovering->store, &errands, recovering->pool, &recovering->owed, err) < 0)
		return -1;
	if (recovering->owed)
		*out = RECOVERY_OWED;
	return 0;
}

static int end(struct store *store, const struct journal_end *journal, struct pool *pool, enum recovery *out,
	       struct error *err)
{
	const struct journal_entry *entry = &journal->last;
	const bool leads = leads_on(entry, store);
	struct recovering recovering = {.store = store, .journal = journal, .pool = pool};
	struct error unreadable;

	*out = leads ? RECOVERY_UNDONE : RECOVERY_FINISHED;
	if (!leads && entry->event == JOURNAL_VERIFIED)
		return 0;
	recovering.readable =
		leads && generation_read(entry->generation, pool, &recovering.generation, &unreadable) == 0;
	if (strcmp(entry->boot, store->state.boot) != 0)
		return end_after_boot(&recovering, out, err);
	if (store->state.absent && !record_find(&recovering))
		return 0;
	if (attempts(&recovering, out, err) < 0)
		return -1;
	if (!leads)
		*out = RECOVERY_FINISHED;
	else if (recovering.owed)
		*out = RECOVERY_OWED;
	return 0;
}

static int close_entry(struct journal_entry *entry, const struct store *store, enum recovery how,
		       struct error *err)
{
	if (leads_on(entry, store))
		generation_remove(entry->generation);
	entry->event = how == RECOVERY_FINISHED ? JOURNAL_RECORDED : JOURNAL_UNDONE;
	return journal_append(entry, err);
}

/* A record that was lost is there again before anything is added to it. */
static int record_again(struct store *store, struct error *err)
{
	return store->state.rebuilt ? store_amend(store, &store->state, err) : 0;
}

/* "generation 3 was interrupted; taken by nft; not known to be taken by legacy-ipv4" */
static void tell_log(const struct journal_end *journal, enum recovery how, const struct actor *actor)
{
	const unsigned open = journal->planned & ~journal->taken;
	CLEANUP(text_free) struct text cause = {0};

	if (!actor)
		return;
	text_add(&cause, "generation %u was interrupted", journal->last.generation);
	if (journal->taken)
		text_add(&cause, "; taken by ");
	commit_parts_text(journal->taken, &cause);
	if (open)
		text_add(&cause, "; not known to be taken by ");
	commit_parts_text(open, &cause);
	audit_write(&(struct audit_record){
		.event = AUDIT_RECOVERED,
		.actor = actor,
		.generation = journal->last.generation,
		.result = how == RECOVERY_FINISHED ? "finished" : "undone",
		.cause = text_string(&cause),
	});
}

static int end_open(struct store *store, struct journal_end *journal, const struct actor *actor,
		    struct pool *pool, enum recovery *out, struct error *err)
{
	CLEANUP(signals_release) struct held_signals held = {0};

	signals_hold(&held);
	if (end(store, journal, pool, out, err) < 0)
		return error_in(err, "an earlier change was interrupted and cannot be ended");
	tell_log(journal, *out, actor);
	return close_entry(&journal->last, store, *out, err);
}

/* What is overdue is taken back whole, and that ends what was begun since; led back to the record first it would be in force again. */
int recover(struct store *store, const struct actor *actor, struct pool *pool, enum recovery *out,
	    struct error *err)
{
	struct journal_end journal;

	*out = RECOVERY_NONE;
	if (pending_is_overdue(&store->state.pending))
		return 0;
	if (journal_read(&journal, err) < 0 ||
	    (journal_is_open(&journal.last) && end_open(store, &journal, actor, pool, out, err) < 0))
		return -1;
	return record_again(store, err);
}
