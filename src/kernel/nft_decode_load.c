/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Expressions that load a register or set what can be loaded: payload, meta, ct, fib, immediate. How many bytes a key has is
 * the kernel's (nft_meta_get_init, nft_ct_get_init, nft_fib_init).
 */
#include "nft_decode.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

enum { NAME_BYTES = 16 };                         /* IFNAMSIZ, NF_CT_HELPER_NAME_LEN */
enum { META_BRI_BROUTE = NFT_META_SDIFNAME + 1 }; /* newer than the oldest headers we build with */
enum { FIB_FLAGS = (NFTA_FIB_F_PRESENT << 1) - 1 };

static const enum attribute_form payload_shape[] = {
	[NFTA_PAYLOAD_DREG] = FORM_U32,        [NFTA_PAYLOAD_BASE] = FORM_U32,
	[NFTA_PAYLOAD_OFFSET] = FORM_U32,      [NFTA_PAYLOAD_LEN] = FORM_U32,
	[NFTA_PAYLOAD_SREG] = FORM_U32,        [NFTA_PAYLOAD_CSUM_TYPE] = FORM_U32,
	[NFTA_PAYLOAD_CSUM_OFFSET] = FORM_U32, [NFTA_PAYLOAD_CSUM_FLAGS] = FORM_U32,
};

/* The checksums that go with it are the kernel's to mend, or not to. */
static enum decoded payload_set(const struct expression *in, uint32_t length, struct op *out)
{
	const struct attributes *given = &in->attributes;

	if (attribute_has(given, NFTA_PAYLOAD_DREG) || !length || !attribute_has(given, NFTA_PAYLOAD_BASE) ||
	    !attribute_has(given, NFTA_PAYLOAD_OFFSET) ||
	    !register_read(given, NFTA_PAYLOAD_SREG, length, &out->sreg))
		return decode_malformed(in, out);
	out->kind = OP_PAYLOAD_SET;
	out->length = (uint8_t)length;
	out->payload.base = attribute_u32(given, NFTA_PAYLOAD_BASE);
	out->payload.offset = attribute_u32(given, NFTA_PAYLOAD_OFFSET);
	return DECODED_OP;
}

static enum decoded payload_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t length = attribute_u32(given, NFTA_PAYLOAD_LEN);

	if (attribute_has(given, NFTA_PAYLOAD_SREG))
		return payload_set(in, length, out);
	if (!length || !attribute_has(given, NFTA_PAYLOAD_BASE) ||
	    !attribute_has(given, NFTA_PAYLOAD_OFFSET) ||
	    !register_read(given, NFTA_PAYLOAD_DREG, length, &out->dreg))
		return decode_malformed(in, out);
	out->kind = OP_PAYLOAD;
	out->length = (uint8_t)length;
	out->payload.base = attribute_u32(given, NFTA_PAYLOAD_BASE);
	out->payload.offset = attribute_u32(given, NFTA_PAYLOAD_OFFSET);
	return DECODED_OP;
}

/* By key; 0: the key cannot be loaded, or we do not know how much it loads. */
static const uint8_t meta_lengths[] = {
	[NFT_META_LEN] = 4,
	[NFT_META_PROTOCOL] = 2,
	[NFT_META_PRIORITY] = 4,
	[NFT_META_MARK] = 4,
	[NFT_META_IIF] = 4,
	[NFT_META_OIF] = 4,
	[NFT_META_IIFNAME] = NAME_BYTES,
	[NFT_META_OIFNAME] = NAME_BYTES,
	[NFT_META_IIFTYPE] = 2,
	[NFT_META_OIFTYPE] = 2,
	[NFT_META_SKUID] = 4,
	[NFT_META_SKGID] = 4,
	[NFT_META_NFTRACE] = 1,
	[NFT_META_RTCLASSID] = 4,
	[NFT_META_SECMARK] = 4,
	[NFT_META_NFPROTO] = 1,
	[NFT_META_L4PROTO] = 1,
	[NFT_META_BRI_IIFNAME] = NAME_BYTES,
	[NFT_META_BRI_OIFNAME] = NAME_BYTES,
	[NFT_META_PKTTYPE] = 1,
	[NFT_META_CPU] = 4,
	[NFT_META_IIFGROUP] = 4,
	[NFT_META_OIFGROUP] = 4,
	[NFT_META_CGROUP] = 4,
	[NFT_META_PRANDOM] = 4,
	[NFT_META_SECPATH] = 1,
	[NFT_META_IIFKIND] = NAME_BYTES,
	[NFT_META_OIFKIND] = NAME_BYTES,
	[NFT_META_BRI_IIFPVID] = 2,
	[NFT_META_BRI_IIFVPROTO] = 2,
	[NFT_META_TIME_NS] = 8,
	[NFT_META_TIME_DAY] = 1,
	[NFT_META_TIME_HOUR] = 4,
	[NFT_META_SDIF] = 4,
	[NFT_META_SDIFNAME] = NAME_BYTES,
};

