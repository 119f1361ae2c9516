/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks about groups, and deals the answers out to their openings. 65,535 openings of single ports are a few questions.
 */
#include "survey.h"

#include "fwport/plan.h"
#include "tail.h"

#include <stdlib.h>

enum { RANK_COUNTED = 16 };

static int rank(const struct family_answer *answer)
{
	if (!answer || !answer->applicable)
		return answer ? 0 : -1;
	return 1 + (int)answer->verdict + (answer->counted ? RANK_COUNTED : 0);
}

/* The worse of two, either of which may be NULL: what counts for the headline outweighs what does not. */
static const struct family_answer *answer_worse(const struct family_answer *a, const struct family_answer *b)
{
	return rank(b) > rank(a) ? b : a;
}

static bool home_only_accepts(const struct table *home)
{
	for (size_t i = 0; i < home->chain_count; i++) {
		if (home->chains[i]->base && home->chains[i]->policy_drop)
			return false;
		if (block_in(home->chains[i], 0, home->chains[i]->rule_count, 0))
			return false;
	}
	return true;
}

/* Our sets hold thousands of cells that all mean the same: no use in telling their ports apart. */
static const struct ruleset *without_home(const struct ruleset *ruleset, struct pool *pool)
{
	const struct table *home = ruleset_find_table(ruleset, TABLE_INET, HOME_TABLE);
	struct ruleset *rest;
	size_t kept = 0;

	if (!home || !home_only_accepts(home))
		return ruleset;
	rest = pool_copy(pool, ruleset, sizeof(*rest));
	if (!rest)
		return NULL;
	rest->tables = pool_copy(pool, ruleset->tables, ruleset->table_count * sizeof(*rest->tables));
	if (!rest->tables)
		return NULL;
	for (size_t i = 0; i < ruleset->table_count; i++)
		if (ruleset->tables[i] != home)
			rest->tables[kept++] = ruleset->tables[i];
	rest->table_count = kept;
	return rest;
}

int survey_classes(const struct ruleset *ruleset, const struct group *group, struct pool *pool,
		   struct survey *out, struct error *err)
{
	const struct ruleset *rest = without_home(ruleset, pool);

	*out = (struct survey){0};
	if (!rest)
		return error_memory(err);
	return port_classes(rest, group->ports, group->port_count, pool, &out->classes, &out->class_count,
			    err);
}

static struct query lane_query(const struct group *group, const struct lane *lane, uint16_t port)
{
	return (struct query){
		.direction = group->scope->direction,
		.protocol = group->protocol,
		.port = port,
		.families = FAMILY_BIT(lane->family),
		.peer = lane->peer,
		.local = lane->local,
		.iface = group->scope->iface,
	};
}

int lane_ask(const struct ruleset *ruleset, const struct host *host, const struct group *group,
	     const struct lane *lane, uint16_t port, struct pool *pool, struct answer *out, struct error *err)
{
	const struct query query = lane_query(group, lane, port);

	return evaluate(ruleset, host, &query, pool, out, err);
}

int lane_begin(const struct ruleset *ruleset, const struct host *host, const struct group *group,
	       const struct lane *lane, struct pool *pool, struct evaluation **out, struct error *err)
{
	const struct query query = lane_query(group, lane, 0);

	return evaluation_begin(ruleset, host, &query, pool, out, err);
}

static int list_answer(struct answer_list *all, const struct family_answer *answer, struct pool *pool,
		       struct error *err)
{
	const struct family_answer **grown;

	if (!answer->applicable)
		return 0;
	grown = pool_grow(pool, all->list, all->count, sizeof(*grown));
	if (!grown)
		return error_memory(err);
	all->list = grown;
	all->list[all->count++] = answer;
	return 0;
}

static int class_answer(const struct evaluation *evaluation, const struct group *group, enum family family,
			uint16_t port, struct pool *pool, const struct family_answer **worst,
			struct answer_list *all, struct error *err)
{
	struct family_answer *absent;
	struct answer answer;

