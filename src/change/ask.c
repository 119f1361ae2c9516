/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The neighbour is looked at first: what it has already is not asked for, and never taken away.
 */
#include "ask.h"

#include "rollback.h"

static const struct opening *recorded(const struct change *change, const struct opening *opening)
{
	const struct state *state = &change->store->state;
	const struct opening *open = openings_get(&state->openings, opening->id);

	return open ? open : openings_get(&state->dormant, opening->id);
}

static bool is_asked_anew(const struct change *change, const struct opening *opening)
{
	const struct opening *had = opening->via == VIA_GUEST ? opening : recorded(change, opening);

	return !had || had->via != opening->via;
}

static int look(const struct change *change, struct opening *opening, struct error *err)
{
	if (via_check(opening, err) < 0)
		return -1;
	return via_look(opening, change->ruleset, &change->host, change->pool, err);
}

static int look_at_named(struct change *change, struct error *err)
{
	struct openings *openings = &change->record.next.openings;

	for (size_t i = 0; i < openings->count; i++)
		if (is_asked_anew(change, &openings->list[i]) && look(change, &openings->list[i], err) < 0)
			return -1;
	return 0;
}

/* where no rule of ours can stand */

static bool chooses(const struct change_request *request)
{
	return !request->via_named && (request->kind == CHANGE_OPEN || request->kind == CHANGE_APPLY);
}

static struct opening *opening_of(struct change *change, const struct opening_answer *result)
{
	struct openings *openings = &change->record.next.openings;

	return &openings->list[result->opening - openings->list];
}

/* All that were left to a neighbour are ours again, and are refused as they were. */
static int keep_all(struct change *change, const struct error *failure, struct error *err)
{
	for (size_t i = 0; i < change->plan.result_count; i++) {
		struct opening_answer *result = &change->plan.results[i];

		if (result->neighbour == VIA_GUEST)
			continue;
		opening_of(change, result)->via = VIA_GUEST;
		result->refused = pool_format(change->pool, "%s; and %s cannot be asked instead: %s",
					      result->refused, via_word(result->neighbour), failure->text);
		if (!result->refused)
			return error_memory(err);
	}
	return 0;
}

static int leave_to_neighbours(struct change *change, bool *out, struct error *err)
{
	*out = false;
	for (size_t i = 0; i < change->plan.result_count; i++) {
		struct opening_answer *result = &change->plan.results[i];
		struct opening *opening = opening_of(change, result);
		struct error failure;

		if (result->neighbour == VIA_GUEST || opening->via != VIA_GUEST)
			continue;
		opening->via = result->neighbour;
		if (look(change, opening, &failure) < 0) {
			*out = false;
			return keep_all(change, &failure, err);
		}
		*out = true;
	}
	return 0;
}

static int plan_anew(struct change *change, struct error *err)
{
	return plan_make(change->ruleset, &change->host, &change->wishes, change->record.asked,
			 change->record.asked_count, change->pool, &change->plan, err);
}

static int choose(struct change *change, struct error *err)
{
	bool left;

	if (!chooses(change->request))
		return 0;
	if (leave_to_neighbours(change, &left, err) < 0)
		return -1;
	if (!left)
		return 0;
	change->record.changed = true;
	return plan_anew(change, err);
}

/* what is missing */

/* What is recorded and went. Of a neighbour that cannot be asked there is nothing to say, and others are restored all the same. */
static int add_missing(struct change *change, struct error *err)
{
	const struct openings *openings = &change->record.next.openings;

	for (size_t i = 0; i < openings->count; i++) {
		const struct opening *opening = &openings->list[i];
		struct errand errand = {.opening = opening,
					.seconds =
						opening->expires ? opening->expires - change->host.now : 0};
		struct opening there = *opening;
		struct error unknown;

		if (!opening_levels(opening) || is_asked_anew(change, opening) ||
		    look(change, &there, &unknown) < 0)
			continue;
		errand.levels = opening_levels(opening) & there.handed;
		if (errand.levels && errands_push(&change->plan.errands, errand, change->pool, err) < 0)
			return -1;
	}
	return 0;
}

static bool is_asked_about(const struct record *record, const struct opening *opening)
{
	for (size_t i = 0; i < record->asked_count; i++)
		if (record->asked[i] == opening)
			return true;
	return false;
}

/*
 * A rollback is about what is not open now; but what a neighbour is to let through is proved, too. What it shall only load again is
 * not open by that.
 */
static void ask_about_handed(const struct errands *errands, struct record *record)
{
	for (size_t i = 0; i < errands->count; i++) {
		const struct errand *errand = &errands->list[i];

		if (errand->back || !(errand->levels & HANDED_RUNTIME) ||
		    is_asked_about(record, errand->opening))
			continue;
		record->asked[record->asked_count++] = errand->opening;
		record->items[record->item_count++] =
			(struct change_item){.opening = *errand->opening, .changed = true};
	}
}

