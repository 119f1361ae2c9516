/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about whole conversations: what opens a port, what only seems to, and for whom.
 */
#include "ask.h"
#include "cmocka_all.h"

#include <linux/netfilter/nf_tables.h>
#include <stdio.h>

static struct build build;

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

static void test_empty_ruleset_is_open_and_nobody_decided(void **state)
{
	const struct answer *answer = ask_in(&build, 443);

	(void)state;
	assert_int_equal(answer->verdict, ANSWER_OPEN);
	assert_string_equal(verdicts(&build, answer), "ipv4 open (eth0, eth1), ipv6 open (eth0, eth1)");
	assert_null(entry(answer, FAMILY_IPV4)->packets[0].decided_by);
	assert_int_equal(answer->ruleset, 7);
}

static void test_policy_drop_blocks_and_is_named(void **state)
{
	const struct answer *answer;

	(void)state;
	build_input(&build, true);
	answer = ask_in(&build, 443);
	assert_string_equal(fates(&build, answer), "syn drop, syn-ack pass, ack drop, answer pass");
	assert_string_equal(decider(&build, answer, PACKET_SYN),
			    "blocked by the policy of inet filter input");
	assert_int_equal(entry(answer, FAMILY_IPV4)->blocker_count, 1);
}

static void test_new_only_blocks_the_ack(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "tcp dport 443 ct state new accept");
	answer = ask_in(&build, 443);
	assert_int_equal(answer->verdict, ANSWER_BLOCKED);
	assert_string_equal(fates(&build, answer), "syn pass, syn-ack pass, ack drop, answer pass");
	assert_string_equal(decider(&build, answer, PACKET_ACK),
			    "blocked by the policy of inet filter input");
}

static void test_new_and_established_open(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "ct state established,related accept");
	build_rule(&build, input, "tcp dport 443 ct state new accept");
	answer = ask_in(&build, 443);
	assert_int_equal(answer->verdict, ANSWER_OPEN);
	assert_string_equal(decider(&build, answer, PACKET_SYN),
			    "accepted by rule 2 of inet filter input (admin, handle 4)");
	assert_int_equal(ask_in(&build, 80)->verdict, ANSWER_BLOCKED);
}

static struct chain *zoned_output(void)
{
	struct table *table = build_table(&build, TABLE_INET, "zoned");
	struct chain *raw = build_base_chain(&build, table, "raw", HOOK_PREROUTING, -300, false);

	build_rule(&build, raw, "ct zone set 1");
	return build_base_chain(&build, table, "output", HOOK_OUTPUT, 0, true);
}

static void test_replies_may_not_find_their_connection_where_rules_set_zones(void **state)
{
	struct chain *output = zoned_output();
	const struct answer *answer;

	(void)state;
	build_rule(&build, output, "ct state established accept");
	answer = ask_in(&build, 443);
	assert_int_equal(answer->verdict, ANSWER_UNKNOWN);
	assert_string_equal(fates(&build, answer), "syn pass, syn-ack unknown, ack pass, answer unknown");
	assert_string_equal(decider(&build, answer, PACKET_SYN_ACK),
			    "not known at rule 1 of inet zoned output (admin, handle 5): conntrack zones");
}

static void test_zones_do_not_matter_to_rules_that_do_not_ask(void **state)
{
	struct chain *output = zoned_output();

	(void)state;
	build_rule(&build, output, "ct direction 1 log");
	build_rule(&build, output, "ct state invalid log");
	build_rule(&build, output, "tcp sport 443 accept");
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_OPEN);
	assert_int_equal(ask_in(&build, 80)->verdict, ANSWER_BLOCKED);
}

static void test_first_packets_are_new_in_every_zone(void **state)
{
	struct chain *input = build_base_chain(&build, zoned_output()->table, "input", HOOK_INPUT, 0, false);

	(void)state;
	build_rule(&build, input, "tcp dport 443 ct state new drop");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn drop, syn-ack drop, ack unknown, answer drop");
}

static void test_nat_in_zones_is_not_followed(void **state)
{
	struct chain *output = zoned_output(), *nat;

	(void)state;
	nat = build_base_chain(&build, output->table, "nat", HOOK_PREROUTING, -100, false);
	nat->type = CHAIN_NAT;
	build_rule(&build, nat, "tcp dport 443 redirect 8443");
	build_rule(&build, output, "accept");
	assert_string_equal(
		decider(&build, ask_in(&build, 443), PACKET_SYN),
		"not known at rule 1 of inet zoned nat (admin, handle 6): NAT with conntrack zones");
}

