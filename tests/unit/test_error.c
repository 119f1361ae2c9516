/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errors: sentences, context, and the exit statuses.
 */
#include "cmocka_all.h"

#include "fwport/error.h"

#include <errno.h>
#include <string.h>

static void test_place_in_a_file_stands_before_the_sentence(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(
		error_at(&err, (struct place){"web.profile", 3, 7}, "port \"%s\" is out of range", "70000"),
		-1);
	assert_string_equal(err.text, "web.profile:3:7: port \"70000\" is out of range");
	assert_int_equal(err.kind, ERROR_FILE);
}

static void test_no_file_is_a_usage_error_without_place(void **state)
{
	struct error err;

	(void)state;
	error_at(&err, (struct place){0}, "port \"0\" is out of range");
	assert_string_equal(err.text, "port \"0\" is out of range");
	assert_int_equal(err.kind, ERROR_USAGE);
}

static void test_context_is_prepended_and_keeps_kind_and_hint(void **state)
{
	struct error err;

	(void)state;
	error_set(&err, ERROR_BUSY, "locked");
	error_hint(&err, "wait");
	error_in(&err, "cannot open profile %s", "web");
	assert_string_equal(err.text, "cannot open profile web: locked");
	assert_string_equal(err.hint, "wait");
	assert_int_equal(err.kind, ERROR_BUSY);
}

static void test_system_error_says_errno_in_words(void **state)
{
	struct error err;

	(void)state;
	error_system(&err, ENOSPC, "cannot write %s", "x");
	assert_string_equal(err.text, "cannot write x: No space left on device");
	assert_int_equal(err.kind, ERROR_SYSTEM);
	error_system(&err, EPERM, "x");
	assert_int_equal(err.kind, ERROR_PERMISSION);
}

static void test_a_sentence_that_is_too_long_is_cut_and_terminated(void **state)
{
	char longest[2000];
	struct error err;

	(void)state;
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	error_set(&err, ERROR_USAGE, "%s", longest);
	error_in(&err, "%s", longest);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

static void test_exit_statuses_are_those_of_the_manual(void **state)
{
	static const int statuses[] = {
		[ERROR_NONE] = 0,       [ERROR_USAGE] = 2, [ERROR_FILE] = 3,    [ERROR_SYSTEM] = 4,
		[ERROR_PERMISSION] = 4, [ERROR_BUSY] = 5,  [ERROR_BLOCKED] = 6, [ERROR_LOCKOUT] = 7,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		assert_int_equal(error_exit_status((enum error_kind)i), statuses[i]);
	assert_string_equal(error_kind_name(ERROR_LOCKOUT), "lockout");
	assert_string_equal(error_kind_name(ERROR_PERMISSION), "permission");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_place_in_a_file_stands_before_the_sentence),
		cmocka_unit_test(test_no_file_is_a_usage_error_without_place),
		cmocka_unit_test(test_context_is_prepended_and_keeps_kind_and_hint),
		cmocka_unit_test(test_system_error_says_errno_in_words),
		cmocka_unit_test(test_a_sentence_that_is_too_long_is_cut_and_terminated),
		cmocka_unit_test(test_exit_statuses_are_those_of_the_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
