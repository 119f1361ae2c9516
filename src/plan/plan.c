/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan, start to end: what is wanted, the home, the guests as if none stood there, the difference to what stands there,
 * and what everything would then answer.
 */
#include "fwport/plan.h"

#include "admission.h"
#include "elsewhere.h"
#include "guest.h"
#include "home.h"
#include "legacy_home.h"
#include "step_list.h"
#include "survey.h"

struct planning {
	const struct ruleset *now;
	const struct host *host;
	struct wishes wishes; /* with the place that was chosen */
	const struct openings *wanted;
	struct pool *pool;
	struct wants wants;
	struct home_steps home;
	struct legacy_home legacy_home;
	struct guests guests;
	struct refusals refusals;
	const struct ruleset *placed; /* with the home and the guests where they were found to belong */
};

/* What a neighbour lets through needs nothing of ours. */
static int all_wanted(struct planning *planning, struct error *err)
{
	const struct openings *wanted = planning->wanted;
	const struct opening **list = pool_alloc(planning->pool, (wanted->count + 1) * sizeof(*list));
	size_t count = 0;

	if (!list)
		return error_memory(err);
	for (size_t i = 0; i < wanted->count; i++)
		if (wanted->list[i].via == VIA_GUEST)
			list[count++] = &wanted->list[i];
	return wants_make(list, count, planning->pool, &planning->wants, err);
}

static int homes_find(struct planning *planning, struct error *err)
{
	const struct ruleset *now = planning->now;

	planning->wishes.place = home_choose(now, &planning->wishes);
	if (home_plan(now, &planning->wishes, &planning->wants, planning->pool, &planning->home, err) < 0)
		return -1;
	return legacy_home_find(now, &planning->wishes, &planning->wants, planning->pool,
				&planning->legacy_home, err);
}

static int applied(const struct ruleset *ruleset, const struct steps *steps, struct pool *pool,
		   const struct ruleset **out, struct error *err)
{
	struct ruleset *after;

	*out = ruleset;
	if (!steps->count)
		return 0;
	if (steps_apply(ruleset, steps, pool, &after, err) < 0)
		return -1;
	*out = after;
	return 0;
}

/* The ruleset without guests of ours, and with the home in nf_tables that is wanted, but none in legacy tables. */
static int bare_make(struct planning *planning, const struct ruleset **out, struct error *err)
{
	const struct legacy_home *legacy = &planning->legacy_home;
	struct pool *pool = planning->pool;
	struct steps steps = {0};

	if (legacy_home_uncall(legacy, pool, &steps, err) < 0 ||
	    guests_drop_all(planning->now, pool, &steps, err) < 0 ||
	    legacy_home_unchain(legacy, pool, &steps, err) < 0 ||
	    steps_append(&steps, &planning->home.add, pool, err) < 0 ||
	    steps_append(&steps, &planning->home.remove, pool, err) < 0)
		return -1;
	return applied(planning->now, &steps, pool, out, err);
}

static int guests_find(struct planning *planning, const struct ruleset *bare, struct error *err)
{
	return guests_place(planning->now, bare, planning->host, &planning->wants, planning->pool,
			    &planning->guests, &planning->refusals, &planning->placed, err);
}

/* In legacy tables the home is called where guests would stand; then only those remain that it does not make needless. */
static int all_place(struct planning *planning, const struct ruleset *bare, struct error *err)
{
	struct legacy_home *legacy = &planning->legacy_home;
	struct steps steps = {0};
	const struct ruleset *homed;

	if (guests_find(planning, bare, err) < 0 ||
	    legacy_home_place(legacy, planning->now, bare, &planning->wants, &planning->guests,
			      planning->pool, err) < 0 ||
	    legacy_home_build(legacy, planning->pool, &steps, err) < 0)
		return -1;
	if (!steps.count)
		return 0;
	if (applied(bare, &steps, planning->pool, &homed, err) < 0 || guests_find(planning, homed, err) < 0)
		return -1;
	for (size_t i = 0; i < legacy->rules.count; i++)
		if (guests_push(&planning->guests, &legacy->rules.list[i], planning->pool, err) < 0)
			return -1;
	return 0;
}

/* With `strict`, nothing stays that today would be put elsewhere. */
static int difference(struct planning *planning, bool strict, struct plan *out, struct stayed *stayed,
		      struct error *err)
{
	const struct legacy_home *legacy = &planning->legacy_home;
	struct pool *pool = planning->pool;
	struct steps made = {0}, add = {0}, policy = {0}, calls = {0}, remove = {0}, gone = {0};
	const struct steps *parts[] = {&planning->home.add,   &made, &add, &policy, &calls, &remove, &gone,
				       &planning->home.remove};
	struct stayed calls_stayed;

