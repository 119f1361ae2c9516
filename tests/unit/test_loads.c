/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about what a packet carries that rules look at: sockets, links, routes, lengths, and what the other end chooses.
 */
#include "ask.h"
#include "cmocka_all.h"

#include <string.h>
#include <linux/netfilter/nf_tables.h>

static struct build build;
static struct chain *input;

static int start(void **state)
{
	(void)state;
	build_start(&build);
	build_host(&build);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	build_end(&build);
	return 0;
}

static void input_with(bool policy_drop, const char *line)
{
	input = build_input(&build, policy_drop);
	build_rule(&build, input, line);
}

static const char *verdict_in(void)
{
	return verdict_word(entry(ask_in(&build, 443), FAMILY_IPV4)->verdict);
}

static const char *verdict_out(void)
{
	struct prefix peer = prefix_named("192.0.2.1");
	struct query query = query_out(443);

	query.peer = &peer;
	return verdict_word(entry(ask(&build, query), FAMILY_IPV4)->verdict);
}

static void test_only_the_syn_surely_comes_without_a_socket(void **state)
{
	const struct answer *answer;

	(void)state;
	input_with(false, "tcp dport 443 meta skuid 0 drop");
	answer = ask_in(&build, 443);
	assert_string_equal(fates(&build, answer), "syn pass, syn-ack pass, ack depends, answer pass");
	assert_string_equal(conditions(&build, answer),
			    "!depends on the user of the socket, which rule 1 of inet filter input looks at");
}

static void test_answers_come_to_the_socket_that_asked(void **state)
{
	(void)state;
	input_with(true, "meta skuid 0 accept");
	assert_string_equal(verdict_out(), "open");
	input_with(false, "meta skuid != 0 drop");
	assert_string_equal(verdict_out(), "open");
}

static void test_before_the_routing_decision_there_is_no_socket(void **state)
{
	struct chain *prerouting;

	(void)state;
	input = build_input(&build, false);
	prerouting = build_base_chain(&build, input->table, "pre", HOOK_PREROUTING, 0, true);
	build_rule(&build, prerouting, "meta skuid 0 accept");
	assert_string_equal(verdict_in(), "blocked");
	assert_string_equal(verdict_out(), "blocked");
}

static void test_cgroup_of_an_arriving_ack_is_not_known(void **state)
{
	(void)state;
	input_with(false, "meta cgroup 5 drop");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack depends, answer pass");
}

static void test_no_link_leads_to_our_own_address(void **state)
{
	(void)state;
	input_with(true, "fib daddr oif 2 accept");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn drop, syn-ack pass, ack depends, answer pass");
	build_rule(&build, input, "fib daddr oif 0 accept");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack depends, answer pass");
}

static void test_no_link_leads_to_our_own_address_in_prerouting(void **state)
{
	struct chain *prerouting;

	(void)state;
	input = build_input(&build, false);
	prerouting = build_base_chain(&build, input->table, "pre", HOOK_PREROUTING, 0, true);
	build_rule(&build, prerouting, "fib daddr oif 0 accept");
	assert_string_equal(verdict_in(), "open");
}

static struct chain *leaving(enum hook hook)
{
	struct chain *chain;

	input = build_input(&build, false);
	chain = build_base_chain(&build, input->table, "leaving", hook, 0, true);
	build_rule(&build, chain, "meta iiftype 1 accept");
	return chain;
}

static void test_incoming_type_behind_routing_is_that_of_the_link_it_leaves_by(void **state)
{
	(void)state;
	leaving(HOOK_POSTROUTING);
	assert_string_equal(verdict_in(), "open");
}

static void test_incoming_type_in_output_breaks_the_rule(void **state)
{
	(void)state;
	leaving(HOOK_OUTPUT);
	assert_string_equal(verdict_in(), "blocked");
}

static void test_packet_type_that_no_socket_takes_is_not_open(void **state)
{
	struct chain *prerouting;
	struct query query = query_in(443);

	(void)state;
	input = build_input(&build, false);
	prerouting = build_base_chain(&build, input->table, "pre", HOOK_PREROUTING, 0, false);
	build_rule(&build, prerouting, "meta pkttype set 0");
	assert_string_equal(verdict_in(), "open");
	build_rule(&build, prerouting, "meta pkttype set 2");
	assert_string_equal(verdict_in(), "unknown");
	query.protocol = PROTOCOL_UDP;
	assert_int_equal(entry(ask(&build, query), FAMILY_IPV4)->verdict, ANSWER_OPEN);
}

