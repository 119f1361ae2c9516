/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decoder on bytecode built by hand: each operation, attributes that nobody knows yet, and bytes that are nonsense.
 */
#include "fwport/nft_read.h"
#include "fwport/port.h"

#include <endian.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/xt_LOG.h>
#include <linux/netfilter/xt_NFLOG.h>
#include <libmnl/libmnl.h>
#include <stdio.h>
#include <string.h>
#include "cmocka_all.h"

enum { STRANGE_ATTRIBUTE = 19 };

static _Alignas(8) uint8_t buffer[8192];
static struct nlmsghdr *message;
static struct nlattr *list, *element, *data;
static struct pool pool;
static struct op *ops;
static size_t count;
static struct error err;

static int start_family(uint8_t family)
{
	struct nfgenmsg *about;

	pool_free(&pool);
	memset(buffer, 0, sizeof(buffer));
	message = mnl_nlmsg_put_header(buffer);
	message->nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWRULE;
	about = mnl_nlmsg_put_extra_header(message, sizeof(*about));
	about->nfgen_family = family;
	list = mnl_attr_nest_start(message, NFTA_RULE_EXPRESSIONS);
	return 0;
}

static int start(void **state)
{
	(void)state;
	return start_family(NFPROTO_INET);
}

static int end(void **state)
{
	(void)state;
	pool_free(&pool);
	return 0;
}

static void expression(const char *name)
{
	element = mnl_attr_nest_start(message, NFTA_LIST_ELEM);
	mnl_attr_put_strz(message, NFTA_EXPR_NAME, name);
	data = mnl_attr_nest_start(message, NFTA_EXPR_DATA);
}

static void expression_end(void)
{
	mnl_attr_nest_end(message, data);
	mnl_attr_nest_end(message, element);
}

static void u32(uint16_t type, uint32_t value)
{
	mnl_attr_put_u32(message, type, htobe32(value));
}

static void u64(uint16_t type, uint64_t value)
{
	mnl_attr_put_u64(message, type, htobe64(value));
}

static void value(uint16_t type, const void *bytes, size_t length)
{
	struct nlattr *nest = mnl_attr_nest_start(message, type);

	mnl_attr_put(message, NFTA_DATA_VALUE, length, bytes);
	mnl_attr_nest_end(message, nest);
}

static void verdict(uint16_t type, int32_t code, const char *chain)
{
	struct nlattr *nest = mnl_attr_nest_start(message, type);
	struct nlattr *inner = mnl_attr_nest_start(message, NFTA_DATA_VERDICT);

	u32(NFTA_VERDICT_CODE, (uint32_t)code);
	if (chain)
		mnl_attr_put_strz(message, NFTA_VERDICT_CHAIN, chain);
	mnl_attr_nest_end(message, inner);
	mnl_attr_nest_end(message, nest);
}

static void decode(void)
{
	expression_end();
	mnl_attr_nest_end(message, list);
	assert_int_equal(nft_decode_ops(mnl_attr_get_payload(list), mnl_attr_get_payload_len(list), &pool,
					&ops, &count, &err),
			 0);
}

static const struct op *decoded(enum op_kind kind)
{
	decode();
	assert_int_equal(count, 1);
	assert_int_equal(ops[0].kind, kind);
	return &ops[0];
}

static void assert_opaque(const char *name, enum opaque_effect effect)
{
	const struct op *op = decoded(OP_OPAQUE);

	assert_string_equal(op->opaque.name, name);
	assert_int_equal(op->opaque.effect, effect);
}

static void assert_bytes(struct bytes bytes, const char *expected, size_t length)
{
	assert_int_equal(bytes.length, length);
	assert_memory_equal(bytes.at, expected, length);
}

static void payload(uint32_t reg, uint32_t base, uint32_t offset, uint32_t length)
{
	expression("payload");
	u32(NFTA_PAYLOAD_DREG, reg);
	u32(NFTA_PAYLOAD_BASE, base);
	u32(NFTA_PAYLOAD_OFFSET, offset);
	u32(NFTA_PAYLOAD_LEN, length);
}

static void test_payload_load_is_read(void **state)
{
	const struct op *op;

	(void)state;
	payload(NFT_REG_2, NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2);
	op = decoded(OP_PAYLOAD);
	assert_int_equal(op->dreg, 16);
	assert_int_equal(op->length, 2);
	assert_int_equal(op->payload.base, NFT_PAYLOAD_TRANSPORT_HEADER);
	assert_int_equal(op->payload.offset, 2);
}

static void test_small_registers_are_four_bytes_apart(void **state)
{
	(void)state;
	payload(NFT_REG32_15, NFT_PAYLOAD_NETWORK_HEADER, 12, 4);
	assert_int_equal(decoded(OP_PAYLOAD)->dreg, 60);
}

static void test_load_past_the_last_register_is_opaque(void **state)
{
	(void)state;
	payload(NFT_REG32_15, NFT_PAYLOAD_NETWORK_HEADER, 8, 5);
	assert_opaque("malformed payload", OPAQUE_DECIDES);
}

static void test_register_that_does_not_exist_is_opaque(void **state)
{
	(void)state;
	payload(NFT_REG32_15 + 1, NFT_PAYLOAD_NETWORK_HEADER, 8, 4);
	assert_opaque("malformed payload", OPAQUE_DECIDES);
}

static void test_payload_set(void **state)
{
	const struct op *op;

	(void)state;
	expression("payload");
	u32(NFTA_PAYLOAD_SREG, NFT_REG_2);
	u32(NFTA_PAYLOAD_BASE, NFT_PAYLOAD_NETWORK_HEADER);
	u32(NFTA_PAYLOAD_OFFSET, 1);
	u32(NFTA_PAYLOAD_LEN, 1);
	u32(NFTA_PAYLOAD_CSUM_TYPE, NFT_PAYLOAD_CSUM_INET);
	op = decoded(OP_PAYLOAD_SET);
	assert_int_equal(op->sreg, 16);
	assert_int_equal(op->payload.offset, 1);
}

static void test_option_set_and_stripped(void **state)
{
	const struct op *op;

	(void)state;
	expression("exthdr");
	u32(NFTA_EXTHDR_SREG, NFT_REG_2);
	mnl_attr_put_u8(message, NFTA_EXTHDR_TYPE, 2);
	u32(NFTA_EXTHDR_OFFSET, 2);
	u32(NFTA_EXTHDR_LEN, 2);
	u32(NFTA_EXTHDR_OP, NFT_EXTHDR_OP_TCPOPT);
	op = decoded(OP_OPTION_SET);
	assert_int_equal(op->sreg, 16);
	assert_false(op->exthdr.present);
	start(NULL);
	expression("exthdr");
	mnl_attr_put_u8(message, NFTA_EXTHDR_TYPE, 4);
	u32(NFTA_EXTHDR_OP, NFT_EXTHDR_OP_TCPOPT);
	assert_true(decoded(OP_OPTION_SET)->exthdr.present);
}

