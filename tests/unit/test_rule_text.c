/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules for people, where the golden files of real rulesets do not reach: cut lists, strangers' names, operations that no nft
 * would make, and the names of rules, chains and priorities.
 */
#include "fwport/rule_text.h"

#include <linux/in.h>
#include <linux/netfilter/nf_tables.h>
#include "cmocka_all.h"

enum { OP_LIMIT_COUNT = 8, ELEMENT_LIMIT = 64 };

static struct table table;
static struct chain chain;
static struct rule rule;
static struct op ops[OP_LIMIT_COUNT];
static struct set set;
static struct element elements[ELEMENT_LIMIT];
static uint8_t keys[ELEMENT_LIMIT][2];
static struct text text;

static int start(void **state)
{
	(void)state;
	table = (struct table){.family = TABLE_INET, .name = "filter"};
	chain = (struct chain){.table = &table, .name = "input"};
	rule = (struct rule){.chain = &chain, .ops = ops, .handle = 14, .position = 6};
	set = (struct set){.table = &table,
			   .name = "__set0",
			   .flags = NFT_SET_ANONYMOUS,
			   .elements = elements,
			   .key_length = 2};
	return 0;
}

static int end(void **state)
{
	(void)state;
	text_free(&text);
	return 0;
}

static void op(struct op one)
{
	assert_true(rule.op_count < OP_LIMIT_COUNT);
	ops[rule.op_count++] = one;
}

static void tcp_dport(void)
{
	static const uint8_t tcp = IPPROTO_TCP;

	op((struct op){.kind = OP_META, .length = 1, .meta = {.key = NFT_META_L4PROTO, .direction = -1}});
	op((struct op){.kind = OP_CMP, .length = 1, .cmp = {.value = {&tcp, 1}}});
	op((struct op){.kind = OP_PAYLOAD, .length = 2, .payload = {NFT_PAYLOAD_TRANSPORT_HEADER, 2}});
}

static void ports(uint16_t first, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		keys[i][0] = (uint8_t)((first + i) >> 8);
		keys[i][1] = (uint8_t)(first + i);
		elements[i] = (struct element){.key = {keys[i], 2}};
	}
	set.element_count = count;
}

static void lookup(const struct set *in)
{
	op((struct op){.kind = OP_LOOKUP, .length = 2, .lookup = {.set_name = "__set0", .set = in}});
}

static void verdict(enum nft_verdict_code code, const char *name)
{
	op((struct op){.kind = OP_VERDICT, .verdict = {.code = code, .chain_name = name}});
}

static void assert_text(const char *expected)
{
	text_clear(&text);
	rule_text(&rule, &text);
	assert_string_equal(text_string(&text), expected);
}

static void test_short_sets_are_shown_whole(void **state)
{
	(void)state;
	tcp_dport();
	ports(80, 8);
	lookup(&set);
	assert_text("tcp dport { 80, 81, 82, 83, 84, 85, 86, 87 }");
}

static void test_long_sets_are_cut(void **state)
{
	(void)state;
	tcp_dport();
	ports(80, 60);
	lookup(&set);
	verdict(VERDICT_ACCEPT, NULL);
	assert_text("tcp dport { 80, 81, ... 58 more } accept");
}

static void test_set_that_is_not_understood_goes_by_its_name(void **state)
{
	(void)state;
	tcp_dport();
	ports(80, 2);
	set.opaque = true;
	lookup(&set);
	assert_text("tcp dport @__set0");
}

static void test_set_that_is_not_there_goes_by_its_name(void **state)
{
	(void)state;
	tcp_dport();
	lookup(NULL);
	assert_text("tcp dport @__set0");
}

static void test_last_interval_may_reach_to_the_end(void **state)
{
	(void)state;
	tcp_dport();
	set.flags |= NFT_SET_INTERVAL;
	ports(1024, 1);
	lookup(&set);
	assert_text("tcp dport { 1024-65535 }");
}

static void test_implied_protocol_is_shown_when_nothing_implies_it(void **state)
{
	(void)state;
	tcp_dport();
	rule.op_count = 2;
	verdict(VERDICT_DROP, NULL);
	assert_text("meta l4proto tcp drop");
}

static void test_register_nobody_loaded_has_a_number(void **state)
{
	(void)state;
	op((struct op){
		.kind = OP_CMP, .sreg = 16, .length = 2, .cmp = {.value = {(const uint8_t *)"\x01\xbb", 2}}});
	assert_text("reg 4 0x01bb");
}

static void test_queues(void **state)
{
	(void)state;
	op((struct op){.kind = OP_HANDOVER, .handover = {HANDOVER_QUEUE, -1, -1, -1, 3, 1, 0}});
	assert_text("queue to 3");
	rule.op_count = 0;
	op((struct op){.kind = OP_HANDOVER, .handover = {HANDOVER_QUEUE, -1, -1, -1, 1, 3, 3}});
	assert_text("queue flags bypass,fanout to 1-3");
	rule.op_count = 0;
	op((struct op){.kind = OP_NUMBER, .length = 4, .number = {NUMBER_FLOW_HASH, 4, 2, 0, false, 0}});
	op((struct op){.kind = OP_HANDOVER, .handover = {HANDOVER_QUEUE, -1, 0, -1, 0, 0, 0}});
	assert_text("queue to symhash mod 4 offset 2");
}

static void test_opaque_match_makes_registers_unknown(void **state)
{
	(void)state;
	tcp_dport();
	op((struct op){.kind = OP_OPAQUE, .opaque = {.name = "xt match recent"}});
	op((struct op){.kind = OP_CMP, .length = 2, .cmp = {.value = {(const uint8_t *)"\x01\xbb", 2}}});
	assert_text("[opaque xt match recent] reg 0 0x01bb");
}

