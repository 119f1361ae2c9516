/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The match and the target of ipsets, where no ipset can be read: what is left of them, and what nobody understands. */
#include "xt.h"

#include <linux/netfilter.h>
#include <linux/netfilter/xt_set.h>
#include "cmocka_all.h"

static const char *match(struct xt_set_info_match_v4 info)
{
	return xt_match_text("set", 4, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_a_set_that_is_not_read_is_opaque_by_its_name(void **state)
{
	const struct xt_set_info_match_v1 first = {
		.match_set = {.index = 7, .dim = 1, .flags = IPSET_INV_MATCH}};

	(void)state;
	assert_string_equal(match((struct xt_set_info_match_v4){.match_set = {.index = 5, .dim = 1}}),
			    "[opaque ipset 5]");
	assert_string_equal(xt_match_text("set", 1, NFPROTO_IPV6, &first, sizeof(first)), "[opaque ipset 7]");
}

static void test_counters_and_exceptions_are_opaque(void **state)
{
	struct xt_set_info_match_v4 info = {.match_set = {.index = 5, .dim = 1}};

	(void)state;
	info.packets.op = IPSET_COUNTER_GT;
	assert_string_equal(match(info), "[opaque xt match set]");
	info.packets.op = IPSET_COUNTER_NONE;
	info.flags = IPSET_FLAG_SKIP_COUNTER_UPDATE;
	assert_string_equal(match(info), "[opaque ipset 5]");
	info.flags = IPSET_FLAG_RETURN_NOMATCH;
	assert_string_equal(match(info), "[opaque xt match set]");
	info.flags = 0;
	info.match_set.flags = 1 << IPSET_BIT_RETURN_NOMATCH;
	assert_string_equal(match(info), "[opaque xt match set]");
}

static void test_who_writes_to_it_may_do_anything(void **state)
{
	const struct xt_set_info_target_v3 info = {.add_set = {.index = 5, .dim = 1},
						   .del_set = {.index = IPSET_INVALID_ID},
						   .map_set = {.index = IPSET_INVALID_ID}};
	const struct xt_set_info_target_v3 nothing = {.add_set = {.index = IPSET_INVALID_ID},
						      .del_set = {.index = IPSET_INVALID_ID},
						      .map_set = {.index = IPSET_INVALID_ID}};

	(void)state;
	assert_string_equal(xt_target_text("SET", 3, NFPROTO_IPV4, &info, sizeof(info)),
			    "[opaque xt target SET]");
	assert_string_equal(xt_target_text("SET", 3, NFPROTO_IPV4, &nothing, sizeof(nothing)), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_set_that_is_not_read_is_opaque_by_its_name),
		cmocka_unit_test(test_counters_and_exceptions_are_opaque),
		cmocka_unit_test(test_who_writes_to_it_may_do_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
