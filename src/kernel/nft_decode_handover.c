/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Expressions that hand the packet or a copy of it to somebody else: queue, fwd, tproxy, synproxy, dup; and those that only
 * take note of it: last, flow_offload.
 */
#include "nft_decode.h"

#include <linux/netfilter/nf_tables.h>

enum { PORT_LENGTH = 2, DEVICE_LENGTH = 4, SHORTEST_ADDRESS = 4 };
enum { SYNPROXY_OPTIONS = 0x0f }; /* MSS, WSCALE, SACK_PERM, TIMESTAMP; ECN is not for rules to set */

static const enum attribute_form queue_shape[] = {
	[NFTA_QUEUE_NUM] = FORM_U16,
	[NFTA_QUEUE_TOTAL] = FORM_U16,
	[NFTA_QUEUE_FLAGS] = FORM_U16,
	[NFTA_QUEUE_SREG_QNUM] = FORM_U32,
};

static enum decoded queue_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;

	out->handover.address = out->handover.family = -1;
	if (!register_maybe(given, NFTA_QUEUE_SREG_QNUM, DEVICE_LENGTH, &out->handover.port))
		return decode_malformed(in, out);
	out->kind = OP_HANDOVER;
	out->handover.kind = HANDOVER_QUEUE;
	out->handover.number = attribute_u16(given, NFTA_QUEUE_NUM);
	out->handover.total = attribute_u16(given, NFTA_QUEUE_TOTAL);
	out->handover.flags = attribute_u16(given, NFTA_QUEUE_FLAGS);
	return DECODED_OP;
}

static const enum attribute_form fwd_shape[] = {
	[NFTA_FWD_SREG_DEV] = FORM_U32,
	[NFTA_FWD_SREG_ADDR] = FORM_U32,
	[NFTA_FWD_NFPROTO] = FORM_U32,
};

static bool family_maybe(const struct attributes *given, unsigned type, int16_t *out)
{
	uint32_t family = attribute_u32(given, type);

	*out = attribute_has(given, type) ? (int16_t)family : -1;
	return family <= INT16_MAX;
}

static enum decoded fwd_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;

	if (!attribute_has(given, NFTA_FWD_SREG_DEV) ||
	    !register_maybe(given, NFTA_FWD_SREG_DEV, DEVICE_LENGTH, &out->handover.port) ||
	    !register_maybe(given, NFTA_FWD_SREG_ADDR, SHORTEST_ADDRESS, &out->handover.address) ||
	    !family_maybe(given, NFTA_FWD_NFPROTO, &out->handover.family))
		return decode_malformed(in, out);
	out->kind = OP_HANDOVER;
	out->handover.kind = HANDOVER_DEVICE;
	return DECODED_OP;
}

static const enum attribute_form tproxy_shape[] = {
	[NFTA_TPROXY_FAMILY] = FORM_U32,
	[NFTA_TPROXY_REG_ADDR] = FORM_U32,
	[NFTA_TPROXY_REG_PORT] = FORM_U32,
};

static enum decoded tproxy_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;

	if (!register_maybe(given, NFTA_TPROXY_REG_ADDR, SHORTEST_ADDRESS, &out->handover.address) ||
	    !register_maybe(given, NFTA_TPROXY_REG_PORT, PORT_LENGTH, &out->handover.port) ||
	    !family_maybe(given, NFTA_TPROXY_FAMILY, &out->handover.family) ||
	    (out->handover.address < 0 && out->handover.port < 0))
		return decode_malformed(in, out);
	out->kind = OP_HANDOVER;
	out->handover.kind = HANDOVER_SOCKET;
	return DECODED_OP;
}

static const enum attribute_form synproxy_shape[] = {
	[NFTA_SYNPROXY_MSS] = FORM_U16,
	[NFTA_SYNPROXY_WSCALE] = FORM_U8,
	[NFTA_SYNPROXY_FLAGS] = FORM_U32,
};

static enum decoded synproxy_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t flags = attribute_u32(given, NFTA_SYNPROXY_FLAGS);

	if (flags & ~(uint32_t)SYNPROXY_OPTIONS)
		return decode_opaque(in, out, OPAQUE_DECIDES, true, "synproxy flags %#x", flags);
	out->kind = OP_HANDOVER;
	out->handover.kind = HANDOVER_SYNPROXY;
	out->handover.address = out->handover.port = out->handover.family = -1;
	out->handover.number = attribute_u16(given, NFTA_SYNPROXY_MSS);
	out->handover.total = attribute_u8(given, NFTA_SYNPROXY_WSCALE);
	out->handover.flags = flags;
	return DECODED_OP;
}

static const enum attribute_form dup_shape[] = {
	[NFTA_DUP_SREG_ADDR] = FORM_U32,
	[NFTA_DUP_SREG_DEV] = FORM_U32,
};

static enum decoded dup_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;

	if (!register_maybe(given, NFTA_DUP_SREG_ADDR, SHORTEST_ADDRESS, &out->aside.address) ||
	    !register_maybe(given, NFTA_DUP_SREG_DEV, DEVICE_LENGTH, &out->aside.device))
		return decode_malformed(in, out);
	out->kind = OP_ASIDE;
	out->aside.kind = ASIDE_COPY;
	return DECODED_OP;
}

static const enum attribute_form last_shape[] = {
	[NFTA_LAST_SET] = FORM_U32,
	[NFTA_LAST_MSECS] = FORM_U64,
	[NFTA_LAST_PAD] = FORM_BYTES,
};

static enum decoded last_decode(const struct expression *in, struct op *out)
{
	(void)in;
	out->kind = OP_ASIDE;
	out->aside.kind = ASIDE_LAST;
	return DECODED_OP;
}

static const enum attribute_form flow_shape[] = {[NFTA_FLOW_TABLE_NAME] = FORM_TEXT};

static enum decoded flow_decode(const struct expression *in, struct op *out)
{
	if (!attribute_has(&in->attributes, NFTA_FLOW_TABLE_NAME))
		return decode_malformed(in, out);
	out->kind = OP_ASIDE;
	out->aside.kind = ASIDE_FLOWTABLE;
	out->aside.flowtable = attribute_text(&in->attributes, NFTA_FLOW_TABLE_NAME);
	return DECODED_OP;
}

static const struct expression_kind kinds[] = {
	{"queue", queue_shape, COUNT(queue_shape), queue_decode},
	{"fwd", fwd_shape, COUNT(fwd_shape), fwd_decode},
	{"tproxy", tproxy_shape, COUNT(tproxy_shape), tproxy_decode},
	{"synproxy", synproxy_shape, COUNT(synproxy_shape), synproxy_decode},
	{"dup", dup_shape, COUNT(dup_shape), dup_decode},
	{"last", last_shape, COUNT(last_shape), last_decode},
	{"flow_offload", flow_shape, COUNT(flow_shape), flow_decode},
};

const struct expression_kinds handover_kinds = {kinds, COUNT(kinds)};