static void test_drop_in_later_chain_blocks(void **state)
{
	struct chain *input = build_input(&build, false), *later;
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "tcp dport 443 accept");
	later = build_base_chain(&build, build_table(&build, TABLE_IP, "late"), "in", HOOK_INPUT, 10, false);
	build_rule(&build, later, "counter reject");
	answer = ask_in(&build, 443);
	assert_string_equal(verdicts(&build, answer), "ipv4 blocked (eth0, eth1), ipv6 open (eth0, eth1)");
	assert_string_equal(decider(&build, answer, PACKET_SYN),
			    "blocked by rule 1 of ip late in (admin, handle 6): reject");
}

static void test_accept_in_later_chain_never_opens(void **state)
{
	struct chain *later;

	(void)state;
	build_input(&build, true);
	later = build_base_chain(&build, build_table(&build, TABLE_INET, "late"), "in", HOOK_INPUT, 10,
				 false);
	build_rule(&build, later, "accept");
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_BLOCKED);
}

static void test_drop_in_output_kills_the_syn_ack(void **state)
{
	struct table *table = build_table(&build, TABLE_INET, "filter");
	struct chain *output = build_base_chain(&build, table, "output", HOOK_OUTPUT, 0, false);
	const struct answer *answer;

	(void)state;
	build_rule(&build, output, "tcp flags & 0x12 0x12 drop");
	answer = ask_in(&build, 443);
	assert_string_equal(fates(&build, answer), "syn pass, syn-ack drop, ack pass, answer pass");
	assert_int_equal(ask(&build, query_out(443))->verdict, ANSWER_OPEN);
}

static void test_all_blockers_are_named_once(void **state)
{
	struct chain *input = build_input(&build, true), *later;
	const struct family_answer *family;

	(void)state;
	build_rule(&build, input, "tcp dport 443 drop");
	later = build_base_chain(&build, build_table(&build, TABLE_INET, "late"), "in", HOOK_INPUT, 10, true);
	family = entry(ask_in(&build, 443), FAMILY_IPV4);
	assert_int_equal(family->blocker_count, 2);
	assert_ptr_equal(family->blockers[0].decision->rule, input->rules[0]);
	assert_null(family->blockers[1].decision->rule);
	assert_ptr_equal(family->blockers[1].decision->base, later);
	assert_int_equal(family->blockers[1].packet, PACKET_SYN);
}

static void test_ip6_chain_does_not_see_ipv4(void **state)
{
	(void)state;
	build_base_chain(&build, build_table(&build, TABLE_IP6, "six"), "in", HOOK_INPUT, 0, true);
	assert_string_equal(verdicts(&build, ask_in(&build, 443)),
			    "ipv4 open (eth0, eth1), ipv6 blocked (eth0, eth1)");
}

static void test_interfaces_that_rules_tell_apart_are_listed_and_only_the_default_route_counts(void **state)
{
	struct chain *input = build_input(&build, true);
	struct query query = query_in(443);
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "iifname eth0 tcp dport 443 accept");
	query.families = FAMILY_BIT(FAMILY_IPV4);
	answer = ask(&build, query);
	assert_string_equal(verdicts(&build, answer), "ipv4 open (eth0), ipv4 blocked (eth1 uncounted)");
	assert_int_equal(answer->verdict, ANSWER_OPEN);
	query.iface = "eth1";
	assert_string_equal(verdicts(&build, ask(&build, query)), "ipv4 blocked (eth1)");
}

static void test_addresses_that_rules_tell_apart_are_each_asked(void **state)
{
	struct chain *input = build_input(&build, false);
	struct query query = query_in(443);
	struct host_address second = {2, prefix_named("2001:db8::/64"), prefix_named("2001:db9::10").address};

	(void)state;
	build.host.addresses[1] = second; /* the first of eth0 is IPv4's */
	build_rule(&build, input, "counter");
	build_rule(&build, build_base_chain(&build, input->table, "output", HOOK_OUTPUT, 0, false),
		   "ip6 saddr 2001:db9::/32 drop");
	query.iface = "eth0";
	query.families = FAMILY_BIT(FAMILY_IPV6);
	assert_string_equal(verdicts(&build, ask(&build, query)), "ipv6 blocked (eth0), ipv6 open (eth0)");
}

static void test_family_without_address_does_not_apply(void **state)
{
	const struct answer *answer;

	(void)state;
	build.host.address_count = 3; /* IPv4 only */
	answer = ask_in(&build, 443);
	assert_string_equal(verdicts(&build, answer), "ipv4 open (eth0, eth1), ipv6 n/a");
	assert_int_equal(answer->verdict, ANSWER_OPEN);
}

static void test_host_that_is_not_known_is_asked_for_any_interface(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct answer *answer;

	(void)state;
	build.host.link_count = 0;
	build_rule(&build, input, "fib daddr type local tcp dport 443 accept");
	answer = ask_in(&build, 443);
	assert_string_equal(verdicts(&build, answer), "ipv4 open, ipv6 open");
	assert_null(answer->families[0].interface);
	assert_int_equal(ask_in(&build, 80)->verdict, ANSWER_BLOCKED);
}

