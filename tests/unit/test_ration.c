/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is rationed: quotas, numbers of connections, and named objects, which share what they have among all that name them.
 */
#include "ask.h"

#include "cmocka_all.h"
#include <linux/netfilter/nf_tables.h>

static struct build build;
static struct chain *input;

static int start(void **state)
{
	(void)state;
	build_start(&build);
	build_host(&build);
	input = build_input(&build, true);
	return 0;
}

static int end(void **state)
{
	(void)state;
	build_end(&build);
	return 0;
}

static void rule(const char *line)
{
	build_rule(&build, input, line);
}

static void assert_answer(enum verdict verdict, const char *told)
{
	const struct answer *answer = ask_in(&build, 443);

	assert_int_equal(answer->verdict, verdict);
	assert_string_equal(conditions(&build, answer), told);
}

static void test_quota_with_plenty_left_lets_through(void **state)
{
	(void)state;
	rule("quota 1000000 used 1000 accept");
	assert_answer(ANSWER_OPEN,
		      "until the quota of 1000000 bytes is used, now 1000; above that dropped by the "
		      "policy of inet filter input");
}

static void test_quota_that_is_used_lets_nobody_through(void **state)
{
	(void)state;
	rule("quota 1000000 used 1000000 accept");
	assert_answer(ANSWER_BLOCKED, "");
}

static void test_quota_over_drops_when_it_is_used(void **state)
{
	(void)state;
	input->policy_drop = false;
	rule("quota over 1000000 used 1000000 drop");
	assert_answer(ANSWER_BLOCKED, "");
}

static void test_quota_over_with_plenty_left_lets_through(void **state)
{
	(void)state;
	input->policy_drop = false;
	rule("quota over 1000000 drop");
	assert_answer(ANSWER_OPEN,
		      "until the quota of 1000000 bytes is used, now 0; above that dropped by rule 1 "
		      "of inet filter input");
}

static void test_quota_with_little_left_depends(void **state)
{
	(void)state;
	rule("quota 1000 used 500 accept");
	assert_answer(
		ANSWER_DEPENDS,
		"!depends on how little is left of a quota, which rule 1 of inet filter input looks at");
}

/* As the match of x_tables, which does not tell it. */
static void test_quota_whose_use_is_not_told_depends(void **state)
{
	(void)state;
	rule("quota 1000000 accept");
	((struct op *)input->rules[0]->ops)[0].quota.unread = true;
	assert_answer(ANSWER_DEPENDS,
		      "!depends on what is left of a quota, which rule 1 of inet filter input looks at");
}

static void test_less_than_a_packet_is_nothing(void **state)
{
	(void)state;
	rule("quota 1000 used 980 accept");
	assert_answer(ANSWER_BLOCKED, "");
}

static void test_first_of_few_connections_passes(void **state)
{
	(void)state;
	rule("connections 1 accept");
	assert_answer(ANSWER_OPEN,
		      "with at most 1 connection; above that dropped by the policy of inet filter input");
}

static void test_connection_counts_itself(void **state)
{
	(void)state;
	input->policy_drop = false;
	rule("connections over 0 drop");
	assert_answer(ANSWER_BLOCKED, "");
}

static void test_connections_beyond_a_number_are_told(void **state)
{
	(void)state;
	input->policy_drop = false;
	rule("connections over 20 drop");
	assert_answer(ANSWER_OPEN,
		      "with at most 20 connections; above that dropped by rule 1 of inet filter input");
}

static void test_rule_that_decides_is_told_with_what_it_rations(void **state)
{
	(void)state;
	input->policy_drop = false;
	rule("quota over 1000000 drop");
	rule("connections over 20 drop");
	assert_answer(ANSWER_OPEN,
		      "until the quota of 1000000 bytes is used, now 0; above that dropped by rule 1 "
		      "of inet filter input; with at most 20 connections; above that dropped by rule 2 "
		      "of inet filter input");
}

static void test_named_limit_is_a_limit(void **state)
{
	(void)state;
	build_object(&build, input->table, "slow", "limit 10");
	rule("object slow accept");
	assert_answer(ANSWER_OPEN, "below 10/second; above that dropped by the policy of inet filter input");
}

