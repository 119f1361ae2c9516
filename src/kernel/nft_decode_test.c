/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Expressions that work on registers: bitwise and byteorder, and the tests cmp, range, lookup, limit, quota and connlimit.
 */
#include "nft_decode.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

static const enum attribute_form cmp_shape[] = {
	[NFTA_CMP_SREG] = FORM_U32,
	[NFTA_CMP_OP] = FORM_U32,
	[NFTA_CMP_DATA] = FORM_NEST,
};

static enum decoded cmp_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t test = attribute_u32(given, NFTA_CMP_OP);
	struct bytes value;

	if (!attribute_has(given, NFTA_CMP_OP) || !data_value_read(given->at[NFTA_CMP_DATA], &value) ||
	    !register_read(given, NFTA_CMP_SREG, value.length, &out->sreg))
		return decode_malformed(in, out);
	if (test > NFT_CMP_GTE)
		return decode_opaque(in, out, OPAQUE_MATCHES, false, "cmp op %u", test);
	out->kind = OP_CMP;
	out->length = value.length;
	out->cmp.test = test;
	out->cmp.value = value;
	return DECODED_OP;
}

static const enum attribute_form range_shape[] = {
	[NFTA_RANGE_SREG] = FORM_U32,
	[NFTA_RANGE_OP] = FORM_U32,
	[NFTA_RANGE_FROM_DATA] = FORM_NEST,
	[NFTA_RANGE_TO_DATA] = FORM_NEST,
};

static enum decoded range_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t test = attribute_u32(given, NFTA_RANGE_OP);
	struct bytes from, to;

	if (!attribute_has(given, NFTA_RANGE_OP) ||
	    !data_value_read(given->at[NFTA_RANGE_FROM_DATA], &from) ||
	    !data_value_read(given->at[NFTA_RANGE_TO_DATA], &to) || from.length != to.length ||
	    !register_read(given, NFTA_RANGE_SREG, from.length, &out->sreg))
		return decode_malformed(in, out);
	if (test > NFT_RANGE_NEQ)
		return decode_opaque(in, out, OPAQUE_MATCHES, false, "range op %u", test);
	out->kind = OP_RANGE;
	out->length = from.length;
	out->invert = test == NFT_RANGE_NEQ;
	out->range.from = from;
	out->range.to = to;
	return DECODED_OP;
}

static const enum attribute_form bitwise_shape[] = {
	[NFTA_BITWISE_SREG] = FORM_U32,  [NFTA_BITWISE_DREG] = FORM_U32, [NFTA_BITWISE_LEN] = FORM_U32,
	[NFTA_BITWISE_MASK] = FORM_NEST, [NFTA_BITWISE_XOR] = FORM_NEST, [NFTA_BITWISE_OP] = FORM_U32,
	[NFTA_BITWISE_DATA] = FORM_NEST,
};

static bool bitwise_bool(const struct attributes *given, struct op *out)
{
	return data_value_read(given->at[NFTA_BITWISE_MASK], &out->bitwise.mask) &&
	       data_value_read(given->at[NFTA_BITWISE_XOR], &out->bitwise.xor) &&
	       out->bitwise.mask.length == out->length && out->bitwise.xor.length == out->length &&
	       !attribute_has(given, NFTA_BITWISE_DATA);
}

/* The number of bits is in the byte order of the host, unlike everything else. */
static bool bitwise_shift(const struct attributes *given, struct op *out)
{
	struct bytes shift;

	if (!data_value_read(given->at[NFTA_BITWISE_DATA], &shift) || shift.length != sizeof(uint32_t) ||
	    attribute_has(given, NFTA_BITWISE_MASK) || attribute_has(given, NFTA_BITWISE_XOR))
		return false;
	memcpy(&out->bitwise.shift, shift.at, sizeof(uint32_t));
	return out->bitwise.shift > 0 && out->bitwise.shift < 32;
}

