/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the cursor is on a command line that is being typed: before or behind the command, in an option, in its value, or in an
 * operand. What is wrong so far is passed over.
 */
#include "../../src/cli/cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { WORDS_LIMIT = 16 };

static struct pool pool;
static struct cursor cursor;

static int forget(void **state)
{
	(void)state;
	pool_free(&pool);
	return 0;
}

/* The words are what stands between the single spaces, the last one may be empty. */
static void place(const char *line)
{
	const char *words[WORDS_LIMIT];
	struct error err = {0};
	size_t count = 0;

	for (char *word = pool_text(&pool, line), *space; word; word = space) {
		space = strchr(word, ' ');
		if (space)
			*space++ = '\0';
		assert_true(count < WORDS_LIMIT);
		words[count++] = word;
	}
	assert_int_equal(cursor_place(words, count, &pool, &cursor, &err), 0);
}

static bool given(const char *name)
{
	return cursor_has_option(&cursor, option_find(cursor.command, name, strlen(name), 0));
}

static void test_first_word_is_the_command(void **state)
{
	(void)state;
	place("op");
	assert_null(cursor.command);
	assert_false(cursor.lost);
	assert_string_equal(cursor.word, "op");
}

static void test_options_may_stand_before_the_command(void **state)
{
	(void)state;
	place("--json --backend nft op");
	assert_null(cursor.command);
	assert_null(cursor.option);
	assert_true(given("json") && given("backend"));
	assert_string_equal(cursor.word, "op");
}

static void test_operands_are_counted_up_to_the_cursor(void **state)
{
	(void)state;
	place("why in 443 ");
	assert_ptr_equal(cursor.command, command_find("why"));
	assert_int_equal(cursor.operand_count, 2);
	assert_string_equal(cursor.operands[1], "443");
	assert_string_equal(cursor.word, "");
}

static void test_word_behind_an_option_is_its_value(void **state)
{
	(void)state;
	place("open --iface et");
	assert_string_equal(cursor.option->name, "iface");
	assert_string_equal(cursor.word, "et");
	assert_string_equal(cursor.before, "");
	place("open --iface --ou");
	assert_string_equal(cursor.option->name, "iface");
	place("open --iface eth0 ");
	assert_null(cursor.option);
	assert_int_equal(cursor.operand_count, 0);
}

static void test_value_may_be_in_the_word(void **state)
{
	(void)state;
	place("open --backend=n");
	assert_string_equal(cursor.option->name, "backend");
	assert_string_equal(cursor.word, "n");
	assert_string_equal(cursor.before, "--backend=");
	place("open --backend=nft ");
	assert_null(cursor.option);
	assert_true(given("backend"));
}

static void test_value_that_may_be_left_out_takes_no_word(void **state)
{
	(void)state;
	place("open --confirm ");
	assert_null(cursor.option);
	place("open --confirm=9");
	assert_string_equal(cursor.option->name, "confirm");
}

static void test_flag_has_no_value(void **state)
{
	(void)state;
	place("open --json=x");
	assert_null(cursor.option);
	assert_string_equal(cursor.word, "--json=x");
}

static void test_letters_are_options(void **state)
{
	(void)state;
	place("why -4q in ");
	assert_true(given("ipv4") && given("quiet"));
	assert_false(given("ipv6"));
	assert_int_equal(cursor.operand_count, 1);
}

static void test_two_hyphens_end_the_options(void **state)
{
	(void)state;
	place("open -- --iface --b=");
	assert_true(cursor.only_operands);
	assert_int_equal(cursor.operand_count, 1);
	assert_null(cursor.option);
	assert_string_equal(cursor.word, "--b=");
}

static void test_what_is_wrong_is_passed_over(void **state)
{
	(void)state;
	place("opne 443 ");
	assert_true(cursor.lost);
	assert_null(cursor.command);
	place("open --nothing -x=9 44");
	assert_int_equal(cursor.given_count, 0);
	assert_int_equal(cursor.operand_count, 0);
	assert_string_equal(cursor.word, "44");
}

static void test_nothing_was_typed(void **state)
{
	struct error err = {0};

	(void)state;
	assert_int_equal(cursor_place(NULL, 0, &pool, &cursor, &err), 0);
	assert_string_equal(cursor.word, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_first_word_is_the_command, forget),
		cmocka_unit_test_teardown(test_options_may_stand_before_the_command, forget),
		cmocka_unit_test_teardown(test_operands_are_counted_up_to_the_cursor, forget),
		cmocka_unit_test_teardown(test_word_behind_an_option_is_its_value, forget),
		cmocka_unit_test_teardown(test_value_may_be_in_the_word, forget),
		cmocka_unit_test_teardown(test_value_that_may_be_left_out_takes_no_word, forget),
		cmocka_unit_test_teardown(test_flag_has_no_value, forget),
		cmocka_unit_test_teardown(test_letters_are_options, forget),
		cmocka_unit_test_teardown(test_two_hyphens_end_the_options, forget),
		cmocka_unit_test_teardown(test_what_is_wrong_is_passed_over, forget),
		cmocka_unit_test_teardown(test_nothing_was_typed, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
