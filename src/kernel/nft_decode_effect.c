/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Expressions with an effect: counter, log, notrack, dynset, and what ends a rule: reject, nat, masq, redir.
 */
#include "nft_decode.h"

#include "fwport/port_set.h"

#include <linux/netfilter/nf_tables.h>

static const enum attribute_form counter_shape[] = {
	[NFTA_COUNTER_BYTES] = FORM_U64,
	[NFTA_COUNTER_PACKETS] = FORM_U64,
	[NFTA_COUNTER_PAD] = FORM_BYTES,
};

static enum decoded counter_decode(const struct expression *in, struct op *out)
{
	out->kind = OP_COUNTER;
	out->counter.packets = attribute_u64(&in->attributes, NFTA_COUNTER_PACKETS);
	out->counter.bytes = attribute_u64(&in->attributes, NFTA_COUNTER_BYTES);
	return DECODED_OP;
}

static const enum attribute_form log_shape[] = {
	[NFTA_LOG_GROUP] = FORM_U16,      [NFTA_LOG_PREFIX] = FORM_TEXT, [NFTA_LOG_SNAPLEN] = FORM_U32,
	[NFTA_LOG_QTHRESHOLD] = FORM_U16, [NFTA_LOG_LEVEL] = FORM_U32,   [NFTA_LOG_FLAGS] = FORM_U32,
};

static enum decoded log_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;

	out->kind = OP_LOG;
	out->log.prefix = attribute_text(given, NFTA_LOG_PREFIX);
	out->log.group = attribute_has(given, NFTA_LOG_GROUP) ? attribute_u16(given, NFTA_LOG_GROUP) : -1;
	out->log.level =
		attribute_has(given, NFTA_LOG_LEVEL) ? (int32_t)attribute_u32(given, NFTA_LOG_LEVEL) : -1;
	return DECODED_OP;
}

static enum decoded notrack_decode(const struct expression *in, struct op *out)
{
	(void)in;
	out->kind = OP_NOTRACK;
	return DECODED_OP;
}

static const enum attribute_form dynset_shape[] = {
	[NFTA_DYNSET_SET_NAME] = FORM_TEXT, [NFTA_DYNSET_SET_ID] = FORM_U32,
	[NFTA_DYNSET_OP] = FORM_U32,        [NFTA_DYNSET_SREG_KEY] = FORM_U32,
	[NFTA_DYNSET_SREG_DATA] = FORM_U32, [NFTA_DYNSET_TIMEOUT] = FORM_U64,
	[NFTA_DYNSET_EXPR] = FORM_NEST,     [NFTA_DYNSET_PAD] = FORM_BYTES,
	[NFTA_DYNSET_FLAGS] = FORM_U32,     [NFTA_DYNSET_EXPRESSIONS] = FORM_NEST,
};

/* One expression comes as itself, several as a list. */
static enum decoded dynset_nested(const struct expression *in, struct op *out)
{
	const struct nlattr *one = in->attributes.at[NFTA_DYNSET_EXPR];
	const struct nlattr *many = in->attributes.at[NFTA_DYNSET_EXPRESSIONS];
	struct decoding inner = *in->where;
	struct op *ops = NULL;
	size_t count = 0;
	int result = 0;

	inner.depth++;
	if (many)
		result = decode_list(&inner, attribute_bytes(many), attribute_length(many), &ops, &count);
	else if (one)
		result = decode_single(&inner, one, &ops, &count);
	if (result < 0)
		return DECODED_FAILED;
	out->dynset.ops = ops;
	out->dynset.op_count = count;
	return DECODED_OP;
}

static enum decoded dynset_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t op = attribute_u32(given, NFTA_DYNSET_OP), flags = attribute_u32(given, NFTA_DYNSET_FLAGS);

	out->dynset.has_data = attribute_has(given, NFTA_DYNSET_SREG_DATA);
	if (!attribute_has(given, NFTA_DYNSET_SET_NAME) || !attribute_has(given, NFTA_DYNSET_OP) ||
	    !register_read(given, NFTA_DYNSET_SREG_KEY, 1, &out->sreg) ||
	    (out->dynset.has_data && !register_read(given, NFTA_DYNSET_SREG_DATA, 1, &out->dynset.data_sreg)))
		return decode_malformed(in, out);
	if (op > NFT_DYNSET_OP_DELETE || flags & ~(uint32_t)(NFT_DYNSET_F_INV | NFT_DYNSET_F_EXPR))
		return decode_opaque(in, out, OPAQUE_DECIDES, false, "dynset op %u flags %#x", op, flags);
	out->kind = OP_DYNSET;
	out->invert = flags & NFT_DYNSET_F_INV;
	out->dynset.op = op;
	out->dynset.set_name = attribute_text(given, NFTA_DYNSET_SET_NAME);
	out->dynset.timeout = attribute_u64(given, NFTA_DYNSET_TIMEOUT);
	return dynset_nested(in, out);
}

static const enum attribute_form reject_shape[] = {
	[NFTA_REJECT_TYPE] = FORM_U32,
	[NFTA_REJECT_ICMP_CODE] = FORM_U8,
};

