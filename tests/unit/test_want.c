/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Openings to groups, cells and lanes.
 */
#include "want.h"

#include "cmocka_all.h"

#include <string.h>

struct want_test {
	struct pool pool;
	struct opening list[8];
	const struct opening *openings[8];
	size_t count;
	struct error err;
};

static void want(struct want_test *test, enum direction direction, const char *port)
{
	struct opening *opening = &test->list[test->count];

	*opening = (struct opening){.id = (uint32_t)test->count + 1,
				    .scope = {.direction = direction, .families = FAMILIES_BOTH}};
	assert_int_equal(port_parse(port, (struct place){0}, &opening->port, &test->err), 0);
	test->openings[test->count++] = opening;
}

static struct wants make(struct want_test *test)
{
	struct wants wants;

	assert_int_equal(wants_make(test->openings, test->count, &test->pool, &wants, &test->err), 0);
	return wants;
}

static void assert_ranges(const struct port_range *ranges, size_t count, const char *expected)
{
	char text[256] = "", port[PORT_TEXT];

	for (size_t i = 0; i < count; i++) {
		strcat(text, i ? " " : "");
		strcat(text, port_range_text(ranges[i], port));
	}
	assert_string_equal(text, expected);
}

static void test_openings_of_one_scope_are_one_group(void **state)
{
	struct want_test test = {0};
	struct wants wants;

	(void)state;
	want(&test, DIRECTION_IN, "443");
	want(&test, DIRECTION_IN, "80");
	want(&test, DIRECTION_OUT, "443");
	want(&test, DIRECTION_IN, "443/udp");
	wants = make(&test);
	assert_int_equal(wants.count, 3);
	assert_int_equal(wants.groups[0].wish_count, 2);
	assert_ranges(wants.groups[0].ports, wants.groups[0].port_count, "80 443");
	assert_int_equal(wants.groups[1].scope->direction, DIRECTION_OUT);
	assert_int_equal(wants.groups[2].protocol, PROTOCOL_UDP);
	pool_free(&test.pool);
}

static void test_prefixes_make_a_group_of_their_own(void **state)
{
	struct want_test test = {0};
	struct prefix lan;
	struct wants wants;

	(void)state;
	assert_int_equal(prefix_parse("10.0.0.0/8", (struct place){0}, &lan, &test.err), 0);
	want(&test, DIRECTION_IN, "443");
	want(&test, DIRECTION_IN, "22");
	test.list[1].scope.from = &lan;
	test.list[1].scope.from_count = 1;
	wants = make(&test);
	assert_int_equal(wants.count, 2);
	assert_true(wants.groups[0].plain);
	assert_false(wants.groups[1].plain);
	pool_free(&test.pool);
}

static void assert_cells(struct want_test *test, const char *expected)
{
	struct wants wants = make(test);
	struct port_range *cells;
	size_t count;

	assert_int_equal(group_cells(&wants.groups[0], &test->pool, &cells, &count, &test->err), 0);
	assert_ranges(cells, count, expected);
	pool_free(&test->pool);
}

static void test_cells_are_cut_where_openings_begin_and_end(void **state)
{
	struct want_test test = {0};

	(void)state;
	want(&test, DIRECTION_IN, "440-450");
	want(&test, DIRECTION_IN, "443");
	want(&test, DIRECTION_IN, "448-500");
	assert_cells(&test, "440-442 443 444-447 448-450 451-500");
}

static void test_neighbouring_openings_stay_two_cells(void **state)
{
	struct want_test test = {0};

	(void)state;
	want(&test, DIRECTION_IN, "444");
	want(&test, DIRECTION_IN, "443");
	assert_cells(&test, "443 444");
}

static void test_the_same_opening_twice_is_one_cell(void **state)
{
	struct want_test test = {0};

	(void)state;
	want(&test, DIRECTION_IN, "1-65535");
	want(&test, DIRECTION_IN, "1-65535");
	assert_cells(&test, "1-65535");
}

static void test_tag_is_the_smallest_id_that_has_a_port(void **state)
{
	struct want_test test = {0};
	struct wants wants;

	(void)state;
	want(&test, DIRECTION_IN, "80");
	want(&test, DIRECTION_IN, "443");
	want(&test, DIRECTION_IN, "400-500");
	wants = make(&test);
	assert_int_equal(group_tag(&wants.groups[0], &(struct port_range){443, 443}, 1), 2);
	assert_int_equal(group_tag(&wants.groups[0], &(struct port_range){450, 460}, 1), 3);
	assert_int_equal(group_tag(&wants.groups[0], &(struct port_range){1, 1000}, 1), 1);
	pool_free(&test.pool);
}