static void test_host_with_only_loopback_is_reached_by_nobody(void **state)
{
	const struct answer *answer;

	(void)state;
	build.host.link_count = 1;
	answer = ask_in(&build, 443);
	assert_string_equal(verdicts(&build, answer), "ipv4 n/a, ipv6 n/a");
	assert_int_equal(answer->verdict, ANSWER_UNKNOWN);
}

static void test_peer_of_a_family_that_the_host_lacks_does_not_apply(void **state)
{
	struct prefix peer = prefix_named("2001:db8:9::/48");
	struct query query = query_in(443);

	(void)state;
	build.host.address_count = 3; /* IPv4 only */
	query.peer = &peer;
	assert_string_equal(verdicts(&build, ask(&build, query)), "ipv6 n/a");
}

static void test_unknown_interface_depends_on_it(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct answer *answer;

	(void)state;
	build.host.link_count = 0;
	build_rule(&build, input, "iifname wan0 accept");
	answer = ask_in(&build, 443);
	assert_int_equal(answer->verdict, ANSWER_DEPENDS);
	assert_string_equal(conditions(&build, answer),
			    "!depends on the interface, which rule 1 of inet filter input looks at");
}

static void test_blocklist_is_an_exception_and_its_member_is_blocked(void **state)
{
	struct chain *input = build_input(&build, false);
	struct prefix banned = prefix_named("198.51.100.7");
	struct query query = query_in(443);
	const struct answer *answer;

	(void)state;
	build_set(&build, input->table, "ban", 0, "198.51.100.7 203.0.113.9 8.8.8.8");
	build_rule(&build, input, "ip saddr @ban drop");
	answer = ask_in(&build, 443);
	assert_int_equal(answer->verdict, ANSWER_OPEN);
	assert_string_equal(conditions(&build, answer),
			    "except 3 addresses in set ban: dropped by rule 1 of inet filter input");
	query.peer = &banned;
	answer = ask(&build, query);
	assert_int_equal(answer->verdict, ANSWER_BLOCKED);
	assert_int_equal(answer->family_count, 1);
}

static void test_allow_list_is_told_when_the_rest_is_blocked(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "ip saddr 10.0.0.0/8 tcp dport 443 accept");
	build_rule(&build, input, "ip saddr 10.0.0.0/8 tcp dport 22 accept");
	answer = ask_in(&build, 443);
	assert_int_equal(answer->verdict, ANSWER_BLOCKED);
	assert_string_equal(conditions(&build, answer),
			    "except 10.0.0.0/8: accepted by rule 1 of inet filter input");
}

static void test_empty_blocklist_is_said_to_be_empty(void **state)
{
	struct chain *input = build_input(&build, false);

	(void)state;
	build_set(&build, input->table, "ban", NFT_SET_TIMEOUT, "");
	build_rule(&build, input, "ip saddr @ban drop");
	assert_string_equal(
		conditions(&build, ask_in(&build, 443)),
		"except addresses in set ban (empty now): dropped by rule 1 of inet filter input");
}

static void test_many_exceptions_are_counted(void **state)
{
	struct chain *input = build_input(&build, false);
	char line[64];
	const struct family_answer *family;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(line, sizeof(line), "ip saddr 7.%d.%d.1 drop", i / 256, i % 256);
		build_rule(&build, input, line);
	}
	family = entry(ask_in(&build, 443), FAMILY_IPV4);
	assert_int_equal(family->verdict, ANSWER_OPEN);
	assert_true(family->condition_count <= 34);
	assert_string_equal(family->conditions[family->condition_count - 1].text,
			    "and 968 more rules that single out addresses");
}

static void test_bypassed_conjunction_of_excepted_source_says_spared(void **state)
{
	struct chain *input = build_input(&build, false);
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "ip saddr != 192.168.0.0/16 drop");
	answer = ask_in(&build, 443);
	assert_string_equal(conditions(&build, answer),
			    "except 192.168.0.0/16: not blocked by rule 1 of inet filter input");
}

static void test_limit_is_judged_below_the_rate(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "tcp dport 443 limit 10 accept");
	answer = ask_in(&build, 443);
	assert_int_equal(answer->verdict, ANSWER_OPEN);
	assert_string_equal(conditions(&build, answer),
			    "below 10/second; above that dropped by the policy of inet filter input");
	assert_int_equal(entry(answer, FAMILY_IPV4)->conditions[0].kind, CONDITION_RATE);
}

static void test_connection_that_is_more_than_a_slow_burst_is_blocked(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_rule(&build, input, "tcp dport 443 limit 1 /hour burst 1 accept");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack drop, answer pass");
}

static void test_data_that_are_more_than_a_slow_burst_are_blocked(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_rule(&build, input, "tcp dport 443 limit 1 /hour burst 2 accept");
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_BLOCKED);
}

