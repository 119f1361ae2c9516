/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The home table: what is added to it, what stays, what goes. Nothing else filters here, so that every step is the home's.
 */
#include "plan_fixture.h"

#include "cmocka_all.h"

#include <linux/netfilter/nf_tables.h>

/* What the first plan leaves behind becomes what the next one finds. */
static void commit(struct plan_fixture *fixture)
{
	fixture_plan(fixture);
	fixture->build.ruleset = *fixture->plan.after;
	for (size_t i = 0; i < fixture->build.ruleset.table_count; i++)
		for (size_t j = 0; j < fixture->build.ruleset.tables[i]->chain_count; j++) {
			const struct chain *chain = fixture->build.ruleset.tables[i]->chains[j];

			for (size_t k = 0; k < chain->rule_count; k++)
				chain->rules[k]->handle = ++fixture->build.handle;
		}
}

static void assert_steps(struct plan_fixture *fixture, const char *expected)
{
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, NULL), expected);
	fixture_settles(fixture);
}

static void test_first_opening_builds_the_home(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "443");
	assert_steps(fixture,
		     "+ table inet fwport\n"
		     "+ chain inet fwport input (filter, hook input, priority filter - 1, policy accept)\n"
		     "+ set inet fwport tcp_in\n"
		     "+ 443 in set tcp_in\n"
		     "+ rule in inet fwport input: tcp dport @tcp_in accept\n");
}

static void test_both_directions_have_their_chains_and_sets(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "443/udp");
	fixture_want(fixture, "out 53/udp");
	assert_steps(fixture,
		     "+ table inet fwport\n"
		     "+ chain inet fwport input (filter, hook input, priority filter - 1, policy accept)\n"
		     "+ chain inet fwport output (filter, hook output, priority filter - 1, policy accept)\n"
		     "+ set inet fwport udp_in\n"
		     "+ set inet fwport udp_out\n"
		     "+ 443 in set udp_in\n"
		     "+ 53 in set udp_out\n"
		     "+ rule in inet fwport input: udp dport @udp_in accept\n"
		     "+ rule in inet fwport output: udp dport @udp_out accept\n");
}

static void test_a_port_beside_another_is_one_more_element(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "443");
	commit(fixture);
	fixture_want(fixture, "444");
	assert_steps(fixture, "+ 444 in set tcp_in\n");
}

static void test_a_port_within_an_open_range_sends_nothing(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "440-450");
	commit(fixture);
	fixture_want(fixture, "443");
	assert_steps(fixture, "");
}

static void test_closing_the_wider_of_two_keeps_the_narrower(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "440-450");
	commit(fixture);
	fixture_want(fixture, "443");
	fixture_unwant(fixture, 1);
	assert_steps(fixture, "- 440-450 in set tcp_in\n+ 443 in set tcp_in\n");
}

static void test_closing_one_of_two_removes_its_element_only(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "443");
	fixture_want(fixture, "80");
	commit(fixture);
	fixture_unwant(fixture, 1);
	assert_steps(fixture, "- 443 in set tcp_in\n");
}

static void test_closing_the_last_removes_the_home_and_the_table_last(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "443");
	commit(fixture);
	fixture_unwant(fixture, 1);
	assert_steps(fixture,
		     "- rule in inet fwport input: tcp dport @tcp_in accept\n"
		     "- 443 in set tcp_in\n"
		     "- set inet fwport tcp_in\n"
		     "- chain inet fwport input (filter, hook input, priority filter - 1, policy accept)\n"
		     "- table inet fwport\n");
}

static void test_a_scoped_opening_is_a_rule_of_its_own(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "8443 from 10.0.0.0/8 from 2001:db8::/32 iface eth1");
	assert_steps(
		fixture,
		"+ table inet fwport\n"
		"+ chain inet fwport input (filter, hook input, priority filter - 1, policy accept)\n"
		"+ rule in inet fwport input: iifname \"eth1\" ip saddr 10.0.0.0/8 tcp dport 8443 counter "
		"accept comment \"fwport:1\"\n"
		"+ rule in inet fwport input: iifname \"eth1\" ip6 saddr 2001:db8::/32 tcp dport 8443 "
		"counter "
		"accept comment \"fwport:1\"\n");
}

static void test_one_family_is_said_in_front(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "out 8000-8010 ipv6");
	assert_steps(fixture,
		     "+ table inet fwport\n"
		     "+ chain inet fwport output (filter, hook output, priority filter - 1, policy accept)\n"
		     "+ rule in inet fwport output: meta nfproto ipv6 tcp dport 8000-8010 counter "
		     "accept comment \"fwport:1\"\n");
}

static int plan_fails(struct plan_fixture *fixture, const char *sentence)
{
	fixture->err = (struct error){0};
	assert_int_equal(plan_make(&fixture->build.ruleset, &fixture->build.host,
				   &(struct wishes){.openings = &fixture->wanted}, NULL, 0,
				   &fixture->build.pool, &fixture->plan, &fixture->err),
			 -1);
	assert_int_equal(fixture->err.kind, ERROR_BLOCKED);
	assert_string_equal(fixture->err.text, sentence);
	assert_string_equal(fixture->err.hint, "rename that table, or remove what is foreign in it");
	return (int)fixture->plan.steps.count;
}

static void assert_foreign(struct plan_fixture *fixture, const char *sentence)
{
	fixture_want(fixture, "443");
	assert_int_equal(plan_fails(fixture, sentence), 0);
	fixture_unwant(fixture, 1); /* closing touches it no more than opening */
	assert_int_equal(plan_fails(fixture, sentence), 0);
}