	if (evaluation_ask(evaluation, group->protocol, port, pool, &answer, err) < 0)
		return -1;
	for (size_t i = 0; i < answer.family_count; i++) {
		*worst = answer_worse(*worst, &answer.families[i]);
		if (list_answer(all, &answer.families[i], pool, err) < 0)
			return -1;
	}
	if (*worst)
		return 0;
	absent = pool_alloc(pool, sizeof(*absent));
	if (!absent)
		return error_memory(err);
	absent->family = family;
	*worst = absent;
	return 0;
}

static int lane_survey(const struct ruleset *ruleset, const struct host *host, const struct group *group,
		       const struct lane *lane, struct pool *pool, struct survey *survey, struct error *err)
{
	CLEANUP(pool_free) struct pool scratch = {0};
	struct evaluation *evaluation;

	if (lane_begin(ruleset, host, group, lane, &scratch, &evaluation, err) < 0)
		return -1;
	for (size_t i = 0; i < survey->class_count; i++) {
		size_t place = i * FAMILY_COUNT + lane->family;

		if (class_answer(evaluation, group, lane->family, survey->classes[i].example, pool,
				 &survey->answers[place], &survey->all[place], err) < 0)
			return -1;
	}
	return 0;
}

static int family_survey(const struct ruleset *ruleset, const struct host *host, const struct group *group,
			 enum family family, struct pool *pool, struct survey *survey, struct error *err)
{
	struct lane *lanes;
	size_t count;