static enum decoded bitwise_decode(const struct expression *in, struct op *out)
{
	static const enum bitwise_op ops[] = {
		[NFT_BITWISE_BOOL] = BITWISE_BOOL,
		[NFT_BITWISE_LSHIFT] = BITWISE_LSHIFT,
		[NFT_BITWISE_RSHIFT] = BITWISE_RSHIFT,
	};
	const struct attributes *given = &in->attributes;
	uint32_t length = attribute_u32(given, NFTA_BITWISE_LEN), op = attribute_u32(given, NFTA_BITWISE_OP);

	if (!length || !register_read(given, NFTA_BITWISE_SREG, length, &out->sreg) ||
	    !register_read(given, NFTA_BITWISE_DREG, length, &out->dreg))
		return decode_malformed(in, out);
	if (op >= COUNT(ops))
		return decode_opaque(in, out, OPAQUE_MATCHES, false, "bitwise op %u", op);
	out->kind = OP_BITWISE;
	out->length = (uint8_t)length;
	out->bitwise.op = ops[op];
	if (op == NFT_BITWISE_BOOL ? bitwise_bool(given, out) : bitwise_shift(given, out))
		return DECODED_OP;
	return decode_malformed(in, out);
}

static const enum attribute_form byteorder_shape[] = {
	[NFTA_BYTEORDER_SREG] = FORM_U32, [NFTA_BYTEORDER_DREG] = FORM_U32, [NFTA_BYTEORDER_OP] = FORM_U32,
	[NFTA_BYTEORDER_LEN] = FORM_U32,  [NFTA_BYTEORDER_SIZE] = FORM_U32,
};

static enum decoded byteorder_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t length = attribute_u32(given, NFTA_BYTEORDER_LEN),
		 size = attribute_u32(given, NFTA_BYTEORDER_SIZE),
		 op = attribute_u32(given, NFTA_BYTEORDER_OP);

	if (!length || !attribute_has(given, NFTA_BYTEORDER_OP) ||
	    !register_read(given, NFTA_BYTEORDER_SREG, length, &out->sreg) ||
	    !register_read(given, NFTA_BYTEORDER_DREG, length, &out->dreg))
		return decode_malformed(in, out);
	if (op > NFT_BYTEORDER_HTON || (size != 2 && size != 4 && size != 8))
		return decode_opaque(in, out, OPAQUE_MATCHES, false, "byteorder op %u size %u", op, size);
	out->kind = OP_BYTEORDER;
	out->length = (uint8_t)length;
	out->byteorder.op = op;
	out->byteorder.size = size;
	return DECODED_OP;
}

static const enum attribute_form lookup_shape[] = {
	[NFTA_LOOKUP_SET] = FORM_TEXT,   [NFTA_LOOKUP_SREG] = FORM_U32,  [NFTA_LOOKUP_DREG] = FORM_U32,
	[NFTA_LOOKUP_SET_ID] = FORM_U32, [NFTA_LOOKUP_FLAGS] = FORM_U32,
};

/* How many bytes are looked up, and whether the data are verdicts, is the set's to say: nft_resolve.c fills it in. */
static enum decoded lookup_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t flags = attribute_u32(given, NFTA_LOOKUP_FLAGS);
	bool map = attribute_has(given, NFTA_LOOKUP_DREG);

	if (!attribute_has(given, NFTA_LOOKUP_SET) || !register_read(given, NFTA_LOOKUP_SREG, 1, &out->sreg))
		return decode_malformed(in, out);
	if (map && attribute_u32(given, NFTA_LOOKUP_DREG) != NFT_REG_VERDICT &&
	    !register_read(given, NFTA_LOOKUP_DREG, 1, &out->dreg))
		return decode_malformed(in, out);
	if (flags & ~(uint32_t)NFT_LOOKUP_F_INV || (map && flags))
		return decode_opaque(in, out, OPAQUE_DECIDES, false, "lookup flags %#x", flags);
	out->kind = OP_LOOKUP;
	out->invert = flags & NFT_LOOKUP_F_INV;
	out->lookup.set_name = attribute_text(given, NFTA_LOOKUP_SET);
	out->lookup.map = map;
	return DECODED_OP;
}