static void test_connection_that_is_more_than_a_quick_burst_depends(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "tcp dport 443 limit 10 burst 1 accept");
	answer = ask_in(&build, 443);
	assert_int_equal(answer->verdict, ANSWER_DEPENDS);
	assert_string_equal(
		conditions(&build, answer),
		"below 10/second; above that dropped by the policy of inet filter input; "
		"!depends on how soon its own packets follow each other, which rule 1 of inet filter "
		"input looks at");
}

static void test_limit_on_first_packets_has_room_for_one(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_rule(&build, input, "ct state established accept");
	build_rule(&build, input, "tcp dport 443 limit 1 /hour burst 1 accept");
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_OPEN);
}

static void test_drop_beyond_a_slow_burst_blocks(void **state)
{
	struct chain *input = build_input(&build, false);

	(void)state;
	build_rule(&build, input, "tcp dport 443 limit over 1 /hour burst 1 drop");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack drop, answer pass");
}

static void test_many_limits_on_logs_stay_linear(void **state)
{
	struct chain *input = build_input(&build, false);

	(void)state;
	for (int i = 0; i < 300; i++)
		build_rule(&build, input, "limit 1 /hour burst 1 log");
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_OPEN);
}

static void test_limit_over_is_judged_below_the_rate(void **state)
{
	struct chain *input = build_input(&build, false);
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "limit over 10 drop");
	answer = ask_in(&build, 443);
	assert_int_equal(answer->verdict, ANSWER_OPEN);
	assert_string_equal(conditions(&build, answer),
			    "below 10/second; above that dropped by rule 1 of inet filter input");
}

static void test_limit_that_changes_nothing_is_not_told(void **state)
{
	struct chain *input = build_input(&build, false);

	(void)state;
	build_rule(&build, input, "limit 10 log");
	build_rule(&build, input, "tcp dport 443 limit 10 accept");
	assert_string_equal(conditions(&build, ask_in(&build, 443)), "");
}

static void test_ban_set_that_the_syn_writes_blocks_the_ack(void **state)
{
	struct chain *input = build_input(&build, false);
	struct set *ban = build_set(&build, input->table, "ban", NFT_SET_EVAL, "");
	const struct answer *answer;

	(void)state;
	assert_int_equal(ban->key_length, 4);
	build_rule(&build, input, "ip saddr @ban drop");
	build_rule(&build, input, "add @ban saddr accept");
	answer = ask_in(&build, 443);
	assert_string_equal(fates(&build, answer), "syn pass, syn-ack pass, ack drop, answer pass");
}

static void test_blocked_syn_leaves_nothing_in_the_ban_set(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct family_answer *family;

	(void)state;
	build_set(&build, input->table, "ban", NFT_SET_EVAL, "");
	build_rule(&build, input, "ip saddr @ban drop");
	build_rule(&build, input, "ct state established accept");
	build_rule(&build, input, "add @ban saddr counter");
	family = entry(ask_in(&build, 443), FAMILY_IPV4);
	assert_int_equal(family->blocker_count, 1);
	assert_null(family->blockers[0].decision->rule);
	assert_int_equal(family->packets[0].path[0].passed_count, 1);
	assert_ptr_equal(family->packets[0].path[0].passed[0], input->rules[2]);
}

static void test_a_rule_about_odd_packets_is_not_to_blame_where_all_are_dropped(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct family_answer *family;
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "ip ttl < 5 drop");
	build_rule(&build, input, "tcp dport 22 accept");
	answer = ask_in(&build, 443);
	family = entry(answer, FAMILY_IPV4);
	assert_string_equal(decider(&build, answer, PACKET_SYN),
			    "blocked by the policy of inet filter input");
	assert_int_equal(family->blocker_count, 1);
	assert_null(family->blockers[0].decision->rule);
	build_rule(&build, input, "accept");
	assert_string_equal(verdicts(&build, ask_in(&build, 443)),
			    "ipv4 depends (eth0, eth1), ipv6 open (eth0, eth1)");
}

static void test_ct_mark_of_the_syn_is_seen_by_the_ack(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_rule(&build, input, "ct mark 7 accept");
	build_rule(&build, input, "tcp dport 443 ct state new ct mark set 7 accept");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack pass, answer pass");
}

static void test_mark_is_carried_to_the_next_chain_and_not_to_the_next_packet(void **state)
{
	struct table *table = build_table(&build, TABLE_INET, "filter");
	struct chain *pre = build_base_chain(&build, table, "pre", HOOK_PREROUTING, -150, false);
	struct chain *input = build_base_chain(&build, table, "input", HOOK_INPUT, 0, true);

	(void)state;
	build_rule(&build, pre, "ct state new meta mark set 5");
	build_rule(&build, input, "meta mark 5 accept");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack drop, answer pass");
}

