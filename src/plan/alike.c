/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Marks ports for each reason that sets them apart, and sorts those with the same marks together.
 */
#include "alike.h"

#include "fwport/port_set.h"
#include "port_walk.h"

#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>

/* Ports and, for each, a number that is the same for ports that stand alone in the same sets and that overrides hold for. */
struct marks {
	uint64_t *of; /* NULL: all ports are alike */
	uint64_t reasons;
	struct marked *named; /* anonymous sets have one rule each */
	size_t named_count;
};

/* A named set that was marked for the ports in this field of its key. */
struct marked {
	const struct set *set;
	size_t field;
};

/* *first: whether no rule before this one used the set so. */
static int set_meet(struct marks *marks, const struct set *set, size_t field, bool *first, struct pool *pool,
		    struct error *err)
{
	*first = true;
	if (set->flags & NFT_SET_ANONYMOUS)
		return 0;
	for (size_t i = 0; i < marks->named_count; i++)
		if (marks->named[i].set == set && marks->named[i].field == field) {
			*first = false;
			return 0;
		}
	marks->named = pool_grow(pool, marks->named, marks->named_count, sizeof(*marks->named));
	if (!marks->named)
		return error_memory(err);
	marks->named[marks->named_count++] = (struct marked){set, field};
	return 0;
}

static void port_mark(struct marks *marks, int port)
{
	marks->of[port] = (marks->of[port] + marks->reasons) * 0x9e3779b97f4a7c15u;
}

/* What is marked from now on is marked for one reason. */
static int marks_begin(struct marks *marks, struct pool *pool, struct error *err)
{
	if (!marks->of)
		marks->of = pool_alloc(pool, PORTS * sizeof(*marks->of));
	if (!marks->of)
		return error_memory(err);
	marks->reasons++;
	return 0;
}

static int range_set_mark(struct marks *marks, const struct set *set, struct pool *pool, struct error *err)
{
	struct port_range *ranges;
	size_t count;

	if (port_set_ranges(set, pool, &ranges, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (ranges[i].first == ranges[i].last)
			port_mark(marks, ranges[i].first);
	return 0;
}

/* Rules tell the single ports of other sets without intervals apart anyway. */
static int set_mark(struct marks *marks, const struct set *set, size_t field, struct pool *pool,
		    struct error *err)
{
	bool first;

	if (!(set->flags & NFT_SET_INTERVAL))
		return 0;
	if (set_meet(marks, set, field, &first, pool, err) < 0)
		return -1;
	if (!first)
		return 0;
	if (marks_begin(marks, pool, err) < 0)
		return -1;
	if (is_range_set(set))
		return range_set_mark(marks, set, pool, err);
	for (size_t i = 0; i < set->element_count; i++)
		if (element_port(&set->elements[i], field) >= 0)
			port_mark(marks, element_port(&set->elements[i], field));
	return 0;
}

static int rule_mark(struct marks *marks, const struct rule *rule, struct pool *pool, struct error *err)
{
	for (int source = 0; source < 2; source++) {
		struct port_walk walk = port_walk_start(rule, source);
		const struct op *op;

		while ((op = port_test_next(&walk)))
			if (op->kind == OP_LOOKUP && op->lookup.set &&
			    set_mark(marks, op->lookup.set, walk.field, pool, err) < 0)
				return -1;
	}
	return 0;
}

static int ruleset_mark(struct marks *marks, const struct ruleset *ruleset, struct pool *pool,
			struct error *err)
{
	for (size_t i = 0; i < ruleset->table_count; i++) {
		const struct table *table = ruleset->tables[i];

		for (size_t j = 0; j < table->chain_count; j++)
			for (size_t k = 0;
			     !chain_is_home(table->chains[j]) && k < table->chains[j]->rule_count; k++)
				if (rule_mark(marks, table->chains[j]->rules[k], pool, err) < 0)
					return -1;
	}
	return 0;
}

static int overrides_mark(struct marks *marks, const struct group *group, struct pool *pool,
			  struct error *err)
{
	for (size_t i = 0; i < group->wish_count; i++) {
		const struct opening *opening = group->wishes[i].opening;

		if (!opening->override)
			continue;
		if (marks_begin(marks, pool, err) < 0)
			return -1;
		for (uint32_t port = opening->port.ports.first; port <= opening->port.ports.last; port++)
			port_mark(marks, (int)port);
	}
	return 0;
}

struct run {
	uint64_t mark;
	struct port_range range;
};

static int run_order(const void *a, const void *b)
{
	const struct run *x = a, *y = b;

	if (x->mark != y->mark)
		return x->mark < y->mark ? -1 : 1;
	return (int)x->range.first - (int)y->range.first;
}

static int runs_make(const struct port_class *class, const uint64_t *marks, struct pool *pool,
		     struct run **out, size_t *count, struct error *err)
{
	struct run *runs = NULL;
	size_t used = 0;

	for (size_t i = 0; i < class->range_count; i++)
		for (uint32_t port = class->ranges[i].first; port <= class->ranges[i].last; port++) {
			if (port != class->ranges[i].first && runs[used - 1].mark == marks[port]) {
				runs[used - 1].range.last = (uint16_t)port;
				continue;
			}
			runs = pool_grow(pool, runs, used, sizeof(*runs));
			if (!runs)
				return error_memory(err);
			runs[used++] = (struct run){marks[port], {(uint16_t)port, (uint16_t)port}};
		}
	if (used)
		qsort(runs, used, sizeof(*runs), run_order);
	*out = runs;
	*count = used;
	return 0;
}

static int class_split(const struct port_class *class, const uint64_t *marks, struct survey *out,
		       struct pool *pool, struct error *err)
{
	struct run *runs = NULL;
	size_t count = 0;

	if (runs_make(class, marks, pool, &runs, &count, err) < 0)
		return -1;
	for (size_t from = 0, to; from < count; from = to) {
		struct port_range *ranges;

		for (to = from + 1; to < count && runs[to].mark == runs[from].mark;)
			to++;
		ranges = pool_alloc(pool, (to - from) * sizeof(*ranges));
		out->classes = pool_grow(pool, out->classes, out->class_count, sizeof(*out->classes));
		if (!ranges || !out->classes)
			return error_memory(err);
		for (size_t i = from; i < to; i++)
			ranges[i - from] = runs[i].range;
		out->classes[out->class_count++] = (struct port_class){
			.ranges = ranges, .range_count = to - from, .example = ranges[0].first};
	}
	return 0;
}

static bool is_one_port(const struct survey *survey)
{
	return survey->class_count == 1 && survey->classes->range_count == 1 &&
	       survey->classes->ranges->first == survey->classes->ranges->last;
}

int classes_split_named(const struct ruleset *ruleset, const struct group *group, struct survey *survey,
			struct pool *pool, struct error *err)
{
	struct marks marks = {0};
	struct survey split = {0};

	if (is_one_port(survey))
		return 0;
	if (ruleset_mark(&marks, ruleset, pool, err) < 0 || overrides_mark(&marks, group, pool, err) < 0)
		return -1;
	if (!marks.of)
		return 0;
	for (size_t i = 0; i < survey->class_count; i++)
		if (class_split(&survey->classes[i], marks.of, &split, pool, err) < 0)
			return -1;
	*survey = split;
	return 0;
}