static void test_limit_of_one_name_is_spent_by_all_rules(void **state)
{
	(void)state;
	build_object(&build, input->table, "slow", "limit 1 /hour burst 2");
	rule("ct state new object slow accept");
	rule("ct state established object slow accept");
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_BLOCKED);
}

static void test_limits_of_two_names_are_spent_apart(void **state)
{
	(void)state;
	build_object(&build, input->table, "first", "limit 1 /hour burst 1");
	build_object(&build, input->table, "second", "limit 1 /hour burst 2");
	rule("ct state new object first accept");
	rule("ct state established object second accept");
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_OPEN);
}

static void test_map_of_objects_breaks_when_there_is_none(void **state)
{
	(void)state;
	build_object(&build, input->table, "web", "counter");
	build_set(&build, input->table, "some", NFT_SET_OBJECT, "80:web");
	rule("tcp dport objects @some accept");
	assert_answer(ANSWER_BLOCKED, "");
}

static void test_map_of_counters_goes_on(void **state)
{
	(void)state;
	build_object(&build, input->table, "web", "counter");
	build_set(&build, input->table, "some", NFT_SET_OBJECT, "443:web");
	rule("tcp dport objects @some accept");
	assert_answer(ANSWER_OPEN, "");
}

static void test_map_of_expectations_goes_on_for_first_packets(void **state)
{
	struct object *object = build_object(&build, input->table, "call", "counter");

	(void)state;
	object->type = NFT_OBJECT_CT_EXPECT; /* which keeps connection tracking on */
	object->op =
		(struct op){.kind = OP_ASIDE, .object = object, .aside = {ASIDE_EXPECTATION, -1, -1, NULL}};
	build_set(&build, input->table, "some", NFT_SET_OBJECT, "443:call");
	rule("tcp dport objects @some accept");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack drop, answer pass");
}

static void test_map_of_limits_spends_the_limit_it_finds(void **state)
{
	(void)state;
	build_object(&build, input->table, "slow", "limit 1 /hour burst 1");
	build_set(&build, input->table, "some", NFT_SET_OBJECT, "443:slow");
	rule("ct state new object slow accept");
	rule("tcp dport objects @some accept");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack drop, answer pass");
}

static void test_object_that_is_not_understood_decides_from_a_map(void **state)
{
	(void)state;
	input->policy_drop = false;
	build_object(&build, input->table, "warp", "decides warp");
	build_set(&build, input->table, "some", NFT_SET_OBJECT, "443:warp");
	rule("tcp dport objects @some");
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_UNKNOWN);
	assert_int_equal(ask_in(&build, 80)->verdict, ANSWER_OPEN);
}

static void test_objects_among_which_nobody_can_choose_are_not_known(void **state)
{
	(void)state;
	input->policy_drop = false;
	build_object(&build, input->table, "warp", "decides warp");
	build_set(&build, input->table, "some", NFT_SET_OBJECT, "7:warp");
	rule("meta random objects @some");
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_UNKNOWN);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, start, end)
	const struct CMUnitTest tests[] = {
		CLAIM(test_quota_with_plenty_left_lets_through),
		CLAIM(test_quota_that_is_used_lets_nobody_through),
		CLAIM(test_quota_over_drops_when_it_is_used),
		CLAIM(test_quota_over_with_plenty_left_lets_through),
		CLAIM(test_quota_with_little_left_depends),
		CLAIM(test_quota_whose_use_is_not_told_depends),
		CLAIM(test_less_than_a_packet_is_nothing),
		CLAIM(test_first_of_few_connections_passes),
		CLAIM(test_connection_counts_itself),
		CLAIM(test_connections_beyond_a_number_are_told),
		CLAIM(test_rule_that_decides_is_told_with_what_it_rations),
		CLAIM(test_named_limit_is_a_limit),
		CLAIM(test_limit_of_one_name_is_spent_by_all_rules),
		CLAIM(test_limits_of_two_names_are_spent_apart),
		CLAIM(test_map_of_objects_breaks_when_there_is_none),
		CLAIM(test_map_of_counters_goes_on),
		CLAIM(test_map_of_expectations_goes_on_for_first_packets),
		CLAIM(test_map_of_limits_spends_the_limit_it_finds),
		CLAIM(test_object_that_is_not_understood_decides_from_a_map),
		CLAIM(test_objects_among_which_nobody_can_choose_are_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
