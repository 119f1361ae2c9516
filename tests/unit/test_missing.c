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

static void spare(struct plan_fixture *fixture, const uint32_t *ids, size_t count)
{
	const struct spared spared = {.ids = ids, .count = count};

	assert_int_equal(plan_spare(&fixture->build.ruleset, &fixture->build.host, &fixture->wanted, &spared,
				    fixture->asked, fixture->wanted.count, &fixture->build.pool,
				    &fixture->plan, &fixture->err),
			 0);
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

static void test_nothing_spared_is_the_plan_as_it_is(void **state)
{
	struct plan_fixture *fixture = *state;
	size_t count;

	build_input(&fixture->build, true);
	fixture_want(fixture, "443");
	fixture_plan(fixture);
	count = fixture->plan.steps.count;
	spare(fixture, NULL, 0);
	assert_int_equal(fixture->plan.steps.count, count);
}

static void test_what_is_spared_is_not_put_there(void **state)
{
	struct plan_fixture *fixture = *state;
	const uint32_t ids[] = {1};

	build_input(&fixture->build, true);
	fixture_want(fixture, "443 from 192.0.2.0/24");
	fixture_want(fixture, "8443");
	fixture_plan(fixture);
	spare(fixture, ids, 1);
	assert_string_equal(fixture_steps(fixture, "443"),
			    "+ 8443 in set tcp_in\n"
			    "+ rule in inet filter input: tcp dport 8443 accept comment \"fwport:2\"\n");
	assert_int_equal(fixture_verdict(fixture, 1, FAMILY_IPV4), ANSWER_OPEN);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_BLOCKED);
}

/* What stands of it stays, though it is in another place than it would be put today. */
static void test_what_is_spared_is_not_removed(void **state)
{
	struct plan_fixture *fixture = *state;
	const uint32_t ids[] = {1};
	struct chain *input = build_input(&fixture->build, true);
	struct rule *rule = build_rule(&fixture->build, input, "tcp dport 443 accept");

	rule->comment = "fwport:1";
	rule->tag = 1;
	build_rule(&fixture->build, input, "tcp dport 1-1023 drop");
	fixture_want(fixture, "443 from 192.0.2.0/24");
	fixture_want(fixture, "8443");
	fixture_plan(fixture);
	spare(fixture, ids, 1);
	assert_string_equal(fixture_steps(fixture, "- rule"), "");
}

/* One rule for both: the other needs it. */
static void test_what_others_need_as_well_is_put_there(void **state)
{
	struct plan_fixture *fixture = *state;
	const uint32_t ids[] = {1};

	build_input(&fixture->build, true);
	fixture_want(fixture, "443");
	fixture_want(fixture, "8443");
	fixture_plan(fixture);
	spare(fixture, ids, 1);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input: tcp dport { 443, 8443 } accept comment "
			    "\"fwport:1\"\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_steps_are_about_the_openings_of_their_ports,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_nothing_spared_is_the_plan_as_it_is, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_what_is_spared_is_not_put_there, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_what_is_spared_is_not_removed, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_what_others_need_as_well_is_put_there, fixture_start,
						fixture_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