/* What becomes of a SYN of which the rule accepts everything it matches. */
static const char *syn_by(const char *line)
{
	build_end(&build);
	build_start(&build);
	build_host(&build);
	input_with(true, line);
	return fate_word(entry(ask_in(&build, 443), FAMILY_IPV4)->packets[0].fate);
}

static void test_what_the_client_chooses_is_not_known(void **state)
{
	static const char *const lines[] = {
		"ip ttl <= 64 accept",         "ip length 44 accept", "meta length 60 accept",
		"tcp doff & 0xf0 0x60 accept", "tcp mss 1460 accept", "tcp option 1 accept",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_string_equal(syn_by(lines[i]), "depends");
}

static void test_what_no_client_can_choose_is_known(void **state)
{
	(void)state;
	assert_string_equal(syn_by("ip length < 128 accept"), "pass");
	assert_string_equal(syn_by("meta length & 0xff80 0 accept"), "pass");
	assert_string_equal(syn_by("tcp byte60 0 accept"), "drop");
	assert_string_equal(syn_by("payload byte 0 accept"), "drop");
	assert_string_equal(syn_by("tcp flags 2 accept"), "pass");
}

static void test_what_this_host_writes_is_known(void **state)
{
	struct chain *output;

	(void)state;
	input = build_input(&build, false);
	output = build_base_chain(&build, input->table, "output", HOOK_OUTPUT, 0, true);
	build_rule(&build, output, "ip ttl 64 accept");
	assert_string_equal(verdict_in(), "open");
}

static void test_an_ack_may_have_options(void **state)
{
	(void)state;
	input_with(false, "tcp flags & 0x12 0x10 tcp doff > 0x5f drop");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack depends, answer pass");
}

static struct chain *leaves_by(const char *line)
{
	struct chain *output;

	input = build_input(&build, false);
	output = build_base_chain(&build, input->table, "output", HOOK_OUTPUT, 0, true);
	build_rule(&build, output, line);
	return output;
}

static const struct family_answer *from_by_eth0(const char *peer)
{
	struct prefix prefix = prefix_named(peer);
	struct query query = query_in(443);

	query.peer = &prefix;
	query.iface = "eth0";
	return entry(ask(&build, query), FAMILY_IPV4);
}

static void test_replies_leave_by_the_link_that_leads_to_the_peer(void **state)
{
	struct chain *output = leaves_by("oifname eth0 accept");

	(void)state;
	assert_int_equal(from_by_eth0("192.0.2.1")->verdict, ANSWER_OPEN);
	assert_int_equal(from_by_eth0("10.1.0.5")->verdict, ANSWER_BLOCKED);
	build_rule(&build, output, "oifname eth1 accept");
	assert_int_equal(from_by_eth0("10.1.0.5")->verdict, ANSWER_OPEN);
}

static void test_replies_to_nobody_in_particular_go_back_where_they_came_from(void **state)
{
	(void)state;
	leaves_by("oifname eth1 accept");
	assert_string_equal(
		verdicts(&build, ask_in(&build, 443)),
		"ipv4 blocked (eth0), ipv4 open (eth1 uncounted), ipv6 blocked (eth0), ipv6 open (eth1 "
		"uncounted)");
}

static void test_replies_by_one_of_several_routes_depend_on_it(void **state)
{
	struct chain *output = leaves_by("oifname eth0 accept");

	(void)state;
	build.host.routes[3] =
		build.host.routes[0]; /* a default route by eth1, in a table of policy routing */
	build.host.routes[3].link = 3;
	build.host.routes[3].table = 51820;
	assert_int_equal(from_by_eth0("198.51.100.7")->verdict, ANSWER_DEPENDS);
	assert_string_equal(conditions_of(&build, from_by_eth0("198.51.100.7")),
			    "!depends on the interface that replies leave by: eth0, eth1");
	build_rule(&build, output, "oifname eth1 accept");
	assert_int_equal(from_by_eth0("198.51.100.7")->verdict, ANSWER_OPEN);
}

static void test_replies_may_carry_the_mark_of_the_syn(void **state)
{
	struct chain *output;

	(void)state;
	input = build_input(&build, false);
	output = build_base_chain(&build, input->table, "output", HOOK_OUTPUT, 0, false);
	build_rule(&build, output, "meta mark 9 drop");
	build.host.marks_replies = true;
	assert_string_equal(verdict_in(), "open");
	build_rule(&build, input, "meta mark set 9");
	assert_string_equal(verdict_in(), "depends");
	build.host.marks_replies = false;
	assert_string_equal(verdict_in(), "open");
}

/* As the rpfilter of IPv6 asks for them; nft's fib takes the best one. */
static void test_route_of_another_metric_counts_where_it_is_asked_for(void **state)
{
	struct rule *rule;
	struct op ops[3];

	(void)state;
	input_with(false, "fib saddr . iif oif 0 drop");
	build.host.routes[3] = build.host.routes[0];
	build.host.routes[3].link = 3;
	build.host.routes[0].metric = 100;
	assert_int_equal(from_by_eth0("198.51.100.7")->verdict, ANSWER_BLOCKED);
	rule = input->rules[0];
	assert_int_equal(rule->op_count, 3);
	memcpy(ops, rule->ops, sizeof(ops));
	ops[0].fib.flags |= FIB_F_ANY_METRIC;
	rule->ops = ops;
	assert_int_equal(from_by_eth0("198.51.100.7")->verdict, ANSWER_OPEN);
	build.host.routes[0].to.length = 1;
	build.host.routes[3].to.length = 2;
	assert_int_equal(from_by_eth0("198.51.100.7")->verdict, ANSWER_BLOCKED);
}

/* Asked for by matches of x_tables alone. */
static void test_port_of_a_bridge_is_known_only_where_there_is_no_bridge(void **state)
{
	static const uint8_t present[] = {1};
	struct rule *rule;
	struct op ops[3];

	(void)state;
	input_with(true, "meta iiftype 1 accept");
	rule = input->rules[0];
	ops[0] = (struct op){.kind = OP_META, .length = 1, .meta = {META_BRIDGE_PORT, -1}};
	ops[1] = (struct op){.kind = OP_CMP, .length = 1, .cmp = {NFT_CMP_EQ, {present, 1}}};
	ops[2] = rule->ops[rule->op_count - 1];
	rule->ops = ops;
	rule->op_count = 3;
	assert_string_equal(verdict_in(), "blocked");
	for (size_t i = 0; i < build.host.link_count; i++)
		build.host.links[i].kind = "bridge";
	assert_string_equal(conditions(&build, ask_in(&build, 443)),
			    "!depends on the port of a bridge, which rule 1 of inet filter input looks at");
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, start, finish)
	const struct CMUnitTest tests[] = {
		CLAIM(test_only_the_syn_surely_comes_without_a_socket),
		CLAIM(test_answers_come_to_the_socket_that_asked),
		CLAIM(test_before_the_routing_decision_there_is_no_socket),
		CLAIM(test_cgroup_of_an_arriving_ack_is_not_known),
		CLAIM(test_no_link_leads_to_our_own_address),
		CLAIM(test_no_link_leads_to_our_own_address_in_prerouting),
		CLAIM(test_incoming_type_behind_routing_is_that_of_the_link_it_leaves_by),
		CLAIM(test_incoming_type_in_output_breaks_the_rule),
		CLAIM(test_packet_type_that_no_socket_takes_is_not_open),
		CLAIM(test_what_the_client_chooses_is_not_known),
		CLAIM(test_what_no_client_can_choose_is_known),
		CLAIM(test_what_this_host_writes_is_known),
		CLAIM(test_an_ack_may_have_options),
		CLAIM(test_replies_leave_by_the_link_that_leads_to_the_peer),
		CLAIM(test_replies_to_nobody_in_particular_go_back_where_they_came_from),
		CLAIM(test_replies_by_one_of_several_routes_depend_on_it),
		CLAIM(test_replies_may_carry_the_mark_of_the_syn),
		CLAIM(test_route_of_another_metric_counts_where_it_is_asked_for),
		CLAIM(test_port_of_a_bridge_is_known_only_where_there_is_no_bridge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