	out->steps = (struct steps){0};
	if (legacy_home_chains(legacy, pool, &made, &gone, err) < 0 ||
	    legacy_home_calls(legacy, strict, pool, &calls, &remove, &calls_stayed, err) < 0 ||
	    legacy_home_policy(legacy, pool, &policy, &remove, err) < 0 ||
	    guests_match(planning->now, &planning->wants, &planning->guests, &planning->refusals, strict,
			 pool, &add, &remove, stayed, err) < 0)
		return -1;
	legacy_home_order(legacy, &add);
	legacy_home_order(legacy, &calls);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (steps_append(&out->steps, parts[i], pool, err) < 0)
			return -1;
	stayed->any |= calls_stayed.any;
	stayed->skips |= calls_stayed.skips;
	return applied(planning->now, &out->steps, pool, &out->after, err);
}

static int group_is_as_good(struct planning *planning, const struct group *group,
			    const struct ruleset *before, const struct ruleset *after, bool *out,
			    struct error *err)
{
	struct survey wanted, got;

	if (survey_classes(before, group, planning->pool, &wanted, err) < 0)
		return -1;
	got = wanted;
	if (survey_answers(before, planning->host, group, planning->pool, &wanted, err) < 0 ||
	    survey_answers(after, planning->host, group, planning->pool, &got, err) < 0)
		return -1;
	for (size_t i = 0; i < wanted.class_count * FAMILY_COUNT; i++)
		if (wanted.answers[i] && got.answers[i] &&
		    got.answers[i]->verdict > wanted.answers[i]->verdict)
			*out = false;
	return 0;
}

/* Whether every want fares as well in the latter. */
static int is_as_good(struct planning *planning, const struct ruleset *before, const struct ruleset *after,
		      bool *out, struct error *err)
{
	*out = true;
	for (size_t i = 0; i < planning->wants.count && *out; i++)
		if (group_is_as_good(planning, &planning->wants.groups[i], before, after, out, err) < 0)
			return -1;
	return 0;
}

/*
 * A ban that somebody put behind a rule of ours shall work: that moves behind it, unless an opening would be lost by that.
 */
static int ours_move(struct planning *planning, struct plan *plan, struct error *err)
{
	struct plan moved = *plan;
	struct stayed stayed;
	bool good;

	if (difference(planning, true, &moved, &stayed, err) < 0 ||
	    is_as_good(planning, plan->after, moved.after, &good, err) < 0)
		return -1;
	if (good)
		*plan = moved;
	return 0;
}

/* What stands elsewhere than it would be put today stays there when it does its work. */
static int steps_find(struct planning *planning, struct plan *out, struct error *err)
{
	struct stayed stayed;
	bool good = true;

	if (difference(planning, false, out, &stayed, err) < 0)
		return -1;
	if (stayed.any && is_as_good(planning, planning->placed, out->after, &good, err) < 0)
		return -1;
	if (!good)
		return difference(planning, true, out, &stayed, err);
	return stayed.skips ? ours_move(planning, out, err) : 0;
}

static bool step_tracks(const struct step *step)
{
	if (step->remove || step->object != STEP_RULE)
		return false;
	for (size_t i = 0; i < step->rule->op_count; i++)
		if (op_uses_conntrack(&step->rule->ops[i]))
			return true;
	return false;
}

/* Only a step can have switched it on. */
static void conntrack_note(const struct ruleset *now, struct plan *plan)
{
	struct steps *steps = &plan->steps;
	size_t i = 0;

	while (i < steps->count && !step_tracks(&steps->list[i]))
		i++;
	if (i == steps->count)
		return;
	for (int family = 0; family < FAMILY_COUNT; family++)
		if (!ruleset_tracks_connections(now, (enum family)family) &&
		    ruleset_tracks_connections(plan->after, (enum family)family))
			plan->conntrack_on = true;
	if (plan->conntrack_on)
		steps->list[i].note = "connection tracking on";
}

/* results */

static const struct refusal *refusal_find(const struct refusals *refusals, const struct group *group,
					  const struct opening_answer *result)
{
	struct port_range ports = result->opening->port.ports;

	for (size_t i = 0; i < refusals->count; i++) {
		const struct refusal *refusal = &refusals->list[i];

		if (refusal->group != group || refusal->family != result->family)
			continue;
		for (size_t j = 0; j < refusal->port_count; j++)
			if (refusal->ports[j].first <= ports.last && ports.first <= refusal->ports[j].last)
				return refusal;
	}
	return NULL;
}