static void test_queue(void **state)
{
	const struct op *op;

	(void)state;
	expression("queue");
	mnl_attr_put_u16(message, NFTA_QUEUE_NUM, htobe16(1));
	mnl_attr_put_u16(message, NFTA_QUEUE_TOTAL, htobe16(3));
	mnl_attr_put_u16(message, NFTA_QUEUE_FLAGS, htobe16(NFT_QUEUE_FLAG_BYPASS));
	op = decoded(OP_HANDOVER);
	assert_int_equal(op->handover.kind, HANDOVER_QUEUE);
	assert_int_equal(op->handover.number, 1);
	assert_int_equal(op->handover.total, 3);
	assert_int_equal(op->handover.port, -1);
}

static void test_tproxy(void **state)
{
	const struct op *op;

	(void)state;
	expression("tproxy");
	u32(NFTA_TPROXY_FAMILY, NFPROTO_IPV4);
	u32(NFTA_TPROXY_REG_PORT, NFT_REG_2);
	op = decoded(OP_HANDOVER);
	assert_int_equal(op->handover.kind, HANDOVER_SOCKET);
	assert_int_equal(op->handover.family, NFPROTO_IPV4);
	assert_int_equal(op->handover.port, 16);
	assert_int_equal(op->handover.address, -1);
	start(NULL);
	expression("tproxy");
	assert_opaque("malformed tproxy", OPAQUE_DECIDES);
}

static void test_synproxy(void **state)
{
	const struct op *op;

	(void)state;
	expression("synproxy");
	mnl_attr_put_u16(message, NFTA_SYNPROXY_MSS, htobe16(1460));
	mnl_attr_put_u8(message, NFTA_SYNPROXY_WSCALE, 7);
	u32(NFTA_SYNPROXY_FLAGS, 3);
	op = decoded(OP_HANDOVER);
	assert_int_equal(op->handover.kind, HANDOVER_SYNPROXY);
	assert_int_equal(op->handover.number, 1460);
	assert_int_equal(op->handover.total, 7);
	assert_true(op_uses_conntrack(op));
}

static void test_fwd_and_dup(void **state)
{
	(void)state;
	expression("fwd");
	u32(NFTA_FWD_SREG_DEV, NFT_REG_1);
	assert_int_equal(decoded(OP_HANDOVER)->handover.kind, HANDOVER_DEVICE);
	start(NULL);
	expression("dup");
	u32(NFTA_DUP_SREG_ADDR, NFT_REG_1);
	assert_int_equal(decoded(OP_ASIDE)->aside.kind, ASIDE_COPY);
}

static void test_notes(void **state)
{
	(void)state;
	expression("last");
	u32(NFTA_LAST_SET, 0);
	assert_int_equal(decoded(OP_ASIDE)->aside.kind, ASIDE_LAST);
	start(NULL);
	expression("flow_offload");
	mnl_attr_put_strz(message, NFTA_FLOW_TABLE_NAME, "fast");
	assert_int_equal(decoded(OP_ASIDE)->aside.kind, ASIDE_FLOWTABLE);
	assert_true(op_uses_conntrack(&ops[0]));
}

static void test_attribute_nobody_knows_makes_the_expression_opaque(void **state)
{
	(void)state;
	payload(NFT_REG_1, NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2);
	u32(STRANGE_ATTRIBUTE, 1);
	assert_opaque("payload attribute 19", OPAQUE_DECIDES);
}

static void test_attribute_beyond_all_tables_makes_the_expression_opaque(void **state)
{
	(void)state;
	expression("counter");
	u64(NFTA_COUNTER_PACKETS, 1);
	u32(300, 1);
	assert_opaque("counter attribute 300", OPAQUE_DECIDES);
}

static void test_attribute_of_wrong_length_makes_the_expression_opaque(void **state)
{
	(void)state;
	expression("meta");
	u32(NFTA_META_DREG, NFT_REG_1);
	mnl_attr_put_u16(message, NFTA_META_KEY, htobe16(NFT_META_MARK));
	assert_opaque("malformed meta", OPAQUE_DECIDES);
}

static void test_attribute_given_twice_makes_the_expression_opaque(void **state)
{
	(void)state;
	expression("meta");
	u32(NFTA_META_DREG, NFT_REG_1);
	u32(NFTA_META_KEY, NFT_META_MARK);
	u32(NFTA_META_KEY, NFT_META_LEN);
	assert_opaque("malformed meta", OPAQUE_DECIDES);
}

static void test_meta_load_has_the_length_of_its_key(void **state)
{
	const struct op *op;

	(void)state;
	expression("meta");
	u32(NFTA_META_DREG, NFT_REG_1);
	u32(NFTA_META_KEY, NFT_META_IIFNAME);
	op = decoded(OP_META);
	assert_int_equal(op->length, 16);
	assert_int_equal(op->meta.key, NFT_META_IIFNAME);
	assert_int_equal(op->meta.direction, -1);
}

static void test_meta_set_reads_its_register(void **state)
{
	const struct op *op;

	(void)state;
	expression("meta");
	u32(NFTA_META_SREG, NFT_REG_3);
	u32(NFTA_META_KEY, NFT_META_MARK);
	op = decoded(OP_META_SET);
	assert_int_equal(op->sreg, 32);
	assert_int_equal(op->length, 4);
}

static void test_meta_key_nobody_knows_is_an_opaque_match(void **state)
{
	(void)state;
	expression("meta");
	u32(NFTA_META_DREG, NFT_REG_1);
	u32(NFTA_META_KEY, 77);
	assert_opaque("meta key 77", OPAQUE_MATCHES);
}

static void test_ct_load_with_a_direction(void **state)
{
	const struct op *op;

	(void)state;
	expression("ct");
	u32(NFTA_CT_DREG, NFT_REG_1);
	u32(NFTA_CT_KEY, NFT_CT_PROTO_DST);
	mnl_attr_put_u8(message, NFTA_CT_DIRECTION, 1);
	op = decoded(OP_CT);
	assert_int_equal(op->length, 2);
	assert_int_equal(op->meta.key, NFT_CT_PROTO_DST);
	assert_int_equal(op->meta.direction, 1);
}

