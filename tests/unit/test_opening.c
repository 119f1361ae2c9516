/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When two openings are the same wish.
 */
#include "cmocka_all.h"

#include "fwport/opening.h"

static const struct prefix ten = {{FAMILY_IPV4, {10}}, 8}, doc4 = {{FAMILY_IPV4, {192, 0, 2}}, 24},
			   doc6 = {{FAMILY_IPV6, {0x20, 0x01, 0x0d, 0xb8}}, 32};

static struct opening https(void)
{
	return (struct opening){
		.port = {PROTOCOL_TCP, {443, 443}},
		.scope = {.families = FAMILIES_BOTH},
	};
}

static void test_names_ids_and_reasons_do_not_count(void **state)
{
	struct opening a = https(), b = https();

	(void)state;
	b.id = 7;
	b.service = "https";
	b.profile = "web";
	b.reason = "ticket 12";
	assert_true(opening_equal(&a, &b));
}

static void test_prefix_lists_are_sets(void **state)
{
	const struct prefix ab[] = {ten, doc4}, ba[] = {doc4, ten};
	struct opening a = https(), b = https();

	(void)state;
	a.scope.from = ab;
	a.scope.from_count = 2;
	b.scope.from = ba;
	b.scope.from_count = 2;
	assert_true(opening_equal(&a, &b));
	b.scope.from_count = 1;
	assert_false(opening_equal(&a, &b));
	assert_false(opening_equal(&b, &a));
}

static void test_port_protocol_direction_interface_and_family_count(void **state)
{
	struct opening a = https(), b[5] = {https(), https(), https(), https(), https()};

	(void)state;
	b[0].port.ports.last = 444;
	b[1].port.protocol = PROTOCOL_UDP;
	b[2].scope.direction = DIRECTION_OUT;
	b[3].scope.iface = "eth0";
	b[4].scope.families = FAMILY_BIT(FAMILY_IPV4);
	for (size_t i = 0; i < 5; i++)
		assert_false(opening_equal(&a, &b[i]));
}

static void test_scope_loses_a_family_by_its_prefixes(void **state)
{
	const struct prefix both[] = {ten, doc6};
	struct scope scope = {.families = FAMILIES_BOTH, .from = &ten, .from_count = 1};

	(void)state;
	assert_true(scope_has_family(&scope, FAMILY_IPV4));
	assert_false(scope_has_family(&scope, FAMILY_IPV6));
	scope.from = both;
	scope.from_count = 2;
	assert_true(scope_has_family(&scope, FAMILY_IPV6));
	scope.to = &doc6;
	scope.to_count = 1;
	assert_false(scope_has_family(&scope, FAMILY_IPV4));
	scope.families = FAMILY_BIT(FAMILY_IPV4);
	assert_false(scope_has_family(&scope, FAMILY_IPV6));
}

static void test_an_opening_has_expired_from_its_end_on(void **state)
{
	struct opening opening = {.expires = 100};

	(void)state;
	assert_false(opening_has_expired(&opening, 99));
	assert_true(opening_has_expired(&opening, 100));
	opening.expires = 0;
	assert_false(opening_has_expired(&opening, 100));
}

static void test_openings_of_a_time_to_come_tell_that_the_clock_was_put_back(void **state)
{
	struct opening list[] = {{.created = 5}, {.created = 9}, {.created = 7}};
	const struct openings openings = {list, 3};

	(void)state;
	assert_null(openings_from_later(&openings, 9));
	assert_ptr_equal(openings_from_later(&openings, 8), &list[1]);
	assert_ptr_equal(openings_from_later(&openings, 1), &list[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_ids_and_reasons_do_not_count),
		cmocka_unit_test(test_prefix_lists_are_sets),
		cmocka_unit_test(test_port_protocol_direction_interface_and_family_count),
		cmocka_unit_test(test_scope_loses_a_family_by_its_prefixes),
		cmocka_unit_test(test_an_opening_has_expired_from_its_end_on),
		cmocka_unit_test(test_openings_of_a_time_to_come_tell_that_the_clock_was_put_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
