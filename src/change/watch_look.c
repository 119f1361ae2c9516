/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A look is a restore that is only planned. What it would put back was thrown out, unless the rules that are missing were each deleted
 * by hand: such an opening is left alone until its rules stand again, as after `fwport restore`, and so is one that somebody takes away
 * as often as it is put back. The restore itself plans anew, under the lock, for all others.
 */
#include "watch_look.h"

#include "fwport/quote.h"

#include <time.h>

/* What a look works with. */
struct look {
	struct watch *watch;
	struct pool *pool;
	struct watch_news *news;
	struct change_report plan; /* what a restore would do */
	struct port_map missing;   /* ports for which it would add something */
	struct port_map swept;     /* of these, for which something was not deleted by hand */
	uint32_t *spared;
	size_t spared_count;
};

static int add_notice(struct look *look, enum watch_notice_kind kind, const struct opening *opening,
		      const struct opening_answer *answer, struct error *err)
{
	struct watch_news *news = look->news;
	struct watch_notice *notices =
		pool_grow(look->pool, news->notices, news->notice_count, sizeof(*notices));

	if (!notices)
		return error_memory(err);
	news->notices = notices;
	notices[news->notice_count] = (struct watch_notice){.kind = kind, .answer = answer};
	if (opening)
		notices[news->notice_count].opening = *opening;
	news->notice_count++;
	return 0;
}

/* "nft (process 812)". A program may be called by any bytes, and this goes into records. */
static int name_who(struct look *look, struct error *err)
{
	const struct burst *burst = &look->watch->burst;
	CLEANUP(text_free) struct text who = {0};

	if (!*burst->who)
		return 0;
	quote_line(&who, burst->who);
	look->news->after = pool_format(look->pool, "%s (process %u)", text_string(&who), burst->pid);
	return look->news->after && !who.failed ? 0 : error_memory(err);
}

static struct change_request request_of(const struct look *look, const struct actor *actor)
{
	return (struct change_request){
		.kind = CHANGE_RESTORE,
		.watch = true,
		.accept.blocked = true,
		.spared = {.ids = look->spared,
			   .count = look->spared_count,
			   .policy = look->watch->policy_left},
		.actor = actor,
		.now = time(NULL),
	};
}

static bool home_was_edited(const struct burst *burst)
{
	return burst->home_touched && !burst->home_swept && !burst->lost;
}

static bool is_by_hand(const struct burst *burst, const struct step *step)
{
	if (step->table->engine == ENGINE_NFT && table_is_home(step->table))
		return home_was_edited(burst);
	return step->object == STEP_RULE && burst_singled_out(burst, step->rule->tag);
}

static int find_missing(struct look *look, struct error *err)
{
	const struct steps *steps = &look->plan.steps;

	if (port_map_make(look->pool, &look->missing, err) < 0 ||
	    port_map_make(look->pool, &look->swept, err) < 0)
		return -1;
	for (size_t i = 0; i < steps->count; i++) {
		const struct step *step = &steps->list[i];

		if (step->remove)
			continue;
		if (port_map_add_step(&look->missing, step, look->pool, err) < 0 ||
		    (!is_by_hand(&look->watch->burst, step) &&
		     port_map_add_step(&look->swept, step, look->pool, err) < 0))
			return -1;
	}
	return 0;
}

/* What is to be done about one of which something is missing. */
static int weigh(struct look *look, const struct opening *opening, struct watched *watched, struct error *err)
{
	if (watched->attitude != ATTITUDE_GUARD)
		return 0;
	if (!port_map_meets_opening(&look->swept, opening)) {
		watched->attitude = ATTITUDE_LEAVE;
		return add_notice(look, NOTICE_LEFT, opening, NULL, err);
	}
	if (times_are_a_fight(&watched->put_back, watch_clock() / 1000)) {
		watched->attitude = ATTITUDE_GIVE_UP;
		return add_notice(look, NOTICE_GIVEN_UP, opening, NULL, err);
	}
	return 0;
}

