/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of resolv.conf the C library's resolver listens to. */
#include "cmocka_all.h"

#include "resolver_config.h"

#include <stdlib.h>
#include <string.h>

static struct pool pool;
static struct resolver_config config;
static struct error err;

static void parse(const char *text)
{
	assert_int_equal(resolver_config_parse(text, &pool, &config, &err), 0);
}

static void assert_server(size_t number, const char *address)
{
	char text[ADDRESS_TEXT];

	assert_true(number < config.server_count);
	assert_string_equal(address_text(&config.servers[number].address, text), address);
	assert_int_equal(config.servers[number].port, 53);
}

static void test_nameservers_in_order(void **state)
{
	(void)state;
	parse("nameserver 192.0.2.53\nnameserver\t2001:db8::53 \n");
	assert_int_equal(config.server_count, 2);
	assert_server(0, "192.0.2.53");
	assert_server(1, "2001:db8::53");
}

static void test_a_fourth_nameserver_is_not_asked(void **state)
{
	(void)state;
	parse("nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 192.0.2.4\n");
	assert_int_equal(config.server_count, 3);
	assert_server(2, "192.0.2.3");
}

static void test_link_local_nameserver_has_a_device(void **state)
{
	(void)state;
	parse("nameserver fe80::1%eth7\n");
	assert_server(0, "fe80::1");
	assert_string_equal(config.servers[0].device, "eth7");
}

static void test_comments_and_what_does_not_parse_are_passed_over(void **state)
{
	(void)state;
	parse("# nameserver 192.0.2.1\n;nameserver 192.0.2.2\n nameserver 192.0.2.3\nnameserver\nnameserver "
	      "x\n"
	      "nameservers 192.0.2.4\n\n\nnameserver 192.0.2.5 # here\r\nnameserver 192.0.2.6");
	assert_int_equal(config.server_count, 2);
	assert_server(0, "192.0.2.5");
	assert_server(1, "192.0.2.6");
}

static void test_a_nameserver_that_is_no_address_is_told(void **state)
{
	(void)state;
	parse("# c\nnameserver 192.0.2.1\nnameserver ns.example\nnameserver 192.0.2.53:53\n");
	assert_int_equal(config.server_count, 1);
	assert_int_equal(config.wrong_line, 3);
	assert_string_equal(config.wrong, "ns.example");
	parse("nameserver 192.0.2.1\n");
	assert_int_equal(config.wrong_line, 0);
}

static void test_the_last_search_list_counts(void **state)
{
	(void)state;
	parse("search a.example b.example\ndomain c.example\nsearch d.example. . e.example\n");
	assert_int_equal(config.search_count, 2);
	assert_string_equal(config.search[0], "d.example");
	assert_string_equal(config.search[1], "e.example");
}

static void test_a_search_list_has_a_ceiling(void **state)
{
	(void)state;
	parse("search a b c d e f g h\n");
	assert_int_equal(config.search_count, SEARCH_MOST);
}

static void test_options(void **state)
{
	(void)state;
	parse("");
	assert_int_equal(config.ndots, 1);
	assert_false(config.edns0 || config.tcp_only);
	parse("options rotate ndots:5\noptions edns0 use-vc\n");
	assert_int_equal(config.ndots, 5);
	assert_true(config.edns0 && config.tcp_only);
	parse("options ndots:99\n");
	assert_int_equal(config.ndots, 15);
}

static void test_a_file_that_is_not_there_is_told(void **state)
{
	const char *problem;

	(void)state;
	assert_int_equal(resolver_config_read("/nonexistent/resolv.conf", &pool, &config, &problem, &err), 0);
	assert_string_equal(problem, "/nonexistent/resolv.conf: No such file or directory");
	assert_int_equal(config.server_count, 0);
}

static void test_the_environment_overrides(void **state)
{
	const char *problem;

	(void)state;
	setenv("LOCALDOMAIN", "env.example", 1);
	setenv("RES_OPTIONS", "ndots:7", 1);
	assert_int_equal(resolver_config_read(NULL, &pool, &config, &problem, &err), 0);
	assert_int_equal(config.search_count, 1);
	assert_string_equal(config.search[0], "env.example");
	assert_int_equal(config.ndots, 7);
	unsetenv("LOCALDOMAIN");
	unsetenv("RES_OPTIONS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nameservers_in_order),
		cmocka_unit_test(test_a_fourth_nameserver_is_not_asked),
		cmocka_unit_test(test_link_local_nameserver_has_a_device),
		cmocka_unit_test(test_comments_and_what_does_not_parse_are_passed_over),
		cmocka_unit_test(test_a_nameserver_that_is_no_address_is_told),
		cmocka_unit_test(test_the_last_search_list_counts),
		cmocka_unit_test(test_a_search_list_has_a_ceiling),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_a_file_that_is_not_there_is_told),
		cmocka_unit_test(test_the_environment_overrides),
	};
	int failed = cmocka_run_group_tests_name("reach_resolver_config", tests, NULL, NULL);

	pool_free(&pool);
	return failed;
}
