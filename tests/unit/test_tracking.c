/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about connection tracking and NAT along a conversation: what an earlier packet leaves for the later ones.
 */
#include "ask.h"
#include "cmocka_all.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

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

static struct chain *raw(enum hook hook)
{
	struct table *table = build_table(&build, TABLE_INET, hook == HOOK_OUTPUT ? "raw-out" : "raw-in");

	return build_base_chain(&build, table, "raw", hook, -300, false);
}

static const struct answer *ask_out(uint16_t port)
{
	return ask(&build, query_out(port));
}

static const struct answer *ask_udp(uint16_t port)
{
	struct query query = query_in(port);

	query.protocol = PROTOCOL_UDP;
	return ask(&build, query);
}

static void test_second_datagram_is_established(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_rule(&build, input, "udp dport 443 ct state new accept");
	assert_string_equal(fates(&build, ask_udp(443)), "datagram pass, answer pass, next-datagram drop");
	build_rule(&build, input, "ct state established accept");
	assert_int_equal(ask_udp(443)->verdict, ANSWER_OPEN);
}

static void test_client_whose_syn_ack_is_not_tracked_is_invalid_from_then_on(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_rule(&build, input, "tcp dport 443 ct state new accept");
	build_rule(&build, input, "ct state established accept");
	build_rule(&build, raw(HOOK_OUTPUT), "tcp sport 443 notrack");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack drop, answer pass");
}

static void test_our_ack_is_invalid_when_the_syn_ack_came_untracked(void **state)
{
	struct chain *output = build_base_chain(&build, build_table(&build, TABLE_INET, "filter"), "output",
						HOOK_OUTPUT, 0, false);

	(void)state;
	build_rule(&build, output, "ct state invalid drop");
	build_rule(&build, raw(HOOK_PREROUTING), "tcp sport 443 notrack");
	assert_string_equal(fates(&build, ask_out(443)), "syn pass, syn-ack pass, ack drop, answer pass");
}

static void test_untracked_syn_makes_the_syn_ack_invalid_and_the_ack_new(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_rule(&build, raw(HOOK_PREROUTING), "tcp flags & 0x12 0x02 notrack");
	build_rule(&build, input, "ct state untracked accept");
	build_rule(&build, input, "ct state established accept");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack drop, answer pass");
	build_rule(&build, input, "ct state new accept");
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_OPEN);
}

static void test_connection_picked_up_is_established_when_it_is_answered(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_rule(&build, raw(HOOK_PREROUTING), "tcp flags & 0x12 0x02 notrack");
	build_rule(&build, input, "ct state untracked,new accept");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack drop, answer pass");
}

static void test_connection_is_picked_up_only_where_that_is_known_to_be_allowed(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build.host.tracks_midway = false;
	build_rule(&build, raw(HOOK_PREROUTING), "tcp flags & 0x12 0x02 notrack");
	build_rule(&build, input, "ct state untracked,new,established accept");
	assert_string_equal(
		decider(&build, ask_in(&build, 443), PACKET_ACK),
		"not known at rule 1 of inet filter input (admin, handle 6): a connection of which "
		"conntrack sees only a part");
}

static void test_nat_chains_are_asked_for_the_ack_that_is_picked_up(void **state)
{
	struct table *table = build_table(&build, TABLE_INET, "nat");
	struct chain *nat = build_base_chain(&build, table, "nat", HOOK_PREROUTING, -100, false);

	(void)state;
	nat->type = CHAIN_NAT;
	build_rule(&build, nat, "ct state new tcp dport 443 drop");
	build_rule(&build, raw(HOOK_PREROUTING), "tcp flags & 0x02 0x02 notrack");
	build_rule(&build, raw(HOOK_OUTPUT), "tcp flags & 0x02 0x02 notrack");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack drop, answer pass");
}