static int sort_out_one(struct look *look, const struct opening *opening, struct error *err)
{
	struct watched *watched = vigil_at(&look->watch->vigil, opening->id);
	struct openings *put_back = &look->news->put_back;

	if (!watched)
		return error_memory(err);
	if (!port_map_meets_opening(&look->missing, opening)) {
		if (watched->attitude != ATTITUDE_GUARD)
			*watched = (struct watched){.id = opening->id, .seen = true};
		return 0;
	}
	if (weigh(look, opening, watched, err) < 0)
		return -1;
	if (watched->attitude == ATTITUDE_GUARD)
		put_back->list[put_back->count++] = *opening;
	else
		look->spared[look->spared_count++] = opening->id;
	return 0;
}

/* Whom to leave alone, and whom to put back. */
static int sort_out(struct look *look, struct error *err)
{
	const size_t count = look->plan.item_count;

	look->spared = pool_alloc(look->pool, (count + 1) * sizeof(*look->spared));
	look->news->put_back.list = pool_alloc(look->pool, (count + 1) * sizeof(struct opening));
	if (!look->spared || !look->news->put_back.list)
		return error_memory(err);
	for (size_t i = 0; i < count; i++)
		if (sort_out_one(look, &look->plan.items[i].opening, err) < 0)
			return -1;
	vigil_sweep(&look->watch->vigil);
	spared_sort(look->spared, look->spared_count);
	return 0;
}

/* Whoever takes a drop away by hand has his reasons, and may be locked out without. */
static int sort_out_policy(struct look *look, struct error *err)
{
	const struct burst *burst = &look->watch->burst;
	const bool stands = policy_equal(look->plan.policy, look->plan.policy_before),
		   by_hand = home_was_edited(burst) || burst_singled_out(burst, POLICY_TAG);

	if (stands || look->watch->policy_left) {
		look->watch->policy_left &= !stands;
		return 0;
	}
	look->watch->policy_left = by_hand;
	return by_hand ? add_notice(look, NOTICE_POLICY_LEFT, NULL, NULL, err) : 0;
}

static const struct opening_answer *blocked_of(const struct change_item *item)
{
	for (size_t i = 0; i < item->result_count; i++)
		if (item->results[i].answer->applicable && item->results[i].answer->verdict == ANSWER_BLOCKED)
			return &item->results[i];
	return NULL;
}

/* One that is left alone is blocked, as was told. */
static int tell_blocked(struct look *look, const struct change_report *report, struct error *err)
{
	const struct spared spared = {.ids = look->spared, .count = look->spared_count};

	for (size_t i = 0; i < report->item_count; i++) {
		const struct change_item *item = &report->items[i];
		struct watched *watched = vigil_at(&look->watch->vigil, item->opening.id);
		const struct opening_answer *blocked = blocked_of(item);
		const bool is_new = blocked && !is_spared(&item->opening, &spared);

		if (!watched)
			return error_memory(err);
		if (is_new && !watched->blocked &&
		    add_notice(look, NOTICE_BLOCKED, &item->opening, blocked, err) < 0)
			return -1;
		watched->blocked = is_new;
	}
	return 0;
}

static void note_each(struct look *look)
{
	const int64_t now = watch_clock() / 1000;
	const struct openings *put_back = &look->news->put_back;

	for (size_t i = 0; i < put_back->count; i++) {
		struct watched *watched = vigil_at(&look->watch->vigil, put_back->list[i].id);

		if (watched)
			times_add(&watched->put_back, now);
	}
}

static int tell_refused(struct look *look, struct error *err)
{
	const enum change_outcome outcome = look->news->report.outcome;
	const bool refused = outcome == OUTCOME_LOCKOUT || outcome == OUTCOME_HARMS;
	const bool is_new = refused && !look->watch->refused;

	look->watch->refused = refused;
	return is_new ? add_notice(look, NOTICE_REFUSED, NULL, NULL, err) : 0;
}

/* Too much was put back of late. */
static int wait_some_more(struct look *look, struct error *err)
{
	const bool is_new = !look->watch->waiting;

	look->watch->waiting = true;
	look->news->put_back.count = 0;
	return is_new ? add_notice(look, NOTICE_WAITING, NULL, NULL, err) : 0;
}

