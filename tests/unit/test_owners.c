/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owners by their signs, and names tied to things: both on tables of a few chains.
 */
#include "fwport/nft_read.h"

#include "cmocka_all.h"

enum { CHAIN_LIMIT = 4 };

static struct table table;
static struct table *tables[] = {&table};
static struct chain chains[CHAIN_LIMIT], *chain_list[CHAIN_LIMIT];
static struct rule rule, *rules[] = {&rule};
static struct op op;
static struct set set, *sets[] = {&set};
static struct pool pool;

static int end(void **state)
{
	(void)state;
	pool_free(&pool);
	return 0;
}

static void table_is(enum table_family family, const char *name)
{
	table = (struct table){.family = family, .name = name, .chains = chain_list};
}

static struct chain *named_chain(const char *name)
{
	size_t at = table.chain_count++;

	chains[at] = (struct chain){.name = name, .table = &table};
	chain_list[at] = &chains[at];
	return &chains[at];
}

static void base_chain_is(const char *name, enum chain_type type, enum hook hook, int32_t priority)
{
	struct chain *chain = named_chain(name);

	chain->base = true;
	chain->type = type;
	chain->hook = hook;
	chain->priority = priority;
}

static void iptables_input(void)
{
	table_is(TABLE_IP, "filter");
	base_chain_is("INPUT", CHAIN_FILTER, HOOK_INPUT, 0);
}

static void rule_is(struct op the_op)
{
	op = the_op;
	rule = (struct rule){.chain = &chains[0], .ops = &op, .op_count = 1};
	chains[0].rules = rules;
	chains[0].rule_count = 1;
}

static enum owner owner(void)
{
	struct ruleset ruleset = {.tables = tables, .table_count = 1};
	struct error err;

	assert_int_equal(nft_resolve(&ruleset, &pool, &err), 0);
	return table.owner;
}