/* Items are shown, and had their openings from before. */
static void items_renew(struct record *record)
{
	for (size_t i = 0; i < record->asked_count && i < record->item_count; i++)
		record->items[i].opening = *record->asked[i];
}

/* Who has no rules for the moment alone cannot take them away for it either. */
static int check_half(const struct errand *errand, struct error *err)
{
	struct opening half = *errand->opening;

	half.runtime = true;
	return errand->levels == HANDED_RUNTIME ? via_check(&half, err) : 0;
}

static int check_back(const struct errands *errands, struct error *err)
{
	for (size_t i = 0; i < errands->count; i++)
		if (errands->list[i].back && check_half(&errands->list[i], err) < 0)
			return -1;
	return 0;
}

/* A boot has neighbours load what they keep, and who watches leaves to them what they do with their own rules. */
static bool restores(const struct change_request *request)
{
	return request->kind == CHANGE_RESTORE && !request->boot && !request->watch;
}

/* The neighbour of an image does not run, and the record may not say what its rules do not. */
static int check_offline(const struct errands *errands, struct error *err)
{
	if (!errands->count)
		return 0;
	error_set(err, ERROR_BLOCKED,
		  "%s would have to be asked, which is not done offline; nothing was changed",
		  via_word(errands->list[0].opening->via));
	return error_hint(err, "the same without --offline, once the system runs");
}

int ask_prepare(struct change *change, struct error *err)
{
	const struct state *asked = &change->store->state;

	if (change->request->kind == CHANGE_SAVE)
		return 0;
	if (change->request->kind == CHANGE_ROLLBACK &&
	    pending_asked(change->store, change->pool, &asked, err) < 0)
		return -1;
	if (look_at_named(change, err) < 0 || choose(change, err) < 0 ||
	    errands_between(asked, &change->record.next, change->host.now, change->pool,
			    &change->plan.errands, err) < 0)
		return -1;
	if (change->request->kind == CHANGE_ROLLBACK)
		ask_about_handed(&change->plan.errands, &change->record);
	items_renew(&change->record);
	if (check_back(&change->plan.errands, err) < 0 ||
	    (change->request->offline && check_offline(&change->plan.errands, err) < 0))
		return -1;
	return restores(change->request) ? add_missing(change, err) : 0;
}

static bool is_about_to_be_asked(const struct errands *errands, const struct opening *opening)
{
	for (size_t i = 0; i < errands->count; i++)
		if (!errands->list[i].back && errands->list[i].opening == opening)
			return true;
	return false;
}

int ask_known(const struct change *change, struct opening_answer **out, size_t *count, struct error *err)
{
	const struct plan *plan = &change->plan;

	*count = 0;
	*out = pool_alloc(change->pool, (plan->result_count + 1) * sizeof(**out));
	if (!*out)
		return error_memory(err);
	for (size_t i = 0; i < plan->result_count; i++)
		if (!is_about_to_be_asked(&plan->errands, plan->results[i].opening))
			(*out)[(*count)++] = plan->results[i];
	return 0;
}

int ask_await(struct change *change, struct error *err)
{
	const struct state *now = &change->store->state;
	struct errands *errands = &change->plan.errands;
	struct state awaited;

	if (!change->transaction.deadline || !errands->count)
		return 0;
	if (state_unconfirmed(now, &change->record.next, change->transaction.deadline, change->pool, &awaited,
			      err) < 0 ||
	    errands_between(now, &awaited, change->host.now, change->pool, errands, err) < 0)
		return -1;
	for (size_t i = 0; i < errands->count; i++)
		if (!errands->list[i].back && via_check(errands->list[i].opening, err) < 0) {
			error_in(err, "it has to be confirmed, and a boot before must end it");
			return error_hint(err, "--no-confirm");
		}
	change->report->errands = *errands;
	return 0;
}

static bool is_last_of_part(const struct errands *errands, size_t at)
{
	for (size_t i = at + 1; i < errands->count; i++)
		if (errand_part(&errands->list[i]) == errand_part(&errands->list[at]))
			return false;
	return true;
}

int ask_run(const struct errands *errands, int lock, const struct commit_log *log, struct error *err)
{
	for (size_t i = 0; i < errands->count; i++) {
		if (via_run(&errands->list[i], lock, err) < 0)
			return -1;
		if (log && is_last_of_part(errands, i) &&
		    log->taken(errand_part(&errands->list[i]), log->context, err) < 0)
			return -1;
	}
	return 0;
}

int ask_back(const struct errands *errands, int lock, struct pool *pool, struct error *err)
{
	struct errands inverse;

	if (errands_inverse(errands, pool, &inverse, err) < 0)
		return -1;
	if (ask_run(&inverse, lock, NULL, err) == 0)
		return 0;
	return error_in(err, "what %s was asked for could not be taken back, the next fwport tries again",
			via_word(errands->list[0].opening->via));
}
