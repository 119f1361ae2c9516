/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where both engines are said to have rules.
 */
#include "build.h"
#include "cmocka_all.h"

#include "fwport/engines.h"

static struct build build;

static int start(void **state)
{
	(void)state;
	build_start(&build);
	return 0;
}

static int end(void **state)
{
	(void)state;
	build_end(&build);
	return 0;
}

static struct chain *chain_in(enum engine engine, enum table_family family, enum hook hook, bool drop)
{
	struct table *table = build_table(&build, family, "filter");

	table->engine = engine;
	return build_base_chain(&build, table, "chain", hook, 0, drop);
}

static unsigned found_at(enum hook hook)
{
	unsigned families[HOOK_COUNT];

	engines_find(&build.ruleset, families);
	return families[hook];
}

static void test_both_are_found_at_their_hook_and_in_their_family(void **state)
{
	(void)state;
	chain_in(ENGINE_NFT, TABLE_INET, HOOK_INPUT, true);
	build_rule(&build, chain_in(ENGINE_LEGACY, TABLE_IP, HOOK_INPUT, false), "tcp dport 22 accept");
	assert_int_equal(found_at(HOOK_INPUT), FAMILY_BIT(FAMILY_IPV4));
	assert_int_equal(found_at(HOOK_OUTPUT), 0);
}

static void test_chains_that_filter_nothing_do_not_count(void **state)
{
	(void)state;
	chain_in(ENGINE_NFT, TABLE_INET, HOOK_INPUT, true);
	chain_in(ENGINE_LEGACY, TABLE_IP, HOOK_INPUT, false);
	chain_in(ENGINE_LEGACY, TABLE_IP6, HOOK_FORWARD, true);
	assert_int_equal(found_at(HOOK_INPUT), 0);
	assert_int_equal(found_at(HOOK_FORWARD), 0);
}

static void test_what_is_only_traced_is_not_filtered(void **state)
{
	struct chain *chain = chain_in(ENGINE_NFT, TABLE_INET, HOOK_OUTPUT, false);

	(void)state;
	build_rule(&build, chain_in(ENGINE_LEGACY, TABLE_IP, HOOK_OUTPUT, false), "tcp dport 22 accept");
	build_rule(&build, chain, "tcp dport 443 meta nftrace set 1");
	assert_false(chain_filters(chain));
	assert_int_equal(found_at(HOOK_OUTPUT), 0);
	build_rule(&build, chain, "tcp dport 443 meta nftrace set 1 drop");
	assert_true(chain_filters(chain));
	assert_int_equal(found_at(HOOK_OUTPUT), FAMILY_BIT(FAMILY_IPV4));
}

static void test_an_answer_meets_both_in_one_packet(void **state)
{
	struct station path[] = {
		{.hook = HOOK_INPUT, .chain = chain_in(ENGINE_NFT, TABLE_IP, HOOK_INPUT, true)},
		{.hook = HOOK_INPUT, .chain = chain_in(ENGINE_LEGACY, TABLE_IP, HOOK_INPUT, true)},
	};
	struct packet_answer packets[] = {{.path = path, .path_count = 1},
					  {.path = path + 1, .path_count = 1}};
	struct family_answer answer = {.packets = packets, .packet_count = 2};

	(void)state;
	assert_false(engines_meet(&answer, HOOK_INPUT));
	packets[0].path_count = 2;
	assert_true(engines_meet(&answer, HOOK_INPUT));
	assert_false(engines_meet(&answer, HOOK_OUTPUT));
}

static void test_the_warning_names_hook_and_families(void **state)
{
	CLEANUP(text_free) struct text text = {0};

	(void)state;
	engines_warning(HOOK_INPUT, 0, &text);
	assert_string_equal(
		text_string(&text),
		"nf_tables and iptables-legacy both have rules at input, and a packet has to pass both");
	text_clear(&text);
	engines_warning(HOOK_OUTPUT, FAMILY_BIT(FAMILY_IPV4) | FAMILY_BIT(FAMILY_IPV6), &text);
	assert_string_equal(text_string(&text),
			    "nf_tables and iptables-legacy both have rules at output of IPv4 "
			    "and IPv6, and a packet has to pass both");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_both_are_found_at_their_hook_and_in_their_family, start,
						end),
		cmocka_unit_test_setup_teardown(test_chains_that_filter_nothing_do_not_count, start, end),
		cmocka_unit_test_setup_teardown(test_what_is_only_traced_is_not_filtered, start, end),
		cmocka_unit_test_setup_teardown(test_an_answer_meets_both_in_one_packet, start, end),
		cmocka_unit_test(test_the_warning_names_hook_and_families),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