static const uint8_t meta_set_lengths[] = {
	[NFT_META_MARK] = 4,    [NFT_META_PRIORITY] = 4, [NFT_META_PKTTYPE] = 1,
	[NFT_META_NFTRACE] = 1, [NFT_META_SECMARK] = 4,  [META_BRI_BROUTE] = 1,
};

static const enum attribute_form meta_shape[] = {
	[NFTA_META_DREG] = FORM_U32,
	[NFTA_META_KEY] = FORM_U32,
	[NFTA_META_SREG] = FORM_U32,
};

static enum decoded meta_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t key = attribute_u32(given, NFTA_META_KEY);
	bool sets = attribute_has(given, NFTA_META_SREG);
	const uint8_t *lengths = sets ? meta_set_lengths : meta_lengths;
	size_t count = sets ? COUNT(meta_set_lengths) : COUNT(meta_lengths);
	uint8_t length = key < count ? lengths[key] : 0;

	if (!attribute_has(given, NFTA_META_KEY) || sets == attribute_has(given, NFTA_META_DREG))
		return decode_malformed(in, out);
	if (!length)
		return decode_opaque(in, out, sets ? OPAQUE_DECIDES : OPAQUE_MATCHES, false, "meta %skey %u",
				     sets ? "set " : "", key);
	if (!register_read(given, sets ? NFTA_META_SREG : NFTA_META_DREG, length,
			   sets ? &out->sreg : &out->dreg))
		return decode_malformed(in, out);
	out->kind = sets ? OP_META_SET : OP_META;
	out->length = length;
	out->meta.key = key;
	out->meta.direction = -1;
	return DECODED_OP;
}

static const uint8_t ct_lengths[] = {
	[NFT_CT_STATE] = 4,    [NFT_CT_DIRECTION] = 1,  [NFT_CT_STATUS] = 4,          [NFT_CT_MARK] = 4,
	[NFT_CT_SECMARK] = 4,  [NFT_CT_EXPIRATION] = 4, [NFT_CT_HELPER] = NAME_BYTES, [NFT_CT_L3PROTOCOL] = 1,
	[NFT_CT_PROTOCOL] = 1, [NFT_CT_PROTO_SRC] = 2,  [NFT_CT_PROTO_DST] = 2,       [NFT_CT_LABELS] = 16,
	[NFT_CT_PKTS] = 8,     [NFT_CT_BYTES] = 8,      [NFT_CT_AVGPKT] = 8,          [NFT_CT_ZONE] = 2,
	[NFT_CT_SRC_IP] = 4,   [NFT_CT_DST_IP] = 4,     [NFT_CT_SRC_IP6] = 16,        [NFT_CT_DST_IP6] = 16,
	[NFT_CT_ID] = 4,
};

static const uint8_t ct_set_lengths[] = {
	[NFT_CT_MARK] = 4, [NFT_CT_SECMARK] = 4,   [NFT_CT_LABELS] = 16,
	[NFT_CT_ZONE] = 2, [NFT_CT_EVENTMASK] = 4,
};

/* The keys that say "the address" have the length of the table's family; inet reserves the longer one. */
static uint8_t ct_length(const struct expression *in, uint32_t key, bool sets)
{
	if (sets)
		return key < COUNT(ct_set_lengths) ? ct_set_lengths[key] : 0;
	if (key != NFT_CT_SRC && key != NFT_CT_DST)
		return key < COUNT(ct_lengths) ? ct_lengths[key] : 0;
	switch (in->where->family) {
	case NFPROTO_IPV4:
		return 4;
	case NFPROTO_IPV6:
	case NFPROTO_INET:
		return 16;
	}
	return 0;
}