static enum decoded reject_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t type = attribute_u32(given, NFTA_REJECT_TYPE);

	if (!attribute_has(given, NFTA_REJECT_TYPE))
		return decode_malformed(in, out);
	if (type > NFT_REJECT_ICMPX_UNREACH)
		return decode_opaque(in, out, OPAQUE_DECIDES, false, "reject type %u", type);
	out->kind = OP_REJECT;
	out->reject.type = type;
	out->reject.code = attribute_u8(given, NFTA_REJECT_ICMP_CODE);
	return DECODED_OP;
}

bool register_maybe(const struct attributes *given, unsigned type, uint32_t length, int16_t *out)
{
	uint8_t offset = 0;

	*out = -1;
	if (!attribute_has(given, type))
		return true;
	if (!register_read(given, type, length, &offset))
		return false;
	*out = offset;
	return true;
}

enum { SHORTEST_ADDRESS = 4 };

static const enum attribute_form nat_shape[] = {
	[NFTA_NAT_TYPE] = FORM_U32,          [NFTA_NAT_FAMILY] = FORM_U32,
	[NFTA_NAT_REG_ADDR_MIN] = FORM_U32,  [NFTA_NAT_REG_ADDR_MAX] = FORM_U32,
	[NFTA_NAT_REG_PROTO_MIN] = FORM_U32, [NFTA_NAT_REG_PROTO_MAX] = FORM_U32,
	[NFTA_NAT_FLAGS] = FORM_U32,
};

static enum decoded nat_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t type = attribute_u32(given, NFTA_NAT_TYPE);

	if (!attribute_has(given, NFTA_NAT_TYPE) || attribute_u32(given, NFTA_NAT_FAMILY) > INT16_MAX ||
	    !register_maybe(given, NFTA_NAT_REG_ADDR_MIN, SHORTEST_ADDRESS, &out->nat.address_min) ||
	    !register_maybe(given, NFTA_NAT_REG_ADDR_MAX, SHORTEST_ADDRESS, &out->nat.address_max) ||
	    !register_maybe(given, NFTA_NAT_REG_PROTO_MIN, PORT_BYTES, &out->nat.port_min) ||
	    !register_maybe(given, NFTA_NAT_REG_PROTO_MAX, PORT_BYTES, &out->nat.port_max))
		return decode_malformed(in, out);
	if (type > NFT_NAT_DNAT)
		return decode_opaque(in, out, OPAQUE_DECIDES, true, "nat type %u", type);
	out->kind = OP_NAT;
	out->nat.kind = type == NFT_NAT_SNAT ? NAT_SOURCE : NAT_DESTINATION;
	out->nat.flags = attribute_u32(given, NFTA_NAT_FLAGS);
	out->nat.family = -1;
	if (attribute_has(given, NFTA_NAT_FAMILY))
		out->nat.family = (int16_t)attribute_u32(given, NFTA_NAT_FAMILY);
	return DECODED_OP;
}

static enum decoded port_nat(const struct expression *in, struct op *out, enum nat_kind kind,
			     unsigned minimum, unsigned maximum, unsigned flags)
{
	if (!register_maybe(&in->attributes, minimum, PORT_BYTES, &out->nat.port_min) ||
	    !register_maybe(&in->attributes, maximum, PORT_BYTES, &out->nat.port_max))
		return decode_malformed(in, out);
	out->kind = OP_NAT;
	out->nat.kind = kind;
	out->nat.address_min = out->nat.address_max = out->nat.family = -1;
	out->nat.flags = attribute_u32(&in->attributes, flags);
	return DECODED_OP;
}

static const enum attribute_form masq_shape[] = {
	[NFTA_MASQ_FLAGS] = FORM_U32,
	[NFTA_MASQ_REG_PROTO_MIN] = FORM_U32,
	[NFTA_MASQ_REG_PROTO_MAX] = FORM_U32,
};

static enum decoded masq_decode(const struct expression *in, struct op *out)
{
	return port_nat(in, out, NAT_MASQUERADE, NFTA_MASQ_REG_PROTO_MIN, NFTA_MASQ_REG_PROTO_MAX,
			NFTA_MASQ_FLAGS);
}

static const enum attribute_form redir_shape[] = {
	[NFTA_REDIR_REG_PROTO_MIN] = FORM_U32,
	[NFTA_REDIR_REG_PROTO_MAX] = FORM_U32,
	[NFTA_REDIR_FLAGS] = FORM_U32,
};

static enum decoded redir_decode(const struct expression *in, struct op *out)
{
	return port_nat(in, out, NAT_REDIRECT, NFTA_REDIR_REG_PROTO_MIN, NFTA_REDIR_REG_PROTO_MAX,
			NFTA_REDIR_FLAGS);
}

static const struct expression_kind kinds[] = {
	{"counter", counter_shape, COUNT(counter_shape), counter_decode},
	{"log", log_shape, COUNT(log_shape), log_decode},
	{"reject", reject_shape, COUNT(reject_shape), reject_decode},
	{"dynset", dynset_shape, COUNT(dynset_shape), dynset_decode},
	{"notrack", NULL, 0, notrack_decode},
	{"nat", nat_shape, COUNT(nat_shape), nat_decode},
	{"masq", masq_shape, COUNT(masq_shape), masq_decode},
	{"redir", redir_shape, COUNT(redir_shape), redir_decode},
};

const struct expression_kinds effect_kinds = {kinds, COUNT(kinds)};
