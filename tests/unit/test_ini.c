/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of an INI file: their parts, their places, and what is no line.
 */
#include "cmocka_all.h"

#include "../../src/profile/ini.h"

#include <stdio.h>
#include <string.h>

/* Reads all lines of the bytes into one text, "LINE:COLUMN [section]" or "LINE:COLUMN name|LINE:COLUMN value|comment". */
static int lines(const char *bytes, size_t length, char *out, size_t size, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct ini_line line = {0};
	struct ini ini;
	size_t used = 0;

	out[0] = '\0';
	if (ini_open(&ini, bytes, length, "f", &pool, err) < 0)
		return -1;
	for (;;) {
		if (ini_next(&ini, &line, err) < 0)
			return -1;
		if (line.kind == INI_END)
			return 0;
		assert_string_equal(line.at.file, "f");
		used += (size_t)snprintf(out + used, size - used, "%u:%u ", line.at.line, line.at.column);
		if (line.kind == INI_SECTION)
			used += (size_t)snprintf(out + used, size - used, "[%s]\n", line.name);
		else
			used += (size_t)snprintf(out + used, size - used, "%s|%u:%u %s|%s\n", line.name,
						 line.value_at.line, line.value_at.column, line.value,
						 line.comment ? line.comment : "");
	}
}

static void reads(const char *bytes, const char *expected)
{
	struct error err = {0};
	char out[512];

	assert_int_equal(lines(bytes, strlen(bytes), out, sizeof(out), &err), 0);
	assert_string_equal(out, expected);
}

static void refuses_bytes(const char *bytes, size_t length, const char *sentence)
{
	struct error err = {0};
	char out[512];

	assert_int_equal(lines(bytes, length, out, sizeof(out), &err), -1);
	assert_int_equal(err.kind, ERROR_FILE);
	assert_string_equal(err.text, sentence);
}

static void refuses(const char *bytes, const char *sentence)
{
	refuses_bytes(bytes, strlen(bytes), sentence);
}

static void test_entries_know_their_places(void **state)
{
	(void)state;
	reads("a=1\n  b  =  2 3  \n\tc=d=e\n", "1:1 a|1:3 1|\n2:3 b|2:9 2 3|\n3:2 c|3:4 d=e|\n");
}

static void test_sections_may_have_blanks_and_comments(void **state)
{
	(void)state;
	reads("[in]\n [ out ] # x\n[a b] ; c\n", "1:1 [in]\n2:2 [out]\n3:1 [a b]\n");
}

static void test_comments_need_white_space_before_them(void **state)
{
	(void)state;
	reads("# x\n  ; y\na=1#2 # three\nb=1;2\t;\nc=1 ;x ;y\n",
	      "3:1 a|3:3 1#2|three\n4:1 b|4:3 1;2|\n5:1 c|5:3 1|x ;y\n");
}

static void test_windows_files_read_the_same(void **state)
{
	(void)state;
	reads("\xef\xbb\xbf"
	      "a=1\r\n\r\n[in]\r\nb=2 # c\r\n",
	      "1:1 a|1:3 1|\n3:1 [in]\n4:1 b|4:3 2|c\n");
}

static void test_nothing_in_it_is_no_error(void **state)
{
	(void)state;
	reads("", "");
	reads("\n\n \t\n", "");
	reads("\xef\xbb\xbf", "");
}

static void test_the_last_line_needs_no_end(void **state)
{
	(void)state;
	reads("a=1\nb=2", "1:1 a|1:3 1|\n2:1 b|2:3 2|\n");
}

static void test_what_is_no_line_is_named(void **state)
{
	(void)state;
	refuses("a=1\n  web\n", "f:2:3: \"web\" has no \"=\"; a line is NAME = VALUE or [SECTION]");
	refuses("=1\n", "f:1:1: no name before \"=\"; a line is NAME = VALUE");
	refuses("a =\n", "f:1:3: no value behind \"a =\"; a line is NAME = VALUE");
	refuses("a = # 1\n", "f:1:3: no value behind \"a =\"; a line is NAME = VALUE");
	refuses("[in\n", "f:1:1: \"[in\" has no \"]\"; a section is written [NAME]");
	refuses("[ ]\n", "f:1:1: a section without a name; it is written [NAME]");
	refuses("[in]  x=1\n", "f:1:7: \"x=1\" behind a section; a section has a line of its own");
}

static void test_bytes_that_are_no_text_are_named(void **state)
{
	(void)state;
	refuses_bytes("a=1\nb=\0\n", 8, "f:2:3: a NUL byte; only text is allowed here");
	refuses("a=1\rb=2\n", "f:1:4: a carriage return inside a line; lines end in LF or CRLF");
	refuses("# \x1b[2J\n", "f:1:3: control character \\x1b; only text is allowed here");
	refuses("\n\na=\xe9\n", "f:3:3: byte \\xe9 is not plain UTF-8 text");
}

static void test_a_long_line_is_shown_in_part(void **state)
{
	char line[2001], expected[256];

	(void)state;
	memset(line, 'x', sizeof(line));
	line[2000] = '\0';
	snprintf(expected, sizeof(expected),
		 "f:1:1: \"%.64s\" has no \"=\"; a line is NAME = VALUE or [SECTION]", line);
	refuses(line, expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries_know_their_places),
		cmocka_unit_test(test_sections_may_have_blanks_and_comments),
		cmocka_unit_test(test_comments_need_white_space_before_them),
		cmocka_unit_test(test_windows_files_read_the_same),
		cmocka_unit_test(test_nothing_in_it_is_no_error),
		cmocka_unit_test(test_the_last_line_needs_no_end),
		cmocka_unit_test(test_what_is_no_line_is_named),
		cmocka_unit_test(test_bytes_that_are_no_text_are_named),
		cmocka_unit_test(test_a_long_line_is_shown_in_part),
	};

	return cmocka_run_group_tests_name("ini", tests, NULL, NULL);
}
