/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads of what is attached to a packet: rt, socket, osf, tunnel, xfrm; and numbers: numgen, hash.
 */
#include "nft_decode.h"

#include <linux/netfilter/nf_tables.h>

enum { OSF_NAME_BYTES = 16, XFRM_IN = 0, XFRM_OUT = 1 }; /* NFT_OSF_MAXGENRELEN, XFRM_POLICY_* */

/* How many bytes a key has, by key; 0: it is not known. */
struct keys {
	enum attached_kind kind;
	const uint8_t *lengths;
	size_t count;
	unsigned key_type, dreg_type;
};

static enum decoded attached_decode(const struct expression *in, const struct keys *keys, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t key = attribute_u32(given, keys->key_type);
	uint8_t length = key < keys->count ? keys->lengths[key] : 0;

	if (!attribute_has(given, keys->key_type) || !attribute_has(given, keys->dreg_type))
		return decode_malformed(in, out);
	if (!length)
		return decode_opaque(in, out, OPAQUE_MATCHES, false, "%s key %u", in->name, key);
	if (!register_read(given, keys->dreg_type, length, &out->dreg))
		return decode_malformed(in, out);
	out->kind = OP_ATTACHED;
	out->length = length;
	out->attached.kind = keys->kind;
	out->attached.key = key;
	return DECODED_OP;
}

static const enum attribute_form rt_shape[] = {[NFTA_RT_DREG] = FORM_U32, [NFTA_RT_KEY] = FORM_U32};

static enum decoded rt_decode(const struct expression *in, struct op *out)
{
	static const uint8_t lengths[] = {
		[NFT_RT_CLASSID] = 4, [NFT_RT_NEXTHOP4] = 4, [NFT_RT_NEXTHOP6] = 16,
		[NFT_RT_TCPMSS] = 2,  [NFT_RT_XFRM] = 1,
	};
	static const struct keys keys = {ATTACHED_ROUTE, lengths, COUNT(lengths), NFTA_RT_KEY, NFTA_RT_DREG};

	return attached_decode(in, &keys, out);
}

static const enum attribute_form socket_shape[] = {
	[NFTA_SOCKET_KEY] = FORM_U32,
	[NFTA_SOCKET_DREG] = FORM_U32,
	[NFTA_SOCKET_LEVEL] = FORM_U32,
};

static enum decoded socket_decode(const struct expression *in, struct op *out)
{
	static const uint8_t lengths[] = {
		[NFT_SOCKET_TRANSPARENT] = 1,
		[NFT_SOCKET_MARK] = 4,
		[NFT_SOCKET_WILDCARD] = 1,
		[NFT_SOCKET_CGROUPV2] = 8,
	};
	static const struct keys keys = {ATTACHED_SOCKET, lengths, COUNT(lengths), NFTA_SOCKET_KEY,
					 NFTA_SOCKET_DREG};
	enum decoded decoded = attached_decode(in, &keys, out);

	if (out->kind == OP_ATTACHED)
		out->attached.detail = attribute_u32(&in->attributes, NFTA_SOCKET_LEVEL);
	return decoded;
}

static const enum attribute_form osf_shape[] = {
	[NFTA_OSF_DREG] = FORM_U32,
	[NFTA_OSF_TTL] = FORM_U8,
	[NFTA_OSF_FLAGS] = FORM_U32,
};

static enum decoded osf_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t flags = attribute_u32(given, NFTA_OSF_FLAGS);

	if (!register_read(given, NFTA_OSF_DREG, OSF_NAME_BYTES, &out->dreg))
		return decode_malformed(in, out);
	if (flags & ~(uint32_t)NFT_OSF_F_VERSION)
		return decode_opaque(in, out, OPAQUE_MATCHES, false, "osf flags %#x", flags);
	out->kind = OP_ATTACHED;
	out->length = OSF_NAME_BYTES;
	out->attached.kind = ATTACHED_SYSTEM;
	out->attached.key = flags;
	out->attached.detail = attribute_u8(given, NFTA_OSF_TTL);
	return DECODED_OP;
}

static const enum attribute_form tunnel_shape[] = {
	[NFTA_TUNNEL_KEY] = FORM_U32,
	[NFTA_TUNNEL_DREG] = FORM_U32,
	[NFTA_TUNNEL_MODE] = FORM_U32,
};

static enum decoded tunnel_decode(const struct expression *in, struct op *out)
{
	static const uint8_t lengths[] = {[NFT_TUNNEL_PATH] = 1, [NFT_TUNNEL_ID] = 4};
	static const struct keys keys = {ATTACHED_TUNNEL, lengths, COUNT(lengths), NFTA_TUNNEL_KEY,
					 NFTA_TUNNEL_DREG};

	return attached_decode(in, &keys, out);
}

static const enum attribute_form xfrm_shape[] = {
	[NFTA_XFRM_DREG] = FORM_U32,
	[NFTA_XFRM_KEY] = FORM_U32,
	[NFTA_XFRM_DIR] = FORM_U8,
	[NFTA_XFRM_SPNUM] = FORM_U32,
};

