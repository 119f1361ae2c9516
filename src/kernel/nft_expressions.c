/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One writer per kind of operation. An operation without one is an error, never left out: a rule that says less than was
 * meant lets more through.
 */
#include "nft_expressions.h"

#include "xt_encode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

/* The longest value a register, and so libnftnl's copy of it, holds. */
enum { VALUE_LIMIT = NFT_DATA_VALUE_MAXLEN };

/* NFT_REG_1 to NFT_REG_4 where possible, as the kernel itself writes them; libnftnl and old kernels expect that too. */
static int register_put(struct nftnl_expr *expr, uint16_t attr, uint8_t offset, struct error *err)
{
	if (offset >= NFT_REGISTER_BYTES || offset % NFT_REG32_SIZE)
		return error_set(err, ERROR_SYSTEM,
				 "register byte %u is no register; allowed are multiples of %d below %d",
				 offset, NFT_REG32_SIZE, NFT_REGISTER_BYTES);
	/* The 32-bit setter stores in place and cannot fail; those of strings and data can. */
	if (offset % NFT_REG_SIZE == 0)
		nftnl_expr_set_u32(expr, attr, NFT_REG_1 + offset / NFT_REG_SIZE);
	else
		nftnl_expr_set_u32(expr, attr, NFT_REG32_00 + offset / NFT_REG32_SIZE);
	return 0;
}

static int data_put(struct nftnl_expr *expr, uint16_t attr, const uint8_t *at, uint8_t length,
		    struct error *err)
{
	if (length == 0 || length > VALUE_LIMIT)
		return error_set(err, ERROR_SYSTEM, "a value of %u bytes cannot be written, allowed are 1-%d",
				 length, VALUE_LIMIT);
	if (nftnl_expr_set(expr, attr, at, length) < 0)
		return error_memory(err);
	return 0;
}

static int value_put(struct nftnl_expr *expr, uint16_t attr, struct bytes value, struct error *err)
{
	return data_put(expr, attr, value.at, value.length, err);
}

static int text_put(struct nftnl_expr *expr, uint16_t attr, const char *text, struct error *err)
{
	return nftnl_expr_set_str(expr, attr, text) < 0 ? error_memory(err) : 0;
}

static int payload_write(const struct op *op, struct nftnl_expr *expr, struct error *err)
{
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_BASE, op->payload.base);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_OFFSET, op->payload.offset);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_LEN, op->length);
	return register_put(expr, NFTNL_EXPR_PAYLOAD_DREG, op->dreg, err);
}

static int meta_write(const struct op *op, struct nftnl_expr *expr, struct error *err)
{
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_KEY, op->meta.key);
	return register_put(expr, NFTNL_EXPR_META_DREG, op->dreg, err);
}

static int ct_write(const struct op *op, struct nftnl_expr *expr, struct error *err)
{
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CT_KEY, op->meta.key);
	if (op->meta.direction >= 0)
		nftnl_expr_set_u8(expr, NFTNL_EXPR_CT_DIR, (uint8_t)op->meta.direction);
	return register_put(expr, NFTNL_EXPR_CT_DREG, op->dreg, err);
}

static int fib_write(const struct op *op, struct nftnl_expr *expr, struct error *err)
{
	nftnl_expr_set_u32(expr, NFTNL_EXPR_FIB_FLAGS, op->fib.flags);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_FIB_RESULT, op->fib.result);
	return register_put(expr, NFTNL_EXPR_FIB_DREG, op->dreg, err);
}

static int immediate_write(const struct op *op, struct nftnl_expr *expr, struct error *err)
{
	if (register_put(expr, NFTNL_EXPR_IMM_DREG, op->dreg, err) < 0)
		return -1;
	return value_put(expr, NFTNL_EXPR_IMM_DATA, op->immediate, err);
}

static int bitwise_write(const struct op *op, struct nftnl_expr *expr, struct error *err)
{
	static const uint8_t zeros[VALUE_LIMIT];
	const struct bytes *mask = &op->bitwise.mask, *xor = &op->bitwise.xor ;

	if (op->bitwise.op != BITWISE_BOOL)
		return error_set(err, ERROR_SYSTEM, "shifts, and what two registers make, cannot be written");
	if (mask->length != op->length || (xor->length && xor->length != op->length))
		return error_set(err, ERROR_SYSTEM, "a mask of %u bytes does not fit a value of %u bytes",
				 mask->length, op->length);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BITWISE_LEN, op->length);
	if (register_put(expr, NFTNL_EXPR_BITWISE_SREG, op->sreg, err) < 0 ||
	    register_put(expr, NFTNL_EXPR_BITWISE_DREG, op->dreg, err) < 0 ||
	    value_put(expr, NFTNL_EXPR_BITWISE_MASK, *mask, err) < 0)
		return -1;
	return data_put(expr, NFTNL_EXPR_BITWISE_XOR, xor->length ? xor->at : zeros, op->length, err);
}

