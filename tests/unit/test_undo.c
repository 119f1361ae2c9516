/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking back what stands in a legacy table that cannot be read for a moment. */
#include "../../src/change/undo.h"

#include "cmocka_all.h"

static struct chain *chains[1];
static struct rule *rules[1];
static struct op accept = {.kind = OP_VERDICT, .verdict = {.code = VERDICT_ACCEPT}};
static struct table table = {
	.engine = ENGINE_LEGACY, .family = TABLE_IP, .name = "filter", .chains = chains, .chain_count = 1};
static struct chain input = {.table = &table, .name = "INPUT", .rules = rules, .rule_count = 1};
static struct rule guest = {.chain = &input, .handle = 9, .ops = &accept, .op_count = 1, .tag = 7};
static struct table *tables[] = {&table};
static struct ruleset seen = {.tables = tables, .table_count = 1, .legacy_tables = {"", ""}};
static struct ruleset unseen = {.legacy_tables = {"filter", ""}};
static unsigned blind, removed;

static int read_it(const struct ruleset *before, const struct steps *touched, struct pool *pool,
		   struct ruleset **out, struct error *err)
{
	(void)before;
	(void)touched;
	(void)pool;
	(void)err;
	*out = blind ? &unseen : &seen;
	blind -= blind > 0;
	return 0;
}

static int commit_it(const struct ruleset *planned_on, const struct steps *steps,
		     const struct commit_log *log, struct pool *pool, enum commit_result *result,
		     struct error *err)
{
	(void)planned_on;
	(void)log;
	(void)pool;
	(void)err;
	for (size_t i = 0; i < steps->count; i++)
		removed += steps->list[i].remove && steps->list[i].rule == &guest;
	*result = COMMIT_DONE;
	return 0;
}

static void test_a_table_that_cannot_be_read_is_looked_at_again(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	const struct backend backend = {.name = "fake", .read = read_it, .commit = commit_it};
	struct chain then = {.table = &table, .name = "INPUT"};
	struct rule added = {.chain = &then, .ops = &accept, .op_count = 1, .tag = 7};
	struct step step = {.object = STEP_RULE, .table = &table, .chain = &then, .rule = &added};
	const struct steps steps = {&step, 1};
	struct error err = {0};

	(void)state;
	chains[0] = &input;
	rules[0] = &guest;
	blind = 2;
	assert_int_equal(undo(&backend, &steps, &pool, &err), 0);
	assert_int_equal(blind, 0);
	assert_int_equal(removed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_table_that_cannot_be_read_is_looked_at_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