static void test_client_port_range_that_rules_split_depends(void **state)
{
	struct chain *input = build_input(&build, false);
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "tcp sport 50000-65535 drop");
	answer = ask_in(&build, 443);
	assert_int_equal(answer->verdict, ANSWER_DEPENDS);
	assert_string_equal(
		conditions(&build, answer),
		"!not for clients with ports 50000-60999: dropped by rule 1 of inet filter input");
}

static void test_client_port_range_that_rules_cover_is_certain(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_rule(&build, input, "tcp sport 1024-39999 accept");
	build_rule(&build, input, "tcp sport > 39999 accept");
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_OPEN);
}

static void test_legacy_table_caps_open_at_unknown(void **state)
{
	const struct answer *answer;

	(void)state;
	build.ruleset.legacy_tables[FAMILY_IPV4] = "filter";
	build.ruleset.legacy_unread[FAMILY_IPV4] = "CAP_NET_RAW is missing";
	build.ruleset.legacy_tables[FAMILY_IPV6] = NULL;
	answer = ask_in(&build, 443);
	assert_int_equal(answer->verdict, ANSWER_UNKNOWN);
	assert_string_equal(entry(answer, FAMILY_IPV4)->unknown,
			    "the legacy table filter is registered and could not be read: CAP_NET_RAW is "
			    "missing");
	assert_string_equal(entry(answer, FAMILY_IPV6)->unknown, "could not read /proc/net/ip6_tables_names");
}

static void test_legacy_table_does_not_open_what_is_blocked(void **state)
{
	(void)state;
	build_input(&build, true);
	build.ruleset.legacy_tables[FAMILY_IPV4] = "filter";
	assert_int_equal(entry(ask_in(&build, 443), FAMILY_IPV4)->verdict, ANSWER_BLOCKED);
}

static void test_udp_is_a_datagram_and_its_answer(void **state)
{
	struct chain *input = build_input(&build, true);
	struct query query = query_in(53);

	(void)state;
	query.protocol = PROTOCOL_UDP;
	build_rule(&build, input, "udp dport 53 accept");
	assert_string_equal(fates(&build, ask(&build, query)),
			    "datagram pass, answer pass, next-datagram pass");
}

static void test_redirect_moves_the_port_for_later_hooks(void **state)
{
	struct table *table = build_table(&build, TABLE_IP, "nat");
	struct chain *nat = build_base_chain(&build, table, "pre", HOOK_PREROUTING, -50, false);
	struct chain *input = build_base_chain(&build, table, "input", HOOK_INPUT, 0, true);
	struct query query = query_in(443);

	(void)state;
	nat->type = CHAIN_NAT;
	query.families = FAMILY_BIT(FAMILY_IPV4);
	build_rule(&build, nat, "tcp dport 443 redirect 8443");
	build_rule(&build, input, "tcp dport 443 accept");
	assert_int_equal(ask(&build, query)->verdict, ANSWER_BLOCKED);
	build_rule(&build, input, "tcp dport 8443 accept");
	assert_string_equal(fates(&build, ask(&build, query)),
			    "syn pass, syn-ack pass, ack pass, answer pass");
}

static void test_dnat_to_somebody_else_is_not_delivered(void **state)
{
	struct table *table = build_table(&build, TABLE_IP, "nat");
	struct chain *nat = build_base_chain(&build, table, "pre", HOOK_PREROUTING, -100, false);
	const struct decision *decision;
	const struct answer *answer;
	char address[ADDRESS_TEXT];

	(void)state;
	nat->type = CHAIN_NAT;
	build_rule(&build, nat, "tcp dport 443 dnat 172.17.0.2");
	answer = ask_in(&build, 443);
	assert_string_equal(verdicts(&build, answer), "ipv4 blocked (eth0, eth1), ipv6 open (eth0, eth1)");
	assert_string_equal(decider(&build, answer, PACKET_SYN),
			    "blocked by rule 1 of ip nat pre (admin, handle 3): drop");
	decision = entry(answer, FAMILY_IPV4)->packets[0].decided_by;
	assert_true(decision->forwarded);
	assert_string_equal(address_text(&decision->forwarded_to, address), "172.17.0.2");
}

static void test_nat_chain_without_connection_tracking_is_inert(void **state)
{
	struct table *table = build_table(&build, TABLE_IP, "nat");
	struct chain *nat = build_base_chain(&build, table, "pre", HOOK_PREROUTING, -100, true);

	(void)state;
	nat->type = CHAIN_NAT;
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_OPEN);
	build_rule(&build, build_chain(&build, table, "unused"), "ct state new accept");
	assert_int_equal(entry(ask_in(&build, 443), FAMILY_IPV4)->verdict, ANSWER_BLOCKED);
}

