/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Durations as people write them, and moments as they read them. */
#include "cmocka_all.h"

#include "fwport/lifetime.h"

#include <stdio.h>

static void assert_lasts(const char *text, int64_t expected)
{
	struct error err = {0};
	int64_t seconds = 0;

	assert_int_equal(lifetime_parse(text, &seconds, &err), 0);
	assert_int_equal(seconds, expected);
}

static void assert_refused(const char *text, const char *sentence)
{
	struct error err = {0};
	int64_t seconds = 77;

	assert_int_equal(lifetime_parse(text, &seconds, &err), -1);
	assert_string_equal(err.text, sentence);
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_int_equal(seconds, 77);
}

static void test_each_unit_and_their_sums(void **state)
{
	(void)state;
	assert_lasts("30s", 30);
	assert_lasts("10m", 600);
	assert_lasts("2h", 7200);
	assert_lasts("1d", 86400);
	assert_lasts("1h30m", 5400);
	assert_lasts("1d2h3m4s", 93784);
	assert_lasts("90m", 5400);
	assert_lasts("007s", 7);
}

static void test_bounds(void **state)
{
	(void)state;
	assert_lasts("1s", 1);
	assert_lasts("3650d", 315360000);
	assert_refused("0s", "a duration of \"0s\" is out of range 1s-3650d");
	assert_refused("3650d1s", "a duration of \"3650d1s\" is out of range 1s-3650d");
	assert_refused("99999999999999999999999999h",
		       "a duration of \"99999999999999999999999999h\" is out of range 1s-3650d");
}

static void test_what_is_no_duration(void **state)
{
	static const char *const words[] = {"",      "h",    "2",   "2x",  "2h30",
					    "30m2h", "2h2h", "-2h", "2 h", "1.5h"};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char sentence[64];

		snprintf(sentence, sizeof(sentence), "\"%s\" is not a duration", words[i]);
		assert_refused(words[i], sentence);
	}
}

static void test_text_has_the_two_largest_parts(void **state)
{
	char out[LIFETIME_TEXT];

	(void)state;
	assert_string_equal(lifetime_text(0, out), "0 s");
	assert_string_equal(lifetime_text(59, out), "59 s");
	assert_string_equal(lifetime_text(60, out), "1 min");
	assert_string_equal(lifetime_text(7139, out), "1 h 58 min");
	assert_string_equal(lifetime_text(7200, out), "2 h");
	assert_string_equal(lifetime_text(90000, out), "1 d 1 h");
	assert_string_equal(lifetime_text(86459, out), "1 d");
}

static void test_moment_is_of_utc(void **state)
{
	char out[MOMENT_TEXT];

	(void)state;
	assert_string_equal(moment_text(1795622405, out), "2026-11-25 16:00:05 UTC");
	assert_string_equal(moment_text(0, out), "1970-01-01 00:00:00 UTC");
	assert_string_equal(moment_text(951868799, out), "2000-02-29 23:59:59 UTC");
	assert_string_equal(moment_text(951868800, out), "2000-03-01 00:00:00 UTC");
	assert_string_equal(moment_text(1798761599, out), "2026-12-31 23:59:59 UTC");
	assert_string_equal(moment_text(4107542400, out), "2100-03-01 00:00:00 UTC");
	assert_string_equal(moment_text(13574649599, out), "2400-02-29 23:59:59 UTC");
	assert_string_equal(moment_text(INT64_MAX, out), "292277026596-12-04 15:30:07 UTC");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_unit_and_their_sums),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_what_is_no_duration),
		cmocka_unit_test(test_text_has_the_two_largest_parts),
		cmocka_unit_test(test_moment_is_of_utc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
