/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is folded on a terminal, where, and what is left as it is. That terminals are told from pipes is in tests/cli/terminal.bats.
 */
#include "fwport/screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* What comes out of a terminal so wide when this is written to it. */
static void assert_folded(const char *locale, size_t columns, const char *written, const char *expected)
{
	char *text = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length), *screen;

	setenv("LC_ALL", locale, 1);
	assert_non_null(to);
	screen = screen_open(to, columns);
	assert_non_null(screen);
	assert_int_equal(fwrite(written, 1, strlen(written), screen), strlen(written));
	assert_int_equal(fclose(screen), 0);
	assert_int_equal(fclose(to), 0);
	assert_string_equal(text, expected);
	free(text);
	unsetenv("LC_ALL");
}

static void test_a_line_that_fits_stays_as_it_is(void **state)
{
	(void)state;
	assert_folded("C.UTF-8", 20, "exactly twenty bytes\n\n  two  gaps\n",
		      "exactly twenty bytes\n\n  two  gaps\n");
}

static void test_a_long_line_is_folded_between_words_and_goes_on_further_in(void **state)
{
	(void)state;
	assert_folded("C.UTF-8", 20, "proved: SYN, SYN-ACK, ACK and answer pass\n",
		      "proved: SYN,\n  SYN-ACK, ACK and\n  answer pass\n");
	assert_folded("C.UTF-8", 20, "    by a rule of inet filter input\n",
		      "    by a rule of\n      inet filter\n      input\n");
}

static void test_a_word_is_never_broken(void **state)
{
	(void)state;
	assert_folded("C.UTF-8", 20, "/etc/fwport/profiles/web.profile is not there\n",
		      "/etc/fwport/profiles/web.profile\n  is not there\n");
}

static void test_what_stands_in_a_second_column_stays_there(void **state)
{
	(void)state;
	assert_folded("C.UTF-8", 24, "NEXT    is the server running there\n",
		      "NEXT    is the server\n        running there\n");
}

static void test_the_lines_of_a_tree_go_on_beside_what_is_folded(void **state)
{
	(void)state;
	assert_folded("C.UTF-8", 20,
		      "\xe2\x94\x9c\xe2\x94\x80 SYN is dropped here, too\n"
		      "\xe2\x94\x94\xe2\x94\x80 ACK is dropped here, too\n",
		      "\xe2\x94\x9c\xe2\x94\x80 SYN is dropped\n\xe2\x94\x82    here, too\n"
		      "\xe2\x94\x94\xe2\x94\x80 ACK is dropped\n     here, too\n");
	assert_folded("C", 20, "|- SYN is dropped here, too\n`- ACK is dropped here, too\n",
		      "|- SYN is dropped\n|    here, too\n`- ACK is dropped\n     here, too\n");
}

static void test_a_command_is_left_to_be_copied(void **state)
{
	(void)state;
	assert_folded("C.UTF-8", 20, SCREEN_WHOLE "fix: nft insert rule ip filter INPUT\n",
		      "fix: nft insert rule ip filter INPUT\n");
}

static void test_colours_take_no_room_and_wide_letters_take_two(void **state)
{
	(void)state;
	assert_folded("C.UTF-8", 20, "443/tcp: \033[31mBLOCKED\033[0m (1)\n",
		      "443/tcp: \033[31mBLOCKED\033[0m (1)\n");
	assert_folded("C.UTF-8", 20,
		      "\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5 \xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5"
		      "\xe6\x97\xa5 \xe6\x97\xa5\xe6\x97\xa5\n",
		      "\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5 "
		      "\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\n"
		      "  \xe6\x97\xa5\xe6\x97\xa5\n");
}

static void test_what_clears_the_screen_stays(void **state)
{
	(void)state;
	assert_folded("C.UTF-8", 20, "\033[H\033[2J2026-11-26 moment\n", "\033[H\033[2J2026-11-26 moment\n");
}

static void test_letters_that_the_terminal_does_not_know_are_escaped(void **state)
{
	(void)state;
	assert_folded("C", 40, "comment \"caf\xc3\xa9\"\n", "comment \"caf\\xc3\\xa9\"\n");
	assert_folded("C.UTF-8", 40, "comment \"caf\xe9\"\n", "comment \"caf\\xe9\"\n");
}

static void test_what_is_no_whole_line_comes_out_in_the_end(void **state)
{
	(void)state;
	assert_folded("C.UTF-8", 20, "half a line", "half a line");
}

/* A disk that is full, a pipe that is closed: whoever writes has to hear of it. */
static void test_a_failed_write_is_told(void **state)
{
	FILE *full = fopen("/dev/full", "w"), *screen;

	(void)state;
	assert_non_null(full);
	screen = screen_open(full, 80);
	assert_non_null(screen);
	fputs("something\n", screen);
	fflush(screen);
	assert_true(ferror(screen));
	fclose(screen);
	fclose(full);
}

static void test_signs_and_colours_are_where_they_can_be_shown(void **state)
{
	const struct screen all = {80, true, true}, none = {0};

	(void)state;
	assert_string_equal(screen_color(&all, MARK_BAD), "\033[31m");
	assert_string_equal(screen_plain(&all), "\033[0m");
	assert_string_equal(screen_sign(&all, MARK_BAD), "\xe2\x9c\x97\xc2\xa0");
	for (enum mark mark = MARK_NONE; mark <= MARK_DOUBT; mark++) {
		assert_string_equal(screen_color(&none, mark), "");
		assert_string_equal(screen_sign(&none, mark), "");
	}
	assert_string_equal(screen_plain(&none), "");
}

static void test_a_file_is_no_terminal(void **state)
{
	FILE *file = tmpfile();
	struct screen screen;

	(void)state;
	assert_non_null(file);
	setenv("TERM", "xterm", 1);
	screen = screen_of(fileno(file), "auto");
	assert_true(!screen.columns && !screen.color && !screen.letters);
	screen = screen_of(fileno(file), "always");
	assert_true(!screen.columns && screen.color && !screen.letters);
	fclose(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_line_that_fits_stays_as_it_is),
		cmocka_unit_test(test_a_long_line_is_folded_between_words_and_goes_on_further_in),
		cmocka_unit_test(test_a_word_is_never_broken),
		cmocka_unit_test(test_what_stands_in_a_second_column_stays_there),
		cmocka_unit_test(test_the_lines_of_a_tree_go_on_beside_what_is_folded),
		cmocka_unit_test(test_a_command_is_left_to_be_copied),
		cmocka_unit_test(test_colours_take_no_room_and_wide_letters_take_two),
		cmocka_unit_test(test_what_clears_the_screen_stays),
		cmocka_unit_test(test_letters_that_the_terminal_does_not_know_are_escaped),
		cmocka_unit_test(test_what_is_no_whole_line_comes_out_in_the_end),
		cmocka_unit_test(test_a_failed_write_is_told),
		cmocka_unit_test(test_signs_and_colours_are_where_they_can_be_shown),
		cmocka_unit_test(test_a_file_is_no_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
