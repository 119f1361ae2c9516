/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One operation against the registers: yes, no or maybe. Knows which operations can break a rule; the arithmetic is in
 * registers.c, the loads in load_*.c, the sets in sets.c, the words for a "maybe" in doubt.c.
 */
#include "match.h"
#include "flow.h"
#include "handover.h"
#include "ration.h"
#include "seen.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

/* The question is about packets from outside, so where it names no interface, its index and name are not the loopback's. */
static bool names_loopback(const struct op *op, const struct host *host)
{
	const struct bytes *value = &op->cmp.value;
	uint32_t index;

	for (size_t i = 0; i < host->link_count; i++) {
		const struct link *link = &host->links[i];

		if (!link->loopback)
			continue;
		if (value->length == 16 && strncmp((const char *)value->at, link->name, 16) == 0)
			return true;
		if (value->length == sizeof(index) && memcmp(value->at, &link->index, sizeof(index)) == 0)
			return true;
	}
	return false;
}

static enum truth compare(const struct op *op, const struct scene *scene, const struct registers *registers)
{
	enum truth truth = cmp_run(op, registers);

	if (truth != MAYBE || !(registers_origin(registers, op->sreg, op->cmp.value.length) & ORIGIN_LINK))
		return truth;
	if (op->cmp.test == NFT_CMP_EQ && names_loopback(op, scene->host))
		return NO;
	if (op->cmp.test == NFT_CMP_NEQ && names_loopback(op, scene->host))
		return YES;
	return MAYBE;
}

/* A map gives its data, as far as they are known. */
static void lookup_store(const struct op *op, const struct hit *hit, struct registers *registers)
{
	const struct set *set = op->lookup.set;

	if (op_is_verdict_map(op))
		return;
	if (hit->truth != MAYBE && hit->element)
		registers_write(registers, op->dreg, hit->element->data.at, NULL, hit->element->data.length,
				ORIGIN_FIXED);
	else
		registers_write_unknown(registers, op->dreg, set ? set->data_length : REGISTER_BYTES,
					ORIGIN_UNKNOWN);
}

static void lookup(const struct op *op, const struct world *world, struct registers *registers,
		   struct judgement *out)
{
	set_find(op->lookup.set, registers, op->sreg, world, &out->hit);
	if (op->lookup.set && op->lookup.set->keeper == SET_OF_RECENT)
		seen_judge(op, world, registers, &out->hit, &out->unsure);
	out->truth = op->invert ? truth_not(out->hit.truth) : out->hit.truth;
	out->opaque = out->hit.opaque;
	if (op->lookup.map && out->hit.truth != NO)
		lookup_store(op, &out->hit, registers);
}

static enum truth opaque(const struct op *op, const struct packet *packet, struct registers *registers)
{
	if (op->opaque.protocol && op->opaque.protocol != packet->protocol)
		return NO;
	if (op->opaque.effect == OPAQUE_PASSES)
		return YES;
	registers_forget(registers);
	return MAYBE;
}

/* A full set breaks the rule. With invert it goes on, and the rule breaks when the element is in. */
static enum truth dynset(const struct op *op, const struct world *world, const struct registers *registers,
			 bool *is_opaque)
{
	const struct set *set = op->dynset.set;
	const struct op *ops;
	enum truth truth;
	size_t count;

	if (op->dynset.op == NFT_DYNSET_OP_DELETE)
		return YES;
	ops = dynset_ops(op, &count);
	truth = element_ops_run(ops, count, world, is_opaque);
	*is_opaque |= !set || set->opaque;
	switch (set_takes(op, registers, world)) {
	case NO:
		return op->invert ? YES : NO;
	case YES:
		return op->invert ? NO : truth;
	case MAYBE:
	case USUALLY:
	case RARELY:
		break;
	}
	return MAYBE;
}

