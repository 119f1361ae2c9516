/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exthdr: IPv6 extension headers, options of IPv4 and TCP, chunks of SCTP; and options of TCP that are written or stripped.
 */
#include "nft_decode.h"

#include <linux/netfilter/nf_tables.h>

enum { EXTHDR_OP_DCCP = NFT_EXTHDR_OP_SCTP + 1 }; /* newer than the oldest headers we build with */

static const enum attribute_form exthdr_shape[] = {
	[NFTA_EXTHDR_DREG] = FORM_U32, [NFTA_EXTHDR_TYPE] = FORM_U8,   [NFTA_EXTHDR_OFFSET] = FORM_U32,
	[NFTA_EXTHDR_LEN] = FORM_U32,  [NFTA_EXTHDR_FLAGS] = FORM_U32, [NFTA_EXTHDR_OP] = FORM_U32,
	[NFTA_EXTHDR_SREG] = FORM_U32,
};

/* Only options of TCP are written; without a value they are stripped. */
static enum decoded exthdr_set(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	bool strips = !attribute_has(given, NFTA_EXTHDR_SREG);
	uint32_t header = attribute_u32(given, NFTA_EXTHDR_OP),
		 length = attribute_u32(given, NFTA_EXTHDR_LEN);

	if (header != NFT_EXTHDR_OP_TCPOPT)
		return decode_opaque(in, out, OPAQUE_DECIDES, false, "exthdr set");
	if (!attribute_has(given, NFTA_EXTHDR_TYPE) ||
	    (!strips && (!length || !register_read(given, NFTA_EXTHDR_SREG, length, &out->sreg))))
		return decode_malformed(in, out);
	out->kind = OP_OPTION_SET;
	out->length = strips ? 0 : (uint8_t)length;
	out->exthdr.header = header;
	out->exthdr.type = attribute_u8(given, NFTA_EXTHDR_TYPE);
	out->exthdr.offset = attribute_u32(given, NFTA_EXTHDR_OFFSET);
	out->exthdr.present = strips;
	return DECODED_OP;
}

/* Of presence one byte is written, whatever length is given. */
static enum decoded exthdr_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t header = attribute_u32(given, NFTA_EXTHDR_OP),
		 flags = attribute_u32(given, NFTA_EXTHDR_FLAGS),
		 length = flags & NFT_EXTHDR_F_PRESENT ? 1 : attribute_u32(given, NFTA_EXTHDR_LEN);

	if (!attribute_has(given, NFTA_EXTHDR_DREG))
		return exthdr_set(in, out);
	if (!length || !attribute_has(given, NFTA_EXTHDR_TYPE) ||
	    !register_read(given, NFTA_EXTHDR_DREG, length, &out->dreg))
		return decode_malformed(in, out);
	if (header > EXTHDR_OP_DCCP || flags & ~(uint32_t)NFT_EXTHDR_F_PRESENT)
		return decode_opaque(in, out, OPAQUE_MATCHES, false, "exthdr op %u flags %#x", header, flags);
	out->kind = OP_EXTHDR;
	out->length = (uint8_t)length;
	out->exthdr.header = header;
	out->exthdr.type = attribute_u8(given, NFTA_EXTHDR_TYPE);
	out->exthdr.offset = attribute_u32(given, NFTA_EXTHDR_OFFSET);
	out->exthdr.present = flags & NFT_EXTHDR_F_PRESENT;
	return DECODED_OP;
}

static const struct expression_kind kinds[] = {
	{"exthdr", exthdr_shape, COUNT(exthdr_shape), exthdr_decode},
};

const struct expression_kinds exthdr_kinds = {kinds, COUNT(kinds)};