/* Rules and chains of others: nothing is opened beside them, and when we go they stay. */
static void assert_beside(struct plan_fixture *fixture, const char *sentence, const char *steps_of_closing)
{
	fixture_want(fixture, "444");
	assert_int_equal(plan_fails(fixture, sentence), 0);
	fixture_unwant(fixture, 1);
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, NULL), steps_of_closing);
}

static struct chain *our_input(struct plan_fixture *fixture)
{
	return table_find_chain(ruleset_find_table(&fixture->build.ruleset, TABLE_INET, "fwport"), "input");
}

static void test_a_strange_rule_in_the_home_is_left_alone(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "443");
	commit(fixture);
	fixture_unwant(fixture, 1);
	build_rule(&fixture->build, our_input(fixture), "tcp dport 22 drop");
	assert_beside(fixture, "table inet fwport holds rule 2 of chain input, which fwport did not make",
		      "- rule in inet fwport input: tcp dport @tcp_in accept\n"
		      "- 443 in set tcp_in\n");
}

static void test_our_rule_in_the_other_chain_is_not_ours(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "out 443");
	commit(fixture);
	fixture_unwant(fixture, 1);
	build_rule(&fixture->build,
		   build_base_chain(&fixture->build,
				    ruleset_find_table(&fixture->build.ruleset, TABLE_INET, "fwport"),
				    "input", HOOK_INPUT, -1, false),
		   "tcp dport @tcp_out accept");
	assert_beside(
		fixture, "table inet fwport holds rule 1 of chain input, which fwport did not make",
		"- rule in inet fwport output: tcp dport @tcp_out accept\n"
		"- 443 in set tcp_out\n"
		"- chain inet fwport output (filter, hook output, priority filter - 1, policy accept)\n");
}

static void test_somebodys_firewall_of_our_name_is_left_alone(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *table = build_table(&fixture->build, TABLE_INET, "fwport");

	build_rule(&fixture->build, build_base_chain(&fixture->build, table, "input", HOOK_INPUT, 0, true),
		   "tcp dport 22 accept");
	assert_beside(fixture, "table inet fwport holds chain input, which fwport did not make", "");
}

static void test_a_chain_of_the_wrong_shape_is_somebodys(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *table = build_table(&fixture->build, TABLE_INET, "fwport");

	build_base_chain(&fixture->build, table, "input", HOOK_INPUT, 10, false);
	assert_beside(fixture, "table inet fwport holds chain input, which fwport did not make", "");
}

static void test_sets_of_other_names_and_shapes_are_somebodys(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *table = build_table(&fixture->build, TABLE_INET, "fwport");

	build_set(&fixture->build, table, "ban", NFT_SET_INTERVAL, "198.51.100.0/24");
	assert_foreign(fixture, "table inet fwport holds set ban, which fwport did not make");
	table->sets[0]->name = "tcp_in";
	assert_foreign(fixture, "table inet fwport holds set tcp_in, which fwport did not make");
}

static void test_objects_flowtables_and_flags_are_somebodys(void **state)
{
	static struct object hits = {.name = "hits"};
	static struct object *objects[] = {&hits};
	static const char *flowtables[] = {"fast"};
	struct plan_fixture *fixture = *state;
	struct table *table = build_table(&fixture->build, TABLE_INET, "fwport");

	table->flags = NFT_TABLE_F_DORMANT;
	assert_foreign(fixture, "table inet fwport has flags, which fwport did not set");
	table->flowtables = flowtables;
	table->flowtable_count = 1;
	assert_foreign(fixture, "table inet fwport holds flowtable fast, which fwport did not make");
	table->objects = objects;
	table->object_count = 1;
	assert_foreign(fixture, "table inet fwport holds object hits, which fwport did not make");
}

static void test_an_empty_table_of_our_name_becomes_the_home(void **state)
{
	struct plan_fixture *fixture = *state;

	build_table(&fixture->build, TABLE_INET, "fwport");
	fixture_want(fixture, "443");
	fixture_plan(fixture);
	assert_string_equal(
		fixture_steps(fixture, NULL),
		"+ chain inet fwport input (filter, hook input, priority filter - 1, policy accept)\n"
		"+ set inet fwport tcp_in\n"
		"+ 443 in set tcp_in\n"
		"+ rule in inet fwport input: tcp dport @tcp_in accept\n");
}

static void test_nothing_wanted_and_nothing_there_is_no_step(void **state)
{
	assert_steps(*state, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_first_opening_builds_the_home, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_both_directions_have_their_chains_and_sets,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_a_port_beside_another_is_one_more_element, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_a_port_within_an_open_range_sends_nothing, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_closing_the_wider_of_two_keeps_the_narrower,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_closing_one_of_two_removes_its_element_only,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_closing_the_last_removes_the_home_and_the_table_last,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_a_scoped_opening_is_a_rule_of_its_own, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_one_family_is_said_in_front, fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_nothing_wanted_and_nothing_there_is_no_step,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_a_strange_rule_in_the_home_is_left_alone, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_our_rule_in_the_other_chain_is_not_ours, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_somebodys_firewall_of_our_name_is_left_alone,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_a_chain_of_the_wrong_shape_is_somebodys, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_sets_of_other_names_and_shapes_are_somebodys,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_objects_flowtables_and_flags_are_somebodys,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_an_empty_table_of_our_name_becomes_the_home,
						fixture_start, fixture_end),
	};

	return cmocka_run_group_tests_name("home", tests, NULL, NULL);
}