void op_judge(const struct op *op, const struct scene *scene, const struct world *world,
	      struct registers *registers, struct judgement *out)
{
	out->truth = YES;
	out->opaque = out->test = false;
	out->unsure = NULL;
	switch (op->kind) {
	case OP_PAYLOAD:
	case OP_META:
	case OP_FIB:
	case OP_IMMEDIATE:
	case OP_EXTHDR:
	case OP_ATTACHED:
	case OP_NUMBER:
		out->truth = load_run(op, scene, world, registers);
		break;
	case OP_CT:
		out->truth = load_run(op, scene, world, registers);
		out->unsure = flow_unsure(scene, world);
		out->opaque = out->unsure != NULL;
		break;
	case OP_BITWISE:
		bitwise_run(op, registers);
		break;
	case OP_BYTEORDER:
		byteorder_run(op, registers);
		break;
	case OP_CMP:
		out->test = true;
		out->truth = compare(op, scene, registers);
		break;
	case OP_RANGE:
		out->test = true;
		out->truth = range_run(op, registers);
		break;
	case OP_LOOKUP:
		out->test = true;
		lookup(op, world, registers, out);
		break;
	case OP_LIMIT:
	case OP_QUOTA:
	case OP_CONNLIMIT:
		out->truth = ration_judge(op, world);
		break;
	case OP_ASIDE: /* what is announced is so by a connection's first packet (nft_ct_expect_obj_eval) */
		out->truth = op->aside.kind != ASIDE_EXPECTATION || flow_begins(scene, world) ? YES : NO;
		break;
	case OP_PAYLOAD_SET:
	case OP_OPTION_SET:
		out->truth = write_judge(op, scene, world);
		break;
	case OP_HANDOVER:
		out->truth = handover_judge(op, scene, world, registers);
		out->opaque = handover_fate(op, scene, world, registers) == FATE_UNKNOWN;
		break;
	case OP_DYNSET:
		out->truth = dynset(op, world, registers, &out->opaque);
		break;
	case OP_OPAQUE:
		out->truth = opaque(op, world->packet, registers);
		out->opaque = out->truth == MAYBE;
		break;
	case OP_COUNTER:
	case OP_LOG:
	case OP_META_SET:
	case OP_CT_SET:
	case OP_NOTRACK:
	case OP_VERDICT:
	case OP_REJECT:
	case OP_NAT:
		break;
	}
}

/* Client ports */

/* Where the two bytes of the client's port are among the tested registers, or -1. */
static int port_position(const struct registers *registers, uint8_t at, size_t length, uint16_t port)
{
	for (size_t i = 0; i + 1 < length; i++)
		if (registers->origin[at + i] == ORIGIN_PEER_PORT &&
		    registers->origin[at + i + 1] == ORIGIN_PEER_PORT)
			return registers->bytes[at + i] == port >> 8 &&
					       registers->bytes[at + i + 1] == (port & 0xff)
				       ? (int)i
				       : -1;
	return -1;
}

struct boundary {
	uint32_t first, last; /* of the world */
	uint32_t smallest;    /* found so far, 0 none */
};

static void boundary_at(struct boundary *boundary, uint32_t port)
{
	if (port > boundary->first && port <= boundary->last &&
	    (boundary->smallest == 0 || port < boundary->smallest))
		boundary->smallest = port;
}

/* A constant to which the port is compared: below, equal and above it may differ. */
static void boundary_of(struct boundary *boundary, const struct bytes *value, int position)
{
	uint32_t port;

	if (value->length < position + 2)
		return;
	port = (uint32_t)value->at[position] << 8 | value->at[position + 1];
	boundary_at(boundary, port);
	boundary_at(boundary, port + 1);
}

static void boundaries_of_set(struct boundary *boundary, const struct set *set, int position)
{
	for (size_t i = 0; set && i < set->element_count; i++) {
		const struct element *element = &set->elements[i];

		if (element->catch_all)
			continue;
		boundary_of(boundary, &element->key, position);
		boundary_of(boundary, &element->key_end, position);
	}
}

uint16_t port_boundary(const struct op *op, const struct registers *registers, const struct world *world,
		       bool *exact)
{
	struct boundary boundary = {.first = world->port_first, .last = world->port_last};
	size_t length = op_tested_length(op);
	int position;

	*exact = true;
	if (!registers_fit(op->sreg, length) ||
	    !(registers_origin(registers, op->sreg, length) & ORIGIN_PEER_PORT))
		return 0;
	position = port_position(registers, op->sreg, length, world_client_port(world));
	if (position < 0) {
		*exact = world->port_first == world->port_last;
		return 0;
	}
	if (op->kind == OP_CMP) {
		boundary_of(&boundary, &op->cmp.value, position);
	} else if (op->kind == OP_RANGE) {
		boundary_of(&boundary, &op->range.from, position);
		boundary_of(&boundary, &op->range.to, position);
	} else {
		boundaries_of_set(&boundary, op->lookup.set, position);
	}
	return (uint16_t)boundary.smallest;
}
