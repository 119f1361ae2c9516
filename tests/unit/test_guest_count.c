/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Of which opening a rule's counter speaks.
 */
#include "build.h"
#include "cmocka_all.h"

#include "guest_count.h"

#include <string.h>

enum { ITEMS = 2 };

/* Two openings, each with an answer in one family, whose first packet passes two chains. */
static struct {
	struct build build;
	struct op counters[4];
	struct rule rules[4];
	struct chain chains[4];
	struct table tables[4];
	struct station paths[ITEMS][2];
	struct packet_answer packets[ITEMS];
	struct family_answer answers[ITEMS];
	struct opening_part parts[ITEMS];
	struct opening_answer results[ITEMS];
	struct status_item items[ITEMS];
	struct status_report report;
} host;

static const struct rule *rule_of(unsigned index, enum engine engine, uint32_t tag, uint64_t packets)
{
	host.counters[index] =
		(struct op){.kind = OP_COUNTER, .counter = {.packets = packets, .bytes = packets * 60}};
	host.tables[index] = (struct table){.engine = engine, .family = TABLE_IP, .name = "filter"};
	host.chains[index] = (struct chain){.table = &host.tables[index], .name = "INPUT"};
	host.rules[index] = (struct rule){
		.chain = &host.chains[index], .ops = &host.counters[index], .op_count = 1, .tag = tag};
	return &host.rules[index];
}

static int start(void **state)
{
	(void)state;
	memset(&host, 0, sizeof(host));
	build_start(&host.build);
	for (unsigned i = 0; i < ITEMS; i++) {
		host.packets[i] = (struct packet_answer){.path = host.paths[i], .path_count = 2};
		host.answers[i] = (struct family_answer){.packets = &host.packets[i], .packet_count = 1};
		host.parts[i] = (struct opening_part){.answer = &host.answers[i]};
		host.results[i] = (struct opening_answer){.parts = &host.parts[i], .part_count = 1};
		host.items[i] = (struct status_item){.results = &host.results[i], .result_count = 1};
	}
	host.report = (struct status_report){.items = host.items, .item_count = ITEMS};
	return 0;
}

static int end(void **state)
{
	(void)state;
	build_end(&host.build);
	return 0;
}

static void run(void)
{
	struct error err;

	assert_int_equal(guests_count(&host.report, &host.build.pool, &err), 0);
}

static void test_a_rule_counts_for_its_opening(void **state)
{
	(void)state;
	host.paths[0][0].decision.rule = rule_of(0, ENGINE_LEGACY, 1, 5);
	run();
	assert_true(host.items[0].counted);
	assert_int_equal(host.items[0].packets, 5);
	assert_int_equal(host.items[0].bytes, 300);
	assert_false(host.items[1].counted);
}

static void test_of_two_that_a_packet_meets_the_greater_counts(void **state)
{
	(void)state;
	host.paths[0][0].decision.rule = rule_of(0, ENGINE_LEGACY, 1, 5);
	host.paths[0][1].decision.rule = rule_of(1, ENGINE_LEGACY, 1, 7);
	run();
	assert_int_equal(host.items[0].packets, 7);
}

static void test_families_are_counted_together(void **state)
{
	(void)state;
	host.paths[0][0].decision.rule = rule_of(0, ENGINE_LEGACY, 1, 5);
	host.paths[0][1].decision.rule = rule_of(1, ENGINE_LEGACY, 1, 7);
	host.tables[1].family = TABLE_IP6;
	run();
	assert_int_equal(host.items[0].packets, 12);
}

static void test_a_rule_for_several_openings_counts_for_none(void **state)
{
	(void)state;
	host.paths[0][0].decision.rule = host.paths[1][0].decision.rule = rule_of(0, ENGINE_LEGACY, 1, 5);
	run();
	assert_false(host.items[0].counted);
	assert_false(host.items[1].counted);
}

static void test_rules_of_others_and_of_nft_do_not_count(void **state)
{
	(void)state;
	host.paths[0][0].decision.rule = rule_of(0, ENGINE_LEGACY, 0, 5);
	host.paths[0][1].decision.rule = rule_of(1, ENGINE_NFT, 1, 5);
	run();
	assert_false(host.items[0].counted);
}

static void test_a_rule_in_a_home_is_not_a_guest(void **state)
{
	(void)state;
	host.paths[0][0].decision.rule = rule_of(0, ENGINE_LEGACY, 1, 5);
	host.chains[0].name = HOME_CHAIN_IN;
	run();
	assert_false(host.items[0].counted);
}

static void test_what_a_home_has_counted_stays(void **state)
{
	(void)state;
	host.paths[0][0].decision.rule = rule_of(0, ENGINE_LEGACY, 1, 5);
	host.items[0].counted = true;
	host.items[0].packets = 9;
	run();
	assert_int_equal(host.items[0].packets, 9);
}

static void test_what_comes_to_no_home_counts_with_its_guest(void **state)
{
	struct chain home = {.table = &host.tables[0], .name = HOME_CHAIN_IN}, *chains[] = {&home};

	(void)state;
	host.paths[0][0].decision.rule = rule_of(0, ENGINE_LEGACY, 1, 5);
	host.tables[0].chains = chains;
	host.tables[0].chain_count = 1;
	host.items[0].counted = true;
	run();
	assert_true(host.items[0].counted);
	assert_int_equal(host.items[0].packets, 5);
	host.paths[0][1].decision.rule = rule_of(1, ENGINE_LEGACY, 1, 7);
	host.chains[1].name = HOME_CHAIN_IN;
	run();
	assert_false(host.items[0].counted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_rule_counts_for_its_opening, start, end),
		cmocka_unit_test_setup_teardown(test_of_two_that_a_packet_meets_the_greater_counts, start,
						end),
		cmocka_unit_test_setup_teardown(test_families_are_counted_together, start, end),
		cmocka_unit_test_setup_teardown(test_a_rule_for_several_openings_counts_for_none, start, end),
		cmocka_unit_test_setup_teardown(test_rules_of_others_and_of_nft_do_not_count, start, end),
		cmocka_unit_test_setup_teardown(test_a_rule_in_a_home_is_not_a_guest, start, end),
		cmocka_unit_test_setup_teardown(test_what_a_home_has_counted_stays, start, end),
		cmocka_unit_test_setup_teardown(test_what_comes_to_no_home_counts_with_its_guest, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
