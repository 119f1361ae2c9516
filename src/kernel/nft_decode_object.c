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
	const char *expression; /* that has the same attributes, NULL none */
};

/* A connection gets its helper, timeout or security mark and goes on; an expectation is for others, which come later. */
static const struct object_kind objects[] = {
	[NFT_OBJECT_UNSPEC] = {"of no type", OPAQUE_DECIDES, true, NULL},
	[NFT_OBJECT_COUNTER] = {"counter", OPAQUE_PASSES, false, "counter"},
	[NFT_OBJECT_QUOTA] = {"quota", OPAQUE_MATCHES, false, "quota"},
	[NFT_OBJECT_CT_HELPER] = {"ct helper", OPAQUE_PASSES, true, NULL},
	[NFT_OBJECT_LIMIT] = {"limit", OPAQUE_MATCHES, false, "limit"},
	[NFT_OBJECT_CONNLIMIT] = {"ct count", OPAQUE_MATCHES, true, "connlimit"},
	[NFT_OBJECT_TUNNEL] = {"tunnel", OPAQUE_DECIDES, false, NULL},
	[NFT_OBJECT_CT_TIMEOUT] = {"ct timeout", OPAQUE_PASSES, true, NULL},
	[NFT_OBJECT_SECMARK] = {"secmark", OPAQUE_PASSES, false, NULL},
	[NFT_OBJECT_CT_EXPECT] = {"ct expectation", OPAQUE_MATCHES, true, NULL},
	[NFT_OBJECT_SYNPROXY] = {"synproxy", OPAQUE_DECIDES, true, NULL},
};

static enum decoded object_opaque(const struct expression *in, uint32_t type, struct op *out)
{
	const struct object_kind *kind = &objects[type];

	if (type >= COUNT(objects))
		return decode_opaque(in, out, OPAQUE_DECIDES, true, "objref type %u", type);
	return decode_opaque(in, out, kind->effect, kind->uses_conntrack, "objref %s", kind->name);
}

int decode_object(struct decoding *where, const struct nlattr *data, struct object *object)
{
	const char *expression = object->type < COUNT(objects) ? objects[object->type].expression : NULL;
	struct expression in = {
		.name = expression,
		.raw = data ? attribute_bytes(data) : "",
		.raw_length = data ? attribute_length(data) : 0,
		.where = where,
	};
	enum decoded decoded;

	if (where->stranger)
		decoded = decode_opaque(&in, &object->op, OPAQUE_DECIDES, true, "%s", where->stranger);
	else if (expression)
		decoded = decode_expression(&in, &object->op);
	else
		decoded = object_opaque(&in, object->type, &object->op);
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
