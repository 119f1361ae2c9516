/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds ports that rules compare with one by one, or that stand alone in a set.
 */
#include "named.h"

#include "fwport/port_set.h"

#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>
#include <string.h>

enum { PORTS = 65536, PORT_BYTES = 2, SOURCE_PORT_OFFSET = 0, DESTINATION_PORT_OFFSET = 2 };

/* A port of the packet on its way through the registers of a rule. */
struct port_walk {
	const struct rule *rule;
	bool source;
	size_t at;    /* the next operation */
	int reg;      /* byte offset of the register that holds the port; -1: none */
	size_t field; /* of the test that was found: the port's offset in what is tested */
};

static bool loads_port(const struct port_walk *walk, const struct op *op)
{
	return op->kind == OP_PAYLOAD && op->payload.base == NFT_PAYLOAD_TRANSPORT_HEADER &&
	       op->payload.offset == (walk->source ? SOURCE_PORT_OFFSET : DESTINATION_PORT_OFFSET) &&
	       op->length == PORT_BYTES;
}

/* `& 0xffff` and its like, which say what the port alone says. */
static bool changes_nothing(const struct op *op)
{
	static const uint8_t all[PORT_BYTES] = {0xff, 0xff}, none[PORT_BYTES];

	return op->kind == OP_BITWISE && op->bitwise.op == BITWISE_BOOL && op->length == PORT_BYTES &&
	       op->bitwise.mask.length == PORT_BYTES && op->bitwise.xor.length == PORT_BYTES &&
	       !memcmp(op->bitwise.mask.at, all, PORT_BYTES) && !memcmp(op->bitwise.xor.at, none, PORT_BYTES);
}

/* Where the port is behind an operation that writes a register. */
static void port_follow(struct port_walk *walk, const struct op *op)
{
	if (loads_port(walk, op) || (changes_nothing(op) && op->sreg == walk->reg))
		walk->reg = op->dreg;
	else if (walk->reg >= op->dreg && walk->reg < op->dreg + (op->length ? op->length : REGISTER_BYTES))
		walk->reg = -1;
	else if (walk->reg >= 0 && walk->reg < op->dreg && walk->reg + PORT_BYTES > op->dreg)
		walk->reg = -1;
}

static bool tests_port(const struct port_walk *walk, const struct op *op)
{
	if (op->kind == OP_LOOKUP)
		return walk->reg >= op->sreg;
	return (op->kind == OP_CMP || op->kind == OP_RANGE) && walk->reg == op->sreg;
}

/* The next test of the port, alone or as a field of a key; or NULL. */
static const struct op *port_test_next(struct port_walk *walk)
{
	static const bool writes[OP_OPAQUE + 1] = {
		[OP_PAYLOAD] = true, [OP_META] = true,      [OP_CT] = true,        [OP_FIB] = true,
		[OP_BITWISE] = true, [OP_BYTEORDER] = true, [OP_IMMEDIATE] = true,
	};

	while (walk->at < walk->rule->op_count) {
		const struct op *op = &walk->rule->ops[walk->at++];
		bool found = tests_port(walk, op);

		if (found)
			walk->field = (size_t)(walk->reg - op->sreg);
		if (writes[op->kind])
			port_follow(walk, op);
		else if (op->kind == OP_OPAQUE || (op->kind == OP_LOOKUP && op->lookup.map))
			walk->reg = -1; /* may be overwritten */
		if (found)
			return op;
	}
	return NULL;
}

static struct port_walk port_walk_start(const struct rule *rule, bool source)
{
	return (struct port_walk){.rule = rule, .source = source, .reg = -1};
}

/* -1: it is not a port. */
static int port_at(struct bytes value, size_t field)
{
	return value.length >= field + PORT_BYTES ? value.at[field] << 8 | value.at[field + 1] : -1;
}

/* The single port of a field of a key that has several; -1: a range, or none. */
static int element_port(const struct element *element, size_t field)
{
	int port = port_at(element->key, field);

	return !element->key_end.length || port_at(element->key_end, field) == port ? port : -1;
}

/* An interval set of ports has an element where a range starts, and one behind its end. */
static bool is_range_set(const struct set *set)
{
	return (set->flags & NFT_SET_INTERVAL) && set->key_length == PORT_BYTES;
}

static bool set_names_port(const struct set *set, size_t field, uint16_t port)
{
	bool starts = false, ends = !is_range_set(set) || port == PORTS - 1;

	for (size_t i = 0; i < set->element_count; i++) {
		const struct element *element = &set->elements[i];

		if (!element->interval_end && element_port(element, field) == port)
			starts = true;
		if (port_at(element->key, field) == port + 1)
			ends = true;
	}
	return starts && ends;
}

/* What comparisons leave of all ports. */
struct port_bounds {
	int first, last;
};

static void bounds_narrow(struct port_bounds *bounds, int first, int last)
{
	bounds->first = first > bounds->first ? first : bounds->first;
	bounds->last = last < bounds->last ? last : bounds->last;
}

static void bounds_compare(struct port_bounds *bounds, uint32_t test, int value)
{
	switch (test) {
	case NFT_CMP_EQ:
		bounds_narrow(bounds, value, value);
		break;
	case NFT_CMP_GT:
		bounds_narrow(bounds, value + 1, PORTS - 1);
		break;
	case NFT_CMP_GTE:
		bounds_narrow(bounds, value, PORTS - 1);
		break;
	case NFT_CMP_LT:
		bounds_narrow(bounds, 0, value - 1);
		break;
	case NFT_CMP_LTE:
		bounds_narrow(bounds, 0, value);
		break;
	}
}

static void bounds_test(struct port_bounds *bounds, const struct op *op)
{
	bool range = op->kind == OP_RANGE;
	int value = port_at(range ? op->range.from : op->cmp.value, 0);

	if (value >= 0 && !range)
		bounds_compare(bounds, op->cmp.test, value);
	else if (value >= 0 && !op->invert)
		bounds_narrow(bounds, value, port_at(op->range.to, 0));
}

struct asked_port packet_port(uint16_t port, enum packet_role role)
{
	return (struct asked_port){port, role == PACKET_SYN_ACK || role == PACKET_ANSWER};
}

bool rule_names_port(const struct rule *rule, struct asked_port asked)
{
	struct port_walk walk = port_walk_start(rule, asked.source);
	struct port_bounds bounds = {0, PORTS - 1};
	const struct op *op;

	while ((op = port_test_next(&walk))) {
		if (op->kind != OP_LOOKUP)
			bounds_test(&bounds, op);
		else if (!op->invert && op->lookup.set &&
			 set_names_port(op->lookup.set, walk.field, asked.port))
			return true;
	}
	return bounds.first == asked.port && bounds.last == asked.port;
}

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

		for (size_t j = 0; !table_is_home(table) && j < table->chain_count; j++)
			for (size_t k = 0; k < table->chains[j]->rule_count; k++)
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