static int byteorder_write(const struct op *op, struct nftnl_expr *expr, struct error *err)
{
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BYTEORDER_OP, op->byteorder.op);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BYTEORDER_LEN, op->length);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_BYTEORDER_SIZE, op->byteorder.size);
	if (register_put(expr, NFTNL_EXPR_BYTEORDER_SREG, op->sreg, err) < 0)
		return -1;
	return register_put(expr, NFTNL_EXPR_BYTEORDER_DREG, op->dreg, err);
}

static int cmp_write(const struct op *op, struct nftnl_expr *expr, struct error *err)
{
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_OP, op->cmp.test);
	if (register_put(expr, NFTNL_EXPR_CMP_SREG, op->sreg, err) < 0)
		return -1;
	return value_put(expr, NFTNL_EXPR_CMP_DATA, op->cmp.value, err);
}

static int range_write(const struct op *op, struct nftnl_expr *expr, struct error *err)
{
	nftnl_expr_set_u32(expr, NFTNL_EXPR_RANGE_OP, op->invert ? NFT_RANGE_NEQ : NFT_RANGE_EQ);
	if (register_put(expr, NFTNL_EXPR_RANGE_SREG, op->sreg, err) < 0 ||
	    value_put(expr, NFTNL_EXPR_RANGE_FROM_DATA, op->range.from, err) < 0)
		return -1;
	return value_put(expr, NFTNL_EXPR_RANGE_TO_DATA, op->range.to, err);
}

static int lookup_write(const struct op *op, struct nftnl_expr *expr, struct error *err)
{
	if (op->lookup.map)
		return error_set(err, ERROR_SYSTEM, "a lookup in map %s cannot be written",
				 op->lookup.set_name);
	if (op->invert)
		nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
	if (register_put(expr, NFTNL_EXPR_LOOKUP_SREG, op->sreg, err) < 0)
		return -1;
	return text_put(expr, NFTNL_EXPR_LOOKUP_SET, op->lookup.set_name, err);
}

static int counter_write(const struct op *op, struct nftnl_expr *expr, struct error *err)
{
	(void)err;
	if (op->counter.packets || op->counter.bytes) {
		nftnl_expr_set_u64(expr, NFTNL_EXPR_CTR_PACKETS, op->counter.packets);
		nftnl_expr_set_u64(expr, NFTNL_EXPR_CTR_BYTES, op->counter.bytes);
	}
	return 0;
}

static const struct {
	int code;
	bool writable, names_chain;
} verdicts[] = {
	[VERDICT_ACCEPT] = {NF_ACCEPT, true, false}, [VERDICT_DROP] = {NF_DROP, true, false},
	[VERDICT_QUEUE] = {NF_QUEUE, false, false},  [VERDICT_CONTINUE] = {NFT_CONTINUE, true, false},
	[VERDICT_BREAK] = {NFT_BREAK, false, false}, [VERDICT_JUMP] = {NFT_JUMP, true, true},
	[VERDICT_GOTO] = {NFT_GOTO, true, true},     [VERDICT_RETURN] = {NFT_RETURN, true, false},
};

static int verdict_write(const struct op *op, struct nftnl_expr *expr, struct error *err)
{
	const struct nft_verdict *verdict = &op->verdict;

	if (!verdicts[verdict->code].writable)
		return error_set(err, ERROR_SYSTEM, "a queue or break verdict cannot be written");
	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_VERDICT, (uint32_t)verdicts[verdict->code].code);
	if (verdicts[verdict->code].names_chain)
		return text_put(expr, NFTNL_EXPR_IMM_CHAIN, verdict->chain_name, err);
	return 0;
}

typedef int expression_write(const struct op *op, struct nftnl_expr *expr, struct error *err);

/* `kernel` is the name of the expression; rows without a writer are for the sentence only. */
static const struct {
	const char *kernel;
	expression_write *write;
} writers[] = {
	[OP_PAYLOAD] = {"payload", payload_write},
	[OP_META] = {"meta", meta_write},
	[OP_CT] = {"ct", ct_write},
	[OP_FIB] = {"fib", fib_write},
	[OP_IMMEDIATE] = {"immediate", immediate_write},
	[OP_EXTHDR] = {"exthdr", NULL},
	[OP_ATTACHED] = {"rt or socket", NULL},
	[OP_NUMBER] = {"numgen or hash", NULL},
	[OP_BITWISE] = {"bitwise", bitwise_write},
	[OP_BYTEORDER] = {"byteorder", byteorder_write},
	[OP_CMP] = {"cmp", cmp_write},
	[OP_RANGE] = {"range", range_write},
	[OP_LOOKUP] = {"lookup", lookup_write},
	[OP_LIMIT] = {"limit", NULL},
	[OP_QUOTA] = {"quota", NULL},
	[OP_CONNLIMIT] = {"connlimit", NULL},
	[OP_COUNTER] = {"counter", counter_write},
	[OP_LOG] = {"log", NULL},
	[OP_META_SET] = {"meta set", NULL},
	[OP_CT_SET] = {"ct set", NULL},
	[OP_PAYLOAD_SET] = {"payload set", NULL},
	[OP_OPTION_SET] = {"exthdr set", NULL},
	[OP_ASIDE] = {"dup or last", NULL},
	[OP_HANDOVER] = {"queue or proxy", NULL},
	[OP_NOTRACK] = {"notrack", NULL},
	[OP_DYNSET] = {"dynset", NULL},
	[OP_VERDICT] = {"immediate", verdict_write},
	[OP_REJECT] = {"reject", NULL},
	[OP_NAT] = {"nat", NULL},
	[OP_OPAQUE] = {"opaque", NULL},
};

