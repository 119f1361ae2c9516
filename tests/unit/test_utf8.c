/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which bytes are clean text, and where the first that is not stands.
 */
#include "cmocka_all.h"

#include "fwport/utf8.h"

#include <string.h>

static void clean_up_to(const char *bytes, size_t length, size_t expected)
{
	assert_int_equal(utf8_clean_length(bytes, length), expected);
}

static void clean(const char *text)
{
	clean_up_to(text, strlen(text), strlen(text));
}

static void test_text_of_all_sizes_is_clean(void **state)
{
	(void)state;
	clean("");
	clean("a\tb\nc\r\n~");
	clean("\xc2\xa0\xc3\xbc\xdf\xbf");             /* U+A0 to U+7FF */
	clean("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80"); /* around the surrogates */
	clean("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");     /* the first and the last of four bytes */
}

static void test_control_characters_are_not(void **state)
{
	(void)state;
	clean_up_to("ab\0c", 4, 2);
	clean_up_to("a\x1b[1m", 5, 1);
	clean_up_to("\x7f", 1, 0);
	clean_up_to("ab\xc2\x9b", 4, 2); /* C1: a terminal's CSI */
	clean_up_to("a\rb", 3, 1);
	clean_up_to("a\r", 2, 1);
}

static void test_broken_utf8_is_not(void **state)
{
	(void)state;
	clean_up_to("\x80", 1, 0);
	clean_up_to("\xc3", 1, 0);
	clean_up_to("a\xc3(", 3, 1);
	clean_up_to("\xc0\xaf", 2, 0);         /* overlong */
	clean_up_to("\xe0\x80\xaf", 3, 0);     /* overlong */
	clean_up_to("\xf0\x80\x80\xaf", 4, 0); /* overlong */
	clean_up_to("\xed\xa0\x80", 3, 0);     /* a surrogate */
	clean_up_to("\xf4\x90\x80\x80", 4, 0); /* behind U+10FFFF */
	clean_up_to("\xff\xfe", 2, 0);
	clean_up_to("\xe2\x82", 2, 0);
}

static void test_what_is_shown_ends_with_a_whole_character(void **state)
{
	char text[80];

	(void)state;
	assert_int_equal(utf8_shown("short"), 5);
	memset(text, 'a', sizeof(text));
	text[79] = '\0';
	assert_int_equal(utf8_shown(text), 64);
	memcpy(text + 62, "\xe2\x82\xac", 3);
	assert_int_equal(utf8_shown(text), 62);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_of_all_sizes_is_clean),
		cmocka_unit_test(test_control_characters_are_not),
		cmocka_unit_test(test_broken_utf8_is_not),
		cmocka_unit_test(test_what_is_shown_ends_with_a_whole_character),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
