/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules that the kernel tells at a commit, against a real kernel in network namespaces: a reading that takes them from there
 * is the same as one that dumps all, and where what was told is odd, it is a dump.
 */
#define _GNU_SOURCE /* unshare */
#include "fwport/nft_read.h"
#include "fwport/nft_write.h"
#include "fwport/rule_text.h"

#include <linux/netfilter/nf_tables.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct pool pool;
static struct error err;

static int new_host(void **state)
{
	(void)state;
	err = (struct error){0};
	return unshare(CLONE_NEWNET);
}

static int forget(void **state)
{
	(void)state;
	pool_free(&pool);
	return 0;
}

static void load(const char *ruleset)
{
	FILE *pipe = popen("nft -f -", "we");

	assert_non_null(pipe);
	fputs(ruleset, pipe);
	assert_int_equal(pclose(pipe), 0);
}

static const struct ruleset *read_with(const struct ruleset *before, const struct steps *touched)
{
	struct ruleset *read;

	if (nft_read(before, touched, &pool, &read, &err) < 0)
		fail_msg("%s", err.text);
	return read;
}

static const struct chain *chain_of(const struct ruleset *ruleset)
{
	const struct table *table = ruleset_find_table(ruleset, TABLE_INET, "t");

	assert_non_null(table);
	return table_find_chain(table, "c");
}

#define BYTES(...)                                                                     \
	{                                                                              \
		(const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}) \
	}

static const struct op ops[] = {
	{.kind = OP_META, .length = 1, .meta = {.key = NFT_META_L4PROTO, .direction = -1}},
	{.kind = OP_CMP, .length = 1, .cmp = {.test = NFT_CMP_EQ, .value = BYTES(6)}},
	{.kind = OP_VERDICT, .verdict = {.code = VERDICT_ACCEPT}},
};
static const struct rule ours = {.ops = ops, .op_count = 3, .comment = "fwport:1", .tag = 1};

/* A step that adds our rule before the one at the position of the chain; 0: at its end. */
static struct step adding(const struct ruleset *before, unsigned position)
{
	const struct chain *chain = chain_of(before);

	return (struct step){
		.object = STEP_RULE,
		.table = chain->table,
		.chain = chain,
		.rule = &ours,
		.before = position ? chain->rules[position - 1] : NULL,
	};
}