static const enum attribute_form limit_shape[] = {
	[NFTA_LIMIT_RATE] = FORM_U64, [NFTA_LIMIT_UNIT] = FORM_U64,  [NFTA_LIMIT_BURST] = FORM_U32,
	[NFTA_LIMIT_TYPE] = FORM_U32, [NFTA_LIMIT_FLAGS] = FORM_U32, [NFTA_LIMIT_PAD] = FORM_BYTES,
};

static enum decoded limit_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t type = attribute_u32(given, NFTA_LIMIT_TYPE), flags = attribute_u32(given, NFTA_LIMIT_FLAGS);

	if (!attribute_u64(given, NFTA_LIMIT_UNIT) || !attribute_has(given, NFTA_LIMIT_RATE))
		return decode_malformed(in, out);
	if (type > NFT_LIMIT_PKT_BYTES || flags & ~(uint32_t)NFT_LIMIT_F_INV)
		return decode_opaque(in, out, OPAQUE_MATCHES, false, "limit type %u flags %#x", type, flags);
	out->kind = OP_LIMIT;
	out->invert = flags & NFT_LIMIT_F_INV;
	out->limit.rate = attribute_u64(given, NFTA_LIMIT_RATE);
	out->limit.unit = attribute_u64(given, NFTA_LIMIT_UNIT);
	out->limit.burst = attribute_u32(given, NFTA_LIMIT_BURST);
	out->limit.bytes = type == NFT_LIMIT_PKT_BYTES;
	return DECODED_OP;
}

/* The flag that says that it is used up is of what was, and follows from the numbers. */
static const enum attribute_form quota_shape[] = {
	[NFTA_QUOTA_BYTES] = FORM_U64,
	[NFTA_QUOTA_FLAGS] = FORM_U32,
	[NFTA_QUOTA_PAD] = FORM_BYTES,
	[NFTA_QUOTA_CONSUMED] = FORM_U64,
};

static enum decoded quota_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t flags = attribute_u32(given, NFTA_QUOTA_FLAGS);

	if (!attribute_has(given, NFTA_QUOTA_BYTES))
		return decode_malformed(in, out);
	if (flags & ~(uint32_t)(NFT_QUOTA_F_INV | NFT_QUOTA_F_DEPLETED))
		return decode_opaque(in, out, OPAQUE_MATCHES, false, "quota flags %#x", flags);
	out->kind = OP_QUOTA;
	out->invert = flags & NFT_QUOTA_F_INV;
	out->quota.bytes = attribute_u64(given, NFTA_QUOTA_BYTES);
	out->quota.used = attribute_u64(given, NFTA_QUOTA_CONSUMED);
	return DECODED_OP;
}

static const enum attribute_form connlimit_shape[] = {
	[NFTA_CONNLIMIT_COUNT] = FORM_U32,
	[NFTA_CONNLIMIT_FLAGS] = FORM_U32,
};

static enum decoded connlimit_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t flags = attribute_u32(given, NFTA_CONNLIMIT_FLAGS);

	if (!attribute_has(given, NFTA_CONNLIMIT_COUNT))
		return decode_malformed(in, out);
	if (flags & ~(uint32_t)NFT_CONNLIMIT_F_INV)
		return decode_opaque(in, out, OPAQUE_MATCHES, true, "connlimit flags %#x", flags);
	out->kind = OP_CONNLIMIT;
	out->invert = flags & NFT_CONNLIMIT_F_INV;
	out->connlimit.count = attribute_u32(given, NFTA_CONNLIMIT_COUNT);
	return DECODED_OP;
}

static const struct expression_kind kinds[] = {
	{"cmp", cmp_shape, COUNT(cmp_shape), cmp_decode},
	{"lookup", lookup_shape, COUNT(lookup_shape), lookup_decode},
	{"bitwise", bitwise_shape, COUNT(bitwise_shape), bitwise_decode},
	{"range", range_shape, COUNT(range_shape), range_decode},
	{"limit", limit_shape, COUNT(limit_shape), limit_decode},
	{"quota", quota_shape, COUNT(quota_shape), quota_decode},
	{"connlimit", connlimit_shape, COUNT(connlimit_shape), connlimit_decode},
	{"byteorder", byteorder_shape, COUNT(byteorder_shape), byteorder_decode},
};

const struct expression_kinds test_kinds = {kinds, COUNT(kinds)};
