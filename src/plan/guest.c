/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Places guests: asks where the packets of each want stop, has the needs met one by one in a hypothetical ruleset, and asks
 * again.
 */
#include "guest.h"

#include "alike.h"
#include "meet.h"
#include "need.h"
#include "peers.h"
#include "step_list.h"
#include "survey.h"

enum { ROUNDS_MOST = 64 };

int guests_push(struct guests *guests, const struct guest *guest, struct pool *pool, struct error *err)
{
	guests->list = pool_grow(pool, guests->list, guests->count, sizeof(*guests->list));
	if (!guests->list)
		return error_memory(err);
	guests->list[guests->count++] = *guest;
	return 0;
}

static uint32_t guest_tag(const struct guest *guest, const struct port_range *ports, size_t count)
{
	return guest->opening ? guest->opening->id : group_tag(guest->group, ports, count);
}

static int guest_rule(const struct guest *guest, const struct port_range *ports, size_t count,
		      struct pool *pool, struct steps *out, struct error *err)
{
	struct predicate predicate = guest->predicate;
	struct rule *rule;
	struct set *set;

	predicate.ports = ports;
	predicate.port_count = count;
	if (predicate_rule(&predicate, guest->chain, guest_tag(guest, ports, count), pool, &rule, &set, err) <
	    0)
		return -1;
	return steps_push(out,
			  (struct step){
				  .object = STEP_RULE,
				  .table = guest->chain->table,
				  .chain = guest->chain,
				  .set = set,
				  .rule = rule,
				  .before = guest->before,
			  },
			  pool, err);
}

int guest_steps(const struct guest *guest, struct pool *pool, struct steps *out, struct error *err)
{
	const struct predicate *predicate = &guest->predicate;
	size_t slice;

	for (size_t at = 0; at < predicate->port_count; at += slice) {
		slice = predicate_slice(predicate, guest->chain->table, predicate->ports + at,
					predicate->port_count - at);
		if (guest_rule(guest, predicate->ports + at, slice, pool, out, err) < 0)
			return -1;
	}
	return 0;
}

int guests_drop_all(const struct ruleset *now, struct pool *pool, struct steps *out, struct error *err)
{
	for (size_t i = 0; i < now->table_count; i++) {
		const struct table *table = now->tables[i];

		for (size_t j = 0; !table_is_home(table) && j < table->chain_count; j++)
			for (size_t k = 0; k < table->chains[j]->rule_count; k++)
				if (table->chains[j]->rules[k]->tag &&
				    steps_drop_rule(out, table->chains[j]->rules[k], pool, err) < 0)
					return -1;
	}
	return 0;
}

static bool is_judged(const struct answer *answer)
{
	for (size_t i = 0; i < answer->family_count; i++)
		if (answer->families[i].applicable && answer->families[i].counted)
			return true;
	return false;
}

/* What keeps one class of ports from passing, or its refusal. */
static int class_needs(struct placing *placing, const struct course *course,
		       const struct evaluation *evaluation, size_t class, struct needs *out,
		       struct error *err)
{
	const struct port_class *ports = &course->survey->classes[class];
	bool override = group_overrides(course->group, ports->ranges, ports->range_count);
	struct answer answer;
	struct needs needs = {0};

	if (evaluation_ask(evaluation, course->group->protocol, ports->example, placing->pool, &answer, err) <
		    0 ||
	    needs_find(placing->working, placing->now, &answer, override, placing->pool, &needs, err) < 0)
		return -1;
	if (!is_judged(&answer))
		*course->unseen |= FAMILY_BIT(course->lane->family);
	if (needs.refused)
		return class_refuse(placing, course, class, needs.refused, needs.hint, err);
	if (!needs.count) {
		course->settled[class] = true;
		return 0;
	}
	return needs_merge(out, &needs, class, placing->pool, err);
}

/* Of all classes that are not settled, in the hypothetical ruleset as it is now. */
static int course_needs(struct placing *placing, const struct course *course, struct needs *out,
			struct error *err)
{
	CLEANUP(pool_free) struct pool scratch = {0};
	struct evaluation *evaluation;

