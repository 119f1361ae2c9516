/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Named objects, and the expression that refers to them: by name, or by a map whose elements name them. An object does what an
 * expression of its own would do, so its content is read as one; who refers to which is found in nft_resolve.c.
 */
#include "nft_decode.h"

#include <linux/netfilter/nf_tables.h>

struct object_kind {
	const char *name;
	enum opaque_effect effect; /* as long as no more is known than its kind */
	bool uses_conntrack;
	const char *expression;                /* that has the same attributes, NULL none */
	const struct expression_kind *content; /* else how its own are read */
};

static enum decoded helper_decode(const struct expression *in, struct op *out)
{
	(void)in;
	out->kind = OP_ASIDE;
	out->aside.kind = ASIDE_CONNECTION;
	return DECODED_OP;
}

static enum decoded expectation_decode(const struct expression *in, struct op *out)
{
	(void)in;
	out->kind = OP_ASIDE;
	out->aside.kind = ASIDE_EXPECTATION;
	return DECODED_OP;
}

static enum decoded secmark_decode(const struct expression *in, struct op *out)
{
	(void)in;
	out->kind = OP_ASIDE;
	out->aside.kind = ASIDE_SECMARK;
	return DECODED_OP;
}

static const enum attribute_form helper_shape[] = {
	[NFTA_CT_HELPER_NAME] = FORM_TEXT,
	[NFTA_CT_HELPER_L3PROTO] = FORM_U16,
	[NFTA_CT_HELPER_L4PROTO] = FORM_U8,
};
static const enum attribute_form timeout_shape[] = {
	[NFTA_CT_TIMEOUT_L3PROTO] = FORM_U16,
	[NFTA_CT_TIMEOUT_L4PROTO] = FORM_U8,
	[NFTA_CT_TIMEOUT_DATA] = FORM_NEST,
};
static const enum attribute_form expectation_shape[] = {
	[NFTA_CT_EXPECT_L3PROTO] = FORM_U16, [NFTA_CT_EXPECT_L4PROTO] = FORM_U8,
	[NFTA_CT_EXPECT_DPORT] = FORM_U16,   [NFTA_CT_EXPECT_TIMEOUT] = FORM_U32,
	[NFTA_CT_EXPECT_SIZE] = FORM_U8,
};
static const enum attribute_form secmark_shape[] = {[NFTA_SECMARK_CTX] = FORM_TEXT};

static const struct expression_kind helper = {"ct helper", helper_shape, COUNT(helper_shape), helper_decode};
static const struct expression_kind timeout = {"ct timeout", timeout_shape, COUNT(timeout_shape),
					       helper_decode};
static const struct expression_kind expectation = {"ct expectation", expectation_shape,
						   COUNT(expectation_shape), expectation_decode};
static const struct expression_kind secmark = {"secmark", secmark_shape, COUNT(secmark_shape),
					       secmark_decode};

/* A connection gets its helper, timeout or security mark and goes on; an expectation is for others, which come later. */
static const struct object_kind objects[] = {
	[NFT_OBJECT_UNSPEC] = {"of no type", OPAQUE_DECIDES, true, NULL, NULL},
	[NFT_OBJECT_COUNTER] = {"counter", OPAQUE_PASSES, false, "counter", NULL},
	[NFT_OBJECT_QUOTA] = {"quota", OPAQUE_MATCHES, false, "quota", NULL},
	[NFT_OBJECT_CT_HELPER] = {"ct helper", OPAQUE_PASSES, true, NULL, &helper},
	[NFT_OBJECT_LIMIT] = {"limit", OPAQUE_MATCHES, false, "limit", NULL},
	[NFT_OBJECT_CONNLIMIT] = {"ct count", OPAQUE_MATCHES, true, "connlimit", NULL},
	[NFT_OBJECT_TUNNEL] = {"tunnel", OPAQUE_DECIDES, false, NULL, NULL},
	[NFT_OBJECT_CT_TIMEOUT] = {"ct timeout", OPAQUE_PASSES, true, NULL, &timeout},
	[NFT_OBJECT_SECMARK] = {"secmark", OPAQUE_PASSES, false, NULL, &secmark},
	[NFT_OBJECT_CT_EXPECT] = {"ct expectation", OPAQUE_MATCHES, true, NULL, &expectation},
	[NFT_OBJECT_SYNPROXY] = {"synproxy", OPAQUE_DECIDES, true, "synproxy", NULL},
};

static enum decoded object_opaque(const struct expression *in, uint32_t type, struct op *out)
{
	if (type >= COUNT(objects))
		return decode_opaque(in, out, OPAQUE_DECIDES, true, "objref type %u", type);
	return decode_opaque(in, out, objects[type].effect, objects[type].uses_conntrack, "objref %s",
			     objects[type].name);
}

static enum decoded content_decode(struct decoding *where, uint32_t type, struct expression *in,
				   struct op *out)
{
	const struct object_kind *kind = type < COUNT(objects) ? &objects[type] : NULL;

	if (where->stranger)
		return decode_opaque(in, out, OPAQUE_DECIDES, true, "%s", where->stranger);
	if (kind && kind->content)
		return decode_as(kind->content, in, out);
	if (!kind || !kind->expression)
		return object_opaque(in, type, out);
	in->name = kind->expression;
	return decode_expression(in, out);
}

int decode_object(struct decoding *where, const struct nlattr *data, struct object *object)
{
	struct expression in = {
		.name = "object",
		.raw = data ? attribute_bytes(data) : "",
		.raw_length = data ? attribute_length(data) : 0,
		.where = where,
	};
	enum decoded decoded = content_decode(where, object->type, &in, &object->op);

	object->op.object = object;
	return decoded == DECODED_FAILED ? -1 : 0;
}

static const enum attribute_form objref_shape[] = {
	[NFTA_OBJREF_IMM_TYPE] = FORM_U32, [NFTA_OBJREF_IMM_NAME] = FORM_TEXT,
	[NFTA_OBJREF_SET_SREG] = FORM_U32, [NFTA_OBJREF_SET_NAME] = FORM_TEXT,
	[NFTA_OBJREF_SET_ID] = FORM_U32,
};

static enum decoded objref_by_map(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;

	if (!attribute_has(given, NFTA_OBJREF_SET_SREG) ||
	    !register_read(given, NFTA_OBJREF_SET_SREG, 1, &out->sreg))
		return decode_malformed(in, out);
	out->kind = OP_LOOKUP;
	out->lookup.set_name = attribute_text(given, NFTA_OBJREF_SET_NAME);
	out->lookup.objects = true;
	return DECODED_OP;
}

static enum decoded objref_decode(const struct expression *in, struct op *out)
{
	const struct attributes *given = &in->attributes;
	enum decoded decoded;

	if (attribute_has(given, NFTA_OBJREF_SET_NAME))
		return objref_by_map(in, out);
	if (!attribute_has(given, NFTA_OBJREF_IMM_TYPE) || !attribute_has(given, NFTA_OBJREF_IMM_NAME))
		return decode_malformed(in, out);
	decoded = object_opaque(in, attribute_u32(given, NFTA_OBJREF_IMM_TYPE), out);
	out->opaque.object_name = attribute_text(given, NFTA_OBJREF_IMM_NAME);
	out->opaque.object_type = attribute_u32(given, NFTA_OBJREF_IMM_TYPE);
	return decoded;
}

static const struct expression_kind kinds[] = {
	{"objref", objref_shape, COUNT(objref_shape), objref_decode},
};

const struct expression_kinds object_kinds = {kinds, COUNT(kinds)};
