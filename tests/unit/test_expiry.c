/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plans for openings that end: what the kernel will take away by itself, and what nothing that stays may rely on.
 */
#include "plan_fixture.h"

#include "cmocka_all.h"

#include <linux/netfilter/nf_tables.h>

enum { NOW = 1795622400 }; /* 2026-11-25 16:00 UTC */

#define IN_AN_HOUR "1795626000"
#define IN_TWO     "1795629600"

static int start(void **state)
{
	struct plan_fixture *fixture;

	if (fixture_start(state) < 0)
		return -1;
	fixture = *state;
	fixture->build.host.now = NOW;
	fixture->build.ruleset.read_at = NOW * 1000LL;
	return 0;
}

/* What was planned is there now, and so much later. */
static void commit(struct plan_fixture *fixture, int64_t seconds)
{
	fixture_plan(fixture);
	fixture->build.ruleset = *fixture->plan.after;
	fixture->build.host.now += seconds;
	fixture->build.ruleset.read_at += seconds * 1000;
	for (size_t i = 0; i < fixture->build.ruleset.table_count; i++)
		for (size_t j = 0; j < fixture->build.ruleset.tables[i]->chain_count; j++) {
			const struct chain *chain = fixture->build.ruleset.tables[i]->chains[j];

			for (size_t k = 0; k < chain->rule_count; k++)
				chain->rules[k]->handle = ++fixture->build.handle;
		}
}

static struct set *timed_set(const struct plan_fixture *fixture)
{
	return table_find_set(ruleset_find_table(&fixture->build.ruleset, TABLE_INET, "fwport"),
			      "tcp_in_timed");
}

/* The kernel's own clock has gone on by so much. */
static void elements_age(struct plan_fixture *fixture, uint64_t milliseconds)
{
	struct set *set = timed_set(fixture);

	for (size_t i = 0; i < set->element_count; i++)
		if (!set->elements[i].interval_end)
			set->elements[i].expires -= milliseconds;
}

static void assert_steps(struct plan_fixture *fixture, const char *expected)
{
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, NULL), expected);
	fixture_settles(fixture);
}

static const char *conditions(struct plan_fixture *fixture, const struct family_answer *answer)
{
	const char *lines = "";

	for (size_t i = 0; i < answer->condition_count; i++)
		lines = pool_format(&fixture->build.pool, "%s%s\n", lines, answer->conditions[i].text);
	return lines;
}

/* What was told beside the verdict for IPv4. */
static const char *told(struct plan_fixture *fixture)
{
	return conditions(fixture, fixture_result(fixture, 0, FAMILY_IPV4)->answer);
}

/* The answer of the first opening for IPv4, on the ruleset as it is. */
static const struct opening_answer *answered(struct plan_fixture *fixture)
{
	const struct opening *asked = &fixture->list[0];
	struct opening_answer *results;
	size_t count;

	assert_int_equal(openings_evaluate(&fixture->build.ruleset, &fixture->build.host, &asked, 1,
					   &fixture->build.pool, &results, &count, &fixture->err),
			 0);
	return &results[0];
}

static void test_the_home_has_a_set_of_what_expires(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "443 until " IN_AN_HOUR);
	assert_steps(fixture,
		     "+ table inet fwport\n"
		     "+ chain inet fwport input (filter, hook input, priority filter - 1, policy accept)\n"
		     "+ set inet fwport tcp_in_timed\n"
		     "+ 443 in set tcp_in_timed until 2026-11-25 17:00:00 UTC\n"
		     "+ rule in inet fwport input: tcp dport @tcp_in_timed accept\n");
}

static void test_a_port_is_there_as_long_as_the_longest_of_its_openings(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "440-450 until " IN_AN_HOUR);
	fixture_want(fixture, "443 until " IN_TWO);
	fixture_want(fixture, "445");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "in set"),
			    "+ 445 in set tcp_in\n"
			    "+ 443 in set tcp_in_timed until 2026-11-25 18:00:00 UTC\n"
			    "+ 440-442, 444, 446-450 in set tcp_in_timed until 2026-11-25 17:00:00 UTC\n");
	fixture_settles(fixture);
}

