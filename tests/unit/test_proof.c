/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From answers to outcomes and exit statuses.
 */
#include "cmocka_all.h"

#include "proof.h"

static const struct opening plain = {.scope = {.families = FAMILIES_BOTH}};
static const struct opening named = {.scope = {.families = FAMILY_BIT(FAMILY_IPV6), .families_named = true}};

static enum change_outcome judge(const struct acceptance *accept, enum verdict first, enum verdict second)
{
	const struct family_answer answers[] = {{.applicable = true, .verdict = first},
						{.applicable = true, .verdict = second}};
	const struct opening_answer results[] = {{.opening = &plain, .answer = &answers[0]},
						 {.opening = &plain, .answer = &answers[1]}};

	return proof_judge(accept, results, 2);
}

static void test_all_open_is_done(void **state)
{
	(void)state;
	assert_int_equal(judge(&(struct acceptance){0}, ANSWER_OPEN, ANSWER_OPEN), OUTCOME_DONE);
}

static void test_the_worst_answer_wins(void **state)
{
	const struct acceptance accept = {0};

	(void)state;
	assert_int_equal(judge(&accept, ANSWER_OPEN, ANSWER_BLOCKED), OUTCOME_BLOCKED);
	assert_int_equal(judge(&accept, ANSWER_BLOCKED, ANSWER_UNKNOWN), OUTCOME_BLOCKED);
	assert_int_equal(judge(&accept, ANSWER_DEPENDS, ANSWER_UNKNOWN), OUTCOME_UNKNOWN);
	assert_int_equal(judge(&accept, ANSWER_OPEN, ANSWER_DEPENDS), OUTCOME_DEPENDS);
}

static void test_accepting_covers_just_what_it_names(void **state)
{
	const struct acceptance conditions = {.conditions = true}, unknown = {.unknown = true};

	(void)state;
	assert_int_equal(judge(&conditions, ANSWER_OPEN, ANSWER_DEPENDS), OUTCOME_DONE);
	assert_int_equal(judge(&conditions, ANSWER_OPEN, ANSWER_UNKNOWN), OUTCOME_UNKNOWN);
	assert_int_equal(judge(&unknown, ANSWER_OPEN, ANSWER_UNKNOWN), OUTCOME_DONE);
	assert_int_equal(judge(&unknown, ANSWER_OPEN, ANSWER_BLOCKED), OUTCOME_BLOCKED);
}

static void test_a_family_the_host_lacks_fails_only_when_named(void **state)
{
	const struct family_answer absent = {.family = FAMILY_IPV6},
				   open = {.applicable = true, .verdict = ANSWER_OPEN};
	const struct opening_answer unnamed[] = {{.opening = &plain, .answer = &open},
						 {.opening = &plain, .answer = &absent}};
	const struct opening_answer named_result = {.opening = &named, .answer = &absent};

	(void)state;
	assert_int_equal(proof_judge(&(struct acceptance){0}, unnamed, 2), OUTCOME_DONE);
	assert_int_equal(proof_judge(&(struct acceptance){0}, &named_result, 1), OUTCOME_BLOCKED);
}

static void test_an_opening_that_no_family_was_judged_for_is_not_proved(void **state)
{
	const struct family_answer absent = {.family = FAMILY_IPV6},
				   open = {.applicable = true, .verdict = ANSWER_OPEN};
	const struct opening other = plain;
	const struct opening_answer results[] = {{.opening = &other, .answer = &open},
						 {.opening = &plain, .answer = &absent},
						 {.opening = &plain, .answer = &absent}};

	(void)state;
	assert_int_equal(proof_judge(&(struct acceptance){0}, results, 3), OUTCOME_UNKNOWN);
	assert_int_equal(proof_judge(&(struct acceptance){.unknown = true}, results, 3), OUTCOME_DONE);
}

static void test_items_get_their_own_answers(void **state)
{
	const struct family_answer answer = {.applicable = true};
	const struct opening other = plain;
	const struct opening_answer results[] = {{.opening = &plain, .answer = &answer},
						 {.opening = &plain, .answer = &answer},
						 {.opening = &other, .answer = &answer}};
	struct change_item items[2] = {0};
	struct change_report report = {.items = items, .item_count = 2};

	(void)state;
	proof_report(results, 3, &report);
	assert_int_equal(items[0].result_count, 2);
	assert_ptr_equal(items[0].results, &results[0]);
	assert_int_equal(items[1].result_count, 1);
	assert_ptr_equal(items[1].results, &results[2]);
}

static void test_closing_less_than_was_asked_is_a_no(void **state)
{
	(void)state;
	assert_int_equal(
		change_exit_status(&(struct change_report){.outcome = OUTCOME_DONE, .not_all_ours = true}),
		1);
}

static void test_exit_statuses(void **state)
{
	static const int statuses[] = {
		[OUTCOME_DONE] = 0,    [OUTCOME_NOTHING] = 0,  [OUTCOME_PLANNED] = 1,
		[OUTCOME_BLOCKED] = 6, [OUTCOME_DEPENDS] = 10, [OUTCOME_UNKNOWN] = 11,
		[OUTCOME_LOCKOUT] = 7, [OUTCOME_NOT_OURS] = 1, [OUTCOME_HARMS] = 6,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		assert_int_equal(
			change_exit_status(&(struct change_report){.outcome = (enum change_outcome)i}),
			statuses[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_open_is_done),
		cmocka_unit_test(test_the_worst_answer_wins),
		cmocka_unit_test(test_accepting_covers_just_what_it_names),
		cmocka_unit_test(test_a_family_the_host_lacks_fails_only_when_named),
		cmocka_unit_test(test_an_opening_that_no_family_was_judged_for_is_not_proved),
		cmocka_unit_test(test_items_get_their_own_answers),
		cmocka_unit_test(test_closing_less_than_was_asked_is_a_no),
		cmocka_unit_test(test_exit_statuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