static void test_notrack_packet_is_neither_new_nor_established(void **state)
{
	struct table *table = build_table(&build, TABLE_INET, "filter");
	struct chain *raw = build_base_chain(&build, table, "raw", HOOK_PREROUTING, -300, false);
	struct chain *input = build_base_chain(&build, table, "input", HOOK_INPUT, 0, true);

	(void)state;
	build_rule(&build, raw, "tcp dport 443 notrack");
	build_rule(&build, input, "ct state new,established accept");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn drop, syn-ack pass, ack drop, answer pass");
	build_rule(&build, input, "ct state untracked accept");
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_OPEN);
}

static void test_reverse_path_check_passes_where_the_default_route_is(void **state)
{
	struct chain *input = build_input(&build, false);
	struct query query = query_in(443);

	(void)state;
	build_rule(&build, input, "fib saddr . iif oif 0 drop");
	query.families = FAMILY_BIT(FAMILY_IPV4);
	assert_string_equal(verdicts(&build, ask(&build, query)),
			    "ipv4 open (eth0), ipv4 blocked (eth1 uncounted)");
}

static void test_host_without_default_route_counts_every_interface(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct answer *answer;

	(void)state;
	build.host.route_count = 0;
	build_rule(&build, input, "iifname eth0 accept");
	answer = ask_in(&build, 443);
	assert_string_equal(verdicts(&build, answer),
			    "ipv4 open (eth0), ipv4 blocked (eth1), ipv6 open (eth0), ipv6 blocked (eth1)");
	assert_int_equal(answer->verdict, ANSWER_BLOCKED);
}

static void test_outbound_needs_the_answer_to_come_in(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct answer *answer = ask(&build, query_out(443));

	(void)state;
	assert_string_equal(fates(&build, answer), "syn pass, syn-ack drop, ack pass, answer drop");
	build_rule(&build, input, "ct state established accept");
	assert_int_equal(ask(&build, query_out(443))->verdict, ANSWER_OPEN);
}

static void test_bridge_rules_are_not_modelled_and_said_so(void **state)
{
	struct chain *bridge =
		build_base_chain(&build, build_table(&build, TABLE_BRIDGE, "br"), "in", HOOK_INPUT, 0, false);
	const struct answer *answer;

	(void)state;
	assert_int_equal(ask_in(&build, 443)->not_modelled_count, 0);
	build_rule(&build, bridge, "drop");
	answer = ask_in(&build, 443);
	assert_int_equal(answer->not_modelled_count, 1);
	assert_string_equal(answer->not_modelled[0].kind, "bridge chain");
	assert_string_equal(answer->not_modelled[0].name, "bridge br in");
}

static const struct answer *ask_ipv4(struct query query)
{
	query.families = FAMILY_BIT(FAMILY_IPV4);
	return ask(&build, query);
}

static void test_rule_on_psh_blocks_the_first_data(void **state)
{
	struct chain *input = build_input(&build, false);
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "tcp flags & 0x08 0x08 drop");
	answer = ask_ipv4(query_in(443));
	assert_int_equal(answer->verdict, ANSWER_BLOCKED);
	assert_string_equal(fates(&build, answer), "syn pass, syn-ack pass, ack drop, answer pass");
	assert_string_equal(decider(&build, answer, PACKET_ACK),
			    "blocked by rule 1 of inet filter input (admin, handle 3): drop");
	assert_int_equal(entry(answer, FAMILY_IPV4)->packets[2].packet.payload_length, 64);
}

static void test_rule_on_bare_acks_blocks_the_ack(void **state)
{
	struct chain *input = build_input(&build, false);
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "tcp flags 0x10 drop");
	answer = ask_ipv4(query_in(443));
	assert_string_equal(fates(&build, answer), "syn pass, syn-ack pass, ack drop, answer pass");
	assert_int_equal(entry(answer, FAMILY_IPV4)->packets[2].packet.payload_length, 0);
}

static void test_rule_on_psh_blocks_the_data_behind_a_redirect(void **state)
{
	struct table *table = build_table(&build, TABLE_IP, "nat");
	struct chain *nat = build_base_chain(&build, table, "pre", HOOK_PREROUTING, -50, false);
	struct chain *input = build_base_chain(&build, table, "input", HOOK_INPUT, 0, false);

	(void)state;
	nat->type = CHAIN_NAT;
	build_rule(&build, nat, "tcp dport 443 redirect 8443");
	build_rule(&build, input, "tcp dport 8443 tcp flags & 0x08 0x08 drop");
	assert_string_equal(fates(&build, ask_ipv4(query_in(443))),
			    "syn pass, syn-ack pass, ack drop, answer pass");
}

