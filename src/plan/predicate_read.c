/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Back from a rule of ours to the ports that it speaks of, whichever way its table's tool writes them.
 */
#include "predicate.h"

#include "fwport/plan.h"
#include "fwport/port_set.h"
#include "header_fields.h"

#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>

static bool loads_port(const struct op *op)
{
	return op->kind == OP_PAYLOAD && op->payload.base == NFT_PAYLOAD_TRANSPORT_HEADER &&
	       op->length == PORT_BYTES &&
	       (op->payload.offset == SOURCE_PORT_OFFSET || op->payload.offset == DESTINATION_PORT_OFFSET);
}

static bool loads_asked_port(const struct op *op)
{
	return op->kind == OP_CT && op->meta.key == NFT_CT_PROTO_DST &&
	       op->meta.direction == IP_CT_DIR_ORIGINAL;
}

static uint16_t port_of(struct bytes value)
{
	return value.length == PORT_BYTES ? port_of_key(value) : 0;
}

/* One range out of the test behind the load; false when it is none of ours. */
static bool range_of(const struct op *test, const struct op *end, struct port_range *out)
{
	if (test->kind == OP_RANGE && !test->invert) {
		*out = (struct port_range){port_of(test->range.from), port_of(test->range.to)};
	} else if (test->kind == OP_CMP && test->cmp.test == NFT_CMP_EQ) {
		*out = (struct port_range){port_of(test->cmp.value), port_of(test->cmp.value)};
	} else if (test->kind == OP_CMP && test->cmp.test == NFT_CMP_GTE && test + 1 < end &&
		   test[1].kind == OP_CMP && test[1].cmp.test == NFT_CMP_LTE) {
		*out = (struct port_range){port_of(test->cmp.value), port_of(test[1].cmp.value)};
	} else {
		return false;
	}
	return out->first && out->first <= out->last;
}

static int ports_read(const struct op *test, const struct op *end, struct pool *pool, struct predicate *out,
		      struct error *err)
{
	struct port_range *ranges;

	if (test->kind == OP_LOOKUP && !test->invert && test->lookup.set) {
		if (port_set_ranges(test->lookup.set, pool, &ranges, &out->port_count, err) < 0)
			return -1;
	} else {
		ranges = pool_alloc(pool, sizeof(*ranges));
		if (!ranges)
			return error_memory(err);
		out->port_count = range_of(test, end, ranges) ? 1 : 0;
	}
	out->ports = ranges;
	return 0;
}

/* The operation behind the load, which tests what it loaded; NULL: there is no such load. */
static const struct op *test_behind(const struct rule *rule, bool (*loads)(const struct op *))
{
	for (size_t i = 0; i + 1 < rule->op_count; i++)
		if (loads(&rule->ops[i]))
			return &rule->ops[i + 1];
	return NULL;
}

int predicate_read(const struct rule *rule, struct pool *pool, struct predicate *out, struct error *err)
{
	const struct op *end = rule->ops + rule->op_count;
	const struct op *carried = test_behind(rule, loads_port),
			*asked = test_behind(rule, loads_asked_port);
	struct port_range arrives;

	*out = (struct predicate){0};
	if (!carried || (asked && !range_of(carried, end, &arrives)))
		return 0;
	out->arrives = asked ? arrives.first : 0;
	return ports_read(asked ? asked : carried, end, pool, out, err);
}

int rule_speaks_of(const struct rule *rule, struct port_range ports, struct pool *pool, bool *out,
		   struct error *err)
{
	struct predicate said;

	if (predicate_read(rule, pool, &said, err) < 0)
		return -1;
	*out = said.port_count == 1 && said.ports->first == ports.first && said.ports->last == ports.last;
	return 0;
}
