/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Operations as the kernel's expressions. */
#include "wire.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

static void put32(struct nlmsghdr *message, uint16_t type, uint32_t value)
{
	mnl_attr_put_u32(message, type, htonl(value));
}

/* Where both names of a register will do, loads use that of 16 bytes and what reads it the one of 4. */
static void put_register(struct nlmsghdr *message, uint16_t type, unsigned at, bool wide)
{
	put32(message, type, wide && at % 16 == 0 ? NFT_REG_1 + at / 16 : NFT_REG32_00 + at / 4);
}

void wire_value(struct nlmsghdr *message, uint16_t type, struct bytes value)
{
	struct nlattr *nest = mnl_attr_nest_start(message, type);

	mnl_attr_put(message, NFTA_DATA_VALUE, value.length, value.at);
	mnl_attr_nest_end(message, nest);
}

static uint32_t verdict_number(enum nft_verdict_code code)
{
	static const int32_t numbers[] = {
		[VERDICT_ACCEPT] = NF_ACCEPT,      [VERDICT_DROP] = NF_DROP,      [VERDICT_QUEUE] = NF_QUEUE,
		[VERDICT_CONTINUE] = NFT_CONTINUE, [VERDICT_BREAK] = NFT_BREAK,   [VERDICT_JUMP] = NFT_JUMP,
		[VERDICT_GOTO] = NFT_GOTO,         [VERDICT_RETURN] = NFT_RETURN,
	};

	return (uint32_t)numbers[code];
}

void wire_verdict(struct nlmsghdr *message, const struct nft_verdict *verdict)
{
	struct nlattr *nest = mnl_attr_nest_start(message, NFTA_DATA_VERDICT);

	put32(message, NFTA_VERDICT_CODE, verdict_number(verdict->code));
	if (verdict->chain_name)
		mnl_attr_put_strz(message, NFTA_VERDICT_CHAIN, verdict->chain_name);
	mnl_attr_nest_end(message, nest);
}

static void put_bitwise(struct nlmsghdr *message, const struct op *op)
{
	put_register(message, NFTA_BITWISE_SREG, op->sreg, false);
	put_register(message, NFTA_BITWISE_DREG, op->dreg, true);
	put32(message, NFTA_BITWISE_LEN, op->length);
	if (op->bitwise.op == BITWISE_BOOL) {
		wire_value(message, NFTA_BITWISE_MASK, op->bitwise.mask);
		wire_value(message, NFTA_BITWISE_XOR, op->bitwise.xor);
		return;
	}
	put32(message, NFTA_BITWISE_OP,
	      op->bitwise.op == BITWISE_LSHIFT ? NFT_BITWISE_LSHIFT : NFT_BITWISE_RSHIFT);
	wire_value(message, NFTA_BITWISE_DATA,
		   (struct bytes){(const uint8_t *)&op->bitwise.shift, sizeof(op->bitwise.shift)});
}

