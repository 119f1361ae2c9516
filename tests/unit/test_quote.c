/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Quoting: one line stays one line, and a shell reads the word that was meant.
 */
#include "cmocka_all.h"

#include "fwport/pool.h"
#include "fwport/quote.h"

static void assert_line(const char *string, const char *expected)
{
	CLEANUP(text_free) struct text text = {0};

	quote_line(&text, string);
	assert_string_equal(text_string(&text), expected);
}

static void assert_word(const char *word, const char *expected)
{
	CLEANUP(text_free) struct text text = {0};

	quote_word(&text, word);
	assert_string_equal(text_string(&text), expected);
}

static void test_clean_text_is_kept(void **state)
{
	(void)state;
	assert_line("", "");
	assert_line("ticket \"4711\", caf\xc3\xa9", "ticket \"4711\", caf\xc3\xa9");
}

static void test_a_line_stays_one_line(void **state)
{
	(void)state;
	assert_line("a\nFWPORT_RESULT=done\t\x1b[0m\x7f", "a\\x0aFWPORT_RESULT=done\\x09\\x1b[0m\\x7f");
	assert_line("\xc2\x9b", "\\xc2\\x9b"); /* CSI as one character */
	assert_line("a\\x0a", "a\\x0a");
}

static void test_broken_utf8_is_escaped(void **state)
{
	(void)state;
	assert_line("caf\xe9", "caf\\xe9");
}

static void test_plain_words_need_no_quotes(void **state)
{
	(void)state;
	assert_word("--from=10.0.0.0/8,2001:db8::/32", "--from=10.0.0.0/8,2001:db8::/32");
}

static void test_other_words_are_quoted(void **state)
{
	(void)state;
	assert_word("", "''");
	assert_word("two words", "'two words'");
	assert_word("$(reboot); it's", "'$(reboot); it'\\''s'");
	assert_word("caf\xc3\xa9", "'caf\xc3\xa9'");
}

static void test_control_characters_in_a_word_are_escaped(void **state)
{
	(void)state;
	assert_word("it's\n\\", "$'it\\'s\\x0a\\\\'");
	assert_word("\xe9", "$'\\xe9'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean_text_is_kept),
		cmocka_unit_test(test_a_line_stays_one_line),
		cmocka_unit_test(test_broken_utf8_is_escaped),
		cmocka_unit_test(test_plain_words_need_no_quotes),
		cmocka_unit_test(test_other_words_are_quoted),
		cmocka_unit_test(test_control_characters_in_a_word_are_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
