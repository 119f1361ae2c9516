/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules that hand the packet to somebody else, take note of it, or write into it.
 */
#include "ask.h"

#include "cmocka_all.h"
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

static struct build build;
static struct chain *input;

static int start(void **state)
{
	(void)state;
	build_start(&build);
	build_host(&build);
	input = build_input(&build, false);
	return 0;
}

static int end(void **state)
{
	(void)state;
	build_end(&build);
	return 0;
}

/* A rule that consists of the operation, behind those of the line. */
static void rule_with(const char *line, struct op op)
{
	struct rule *rule = build_rule(&build, input, line);
	struct op *ops = pool_alloc(&build.pool, (rule->op_count + 1) * sizeof(*ops));

	for (size_t i = 0; i < rule->op_count; i++)
		ops[i] = rule->ops[i];
	ops[rule->op_count] = op;
	rule->ops = ops;
	rule->op_count++;
}

static struct op handover(enum handover_kind kind, int16_t family)
{
	return (struct op){.kind = OP_HANDOVER,
			   .handover = {.kind = kind, .address = -1, .port = -1, .family = family}};
}

static enum verdict verdict(void)
{
	return ask_in(&build, 443)->verdict;
}

static enum verdict verdict_udp(void)
{
	struct query query = query_in(443);

	query.protocol = PROTOCOL_UDP;
	return ask(&build, query)->verdict;
}

static void test_queue_is_for_a_program_to_decide(void **state)
{
	(void)state;
	rule_with("", handover(HANDOVER_QUEUE, -1));
	assert_int_equal(verdict(), ANSWER_UNKNOWN);
	assert_string_equal(
		decider(&build, ask_in(&build, 443), PACKET_SYN),
		"not known at rule 1 of inet filter input (admin, handle 3): a program decides (queue)");
}

static void test_drop_of_what_comes_back_from_a_queue_is_not_certain(void **state)
{
	(void)state;
	rule_with("", handover(HANDOVER_QUEUE, -1));
	build_base_chain(&build, input->table, "later", HOOK_INPUT, 10, true);
	assert_int_equal(verdict(), ANSWER_UNKNOWN);
}

static void test_syn_proxy_is_of_tcp_alone(void **state)
{
	(void)state;
	rule_with("", handover(HANDOVER_SYNPROXY, -1));
	assert_int_equal(verdict(), ANSWER_UNKNOWN);
	assert_int_equal(verdict_udp(), ANSWER_OPEN);
}

static void test_syn_proxy_lets_nobody_by_to_what_follows(void **state)
{
	(void)state;
	rule_with("", handover(HANDOVER_SYNPROXY, -1));
	build_rule(&build, input, "accept");
	assert_int_equal(verdict(), ANSWER_UNKNOWN);
}

static void test_proxy_of_the_other_family_does_nothing(void **state)
{
	struct query query = query_in(443);

	(void)state;
	input->hook = HOOK_PREROUTING;
	rule_with("", handover(HANDOVER_SOCKET, NFPROTO_IPV6));
	query.families = 1u << FAMILY_IPV4;
	assert_int_equal(ask(&build, query)->verdict, ANSWER_OPEN);
	query.families = 1u << FAMILY_IPV6;
	assert_int_equal(ask(&build, query)->verdict, ANSWER_UNKNOWN);
}

static void test_proxy_may_not_be_there(void **state)
{
	(void)state;
	input->hook = HOOK_PREROUTING;
	rule_with("", handover(HANDOVER_SOCKET, NFPROTO_UNSPEC));
	build_rule(&build, input, "drop");
	assert_int_equal(verdict(), ANSWER_UNKNOWN);
}

static void test_proxy_that_does_not_listen_takes_nothing(void **state)
{
	struct listener list[] = {{.family = FAMILY_IPV6,
				   .protocol = PROTOCOL_TCP,
				   .any = true,
				   .both_families = true,
				   .port = 443}};
	struct listeners listeners = {list, 1};

	(void)state;
	input->hook = HOOK_PREROUTING;
	build.host.listeners = &listeners;
	rule_with("", handover(HANDOVER_SOCKET, NFPROTO_UNSPEC));
	assert_int_equal(verdict(), ANSWER_OPEN);
	list[0].transparent = true;
	assert_int_equal(verdict(), ANSWER_UNKNOWN);
	list[0].port = 50080;
	assert_int_equal(verdict(), ANSWER_OPEN);
}