static void test_packets_of_a_connection_that_went_past_tracking_may_leave_its_window(void **state)
{
	struct chain *output = build_base_chain(&build, build_table(&build, TABLE_INET, "filter"), "output",
						HOOK_OUTPUT, 0, true);

	(void)state;
	build_rule(&build, raw(HOOK_PREROUTING), "tcp flags & 0x12 0x10 notrack");
	build_rule(&build, output, "ct state established accept");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack pass, answer unknown");
}

static void test_answer_to_an_untracked_datagram_starts_the_flow(void **state)
{
	struct chain *output = build_base_chain(&build, build_table(&build, TABLE_INET, "filter"), "output",
						HOOK_OUTPUT, 0, true);

	(void)state;
	build_rule(&build, raw(HOOK_PREROUTING), "udp dport 443 notrack");
	build_rule(&build, output, "ct state new ct direction 0 ct original saddr 192.0.2.10 accept");
	assert_int_equal(entry(ask_udp(443), FAMILY_IPV4)->verdict, ANSWER_OPEN);
}

static void test_late_notrack_takes_what_has_no_entry(void **state)
{
	struct chain *output = build_base_chain(&build, build_table(&build, TABLE_INET, "filter"), "output",
						HOOK_OUTPUT, 0, false);

	(void)state;
	build_rule(&build, raw(HOOK_PREROUTING), "tcp flags & 0x12 0x02 notrack");
	build_rule(&build, output, "notrack");
	build_rule(&build, output, "ct state untracked drop");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack drop, ack pass, answer pass");
}

static void test_mark_of_an_invalid_packet_is_not_kept(void **state)
{
	struct chain *output = build_base_chain(&build, build_table(&build, TABLE_INET, "marks"), "output",
						HOOK_OUTPUT, 0, false);
	struct chain *input = build_input(&build, false);

	(void)state;
	build_rule(&build, raw(HOOK_PREROUTING), "tcp flags & 0x12 0x02 notrack");
	build_rule(&build, output, "tcp flags & 0x12 0x12 ct mark set 5");
	build_rule(&build, input, "ct mark 5 accept");
	build_rule(&build, input, "tcp flags & 0x12 0x10 drop");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack drop, answer pass");
}

static struct chain *nat_chain(enum hook hook, int priority)
{
	struct chain *chain = build_base_chain(&build, build_table(&build, TABLE_INET, "nat"), "nat", hook,
					       priority, false);

	chain->type = CHAIN_NAT;
	return chain;
}

static void test_untracked_answer_of_a_redirected_port_comes_to_nobody(void **state)
{
	const struct answer *answer;

	(void)state;
	build_rule(&build, nat_chain(HOOK_PREROUTING, -100), "tcp dport 443 redirect 8443");
	build_rule(&build, raw(HOOK_OUTPUT), "tcp sport 8443 notrack");
	answer = ask_in(&build, 443);
	assert_string_equal(fates(&build, answer), "syn pass, syn-ack drop, ack drop, answer drop");
	assert_string_equal(decider(&build, answer, PACKET_SYN_ACK),
			    "blocked by rule 1 of inet nat nat (admin, handle 3): drop");
	assert_string_equal(answer->families[0].packets[1].decided_by->because,
			    "NAT changes no packet that is not tracked");
}

static void test_untracked_ack_to_a_redirected_port_stays_on_that_port(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_rule(&build, nat_chain(HOOK_PREROUTING, -100), "tcp dport 443 redirect 8443");
	build_rule(&build, raw(HOOK_PREROUTING), "tcp flags & 0x12 0x10 notrack");
	build_rule(&build, input, "tcp dport 8443 accept");
	assert_string_equal(decider(&build, ask_in(&build, 443), PACKET_ACK),
			    "blocked by the policy of inet filter input");
	build_rule(&build, input, "tcp dport 443 accept");
	assert_string_equal(decider(&build, ask_in(&build, 443), PACKET_ACK),
			    "blocked by rule 1 of inet nat nat (admin, handle 5): drop");
}

