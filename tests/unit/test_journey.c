/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about packets that are given byte by byte: the way they take is told rule by rule, and what is in them is known.
 */
#include "build.h"
#include "cmocka_all.h"
#include "journey.h"
#include "scene.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/rtnetlink.h>
#include <string.h>

static struct build build;
static struct chain *input;
static struct packet_answer answers[3];

static int start(void **state)
{
	(void)state;
	build_start(&build);
	build_host(&build);
	input = build_input(&build, true);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	build_end(&build);
	return 0;
}

static struct packet packet(enum packet_role role, enum protocol protocol, const char *peer,
			    const char *local)
{
	struct endpoint client = {.port = 40000}, server = {.port = 443};
	struct packet out;
	struct error err;

	assert_int_equal(address_parse(peer, (struct place){0}, &client.address, &err), 0);
	assert_int_equal(address_parse(local, (struct place){0}, &server.address, &err), 0);
	packet_build(role, protocol, &client, &server, false, host_link_named(&build.host, "eth0"), &out);
	memset(out.network_origin, ORIGIN_FIXED, sizeof(out.network_origin));
	memset(out.transport_origin, ORIGIN_FIXED, sizeof(out.transport_origin));
	out.payload_length = 0;
	out.whole = true;
	return out;
}

static struct packet datagram(void)
{
	return packet(PACKET_DATAGRAM, PROTOCOL_UDP, "192.0.2.1", "192.0.2.10");
}

static const struct station *judge(const struct packet *packets, size_t count)
{
	struct facts facts = {0};

	facts_find(&build.ruleset, packets[0].family, &facts);
	assert_int_equal(
		journey_of_packets(&build.ruleset, &build.host, &facts, packets, count, &build.pool, answers),
		0);
	return &answers[0].path[0];
}

static void assert_step(const struct station *station, size_t index, const struct rule *rule,
			enum nft_verdict_code verdict)
{
	assert_true(index < station->way_length);
	assert_ptr_equal(station->way[index].rule, rule);
	assert_int_equal(station->way[index].verdict, verdict);
}

static void test_the_way_has_every_rule_that_went_through(void **state)
{
	struct chain *called = build_chain(&build, input->table, "called");
	const struct station *station;
	const struct packet one = datagram();

	(void)state;
	build_rule(&build, called, "counter");
	build_rule(&build, called, "return");
	build_rule(&build, input, "udp dport 80 drop");
	build_rule(&build, input, "jump called");
	build_rule(&build, input, "goto called");
	station = judge(&one, 1);
	assert_int_equal(station->way_length, 6);
	assert_step(station, 0, input->rules[1], VERDICT_JUMP);
	assert_step(station, 1, called->rules[0], VERDICT_CONTINUE);
	assert_step(station, 2, called->rules[1], VERDICT_RETURN);
	assert_step(station, 3, input->rules[2], VERDICT_GOTO);
	assert_step(station, 5, called->rules[1], VERDICT_RETURN);
	assert_null(station->decision.rule);
	assert_int_equal(station->fate, FATE_DROP);
	assert_false(station->parted);
}

static void test_the_way_ends_with_the_rule_that_decides(void **state)
{
	const struct packet one = datagram();
	const struct station *station;

	(void)state;
	build_rule(&build, input, "udp dport 443 reject");
	build_rule(&build, input, "counter");
	station = judge(&one, 1);
	assert_int_equal(station->way_length, 1);
	assert_step(station, 0, input->rules[0], VERDICT_DROP);
	assert_ptr_equal(station->decision.rule, input->rules[0]);
}

static void test_worlds_that_part_are_told(void **state)
{
	const struct packet one = datagram();

	(void)state;
	build_rule(&build, input, "opaque whim accept");
	assert_true(judge(&one, 1)->parted);
}

static void test_nat_chains_that_are_not_asked_are_told(void **state)
{
	struct chain *nat = build_base_chain(&build, input->table, "nat", HOOK_INPUT, 0, true);
	struct packet one = packet(PACKET_SYN_ACK, PROTOCOL_TCP, "192.0.2.1", "192.0.2.10");

	(void)state;
	nat->type = CHAIN_NAT;
	build_rule(&build, input, "ct mark 7 drop");
	one.leaves = false; /* as if from a server that nobody asked: invalid */
	judge(&one, 1);
	assert_true(answers[0].path[1].passed_by);
	one = datagram();
	judge(&one, 1);
	assert_false(answers[0].path[1].passed_by);
}

static void test_nat_chains_that_are_perhaps_not_asked_block_perhaps(void **state)
{
	struct chain *raw = build_base_chain(&build, input->table, "raw", HOOK_PREROUTING, -300, false);
	struct chain *nat = build_base_chain(&build, input->table, "nat", HOOK_PREROUTING, -100, true);
	const struct packet one = datagram();

	(void)state;
	nat->type = CHAIN_NAT;
	build_rule(&build, input, "ct mark 7 drop");
	build_rule(&build, raw, "opaque whim notrack");
	judge(&one, 1);
	assert_ptr_equal(answers[0].path[1].chain, nat);
	assert_int_equal(answers[0].path[1].fate, FATE_UNKNOWN);
}

static enum fate fate_by(const char *line, const struct packet *one)
{
	finish(NULL);
	start(NULL);
	build_rule(&build, input, line);
	return judge(one, 1)->fate;
}

