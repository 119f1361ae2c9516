/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds ports that rules compare with one by one, or that stand alone in a set; and those that none of it leaves.
 */
#include "named.h"

#include "port_walk.h"

#include <linux/netfilter/nf_tables.h>

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

/* true, too, where that is not known. */
static bool set_may_hold_port(const struct set *set, size_t field, uint16_t port)
{
	bool holds = set->opaque || ((set->flags & NFT_SET_INTERVAL) && !is_range_set(set));

	for (size_t i = 0; i < set->element_count; i++) {
		const struct element *element = &set->elements[i];
		int first = port_at(element->key, field);

		if (element->catch_all || first < 0 || (!is_range_set(set) && first == port))
			return true;
		if (is_range_set(set) && first <= port)
			holds = !element->interval_end;
	}
	return holds;
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

struct asked_port packet_port(uint8_t protocol, uint16_t port, enum packet_role role)
{
	return (struct asked_port){protocol, port, packet_role_is_reply(role)};
}

/* The bounds that comparisons leave; *decided: a set says the same of the port by itself. */
static struct port_bounds port_bounds_of(const struct rule *rule, struct asked_port asked,
					 bool (*says)(const struct set *set, size_t field, uint16_t port),
					 bool wanted, bool *decided)
{
	struct port_walk walk = port_walk_start(rule, asked.source);
	struct port_bounds bounds = {0, PORTS - 1};
	const struct op *op;

	while (!*decided && (op = port_test_next(&walk))) {
		if (op->kind != OP_LOOKUP)
			bounds_test(&bounds, op);
		else if (!op->invert && op->lookup.set)
			*decided = says(op->lookup.set, walk.field, asked.port) == wanted;
	}
	return bounds;
}

bool rule_names_port(const struct rule *rule, struct asked_port asked)
{
	bool by_set = false;
	const struct port_bounds bounds = port_bounds_of(rule, asked, set_names_port, true, &by_set);

	return by_set || (bounds.first == asked.port && bounds.last == asked.port);
}

bool rule_asks_other_port(const struct rule *rule, struct asked_port asked)
{
	bool by_set = false;
	const struct port_bounds bounds = port_bounds_of(rule, asked, set_may_hold_port, false, &by_set);

	return by_set || asked.port < bounds.first || asked.port > bounds.last;
}