static void test_ct_set(void **state)
{
	(void)state;
	expression("ct");
	u32(NFTA_CT_SREG, NFT_REG_1);
	u32(NFTA_CT_KEY, NFT_CT_MARK);
	assert_int_equal(decoded(OP_CT_SET)->meta.key, NFT_CT_MARK);
}

static void test_ct_key_nobody_knows_uses_conntrack(void **state)
{
	(void)state;
	expression("ct");
	u32(NFTA_CT_DREG, NFT_REG_1);
	u32(NFTA_CT_KEY, 99);
	assert_opaque("ct key 99", OPAQUE_MATCHES);
	assert_true(ops[0].opaque.uses_conntrack);
}

static void ct_address_rule(uint8_t family, struct rule *rule)
{
	start_family(family);
	expression("ct");
	u32(NFTA_CT_DREG, NFT_REG_1);
	u32(NFTA_CT_KEY, NFT_CT_SRC);
	mnl_attr_put_u8(message, NFTA_CT_DIRECTION, 0);
	expression_end();
	mnl_attr_nest_end(message, list);
	assert_int_equal(nft_decode_rule(message, &pool, rule, &err), 0);
	assert_int_equal(rule->op_count, 1);
}

static void test_ct_address_is_as_long_as_the_tables_family_says(void **state)
{
	struct rule rule;

	(void)state;
	ct_address_rule(NFPROTO_IPV4, &rule);
	assert_int_equal(rule.ops[0].length, 4);
	ct_address_rule(NFPROTO_INET, &rule);
	assert_int_equal(rule.ops[0].length, 16);
	ct_address_rule(NFPROTO_BRIDGE, &rule);
	assert_string_equal(rule.ops[0].opaque.name, "ct key 8");
}

static void test_fib(void **state)
{
	const struct op *op;

	(void)state;
	expression("fib");
	u32(NFTA_FIB_DREG, NFT_REG_1);
	u32(NFTA_FIB_RESULT, NFT_FIB_RESULT_ADDRTYPE);
	u32(NFTA_FIB_FLAGS, NFTA_FIB_F_DADDR);
	op = decoded(OP_FIB);
	assert_int_equal(op->fib.result, NFT_FIB_RESULT_ADDRTYPE);
	assert_int_equal(op->fib.flags, NFTA_FIB_F_DADDR);
	assert_int_equal(op->length, 4);
}

static void test_fib_presence_is_one_byte(void **state)
{
	(void)state;
	expression("fib");
	u32(NFTA_FIB_DREG, NFT_REG_1);
	u32(NFTA_FIB_RESULT, NFT_FIB_RESULT_OIF);
	u32(NFTA_FIB_FLAGS, NFTA_FIB_F_SADDR | NFTA_FIB_F_IIF | NFTA_FIB_F_PRESENT);
	assert_int_equal(decoded(OP_FIB)->length, 1);
}

static void test_cmp(void **state)
{
	const struct op *op;

	(void)state;
	expression("cmp");
	u32(NFTA_CMP_SREG, NFT_REG32_01);
	u32(NFTA_CMP_OP, NFT_CMP_NEQ);
	value(NFTA_CMP_DATA, "\x01\xbb", 2);
	op = decoded(OP_CMP);
	assert_int_equal(op->sreg, 4);
	assert_int_equal(op->length, 2);
	assert_int_equal(op->cmp.test, NFT_CMP_NEQ);
	assert_bytes(op->cmp.value, "\x01\xbb", 2);
}

static void test_cmp_without_a_value_is_opaque(void **state)
{
	(void)state;
	expression("cmp");
	u32(NFTA_CMP_SREG, NFT_REG_1);
	u32(NFTA_CMP_OP, NFT_CMP_EQ);
	assert_opaque("malformed cmp", OPAQUE_DECIDES);
}

static void test_range_outside(void **state)
{
	const struct op *op;

	(void)state;
	expression("range");
	u32(NFTA_RANGE_SREG, NFT_REG_1);
	u32(NFTA_RANGE_OP, NFT_RANGE_NEQ);
	value(NFTA_RANGE_FROM_DATA, "\x00\x50", 2);
	value(NFTA_RANGE_TO_DATA, "\x00\x5a", 2);
	op = decoded(OP_RANGE);
	assert_true(op->invert);
	assert_bytes(op->range.from, "\x00\x50", 2);
	assert_bytes(op->range.to, "\x00\x5a", 2);
}

static void test_range_of_two_lengths_is_opaque(void **state)
{
	(void)state;
	expression("range");
	u32(NFTA_RANGE_SREG, NFT_REG_1);
	u32(NFTA_RANGE_OP, NFT_RANGE_EQ);
	value(NFTA_RANGE_FROM_DATA, "\x00\x50", 2);
	value(NFTA_RANGE_TO_DATA, "\x00\x5a\x00\x00", 4);
	assert_opaque("malformed range", OPAQUE_DECIDES);
}

static void bitwise(uint32_t length)
{
	expression("bitwise");
	u32(NFTA_BITWISE_SREG, NFT_REG_1);
	u32(NFTA_BITWISE_DREG, NFT_REG_2);
	u32(NFTA_BITWISE_LEN, length);
}

static void test_bitwise_mask_and_xor(void **state)
{
	const struct op *op;

	(void)state;
	bitwise(4);
	value(NFTA_BITWISE_MASK, "\xff\xff\x00\x00", 4);
	value(NFTA_BITWISE_XOR, "\x00\x00\x00\x01", 4);
	op = decoded(OP_BITWISE);
	assert_int_equal(op->sreg, 0);
	assert_int_equal(op->dreg, 16);
	assert_int_equal(op->bitwise.op, BITWISE_BOOL);
	assert_bytes(op->bitwise.mask, "\xff\xff\x00\x00", 4);
	assert_bytes(op->bitwise.xor, "\x00\x00\x00\x01", 4);
}

static void test_bitwise_mask_of_another_length_is_opaque(void **state)
{
	(void)state;
	bitwise(4);
	value(NFTA_BITWISE_MASK, "\xff\xff", 2);
	value(NFTA_BITWISE_XOR, "\x00\x00\x00\x01", 4);
	assert_opaque("malformed bitwise", OPAQUE_DECIDES);
}