static void test_copies_and_notes_pass(void **state)
{
	(void)state;
	rule_with("", (struct op){.kind = OP_ASIDE, .aside = {ASIDE_COPY, 0, -1, NULL}});
	rule_with("", (struct op){.kind = OP_ASIDE, .aside = {ASIDE_LAST, -1, -1, NULL}});
	rule_with("", (struct op){.kind = OP_ASIDE, .aside = {ASIDE_CONNECTION, -1, -1, NULL}});
	assert_int_equal(verdict(), ANSWER_OPEN);
}

static void test_only_first_packets_announce_connections(void **state)
{
	struct op *ops;

	(void)state;
	build_rule(&build, input, "ct state new counter");
	build_rule(&build, input, "counter drop");
	ops = (struct op *)input->rules[1]->ops;
	ops[0] = (struct op){.kind = OP_ASIDE, .aside = {ASIDE_EXPECTATION, -1, -1, NULL}};
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn drop, syn-ack pass, ack pass, answer pass");
}

static void test_option_is_set_in_tcp_alone(void **state)
{
	struct op *ops;

	(void)state;
	build_rule(&build, input, "counter drop");
	ops = (struct op *)input->rules[0]->ops;
	ops[0] = (struct op){
		.kind = OP_OPTION_SET, .length = 2, .exthdr = {NFT_EXTHDR_OP_TCPOPT, 2, 2, false}};
	assert_int_equal(verdict(), ANSWER_BLOCKED);
	assert_int_equal(verdict_udp(), ANSWER_OPEN);
}

static struct op write(uint32_t base, uint32_t offset, uint8_t length)
{
	return (struct op){.kind = OP_PAYLOAD_SET, .length = length, .payload = {base, offset}};
}

static void test_port_that_is_written_leaves_nothing_certain(void **state)
{
	(void)state;
	rule_with("", write(NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2));
	assert_int_equal(verdict(), ANSWER_UNKNOWN);
	assert_string_equal(decider(&build, ask_in(&build, 443), PACKET_SYN),
			    "not known at rule 1 of inet filter input (admin, handle 3): an address or port "
			    "that a rule writes");
	build_rule(&build, input, "tcp dport 443 accept");
	assert_int_equal(verdict(), ANSWER_UNKNOWN);
}

static void test_drop_behind_a_number_that_is_written_is_not_certain(void **state)
{
	(void)state;
	rule_with("", write(NFT_PAYLOAD_TRANSPORT_HEADER, 4, 4));
	assert_int_equal(verdict(), ANSWER_OPEN);
	build_rule(&build, input, "tcp dport 443 drop");
	assert_int_equal(verdict(), ANSWER_UNKNOWN);
}

static void test_service_that_is_written_does_not_matter_to_others(void **state)
{
	(void)state;
	rule_with("", write(NFT_PAYLOAD_NETWORK_HEADER, 1, 1));
	build_rule(&build, input, "tcp dport 443 drop");
	assert_int_equal(verdict(), ANSWER_BLOCKED);
	build_rule(&build, build_chain(&build, input->table, "other"), "ip tos 4 accept");
	assert_int_equal(verdict(), ANSWER_BLOCKED);
}

static void test_service_that_is_written_is_not_what_it_was(void **state)
{
	(void)state;
	rule_with("", write(NFT_PAYLOAD_NETWORK_HEADER, 1, 1));
	build_rule(&build, input, "ip tos 4 drop");
	assert_int_equal(verdict(), ANSWER_DEPENDS);
}

static void test_hops_that_are_written_do_not_matter_to_others(void **state)
{
	(void)state;
	rule_with("", write(NFT_PAYLOAD_NETWORK_HEADER, 8, 1));
	build_rule(&build, input, "tcp dport 443 meta nfproto 2 drop");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn drop, syn-ack pass, ack drop, answer pass");
}

static void test_hops_that_are_written_are_not_what_they_were(void **state)
{
	(void)state;
	rule_with("", write(NFT_PAYLOAD_NETWORK_HEADER, 8, 1));
	build_rule(&build, input, "ip ttl 4 drop");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn depends, syn-ack pass, ack depends, answer pass");
}

static void test_what_is_written_back_as_it_was_is_not_touched(void **state)
{
	(void)state;
	build_rule(&build, input, "ip proto 6 counter");
	((struct op *)input->rules[0]->ops)[input->rules[0]->op_count - 1] =
		write(NFT_PAYLOAD_NETWORK_HEADER, 9, 1);
	build_rule(&build, input, "tcp dport 443 meta nfproto 2 drop");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn drop, syn-ack pass, ack drop, answer pass");
}

static void test_opaque_match_of_one_protocol_breaks_for_others(void **state)
{
	struct op *ops;

	(void)state;
	build_rule(&build, input, "opaque inner drop");
	ops = (struct op *)input->rules[0]->ops;
	ops[0].opaque.protocol = PROTOCOL_UDP;
	assert_int_equal(verdict(), ANSWER_OPEN);
	assert_int_equal(verdict_udp(), ANSWER_UNKNOWN);
}