static void test_nat_in_the_middle_of_a_connection_is_not_followed(void **state)
{
	(void)state;
	build_rule(&build, nat_chain(HOOK_PREROUTING, -100), "tcp dport 443 redirect 8443");
	build_rule(&build, raw(HOOK_PREROUTING), "tcp flags & 0x12 0x02 notrack");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack unknown, answer pass");
}

static void test_nat_of_the_other_family_is_passed_over(void **state)
{
	struct chain *input = nat_chain(HOOK_INPUT, 100);
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "snat 192.0.2.66");
	build_rule(&build, input, "drop");
	build_rule(&build, build_input(&build, false), "ct state new accept");
	answer = ask_in(&build, 443);
	assert_int_equal(entry(answer, FAMILY_IPV6)->verdict, ANSWER_BLOCKED);
}

static void test_nat_chain_is_inert_in_the_family_that_is_not_tracked(void **state)
{
	struct chain *nat = nat_chain(HOOK_PREROUTING, -100);
	const struct answer *answer;

	(void)state;
	nat->policy_drop = true;
	build_rule(&build, nat, "tcp dport 80 dnat 192.0.2.10");
	answer = ask_in(&build, 443);
	assert_int_equal(entry(answer, FAMILY_IPV4)->verdict, ANSWER_BLOCKED);
	assert_int_equal(entry(answer, FAMILY_IPV6)->verdict, ANSWER_OPEN);
}

static void test_redirect_to_the_same_port_is_no_dnat(void **state)
{
	struct chain *nat = nat_chain(HOOK_PREROUTING, -100), *input = build_input(&build, true);
	struct query query = query_in(443);
	struct prefix local = prefix_named("192.0.2.10");

	(void)state;
	query.local = &local;
	build_rule(&build, nat, "tcp dport 443 redirect 443");
	build_rule(&build, nat, "tcp dport 443 drop"); /* it has had its NAT all the same */
	build_rule(&build, input, "ct state established accept");
	build_rule(&build, input, "ct status & 0x20 0x20 accept");
	assert_string_equal(fates(&build, ask(&build, query)),
			    "syn drop, syn-ack pass, ack pass, answer pass");
	assert_string_equal(decider(&build, ask(&build, query), PACKET_SYN),
			    "blocked by the policy of inet filter input");
}

static void test_address_of_the_other_family_in_a_tuple_breaks_the_rule(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "ct original saddr != 192.0.2.66 accept");
	answer = ask_in(&build, 443);
	assert_int_equal(entry(answer, FAMILY_IPV4)->verdict, ANSWER_OPEN);
	assert_int_equal(entry(answer, FAMILY_IPV6)->verdict, ANSWER_BLOCKED);
}

static void test_dnat_to_the_loopback_is_not_delivered_unless_the_interface_routes_it(void **state)
{
	(void)state;
	build_rule(&build, nat_chain(HOOK_PREROUTING, -100), "tcp dport 443 dnat 127.0.0.1");
	assert_string_equal(decider(&build, ask_in(&build, 443), PACKET_SYN),
			    "blocked by rule 1 of inet nat nat (admin, handle 3): drop");
	for (size_t i = 0; i < build.host.link_count; i++)
		build.host.links[i].routes_loopback = true;
	assert_int_equal(entry(ask_in(&build, 443), FAMILY_IPV4)->verdict, ANSWER_OPEN);
}

static void test_dnat_to_the_loopback_of_ipv6_is_never_delivered(void **state)
{
	(void)state;
	for (size_t i = 0; i < build.host.link_count; i++)
		build.host.links[i].routes_loopback = true;
	build_rule(&build, nat_chain(HOOK_PREROUTING, -100), "tcp dport 443 dnat ::1");
	assert_int_equal(entry(ask_in(&build, 443), FAMILY_IPV6)->verdict, ANSWER_BLOCKED);
}