static void test_rule_on_the_payload_depends_on_it(void **state)
{
	struct chain *input = build_input(&build, false);
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "payload byte 0x16 drop");
	answer = ask_ipv4(query_in(443));
	assert_string_equal(fates(&build, answer), "syn pass, syn-ack pass, ack depends, answer pass");
	assert_string_equal(conditions(&build, answer),
			    "!depends on the payload, which rule 1 of inet filter input looks at");
}

static void test_rule_on_psh_blocks_data_in_both_directions(void **state)
{
	struct table *table = build_table(&build, TABLE_INET, "filter");
	struct chain *output = build_base_chain(&build, table, "output", HOOK_OUTPUT, 0, false);

	(void)state;
	build_rule(&build, output, "tcp flags & 0x08 0x08 drop");
	assert_string_equal(fates(&build, ask_ipv4(query_in(443))),
			    "syn pass, syn-ack pass, ack pass, answer drop");
	assert_string_equal(fates(&build, ask_ipv4(query_out(443))),
			    "syn pass, syn-ack pass, ack drop, answer pass");
}

static void test_inbound_to_somebody_elses_address_does_not_apply(void **state)
{
	struct prefix stranger = prefix_named("203.0.113.5"), ours = prefix_named("192.0.2.10");
	struct prefix around = prefix_named("192.0.2.0/24"), loopback = prefix_named("127.0.0.1");
	struct query query = query_in(443);

	(void)state;
	query.local = &stranger;
	assert_string_equal(verdicts(&build, ask(&build, query)), "ipv4 n/a");
	query.iface = "eth0";
	assert_string_equal(verdicts(&build, ask(&build, query)), "ipv4 n/a");
	query.local = &ours;
	assert_string_equal(verdicts(&build, ask(&build, query)), "ipv4 open (eth0)");
	query.local = &around;
	assert_string_equal(verdicts(&build, ask(&build, query)), "ipv4 open (eth0)");
	query = query_in(443);
	query.local = &loopback;
	assert_string_equal(verdicts(&build, ask(&build, query)), "ipv4 open");
}

static void test_host_that_is_not_known_is_asked_for_the_address_that_is_meant(void **state)
{
	struct prefix local = prefix_named("203.0.113.5");
	struct query query = query_in(443);

	(void)state;
	build.host.link_count = 0;
	query.local = &local;
	assert_string_equal(verdicts(&build, ask(&build, query)), "ipv4 open");
}

static void test_outbound_by_another_interface_than_the_route_does_not_apply(void **state)
{
	struct prefix near = prefix_named("10.1.0.7"), far = prefix_named("198.51.100.7");
	struct query query = query_out(443);

	(void)state;
	query.peer = &near;
	query.iface = "eth0";
	assert_string_equal(verdicts(&build, ask(&build, query)), "ipv4 n/a");
	query.iface = "eth1";
	assert_string_equal(verdicts(&build, ask(&build, query)), "ipv4 open (eth1)");
	query.peer = &far;
	assert_string_equal(verdicts(&build, ask(&build, query)), "ipv4 n/a");
	query.iface = "eth0";
	assert_string_equal(verdicts(&build, ask(&build, query)), "ipv4 open (eth0)");
}

static void test_outbound_by_the_second_of_two_equal_routes_applies(void **state)
{
	struct prefix far = prefix_named("198.51.100.7");
	struct query query = query_out(443);

	(void)state;
	build.host.routes[1] = build.host.routes[0];
	build.host.routes[1].link = 3;
	query.peer = &far;
	query.iface = "eth1";
	assert_string_equal(verdicts(&build, ask(&build, query)), "ipv4 open (eth1)");
}

static void test_outbound_to_a_peer_without_route_is_asked(void **state)
{
	struct prefix far = prefix_named("198.51.100.7");
	struct query query = query_out(443);

	(void)state;
	build.host.routes[0] = build.host.routes[1]; /* no default route */
	query.peer = &far;
	query.iface = "eth1";
	assert_string_equal(verdicts(&build, ask(&build, query)), "ipv4 open (eth1)");
}

static void assert_iface_does_not_apply(const char *name)
{
	struct prefix peer = prefix_named("198.51.100.7");
	struct query query = query_in(443);

	query.iface = name;
	assert_string_equal(verdicts(&build, ask(&build, query)), "ipv4 n/a, ipv6 n/a");
	query.peer = &peer;
	assert_string_equal(verdicts(&build, ask(&build, query)), "ipv4 n/a");
}

