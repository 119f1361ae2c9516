/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a list of expressions to operations. Knows the walk and the tables' rows; what a row means is in the
 * nft_decode_*.c files, and what nobody here understands is in nft_opaque.c.
 */
#include "nft_decode.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

enum { NESTING_LIMIT = 1 }; /* the expressions of a dynset or an element hold no others */

static const enum attribute_form expression_shape[] = {
	[NFTA_EXPR_NAME] = FORM_TEXT,
	[NFTA_EXPR_DATA] = FORM_NEST,
};
static const enum attribute_form data_shape[] = {
	[NFTA_DATA_VALUE] = FORM_BYTES, [NFTA_DATA_VERDICT] = FORM_NEST};
static const enum attribute_form verdict_shape[] = {
	[NFTA_VERDICT_CODE] = FORM_U32,
	[NFTA_VERDICT_CHAIN] = FORM_TEXT,
	[NFTA_VERDICT_CHAIN_ID] = FORM_U32,
};

bool register_read(const struct attributes *attributes, unsigned type, uint32_t length, uint8_t *out)
{
	uint32_t number = attribute_u32(attributes, type), offset;

	if (number >= NFT_REG_1 && number <= NFT_REG_4)
		offset = (number - NFT_REG_1) * NFT_REG_SIZE;
	else if (number >= NFT_REG32_00 && number <= NFT_REG32_15)
		offset = (number - NFT_REG32_00) * NFT_REG32_SIZE;
	else
		return false;
	if (length > NFT_REGISTER_BYTES || offset + length > NFT_REGISTER_BYTES)
		return false;
	*out = (uint8_t)offset;
	return true;
}

static bool is_clean(const struct attributes *attributes)
{
	return !attributes->malformed && !attributes->stranger;
}

bool data_value_read(const struct nlattr *nest, struct bytes *out)
{
	struct attributes data;
	size_t length;

	attributes_read_nest(nest, data_shape, COUNT(data_shape), &data);
	if (!is_clean(&data) || !attribute_has(&data, NFTA_DATA_VALUE))
		return false;
	length = attribute_length(data.at[NFTA_DATA_VALUE]);
	if (!length || length > NFT_REGISTER_BYTES)
		return false;
	*out = (struct bytes){.at = attribute_bytes(data.at[NFTA_DATA_VALUE]), .length = (uint8_t)length};
	return true;
}

/* Verdicts of netfilter are positive and carry more in their upper bits; those of nf_tables are negative. */
static bool verdict_code(int32_t code, enum nft_verdict_code *out)
{
	static const struct {
		int32_t code;
		enum nft_verdict_code verdict;
	} codes[] = {
		{0, VERDICT_DROP},          {1, VERDICT_ACCEPT},
		{3, VERDICT_QUEUE},         {NFT_CONTINUE, VERDICT_CONTINUE},
		{NFT_BREAK, VERDICT_BREAK}, {NFT_JUMP, VERDICT_JUMP},
		{NFT_GOTO, VERDICT_GOTO},   {NFT_RETURN, VERDICT_RETURN},
	};

	for (size_t i = 0; i < COUNT(codes); i++)
		if (codes[i].code == (code > 0 ? code & 0xff : code)) {
			*out = codes[i].verdict;
			return true;
		}
	return false;
}

bool data_verdict_read(const struct nlattr *nest, struct nft_verdict *out)
{
	struct attributes data, verdict;
	bool jumps;

	attributes_read_nest(nest, data_shape, COUNT(data_shape), &data);
	if (!is_clean(&data) || !attribute_has(&data, NFTA_DATA_VERDICT))
		return false;
	attributes_read_nest(data.at[NFTA_DATA_VERDICT], verdict_shape, COUNT(verdict_shape), &verdict);
	if (!is_clean(&verdict) || !attribute_has(&verdict, NFTA_VERDICT_CODE))
		return false;
	if (!verdict_code((int32_t)attribute_u32(&verdict, NFTA_VERDICT_CODE), &out->code))
		return false;
	out->chain_name = attribute_text(&verdict, NFTA_VERDICT_CHAIN);
	jumps = out->code == VERDICT_JUMP || out->code == VERDICT_GOTO;
	return jumps == (out->chain_name != NULL);
}

/* The first letter tells most of them apart without a call, and this is asked for every expression of every rule. */
static bool is_named(const struct expression_kind *kind, const char *name)
{
	return kind->name[0] == name[0] && !strcmp(kind->name, name);
}

static const struct expression_kind *kind_find(const char *name)
{
	const struct expression_kinds *const tables[] = {&load_kinds,   &test_kinds,     &effect_kinds,
							 &exthdr_kinds, &attached_kinds, &handover_kinds,
							 &object_kinds, &xt_kinds};

	for (size_t t = 0; t < COUNT(tables); t++)
		for (size_t i = 0; i < tables[t]->count; i++)
			if (is_named(&tables[t]->list[i], name))
				return &tables[t]->list[i];
	return NULL;
}