static void test_tables_named_after_their_makers(void **state)
{
	static const struct {
		enum table_family family;
		const char *name;
		enum owner owner;
	} cases[] = {
		{TABLE_INET, "fwport", OWNER_OURS},
		{TABLE_INET, "firewalld", OWNER_FIREWALLD},
		{TABLE_IP, "docker-bridges", OWNER_DOCKER},
		{TABLE_INET, "f2b-table", OWNER_FAIL2BAN},
		{TABLE_IP6, "libvirt_network", OWNER_LIBVIRT},
		{TABLE_IP, "kube-proxy", OWNER_KUBERNETES},
		{TABLE_INET, "filter", OWNER_ADMIN},
		{TABLE_IP, "fwport", OWNER_ADMIN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		table_is(cases[i].family, cases[i].name);
		assert_int_equal(owner(), cases[i].owner);
	}
}

static void test_standard_chains_are_of_iptables_nft(void **state)
{
	(void)state;
	iptables_input();
	named_chain("DOCKER-USER");
	assert_int_equal(owner(), OWNER_IPTABLES_NFT);
}

static void test_ufws_chains_make_the_table_ufws(void **state)
{
	(void)state;
	iptables_input();
	named_chain("ufw-user-input");
	assert_int_equal(owner(), OWNER_UFW);
}

static void test_same_chain_at_another_priority_is_somebody_elses(void **state)
{
	(void)state;
	table_is(TABLE_IP, "filter");
	base_chain_is("INPUT", CHAIN_FILTER, HOOK_INPUT, -1);
	assert_int_equal(owner(), OWNER_ADMIN);
}

static void test_standard_chain_of_another_table_is_somebody_elses(void **state)
{
	(void)state;
	table_is(TABLE_IP, "raw");
	base_chain_is("INPUT", CHAIN_FILTER, HOOK_INPUT, 0);
	assert_int_equal(owner(), OWNER_ADMIN);
}

static void test_lower_case_chain_is_the_admins(void **state)
{
	(void)state;
	table_is(TABLE_IP, "filter");
	base_chain_is("input", CHAIN_FILTER, HOOK_INPUT, 0);
	assert_int_equal(owner(), OWNER_ADMIN);
}

static void test_table_without_base_chains_is_the_admins(void **state)
{
	(void)state;
	table_is(TABLE_IP, "filter");
	named_chain("DOCKER");
	assert_int_equal(owner(), OWNER_ADMIN);
}

static void test_a_native_ct_rule_is_not_of_iptables(void **state)
{
	(void)state;
	iptables_input();
	rule_is((struct op){.kind = OP_CT});
	assert_int_equal(owner(), OWNER_ADMIN);
}

static void test_a_match_of_x_tables_is_of_iptables(void **state)
{
	(void)state;
	iptables_input();
	rule_is((struct op){.kind = OP_CT, .dreg = XT_REGISTER, .length = 4});
	assert_int_equal(owner(), OWNER_IPTABLES_NFT);
	rule_is((struct op){.kind = OP_LOOKUP, .sreg = XT_REGISTER, .lookup = {.set_name = "443"}});
	assert_int_equal(owner(), OWNER_IPTABLES_NFT);
}

static void test_our_own_guest_changes_no_owner(void **state)
{
	(void)state;
	iptables_input();
	rule_is((struct op){.kind = OP_FIB});
	rule.tag = 7;
	assert_int_equal(owner(), OWNER_IPTABLES_NFT);
}

static void test_jumps_and_lookups_find_what_they_name(void **state)
{
	(void)state;
	iptables_input();
	named_chain("web");
	rule_is((struct op){.kind = OP_VERDICT, .verdict = {.code = VERDICT_JUMP, .chain_name = "web"}});
	owner();
	assert_ptr_equal(op.verdict.chain, &chains[1]);
	set = (struct set){.table = &table, .name = "ban", .key_length = 4};
	table.sets = sets;
	table.set_count = 1;
	op = (struct op){.kind = OP_LOOKUP, .lookup.set_name = "ban"};
	owner();
	assert_ptr_equal(op.lookup.set, &set);
	assert_int_equal(op.length, 4);
}

static void test_what_is_not_there_stays_unresolved(void **state)
{
	(void)state;
	iptables_input();
	rule_is((struct op){.kind = OP_VERDICT, .verdict = {.code = VERDICT_JUMP, .chain_name = "gone"}});
	owner();
	assert_null(op.verdict.chain);
	op = (struct op){.kind = OP_DYNSET, .dynset.set_name = "gone"};
	owner();
	assert_null(op.dynset.set);
}

static void test_key_that_runs_past_the_registers_stays_unresolved(void **state)
{
	(void)state;
	iptables_input();
	set = (struct set){.table = &table, .name = "ban", .key_length = 8};
	table.sets = sets;
	table.set_count = 1;
	rule_is((struct op){.kind = OP_LOOKUP, .sreg = 60, .lookup.set_name = "ban"});
	owner();
	assert_null(op.lookup.set);
}

static void test_verdicts_in_maps_find_their_chains(void **state)
{
	struct element element = {.verdict = {.code = VERDICT_GOTO, .chain_name = "web"}};

	(void)state;
	iptables_input();
	named_chain("web");
	set = (struct set){.table = &table, .name = "ports", .elements = &element, .element_count = 1};
	table.sets = sets;
	table.set_count = 1;
	owner();
	assert_ptr_equal(element.verdict.chain, &chains[1]);
}

#define TEST(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_tables_named_after_their_makers),
		TEST(test_standard_chains_are_of_iptables_nft),
		TEST(test_ufws_chains_make_the_table_ufws),
		TEST(test_same_chain_at_another_priority_is_somebody_elses),
		TEST(test_standard_chain_of_another_table_is_somebody_elses),
		TEST(test_lower_case_chain_is_the_admins),
		TEST(test_table_without_base_chains_is_the_admins),
		TEST(test_a_native_ct_rule_is_not_of_iptables),
		TEST(test_a_match_of_x_tables_is_of_iptables),
		TEST(test_our_own_guest_changes_no_owner),
		TEST(test_jumps_and_lookups_find_what_they_name),
		TEST(test_what_is_not_there_stays_unresolved),
		TEST(test_key_that_runs_past_the_registers_stays_unresolved),
		TEST(test_verdicts_in_maps_find_their_chains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