/* Where we may not go, the owner may; what we will not bypass, nobody is told to. */
static bool owner_may_help(const struct family_answer *answer)
{
	return answer->blocker_count && !chain_takes_guests(answer->blockers[0].decision->base);
}

/* Who can be asked for more than to be told of. */
static enum via neighbour_of(const struct family_answer *answer)
{
	const struct table *table = answer->blockers[0].decision->base->table;

	return table_has_owner(table) && table->owner == OWNER_FIREWALLD ? VIA_FIREWALLD : VIA_GUEST;
}

/* One prefix of a scope that has several. */
static struct query result_query(const struct opening_answer *result)
{
	const struct scope *scope = &result->opening->scope;
	const bool in = scope->direction == DIRECTION_IN;

	return (struct query){
		.direction = scope->direction,
		.protocol = result->opening->port.protocol,
		.port = result->opening->port.ports.first,
		.families = FAMILY_BIT(result->family),
		.peer = in ? scope->from : scope->to,
		.local = in ? scope->to : scope->from,
		.iface = scope->iface,
	};
}

static int owner_hint(struct opening_answer *result, struct pool *pool, struct error *err)
{
	CLEANUP(text_free) struct text owner = {0};
	const struct scope *scope = &result->opening->scope;
	const struct query query = result_query(result);
	const struct fix_question question = {&query, &result->opening->port.ports, 1};

	if (scope->from_count > 1 || scope->to_count > 1)
		return 0; /* one command has room for one of them */
	fix_owner(&question, result->answer, true, &owner);
	if (owner.failed)
		return error_memory(err);
	if (!owner.length)
		return 0;
	result->hint = pool_text(pool, text_string(&owner));
	return result->hint ? 0 : error_memory(err);
}

static int result_explain(const struct planning *planning, const struct group *const *group_of,
			  struct opening_answer *result, struct error *err)
{
	const struct group *group = group_of[result->opening - planning->wanted->list];
	const struct query query = result_query(result);
	const struct refusal *refusal;

	if (!group || !result->answer || !result->answer->applicable ||
	    result->answer->verdict == ANSWER_OPEN)
		return 0;
	refusal = refusal_find(&planning->refusals, group, result);
	if (!refusal)
		return 0;
	result->refused = refusal->sentence;
	result->hint = refusal->hint;
	if (elsewhere_tell(planning->now, planning->host, &query, result, planning->pool, err) < 0)
		return -1;
	if (refusal->hint || !owner_may_help(result->answer))
		return 0;
	result->neighbour = neighbour_of(result->answer);
	return owner_hint(result, planning->pool, err);
}

static int results_make(struct planning *planning, const struct opening *const *asked, size_t asked_count,
			struct plan *out, struct error *err)
{
	const struct group **group_of =
		pool_alloc(planning->pool, (planning->wanted->count + 1) * sizeof(*group_of));

	if (!group_of)
		return error_memory(err);
	for (size_t i = 0; i < planning->wants.count; i++)
		for (size_t j = 0; j < planning->wants.groups[i].wish_count; j++)
			group_of[planning->wants.groups[i].wishes[j].opening - planning->wanted->list] =
				&planning->wants.groups[i];
	if (openings_evaluate(out->after, planning->host, asked, asked_count, planning->pool, &out->results,
			      &out->result_count, err) < 0)
		return -1;
	for (size_t i = 0; planning->refusals.count && i < out->result_count; i++)
		if (result_explain(planning, group_of, &out->results[i], err) < 0)
			return -1;
	return 0;
}

bool plan_is_empty(const struct plan *plan)
{
	return !plan->steps.count && !plan->errands.count;
}

int plan_make(const struct ruleset *now, const struct host *host, const struct wishes *wishes,
	      const struct opening *const *asked, size_t asked_count, struct pool *pool, struct plan *out,
	      struct error *err)
{
	struct planning planning = {
		.now = now, .host = host, .wishes = *wishes, .wanted = wishes->openings, .pool = pool};
	const struct ruleset *bare;

	*out = (struct plan){0};
	if (all_wanted(&planning, err) < 0 || homes_find(&planning, err) < 0 ||
	    bare_make(&planning, &bare, err) < 0 || all_place(&planning, bare, err) < 0 ||
	    steps_find(&planning, out, err) < 0)
		return -1;
	conntrack_note(now, out);
	out->admitted = out->conntrack_on ? admitted_count(&out->steps) : 0;
	return results_make(&planning, asked, asked_count, out, err);
}