static bool looks_in_fresh(const struct op *op, struct fresh_set fresh)
{
	if (op->kind != OP_LOOKUP || !fresh.set)
		return false;
	return op->lookup.set == fresh.set ||
	       (!op->lookup.set && strcmp(op->lookup.set_name, fresh.set->name) == 0);
}

static int expression_fill(struct nftnl_expr *expr, const struct op *op, struct fresh_set fresh,
			   struct error *err)
{
	struct op by_id = *op;

	if (!looks_in_fresh(op, fresh))
		return writers[op->kind].write(op, expr, err);
	by_id.lookup.set_name = ANONYMOUS_SET_NAME;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_LOOKUP_SET_ID, fresh.id);
	return lookup_write(&by_id, expr, err);
}

static int expression_add(struct nftnl_rule *out, const struct op *op, struct fresh_set fresh,
			  struct error *err)
{
	struct nftnl_expr *expr;

	if (!writers[op->kind].write)
		return error_set(err, ERROR_SYSTEM, "\"%s\" is not an operation that fwport writes",
				 writers[op->kind].kernel);
	expr = nftnl_expr_alloc(writers[op->kind].kernel);
	if (!expr)
		return error_memory(err);
	if (expression_fill(expr, op, fresh, err) < 0) {
		nftnl_expr_free(expr);
		return -1;
	}
	nftnl_rule_add_expr(out, expr);
	return 0;
}

/* libnftnl takes the struct over. */
static int match_put(struct nftnl_rule *out, const struct xt_match *match, struct error *err)
{
	struct nftnl_expr *expr = nftnl_expr_alloc("match");
	void *info = calloc(1, match->size);

	if (!expr || !info || nftnl_expr_set_str(expr, NFTNL_EXPR_MT_NAME, match->name) < 0) {
		if (expr)
			nftnl_expr_free(expr);
		free(info);
		return error_memory(err);
	}
	memcpy(info, &match->info, match->size < sizeof(match->info) ? match->size : sizeof(match->info));
	nftnl_expr_set_u32(expr, NFTNL_EXPR_MT_REV, match->revision);
	nftnl_expr_set(expr, NFTNL_EXPR_MT_INFO, info, (uint32_t)match->size);
	nftnl_rule_add_expr(out, expr);
	return 0;
}

/* What an operation of x_tables begins; *used: how many belong to it. */
static int match_add(struct nftnl_rule *out, const struct op *ops, size_t count, size_t *used,
		     struct error *err)
{
	struct xt_match match;

	if (xt_match_encode(ops, count, &match, err) < 0)
		return -1;
	if (!match.op_count)
		return error_set(err, ERROR_SYSTEM, "\"%s\" is not part of a match that fwport writes",
				 writers[ops->kind].kernel);
	*used = match.op_count;
	return match_put(out, &match, err);
}

/* The protocol that all packets of the rule are of; 0 when it asks for none. */
static uint8_t rule_protocol(const struct rule *rule)
{
	for (size_t i = 0; i + 1 < rule->op_count; i++) {
		const struct op *load = &rule->ops[i], *test = load + 1;

		if (load->kind == OP_META && load->meta.key == NFT_META_L4PROTO && test->kind == OP_CMP &&
		    test->cmp.test == NFT_CMP_EQ && test->cmp.value.length == 1)
			return test->cmp.value.at[0];
	}
	return 0;
}

/* Matches like multiport take packets of a protocol that their rule names, and the kernel wants to be told once more. */
static void protocol_tell(struct nftnl_rule *out, const struct rule *rule)
{
	nftnl_rule_set_u32(out, NFTNL_RULE_COMPAT_PROTO, rule_protocol(rule));
	nftnl_rule_set_u32(out, NFTNL_RULE_COMPAT_FLAGS, 0);
}

int expressions_add(struct nftnl_rule *out, const struct rule *rule, struct fresh_set fresh,
		    struct error *err)
{
	size_t used;

	for (size_t i = 0; i < rule->op_count; i += used) {
		const struct op *op = &rule->ops[i];

		used = 1;
		if (!op_is_of_xt(op)) {
			if (expression_add(out, op, fresh, err) < 0)
				return -1;
			continue;
		}
		if (match_add(out, op, rule->op_count - i, &used, err) < 0)
			return -1;
		protocol_tell(out, rule);
	}
	return 0;
}