static void test_interface_that_cannot_serve_does_not_apply(void **state)
{
	(void)state;
	assert_iface_does_not_apply("nosuch0");
	build.host.addresses[0].address = prefix_named("198.51.100.1").address; /* lo */
	assert_iface_does_not_apply("lo");
	build.host.links[1].up = false;
	assert_iface_does_not_apply("eth0");
	build.host.addresses[2].link = build.host.addresses[5].link = 2;
	assert_iface_does_not_apply("eth1");
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, start, finish)
	const struct CMUnitTest tests[] = {
		CLAIM(test_empty_ruleset_is_open_and_nobody_decided),
		CLAIM(test_policy_drop_blocks_and_is_named),
		CLAIM(test_new_only_blocks_the_ack),
		CLAIM(test_new_and_established_open),
		CLAIM(test_replies_may_not_find_their_connection_where_rules_set_zones),
		CLAIM(test_zones_do_not_matter_to_rules_that_do_not_ask),
		CLAIM(test_first_packets_are_new_in_every_zone),
		CLAIM(test_nat_in_zones_is_not_followed),
		CLAIM(test_drop_in_later_chain_blocks),
		CLAIM(test_accept_in_later_chain_never_opens),
		CLAIM(test_drop_in_output_kills_the_syn_ack),
		CLAIM(test_all_blockers_are_named_once),
		CLAIM(test_ip6_chain_does_not_see_ipv4),
		CLAIM(test_interfaces_that_rules_tell_apart_are_listed_and_only_the_default_route_counts),
		CLAIM(test_addresses_that_rules_tell_apart_are_each_asked),
		CLAIM(test_family_without_address_does_not_apply),
		CLAIM(test_host_that_is_not_known_is_asked_for_any_interface),
		CLAIM(test_host_with_only_loopback_is_reached_by_nobody),
		CLAIM(test_peer_of_a_family_that_the_host_lacks_does_not_apply),
		CLAIM(test_unknown_interface_depends_on_it),
		CLAIM(test_blocklist_is_an_exception_and_its_member_is_blocked),
		CLAIM(test_allow_list_is_told_when_the_rest_is_blocked),
		CLAIM(test_empty_blocklist_is_said_to_be_empty),
		CLAIM(test_many_exceptions_are_counted),
		CLAIM(test_bypassed_conjunction_of_excepted_source_says_spared),
		CLAIM(test_limit_is_judged_below_the_rate),
		CLAIM(test_connection_that_is_more_than_a_slow_burst_is_blocked),
		CLAIM(test_data_that_are_more_than_a_slow_burst_are_blocked),
		CLAIM(test_connection_that_is_more_than_a_quick_burst_depends),
		CLAIM(test_limit_on_first_packets_has_room_for_one),
		CLAIM(test_drop_beyond_a_slow_burst_blocks),
		CLAIM(test_many_limits_on_logs_stay_linear),
		CLAIM(test_limit_over_is_judged_below_the_rate),
		CLAIM(test_limit_that_changes_nothing_is_not_told),
		CLAIM(test_ban_set_that_the_syn_writes_blocks_the_ack),
		CLAIM(test_blocked_syn_leaves_nothing_in_the_ban_set),
		CLAIM(test_a_rule_about_odd_packets_is_not_to_blame_where_all_are_dropped),
		CLAIM(test_ct_mark_of_the_syn_is_seen_by_the_ack),
		CLAIM(test_mark_is_carried_to_the_next_chain_and_not_to_the_next_packet),
		CLAIM(test_client_port_range_that_rules_split_depends),
		CLAIM(test_client_port_range_that_rules_cover_is_certain),
		CLAIM(test_legacy_table_caps_open_at_unknown),
		CLAIM(test_legacy_table_does_not_open_what_is_blocked),
		CLAIM(test_udp_is_a_datagram_and_its_answer),
		CLAIM(test_redirect_moves_the_port_for_later_hooks),
		CLAIM(test_dnat_to_somebody_else_is_not_delivered),
		CLAIM(test_nat_chain_without_connection_tracking_is_inert),
		CLAIM(test_notrack_packet_is_neither_new_nor_established),
		CLAIM(test_reverse_path_check_passes_where_the_default_route_is),
		CLAIM(test_host_without_default_route_counts_every_interface),
		CLAIM(test_outbound_needs_the_answer_to_come_in),
		CLAIM(test_bridge_rules_are_not_modelled_and_said_so),
		CLAIM(test_rule_on_psh_blocks_the_first_data),
		CLAIM(test_rule_on_bare_acks_blocks_the_ack),
		CLAIM(test_rule_on_psh_blocks_the_data_behind_a_redirect),
		CLAIM(test_rule_on_the_payload_depends_on_it),
		CLAIM(test_rule_on_psh_blocks_data_in_both_directions),
		CLAIM(test_inbound_to_somebody_elses_address_does_not_apply),
		CLAIM(test_host_that_is_not_known_is_asked_for_the_address_that_is_meant),
		CLAIM(test_outbound_by_another_interface_than_the_route_does_not_apply),
		CLAIM(test_outbound_by_the_second_of_two_equal_routes_applies),
		CLAIM(test_outbound_to_a_peer_without_route_is_asked),
		CLAIM(test_interface_that_cannot_serve_does_not_apply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