static void test_bitwise_shift(void **state)
{
	const uint32_t bits = 3;
	const struct op *op;

	(void)state;
	bitwise(4);
	u32(NFTA_BITWISE_OP, NFT_BITWISE_RSHIFT);
	value(NFTA_BITWISE_DATA, &bits, sizeof(bits));
	op = decoded(OP_BITWISE);
	assert_int_equal(op->bitwise.op, BITWISE_RSHIFT);
	assert_int_equal(op->bitwise.shift, 3);
}

/* NFTA_BITWISE_SREG2 of Linux 6.13 is 8. */
static void test_bitwise_of_two_registers_is_opaque(void **state)
{
	(void)state;
	bitwise(4);
	u32(NFTA_BITWISE_OP, 3);
	u32(8, NFT_REG_3);
	assert_opaque("bitwise attribute 8", OPAQUE_DECIDES);
}

static void test_byteorder(void **state)
{
	const struct op *op;

	(void)state;
	expression("byteorder");
	u32(NFTA_BYTEORDER_SREG, NFT_REG_1);
	u32(NFTA_BYTEORDER_DREG, NFT_REG_1);
	u32(NFTA_BYTEORDER_OP, NFT_BYTEORDER_HTON);
	u32(NFTA_BYTEORDER_LEN, 4);
	u32(NFTA_BYTEORDER_SIZE, 4);
	op = decoded(OP_BYTEORDER);
	assert_int_equal(op->byteorder.op, NFT_BYTEORDER_HTON);
	assert_int_equal(op->byteorder.size, 4);
	assert_int_equal(op->length, 4);
}

