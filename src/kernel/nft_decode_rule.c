/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One rule message: handle, expressions, and the userdata in which nft keeps the comment and we keep our tag.
 */
#include "nft_decode.h"

#include <string.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

enum { USERDATA_COMMENT = 0, USERDATA_HEAD = 2 };

/* Those of requests are listed too: who writes messages reads them back with this. */
static const enum attribute_form rule_shape[] = {
	[NFTA_RULE_TABLE] = FORM_TEXT,       [NFTA_RULE_CHAIN] = FORM_TEXT,   [NFTA_RULE_HANDLE] = FORM_U64,
	[NFTA_RULE_EXPRESSIONS] = FORM_NEST, [NFTA_RULE_COMPAT] = FORM_NEST,  [NFTA_RULE_POSITION] = FORM_U64,
	[NFTA_RULE_USERDATA] = FORM_BYTES,   [NFTA_RULE_PAD] = FORM_BYTES,    [NFTA_RULE_ID] = FORM_U32,
	[NFTA_RULE_POSITION_ID] = FORM_U32,  [NFTA_RULE_CHAIN_ID] = FORM_U32,
};

/* One that is not a string that ends is none of nft's, and no comment. */
static int comment_take(const struct decoding *where, const uint8_t *text, size_t size, const char **comment)
{
	if (!size || memchr(text, '\0', size) != text + size - 1)
		return 0;
	*comment = pool_copy(where->pool, text, size);
	return *comment ? 0 : error_memory(where->err);
}

/* Userdata are {type, length, bytes}, one after the other, and the kernel never looks at them; what is cut off is left out. */
static int userdata_take(const struct decoding *where, const struct nlattr *userdata, const char **comment)
{
	const uint8_t *at = attribute_bytes(userdata);
	size_t length = attribute_length(userdata);

	while (length >= USERDATA_HEAD && at[1] <= length - USERDATA_HEAD) {
		size_t size = at[1];

		if (at[0] == USERDATA_COMMENT && comment_take(where, at + USERDATA_HEAD, size, comment) < 0)
			return -1;
		at += USERDATA_HEAD + size;
		length -= USERDATA_HEAD + size;
	}
	return 0;
}

static int expressions_take(struct decoding *where, const struct attributes *given, struct rule *out)
{
	const struct nlattr *list = given->at[NFTA_RULE_EXPRESSIONS];
	size_t length = list ? attribute_length(list) : 0;
	const void *bytes = pool_copy(where->pool, list ? attribute_bytes(list) : "", length);
	struct op *ops;

	if (!bytes)
		return error_memory(where->err);
	if (decode_list(where, bytes, length, &ops, &out->op_count) < 0)
		return -1;
	out->ops = ops;
	return 0;
}

/* An attribute of the rule that is not known stands before all its operations, since it may change what they mean. */
static int stranger_name(struct decoding *where, const struct attributes *given)
{
	if (!given->stranger)
		return 0;
	where->stranger = pool_format(where->pool, "rule attribute %u", given->stranger);
	return where->stranger ? 0 : error_memory(where->err);
}

int decode_rule(const struct decoding *around, const struct nlmsghdr *message, struct rule *out)
{
	const size_t head = NLMSG_LENGTH(sizeof(struct nfgenmsg));
	const struct nfgenmsg *about = NLMSG_DATA(message);
	struct decoding where = *around;
	struct attributes given;

	*out = (struct rule){0};
	if (message->nlmsg_len < head)
		return error_set(where.err, ERROR_SYSTEM, "the kernel's rule message is too short");
	where.family = about->nfgen_family;
	attributes_read((const uint8_t *)message + head, message->nlmsg_len - head, rule_shape,
			COUNT(rule_shape), &given);
	if (given.malformed)
		return error_set(where.err, ERROR_SYSTEM, "the kernel's rule message is malformed");
	out->handle = attribute_u64(&given, NFTA_RULE_HANDLE);
	if (stranger_name(&where, &given) < 0 || expressions_take(&where, &given, out) < 0 ||
	    (given.at[NFTA_RULE_USERDATA] &&
	     userdata_take(&where, given.at[NFTA_RULE_USERDATA], &out->comment) < 0))
		return -1;
	if (!out->comment)
		out->comment = where.comment;
	out->tag = comment_tag(out->comment);
	return 0;
}

int nft_decode_rule(const struct nlmsghdr *message, struct pool *pool, struct rule *out, struct error *err)
{
	const struct decoding around = {.pool = pool, .err = err};

	return decode_rule(&around, message, out);
}
