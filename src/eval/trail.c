/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Following a field through the registers: loads of its bytes, from the packet or from connection tracking, and masks over
 * them. Shifts and byte swaps lose the trail, and say so.
 */
#include "trail.h"

#include "fwport/ruleset.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

enum { NOTHING = -1 };

static bool fits(size_t at, size_t length)
{
	return at <= REGISTER_BYTES && length <= REGISTER_BYTES - at;
}

static void forget(struct trail *trail, size_t at, size_t length)
{
	size_t whole = (length + 3) & ~(size_t)3;

	if (fits(at, whole))
		memset(trail->index + at, NOTHING, whole);
}

static bool holds(const struct trail *trail, size_t at, size_t length)
{
	for (size_t i = 0; fits(at, length) && i < length; i++)
		if (trail->index[at + i] != NOTHING)
			return true;
	return false;
}

static void follow_payload(struct trail *trail, const struct op *op)
{
	const struct field *field = trail->field;

	forget(trail, op->dreg, op->length);
	if (op->payload.base != field->base || !fits(op->dreg, op->length))
		return;
	for (size_t i = 0; i < op->length; i++) {
		size_t at = op->payload.offset + i;

		if (at < field->offset || at >= field->offset + field->length)
			continue;
		trail->index[op->dreg + i] = (int8_t)(at - field->offset);
		trail->mask[op->dreg + i] = 0xff;
		trail->flip[op->dreg + i] = 0;
	}
}

static bool is_port_key(uint32_t key)
{
	return key == NFT_CT_PROTO_SRC || key == NFT_CT_PROTO_DST;
}

static bool is_address_key(uint32_t key)
{
	return key == NFT_CT_SRC || key == NFT_CT_DST || (key >= NFT_CT_SRC_IP && key <= NFT_CT_DST_IP6);
}

/* Connection tracking knows the same addresses and ports. */
static bool key_is_of_field(const struct field *field, uint32_t key)
{
	return field->length == 2 ? is_port_key(key) : is_address_key(key);
}

static void follow_ct(struct trail *trail, const struct op *op)
{
	forget(trail, op->dreg, op->length);
	if (!key_is_of_field(trail->field, op->meta.key))
		return;
	for (size_t i = 0; i < trail->field->length && fits(op->dreg, trail->field->length); i++) {
		trail->index[op->dreg + i] = (int8_t)i;
		trail->mask[op->dreg + i] = 0xff;
		trail->flip[op->dreg + i] = 0;
	}
}

static void follow_bitwise(struct trail *trail, const struct op *op)
{
	if (!fits(op->sreg, op->length) || !fits(op->dreg, op->length))
		return;
	if (op->bitwise.op != BITWISE_BOOL) {
		trail->computed |= holds(trail, op->sreg, op->length);
		forget(trail, op->dreg, op->length);
		return;
	}
	for (size_t i = 0; i < op->length; i++) {
		uint8_t mask = i < op->bitwise.mask.length ? op->bitwise.mask.at[i] : 0;
		uint8_t flip = i < op->bitwise.xor.length ? op->bitwise.xor.at[i] : 0;

		trail->index[op->dreg + i] = trail->index[op->sreg + i];
		trail->mask[op->dreg + i] = trail->mask[op->sreg + i] & mask;
		trail->flip[op->dreg + i] = (trail->flip[op->sreg + i] & mask) ^ flip;
	}
}

bool field_is_loaded(const struct field *field, const struct op *op)
{
	if (op->kind == OP_CT)
		return key_is_of_field(field, op->meta.key);
	return op->kind == OP_PAYLOAD && op->payload.base == field->base &&
	       op->payload.offset < field->offset + field->length &&
	       op->payload.offset + op->length > field->offset;
}

void trail_start(struct trail *trail, const struct field *field)
{
	trail->field = field;
	trail->computed = false;
	memset(trail->index, NOTHING, sizeof(trail->index));
}

void trail_follow(struct trail *trail, const struct op *op)
{
	switch (op->kind) {
	case OP_PAYLOAD:
		follow_payload(trail, op);
		break;
	case OP_CT:
		follow_ct(trail, op);
		break;
	case OP_NUMBER:
		trail->computed |= holds(trail, op->sreg, op->number.hashed);
		forget(trail, op->dreg, op->length);
		break;
	case OP_META:
	case OP_FIB:
	case OP_EXTHDR:
	case OP_ATTACHED:
		forget(trail, op->dreg, op->length ? op->length : 4);
		break;
	case OP_IMMEDIATE:
		forget(trail, op->dreg, op->immediate.length);
		break;
	case OP_BITWISE:
		follow_bitwise(trail, op);
		break;
	case OP_BYTEORDER:
		trail->computed |= holds(trail, op->sreg, op->length);
		forget(trail, op->dreg, op->length);
		break;
	case OP_LOOKUP:
		if (op->lookup.map && op->lookup.set)
			forget(trail, op->dreg, op->lookup.set->data_length);
		break;
	case OP_CMP:
	case OP_RANGE:
	case OP_LIMIT:
	case OP_QUOTA:
	case OP_CONNLIMIT:
	case OP_COUNTER:
	case OP_LOG:
	case OP_META_SET:
	case OP_CT_SET:
	case OP_PAYLOAD_SET:
	case OP_OPTION_SET:
	case OP_ASIDE:
	case OP_NOTRACK:
	case OP_DYNSET:
	case OP_VERDICT:
	case OP_REJECT:
	case OP_NAT:
	case OP_HANDOVER:
	case OP_OPAQUE:
		break;
	}
}

/* Sights */

static bool is_prefix_mask(number mask, unsigned bytes)
{
	number open = ~mask & field_max(bytes);

	return (open & (open + 1)) == 0;
}

bool sight_take(const struct trail *trail, size_t at, size_t tested, struct sight *sight)
{
	size_t length = trail->field->length;
	bool in_order = true, flipped = false;

	*sight = (struct sight){.tested = tested, .position = tested};
	for (size_t i = 0; fits(at, tested) && i < tested; i++) {
		int index = trail->index[at + i];

		if (index == NOTHING)
			continue;
		if (sight->length == 0)
			sight->position = i;
		in_order = in_order && (size_t)index == sight->length && i == sight->position + sight->length;
		flipped = flipped || (trail->flip[at + i] & trail->mask[at + i]) != 0;
		sight->mask |= (number)trail->mask[at + i] << (8 * (length - 1 - (size_t)index));
		sight->length++;
	}
	sight->simple = in_order && !flipped && is_prefix_mask(sight->mask, (unsigned)length);
	return sight->length > 0;
}