static enum decoded xfrm_decode(const struct expression *in, struct op *out)
{
	static const uint8_t lengths[] = {
		[NFT_XFRM_KEY_DADDR_IP4] = 4,  [NFT_XFRM_KEY_DADDR_IP6] = 16, [NFT_XFRM_KEY_SADDR_IP4] = 4,
		[NFT_XFRM_KEY_SADDR_IP6] = 16, [NFT_XFRM_KEY_REQID] = 4,      [NFT_XFRM_KEY_SPI] = 4,
	};
	static const struct keys keys = {ATTACHED_IPSEC, lengths, COUNT(lengths), NFTA_XFRM_KEY,
					 NFTA_XFRM_DREG};
	uint8_t direction = attribute_u8(&in->attributes, NFTA_XFRM_DIR);
	enum decoded decoded;

	if (direction > XFRM_OUT)
		return decode_opaque(in, out, OPAQUE_MATCHES, false, "xfrm direction %u", direction);
	decoded = attached_decode(in, &keys, out);
	if (out->kind == OP_ATTACHED) {
		out->attached.detail = attribute_u32(&in->attributes, NFTA_XFRM_SPNUM);
		out->attached.outbound = direction == XFRM_OUT;
	}
	return decoded;
}

static const enum attribute_form numgen_shape[] = {
	[NFTA_NG_DREG] = FORM_U32,
	[NFTA_NG_MODULUS] = FORM_U32,
	[NFTA_NG_TYPE] = FORM_U32,
	[NFTA_NG_OFFSET] = FORM_U32,
};

/* The largest number has to be one (nft_ng_inc_init). */
static bool number_is_sound(uint32_t modulus, uint32_t offset)
{
	return modulus && offset + modulus - 1 >= offset;
}

static enum decoded number_put(const struct expression *in, enum number_source source, unsigned modulus,
			       unsigned offset, unsigned dreg, struct op *out)
{
	const struct attributes *given = &in->attributes;

	if (!register_read(given, dreg, sizeof(uint32_t), &out->dreg) ||
	    !number_is_sound(attribute_u32(given, modulus), attribute_u32(given, offset)))
		return decode_malformed(in, out);
	out->kind = OP_NUMBER;
	out->length = sizeof(uint32_t);
	out->number.source = source;
	out->number.modulus = attribute_u32(given, modulus);
	out->number.offset = attribute_u32(given, offset);
	return DECODED_OP;
}

static enum decoded numgen_decode(const struct expression *in, struct op *out)
{
	uint32_t type = attribute_u32(&in->attributes, NFTA_NG_TYPE);

	if (type > NFT_NG_RANDOM)
		return decode_opaque(in, out, OPAQUE_MATCHES, false, "numgen type %u", type);
	return number_put(in, type == NFT_NG_RANDOM ? NUMBER_RANDOM : NUMBER_IN_TURN, NFTA_NG_MODULUS,
			  NFTA_NG_OFFSET, NFTA_NG_DREG, out);
}

static const enum attribute_form hash_shape[] = {
	[NFTA_HASH_SREG] = FORM_U32,    [NFTA_HASH_DREG] = FORM_U32,      [NFTA_HASH_LEN] = FORM_U32,
	[NFTA_HASH_MODULUS] = FORM_U32, [NFTA_HASH_SEED] = FORM_U32,      [NFTA_HASH_OFFSET] = FORM_U32,
	[NFTA_HASH_TYPE] = FORM_U32,    [NFTA_HASH_SET_NAME] = FORM_TEXT, [NFTA_HASH_SET_ID] = FORM_U32,
};

static enum decoded hash_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	uint32_t type = attribute_u32(given, NFTA_HASH_TYPE), length = attribute_u32(given, NFTA_HASH_LEN);
	bool of_registers = type == NFT_HASH_JENKINS;

	if (type > NFT_HASH_SYM || attribute_has(given, NFTA_HASH_SET_NAME))
		return decode_opaque(in, out, OPAQUE_MATCHES, false, "hash type %u", type);
	if (of_registers && (!length || !register_read(given, NFTA_HASH_SREG, length, &out->sreg)))
		return decode_malformed(in, out);
	out->number.hashed = of_registers ? (uint8_t)length : 0;
	out->number.seeded = attribute_has(given, NFTA_HASH_SEED);
	out->number.seed = attribute_u32(given, NFTA_HASH_SEED);
	return number_put(in, of_registers ? NUMBER_HASH : NUMBER_FLOW_HASH, NFTA_HASH_MODULUS,
			  NFTA_HASH_OFFSET, NFTA_HASH_DREG, out);
}

static const struct expression_kind kinds[] = {
	{"rt", rt_shape, COUNT(rt_shape), rt_decode},
	{"socket", socket_shape, COUNT(socket_shape), socket_decode},
	{"osf", osf_shape, COUNT(osf_shape), osf_decode},
	{"tunnel", tunnel_shape, COUNT(tunnel_shape), tunnel_decode},
	{"xfrm", xfrm_shape, COUNT(xfrm_shape), xfrm_decode},
	{"numgen", numgen_shape, COUNT(numgen_shape), numgen_decode},
	{"hash", hash_shape, COUNT(hash_shape), hash_decode},
};

const struct expression_kinds attached_kinds = {kinds, COUNT(kinds)};