static void test_strangers_names_are_quoted(void **state)
{
	(void)state;
	verdict(VERDICT_JUMP, "web\x1b[2J");
	assert_text("jump \"web\\x1b[2J\"");
	rule.op_count = 0;
	op((struct op){.kind = OP_OPAQUE, .opaque = {.name = "x] accept"}});
	assert_text("[opaque \"x] accept\"]");
	rule.op_count = 0;
	op((struct op){.kind = OP_OPAQUE, .opaque = {.name = "x\ny"}});
	assert_text("[opaque x\\x0ay]");
	rule.op_count = 0;
	rule.comment = "say \"hi\"\n";
	assert_text("comment \"say \\\"hi\\\"\\x0a\"");
}

static void test_text_is_added_behind_what_is_there(void **state)
{
	(void)state;
	verdict(VERDICT_ACCEPT, NULL);
	text_add(&text, "rule: ");
	rule_text(&rule, &text);
	assert_string_equal(text_string(&text), "rule: accept");
}

static void test_masks_that_are_no_prefix_are_written_out(void **state)
{
	static const uint8_t mask[] = {255, 0, 255, 0}, zero[4] = {0}, value[] = {10, 0, 1, 0};

	(void)state;
	table.family = TABLE_IP;
	op((struct op){.kind = OP_PAYLOAD, .length = 4, .payload = {NFT_PAYLOAD_NETWORK_HEADER, 12}});
	op((struct op){.kind = OP_BITWISE, .length = 4, .bitwise = {.mask = {mask, 4}, .xor = {zero, 4}}});
	op((struct op){.kind = OP_CMP, .length = 4, .cmp = {.value = {value, 4}}});
	assert_text("ip saddr & 255.0.255.0 == 10.0.1.0");
}

static void test_an_empty_rule_is_empty(void **state)
{
	(void)state;
	assert_text("");
}

static const char *said(void (*say)(const struct chain *, struct text *))
{
	text_clear(&text);
	say(&chain, &text);
	return text_string(&text);
}

static void test_name_of_a_rule(void **state)
{
	(void)state;
	table.family = TABLE_IP;
	table.owner = OWNER_IPTABLES_NFT;
	chain.name = "INPUT";
	rule_name(&rule, &text);
	assert_string_equal(text_string(&text), "rule 6 of ip filter INPUT (iptables-nft, handle 14)");
	table.engine = ENGINE_LEGACY;
	table.owner = OWNER_LEGACY;
	text_clear(&text);
	rule_name(&rule, &text);
	assert_string_equal(text_string(&text), "rule 6 of ip filter INPUT (legacy)");
}

static void test_name_of_a_chain(void **state)
{
	(void)state;
	assert_string_equal(said(chain_name), "inet filter input");
	chain.name = "in put";
	assert_string_equal(said(chain_name), "inet filter \"in put\"");
}

static const char *priority(enum table_family family, enum hook hook, int32_t number)
{
	table.family = family;
	chain.hook = hook;
	chain.priority = number;
	return said(priority_text);
}

static void test_priorities_have_names(void **state)
{
	(void)state;
	assert_string_equal(priority(TABLE_INET, HOOK_INPUT, 0), "filter");
	assert_string_equal(priority(TABLE_INET, HOOK_INPUT, -1), "filter - 1");
	assert_string_equal(priority(TABLE_IP, HOOK_PREROUTING, -290), "raw + 10");
	assert_string_equal(priority(TABLE_IP, HOOK_PREROUTING, -100), "dstnat");
	assert_string_equal(priority(TABLE_IP, HOOK_OUTPUT, -100), "-100");
	assert_string_equal(priority(TABLE_IP6, HOOK_POSTROUTING, 100), "srcnat");
	assert_string_equal(priority(TABLE_BRIDGE, HOOK_INPUT, -200), "filter");
	assert_string_equal(priority(TABLE_NETDEV, HOOK_INGRESS, -300), "-300");
	assert_string_equal(priority(TABLE_INET, HOOK_INPUT, INT32_MIN), "-2147483648");
}

static void test_base_chains_say_where_they_stand(void **state)
{
	static const char *devices[] = {"eth0", "eth1"};

	(void)state;
	assert_string_equal(said(base_chain_text), "");
	chain.base = true;
	chain.hook = HOOK_INPUT;
	chain.policy_drop = true;
	assert_string_equal(said(base_chain_text), "type filter hook input priority filter; policy drop");
	chain.hook = HOOK_INGRESS;
	chain.devices = devices;
	chain.device_count = 2;
	assert_string_equal(said(base_chain_text),
			    "type filter hook ingress devices = { \"eth0\", \"eth1\" } "
			    "priority filter; policy drop");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_short_sets_are_shown_whole),
		TEST(test_long_sets_are_cut),
		TEST(test_set_that_is_not_understood_goes_by_its_name),
		TEST(test_set_that_is_not_there_goes_by_its_name),
		TEST(test_last_interval_may_reach_to_the_end),
		TEST(test_implied_protocol_is_shown_when_nothing_implies_it),
		TEST(test_register_nobody_loaded_has_a_number),
		TEST(test_queues),
		TEST(test_opaque_match_makes_registers_unknown),
		TEST(test_strangers_names_are_quoted),
		TEST(test_text_is_added_behind_what_is_there),
		TEST(test_masks_that_are_no_prefix_are_written_out),
		TEST(test_an_empty_rule_is_empty),
		TEST(test_name_of_a_rule),
		TEST(test_name_of_a_chain),
		TEST(test_priorities_have_names),
		TEST(test_base_chains_say_where_they_stand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
