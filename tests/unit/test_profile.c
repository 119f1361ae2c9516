/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a profile becomes. Refused ones, each with its sentence, are among the golden files; here is what they cannot show.
 */
#include "cmocka_all.h"

#include "fwport/catalog.h"
#include "fwport/text.h"

#include <string.h>

static int parse(const char *bytes, const char *path, struct pool *pool, struct profile *out,
		 struct error *err)
{
	return profile_parse(bytes, strlen(bytes), path, pool, out, err);
}

static void test_name_and_path_come_from_the_file(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct error err = {0};
	struct profile profile;

	(void)state;
	assert_int_equal(parse("https=443\n", "/etc/fwport/profiles/web.profile", &pool, &profile, &err), 0);
	assert_string_equal(profile.name, "web");
	assert_string_equal(profile.path, "/etc/fwport/profiles/web.profile");
	assert_null(profile.title);
	assert_null(profile.description);
	assert_string_equal(profile.openings.list[0].profile, "web");
	assert_int_equal(parse("https=443\n", "./list.txt", &pool, &profile, &err), 0);
	assert_string_equal(profile.name, "list.txt");
	assert_int_equal(parse("https=443\n", "x/.profile", &pool, &profile, &err), 0);
	assert_string_equal(profile.name, ".profile");
}

static void test_an_opening_is_anyones_wish_and_not_yet_recorded(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	const struct opening *opening;
	struct error err = {0};
	struct profile profile;

	(void)state;
	assert_int_equal(parse("https=443\n", "web.profile", &pool, &profile, &err), 0);
	assert_int_equal(profile.openings.count, 1);
	opening = profile.openings.list;
	assert_string_equal(opening->service, "https");
	assert_int_equal(opening->id, 0);
	assert_int_equal(opening->created, 0);
	assert_null(opening->reason);
	assert_int_equal(opening->port.protocol, PROTOCOL_TCP);
	assert_int_equal(opening->scope.direction, DIRECTION_IN);
	assert_int_equal(opening->scope.families, FAMILIES_BOTH);
	assert_false(opening->scope.families_named);
	assert_null(opening->scope.from);
	assert_null(opening->scope.to);
	assert_null(opening->scope.iface);
}

static void test_openings_of_a_line_share_its_scope(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct error err = {0};
	struct profile profile;

	(void)state;
	assert_int_equal(parse("a = 1, 2/udp from=10.0.0.0/8\nb = 3\n", "x", &pool, &profile, &err), 0);
	assert_int_equal(profile.openings.count, 3);
	assert_true(scope_equal(&profile.openings.list[0].scope, &profile.openings.list[1].scope));
	assert_int_equal(profile.openings.list[1].scope.from_count, 1);
	assert_int_equal(profile.openings.list[2].scope.from_count, 0);
}

static void test_the_input_may_go_away(void **state)
{
	char bytes[] = "[profile]\ntitle = Web\n[in]\nhttps = 443 iface=eth0\n", path[] = "web.profile";
	CLEANUP(pool_free) struct pool pool = {0};
	struct error err = {0};
	struct profile profile;

	(void)state;
	assert_int_equal(parse(bytes, path, &pool, &profile, &err), 0);
	memset(bytes, 'x', sizeof(bytes));
	memset(path, 'x', sizeof(path));
	assert_string_equal(profile.title, "Web");
	assert_string_equal(profile.path, "web.profile");
	assert_string_equal(profile.openings.list[0].service, "https");
	assert_string_equal(profile.openings.list[0].scope.iface, "eth0");
}

static void test_a_refused_profile_leaves_the_result_alone(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct profile profile = {.name = "before"};
	struct error err = {0};

	(void)state;
	assert_int_equal(parse("https=443\nhttp=0\n", "x", &pool, &profile, &err), -1);
	assert_string_equal(profile.name, "before");
	assert_int_equal(err.kind, ERROR_FILE);
}

static void test_empty_is_refused_unless_stated(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct error err = {0};
	struct profile profile;

	(void)state;
	assert_int_equal(parse("", "lost.profile", &pool, &profile, &err), -1);
	assert_string_equal(err.text,
			    "lost.profile: no openings in it; a line such as https = 443 makes one");
	assert_int_equal(parse("[out]\n", "closed.profile", &pool, &profile, &err), 0);
	assert_int_equal(profile.openings.count, 0);
}

/* Every port in a line of its own, and every port in one line: within the ceiling, and all there. */
static void all_ports(const char *bytes, size_t length)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct error err = {0};
	struct profile profile;

	assert_true(length <= PROFILE_SIZE_LIMIT);
	assert_int_equal(profile_parse(bytes, length, "all", &pool, &profile, &err), 0);
	assert_int_equal(profile.openings.count, 65535);
	for (unsigned i = 0; i < 65535; i++)
		assert_int_equal(profile.openings.list[i].port.ports.first, i + 1);
}

static void test_every_port_there_is_fits(void **state)
{
	CLEANUP(text_free) struct text each = {0}, one = {0};

	(void)state;
	text_add(&one, "all = 1");
	for (unsigned port = 1; port <= 65535; port++)
		text_add(&each, "service-number-%u = %u/tcp\r\n", port, port);
	for (unsigned port = 2; port <= 65535; port++)
		text_add(&one, ", %u", port);
	all_ports(text_string(&each), each.length);
	all_ports(text_string(&one), one.length);
}

static void test_a_duplicate_behind_60000_names_is_found(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(text_free) struct text text = {0};
	struct error err = {0};
	struct profile profile;

	(void)state;
	for (unsigned port = 1; port <= 60000; port++)
		text_add(&text, "p%u=%u\n", port, port);
	text_add(&text, "p77=1\n");
	assert_int_equal(profile_parse(text_string(&text), text.length, "all", &pool, &profile, &err), -1);
	assert_string_equal(err.text,
			    "all:60001:1: \"p77\" was already given in line 77; a name is given once");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name_and_path_come_from_the_file),
		cmocka_unit_test(test_an_opening_is_anyones_wish_and_not_yet_recorded),
		cmocka_unit_test(test_openings_of_a_line_share_its_scope),
		cmocka_unit_test(test_the_input_may_go_away),
		cmocka_unit_test(test_a_refused_profile_leaves_the_result_alone),
		cmocka_unit_test(test_empty_is_refused_unless_stated),
		cmocka_unit_test(test_every_port_there_is_fits),
		cmocka_unit_test(test_a_duplicate_behind_60000_names_is_found),
	};

	return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
