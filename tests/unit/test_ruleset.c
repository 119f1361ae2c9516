/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions about a ruleset.
 */
#include "cmocka_all.h"

#include "fwport/ruleset.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

/* One table with one chain of one rule of one operation. */
struct small {
	struct op op;
	struct rule rule, *rules[1];
	struct chain chain, *chains[1];
	struct table table, *tables[1];
	struct ruleset ruleset;
};

static void small_make(struct small *small, enum table_family family, struct op op)
{
	*small = (struct small){.op = op};
	small->rule = (struct rule){.chain = &small->chain, .ops = &small->op, .op_count = 1};
	small->rules[0] = &small->rule;
	small->chain = (struct chain){
		.table = &small->table, .name = "input", .rules = small->rules, .rule_count = 1};
	small->chains[0] = &small->chain;
	small->table =
		(struct table){.family = family, .name = "filter", .chains = small->chains, .chain_count = 1};
	small->tables[0] = &small->table;
	small->ruleset = (struct ruleset){.tables = small->tables, .table_count = 1};
}

static void test_conntrack_runs_for_the_families_the_table_sees(void **state)
{
	struct small small;

	(void)state;
	small_make(&small, TABLE_IP, (struct op){.kind = OP_CT});
	assert_true(ruleset_tracks_connections(&small.ruleset, FAMILY_IPV4));
	assert_false(ruleset_tracks_connections(&small.ruleset, FAMILY_IPV6));
	small_make(&small, TABLE_INET, (struct op){.kind = OP_NAT});
	assert_true(ruleset_tracks_connections(&small.ruleset, FAMILY_IPV4));
	assert_true(ruleset_tracks_connections(&small.ruleset, FAMILY_IPV6));
}

static void test_nat_of_one_family_tracks_that_one_only(void **state)
{
	struct small small;

	(void)state;
	small_make(&small, TABLE_INET, (struct op){.kind = OP_NAT, .nat = {.family = NFPROTO_IPV4}});
	assert_true(ruleset_tracks_connections(&small.ruleset, FAMILY_IPV4));
	assert_false(ruleset_tracks_connections(&small.ruleset, FAMILY_IPV6));
}

static void test_bridge_that_tracks_has_both_families_tracked(void **state)
{
	struct small small;

	(void)state;
	small_make(&small, TABLE_BRIDGE, (struct op){.kind = OP_CT});
	assert_true(ruleset_tracks_connections(&small.ruleset, FAMILY_IPV4));
	assert_true(ruleset_tracks_connections(&small.ruleset, FAMILY_IPV6));
}

static void test_without_ct_or_nat_nothing_is_tracked(void **state)
{
	struct small small;

	(void)state;
	small_make(&small, TABLE_INET, (struct op){.kind = OP_VERDICT});
	assert_false(ruleset_tracks_connections(&small.ruleset, FAMILY_IPV4));
}

static void test_dormant_tables_still_keep_conntrack_on(void **state)
{
	struct small small;

	(void)state;
	small_make(&small, TABLE_IP, (struct op){.kind = OP_CT});
	small.table.flags = NFT_TABLE_F_DORMANT;
	assert_true(ruleset_tracks_connections(&small.ruleset, FAMILY_IPV4));
}

static void test_object_that_nobody_refers_to_keeps_conntrack_on(void **state)
{
	struct object counter = {.type = NFT_OBJECT_COUNTER}, timeout = {.type = NFT_OBJECT_CT_TIMEOUT};
	struct object *objects[] = {&counter};
	struct small small;

	(void)state;
	small_make(&small, TABLE_IP, (struct op){.kind = OP_VERDICT});
	small.table.objects = objects;
	small.table.object_count = 1;
	assert_false(ruleset_tracks_connections(&small.ruleset, FAMILY_IPV4));
	objects[0] = &timeout;
	assert_true(ruleset_tracks_connections(&small.ruleset, FAMILY_IPV4));
	assert_false(ruleset_tracks_connections(&small.ruleset, FAMILY_IPV6));
}

static void test_set_whose_elements_count_connections_keeps_conntrack_on(void **state)
{
	const struct op count = {.kind = OP_CONNLIMIT};
	struct element element = {.ops = &count, .op_count = 1};
	struct set set = {.ops = &count, .op_count = 1}, *sets[] = {&set};
	struct small small;

	(void)state;
	small_make(&small, TABLE_IP, (struct op){.kind = OP_VERDICT});
	small.table.sets = sets;
	small.table.set_count = 1;
	assert_true(ruleset_tracks_connections(&small.ruleset, FAMILY_IPV4));
	set = (struct set){.flags = NFT_SET_EVAL, .elements = &element, .element_count = 1};
	assert_false(ruleset_tracks_connections(&small.ruleset, FAMILY_IPV4)); /* seen on 6.18 */
}

static void test_lookups_find_by_family_and_name(void **state)
{
	struct small small;

	(void)state;
	small_make(&small, TABLE_IP, (struct op){.kind = OP_COUNTER});
	assert_ptr_equal(ruleset_find_table(&small.ruleset, TABLE_IP, "filter"), &small.table);
	assert_null(ruleset_find_table(&small.ruleset, TABLE_IP6, "filter"));
	assert_ptr_equal(table_find_chain(&small.table, "input"), &small.chain);
	assert_null(table_find_chain(&small.table, "output"));
	assert_null(table_find_set(&small.table, "x"));
}

static void test_the_home_is_ours_by_family_and_name(void **state)
{
	struct small small;

	(void)state;
	small_make(&small, TABLE_INET, (struct op){.kind = OP_COUNTER});
	assert_false(table_is_home(&small.table));
	small.table.name = HOME_TABLE;
	assert_true(table_is_home(&small.table));
	small.table.family = TABLE_IP;
	assert_false(table_is_home(&small.table));
}

static void test_an_orphaned_owner_table_has_no_owner(void **state)
{
	struct table table = {.flags = 2, .owner_port = 1234};

	(void)state;
	assert_true(table_has_owner(&table));
	table.owner_port = 0;
	assert_false(table_has_owner(&table));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conntrack_runs_for_the_families_the_table_sees),
		cmocka_unit_test(test_without_ct_or_nat_nothing_is_tracked),
		cmocka_unit_test(test_nat_of_one_family_tracks_that_one_only),
		cmocka_unit_test(test_bridge_that_tracks_has_both_families_tracked),
		cmocka_unit_test(test_dormant_tables_still_keep_conntrack_on),
		cmocka_unit_test(test_object_that_nobody_refers_to_keeps_conntrack_on),
		cmocka_unit_test(test_set_whose_elements_count_connections_keeps_conntrack_on),
		cmocka_unit_test(test_lookups_find_by_family_and_name),
		cmocka_unit_test(test_the_home_is_ours_by_family_and_name),
		cmocka_unit_test(test_an_orphaned_owner_table_has_no_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