static void test_time_that_goes_by_changes_nothing(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "443 until " IN_AN_HOUR);
	fixture_want(fixture, "440-450 until " IN_TWO);
	commit(fixture, 600);
	elements_age(fixture, 599000);
	assert_steps(fixture, "");
}

/* It stands still while the machine sleeps. */
static void test_an_element_whose_clock_stood_still_is_replaced(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "443 until " IN_AN_HOUR);
	commit(fixture, 600);
	elements_age(fixture, 60000);
	assert_steps(fixture, "- 443 in set tcp_in_timed until 2026-11-25 17:09:00 UTC\n"
			      "+ 443 in set tcp_in_timed until 2026-11-25 17:00:00 UTC\n");
}

static void test_another_end_is_another_element_and_another_rule(void **state)
{
	struct plan_fixture *fixture = *state;

	build_input(&fixture->build, true);
	fixture_want(fixture, "443 until " IN_AN_HOUR);
	commit(fixture, 0);
	fixture->list[0].expires += 60;
	assert_steps(fixture,
		     "- 443 in set tcp_in_timed until 2026-11-25 17:00:00 UTC\n"
		     "+ 443 in set tcp_in_timed until 2026-11-25 17:01:00 UTC\n"
		     "+ rule in inet filter input: tcp dport 443 meta time < \"2026-11-25 17:01:00 UTC\" "
		     "accept comment \"fwport:1\"\n"
		     "- rule in inet filter input: tcp dport 443 meta time < \"2026-11-25 17:00:00 UTC\" "
		     "accept comment \"fwport:1\"\n");
}

static void test_what_has_expired_leaves_the_home_empty(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "443 until " IN_AN_HOUR);
	commit(fixture, 3600);
	timed_set(fixture)->element_count = 0;
	fixture_unwant(fixture, 1);
	assert_steps(fixture,
		     "- rule in inet fwport input: tcp dport @tcp_in_timed accept\n"
		     "- set inet fwport tcp_in_timed\n"
		     "- chain inet fwport input (filter, hook input, priority filter - 1, policy accept)\n"
		     "- table inet fwport\n");
}

static void test_a_set_of_that_name_without_timeouts_is_not_ours(void **state)
{
	struct plan_fixture *fixture = *state;

	build_set(&fixture->build, build_table(&fixture->build, TABLE_INET, "fwport"), "tcp_in_timed",
		  NFT_SET_INTERVAL, "443");
	fixture_want(fixture, "443 until " IN_AN_HOUR);
	assert_int_equal(plan_make(&fixture->build.ruleset, &fixture->build.host,
				   &(struct wishes){.openings = &fixture->wanted}, NULL, 0,
				   &fixture->build.pool, &fixture->plan, &fixture->err),
			 -1);
	assert_string_equal(fixture->err.text,
			    "table inet fwport holds set tcp_in_timed, which fwport did not make");
}

static void test_a_scoped_opening_is_a_rule_that_asks_the_clock(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "443 from 10.0.0.0/8 until " IN_AN_HOUR);
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "+ rule"),
			    "+ rule in inet fwport input: ip saddr 10.0.0.0/8 tcp dport 443 meta time < "
			    "\"2026-11-25 17:00:00 UTC\" counter accept comment \"fwport:1\"\n");
	fixture_settles(fixture);
}

static void test_a_guest_that_ends_opens_now_and_is_closed_then(void **state)
{
	struct plan_fixture *fixture = *state;

	build_input(&fixture->build, true);
	fixture_want(fixture, "443 until " IN_AN_HOUR);
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input: tcp dport 443 meta time < \"2026-11-25 17:00:00 "
			    "UTC\" accept comment \"fwport:1\"\n");
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV6), ANSWER_OPEN);
	assert_string_equal(told(fixture), "until rule 1 of inet filter input expires in 3600 seconds\n");
	commit(fixture, 3600);
	assert_int_equal(answered(fixture)->answer->verdict, ANSWER_BLOCKED);
	fixture_unwant(fixture, 1);
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "- rule in inet filter input: tcp dport 443 meta time < \"2026-11-25 17:00:00 "
			    "UTC\" accept comment \"fwport:1\"\n");
}

