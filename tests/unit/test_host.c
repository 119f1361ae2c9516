/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Look-ups in a host, on hosts of a few lines.
 */
#include "fwport/host.h"

#include <linux/rtnetlink.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <cmocka.h>

enum { LO = 1, ETH0 = 2, ETH1 = 3, BRIDGE = 4 };

static struct link links[] = {
	{.index = LO, .name = "lo", .up = true, .loopback = true},
	{.index = ETH0, .name = "eth0", .up = true},
	{.index = ETH1, .name = "eth1", .up = true},
	{.index = BRIDGE, .name = "br0", .kind = "bridge"},
};

static struct address address(const char *text)
{
	struct address parsed;
	struct error err;

	assert_int_equal(address_parse(text, (struct place){0}, &parsed, &err), 0);
	return parsed;
}

static struct prefix prefix(const char *text)
{
	struct prefix parsed;
	struct error err;

	assert_int_equal(prefix_parse(text, (struct place){0}, &parsed, &err), 0);
	return parsed;
}

static struct route route_in(uint32_t table, const char *to, uint32_t link)
{
	return (struct route){.to = prefix(to), .table = table, .link = link, .type = RTN_UNICAST};
}

static struct host host_with(struct route *routes, size_t count)
{
	return (struct host){.links = links, .link_count = 4, .routes = routes, .route_count = count};
}

static uint32_t link_towards(const struct host *host, const char *to)
{
	struct address where = address(to);
	const struct route *route = host_route(host, &where);

	return route ? route->link : 0;
}

static bool is_local(const struct host *host, const char *text)
{
	struct address where = address(text);

	return host_is_local(host, &where);
}

static void test_links_are_found_by_index_and_by_name(void **state)
{
	struct host host = host_with(NULL, 0);

	(void)state;
	assert_ptr_equal(host_link(&host, ETH1), &links[2]);
	assert_ptr_equal(host_link_named(&host, "br0"), &links[3]);
	assert_null(host_link(&host, 9));
	assert_null(host_link_named(&host, "eth"));
}

static void test_configured_and_loopback_addresses_are_local(void **state)
{
	struct host_address held[] = {{.link = ETH0, .address = address("192.0.2.1")},
				      {.link = ETH0, .address = address("2001:db8::1")}};
	struct host host = {.addresses = held, .address_count = 2};

	(void)state;
	assert_true(is_local(&host, "192.0.2.1"));
	assert_true(is_local(&host, "2001:db8::1"));
	assert_true(is_local(&host, "127.0.0.53"));
	assert_true(is_local(&host, "::1"));
	assert_false(is_local(&host, "192.0.2.2"));
	assert_false(is_local(&host, "2001:db8::2"));
}

static void test_a_local_route_makes_its_whole_prefix_local(void **state)
{
	struct route routes[] = {route_in(RT_TABLE_LOCAL, "198.51.100.0/24", LO),
				 route_in(RT_TABLE_LOCAL, "203.0.113.255/32", ETH0)};
	struct host host = host_with(routes, 2);

	(void)state;
	routes[0].type = RTN_LOCAL;
	routes[1].type = RTN_BROADCAST;
	assert_true(is_local(&host, "198.51.100.77"));
	assert_false(is_local(&host, "203.0.113.255"));
}

static void test_the_most_specific_route_wins(void **state)
{
	struct route routes[] = {route_in(RT_TABLE_MAIN, "0.0.0.0/0", ETH0),
				 route_in(RT_TABLE_MAIN, "10.0.0.0/8", ETH1),
				 route_in(RT_TABLE_MAIN, "10.1.0.0/16", BRIDGE)};
	struct host host = host_with(routes, 3);

	(void)state;
	assert_int_equal(link_towards(&host, "10.1.2.3"), BRIDGE);
	assert_int_equal(link_towards(&host, "10.2.2.3"), ETH1);
	assert_int_equal(link_towards(&host, "192.0.2.1"), ETH0);
	assert_int_equal(link_towards(&host, "2001:db8::1"), 0);
}

static void test_among_equal_prefixes_the_lowest_metric_wins(void **state)
{
	struct route routes[] = {route_in(RT_TABLE_MAIN, "0.0.0.0/0", ETH0),
				 route_in(RT_TABLE_MAIN, "0.0.0.0/0", ETH1)};
	struct host host = host_with(routes, 2);

	(void)state;
	routes[0].metric = 600;
	routes[1].metric = 100;
	assert_int_equal(link_towards(&host, "192.0.2.1"), ETH1);
	routes[1].metric = 600;
	assert_int_equal(link_towards(&host, "192.0.2.1"), ETH0);
}