static void test_a_whole_packet_has_the_length_of_its_bytes(void **state)
{
	struct packet one = packet(PACKET_SYN, PROTOCOL_TCP, "192.0.2.1", "192.0.2.10");

	(void)state;
	assert_int_equal(fate_by("meta length 44 accept", &one), FATE_PASS);
	assert_int_equal(fate_by("tcp byte60 0 accept", &one), FATE_DROP);
	one.whole = false;
	assert_int_equal(fate_by("meta length 44 accept", &one), FATE_DEPENDS);
}

static void test_at_egress_the_length_has_the_header_of_the_link(void **state)
{
	static const char *eth0[] = {"eth0"};
	struct table *table = build_table(&build, TABLE_NETDEV, "links");
	struct chain *egress = build_base_chain(&build, table, "egress", HOOK_EGRESS, 0, false);
	struct packet one = datagram();

	(void)state;
	egress->devices = eth0;
	egress->device_count = 1;
	one.leaves = true;
	build_rule(&build, egress, "meta length 28 drop");
	assert_int_equal(judge(&one, 1)->fate, FATE_DEPENDS);
}

static void test_the_address_of_an_ipv6_network_is_anycast(void **state)
{
	static const uint8_t type[4] = {RTN_ANYCAST};
	static const struct op ops[] = {
		{.kind = OP_FIB, .length = 4, .fib = {NFTA_FIB_F_SADDR, NFT_FIB_RESULT_ADDRTYPE}},
		{.kind = OP_CMP, .length = 4, .cmp = {NFT_CMP_EQ, {type, sizeof(type)}}},
		{.kind = OP_VERDICT, .verdict = {.code = VERDICT_ACCEPT}},
	};
	const struct packet network = packet(PACKET_DATAGRAM, PROTOCOL_UDP, "2001:db8::", "2001:db8::10"),
			    other = packet(PACKET_DATAGRAM, PROTOCOL_UDP, "2001:db8::1", "2001:db8::10"),
			    ipv4 = packet(PACKET_DATAGRAM, PROTOCOL_UDP, "192.0.2.0", "192.0.2.10");
	struct rule *rule = build_rule(&build, input, "accept");

	(void)state;
	rule->ops = ops;
	rule->op_count = sizeof(ops) / sizeof(ops[0]);
	assert_int_equal(judge(&network, 1)->fate, FATE_PASS);
	assert_int_equal(judge(&other, 1)->fate, FATE_DROP);
	assert_int_equal(judge(&ipv4, 1)->fate, FATE_DROP);
}

static void test_of_icmp_the_tuple_is_not_known(void **state)
{
	static const uint8_t none[2];
	static const struct op ops[] = {
		{.kind = OP_CT, .length = 2, .meta = {NFT_CT_PROTO_SRC, 1}},
		{.kind = OP_CMP, .length = 2, .cmp = {NFT_CMP_EQ, {none, sizeof(none)}}},
		{.kind = OP_VERDICT, .verdict = {.code = VERDICT_ACCEPT}},
	};
	struct packet echo = datagram();
	struct rule *rule = build_rule(&build, input, "accept");

	(void)state;
	echo.protocol = 1;
	echo.network[9] = 1;
	rule->ops = ops;
	rule->op_count = sizeof(ops) / sizeof(ops[0]);
	assert_int_equal(judge(&echo, 1)->fate, FATE_DEPENDS);
}

static void test_packets_of_one_conversation_know_of_each_other(void **state)
{
	const struct packet three[] = {
		datagram(),
		packet(PACKET_ANSWER, PROTOCOL_UDP, "192.0.2.1", "192.0.2.10"),
		packet(PACKET_NEXT_DATAGRAM, PROTOCOL_UDP, "192.0.2.1", "192.0.2.10"),
	};

	(void)state;
	build_rule(&build, input, "ct state established accept");
	judge(three, 3);
	assert_int_equal(answers[0].fate, FATE_DROP);
	assert_int_equal(answers[1].fate, FATE_PASS);
	assert_int_equal(answers[2].fate, FATE_PASS);
}

static void test_a_packet_with_a_socket_names_the_link_it_came_by_which_nobody_knows(void **state)
{
	struct packet ack = packet(PACKET_ACK, PROTOCOL_TCP, "192.0.2.1", "192.0.2.10");

	(void)state;
	ack.iface = NULL;
	assert_int_equal(fate_by("fib daddr oif 0 accept", &ack), FATE_DEPENDS);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, start, finish)
	const struct CMUnitTest tests[] = {
		CLAIM(test_the_way_has_every_rule_that_went_through),
		CLAIM(test_the_way_ends_with_the_rule_that_decides),
		CLAIM(test_worlds_that_part_are_told),
		CLAIM(test_nat_chains_that_are_not_asked_are_told),
		CLAIM(test_nat_chains_that_are_perhaps_not_asked_block_perhaps),
		CLAIM(test_a_whole_packet_has_the_length_of_its_bytes),
		CLAIM(test_at_egress_the_length_has_the_header_of_the_link),
		CLAIM(test_the_address_of_an_ipv6_network_is_anycast),
		CLAIM(test_of_icmp_the_tuple_is_not_known),
		CLAIM(test_packets_of_one_conversation_know_of_each_other),
		CLAIM(test_a_packet_with_a_socket_names_the_link_it_came_by_which_nobody_knows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