static int put_back(struct look *look, const struct actor *actor, struct error *err)
{
	struct watch_news *news = look->news;

	news->request = request_of(look, actor);
	news->request.reason = pool_format(look->pool, "restored by watch after %s",
					   news->after ? news->after : "a change of the ruleset");
	if (!news->request.reason)
		return error_memory(err);
	if (change_run(&news->request, look->pool, &news->report, err) < 0)
		return -1;
	news->request.openings = news->put_back;
	news->restored = news->report.changed;
	look->watch->waiting = false;
	if (news->restored)
		times_add(&look->watch->vigil.put_back, watch_clock() / 1000);
	else
		news->put_back.count = 0;
	note_each(look);
	return tell_refused(look, err);
}

static bool is_too_much(const struct watch *watch)
{
	return times_reach(&watch->vigil.put_back, VIGIL_RATE, VIGIL_MINUTE, watch_clock() / 1000);
}

/* What then is missing is of those that are left alone, or of the home that they would have had. */
static bool leaves_all(const struct look *look)
{
	return (look->spared_count || look->watch->policy_left) && !look->news->put_back.count &&
	       (look->watch->policy_left || policy_equal(look->plan.policy, look->plan.policy_before));
}

static int act(struct look *look, const struct actor *actor, struct error *err)
{
	if (find_missing(look, err) < 0 || sort_out(look, err) < 0 || sort_out_policy(look, err) < 0)
		return -1;
	look->news->report = look->plan;
	if (!look->plan.steps.count || leaves_all(look)) {
		look->watch->waiting = look->watch->refused = false;
		return 0;
	}
	if (is_too_much(look->watch))
		return wait_some_more(look, err);
	return put_back(look, actor, err);
}

/* --- when nothing is to be left alone, the restore comes at once: a large ruleset is then read and planned on once only --- */

static bool may_be_by_hand(const struct burst *burst)
{
	if (home_was_edited(burst))
		return true;
	for (size_t i = 0; i < burst->our_count; i++)
		if (burst_singled_out(burst, burst->ours[i].tag))
			return true;
	return false;
}

static bool is_simple(const struct watch *watch)
{
	const int64_t now = watch_clock() / 1000;

	if (may_be_by_hand(&watch->burst) || watch->policy_left || is_too_much(watch))
		return false;
	for (size_t i = 0; i < watch->vigil.count; i++)
		if (watch->vigil.list[i].attitude != ATTITUDE_GUARD ||
		    times_are_a_fight(&watch->vigil.list[i].put_back, now))
			return false;
	return true;
}

static int restore_at_once(struct look *look, const struct actor *actor, struct error *err)
{
	struct watch_news *news = look->news;
	const struct openings none = {0};

	if (put_back(look, actor, err) < 0)
		return -1;
	look->plan = news->report;
	if (find_missing(look, err) < 0 || sort_out(look, err) < 0)
		return -1;
	if (news->restored)
		note_each(look);
	else
		news->put_back = none;
	news->request.openings = news->put_back;
	return 0;
}

static int look_first(struct look *look, const struct actor *actor, struct error *err)
{
	struct change_request request = request_of(look, actor);

	request.dry_run = true;
	return change_run(&request, look->pool, &look->plan, err) < 0 ? -1 : act(look, actor, err);
}

int watch_decide(struct watch *watch, const struct actor *actor, struct pool *pool, struct watch_news *out,
		 struct error *err)
{
	struct look look = {.watch = watch, .pool = pool, .news = out};
	struct state state;

	*out = (struct watch_news){.all_open = true};
	if (store_peek(&state, pool, err) < 0)
		return -1;
	if (state.absent)
		return 0; /* rules that nobody recorded are for somebody to look at */
	if (name_who(&look, err) < 0 ||
	    (is_simple(watch) ? restore_at_once(&look, actor, err) : look_first(&look, actor, err)) < 0)
		return -1;
	out->all_open = !out->report.not_all_open;
	return tell_blocked(&look, &out->report, err);
}