static void test_main_comes_before_default_and_default_before_policy_tables(void **state)
{
	struct route routes[] = {route_in(51820, "10.0.0.0/8", BRIDGE),
				 route_in(RT_TABLE_DEFAULT, "10.0.0.0/8", ETH1),
				 route_in(RT_TABLE_MAIN, "0.0.0.0/0", ETH0)};
	struct host host = host_with(routes, 3);

	(void)state;
	assert_int_equal(link_towards(&host, "10.0.0.1"), ETH0);
	host.route_count = 2;
	assert_int_equal(link_towards(&host, "10.0.0.1"), ETH1);
	host.route_count = 1;
	assert_int_equal(link_towards(&host, "10.0.0.1"), BRIDGE);
}

static void test_a_blackhole_hides_the_default_route_and_a_throw_the_table(void **state)
{
	struct route routes[] = {route_in(RT_TABLE_MAIN, "0.0.0.0/0", ETH0),
				 route_in(RT_TABLE_MAIN, "10.0.0.0/8", 0),
				 route_in(RT_TABLE_DEFAULT, "0.0.0.0/0", ETH1)};
	struct host host = host_with(routes, 3);

	(void)state;
	routes[1].type = RTN_BLACKHOLE;
	assert_int_equal(link_towards(&host, "10.0.0.1"), 0);
	routes[1].type = RTN_THROW;
	assert_int_equal(link_towards(&host, "10.0.0.1"), ETH1);
}

static void test_a_default_route_counts_in_any_table_but_for_its_family_and_link_alone(void **state)
{
	struct route routes[] = {route_in(RT_TABLE_MAIN, "10.0.0.0/8", ETH1),
				 route_in(51820, "0.0.0.0/0", ETH0), route_in(RT_TABLE_MAIN, "::/0", LO)};
	struct host host = host_with(routes, 3);

	(void)state;
	routes[2].type = RTN_UNREACHABLE;
	assert_true(host_has_default_route(&host, FAMILY_IPV4, ETH0));
	assert_false(host_has_default_route(&host, FAMILY_IPV4, ETH1));
	assert_false(host_has_default_route(&host, FAMILY_IPV6, ETH0));
	assert_false(host_has_default_route(&host, FAMILY_IPV6, LO));
}

static void test_the_source_is_the_preferred_one_else_the_first_global_of_the_link(void **state)
{
	struct host_address held[] = {{.link = ETH1, .address = address("198.51.100.1")},
				      {.link = ETH0, .address = address("fe80::1")},
				      {.link = ETH0, .address = address("192.0.2.1")},
				      {.link = ETH0, .address = address("2001:db8::1")}};
	struct host host = {.addresses = held, .address_count = 4};
	struct route route = route_in(RT_TABLE_MAIN, "0.0.0.0/0", ETH0);

	(void)state;
	assert_ptr_equal(host_source(&host, &route, FAMILY_IPV4), &held[2].address);
	assert_ptr_equal(host_source(&host, &route, FAMILY_IPV6), &held[3].address);
	route.has_source = true;
	route.source = address("198.51.100.1");
	assert_ptr_equal(host_source(&host, &route, FAMILY_IPV4), &route.source);
	route = route_in(RT_TABLE_MAIN, "0.0.0.0/0", BRIDGE);
	assert_null(host_source(&host, &route, FAMILY_IPV4));
	assert_null(host_source(&host, NULL, FAMILY_IPV4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links_are_found_by_index_and_by_name),
		cmocka_unit_test(test_configured_and_loopback_addresses_are_local),
		cmocka_unit_test(test_a_local_route_makes_its_whole_prefix_local),
		cmocka_unit_test(test_the_most_specific_route_wins),
		cmocka_unit_test(test_among_equal_prefixes_the_lowest_metric_wins),
		cmocka_unit_test(test_main_comes_before_default_and_default_before_policy_tables),
		cmocka_unit_test(test_a_blackhole_hides_the_default_route_and_a_throw_the_table),
		cmocka_unit_test(test_a_default_route_counts_in_any_table_but_for_its_family_and_link_alone),
		cmocka_unit_test(test_the_source_is_the_preferred_one_else_the_first_global_of_the_link),
	};

	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
