/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which openings the steps of a plan are about, and plans that spare some of them. */
#include "plan_fixture.h"

#include "fwport/missing.h"

#include "cmocka_all.h"

static struct port_map map_of(struct plan_fixture *fixture)
{
	struct port_map map;

	assert_int_equal(port_map_make(&fixture->build.pool, &map, &fixture->err), 0);
	for (size_t i = 0; i < fixture->plan.steps.count; i++)
		assert_int_equal(port_map_add_step(&map, &fixture->plan.steps.list[i], &fixture->build.pool,
						   &fixture->err),
				 0);
	return map;
}

/* Of what is wanted, the last one is spared: the plan is for the others. */
static void plan_sparing_last(struct plan_fixture *fixture, bool policy)
{
	struct openings spared = {.list = &fixture->list[fixture->wanted.count - 1], .count = 1};

	fixture->wanted.count--;
	fixture_plan(fixture);
	assert_int_equal(plan_spare(&fixture->build.ruleset, &fixture->build.host, &fixture->wanted, &spared,
				    policy, fixture->asked, fixture->wanted.count, &fixture->build.pool,
				    &fixture->plan, &fixture->err),
			 0);
}

static struct rule *ours(struct plan_fixture *fixture, struct chain *chain, const char *line, uint32_t tag)
{
	struct rule *rule = build_rule(&fixture->build, chain, line);

	rule->comment = pool_format(&fixture->build.pool, "fwport:%u", tag);
	rule->tag = tag;
	return rule;
}

static void test_steps_are_about_the_openings_of_their_ports(void **state)
{
	struct plan_fixture *fixture = *state;
	struct opening other = {.port = {PROTOCOL_UDP, {443, 443}}};
	struct port_map map;

	build_input(&fixture->build, true);
	fixture_want(fixture, "443");
	fixture_want(fixture, "8000-8010");
	fixture_plan(fixture);
	map = map_of(fixture);
	assert_true(port_map_meets_opening(&map, &fixture->list[0]));
	assert_true(port_map_meets_opening(&map, &fixture->list[1]));
	assert_false(port_map_meets_opening(&map, &other));
	other.port = (struct port_spec){PROTOCOL_TCP, {8010, 9000}};
	assert_true(port_map_meets_opening(&map, &other));
	other.port = (struct port_spec){PROTOCOL_TCP, {8011, 9000}};
	assert_false(port_map_meets_opening(&map, &other));
}

static void test_what_is_spared_is_neither_put_there_nor_removed(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *input = build_input(&fixture->build, true);

	ours(fixture, input, "tcp dport 443 accept", 2);
	fixture_want(fixture, "8443");
	fixture_want(fixture, "443");
	plan_sparing_last(fixture, false);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input: tcp dport 8443 accept comment \"fwport:1\"\n");
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
}

static void test_what_belongs_to_nothing_goes_all_the_same(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *input = build_input(&fixture->build, true);

	ours(fixture, input, "tcp dport 443 accept", 2);
	ours(fixture, input, "tcp dport 25 accept", 9);
	fixture_want(fixture, "8443");
	fixture_want(fixture, "443");
	plan_sparing_last(fixture, false);
	assert_string_equal(fixture_steps(fixture, "- rule"),
			    "- rule in inet filter input: tcp dport 25 accept comment \"fwport:9\"\n");
}

static void test_rules_of_a_policy_that_is_spared_are_not_put_there(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture->policy.drop[DIRECTION_IN] = true;
	fixture_want(fixture, "8443");
	fixture_want(fixture, "443");
	plan_sparing_last(fixture, true);
	assert_string_equal(fixture_steps(fixture, "drop"), "");
	assert_string_not_equal(fixture_steps(fixture, "8443"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_steps_are_about_the_openings_of_their_ports,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_what_is_spared_is_neither_put_there_nor_removed,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_what_belongs_to_nothing_goes_all_the_same, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_rules_of_a_policy_that_is_spared_are_not_put_there,
						fixture_start, fixture_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