static void test_tables_of_iptables_have_the_last_second(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *table = build_table(&fixture->build, TABLE_IP, "filter");

	table->owner = OWNER_IPTABLES_NFT;
	build_base_chain(&fixture->build, table, "INPUT", HOOK_INPUT, 0, true);
	fixture_want(fixture, "443 until " IN_AN_HOUR);
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "ip filter"),
			    "+ rule in ip filter INPUT: tcp dport 443 meta time \"1970-01-01 00:00:00 "
			    "UTC\"-\"2026-11-25 16:59:59 UTC\" counter accept comment \"fwport:1\"\n");
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
	assert_string_equal(told(fixture), "until rule 1 of ip filter INPUT expires in 3600 seconds\n");
	fixture_settles(fixture);
}

static void test_the_home_tells_of_an_end_only_where_it_blocks(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *home;

	fixture_want(fixture, "443 until " IN_AN_HOUR);
	commit(fixture, 0);
	assert_string_equal(told(fixture), "");
	home = ruleset_find_table(&fixture->build.ruleset, TABLE_INET, "fwport");
	table_find_chain(home, "input")->policy_drop = true;
	assert_true(answered(fixture)->answer->verdict == ANSWER_OPEN);
	assert_string_equal(conditions(fixture, answered(fixture)->answer),
			    "until the element of set tcp_in_timed expires in 3600 seconds, which rule 1 of "
			    "inet fwport input looks up\n");
}

static void test_what_stays_has_rules_of_its_own(void **state)
{
	struct plan_fixture *fixture = *state;

	build_input(&fixture->build, true);
	fixture_want(fixture, "440-450 until " IN_AN_HOUR);
	fixture_want(fixture, "443 from 192.0.2.0/24");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input: ip saddr 192.0.2.0/24 tcp dport 443 accept comment "
			    "\"fwport:2\"\n"
			    "+ rule in inet filter input: tcp dport 440-450 meta time < \"2026-11-25 "
			    "17:00:00 UTC\" accept comment \"fwport:1\"\n");
	fixture_settles(fixture);
}

static void test_what_is_open_for_longer_needs_no_second_rule(void **state)
{
	struct plan_fixture *fixture = *state;

	build_input(&fixture->build, true);
	fixture_want(fixture, "443 until " IN_AN_HOUR);
	fixture_want(fixture, "440-450");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input: tcp dport 440-450 accept comment \"fwport:2\"\n");
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
}

static void test_iptables_reads_no_date_behind_2038(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *table = build_table(&fixture->build, TABLE_IP, "filter");

	table->owner = OWNER_IPTABLES_NFT;
	build_base_chain(&fixture->build, table, "INPUT", HOOK_INPUT, 0, true);
	fixture_want(fixture, "443 until 2208988800");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "ip filter"),
			    "+ rule in ip filter INPUT: tcp dport 443 meta time \"1970-01-01 00:00:00 "
			    "UTC\"-\"2038-01-19 03:14:06 UTC\" counter accept comment \"fwport:1\"\n");
	fixture_settles(fixture);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, fixture_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_the_home_has_a_set_of_what_expires),
		TEST(test_a_port_is_there_as_long_as_the_longest_of_its_openings),
		TEST(test_time_that_goes_by_changes_nothing),
		TEST(test_an_element_whose_clock_stood_still_is_replaced),
		TEST(test_another_end_is_another_element_and_another_rule),
		TEST(test_what_has_expired_leaves_the_home_empty),
		TEST(test_a_set_of_that_name_without_timeouts_is_not_ours),
		TEST(test_a_scoped_opening_is_a_rule_that_asks_the_clock),
		TEST(test_a_guest_that_ends_opens_now_and_is_closed_then),
		TEST(test_tables_of_iptables_have_the_last_second),
		TEST(test_the_home_tells_of_an_end_only_where_it_blocks),
		TEST(test_what_stays_has_rules_of_its_own),
		TEST(test_what_is_open_for_longer_needs_no_second_rule),
		TEST(test_iptables_reads_no_date_behind_2038),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
