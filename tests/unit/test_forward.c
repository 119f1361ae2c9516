/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about the way on of a port that NAT sends to another host, 10.1.0.7 behind eth1.
 */
#include "ask.h"
#include "cmocka_all.h"

static struct build build;
static struct chain *forward_chain;

static int start(void **state)
{
	struct table *nat, *filter;
	struct chain *pre;

	(void)state;
	build_start(&build);
	build_host(&build);
	build.host.links[1].forwards = FAMILIES_BOTH;
	nat = build_table(&build, TABLE_IP, "nat");
	pre = build_base_chain(&build, nat, "pre", HOOK_PREROUTING, -100, false);
	pre->type = CHAIN_NAT;
	build_rule(&build, pre, "tcp dport 443 dnat 10.1.0.7");
	filter = build_table(&build, TABLE_IP, "filter");
	forward_chain = build_base_chain(&build, filter, "forward", HOOK_FORWARD, 0, true);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	build_end(&build);
	return 0;
}

static const struct family_answer *asked(struct query query)
{
	query.explain = true;
	query.iface = "eth0";
	return entry(ask(&build, query), FAMILY_IPV4);
}

static const struct family_answer *way_on(void)
{
	const struct family_answer *family = asked(query_in(443));

	assert_non_null(family->forward);
	return family->forward;
}

static const char *fates_on(void)
{
	const struct family_answer *forward = way_on();
	struct text text = {0};
	const char *copy;

	for (size_t i = 0; i < forward->packet_count; i++)
		text_add(&text, "%s%s %s", i ? ", " : "", packet_role_word(forward->packets[i].packet.role),
			 fate_word(forward->packets[i].fate));
	copy = pool_text(&build.pool, text_string(&text));
	text_free(&text);
	return copy;
}

static void test_the_answer_stays_blocked_and_the_way_on_is_judged(void **state)
{
	(void)state;
	assert_int_equal(asked(query_in(443))->verdict, ANSWER_BLOCKED);
	assert_int_equal(way_on()->verdict, ANSWER_BLOCKED);
	assert_ptr_equal(way_on()->blockers[0].decision->base, forward_chain);
	assert_string_equal(way_on()->interface, "eth1");
}

static void test_forward_sees_both_interfaces_and_the_new_destination(void **state)
{
	(void)state;
	build_rule(&build, forward_chain, "iifname eth0 oifname eth1 ip daddr 10.1.0.7 tcp dport 443 accept");
	build_rule(&build, forward_chain, "iifname eth1 oifname eth0 ip saddr 10.1.0.7 tcp sport 443 accept");
	assert_string_equal(fates_on(), "syn pass, syn-ack pass, ack pass, answer pass");
}

static void test_forward_does_not_see_the_old_destination(void **state)
{
	(void)state;
	build_rule(&build, forward_chain, "ip daddr 192.0.2.10 accept");
	assert_string_equal(fates_on(), "syn drop, syn-ack drop, ack drop, answer drop");
}

static void test_forward_knows_the_connection(void **state)
{
	(void)state;
	build_rule(&build, forward_chain, "ct state established accept");
	assert_string_equal(fates_on(), "syn drop, syn-ack pass, ack pass, answer pass");
	build_rule(&build, forward_chain, "ct original daddr 192.0.2.10 accept");
	assert_string_equal(fates_on(), "syn pass, syn-ack pass, ack pass, answer pass");
}

static void test_neither_end_is_local_to_the_fib(void **state)
{
	(void)state;
	build_rule(&build, forward_chain, "fib daddr type local drop");
	build_rule(&build, forward_chain, "accept");
	assert_string_equal(fates_on(), "syn pass, syn-ack pass, ack pass, answer pass");
}

static void test_answers_are_seen_as_they_come_before_and_as_they_go_behind_nat(void **state)
{
	struct table *table = build_table(&build, TABLE_IP, "raw");
	struct chain *pre = build_base_chain(&build, table, "pre", HOOK_PREROUTING, -300, false);
	struct chain *post = build_base_chain(&build, table, "post", HOOK_POSTROUTING, 200, false);

	(void)state;
	build_rule(&build, forward_chain, "accept");
	build_rule(&build, pre, "ip saddr 192.0.2.10 tcp sport 443 drop");
	build_rule(&build, post, "ip saddr 10.1.0.7 tcp sport 443 drop");
	build_rule(&build, post, "ip daddr 192.0.2.10 drop");
	assert_string_equal(fates_on(), "syn pass, syn-ack pass, ack pass, answer pass");
	build_rule(&build, pre, "ip saddr 10.1.0.7 tcp sport 443 drop");
	assert_string_equal(fates_on(), "syn pass, syn-ack drop, ack pass, answer drop");
}

static void test_input_and_output_are_not_met(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_base_chain(&build, input->table, "output", HOOK_OUTPUT, 0, true);
	build_rule(&build, forward_chain, "accept");
	assert_string_equal(fates_on(), "syn pass, syn-ack pass, ack pass, answer pass");
}

static void test_a_link_that_does_not_forward_is_told(void **state)
{
	(void)state;
	build.host.links[1].forwards = 0;
	assert_string_equal(way_on()->unknown, "forwarding is switched off on eth0");
	assert_int_equal(way_on()->verdict, ANSWER_BLOCKED);
}

static void test_no_way_on_where_nothing_is_sent_on_or_nobody_asks(void **state)
{
	struct query query = query_in(443);

	(void)state;
	assert_null(asked(query_in(80))->forward);
	query.iface = "eth0";
	assert_null(entry(ask(&build, query), FAMILY_IPV4)->forward);
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(test_the_answer_stays_blocked_and_the_way_on_is_judged),
		CLAIM(test_forward_sees_both_interfaces_and_the_new_destination),
		CLAIM(test_forward_does_not_see_the_old_destination),
		CLAIM(test_forward_knows_the_connection),
		CLAIM(test_neither_end_is_local_to_the_fib),
		CLAIM(test_answers_are_seen_as_they_come_before_and_as_they_go_behind_nat),
		CLAIM(test_input_and_output_are_not_met),
		CLAIM(test_a_link_that_does_not_forward_is_told),
		CLAIM(test_no_way_on_where_nothing_is_sent_on_or_nobody_asks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