enum decoded decode_as(const struct expression_kind *kind, struct expression *in, struct op *out)
{
	attributes_read(in->raw, in->raw_length, kind->shape, kind->shape_count, &in->attributes);
	if (in->attributes.malformed)
		return decode_malformed(in, out);
	if (in->attributes.stranger)
		return decode_opaque(in, out, OPAQUE_DECIDES, true, "%s attribute %u", in->name,
				     in->attributes.stranger);
	return kind->decode(in, out);
}

enum decoded decode_expression(struct expression *in, struct op *out)
{
	const struct expression_kind *kind = kind_find(in->name);

	return kind ? decode_as(kind, in, out) : decode_foreign(in, out);
}

static int list_error(const struct decoding *where)
{
	return error_set(where->err, ERROR_SYSTEM, "the kernel's list of expressions is malformed");
}

static enum decoded nest_decode(struct decoding *where, const struct nlattr *nest, struct op_list *list,
				struct op *out)
{
	struct expression in; /* its attributes are read when its kind is known */
	struct attributes head;

	attributes_read_nest(nest, expression_shape, COUNT(expression_shape), &head);
	in.where = where;
	in.list = list;
	in.name = attribute_text(&head, NFTA_EXPR_NAME);
	if (head.malformed || !in.name) {
		list_error(where);
		return DECODED_FAILED;
	}
	in.raw = "";
	in.raw_length = 0;
	if (head.at[NFTA_EXPR_DATA]) {
		in.raw = attribute_bytes(head.at[NFTA_EXPR_DATA]);
		in.raw_length = attribute_length(head.at[NFTA_EXPR_DATA]);
	}
	if (head.stranger)
		return decode_opaque(&in, out, OPAQUE_DECIDES, true, "expression attribute %u",
				     head.stranger);
	return decode_expression(&in, out);
}

/* Adds what the expression becomes. */
static int member_decode(struct decoding *where, const struct nlattr *nest, struct op_list *list)
{
	struct op *out = op_list_next(list);

	if (!out)
		return -1;
	switch (nest_decode(where, nest, list, out)) {
	case DECODED_OP:
		list->count++;
		return 0;
	case DECODED_NOTHING:
		return 0;
	case DECODED_FAILED:
		return -1;
	}
	return -1;
}

/* A list with room for so many; when expressions become several operations it grows. */
static int list_start(const struct decoding *where, size_t room, struct op_list *out)
{
	*out = (struct op_list){
		.pool = where->pool, .err = where->err, .outside = where->outside, .room = room};
	out->at = pool_alloc(where->pool, room * sizeof(*out->at));
	return out->at ? 0 : error_memory(where->err);
}

/* How many members a list has; also makes sure that it is one. */
static int list_count(struct decoding *where, const void *bytes, size_t length, size_t *count)
{
	const struct nlattr *nest;
	size_t at = 0;

	*count = 0;
	while ((nest = attribute_next(bytes, length, &at))) {
		if (attribute_type(nest) != NFTA_LIST_ELEM)
			return list_error(where);
		++*count;
	}
	return at == length ? 0 : list_error(where);
}

static struct op stranger_op(const struct decoding *where)
{
	return (struct op){
		.kind = OP_OPAQUE,
		.opaque = {.name = where->stranger, .effect = OPAQUE_DECIDES, .uses_conntrack = true}};
}

int decode_list(struct decoding *where, const void *bytes, size_t length, struct op **ops, size_t *count)
{
	const struct nlattr *nest;
	struct op_list list;
	size_t at = 0, limit;

	*ops = NULL;
	*count = 0;
	if (where->depth > NESTING_LIMIT || list_count(where, bytes, length, &limit) < 0)
		return list_error(where);
	if (list_start(where, limit + 1, &list) < 0)
		return -1;
	if (where->stranger && !where->depth)
		op_list_add(&list, stranger_op(where));
	while ((nest = attribute_next(bytes, length, &at)))
		if (member_decode(where, nest, &list) < 0)
			return -1;
	*ops = list.at;
	*count = list.count;
	return 0;
}

int decode_single(struct decoding *where, const struct nlattr *nest, struct op **ops, size_t *count)
{
	struct op_list list;

	*ops = NULL;
	*count = 0;
	if (where->depth > NESTING_LIMIT)
		return list_error(where);
	if (list_start(where, 1, &list) < 0 || member_decode(where, nest, &list) < 0)
		return -1;
	*ops = list.at;
	*count = list.count;
	return 0;
}

int nft_decode_ops(const void *expressions, size_t length, struct pool *pool, struct op **ops, size_t *count,
		   struct error *err)
{
	struct decoding where = {.pool = pool, .err = err};
	const void *bytes = pool_copy(pool, expressions, length);

	*ops = NULL;
	*count = 0;
	if (!bytes)
		return error_memory(err);
	return decode_list(&where, bytes, length, ops, count);
}
