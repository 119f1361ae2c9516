/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Services files: fwport's own, where every line must be right, and the system's, where what is not is passed over.
 * Refused lines of the first are among the golden files.
 */
#include "cmocka_all.h"

#include "../../src/profile/services.h"

#include <string.h>

struct fixture {
	struct pool pool;
	struct service_list services;
};

static void fixture_free(struct fixture *at)
{
	pool_free(&at->pool);
}

static const struct service *find(const struct fixture *at, const char *name)
{
	for (size_t i = 0; i < at->services.count; i++)
		if (strcmp(at->services.list[i].name, name) == 0)
			return &at->services.list[i];
	return NULL;
}

static void is(const struct service *service, size_t which, const char *port)
{
	char text[PORT_TEXT];

	assert_non_null(service);
	assert_true(which < service->port_count);
	assert_string_equal(port_text(service->ports[which], text), port);
}

static void own(struct fixture *at, const char *bytes)
{
	struct error err = {0};

	assert_int_equal(services_parse(bytes, strlen(bytes), "dir/services", &at->pool, &at->services, &err),
			 0);
}

static void system_file(struct fixture *at, const char *bytes)
{
	struct error err = {0};

	assert_int_equal(etc_services_parse(bytes, strlen(bytes), "dir/etc", &at->pool, &at->services, &err),
			 0);
}

static void test_own_lines_keep_origin_line_and_comment(void **state)
{
	CLEANUP(fixture_free) struct fixture at = {0};

	(void)state;
	own(&at, "# ours\nhttps=443  # the web\ndns = 53/udp, 53/tcp\n");
	assert_int_equal(at.services.count, 2);
	is(find(&at, "https"), 0, "443/tcp");
	assert_string_equal(find(&at, "https")->origin, "dir/services");
	assert_int_equal(find(&at, "https")->line, 2);
	assert_string_equal(find(&at, "https")->comment, "the web");
	assert_int_equal(find(&at, "dns")->port_count, 2);
	is(find(&at, "dns"), 0, "53/udp");
	is(find(&at, "dns"), 1, "53/tcp");
	assert_null(find(&at, "dns")->comment);
}

static void test_system_names_prefer_tcp(void **state)
{
	CLEANUP(fixture_free) struct fixture at = {0};

	(void)state;
	system_file(&at, "domain 53/udp # UDP first\ndomain\t53/tcp\nntp 123/udp\n"
			 "only 9/sctp\nboth 9/sctp\nboth 9/udp\nx 1/tcp\nx 2/tcp\n");
	assert_int_equal(at.services.count, 5);
	is(find(&at, "domain"), 0, "53/tcp");
	assert_int_equal(find(&at, "domain")->port_count, 1);
	assert_int_equal(find(&at, "domain")->line, 2);
	assert_null(find(&at, "domain")->comment);
	is(find(&at, "ntp"), 0, "123/udp");
	is(find(&at, "only"), 0, "9/sctp");
	is(find(&at, "both"), 0, "9/udp");
	is(find(&at, "x"), 0, "1/tcp"); /* the first of its kind */
}

static void test_system_aliases_are_names(void **state)
{
	CLEANUP(fixture_free) struct fixture at = {0};

	(void)state;
	system_file(&at, "http\t80/tcp\twww www-http  # WorldWideWeb HTTP\n");
	is(find(&at, "http"), 0, "80/tcp");
	is(find(&at, "www"), 0, "80/tcp");
	is(find(&at, "www-http"), 0, "80/tcp");
	assert_string_equal(find(&at, "www")->comment, "WorldWideWeb HTTP");
	assert_string_equal(find(&at, "www")->origin, "dir/etc");
}

static void test_system_lines_that_make_no_sense_are_passed_over(void **state)
{
	CLEANUP(fixture_free) struct fixture at = {0};

	(void)state;
	system_file(&at,
		    "\n# comment\nname\nname 80\nname x/tcp\nname 0/tcp\nname 70000/tcp\nname 80/ddp\n"
		    "name # 80/tcp\n914c/g 211/tcp\n80 81/tcp\nb\xc3\xbcro 1/tcp\ngood 443/tcp 3com #\n");
	assert_int_equal(at.services.count, 2);
	is(find(&at, "good"), 0, "443/tcp");
	is(find(&at, "3com"), 0, "443/tcp");
	assert_null(find(&at, "good")->comment);
	assert_int_equal(find(&at, "good")->line, 13);
}

static void test_system_bytes_that_are_no_text_do_no_harm(void **state)
{
	static const char bytes[] = "a 1/tcp # \x1b[2J\nb 2/tcp\0 c 3/tcp\nd 4/tcp\r\ne 5/tcp";
	CLEANUP(fixture_free) struct fixture at = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(
		etc_services_parse(bytes, sizeof(bytes) - 1, "dir/etc", &at.pool, &at.services, &err), 0);
	is(find(&at, "a"), 0, "1/tcp");
	assert_null(find(&at, "a")->comment);
	is(find(&at, "b"), 0, "2/tcp");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_lines_keep_origin_line_and_comment),
		cmocka_unit_test(test_system_names_prefer_tcp),
		cmocka_unit_test(test_system_aliases_are_names),
		cmocka_unit_test(test_system_lines_that_make_no_sense_are_passed_over),
		cmocka_unit_test(test_system_bytes_that_are_no_text_do_no_harm),
	};

	return cmocka_run_group_tests_name("services", tests, NULL, NULL);
}