static void put_lookup(struct nlmsghdr *message, const struct op *op)
{
	mnl_attr_put_strz(message, NFTA_LOOKUP_SET, wire_set_name(op->lookup.set));
	if (wire_set_number(op->lookup.set))
		put32(message, NFTA_LOOKUP_SET_ID, wire_set_number(op->lookup.set));
	put_register(message, NFTA_LOOKUP_SREG, op->sreg, false);
	if (op_is_verdict_map(op))
		put32(message, NFTA_LOOKUP_DREG, NFT_REG_VERDICT);
	else if (op->lookup.map)
		put_register(message, NFTA_LOOKUP_DREG, op->dreg, true);
	if (op->invert)
		put32(message, NFTA_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
}

static void put_immediate(struct nlmsghdr *message, const struct op *op)
{
	struct nlattr *nest;

	if (op->kind == OP_IMMEDIATE) {
		put_register(message, NFTA_IMMEDIATE_DREG, op->dreg, true);
		wire_value(message, NFTA_IMMEDIATE_DATA, op->immediate);
		return;
	}
	put32(message, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	nest = mnl_attr_nest_start(message, NFTA_IMMEDIATE_DATA);
	wire_verdict(message, &op->verdict);
	mnl_attr_nest_end(message, nest);
}

static void put_key(struct nlmsghdr *message, const struct op *op)
{
	bool sets = op->kind == OP_META_SET || op->kind == OP_CT_SET;

	put32(message, NFTA_META_KEY, op->meta.key); /* the attributes of ct have the same numbers */
	if (sets)
		put_register(message, op->kind == OP_CT_SET ? NFTA_CT_SREG : NFTA_META_SREG, op->sreg, false);
	else
		put_register(message, NFTA_META_DREG, op->dreg, true);
	if (op->meta.direction >= 0)
		mnl_attr_put_u8(message, NFTA_CT_DIRECTION, (uint8_t)op->meta.direction);
}

static void put_payload(struct nlmsghdr *message, const struct op *op)
{
	put_register(message, NFTA_PAYLOAD_DREG, op->dreg, true);
	put32(message, NFTA_PAYLOAD_BASE, op->payload.base);
	put32(message, NFTA_PAYLOAD_OFFSET, op->payload.offset);
	put32(message, NFTA_PAYLOAD_LEN, op->length);
}

static void put_fib(struct nlmsghdr *message, const struct op *op)
{
	put_register(message, NFTA_FIB_DREG, op->dreg, true);
	put32(message, NFTA_FIB_RESULT, op->fib.result);
	put32(message, NFTA_FIB_FLAGS, op->fib.flags);
}

static void put_byteorder(struct nlmsghdr *message, const struct op *op)
{
	put_register(message, NFTA_BYTEORDER_SREG, op->sreg, false);
	put_register(message, NFTA_BYTEORDER_DREG, op->dreg, true);
	put32(message, NFTA_BYTEORDER_OP, op->byteorder.op);
	put32(message, NFTA_BYTEORDER_LEN, op->length);
	put32(message, NFTA_BYTEORDER_SIZE, op->byteorder.size);
}

static void put_cmp(struct nlmsghdr *message, const struct op *op)
{
	put_register(message, NFTA_CMP_SREG, op->sreg, false);
	put32(message, NFTA_CMP_OP, op->cmp.test);
	wire_value(message, NFTA_CMP_DATA, op->cmp.value);
}

static void put_range(struct nlmsghdr *message, const struct op *op)
{
	put_register(message, NFTA_RANGE_SREG, op->sreg, false);
	put32(message, NFTA_RANGE_OP, op->invert ? NFT_RANGE_NEQ : NFT_RANGE_EQ);
	wire_value(message, NFTA_RANGE_FROM_DATA, op->range.from);
	wire_value(message, NFTA_RANGE_TO_DATA, op->range.to);
}

static void put_reject(struct nlmsghdr *message, const struct op *op)
{
	put32(message, NFTA_REJECT_TYPE, op->reject.type);
	if (op->reject.type != NFT_REJECT_TCP_RST)
		mnl_attr_put_u8(message, NFTA_REJECT_ICMP_CODE, (uint8_t)op->reject.code);
}

static void put_nothing(struct nlmsghdr *message, const struct op *op)
{
	(void)message;
	(void)op;
}

typedef void put_function(struct nlmsghdr *message, const struct op *op);

/* What is not here is not drawn. */
static const struct {
	const char *name;
	put_function *put;
} expressions[] = {
	[OP_PAYLOAD] = {"payload", put_payload},
	[OP_META] = {"meta", put_key},
	[OP_CT] = {"ct", put_key},
	[OP_FIB] = {"fib", put_fib},
	[OP_IMMEDIATE] = {"immediate", put_immediate},
	[OP_BITWISE] = {"bitwise", put_bitwise},
	[OP_BYTEORDER] = {"byteorder", put_byteorder},
	[OP_CMP] = {"cmp", put_cmp},
	[OP_RANGE] = {"range", put_range},
	[OP_LOOKUP] = {"lookup", put_lookup},
	[OP_COUNTER] = {"counter", put_nothing},
	[OP_META_SET] = {"meta", put_key},
	[OP_CT_SET] = {"ct", put_key},
	[OP_NOTRACK] = {"notrack", put_nothing},
	[OP_VERDICT] = {"immediate", put_immediate},
	[OP_REJECT] = {"reject", put_reject},
	[OP_OPAQUE] = {NULL, NULL},
};

void wire_ops(struct nlmsghdr *message, uint16_t type, const struct op *ops, size_t count)
{
	struct nlattr *list = mnl_attr_nest_start(message, type);

	for (size_t i = 0; i < count; i++) {
		struct nlattr *element = mnl_attr_nest_start(message, NFTA_LIST_ELEM), *data;

		mnl_attr_put_strz(message, NFTA_EXPR_NAME, expressions[ops[i].kind].name);
		data = mnl_attr_nest_start(message, NFTA_EXPR_DATA);
		expressions[ops[i].kind].put(message, &ops[i]);
		mnl_attr_nest_end(message, data);
		mnl_attr_nest_end(message, element);
	}
	mnl_attr_nest_end(message, list);
}