	if (lane_begin(placing->working, placing->host, course->group, course->lane, &scratch, &evaluation,
		       err) < 0)
		return -1;
	for (size_t i = 0; i < course->survey->class_count; i++)
		if (!course->settled[i] && class_needs(placing, course, evaluation, i, out, err) < 0)
			return -1;
	return 0;
}

static int course_run(struct placing *placing, const struct course *course, struct error *err)
{
	for (unsigned round = 0; round < ROUNDS_MOST; round++) {
		struct needs needs = {0};

		if (course_needs(placing, course, &needs, err) < 0)
			return -1;
		if (!needs.count)
			return 0;
		for (size_t i = 0; i < needs.count; i++)
			if (need_meet(placing, course, &needs.list[i], err) < 0)
				return -1;
	}
	return 0;
}

static int group_place(struct placing *placing, const struct group *group, unsigned *unseen,
		       const struct ruleset *bare, struct error *err)
{
	struct survey survey;

	if (survey_classes(bare, group, placing->pool, &survey, err) < 0 ||
	    classes_split_named(bare, group, &survey, placing->pool, err) < 0)
		return -1;
	for (int family = 0; family < FAMILY_COUNT; family++) {
		struct lane *lanes;
		size_t count;

		if (scope_lanes(group->scope, (enum family)family, placing->pool, &lanes, &count, err) < 0)
			return -1;
		for (size_t i = 0; i < count; i++) {
			struct course course = {
				.group = group,
				.lane = &lanes[i],
				.survey = &survey,
				.settled = pool_alloc(placing->pool, survey.class_count + 1),
				.unseen = unseen,
			};

			if (!course.settled)
				return error_memory(err);
			if (course_run(placing, &course, err) < 0)
				return -1;
		}
	}
	return 0;
}

static bool predicates_differ_in_family(const struct predicate *a, const struct predicate *b)
{
	return a->one_family && b->one_family && a->family != b->family && a->kind == b->kind &&
	       a->leaves == b->leaves && a->local_only == b->local_only && a->arrives == b->arrives &&
	       !a->peer && !b->peer && !a->local && !b->local &&
	       ranges_cover(a->ports, a->port_count, b->ports, b->port_count) &&
	       ranges_cover(b->ports, b->port_count, a->ports, a->port_count);
}

static struct guest *twin_of(struct guests *guests, const struct guest *guest)
{
	for (size_t i = 0; i < guests->count; i++) {
		struct guest *other = &guests->list[i];

		if (other->group == guest->group && chain_is(other->chain, guest->chain) &&
		    rule_is(other->before, guest->before) &&
		    predicates_differ_in_family(&other->predicate, &guest->predicate))
			return other;
	}
	return NULL;
}

/* Each family was asked about by itself, and was let through by itself; where it came to the same, one rule says it. */
static void guests_join(struct guests *guests)
{
	struct guests joined = {.list = guests->list, .unseen = guests->unseen};

	for (size_t i = 0; i < guests->count; i++) {
		struct guest *twin = twin_of(&joined, &guests->list[i]);

		if (twin)
			twin->predicate.one_family = false;
		else
			joined.list[joined.count++] = guests->list[i];
	}
	*guests = joined;
}

int guests_place(const struct ruleset *now, const struct ruleset *bare, const struct host *host,
		 const struct wants *wants, struct pool *pool, struct guests *out, struct refusals *refusals,
		 const struct ruleset **placed, struct error *err)
{
	struct placing placing = {
		.now = now,
		.working = bare,
		.host = host,
		.pool = pool,
		.guests = out,
		.refusals = refusals,
	};

	*out = (struct guests){.unseen = pool_alloc(pool, (wants->count + 1) * sizeof(*out->unseen))};
	*refusals = (struct refusals){0};
	if (!out->unseen)
		return error_memory(err);
	for (size_t i = 0; i < wants->count; i++)
		if (group_place(&placing, &wants->groups[i], &out->unseen[i], bare, err) < 0)
			return -1;
	guests_join(out);
	*placed = placing.working;
	return 0;
}