static const enum attribute_form ct_shape[] = {
	[NFTA_CT_DREG] = FORM_U32,
	[NFTA_CT_KEY] = FORM_U32,
	[NFTA_CT_DIRECTION] = FORM_U8,
	[NFTA_CT_SREG] = FORM_U32,
};

static enum decoded ct_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t key = attribute_u32(given, NFTA_CT_KEY);
	bool sets = attribute_has(given, NFTA_CT_SREG);
	uint8_t length = ct_length(in, key, sets);

	if (!attribute_has(given, NFTA_CT_KEY) || sets == attribute_has(given, NFTA_CT_DREG))
		return decode_malformed(in, out);
	if (!length)
		return decode_opaque(in, out, sets ? OPAQUE_DECIDES : OPAQUE_MATCHES, true, "ct %skey %u",
				     sets ? "set " : "", key);
	if (!register_read(given, sets ? NFTA_CT_SREG : NFTA_CT_DREG, length, sets ? &out->sreg : &out->dreg))
		return decode_malformed(in, out);
	out->kind = sets ? OP_CT_SET : OP_CT;
	out->length = length;
	out->meta.key = key;
	out->meta.direction = -1;
	if (attribute_has(given, NFTA_CT_DIRECTION))
		out->meta.direction = attribute_u8(given, NFTA_CT_DIRECTION);
	return DECODED_OP;
}

static const enum attribute_form fib_shape[] = {
	[NFTA_FIB_DREG] = FORM_U32,
	[NFTA_FIB_RESULT] = FORM_U32,
	[NFTA_FIB_FLAGS] = FORM_U32,
};

static uint8_t fib_length(uint32_t result, uint32_t flags)
{
	if (flags & NFTA_FIB_F_PRESENT)
		return 1; /* a boolean, whatever is asked for */
	return result == NFT_FIB_RESULT_OIFNAME ? NAME_BYTES : 4;
}

static enum decoded fib_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t result = attribute_u32(given, NFTA_FIB_RESULT), flags = attribute_u32(given, NFTA_FIB_FLAGS);
	uint8_t length = fib_length(result, flags);

	if (!attribute_has(given, NFTA_FIB_FLAGS) || !register_read(given, NFTA_FIB_DREG, length, &out->dreg))
		return decode_malformed(in, out);
	if (result < NFT_FIB_RESULT_OIF || result > NFT_FIB_RESULT_ADDRTYPE || flags & ~(uint32_t)FIB_FLAGS)
		return decode_opaque(in, out, OPAQUE_MATCHES, false, "fib result %u flags %#x", result,
				     flags);
	out->kind = OP_FIB;
	out->length = length;
	out->fib.flags = flags;
	out->fib.result = result;
	return DECODED_OP;
}

static const enum attribute_form immediate_shape[] = {
	[NFTA_IMMEDIATE_DREG] = FORM_U32,
	[NFTA_IMMEDIATE_DATA] = FORM_NEST,
};

static enum decoded immediate_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	const struct nlattr *data = given->at[NFTA_IMMEDIATE_DATA];
	struct bytes value;

	if (!attribute_has(given, NFTA_IMMEDIATE_DREG))
		return decode_malformed(in, out);
	if (attribute_u32(given, NFTA_IMMEDIATE_DREG) == NFT_REG_VERDICT) {
		out->kind = OP_VERDICT;
		return data_verdict_read(data, &out->verdict) ? DECODED_OP : decode_malformed(in, out);
	}
	if (!data_value_read(data, &value) ||
	    !register_read(given, NFTA_IMMEDIATE_DREG, value.length, &out->dreg))
		return decode_malformed(in, out);
	out->kind = OP_IMMEDIATE;
	out->length = value.length;
	out->immediate = value;
	return DECODED_OP;
}

static const struct expression_kind kinds[] = {
	{"payload", payload_shape, COUNT(payload_shape), payload_decode},
	{"meta", meta_shape, COUNT(meta_shape), meta_decode},
	{"immediate", immediate_shape, COUNT(immediate_shape), immediate_decode},
	{"ct", ct_shape, COUNT(ct_shape), ct_decode},
	{"fib", fib_shape, COUNT(fib_shape), fib_decode},
};

const struct expression_kinds load_kinds = {kinds, COUNT(kinds)};