	if (scope_lanes(group->scope, family, pool, &lanes, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (lane_survey(ruleset, host, group, &lanes[i], pool, survey, err) < 0)
			return -1;
	return 0;
}

int survey_answers(const struct ruleset *ruleset, const struct host *host, const struct group *group,
		   struct pool *pool, struct survey *survey, struct error *err)
{
	const size_t places = survey->class_count * FAMILY_COUNT + 1;

	survey->answers = pool_alloc(pool, places * sizeof(*survey->answers));
	survey->all = pool_alloc(pool, places * sizeof(*survey->all));
	if (!survey->answers || !survey->all)
		return error_memory(err);
	for (int family = 0; family < FAMILY_COUNT; family++)
		if (family_survey(ruleset, host, group, (enum family)family, pool, survey, err) < 0)
			return -1;
	return 0;
}

/* dealing answers out */

struct segment {
	struct port_range ports;
	size_t class;
};

static int segment_order(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;

	return (int)x->ports.first - (int)y->ports.first;
}

static int segments_make(const struct survey *survey, struct pool *pool, struct segment **out, size_t *count,
			 struct error *err)
{
	size_t room = 1, used = 0;
	struct segment *segments;

	for (size_t i = 0; i < survey->class_count; i++)
		room += survey->classes[i].range_count;
	segments = pool_alloc(pool, room * sizeof(*segments));
	if (!segments)
		return error_memory(err);
	for (size_t i = 0; i < survey->class_count; i++)
		for (size_t j = 0; j < survey->classes[i].range_count; j++)
			segments[used++] = (struct segment){survey->classes[i].ranges[j], i};
	qsort(segments, used, sizeof(*segments), segment_order);
	*out = segments;
	*count = used;
	return 0;
}

/* The first segment that does not end before the port. */
static size_t segment_at(const struct segment *segments, size_t count, uint16_t port)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (segments[middle].ports.last < port)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct family_answer *opening_worst(const struct survey *survey, const struct segment *segments,
						 size_t count, struct port_range ports, enum family family)
{
	const struct family_answer *worst = NULL;

	for (size_t i = segment_at(segments, count, ports.first);
	     i < count && segments[i].ports.first <= ports.last; i++)
		worst = answer_worse(worst, survey->answers[segments[i].class * FAMILY_COUNT + family]);
	return worst;
}

/* The answers of one family in the order of the segments, so that those of an opening are a piece of the list. */
struct parts {
	struct opening_part *list;
	size_t *starts; /* of each segment, and behind the last one */
};

static int parts_make(const struct survey *survey, const struct segment *segments, size_t count,
		      enum family family, struct pool *pool, struct parts *out, struct error *err)
{
	size_t room = 1, used = 0;

	for (size_t i = 0; i < count; i++)
		room += survey->all[segments[i].class * FAMILY_COUNT + family].count;
	out->list = pool_alloc(pool, room * sizeof(*out->list));
	out->starts = pool_alloc(pool, (count + 1) * sizeof(*out->starts));
	if (!out->list || !out->starts)
		return error_memory(err);
	for (size_t i = 0; i < count; i++) {
		const struct answer_list *all = &survey->all[segments[i].class * FAMILY_COUNT + family];

		out->starts[i] = used;
		for (size_t j = 0; j < all->count; j++)
			out->list[used++] = (struct opening_part){segments[i].ports, all->list[j]};
	}
	out->starts[count] = used;
	return 0;
}

static void parts_of(const struct parts *parts, const struct segment *segments, size_t count,
		     struct port_range ports, struct opening_answer *out)
{
	size_t first = segment_at(segments, count, ports.first), behind = first;

	while (behind < count && segments[behind].ports.first <= ports.last)
		behind++;
	out->parts = &parts->list[parts->starts[first]];
	out->part_count = parts->starts[behind] - parts->starts[first];
}

static int group_results(const struct ruleset *ruleset, const struct host *host, const struct group *group,
			 const size_t *places, struct opening_answer *results, struct pool *pool,
			 struct error *err)
{
	struct survey survey;
	struct segment *segments = NULL;
	struct parts parts[FAMILY_COUNT];
	size_t count = 0;

	if (survey_classes(ruleset, group, pool, &survey, err) < 0 ||
	    survey_answers(ruleset, host, group, pool, &survey, err) < 0 ||
	    segments_make(&survey, pool, &segments, &count, err) < 0)
		return -1;
	for (int family = 0; family < FAMILY_COUNT; family++)
		if (parts_make(&survey, segments, count, (enum family)family, pool, &parts[family], err) < 0)
			return -1;
	for (size_t i = 0; i < group->wish_count; i++) {
		const struct opening *opening = group->wishes[i].opening;
		size_t place = places[group->wishes[i].index];

		for (int family = 0; family < FAMILY_COUNT; family++) {
			struct opening_answer *result = &results[place];

			if (!scope_has_family(&opening->scope, (enum family)family))
				continue;
			*result = (struct opening_answer){
				.opening = opening,
				.family = (enum family)family,
				.answer = opening_worst(&survey, segments, count, opening->port.ports,
							(enum family)family),
			};
			parts_of(&parts[family], segments, count, opening->port.ports, result);
			place++;
		}
	}
	return 0;
}

int openings_evaluate(const struct ruleset *ruleset, const struct host *host,
		      const struct opening *const *openings, size_t count, struct pool *pool,
		      struct opening_answer **out, size_t *out_count, struct error *err)
{
	size_t *places = pool_alloc(pool, (count + 1) * sizeof(*places)), total = 0;
	struct opening_answer *results;
	struct wants wants;

	if (!places)
		return error_memory(err);
	for (size_t i = 0; i < count; i++) {
		places[i] = total;
		for (int family = 0; family < FAMILY_COUNT; family++)
			total += scope_has_family(&openings[i]->scope, (enum family)family);
	}
	results = pool_alloc(pool, (total + 1) * sizeof(*results));
	if (!results)
		return error_memory(err);
	if (wants_make(openings, count, pool, &wants, err) < 0)
		return -1;
	for (size_t i = 0; i < wants.count; i++)
		if (group_results(ruleset, host, &wants.groups[i], places, results, pool, err) < 0)
			return -1;
	*out = results;
	*out_count = total;
	return 0;
}
