/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When what was read is what was thought out.
 */
#include "build.h"
#include "cmocka_all.h"

#include "fwport/step.h"

static struct {
	struct build build[2];
	struct chain *input[2];
} pair;

/* Twice the same legacy table. */
static int start(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct build *build = &pair.build[i];
		struct table *table;

		build_start(build);
		table = build_table(build, TABLE_IP, "filter");
		table->engine = ENGINE_LEGACY;
		build_chain(build, table, "web");
		pair.input[i] = build_base_chain(build, table, "INPUT", HOOK_INPUT, 0, true);
		build_rule(build, pair.input[i], "tcp dport 22 accept");
		build_rule(build, pair.input[i], "jump web");
	}
	return 0;
}

static int end(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++)
		build_end(&pair.build[i]);
	return 0;
}

static bool same(void)
{
	return ruleset_same(&pair.build[0].ruleset, &pair.build[1].ruleset);
}

static void test_what_says_the_same_is_the_same(void **state)
{
	(void)state;
	assert_true(same());
}

static void test_another_rule_policy_or_chain_is_not(void **state)
{
	(void)state;
	pair.input[1]->policy_drop = false;
	assert_false(same());
	pair.input[1]->policy_drop = true;
	build_rule(&pair.build[0], pair.input[0], "tcp dport 443 accept");
	assert_false(same());
	build_rule(&pair.build[1], pair.input[1], "tcp dport 80 accept");
	assert_false(same());
	pair.input[0]->rule_count = pair.input[1]->rule_count = 2;
	assert_true(same());
	build_chain(&pair.build[1], pair.input[1]->table, "more");
	assert_false(same());
}

static void test_the_order_of_rules_counts(void **state)
{
	struct rule **rules = pair.input[1]->rules, *first = rules[0];

	(void)state;
	rules[0] = rules[1];
	rules[1] = first;
	assert_false(same());
}

static void test_sets_may_have_changed(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		build_set(&pair.build[i], pair.input[i]->table, "bans", 0, "192.0.2.1");
		build_rule(&pair.build[i], pair.input[i], "ip saddr @bans drop");
	}
	assert_false(same());
	pair.input[1]->rules[2]->ops = pair.input[0]->rules[2]->ops;
	assert_true(same());
}

static void test_tables_that_could_not_be_read_count(void **state)
{
	(void)state;
	pair.build[1].ruleset.legacy_tables[FAMILY_IPV6] = "filter";
	assert_false(same());
	pair.build[1].ruleset.legacy_tables[FAMILY_IPV6] = NULL;
	assert_false(same());
}

static void test_tables_of_nft_are_the_same_when_they_were_not_read_again(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++)
		pair.input[i]->table->engine = ENGINE_NFT;
	assert_false(same());
	pair.build[1].ruleset.tables[0] = pair.build[0].ruleset.tables[0];
	assert_true(same());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_says_the_same_is_the_same, start, end),
		cmocka_unit_test_setup_teardown(test_another_rule_policy_or_chain_is_not, start, end),
		cmocka_unit_test_setup_teardown(test_the_order_of_rules_counts, start, end),
		cmocka_unit_test_setup_teardown(test_sets_may_have_changed, start, end),
		cmocka_unit_test_setup_teardown(test_tables_that_could_not_be_read_count, start, end),
		cmocka_unit_test_setup_teardown(test_tables_of_nft_are_the_same_when_they_were_not_read_again,
						start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