static void test_source_behind_nat_of_the_source_is_the_new_one(void **state)
{
	struct chain *nat = nat_chain(HOOK_INPUT, 100), *late, *output;

	(void)state;
	build_rule(&build, nat, "tcp dport 443 snat 192.0.2.66");
	late = build_base_chain(&build, nat->table, "late", HOOK_INPUT, 200, false);
	build_rule(&build, late, "ip saddr 192.0.2.66 drop");
	output = build_base_chain(&build, nat->table, "output", HOOK_OUTPUT, -150, false);
	build_rule(&build, output, "ip daddr 192.0.2.66 drop");
	build_rule(&build, build_input(&build, false), "ip saddr 192.0.2.66 drop");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn drop, syn-ack drop, ack drop, answer drop");
	assert_string_equal(decider(&build, ask_in(&build, 443), PACKET_SYN),
			    "blocked by rule 1 of inet nat late (admin, handle 5): drop");
}

static void test_source_nat_whose_answers_go_elsewhere_is_not_followed(void **state)
{
	(void)state;
	build_rule(&build, nat_chain(HOOK_INPUT, 100), "tcp dport 443 snat 10.1.0.66");
	assert_int_equal(entry(ask_in(&build, 443), FAMILY_IPV4)->verdict, ANSWER_UNKNOWN);
}

/* The prefix 10.1.0.0/24 or 203.0.113.0/24, as its ends. */
static void netmap(enum hook hook, const char *first, uint8_t last)
{
	struct rule *rule = build_rule(&build, nat_chain(hook, hook == HOOK_INPUT ? 100 : -100), first);
	struct op *ops = pool_alloc(&build.pool, 3 * sizeof(*ops));
	uint8_t *end = pool_copy(&build.pool, rule->ops[0].immediate.at, 4);

	end[3] = last;
	ops[0] = ops[1] = rule->ops[0];
	ops[1].dreg = 4;
	ops[1].immediate.at = end;
	ops[2] = rule->ops[1];
	ops[2].nat.kind = NAT_NETMAP;
	ops[2].nat.flags = NF_NAT_RANGE_NETMAP;
	ops[2].nat.address_max = 4;
	rule->ops = ops;
	rule->op_count = 3;
}

static void test_prefix_leaves_the_bits_behind_it(void **state)
{
	struct query query = query_in(443);
	struct prefix local = prefix_named("192.0.2.10");

	(void)state;
	query.local = &local;
	netmap(HOOK_PREROUTING, "dnat 10.1.0.0", 255);
	build_rule(&build, build_input(&build, true), "ip daddr 10.1.0.10 accept");
	assert_string_equal(fates(&build, ask(&build, query)),
			    "syn pass, syn-ack pass, ack pass, answer pass");
}

static void test_prefix_of_another_net_leads_away(void **state)
{
	(void)state;
	netmap(HOOK_PREROUTING, "dnat 203.0.113.0", 255);
	assert_int_equal(entry(ask_in(&build, 443), FAMILY_IPV4)->verdict, ANSWER_BLOCKED);
}

static void test_prefix_is_of_the_source_behind_routing(void **state)
{
	struct query query = query_in(443);
	struct prefix peer = prefix_named("192.0.2.66");
	struct chain *late;

	(void)state;
	netmap(HOOK_INPUT, "dnat 192.0.2.128", 191);
	late = build_base_chain(&build, build.ruleset.tables[0], "late", HOOK_INPUT, 200, false);
	build_rule(&build, late, "ip saddr 192.0.2.130 drop");
	query.peer = &peer;
	assert_int_equal(entry(ask(&build, query), FAMILY_IPV4)->verdict, ANSWER_BLOCKED);
	query.peer = NULL; /* whoever it is, bits of his stay */
	assert_int_equal(entry(ask(&build, query), FAMILY_IPV4)->verdict, ANSWER_UNKNOWN);
}

