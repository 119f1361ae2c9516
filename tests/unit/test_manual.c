/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of the manual: what has a meaning in mdoc is escaped, the prose stays as it is, and what the registry knows stands in it.
 */
#include "../../src/cli/manual.h"
#include "../../src/cli/mdoc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

typedef void writer(const char *words, struct text *out);

static void check_written(writer *write, const char *words, const char *expected)
{
	CLEANUP(text_free) struct text text = {0};

	write(words, &text);
	assert_string_equal(text_string(&text), expected);
}

static void test_prose_has_a_sentence_on_a_line(void **state)
{
	(void)state;
	check_written(mdoc_prose, "One thing. Another, with\n\nA second paragraph.",
		      "One thing.\nAnother, with\n.Pp\nA second paragraph.\n");
	check_written(mdoc_prose, "A list: a, b ... and so on.", "A list: a, b ... and so on.\n");
}

static void test_prose_begins_no_line_with_a_control_character(void **state)
{
	(void)state;
	check_written(mdoc_prose, ".Sh is a word", "\\&.Sh is a word\n");
	check_written(mdoc_prose, "'tis so. .Nd too", "\\&'tis so.\n\\&.Nd too\n");
}

static void test_prose_keeps_hyphens_backslashes_and_quotes(void **state)
{
	(void)state;
	check_written(mdoc_prose, "--for \"a\\b\"", "\\-\\-for \\(dqa\\eb\\(dq\n");
}

static void test_sentence_gets_a_capital_and_a_full_stop(void **state)
{
	(void)state;
	check_written(mdoc_sentence, "only IPv4", "Only IPv4.\n");
}

static void test_literal_words_are_no_macros(void **state)
{
	(void)state;
	check_written(mdoc_literal, "fwport Ar -4 .", "\\&fwport \\&Ar \\&\\-4 \\&.");
}

static void test_syntax_tells_words_from_placeholders(void **state)
{
	(void)state;
	check_written(mdoc_syntax, "in|out PORT[-PORT]...",
		      "Cm \\&in Ns No \\&|\\& Ns Cm \\&out Ar \\&PORT Ns No \\&[\\-\\& Ns Ar \\&PORT Ns No "
		      "\\&]...\\&");
	check_written(mdoc_syntax, "[in=drop|accept]",
		      "No \\&[\\& Ns Cm \\&in=drop Ns No \\&|\\& Ns Cm \\&accept Ns No \\&]\\&");
}

static void check_page(const char *prose, const char *expected)
{
	CLEANUP(text_free) struct text page = {0};
	struct error err = {0};

	assert_int_equal(manual_page(prose, "p.in", &page, &err), 0);
	assert_string_equal(text_string(&page), expected);
}

static void test_page_is_its_prose_and_the_registry(void **state)
{
	(void)state;
	check_page(".Sh A\ntext\n\n", ".Sh A\ntext\n\n");
	check_page("a\n@synopsis status\nb\n", "a\n.Nm fwport\n.Cm status\n.Op Ar option No ...\nb\n");
	check_page("@examples confirm\n", ".It Ic \\&fwport \\&confirm\n"
					  "Keeps what was changed with \\-\\-confirm, and saves it.\n");
}

static void test_page_has_every_command_and_its_options(void **state)
{
	CLEANUP(text_free) struct text page = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(manual_page("@commands\n", "p.in", &page, &err), 0);
	for (const struct command *const *at = commands; *at; at++) {
		CLEANUP(text_free) struct text head = {0};

		text_add(&head, ".Ss %s\n", (*at)->name);
		assert_int_equal(strstr(text_string(&page), text_string(&head)) != NULL, !(*at)->hidden);
	}
	assert_non_null(strstr(text_string(&page), ".It Fl \\-\\&confirm Ns Op No = Ns Ar \\&SECONDS\n"));
	assert_non_null(strstr(text_string(&page), ".It Fl 4 , Fl \\-\\&ipv4\n"));
}

static void test_page_that_is_elsewhere_is_named(void **state)
{
	CLEANUP(text_free) struct text page = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(manual_page("@commands check\n", "p.in", &page, &err), 0);
	assert_non_null(strstr(text_string(&page), "See\n.Xr fwport-check 8 .\n"));
	assert_null(strstr(text_string(&page), "timeout"));
}

static void check_refused(const char *prose, const char *sentence)
{
	CLEANUP(text_free) struct text page = {0};
	struct error err = {0};

	assert_int_equal(manual_page(prose, "p.in", &page, &err), -1);
	assert_string_equal(err.text, sentence);
}

static void test_unknown_parts_are_told_with_their_line(void **state)
{
	(void)state;
	check_refused("a\n@optoins\n", "p.in:2: @optoins stands for nothing");
	check_refused("@options opne", "p.in:1: there is no command \"opne\"");
	check_refused("@a line that is much too long to be the name of a part and a command of fwport",
		      "p.in:1: a line that begins with @ is longer than a name and a command");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prose_has_a_sentence_on_a_line),
		cmocka_unit_test(test_prose_begins_no_line_with_a_control_character),
		cmocka_unit_test(test_prose_keeps_hyphens_backslashes_and_quotes),
		cmocka_unit_test(test_sentence_gets_a_capital_and_a_full_stop),
		cmocka_unit_test(test_literal_words_are_no_macros),
		cmocka_unit_test(test_syntax_tells_words_from_placeholders),
		cmocka_unit_test(test_page_is_its_prose_and_the_registry),
		cmocka_unit_test(test_page_has_every_command_and_its_options),
		cmocka_unit_test(test_page_that_is_elsewhere_is_named),
		cmocka_unit_test(test_unknown_parts_are_told_with_their_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
