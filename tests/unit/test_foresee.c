/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host before it has addresses is asked as the one that it will be.
 */
#include "build.h"
#include "cmocka_all.h"

#include "foresee.h"

#include <string.h>

static int start(void **state)
{
	static struct build build;

	build_start(&build);
	build_host(&build);
	*state = &build;
	return 0;
}

static int end(void **state)
{
	build_end(*state);
	return 0;
}

static void foresee(struct build *build, const struct opening *opening)
{
	const struct openings openings = {(struct opening *)opening, 1};
	struct error err = {0};

	assert_int_equal(host_foresee(&openings, &build->pool, &build->host, &err), 0);
}

static size_t count_addresses(const struct host *host, const char *link, enum family family)
{
	size_t count = 0;

	for (size_t i = 0; i < host->address_count; i++)
		if (host->addresses[i].address.family == family &&
		    !strcmp(host_link(host, host->addresses[i].link)->name, link))
			count++;
	return count;
}

static const struct opening plain = {.scope = {.families = FAMILIES_BOTH}};

static void test_a_host_that_is_up_stays_as_it_is(void **state)
{
	struct build *build = *state;
	const size_t links = build->host.link_count, addresses = build->host.address_count;

	foresee(build, &plain);
	assert_int_equal(build->host.link_count, links);
	assert_int_equal(build->host.address_count, addresses);
}

static void test_each_interface_gets_the_family_that_none_has(void **state)
{
	struct build *build = *state;

	build->host.address_count = 0;
	for (size_t i = 0; i < build->host.link_count; i++)
		build->host.links[i].up = build->host.links[i].loopback;
	foresee(build, &plain);
	for (int family = 0; family < FAMILY_COUNT; family++) {
		assert_int_equal(count_addresses(&build->host, "eth0", (enum family)family), 1);
		assert_int_equal(count_addresses(&build->host, "eth1", (enum family)family), 1);
		assert_int_equal(count_addresses(&build->host, "lo", (enum family)family), 0);
	}
	assert_true(host_link_named(&build->host, "eth0")->up);
}

static void test_a_host_without_interfaces_gets_one_that_no_rule_knows(void **state)
{
	struct build *build = *state;

	build->host.link_count = build->host.address_count = 0;
	foresee(build, &plain);
	assert_int_equal(build->host.link_count, 1);
	assert_int_equal(count_addresses(&build->host, "", FAMILY_IPV6), 1);
}

static void test_what_openings_name_will_be_there(void **state)
{
	static const struct prefix own = {{FAMILY_IPV4, {203, 0, 113, 5}}, 32};
	const struct opening opening = {
		.scope = {.families = FAMILIES_BOTH, .iface = "wg0", .to = &own, .to_count = 1}};
	struct build *build = *state;

	build->host.address_count = 0;
	foresee(build, &opening);
	assert_int_equal(count_addresses(&build->host, "wg0", FAMILY_IPV4), 1);
	assert_true(host_is_local(&build->host, &own.address));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_host_that_is_up_stays_as_it_is, start, end),
		cmocka_unit_test_setup_teardown(test_each_interface_gets_the_family_that_none_has, start,
						end),
		cmocka_unit_test_setup_teardown(test_a_host_without_interfaces_gets_one_that_no_rule_knows,
						start, end),
		cmocka_unit_test_setup_teardown(test_what_openings_name_will_be_there, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