static void test_port_behind_nat_of_the_source_is_not_known(void **state)
{
	struct chain *nat = nat_chain(HOOK_POSTROUTING, 100), *early;

	(void)state;
	build_rule(&build, nat, "tcp dport 443 snat 192.0.2.99");
	early = build_base_chain(&build, nat->table, "early", HOOK_PREROUTING, -300, false);
	build_rule(&build, early, "tcp dport 1000-1100 drop");
	assert_string_equal(fates(&build, ask_out(443)),
			    "syn pass, syn-ack depends, ack pass, answer depends");
}

static void test_answers_are_for_the_true_source_behind_nat(void **state)
{
	struct chain *nat = nat_chain(HOOK_POSTROUTING, 100), *input = build_input(&build, true), *late;

	(void)state;
	build_rule(&build, nat, "tcp dport 443 snat 192.0.2.99");
	build_rule(&build, input, "ip daddr 192.0.2.10 ct reply daddr 192.0.2.99 accept");
	assert_int_equal(entry(ask_out(443), FAMILY_IPV4)->verdict, ANSWER_OPEN);
	late = build_base_chain(&build, nat->table, "late", HOOK_POSTROUTING, 300, false);
	build_rule(&build, late, "ip saddr 192.0.2.99 drop");
	assert_string_equal(fates(&build, ask_out(443)), "syn drop, syn-ack pass, ack drop, answer pass");
}

static void test_masquerading_the_only_address_moves_nothing(void **state)
{
	struct chain *nat = nat_chain(HOOK_POSTROUTING, 100), *late;

	(void)state;
	build_rule(&build, nat, "masquerade");
	late = build_base_chain(&build, nat->table, "late", HOOK_POSTROUTING, 300, true);
	build_rule(&build, late, "ip saddr 192.0.2.10 tcp sport 32768-60999 accept");
	assert_int_equal(entry(ask_out(443), FAMILY_IPV4)->verdict, ANSWER_OPEN);
}

static void test_untracked_answer_to_a_disguised_client_comes_to_nobody(void **state)
{
	(void)state;
	build_rule(&build, nat_chain(HOOK_POSTROUTING, 100), "tcp dport 443 snat 192.0.2.99");
	build_rule(&build, raw(HOOK_PREROUTING), "ip saddr 192.0.2.0/24 notrack");
	build_rule(&build, raw(HOOK_PREROUTING), "tcp sport 443 notrack");
	assert_string_equal(fates(&build, ask_out(443)), "syn pass, syn-ack drop, ack drop, answer drop");
}

static void test_what_kind_of_address_a_disguise_is_nobody_knows(void **state)
{
	struct chain *raw_in = raw(HOOK_PREROUTING);

	(void)state;
	build_rule(&build, nat_chain(HOOK_POSTROUTING, 100), "tcp dport 443 snat 192.0.2.99");
	raw_in->policy_drop = true;
	build_rule(&build, raw_in, "fib daddr type local accept");
	assert_int_equal(entry(ask_out(443), FAMILY_IPV4)->verdict, ANSWER_DEPENDS);
}

static void test_no_block_is_certain_behind_what_may_have_changed_the_packet(void **state)
{
	struct chain *input = build_input(&build, false), *early;
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "tcp dport 443 ip ttl 64 drop");
	early = build_base_chain(&build, input->table, "early", HOOK_PREROUTING, -150, false);
	build_rule(&build, early, "decides payload-set");
	answer = ask_in(&build, 443);
	assert_string_equal(fates(&build, answer), "syn unknown, syn-ack pass, ack unknown, answer pass");
	assert_string_equal(decider(&build, answer, PACKET_SYN),
			    "not known at rule 1 of inet filter early (admin, handle 5): payload-set");
	assert_int_equal(entry(answer, FAMILY_IPV4)->blocker_count, 0);
}