static void commit(const struct ruleset *before, struct step *list, size_t count)
{
	const struct steps steps = {list, count};
	enum commit_result result;

	if (nft_commit(before, &steps, &pool, &result, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(result, COMMIT_DONE);
}

/* "1 counter accept; 2 ..." with the handles. */
static const char *rules_text(const struct chain *chain)
{
	CLEANUP(text_free) struct text text = {0};

	for (size_t i = 0; i < chain->rule_count; i++) {
		assert_ptr_equal(chain->rules[i]->chain, chain);
		text_add(&text, "%u %llu %u ", chain->rules[i]->position,
			 (unsigned long long)chain->rules[i]->handle, chain->rules[i]->tag);
		rule_text(chain->rules[i], &text);
		text_add(&text, "; ");
	}
	return pool_text(&pool, text_string(&text));
}

/* Whether the chain's old rules are those of the first reading. */
static bool is_taken(const struct chain *now, const struct ruleset *before)
{
	return now->rules[0]->tag || now->rules[0]->ops == chain_of(before)->rules[0]->ops;
}

static const char four_rules[] =
	"table inet t { chain c { type filter hook input priority 0; "
	"tcp dport 1 accept; tcp dport 2 accept; tcp dport 3 accept; counter drop; }; }";

static void assert_told_as_dumped(unsigned first, unsigned second)
{
	const struct ruleset *before, *told, *dumped;
	struct step list[2];
	const struct steps steps = {list, 2};

	load(four_rules);
	before = read_with(NULL, NULL);
	list[0] = adding(before, first);
	list[1] = adding(before, second);
	commit(before, list, 2);
	assert_non_null(list[0].told);
	assert_non_null(list[1].told);
	told = read_with(before, &steps);
	dumped = read_with(NULL, NULL);
	assert_int_equal(told->number, before->number + 1);
	assert_string_equal(rules_text(chain_of(told)), rules_text(chain_of(dumped)));
	assert_true(is_taken(chain_of(told), before));
	assert_int_equal(chain_of(before)->rule_count, 4);
	load("delete table inet t");
}

static void test_what_is_told_stands_where_a_dump_finds_it(void **state)
{
	(void)state;
	for (unsigned first = 0; first <= 4; first++)
		for (unsigned second = 0; second <= 4; second++)
			assert_told_as_dumped(first, second);
}

static void test_chain_that_was_empty_holds_what_is_told(void **state)
{
	const struct ruleset *before;
	struct step step;
	const struct steps steps = {&step, 1};
	const struct chain *told;

	(void)state;
	load("table inet t { chain c { }; }");
	before = read_with(NULL, NULL);
	step = adding(before, 0);
	commit(before, &step, 1);
	told = chain_of(read_with(before, &steps));
	assert_int_equal(told->rule_count, 1);
	assert_ptr_equal(told->rules[0]->ops, step.told->ops);
	assert_string_equal(rules_text(told), rules_text(chain_of(read_with(NULL, NULL))));
}

/* Reads again after a commit of one rule in the middle, with what the test made of the step. */
static const struct chain *read_after(void (*change)(struct step *step), const struct ruleset **before)
{
	static struct step step;
	static const struct steps steps = {&step, 1};

	load(four_rules);
	*before = read_with(NULL, NULL);
	step = adding(*before, 3);
	commit(*before, &step, 1);
	assert_non_null(step.told);
	assert_int_equal(step.told_behind, chain_of(*before)->rules[1]->handle);
	change(&step);
	return chain_of(read_with(*before, &steps));
}

static void is_not_told(struct step *step)
{
	step->told = NULL;
}

static void is_told_elsewhere(struct step *step)
{
	step->told_behind = chain_of(read_with(NULL, NULL))->rules[0]->handle;
}

/* As kernels do that tell no place. */
static void is_told_without_place(struct step *step)
{
	step->told_behind = 0;
}

static void somebody_comes(struct step *step)
{
	(void)step;
	load("insert rule inet t c tcp dport 9 accept");
}

static void nothing_happens(struct step *step)
{
	(void)step;
}

static void test_what_is_odd_is_dumped(void **state)
{
	static void (*const changes[])(struct step *) = {is_not_told, is_told_elsewhere,
							 is_told_without_place, somebody_comes};
	const struct ruleset *before;
	const struct chain *chain;

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		chain = read_after(changes[i], &before);
		assert_false(is_taken(chain, before));
		assert_string_equal(rules_text(chain), rules_text(chain_of(read_with(NULL, NULL))));
		load("delete table inet t");
	}
	chain = read_after(nothing_happens, &before);
	assert_true(is_taken(chain, before));
}

static void test_chain_that_also_lost_a_rule_is_dumped(void **state)
{
	const struct ruleset *before, *after;
	struct step list[2];
	const struct steps steps = {list, 2};

	(void)state;
	load(four_rules);
	before = read_with(NULL, NULL);
	list[0] = adding(before, 3);
	list[1] = (struct step){.remove = true,
				.object = STEP_RULE,
				.table = list[0].table,
				.chain = list[0].chain,
				.rule = chain_of(before)->rules[1]};
	commit(before, list, 2);
	after = read_with(before, &steps);
	assert_false(is_taken(chain_of(after), before));
	assert_int_equal(chain_of(after)->rule_count, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_is_told_stands_where_a_dump_finds_it, new_host,
						forget),
		cmocka_unit_test_setup_teardown(test_chain_that_was_empty_holds_what_is_told, new_host,
						forget),
		cmocka_unit_test_setup_teardown(test_what_is_odd_is_dumped, new_host, forget),
		cmocka_unit_test_setup_teardown(test_chain_that_also_lost_a_rule_is_dumped, new_host, forget),
	};

	if (unshare(CLONE_NEWNET) < 0) {
		printf("1..0 # SKIP no network namespace can be made (needs CAP_SYS_ADMIN; unshare -rn gives "
		       "it)\n");
		return 0;
	}
	if (system("nft list ruleset >/dev/null 2>&1") != 0) {
		printf("1..0 # SKIP nft(8) is not there\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
