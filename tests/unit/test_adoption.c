/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Openings that are read off the rules they left: planned anew they leave everything as it stands.
 */
#include "plan_fixture.h"

#include "fwport/adoption.h"

#include "cmocka_all.h"

enum { NEXT_ID = 1000, NOW = 1700000000 };

static struct chain *iptables_input(struct plan_fixture *fixture, enum table_family family)
{
	struct table *table = build_table(&fixture->build, family, "filter");

	table->owner = OWNER_IPTABLES_NFT;
	return build_base_chain(&fixture->build, table, "INPUT", HOOK_INPUT, 0, true);
}

/* The kernel gives handles when it takes the rules. */
static void committed(struct plan_fixture *fixture)
{
	const struct ruleset *after = fixture->plan.after;

	for (size_t i = 0; i < after->table_count; i++)
		for (size_t j = 0; j < after->tables[i]->chain_count; j++)
			for (size_t k = 0; k < after->tables[i]->chains[j]->rule_count; k++)
				if (!after->tables[i]->chains[j]->rules[k]->handle)
					after->tables[i]->chains[j]->rules[k]->handle =
						++fixture->build.handle;
}

static struct adopted adopt(struct plan_fixture *fixture, const struct ruleset *ruleset)
{
	struct adopted adopted = {0};
	uint32_t next_id = NEXT_ID;

	assert_int_equal(openings_adopt(ruleset, &next_id, &fixture->build.pool, &adopted, &fixture->err), 0);
	return adopted;
}

/* The same openings, and nothing left to do for them. */
static void assert_comes_back(struct plan_fixture *fixture)
{
	struct openings openings;
	const struct wishes wishes = {.openings = &openings};
	struct plan again;

	fixture_plan(fixture);
	committed(fixture);
	openings = adopt(fixture, fixture->plan.after).openings;
	assert_int_equal(openings.count, fixture->wanted.count);
	for (size_t i = 0; i < fixture->wanted.count; i++)
		assert_non_null(openings_find(&openings, &fixture->wanted.list[i]));
	assert_int_equal(plan_make(fixture->plan.after, &fixture->build.host, &wishes, NULL, 0,
				   &fixture->build.pool, &again, &fixture->err),
			 0);
	assert_int_equal(again.steps.count, 0);
}

static void test_openings_to_everyone_come_back_from_the_sets(void **state)
{
	struct plan_fixture *fixture = *state;

	build_rule(&fixture->build, build_input(&fixture->build, true), "ct state established accept");
	fixture_want(fixture, "443");
	fixture_want(fixture, "8000-8010");
	fixture_want(fixture, "53/udp");
	fixture_want(fixture, "out 123/udp");
	assert_comes_back(fixture);
}

static void test_scopes_come_back_from_the_rules(void **state)
{
	struct plan_fixture *fixture = *state;

	build_rule(&fixture->build, build_input(&fixture->build, true), "ct state established accept");
	fixture_want(fixture, "443 from 10.0.0.0/8 ipv4");
	fixture_want(fixture, "80 iface eth1");
	fixture_want(fixture, "81 from 192.168.128.0/17 to 192.0.2.10 iface eth0 ipv4");
	fixture_want(fixture, "82 ipv6");
	fixture_want(fixture, "out 53/udp to 192.0.2.53 ipv4");
	assert_comes_back(fixture);
}

static void test_guests_in_tables_of_iptables_bear_the_ids(void **state)
{
	struct plan_fixture *fixture = *state;

	iptables_input(fixture, TABLE_IP);
	iptables_input(fixture, TABLE_IP6);
	fixture_want(fixture, "443");
	fixture_want(fixture, "80");
	assert_comes_back(fixture);
	assert_int_equal(adopt(fixture, fixture->plan.after).openings.list[0].id, 1);
}

static void test_guests_alone_are_enough(void **state)
{
	struct plan_fixture *fixture = *state;
	struct openings openings;

	iptables_input(fixture, TABLE_IP);
	iptables_input(fixture, TABLE_IP6);
	fixture_want(fixture, "443");
	fixture_want(fixture, "8443 from 10.0.0.0/8 ipv4");
	fixture->place = HOME_IPTABLES;
	fixture_plan(fixture);
	committed(fixture);
	openings = adopt(fixture, fixture->plan.after).openings;
	assert_int_equal(openings.count, 2);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(openings_find(&openings, &fixture->wanted.list[i])->id,
				 fixture->wanted.list[i].id);
}

static void test_what_expires_comes_back_with_its_end(void **state)
{
	struct plan_fixture *fixture = *state;
	struct openings openings;

	build_rule(&fixture->build, build_input(&fixture->build, true), "ct state established accept");
	fixture->build.ruleset.read_at = (int64_t)NOW * 1000;
	fixture->build.host.now = NOW;
	fixture_want(fixture, "443 until 1700007200");
	fixture_want(fixture, "8443 from 10.0.0.0/8 ipv4 until 1700003600");
	fixture_want(fixture, "80");
	assert_comes_back(fixture);
	openings = adopt(fixture, fixture->plan.after).openings;
	assert_int_equal(openings_find(&openings, &fixture->wanted.list[0])->expires, 1700007200);
	assert_int_equal(openings_find(&openings, &fixture->wanted.list[1])->expires, 1700003600);
	assert_int_equal(openings_find(&openings, &fixture->wanted.list[2])->expires, 0);
}

static void test_what_we_would_not_have_written_is_not_believed(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *input = build_input(&fixture->build, true);
	struct rule *rule = build_rule(&fixture->build, input, "tcp dport 443 meta mark 5 accept");

	rule->tag = 7;
	assert_int_equal(adopt(fixture, &fixture->build.ruleset).openings.count, 0);
	assert_ptr_equal(adopt(fixture, &fixture->build.ruleset).unread, rule);
	rule->tag = 0;
	build_rule(&fixture->build, input, "tcp dport 444 accept")->tag = 8;
	assert_int_equal(adopt(fixture, &fixture->build.ruleset).openings.count, 1);
	assert_null(adopt(fixture, &fixture->build.ruleset).unread);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_openings_to_everyone_come_back_from_the_sets,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_scopes_come_back_from_the_rules, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_guests_in_tables_of_iptables_bear_the_ids, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_guests_alone_are_enough, fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_what_expires_comes_back_with_its_end, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_what_we_would_not_have_written_is_not_believed,
						fixture_start, fixture_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
