/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of the hosts file is about a name. */
#include "cmocka_all.h"

#include "hosts_file.h"

static struct pool pool;
static struct hosts_entry entry;
static struct error err;

static void assert_entry(const char *text, const char *name, unsigned line, size_t addresses)
{
	assert_int_equal(hosts_file_parse(text, name, &pool, &entry, &err), 0);
	assert_int_equal(entry.line, line);
	assert_int_equal(entry.addresses.count, addresses);
}

static void test_a_name_and_its_aliases(void **state)
{
	char text[ADDRESS_TEXT];

	(void)state;
	assert_entry("127.0.0.1 localhost\n192.0.2.7\twww.example  web\n", "web", 2, 1);
	assert_string_equal(address_text(&entry.addresses.list[0], text), "192.0.2.7");
	assert_entry("192.0.2.7 www.example web", "www.example", 1, 1);
}

static void test_all_lines_that_name_it_count(void **state)
{
	(void)state;
	assert_entry("192.0.2.7 a\n2001:db8::7 b a\n192.0.2.7 a\n192.0.2.8 c", "a", 1, 2);
}

static void test_letters_and_the_last_dot_do_not_matter(void **state)
{
	(void)state;
	assert_entry("192.0.2.7 WWW.Example", "www.example.", 1, 1);
}

static void test_what_only_looks_like_it(void **state)
{
	(void)state;
	assert_entry("192.0.2.7 awww.example www.example.org # www.example\n#192.0.2.8 www.example\n",
		     "www.example", 0, 0);
	assert_entry("www.example 192.0.2.7\n", "www.example", 0, 0);
	assert_entry("192.0.2.7\nwww.example\n", "www.example", 0, 0);
	assert_entry("bad www.example\n192.0.2.999 www.example\n", "www.example", 0, 0);
	assert_entry("", "www.example", 0, 0);
	assert_entry("\n\n192.0.2.7", "", 0, 0);
}

static void test_lines_are_counted_past_empty_ones(void **state)
{
	(void)state;
	assert_entry("\n# c\n\n  192.0.2.7 a#b\n", "a", 4, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_name_and_its_aliases),
		cmocka_unit_test(test_all_lines_that_name_it_count),
		cmocka_unit_test(test_letters_and_the_last_dot_do_not_matter),
		cmocka_unit_test(test_what_only_looks_like_it),
		cmocka_unit_test(test_lines_are_counted_past_empty_ones),
	};
	int failed = cmocka_run_group_tests_name("reach_hosts_file", tests, NULL, NULL);

	pool_free(&pool);
	return failed;
}
