/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules that were deleted by themselves, and rules that went with what stood around them. */
#include "cmocka_all.h"

#include "fwport/burst.h"

#include <stdio.h>

static const struct burst_place filter = {0, 1, "filter"}, filter6 = {0, 10, "filter"}, nat = {0, 1, "nat"},
				legacy = {1, 1, "filter"};

static void test_a_rule_that_goes_alone_is_singled_out(void **state)
{
	struct burst burst = {0};

	(void)state;
	burst_rule_gone(&burst, &filter, 3);
	assert_true(burst.any && burst.hurt);
	assert_true(burst_singled_out(&burst, 3));
	assert_false(burst_singled_out(&burst, 4));
}

static void test_a_rule_that_goes_with_others_is_not(void **state)
{
	struct burst before = {0}, behind = {0};

	(void)state;
	burst_rule_gone(&before, &filter, 0);
	burst_rule_gone(&before, &filter, 3);
	burst_rule_gone(&behind, &filter, 3);
	burst_rule_gone(&behind, &filter, 0);
	assert_false(burst_singled_out(&before, 3));
	assert_false(burst_singled_out(&behind, 3));
}

static void test_others_elsewhere_are_of_no_consequence(void **state)
{
	struct burst burst = {0};

	(void)state;
	burst_rule_gone(&burst, &nat, 0);
	burst_rule_gone(&burst, &filter6, 0);
	burst_sweep(&burst, &legacy);
	burst_rule_gone(&burst, &filter, 3);
	assert_true(burst_singled_out(&burst, 3));
}

/* A chain that held ours alone is emptied, and others are filled. */
static void test_whatever_else_changes_in_the_table_counts(void **state)
{
	struct burst burst = {0};

	(void)state;
	burst_rule_gone(&burst, &filter, 3);
	burst_sweep(&burst, &filter);
	assert_false(burst_singled_out(&burst, 3));
}

/* Of two rules of an opening one by hand and one with its chain: that is a neighbour's doing. */
static void test_each_rule_of_a_tag_counts(void **state)
{
	struct burst burst = {0};

	(void)state;
	burst_rule_gone(&burst, &filter6, 3);
	burst_rule_gone(&burst, &filter, 3);
	assert_true(burst_singled_out(&burst, 3));
	burst_sweep(&burst, &filter);
	assert_false(burst_singled_out(&burst, 3));
}

static void test_what_was_lost_may_have_been_anything(void **state)
{
	struct burst burst = {0};

	(void)state;
	burst_rule_gone(&burst, &filter, 3);
	burst_lose(&burst);
	assert_true(burst.hurt);
	assert_false(burst_singled_out(&burst, 3));
}

static void test_more_than_it_holds_is_lost(void **state)
{
	struct burst rules = {0}, places = {0};

	(void)state;
	for (uint32_t i = 0; i <= BURST_RULES; i++)
		burst_rule_gone(&rules, &filter, i + 1);
	assert_true(rules.lost);
	assert_false(burst_singled_out(&rules, 1));
	for (int i = 0; i <= BURST_PLACES; i++) {
		char name[16];

		snprintf(name, sizeof(name), "table%d", i);
		burst_rule_gone(&places, &(struct burst_place){0, 1, name}, 0);
	}
	assert_true(places.lost);
	assert_false(places.hurt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_rule_that_goes_alone_is_singled_out),
		cmocka_unit_test(test_a_rule_that_goes_with_others_is_not),
		cmocka_unit_test(test_others_elsewhere_are_of_no_consequence),
		cmocka_unit_test(test_whatever_else_changes_in_the_table_counts),
		cmocka_unit_test(test_each_rule_of_a_tag_counts),
		cmocka_unit_test(test_what_was_lost_may_have_been_anything),
		cmocka_unit_test(test_more_than_it_holds_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
