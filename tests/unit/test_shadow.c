/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about what an explanation finds beside the verdict: accepts that come too late, where NAT takes a port, and what becomes
 * of connections that were there before.
 */
#include "ask.h"
#include "cmocka_all.h"

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

static const struct family_answer *explained(uint16_t port)
{
	struct query query = query_in(port);

	query.explain = true;
	return entry(ask(&build, query), FAMILY_IPV4);
}

/* "CHAIN POSITION behind POSITION" of each accept that is never reached. */
static const char *never_reached(const struct family_answer *family)
{
	struct text text = {0};
	const char *copy;

	for (size_t i = 0; i < family->never_reached_count; i++)
		text_add(&text, "%s%s %u behind %u", i ? ", " : "",
			 family->never_reached[i].accept->chain->name,
			 family->never_reached[i].accept->position,
			 family->never_reached[i].blocker->rule->position);
	copy = pool_text(&build.pool, text_string(&text));
	text_free(&text);
	return copy;
}

static void test_accept_behind_the_blocker_is_never_reached(void **state)
{
	struct chain *input = build_input(&build, false);

	(void)state;
	build_rule(&build, input, "reject");
	build_rule(&build, input, "tcp dport 80 accept");
	build_rule(&build, input, "tcp dport 443 accept");
	assert_string_equal(never_reached(explained(443)), "input 3 behind 1");
}

static void test_accept_in_a_chain_that_the_walk_would_have_come_to_is_never_reached(void **state)
{
	struct chain *input = build_input(&build, false);
	struct chain *user = build_chain(&build, input->table, "user");

	(void)state;
	build_rule(&build, user, "tcp dport 443 accept");
	build_rule(&build, input, "drop");
	build_rule(&build, input, "jump user");
	assert_string_equal(never_reached(explained(443)), "user 1 behind 1");
}

static void test_all_accepts_behind_several_blockers_are_told(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_rule(&build, input, "tcp dport 443 drop");
	build_rule(&build, input, "tcp dport 443 accept");
	build_rule(&build, input, "tcp dport 443 reject");
	build_rule(&build, input, "accept");
	assert_string_equal(never_reached(explained(443)), "input 2 behind 1, input 4 behind 1");
}

static void test_accept_of_others_is_not_told(void **state)
{
	struct chain *input = build_input(&build, false);

	(void)state;
	build_rule(&build, input, "drop");
	build_rule(&build, input, "ip saddr 203.0.113.7 tcp dport 443 accept");
	build_rule(&build, input, "ct state established accept");
	assert_string_equal(never_reached(explained(443)), "input 3 behind 1"); /* by the ACK */
	assert_int_equal(explained(443)->never_reached[0].packet, PACKET_ACK);
}

static void test_nothing_is_behind_a_policy(void **state)
{
	(void)state;
	build_input(&build, true);
	assert_int_equal(explained(443)->never_reached_count, 0);
}

static void test_who_does_not_ask_is_not_told(void **state)
{
	struct chain *input = build_input(&build, false);

	(void)state;
	build_rule(&build, input, "drop");
	build_rule(&build, input, "accept");
	assert_int_equal(entry(ask_in(&build, 443), FAMILY_IPV4)->never_reached_count, 0);
}

static void test_redirect_is_where_the_port_is_moved_to(void **state)
{
	struct table *table = build_table(&build, TABLE_IP, "nat");
	struct chain *pre = build_base_chain(&build, table, "pre", HOOK_PREROUTING, -100, false);
	const struct family_answer *family;

	(void)state;
	pre->type = CHAIN_NAT;
	build_rule(&build, pre, "tcp dport 443 redirect 8443");
	family = explained(443);
	assert_int_equal(family->move.port, 8443);
	assert_ptr_equal(family->move.rule, pre->rules[0]);
	assert_null(explained(80)->move.rule);
}

static void test_accept_for_the_port_that_nat_left_is_never_reached(void **state)
{
	struct chain *input = build_input(&build, true);
	struct table *table = build_table(&build, TABLE_IP, "nat");
	struct chain *pre = build_base_chain(&build, table, "pre", HOOK_PREROUTING, -100, false);
	const struct family_answer *family;

	(void)state;
	pre->type = CHAIN_NAT;
	build_rule(&build, pre, "tcp dport 443 redirect 8443");
	build_rule(&build, input, "tcp dport 443 accept");
	family = explained(443);
	assert_int_equal(family->never_reached_count, 1);
	assert_ptr_equal(family->never_reached[0].accept, input->rules[0]);
	assert_true(family->never_reached[0].moved);
}

static void test_existing_connections_pass_where_a_new_one_is_blocked(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct family_answer *family;

	(void)state;
	build_rule(&build, input, "ct state established accept");
	family = explained(443);
	assert_int_equal(family->verdict, ANSWER_BLOCKED);
	assert_int_equal(answer_existing(family)->fate, FATE_PASS);
	assert_int_equal(answer_existing(family)->packet.role, PACKET_ACK);
}

static void test_existing_connections_are_blocked_where_only_new_ones_are_accepted(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct family_answer *family;

	(void)state;
	build_rule(&build, input, "ct state new accept");
	family = explained(443);
	assert_int_equal(family->packets[0].fate, FATE_PASS);
	assert_int_equal(answer_existing(family)->fate, FATE_DROP);
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(test_accept_behind_the_blocker_is_never_reached),
		CLAIM(test_accept_in_a_chain_that_the_walk_would_have_come_to_is_never_reached),
		CLAIM(test_all_accepts_behind_several_blockers_are_told),
		CLAIM(test_accept_of_others_is_not_told),
		CLAIM(test_nothing_is_behind_a_policy),
		CLAIM(test_who_does_not_ask_is_not_told),
		CLAIM(test_redirect_is_where_the_port_is_moved_to),
		CLAIM(test_accept_for_the_port_that_nat_left_is_never_reached),
		CLAIM(test_existing_connections_pass_where_a_new_one_is_blocked),
		CLAIM(test_existing_connections_are_blocked_where_only_new_ones_are_accepted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