static void test_no_block_is_certain_behind_nat_to_some_port(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_rule(&build, input, "ct state invalid drop");
	build_rule(&build, input, "tcp dport 8443-8444 accept");
	build_rule(&build, nat_chain(HOOK_PREROUTING, -100), "decides redirect");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn unknown, syn-ack pass, ack unknown, answer pass");
}

static void test_what_follows_a_changed_packet_may_be_taken_for_another_connection(void **state)
{
	struct chain *input = build_input(&build, true), *early;

	(void)state;
	early = build_base_chain(&build, input->table, "early", HOOK_PREROUTING, -150, false);
	build_rule(&build, early, "tcp flags & 0x12 0x02 decides payload-set");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn unknown, syn-ack pass, ack unknown, answer pass");
}

static void test_dscp_of_one_packet_says_nothing_about_the_others(void **state)
{
	struct chain *input = build_input(&build, true), *early;

	(void)state;
	early = build_base_chain(&build, input->table, "early", HOOK_PREROUTING, -150, false);
	build_rule(&build, early, "tcp flags & 0x12 0x02 decides dscp");
	build_rule(&build, input, "ip tos 4 accept");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn unknown, syn-ack pass, ack drop, answer pass");
}

static void test_nat_chain_that_is_perhaps_asked_may_drop(void **state)
{
	(void)state;
	build.host.tracks_midway = false;
	build_rule(&build, nat_chain(HOOK_PREROUTING, -100), "ct state new drop");
	build_rule(&build, raw(HOOK_PREROUTING), "tcp flags & 0x12 0x02 notrack");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack unknown, answer pass");
}

static void test_dscp_that_is_set_matters_only_where_a_rule_looks_at_it(void **state)
{
	struct chain *input = build_input(&build, true), *early;

	(void)state;
	early = build_base_chain(&build, input->table, "early", HOOK_PREROUTING, -150, false);
	build_rule(&build, early, "decides dscp");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn drop, syn-ack pass, ack drop, answer pass");
	build_rule(&build, input, "ip tos 4 accept");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn unknown, syn-ack pass, ack unknown, answer pass");
}

static void test_packets_that_are_judged_again_are_seen_behind_nat_as_themselves(void **state)
{
	struct chain *input = build_input(&build, true), *output;

	(void)state;
	build_rule(&build, raw(HOOK_PREROUTING), "udp dport 53 notrack");
	build_rule(&build, nat_chain(HOOK_PREROUTING, -100), "tcp dport 443 redirect 8443");
	build_rule(&build, input, "tcp dport 8443 accept");
	output = build_base_chain(&build, input->table, "output", HOOK_OUTPUT, 0, true);
	build_rule(&build, output, "tcp sport 8443 accept");
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_OPEN);
}

/* Matches of x_tables do not break the rule where there is no connection. */
static void test_load_may_leave_a_value_where_there_is_no_connection(void **state)
{
	static const uint8_t seven[] = {7, 0, 0, 0};
	struct rule *rule = build_rule(&build, build_input(&build, true), "ct mark 7 accept");
	struct op ops[3];

	(void)state;
	build_rule(&build, raw(HOOK_PREROUTING), "notrack");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn drop, syn-ack pass, ack drop, answer pass");
	memcpy(ops, rule->ops, sizeof(ops));
	ops[0].missing = (struct bytes){seven, sizeof(seven)};
	rule->ops = ops;
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack pass, answer pass");
}

