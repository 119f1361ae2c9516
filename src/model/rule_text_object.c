/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Named objects in a rule's text: one that the rule names, or a map of them.
 */
#include "rule_text_match.h"

#include <linux/netfilter/nf_tables.h>

/* What nft writes before the name, or before the key of a map. */
static const char *object_statement(uint32_t type)
{
	static const char *const statements[] = {
		[NFT_OBJECT_COUNTER] = "counter name",         [NFT_OBJECT_QUOTA] = "quota name",
		[NFT_OBJECT_CT_HELPER] = "ct helper set",      [NFT_OBJECT_LIMIT] = "limit name",
		[NFT_OBJECT_CONNLIMIT] = "ct count name",      [NFT_OBJECT_TUNNEL] = "tunnel name",
		[NFT_OBJECT_CT_TIMEOUT] = "ct timeout set",    [NFT_OBJECT_SECMARK] = "meta secmark set",
		[NFT_OBJECT_CT_EXPECT] = "ct expectation set", [NFT_OBJECT_SYNPROXY] = "synproxy name",
	};
	const char *statement = type < sizeof(statements) / sizeof(*statements) ? statements[type] : NULL;

	return statement ? statement : "object";
}

void object_text(const struct object *object, struct text *out)
{
	text_add(out, "%s ", object_statement(object->type));
	text_add_quoted(out, object->name);
}

void object_map_text(struct notation *in, const struct op *op)
{
	struct key_field fields[KEY_FIELD_LIMIT];
	size_t count = key_fields(in, op->sreg, op->length, fields);
	const struct set *set = op->lookup.set;

	text_add(in->out, "%s ", object_statement(set ? set->object_type : NFT_OBJECT_UNSPEC));
	key_text(in, op->sreg, op->length);
	text_add(in->out, " map ");
	set_text(set, op->lookup.set_name, fields, count, in->out);
}
