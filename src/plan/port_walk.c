/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Follows loads and copies; what an operation overwrites, or may have, holds the port no more.
 */
#include "port_walk.h"

#include "header_fields.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

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

const struct op *port_test_next(struct port_walk *walk)
{
	while (walk->at < walk->rule->op_count) {
		const struct op *op = &walk->rule->ops[walk->at++];
		bool found = tests_port(walk, op);

		if (found)
			walk->field = (size_t)(walk->reg - op->sreg);
		if (op_writes_register(op))
			port_follow(walk, op);
		else if (op->kind == OP_OPAQUE || (op->kind == OP_LOOKUP && op->lookup.map))
			walk->reg = -1; /* may be overwritten */
		if (found)
			return op;
	}
	return NULL;
}

struct port_walk port_walk_start(const struct rule *rule, bool source)
{
	return (struct port_walk){.rule = rule, .source = source, .reg = -1};
}

int port_at(struct bytes value, size_t field)
{
	return value.length >= field + PORT_BYTES ? value.at[field] << 8 | value.at[field + 1] : -1;
}

int element_port(const struct element *element, size_t field)
{
	int port = port_at(element->key, field);

	return !element->key_end.length || port_at(element->key_end, field) == port ? port : -1;
}

bool is_range_set(const struct set *set)
{
	return (set->flags & NFT_SET_INTERVAL) && set->key_length == PORT_BYTES;
}