/* A template is in its way: CT of x_tables makes one for events, nft only tells a connection. */
static void test_notrack_comes_too_late_behind_events_of_x_tables(void **state)
{
	static const uint8_t events[] = {1, 0, 0, 0};
	struct chain *prerouting = raw(HOOK_PREROUTING);
	struct rule *rule = build_rule(&build, prerouting, "counter");
	struct op ops[] = {
		{.kind = OP_IMMEDIATE, .dreg = XT_REGISTER, .length = 4, .immediate = {events, 4}},
		{.kind = OP_CT_SET, .sreg = XT_REGISTER, .length = 4, .meta = {NFT_CT_EVENTMASK, -1}}};

	(void)state;
	rule->ops = ops;
	rule->op_count = 2;
	build_rule(&build, prerouting, "notrack");
	build_rule(&build, build_input(&build, false), "ct state untracked drop");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack pass, answer pass");
	ops[0].dreg = ops[1].sreg = 0;
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn drop, syn-ack pass, ack drop, answer pass");
}

#define CLAIM(test) cmocka_unit_test_setup_teardown(test, start, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(test_second_datagram_is_established),
		CLAIM(test_client_whose_syn_ack_is_not_tracked_is_invalid_from_then_on),
		CLAIM(test_our_ack_is_invalid_when_the_syn_ack_came_untracked),
		CLAIM(test_untracked_syn_makes_the_syn_ack_invalid_and_the_ack_new),
		CLAIM(test_connection_picked_up_is_established_when_it_is_answered),
		CLAIM(test_connection_is_picked_up_only_where_that_is_known_to_be_allowed),
		CLAIM(test_nat_chains_are_asked_for_the_ack_that_is_picked_up),
		CLAIM(test_packets_of_a_connection_that_went_past_tracking_may_leave_its_window),
		CLAIM(test_answer_to_an_untracked_datagram_starts_the_flow),
		CLAIM(test_late_notrack_takes_what_has_no_entry),
		CLAIM(test_mark_of_an_invalid_packet_is_not_kept),
		CLAIM(test_untracked_answer_of_a_redirected_port_comes_to_nobody),
		CLAIM(test_untracked_ack_to_a_redirected_port_stays_on_that_port),
		CLAIM(test_nat_in_the_middle_of_a_connection_is_not_followed),
		CLAIM(test_nat_of_the_other_family_is_passed_over),
		CLAIM(test_nat_chain_is_inert_in_the_family_that_is_not_tracked),
		CLAIM(test_redirect_to_the_same_port_is_no_dnat),
		CLAIM(test_address_of_the_other_family_in_a_tuple_breaks_the_rule),
		CLAIM(test_dnat_to_the_loopback_is_not_delivered_unless_the_interface_routes_it),
		CLAIM(test_dnat_to_the_loopback_of_ipv6_is_never_delivered),
		CLAIM(test_source_behind_nat_of_the_source_is_the_new_one),
		CLAIM(test_source_nat_whose_answers_go_elsewhere_is_not_followed),
		CLAIM(test_prefix_leaves_the_bits_behind_it),
		CLAIM(test_prefix_of_another_net_leads_away),
		CLAIM(test_prefix_is_of_the_source_behind_routing),
		CLAIM(test_port_behind_nat_of_the_source_is_not_known),
		CLAIM(test_answers_are_for_the_true_source_behind_nat),
		CLAIM(test_masquerading_the_only_address_moves_nothing),
		CLAIM(test_untracked_answer_to_a_disguised_client_comes_to_nobody),
		CLAIM(test_what_kind_of_address_a_disguise_is_nobody_knows),
		CLAIM(test_no_block_is_certain_behind_what_may_have_changed_the_packet),
		CLAIM(test_no_block_is_certain_behind_nat_to_some_port),
		CLAIM(test_what_follows_a_changed_packet_may_be_taken_for_another_connection),
		CLAIM(test_dscp_of_one_packet_says_nothing_about_the_others),
		CLAIM(test_nat_chain_that_is_perhaps_asked_may_drop),
		CLAIM(test_dscp_that_is_set_matters_only_where_a_rule_looks_at_it),
		CLAIM(test_packets_that_are_judged_again_are_seen_behind_nat_as_themselves),
		CLAIM(test_load_may_leave_a_value_where_there_is_no_connection),
		CLAIM(test_notrack_comes_too_late_behind_events_of_x_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
