/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a name may be, and that the table finds every one of very many.
 */
#include "cmocka_all.h"

#include "../../src/profile/names.h"

#include <string.h>

static void test_what_a_name_may_be(void **state)
{
	char longest[65];

	(void)state;
	memset(longest, 'a', sizeof(longest));
	longest[63] = '\0';
	assert_true(name_is_valid("https"));
	assert_true(name_is_valid("443"));
	assert_true(name_is_valid("Web_2.0-alt+x"));
	assert_true(name_is_valid(longest));
	longest[63] = 'a';
	longest[64] = '\0';
	assert_false(name_is_valid(longest));
	assert_false(name_is_valid(""));
	assert_false(name_is_valid("-x"));
	assert_false(name_is_valid(".x"));
	assert_false(name_is_valid("a b"));
	assert_false(name_is_valid("a/b"));
	assert_false(name_is_valid("b\xc3\xbcro"));
}

static void test_every_one_of_many_names_is_found(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct names names = {0};
	struct error err = {0};

	(void)state;
	assert_null(names_find(&names, "p1"));
	for (unsigned i = 1; i <= 65535; i++)
		assert_int_equal(names_add(&names, pool_format(&pool, "p%u", i), i, &pool, &err), 0);
	for (unsigned i = 1; i <= 65535; i++) {
		const size_t *number = names_find(&names, pool_format(&pool, "p%u", i));

		assert_non_null(number);
		assert_int_equal(*number, i);
	}
	assert_null(names_find(&names, "p65536"));
	assert_null(names_find(&names, ""));
}

static void test_a_second_time_tells_the_first(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct names names = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(names_add_once(&names, "web", (struct place){"f", 3, 1}, &pool, &err), 0);
	assert_int_equal(names_add_once(&names, "web", (struct place){"f", 9, 5}, &pool, &err), -1);
	assert_string_equal(err.text, "f:9:5: \"web\" was already given in line 3; a name is given once");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_name_may_be),
		cmocka_unit_test(test_every_one_of_many_names_is_found),
		cmocka_unit_test(test_a_second_time_tells_the_first),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
