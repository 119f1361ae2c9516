/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules that look at the clock, and at what the kernel counts as packets go by.
 */
#include "ask.h"

#include "cmocka_all.h"

enum { HOUR = 60 * 60, DAY = 24 * HOUR, WEDNESDAY = 1795622400 }; /* 2026-11-25 16:00 UTC */

static struct build build;
static struct chain *input;

static int start(void **state)
{
	(void)state;
	build_start(&build);
	build_host(&build);
	build.host.now = WEDNESDAY;
	input = build_input(&build, false);
	return 0;
}

static int end(void **state)
{
	(void)state;
	build_end(&build);
	return 0;
}

static const char *syn_dropping(const char *test)
{
	input->rule_count = 0;
	build_rule(&build, input, pool_format(&build.pool, "%s drop", test));
	return fate_word(entry(ask_in(&build, 443), FAMILY_IPV4)->packets[0].fate);
}

static void test_day_is_this_or_the_next(void **state)
{
	(void)state;
	assert_string_equal(syn_dropping("meta day 3"), "depends");
	assert_string_equal(conditions(&build, ask_in(&build, 443)),
			    "!depends on the day of the week, now Wednesday 16:00 UTC, which rule 1 of inet "
			    "filter input looks at");
	assert_string_equal(syn_dropping("meta day 4"), "depends");
	for (int day = 0; day < 7; day++)
		if (day != 3 && day != 4)
			assert_string_equal(syn_dropping(pool_format(&build.pool, "meta day %d", day)),
					    "pass");
}

static void test_day_is_that_of_the_kernels_time_zone(void **state)
{
	(void)state;
	build.host.minutes_west = 17 * 60;
	assert_string_equal(syn_dropping("meta day 2"), "depends");
	assert_string_equal(syn_dropping("meta day 4"), "pass");
}

static void test_date_is_of_the_next_day_at_most(void **state)
{
	(void)state;
	assert_string_equal(syn_dropping("meta time 1795622400000000000"), "depends");
	assert_string_equal(syn_dropping("meta time 1695622400000000000"), "pass");
	assert_string_equal(syn_dropping("meta time 1895622400000000000"), "pass");
}

static void test_hour_may_be_any(void **state)
{
	(void)state;
	assert_string_equal(syn_dropping("meta hour 3600"), "depends");
	assert_string_equal(syn_dropping("meta hour 1000000"), "pass");
	assert_string_equal(conditions(&build, ask_in(&build, 443)), "");
}

static void test_nothing_is_known_without_a_clock(void **state)
{
	(void)state;
	build.host.now = 0;
	assert_string_equal(syn_dropping("meta day 1"), "depends");
	assert_string_equal(conditions(&build, ask_in(&build, 443)),
			    "!depends on the day of the week, which rule 1 of inet filter input looks at");
}

static void test_first_packet_counts_itself(void **state)
{
	(void)state;
	assert_string_equal(syn_dropping("ct packets 1"), "drop");
	assert_string_equal(syn_dropping("ct packets 0"), "pass");
	assert_string_equal(syn_dropping("ct bytes 60"), "depends");
	assert_string_equal(syn_dropping("ct bytes 128"), "pass");
	assert_string_equal(syn_dropping("ct bytes 1000000"), "pass");
}

static void test_later_packets_are_not_counted(void **state)
{
	(void)state;
	build_rule(&build, input, "ct packets 2 drop");
	assert_string_equal(fates(&build, ask_in(&build, 443)),
			    "syn pass, syn-ack pass, ack depends, answer pass");
}

static void test_connection_that_begins_has_no_expiry(void **state)
{
	(void)state;
	assert_string_equal(syn_dropping("ct expiration 0"), "drop");
}

static void test_labels_are_those_that_rules_set(void **state)
{
	(void)state;
	assert_string_equal(syn_dropping("ct label 0"), "drop");
	assert_string_equal(syn_dropping("ct label 1"), "pass");
	build_rule(&build, build_chain(&build, input->table, "other"), "ct label set 1");
	assert_string_equal(syn_dropping("ct label 1"), "depends");
}

static void test_priority_is_that_which_rules_set(void **state)
{
	(void)state;
	assert_string_equal(syn_dropping("meta priority 0"), "drop");
	build_rule(&build, build_chain(&build, input->table, "other"), "meta priority set 1");
	assert_string_equal(syn_dropping("meta priority 0"), "depends");
}

static void test_port_of_a_vrf_is_known_where_there_is_none(void **state)
{
	(void)state;
	assert_string_equal(syn_dropping("meta sdif 0"), "drop");
	build.host.links[2].kind = "vrf";
	build.host.links[1].master = build.host.links[2].index;
	assert_string_equal(syn_dropping("meta sdif 0"), "depends");
}

static void test_realm_is_known_behind_prerouting(void **state)
{
	(void)state;
	assert_string_equal(syn_dropping("meta rtclassid 0"), "depends");
	input->hook = HOOK_PREROUTING;
	assert_string_equal(syn_dropping("meta rtclassid 0"), "pass");
}

static void test_a_rule_of_ours_is_asked_about_now_alone(void **state)
{
	(void)state;
	input->rule_count = 0;
	build_rule(&build, input, "meta time 1795622400000000000 drop")->tag = 1;
	assert_string_equal(fate_word(entry(ask_in(&build, 443), FAMILY_IPV4)->packets[0].fate), "drop");
	build.host.now++;
	assert_string_equal(fate_word(entry(ask_in(&build, 443), FAMILY_IPV4)->packets[0].fate), "pass");
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, start, end)
	const struct CMUnitTest tests[] = {
		CLAIM(test_day_is_this_or_the_next),
		CLAIM(test_day_is_that_of_the_kernels_time_zone),
		CLAIM(test_date_is_of_the_next_day_at_most),
		CLAIM(test_hour_may_be_any),
		CLAIM(test_nothing_is_known_without_a_clock),
		CLAIM(test_first_packet_counts_itself),
		CLAIM(test_later_packets_are_not_counted),
		CLAIM(test_connection_that_begins_has_no_expiry),
		CLAIM(test_labels_are_those_that_rules_set),
		CLAIM(test_priority_is_that_which_rules_set),
		CLAIM(test_port_of_a_vrf_is_known_where_there_is_none),
		CLAIM(test_realm_is_known_behind_prerouting),
		CLAIM(test_a_rule_of_ours_is_asked_about_now_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