static void test_lanes_pair_prefixes_of_one_family(void **state)
{
	struct want_test test = {0};
	struct prefix from[3], to;
	struct scope scope = {.direction = DIRECTION_OUT,
			      .families = FAMILIES_BOTH,
			      .from = from,
			      .from_count = 3,
			      .to = &to,
			      .to_count = 1};
	struct lane *lanes;
	size_t count;

	(void)state;
	assert_int_equal(prefix_parse("10.0.0.0/8", (struct place){0}, &from[0], &test.err), 0);
	assert_int_equal(prefix_parse("2001:db8::/32", (struct place){0}, &from[1], &test.err), 0);
	assert_int_equal(prefix_parse("192.0.2.1", (struct place){0}, &from[2], &test.err), 0);
	assert_int_equal(prefix_parse("192.0.2.53", (struct place){0}, &to, &test.err), 0);
	assert_int_equal(scope_lanes(&scope, FAMILY_IPV4, &test.pool, &lanes, &count, &test.err), 0);
	assert_int_equal(count, 2);
	assert_ptr_equal(lanes[1].local, &from[2]);
	assert_ptr_equal(lanes[1].peer, &to);
	assert_int_equal(scope_lanes(&scope, FAMILY_IPV6, &test.pool, &lanes, &count, &test.err), 0);
	assert_int_equal(count, 0);
	pool_free(&test.pool);
}

static void assert_rest(const struct port_range *from, size_t from_count, const struct port_range *less,
			size_t less_count, const char *expected)
{
	struct pool pool = {0};
	struct port_range *rest;
	struct error err;
	size_t count;

	assert_int_equal(ranges_subtract(from, from_count, less, less_count, &pool, &rest, &count, &err), 0);
	assert_ranges(rest, count, expected);
	pool_free(&pool);
}

static void test_ranges_subtract_at_both_ends(void **state)
{
	const struct port_range all = {1, 65535}, few[] = {{1, 10}, {20, 20}, {65535, 65535}};

	(void)state;
	assert_rest(&all, 1, few, 3, "11-19 21-65534");
	assert_rest(few, 3, &all, 1, "");
	assert_rest(few, 3, NULL, 0, "1-10 20 65535");
	assert_rest(few, 3, &few[1], 1, "1-10 65535");
}

static void test_ranges_cover_only_whole_ranges(void **state)
{
	const struct port_range outer[] = {{10, 20}, {30, 40}}, inner[] = {{12, 13}, {30, 40}},
				across = {15, 35};

	(void)state;
	assert_true(ranges_cover(outer, 2, inner, 2));
	assert_false(ranges_cover(outer, 2, &across, 1));
	assert_false(ranges_cover(NULL, 0, &across, 1));
}

static void test_what_stays_longer_comes_first_and_by_itself(void **state)
{
	struct want_test test = {0};
	struct wants wants;

	(void)state;
	want(&test, DIRECTION_IN, "443");
	want(&test, DIRECTION_IN, "444");
	want(&test, DIRECTION_OUT, "445");
	want(&test, DIRECTION_IN, "446");
	test.list[0].expires = 100;
	test.list[1].expires = 200;
	test.list[3].expires = 100;
	wants = make(&test);
	assert_int_equal(wants.count, 3);
	assert_int_equal(wants.groups[0].expires, 0);
	assert_int_equal(wants.groups[0].scope->direction, DIRECTION_OUT);
	assert_int_equal(wants.groups[1].expires, 200);
	assert_ranges(wants.groups[1].ports, wants.groups[1].port_count, "444");
	assert_int_equal(wants.groups[2].expires, 100);
	assert_ranges(wants.groups[2].ports, wants.groups[2].port_count, "443 446");
	pool_free(&test.pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_openings_of_one_scope_are_one_group),
		cmocka_unit_test(test_prefixes_make_a_group_of_their_own),
		cmocka_unit_test(test_cells_are_cut_where_openings_begin_and_end),
		cmocka_unit_test(test_neighbouring_openings_stay_two_cells),
		cmocka_unit_test(test_the_same_opening_twice_is_one_cell),
		cmocka_unit_test(test_tag_is_the_smallest_id_that_has_a_port),
		cmocka_unit_test(test_lanes_pair_prefixes_of_one_family),
		cmocka_unit_test(test_ranges_subtract_at_both_ends),
		cmocka_unit_test(test_ranges_cover_only_whole_ranges),
		cmocka_unit_test(test_what_stays_longer_comes_first_and_by_itself),
	};

	return cmocka_run_group_tests_name("want", tests, NULL, NULL);
}
