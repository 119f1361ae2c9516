/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text: growing, quoting what strangers wrote, and the nearest word.
 */
#include "cmocka_all.h"

#include "fwport/pool.h"
#include "fwport/text.h"

#include <string.h>

static void test_empty_text_reads_as_an_empty_string(void **state)
{
	struct text text = {0};

	(void)state;
	assert_string_equal(text_string(&text), "");
	text_free(&text);
}

static void test_text_grows_over_many_additions(void **state)
{
	CLEANUP(text_free) struct text text = {0};

	(void)state;
	for (int i = 0; i < 1000; i++)
		text_add(&text, "%d,", i % 10);
	assert_int_equal(text.length, 2000);
	assert_int_equal(strlen(text_string(&text)), 2000);
	text_clear(&text);
	assert_string_equal(text_string(&text), "");
}

static void test_what_is_added_is_as_printf_would_have_it(void **state)
{
	CLEANUP(text_free) struct text text = {0};

	(void)state;
	text_add(&text, "%s is %u, %s%llu.", "a", 0U, "", 18446744073709551615ULL);
	assert_string_equal(text_string(&text), "a is 0, 18446744073709551615.");
	text_clear(&text);
	text_add(&text, "%u%% of %s", 4294967295U, "all");
	assert_string_equal(text_string(&text), "4294967295% of all");
	text_clear(&text);
	text_add(&text, "%-3s|%03u|%x|%.*s", "a", 7U, 255U, 2, "bcd");
	assert_string_equal(text_string(&text), "a  |007|ff|bc");
}

static void test_control_characters_are_escaped(void **state)
{
	CLEANUP(text_free) struct text text = {0};

	(void)state;
	text_add_quoted(&text, "a\x1b[31m\"b\\\n\x7f");
	assert_string_equal(text_string(&text), "\"a\\x1b[31m\\\"b\\\\\\x0a\\x7f\"");
}

static void test_utf8_names_are_kept(void **state)
{
	CLEANUP(text_free) struct text text = {0};

	(void)state;
	text_add_quoted(&text, "caf\xc3\xa9");
	assert_string_equal(text_string(&text), "\"caf\xc3\xa9\"");
}

static void test_nearest_word(void **state)
{
	static const char *const protocols[] = {"tcp", "udp", "sctp"};
	static const char *const words[] = {"open", "close", "apply", "status", "https", "https-alt"};
	const size_t count = sizeof(words) / sizeof(words[0]);

	(void)state;
	assert_string_equal(text_nearest("opne", words, count), "open");
	assert_string_equal(text_nearest("htps", words, count), "https");
	assert_string_equal(text_nearest("stauts", words, count), "status");
	assert_string_equal(text_nearest("tpc", protocols, 3), "tcp");
	assert_null(text_nearest("xyzzy", words, count));
	assert_null(text_nearest("", words, count));
}

static void test_text_grows_whatever_room_is_left(void **state)
{
	char expected[200] = "";

	(void)state;
	for (size_t length = 0; length < sizeof(expected) - 1; length++) {
		CLEANUP(text_free) struct text text = {0};

		text_add(&text, "%s", expected);
		text_add(&text, "%s", expected);
		text_add(&text, " and no more");
		assert_int_equal(text.length, 2 * length + strlen(" and no more"));
		assert_memory_equal(text_string(&text), expected, length);
		assert_memory_equal(text_string(&text) + length, expected, length);
		assert_string_equal(text_string(&text) + 2 * length, " and no more");
		expected[length] = (char)('a' + length % 26);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_grows_whatever_room_is_left),
		cmocka_unit_test(test_empty_text_reads_as_an_empty_string),
		cmocka_unit_test(test_text_grows_over_many_additions),
		cmocka_unit_test(test_what_is_added_is_as_printf_would_have_it),
		cmocka_unit_test(test_control_characters_are_escaped),
		cmocka_unit_test(test_utf8_names_are_kept),
		cmocka_unit_test(test_nearest_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