static void test_lookup_not_in_set(void **state)
{
	const struct op *op;

	(void)state;
	expression("lookup");
	mnl_attr_put_strz(message, NFTA_LOOKUP_SET, "ban");
	u32(NFTA_LOOKUP_SREG, NFT_REG_1);
	u32(NFTA_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
	op = decoded(OP_LOOKUP);
	assert_string_equal(op->lookup.set_name, "ban");
	assert_true(op->invert);
	assert_false(op->lookup.map);
	assert_null(op->lookup.set);
}

static void test_lookup_in_a_verdict_map(void **state)
{
	(void)state;
	expression("lookup");
	mnl_attr_put_strz(message, NFTA_LOOKUP_SET, "ports");
	u32(NFTA_LOOKUP_SREG, NFT_REG_1);
	u32(NFTA_LOOKUP_DREG, NFT_REG_VERDICT);
	u32(NFTA_LOOKUP_FLAGS, 0);
	assert_true(decoded(OP_LOOKUP)->lookup.map);
}

static void test_text_without_its_end_is_opaque(void **state)
{
	(void)state;
	expression("lookup");
	mnl_attr_put(message, NFTA_LOOKUP_SET, 4, "port");
	u32(NFTA_LOOKUP_SREG, NFT_REG_1);
	assert_opaque("malformed lookup", OPAQUE_DECIDES);
}

static void test_immediate_data(void **state)
{
	const struct op *op;

	(void)state;
	expression("immediate");
	u32(NFTA_IMMEDIATE_DREG, NFT_REG_1);
	value(NFTA_IMMEDIATE_DATA, "\x20\xfb", 2);
	op = decoded(OP_IMMEDIATE);
	assert_bytes(op->immediate, "\x20\xfb", 2);
	assert_int_equal(op->length, 2);
}

static enum nft_verdict_code verdict_of(int32_t code, const char *chain)
{
	start(NULL);
	expression("immediate");
	u32(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	verdict(NFTA_IMMEDIATE_DATA, code, chain);
	return decoded(OP_VERDICT)->verdict.code;
}

static void test_verdicts(void **state)
{
	(void)state;
	assert_int_equal(verdict_of(0, NULL), VERDICT_DROP);
	assert_int_equal(verdict_of(1, NULL), VERDICT_ACCEPT);
	assert_int_equal(verdict_of(3 | 7 << 16, NULL), VERDICT_QUEUE);
	assert_int_equal(verdict_of(NFT_CONTINUE, NULL), VERDICT_CONTINUE);
	assert_int_equal(verdict_of(NFT_BREAK, NULL), VERDICT_BREAK);
	assert_int_equal(verdict_of(NFT_RETURN, NULL), VERDICT_RETURN);
	assert_int_equal(verdict_of(NFT_GOTO, "web"), VERDICT_GOTO);
	assert_int_equal(verdict_of(NFT_JUMP, "web"), VERDICT_JUMP);
	assert_string_equal(ops[0].verdict.chain_name, "web");
}

static void test_verdict_nobody_knows_is_opaque(void **state)
{
	(void)state;
	expression("immediate");
	u32(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	verdict(NFTA_IMMEDIATE_DATA, -9, NULL);
	assert_opaque("malformed immediate", OPAQUE_DECIDES);
}

static void test_jump_to_nowhere_is_opaque(void **state)
{
	(void)state;
	expression("immediate");
	u32(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	verdict(NFTA_IMMEDIATE_DATA, NFT_JUMP, NULL);
	assert_opaque("malformed immediate", OPAQUE_DECIDES);
}

static void test_counter(void **state)
{
	const struct op *op;

	(void)state;
	expression("counter");
	u64(NFTA_COUNTER_BYTES, 1ULL << 40);
	u64(NFTA_COUNTER_PACKETS, 7);
	op = decoded(OP_COUNTER);
	assert_int_equal(op->counter.bytes, 1ULL << 40);
	assert_int_equal(op->counter.packets, 7);
}

static void test_log_to_a_group(void **state)
{
	const struct op *op;

	(void)state;
	expression("log");
	mnl_attr_put_strz(message, NFTA_LOG_PREFIX, "in: ");
	mnl_attr_put_u16(message, NFTA_LOG_GROUP, htobe16(5));
	op = decoded(OP_LOG);
	assert_string_equal(op->log.prefix, "in: ");
	assert_int_equal(op->log.group, 5);
	assert_int_equal(op->log.level, -1);
}

static void limit(void)
{
	expression("limit");
	u64(NFTA_LIMIT_RATE, 10);
	u64(NFTA_LIMIT_UNIT, 60);
	u32(NFTA_LIMIT_BURST, 5);
	u32(NFTA_LIMIT_TYPE, NFT_LIMIT_PKTS);
	u32(NFTA_LIMIT_FLAGS, NFT_LIMIT_F_INV);
}

static void assert_limit(const struct op *op)
{
	assert_int_equal(op->kind, OP_LIMIT);
	assert_true(op->invert);
	assert_int_equal(op->limit.rate, 10);
	assert_int_equal(op->limit.unit, 60);
	assert_int_equal(op->limit.burst, 5);
	assert_false(op->limit.bytes);
}

static void test_limit_over(void **state)
{
	(void)state;
	limit();
	assert_limit(decoded(OP_LIMIT));
}

static void test_quota(void **state)
{
	const struct op *op;

	(void)state;
	expression("quota");
	u64(NFTA_QUOTA_BYTES, 1000);
	u64(NFTA_QUOTA_CONSUMED, 1000);
	u32(NFTA_QUOTA_FLAGS, NFT_QUOTA_F_INV | NFT_QUOTA_F_DEPLETED);
	op = decoded(OP_QUOTA);
	assert_true(op->invert);
	assert_int_equal(op->quota.bytes, 1000);
	assert_int_equal(op->quota.used, 1000);
	start(NULL);
	expression("quota");
	u64(NFTA_QUOTA_BYTES, 1000);
	u32(NFTA_QUOTA_FLAGS, 4);
	assert_opaque("quota flags 0x4", OPAQUE_MATCHES);
}

static void test_connlimit(void **state)
{
	const struct op *op;

	(void)state;
	expression("connlimit");
	u32(NFTA_CONNLIMIT_COUNT, 20);
	u32(NFTA_CONNLIMIT_FLAGS, NFT_CONNLIMIT_F_INV);
	op = decoded(OP_CONNLIMIT);
	assert_true(op->invert);
	assert_int_equal(op->connlimit.count, 20);
	start(NULL);
	expression("connlimit");
	u32(NFTA_CONNLIMIT_COUNT, 20);
	u32(NFTA_CONNLIMIT_FLAGS, 2);
	assert_opaque("connlimit flags 0x2", OPAQUE_MATCHES);
	assert_true(ops[0].opaque.uses_conntrack);
}

static void test_reject(void **state)
{
	const struct op *op;

	(void)state;
	expression("reject");
	u32(NFTA_REJECT_TYPE, NFT_REJECT_ICMPX_UNREACH);
	mnl_attr_put_u8(message, NFTA_REJECT_ICMP_CODE, NFT_REJECT_ICMPX_ADMIN_PROHIBITED);
	op = decoded(OP_REJECT);
	assert_int_equal(op->reject.type, NFT_REJECT_ICMPX_UNREACH);
	assert_int_equal(op->reject.code, NFT_REJECT_ICMPX_ADMIN_PROHIBITED);
}

static void test_dynset_with_a_limit_inside(void **state)
{
	struct nlattr *outer_data, *outer_element, *nest;
	const struct op *op;

	(void)state;
	expression("dynset");
	mnl_attr_put_strz(message, NFTA_DYNSET_SET_NAME, "meter");
	u32(NFTA_DYNSET_OP, NFT_DYNSET_OP_UPDATE);
	u32(NFTA_DYNSET_SREG_KEY, NFT_REG_1);
	u64(NFTA_DYNSET_TIMEOUT, 60000);
	u32(NFTA_DYNSET_FLAGS, NFT_DYNSET_F_EXPR);
	outer_data = data;
	outer_element = element;
	nest = mnl_attr_nest_start(message, NFTA_DYNSET_EXPRESSIONS);
	limit();
	expression_end();
	mnl_attr_nest_end(message, nest);
	data = outer_data;
	element = outer_element;
	op = decoded(OP_DYNSET);
	assert_string_equal(op->dynset.set_name, "meter");
	assert_int_equal(op->dynset.op, NFT_DYNSET_OP_UPDATE);
	assert_int_equal(op->dynset.timeout, 60000);
	assert_int_equal(op->dynset.op_count, 1);
	assert_limit(&op->dynset.ops[0]);
}

static void test_notrack_needs_no_attributes(void **state)
{
	(void)state;
	element = mnl_attr_nest_start(message, NFTA_LIST_ELEM);
	mnl_attr_put_strz(message, NFTA_EXPR_NAME, "notrack");
	data = element;
	decoded(OP_NOTRACK);
}

static void test_dnat_with_address_and_port(void **state)
{
	const struct op *op;

	(void)state;
	expression("nat");
	u32(NFTA_NAT_TYPE, NFT_NAT_DNAT);
	u32(NFTA_NAT_FAMILY, NFPROTO_IPV4);
	u32(NFTA_NAT_REG_ADDR_MIN, NFT_REG_1);
	u32(NFTA_NAT_REG_PROTO_MIN, NFT_REG_2);
	u32(NFTA_NAT_FLAGS, 2);
	op = decoded(OP_NAT);
	assert_int_equal(op->nat.kind, NAT_DESTINATION);
	assert_int_equal(op->nat.family, NFPROTO_IPV4);
	assert_int_equal(op->nat.address_min, 0);
	assert_int_equal(op->nat.address_max, -1);
	assert_int_equal(op->nat.port_min, 16);
	assert_int_equal(op->nat.flags, 2);
}

static void test_redirect(void **state)
{
	const struct op *op;

	(void)state;
	expression("redir");
	u32(NFTA_REDIR_REG_PROTO_MIN, NFT_REG_1);
	op = decoded(OP_NAT);
	assert_int_equal(op->nat.kind, NAT_REDIRECT);
	assert_int_equal(op->nat.port_min, 0);
	assert_int_equal(op->nat.address_min, -1);
}

static void test_masquerade(void **state)
{
	(void)state;
	expression("masq");
	assert_int_equal(decoded(OP_NAT)->nat.kind, NAT_MASQUERADE);
}

static void test_name_that_only_matches(void **state)
{
	(void)state;
	expression("inner");
	assert_opaque("inner", OPAQUE_MATCHES);
	assert_int_equal(ops[0].opaque.protocol, PROTOCOL_UDP);
	assert_false(ops[0].opaque.uses_conntrack);
}

static const struct op *attached(const char *name, uint16_t key_type, uint32_t key, uint16_t dreg_type)
{
	start(NULL);
	expression(name);
	u32(key_type, key);
	u32(dreg_type, NFT_REG_2);
	return decoded(OP_ATTACHED);
}

static void test_attached_keys(void **state)
{
	const struct op *op;

	(void)state;
	op = attached("rt", NFTA_RT_KEY, NFT_RT_NEXTHOP6, NFTA_RT_DREG);
	assert_int_equal(op->attached.kind, ATTACHED_ROUTE);
	assert_int_equal(op->length, 16);
	assert_int_equal(op->dreg, 16);
	op = attached("socket", NFTA_SOCKET_KEY, NFT_SOCKET_CGROUPV2, NFTA_SOCKET_DREG);
	assert_int_equal(op->attached.kind, ATTACHED_SOCKET);
	assert_int_equal(op->length, 8);
	op = attached("tunnel", NFTA_TUNNEL_KEY, NFT_TUNNEL_ID, NFTA_TUNNEL_DREG);
	assert_int_equal(op->attached.kind, ATTACHED_TUNNEL);
	op = attached("xfrm", NFTA_XFRM_KEY, NFT_XFRM_KEY_SPI, NFTA_XFRM_DREG);
	assert_int_equal(op->attached.kind, ATTACHED_IPSEC);
	assert_false(op->attached.outbound);
}

static void test_attached_key_that_nobody_knows(void **state)
{
	(void)state;
	expression("rt");
	u32(NFTA_RT_KEY, 99);
	u32(NFTA_RT_DREG, NFT_REG_1);
	assert_opaque("rt key 99", OPAQUE_MATCHES);
}

static void test_osf(void **state)
{
	const struct op *op;

	(void)state;
	expression("osf");
	u32(NFTA_OSF_DREG, NFT_REG_1);
	mnl_attr_put_u8(message, NFTA_OSF_TTL, 1);
	u32(NFTA_OSF_FLAGS, NFT_OSF_F_VERSION);
	op = decoded(OP_ATTACHED);
	assert_int_equal(op->attached.kind, ATTACHED_SYSTEM);
	assert_int_equal(op->attached.detail, 1);
	assert_int_equal(op->length, 16);
}

static void numgen(uint32_t modulus, uint32_t offset)
{
	start(NULL);
	expression("numgen");
	u32(NFTA_NG_DREG, NFT_REG_1);
	u32(NFTA_NG_MODULUS, modulus);
	u32(NFTA_NG_TYPE, NFT_NG_RANDOM);
	u32(NFTA_NG_OFFSET, offset);
}

static void test_numgen(void **state)
{
	const struct op *op;

	(void)state;
	numgen(4, 100);
	op = decoded(OP_NUMBER);
	assert_int_equal(op->number.source, NUMBER_RANDOM);
	assert_int_equal(op->number.modulus, 4);
	assert_int_equal(op->number.offset, 100);
}

static void test_numbers_that_cannot_be(void **state)
{
	(void)state;
	numgen(0, 0);
	assert_opaque("malformed numgen", OPAQUE_DECIDES);
	numgen(2, UINT32_MAX);
	assert_opaque("malformed numgen", OPAQUE_DECIDES);
}

static void test_hash(void **state)
{
	const struct op *op;

	(void)state;
	expression("hash");
	u32(NFTA_HASH_SREG, NFT_REG_2);
	u32(NFTA_HASH_DREG, NFT_REG_1);
	u32(NFTA_HASH_LEN, 8);
	u32(NFTA_HASH_MODULUS, 2);
	u32(NFTA_HASH_SEED, 0);
	u32(NFTA_HASH_TYPE, NFT_HASH_JENKINS);
	op = decoded(OP_NUMBER);
	assert_int_equal(op->number.source, NUMBER_HASH);
	assert_int_equal(op->sreg, 16);
	assert_int_equal(op->number.hashed, 8);
	assert_true(op->number.seeded);
}

static void test_name_that_nobody_knows_decides(void **state)
{
	(void)state;
	expression("warp");
	u32(1, 2);
	assert_opaque("warp", OPAQUE_DECIDES);
	assert_int_equal(ops[0].opaque.raw.length, 8);
}

static void test_objects_by_type(void **state)
{
	(void)state;
	expression("objref");
	u32(NFTA_OBJREF_IMM_TYPE, NFT_OBJECT_COUNTER);
	mnl_attr_put_strz(message, NFTA_OBJREF_IMM_NAME, "web");
	assert_opaque("objref counter", OPAQUE_PASSES);
	start(NULL);
	expression("objref");
	u32(NFTA_OBJREF_IMM_TYPE, NFT_OBJECT_QUOTA);
	mnl_attr_put_strz(message, NFTA_OBJREF_IMM_NAME, "web");
	assert_opaque("objref quota", OPAQUE_MATCHES);
	start(NULL);
	expression("objref");
	u32(NFTA_OBJREF_IMM_TYPE, NFT_OBJECT_COUNTER);
	assert_opaque("malformed objref", OPAQUE_DECIDES);
}

static void test_objects_by_map(void **state)
{
	const struct op *op;

	(void)state;
	expression("objref");
	u32(NFTA_OBJREF_SET_SREG, NFT_REG_2);
	mnl_attr_put_strz(message, NFTA_OBJREF_SET_NAME, "web");
	op = decoded(OP_LOOKUP);
	assert_int_equal(op->sreg, 16);
	assert_string_equal(op->lookup.set_name, "web");
	assert_true(op->lookup.objects);
	assert_false(op->lookup.map);
}

static void test_exthdr(void **state)
{
	const struct op *op;

	(void)state;
	expression("exthdr");
	u32(NFTA_EXTHDR_DREG, NFT_REG_1);
	mnl_attr_put_u8(message, NFTA_EXTHDR_TYPE, 2);
	u32(NFTA_EXTHDR_OFFSET, 2);
	u32(NFTA_EXTHDR_LEN, 2);
	u32(NFTA_EXTHDR_OP, NFT_EXTHDR_OP_TCPOPT);
	op = decoded(OP_EXTHDR);
	assert_int_equal(op->exthdr.header, NFT_EXTHDR_OP_TCPOPT);
	assert_int_equal(op->exthdr.type, 2);
	assert_int_equal(op->length, 2);
	assert_false(op->exthdr.present);
}

static void test_presence_is_one_byte(void **state)
{
	const struct op *op;

	(void)state;
	expression("exthdr");
	u32(NFTA_EXTHDR_DREG, NFT_REG_1);
	mnl_attr_put_u8(message, NFTA_EXTHDR_TYPE, 44);
	u32(NFTA_EXTHDR_LEN, 4);
	u32(NFTA_EXTHDR_FLAGS, NFT_EXTHDR_F_PRESENT);
	op = decoded(OP_EXTHDR);
	assert_true(op->exthdr.present);
	assert_int_equal(op->length, 1);
}

static void xt(const char *kind, const char *name, uint32_t revision, const void *info, size_t length)
{
	expression(kind);
	mnl_attr_put_strz(message, NFTA_MATCH_NAME, name);
	u32(NFTA_MATCH_REV, revision);
	mnl_attr_put(message, NFTA_MATCH_INFO, length, info);
}

static void test_xt_match_is_an_opaque_match(void **state)
{
	const uint8_t info[168] = {0};

	(void)state;
	xt("match", "conntrack", 3, info, sizeof(info));
	assert_opaque("xt match conntrack", OPAQUE_MATCHES);
	assert_true(ops[0].opaque.uses_conntrack);
	start(NULL);
	xt("match", "recent", 1, info, sizeof(info));
	assert_opaque("xt match recent", OPAQUE_MATCHES);
	assert_false(ops[0].opaque.uses_conntrack);
}

static void test_xt_extensions_nobody_knows_decide(void **state)
{
	const uint8_t info[8] = {0};

	(void)state;
	xt("match", "aura", 0, info, sizeof(info));
	assert_opaque("xt match aura", OPAQUE_DECIDES);
	start(NULL);
	xt("target", "MIRROR", 0, info, sizeof(info));
	assert_opaque("xt target MIRROR", OPAQUE_DECIDES);
}

static void test_xt_notrack_leaves_conntrack_off(void **state)
{
	uint16_t flags[16] = {1};

	(void)state;
	xt("target", "CT", 2, flags, sizeof(flags));
	assert_opaque("xt target CT", OPAQUE_DECIDES);
	assert_false(ops[0].opaque.uses_conntrack);
	start(NULL);
	flags[0] = 0;
	xt("target", "CT", 2, flags, sizeof(flags));
	assert_opaque("xt target CT", OPAQUE_DECIDES);
	assert_true(ops[0].opaque.uses_conntrack);
}

static void test_xt_log_and_nflog(void **state)
{
	struct xt_log_info log = {.level = 4, .prefix = "in: "};
	uint8_t nflog[80] = {0};
	struct xt_nflog_info *info = (void *)nflog;
	const struct op *op;

	(void)state;
	xt("target", "LOG", 0, &log, sizeof(log));
	op = decoded(OP_LOG);
	assert_string_equal(op->log.prefix, "in: ");
	assert_int_equal(op->log.level, 4);
	assert_int_equal(op->log.group, -1);
	start(NULL);
	info->group = 2;
	memset(info->prefix, 'x', sizeof(info->prefix));
	xt("target", "NFLOG", 0, nflog, sizeof(nflog));
	op = decoded(OP_LOG);
	assert_int_equal(strlen(op->log.prefix), 64);
	assert_int_equal(op->log.group, 2);
}

static void test_xt_log_of_another_size_is_opaque(void **state)
{
	struct xt_log_info log = {.level = 4};

	(void)state;
	xt("target", "LOG", 0, &log, sizeof(log) - 8);
	assert_opaque("xt target LOG", OPAQUE_PASSES);
}

static struct rule rule_decode(void)
{
	struct rule rule;

	assert_int_equal(nft_decode_rule(message, &pool, &rule, &err), 0);
	return rule;
}

static struct rule xt_reject(uint8_t family, uint32_t with)
{
	const uint32_t info[2] = {with, 0};

	start_family(family);
	xt("target", "REJECT", 0, info, sizeof(info));
	expression_end();
	mnl_attr_nest_end(message, list);
	return rule_decode();
}

static void test_xt_reject_by_family(void **state)
{
	struct rule rule = xt_reject(NFPROTO_IPV4, 6);

	(void)state;
	assert_int_equal(rule.ops[0].kind, OP_REJECT);
	assert_int_equal(rule.ops[0].reject.type, NFT_REJECT_ICMP_UNREACH);
	assert_int_equal(rule.ops[0].reject.code, 10);
	rule = xt_reject(NFPROTO_IPV4, 7);
	assert_int_equal(rule.ops[0].reject.type, NFT_REJECT_TCP_RST);
	rule = xt_reject(NFPROTO_IPV6, 1);
	assert_int_equal(rule.ops[0].reject.code, 1);
	rule = xt_reject(NFPROTO_IPV6, 99);
	assert_int_equal(rule.ops[0].kind, OP_OPAQUE);
	rule = xt_reject(NFPROTO_INET, 6);
	assert_int_equal(rule.ops[0].kind, OP_OPAQUE);
}

static void test_xt_comment_is_no_operation(void **state)
{
	const char comment[256] = "web";
	struct rule rule;

	(void)state;
	xt("match", "comment", 0, comment, sizeof(comment));
	expression_end();
	mnl_attr_nest_end(message, list);
	rule = rule_decode();
	assert_int_equal(rule.op_count, 0);
	assert_string_equal(rule.comment, "web");
}

static struct rule rule_with_userdata(const void *userdata, size_t length)
{
	start(NULL);
	mnl_attr_nest_end(message, list);
	mnl_attr_put(message, NFTA_RULE_HANDLE, 8, "\0\0\0\0\0\0\0\x11");
	mnl_attr_put(message, NFTA_RULE_USERDATA, length, userdata);
	return rule_decode();
}

static void test_comment_and_tag(void **state)
{
	struct rule rule = rule_with_userdata("\x00\x0b"
					      "fwport:412",
					      13);

	(void)state;
	assert_int_equal(rule.handle, 17);
	assert_string_equal(rule.comment, "fwport:412");
	assert_int_equal(rule.tag, 412);
}

static void test_what_only_looks_like_a_tag(void **state)
{
	(void)state;
	assert_int_equal(rule_with_userdata("\x00\x0a"
					    "fwport:1x",
					    12)
				 .tag,
			 0);
	assert_int_equal(rule_with_userdata("\x00\x09"
					    "fwport:0",
					    11)
				 .tag,
			 0);
	assert_int_equal(rule_with_userdata("\x00\x08"
					    "fwport:",
					    10)
				 .tag,
			 0);
	assert_int_equal(rule_with_userdata("\x00\x13"
					    "fwport:99999999999",
					    21)
				 .tag,
			 0);
	assert_int_equal(rule_with_userdata("\x00\x0b"
					    "xfwport:41",
					    13)
				 .tag,
			 0);
}

static void test_userdata_that_is_cut_is_no_comment(void **state)
{
	(void)state;
	assert_null(rule_with_userdata("\x00\x20"
				       "web",
				       6)
			    .comment);
	assert_null(rule_with_userdata("\x05", 1).comment);
	assert_null(rule_with_userdata("\x00\x03"
				       "web",
				       5)
			    .comment);
}

static void test_rule_attribute_nobody_knows_stands_before_the_operations(void **state)
{
	struct rule rule;

	(void)state;
	expression("masq");
	expression_end();
	mnl_attr_nest_end(message, list);
	u32(STRANGE_ATTRIBUTE, 1);
	rule = rule_decode();
	assert_int_equal(rule.op_count, 2);
	assert_string_equal(rule.ops[0].opaque.name, "rule attribute 19");
	assert_int_equal(rule.ops[0].opaque.effect, OPAQUE_DECIDES);
	assert_int_equal(rule.ops[1].kind, OP_NAT);
}

static void test_operations_outlive_the_message(void **state)
{
	(void)state;
	expression("cmp");
	u32(NFTA_CMP_SREG, NFT_REG_1);
	u32(NFTA_CMP_OP, NFT_CMP_EQ);
	value(NFTA_CMP_DATA, "\x06", 1);
	decode();
	memset(buffer, 0xaa, sizeof(buffer));
	assert_bytes(ops[0].cmp.value, "\x06", 1);
}

static void test_list_with_a_stranger_in_it_is_an_error(void **state)
{
	(void)state;
	u32(STRANGE_ATTRIBUTE, 1);
	mnl_attr_nest_end(message, list);
	assert_int_equal(nft_decode_ops(mnl_attr_get_payload(list), mnl_attr_get_payload_len(list), &pool,
					&ops, &count, &err),
			 -1);
	assert_string_equal(err.text, "the kernel's list of expressions is malformed");
}

static void test_no_expressions_are_no_operations(void **state)
{
	(void)state;
	assert_int_equal(nft_decode_ops("", 0, &pool, &ops, &count, &err), 0);
	assert_int_equal(count, 0);
}

/* A rule of several expressions, cut at each of its bytes: an error or an operation, and nothing is read behind the end. */
static void test_list_cut_anywhere_is_never_read_past_its_end(void **state)
{
	size_t length, errors = 0;

	(void)state;
	payload(NFT_REG_1, NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2);
	expression_end();
	limit();
	expression_end();
	expression("immediate");
	u32(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	verdict(NFTA_IMMEDIATE_DATA, NFT_JUMP, "web");
	expression_end();
	mnl_attr_nest_end(message, list);
	length = mnl_attr_get_payload_len(list);
	for (size_t cut = 1; cut < length; cut++)
		errors += nft_decode_ops(mnl_attr_get_payload(list), cut, &pool, &ops, &count, &err) < 0;
	/* Only where a whole expression ends is what is left a list. */
	assert_int_equal(errors, length - 1 - 2);
}

static void test_message_shorter_than_its_head_is_an_error(void **state)
{
	struct rule rule;

	(void)state;
	message->nlmsg_len = NLMSG_HDRLEN + 2;
	assert_int_equal(nft_decode_rule(message, &pool, &rule, &err), -1);
	assert_string_equal(err.text, "the kernel's rule message is too short");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_payload_load_is_read),
		TEST(test_small_registers_are_four_bytes_apart),
		TEST(test_load_past_the_last_register_is_opaque),
		TEST(test_register_that_does_not_exist_is_opaque),
		TEST(test_payload_set),
		TEST(test_option_set_and_stripped),
		TEST(test_queue),
		TEST(test_tproxy),
		TEST(test_synproxy),
		TEST(test_fwd_and_dup),
		TEST(test_notes),
		TEST(test_attribute_nobody_knows_makes_the_expression_opaque),
		TEST(test_attribute_beyond_all_tables_makes_the_expression_opaque),
		TEST(test_attribute_of_wrong_length_makes_the_expression_opaque),
		TEST(test_attribute_given_twice_makes_the_expression_opaque),
		TEST(test_meta_load_has_the_length_of_its_key),
		TEST(test_meta_set_reads_its_register),
		TEST(test_meta_key_nobody_knows_is_an_opaque_match),
		TEST(test_ct_load_with_a_direction),
		TEST(test_ct_set),
		TEST(test_ct_key_nobody_knows_uses_conntrack),
		TEST(test_ct_address_is_as_long_as_the_tables_family_says),
		TEST(test_fib),
		TEST(test_fib_presence_is_one_byte),
		TEST(test_cmp),
		TEST(test_cmp_without_a_value_is_opaque),
		TEST(test_range_outside),
		TEST(test_range_of_two_lengths_is_opaque),
		TEST(test_bitwise_mask_and_xor),
		TEST(test_bitwise_mask_of_another_length_is_opaque),
		TEST(test_bitwise_shift),
		TEST(test_bitwise_of_two_registers_is_opaque),
		TEST(test_byteorder),
		TEST(test_lookup_not_in_set),
		TEST(test_lookup_in_a_verdict_map),
		TEST(test_text_without_its_end_is_opaque),
		TEST(test_immediate_data),
		TEST(test_verdicts),
		TEST(test_verdict_nobody_knows_is_opaque),
		TEST(test_jump_to_nowhere_is_opaque),
		TEST(test_counter),
		TEST(test_log_to_a_group),
		TEST(test_limit_over),
		TEST(test_quota),
		TEST(test_connlimit),
		TEST(test_reject),
		TEST(test_dynset_with_a_limit_inside),
		TEST(test_notrack_needs_no_attributes),
		TEST(test_dnat_with_address_and_port),
		TEST(test_redirect),
		TEST(test_masquerade),
		TEST(test_name_that_only_matches),
		TEST(test_attached_keys),
		TEST(test_attached_key_that_nobody_knows),
		TEST(test_osf),
		TEST(test_numgen),
		TEST(test_numbers_that_cannot_be),
		TEST(test_hash),
		TEST(test_name_that_nobody_knows_decides),
		TEST(test_objects_by_type),
		TEST(test_objects_by_map),
		TEST(test_exthdr),
		TEST(test_presence_is_one_byte),
		TEST(test_xt_match_is_an_opaque_match),
		TEST(test_xt_extensions_nobody_knows_decide),
		TEST(test_xt_notrack_leaves_conntrack_off),
		TEST(test_xt_log_and_nflog),
		TEST(test_xt_log_of_another_size_is_opaque),
		TEST(test_xt_reject_by_family),
		TEST(test_xt_comment_is_no_operation),
		TEST(test_comment_and_tag),
		TEST(test_what_only_looks_like_a_tag),
		TEST(test_userdata_that_is_cut_is_no_comment),
		TEST(test_rule_attribute_nobody_knows_stands_before_the_operations),
		TEST(test_operations_outlive_the_message),
		TEST(test_list_with_a_stranger_in_it_is_an_error),
		TEST(test_no_expressions_are_no_operations),
		TEST(test_list_cut_anywhere_is_never_read_past_its_end),
		TEST(test_message_shorter_than_its_head_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