static void test_option_that_is_stripped_may_have_been_there(void **state)
{
	(void)state;
	rule_with("", (struct op){.kind = OP_OPTION_SET, .exthdr = {NFT_EXTHDR_OP_TCPOPT, 2, 0, true}});
	build_rule(&build, input, "exthdr 1 2 exists drop");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn depends, syn-ack pass, ack pass, answer pass");
}

/* As the target of x_tables does. */
static void test_proxy_may_drop_what_it_does_not_take(void **state)
{
	struct listener list[] = {
		{.family = FAMILY_IPV4, .protocol = PROTOCOL_TCP, .any = true, .port = 443}};
	struct listeners listeners = {list, 1};
	struct query query = query_in(443);
	struct op proxy = handover(HANDOVER_SOCKET, NFPROTO_IPV4);

	(void)state;
	query.families = 1u << FAMILY_IPV4;
	input->hook = HOOK_PREROUTING;
	build.host.listeners = &listeners;
	proxy.handover.or_drops = true;
	rule_with("", proxy);
	build_rule(&build, input, "accept");
	assert_int_equal(ask(&build, query)->verdict, ANSWER_BLOCKED);
	assert_string_equal(decider(&build, ask(&build, query), PACKET_SYN),
			    "blocked by rule 1 of inet filter input (admin, handle 3): drop");
	list[0].transparent = true;
	assert_int_equal(ask(&build, query)->verdict, ANSWER_UNKNOWN);
}

/* Loaded, changed and written back, as ECN is taken out of TCP. */
static void flags_written_back(uint8_t kept, uint8_t flipped)
{
	const struct op ops[] = {
		{.kind = OP_PAYLOAD, .length = 1, .payload = {NFT_PAYLOAD_TRANSPORT_HEADER, 13}},
		{.kind = OP_BITWISE,
		 .length = 1,
		 .bitwise = {BITWISE_BOOL,
			     {pool_copy(&build.pool, &kept, 1), 1},
			     {pool_copy(&build.pool, &flipped, 1), 1}}},
		write(NFT_PAYLOAD_TRANSPORT_HEADER, 13, 1),
	};
	struct rule *rule = build_rule(&build, input, "counter");

	rule->ops = pool_copy(&build.pool, ops, sizeof(ops));
	rule->op_count = sizeof(ops) / sizeof(*ops);
}

static void test_byte_that_is_written_as_it_was_leaves_all_certain(void **state)
{
	(void)state;
	flags_written_back(0x3f, 0);
	build_rule(&build, input, "tcp dport 443 drop");
	assert_int_equal(verdict(), ANSWER_BLOCKED);
}

static void test_flag_that_is_written_leaves_nothing_certain(void **state)
{
	(void)state;
	flags_written_back(0x3f, 0x40);
	build_rule(&build, input, "tcp dport 443 drop");
	assert_int_equal(verdict(), ANSWER_UNKNOWN);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, start, end)
	const struct CMUnitTest tests[] = {
		CLAIM(test_queue_is_for_a_program_to_decide),
		CLAIM(test_drop_of_what_comes_back_from_a_queue_is_not_certain),
		CLAIM(test_syn_proxy_is_of_tcp_alone),
		CLAIM(test_syn_proxy_lets_nobody_by_to_what_follows),
		CLAIM(test_proxy_of_the_other_family_does_nothing),
		CLAIM(test_proxy_may_not_be_there),
		CLAIM(test_proxy_that_does_not_listen_takes_nothing),
		CLAIM(test_copies_and_notes_pass),
		CLAIM(test_only_first_packets_announce_connections),
		CLAIM(test_option_is_set_in_tcp_alone),
		CLAIM(test_port_that_is_written_leaves_nothing_certain),
		CLAIM(test_service_that_is_written_does_not_matter_to_others),
		CLAIM(test_drop_behind_a_number_that_is_written_is_not_certain),
		CLAIM(test_service_that_is_written_is_not_what_it_was),
		CLAIM(test_hops_that_are_written_do_not_matter_to_others),
		CLAIM(test_hops_that_are_written_are_not_what_they_were),
		CLAIM(test_what_is_written_back_as_it_was_is_not_touched),
		CLAIM(test_option_that_is_stripped_may_have_been_there),
		CLAIM(test_proxy_may_drop_what_it_does_not_take),
		CLAIM(test_byte_that_is_written_as_it_was_leaves_all_certain),
		CLAIM(test_flag_that_is_written_leaves_nothing_certain),
		CLAIM(test_opaque_match_of_one_protocol_breaks_for_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
