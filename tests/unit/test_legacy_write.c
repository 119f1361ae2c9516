/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What libiptc is asked to do, and what becomes of a commit that fails: the libiptc of this file holds an empty chain in memory
 * and refuses as the test wishes.
 */
#include "../../src/kernel/legacy_library.h"
#include "build.h"
#include "cmocka_all.h"

#include "fwport/legacy_write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
	char lock[64];
	struct build build;
	struct step step;
	int refusal; /* errno of the commit, 0 none */
	unsigned appended;
	char asked[256]; /* a line for each change of the table's copy */
	bool chain_refused;
} tables;

static void note(const char *what, const char *chain)
{
	size_t used = strlen(tables.asked);

	snprintf(tables.asked + used, sizeof(tables.asked) - used, "%s %s\n", what, chain);
}

static struct xtc_handle *table_open(const char *name)
{
	(void)name;
	return (struct xtc_handle *)&tables;
}

static void table_close(struct xtc_handle *handle)
{
	(void)handle;
}

static const char *first_chain(struct xtc_handle *handle)
{
	(void)handle;
	return "INPUT";
}

static const char *next_chain(struct xtc_handle *handle)
{
	(void)handle;
	return NULL;
}

static const char *policy(const char *chain, struct xt_counters *counters, struct xtc_handle *handle)
{
	(void)chain;
	(void)counters;
	(void)handle;
	return "DROP";
}

static const void *first_rule(const char *chain, struct xtc_handle *handle)
{
	(void)chain;
	(void)handle;
	return NULL;
}

static int append(const xt_chainlabel chain, const void *entry, struct xtc_handle *handle)
{
	(void)entry;
	(void)handle;
	note("append to", chain);
	tables.appended++;
	return 1;
}

static int delete_rule(const xt_chainlabel chain, unsigned position, struct xtc_handle *handle)
{
	(void)position;
	(void)handle;
	note("delete from", chain);
	return 1;
}

static int create_chain(const xt_chainlabel chain, struct xtc_handle *handle)
{
	(void)handle;
	note("create", chain);
	errno = EEXIST;
	return !tables.chain_refused;
}

static int delete_chain(const xt_chainlabel chain, struct xtc_handle *handle)
{
	(void)handle;
	note("delete", chain);
	return 1;
}

static int commit(struct xtc_handle *handle)
{
	(void)handle;
	errno = tables.refusal;
	return !tables.refusal;
}

const struct legacy_library legacy_libraries[FAMILY_COUNT] = {[FAMILY_IPV4] = {
								      .family = TABLE_IP,
								      .open = table_open,
								      .close = table_close,
								      .first_chain = first_chain,
								      .next_chain = next_chain,
								      .policy = policy,
								      .first_rule = first_rule,
								      .append = append,
								      .remove = delete_rule,
								      .create_chain = create_chain,
								      .delete_chain = delete_chain,
								      .commit = commit,
							      }};

/* `-P INPUT DROP`, and the step that appends a rule of ours. */
static int start(void **state)
{
	struct table *table;
	struct chain *chain;
	int file;

	(void)state;
	tables.refusal = 0;
	tables.appended = 0;
	tables.asked[0] = '\0';
	tables.chain_refused = false;
	strcpy(tables.lock, "/tmp/fwport-lock.XXXXXX");
	file = mkstemp(tables.lock);
	assert_true(file >= 0);
	close(file);
	setenv("XTABLES_LOCKFILE", tables.lock, 1);
	build_start(&tables.build);
	table = build_table(&tables.build, TABLE_IP, "filter");
	table->engine = ENGINE_LEGACY;
	table->owner = OWNER_LEGACY;
	chain = build_base_chain(&tables.build, table, "INPUT", HOOK_INPUT, 0, true);
	tables.step = (struct step){.object = STEP_RULE,
				    .table = table,
				    .chain = chain,
				    .rule = build_rule(&tables.build, chain, "tcp dport 443 accept")};
	chain->rule_count = 0;
	return 0;
}

static int end(void **state)
{
	(void)state;
	unlink(tables.lock);
	build_end(&tables.build);
	return 0;
}

static int run(enum commit_result *result, struct error *err)
{
	const struct steps steps = {.list = &tables.step, .count = 1};
	int done = legacy_commit(FAMILY_IPV4, &tables.build.ruleset, &steps, result, err);

	assert_int_equal(tables.appended, 1);
	return done;
}

static void test_commit_that_succeeds_is_done(void **state)
{
	enum commit_result result;
	struct error err;

	(void)state;
	assert_int_equal(run(&result, &err), 0);
	assert_int_equal(result, COMMIT_DONE);
}

static void test_rules_may_stand_when_a_commit_fails(void **state)
{
	enum commit_result result;
	struct error err;

	(void)state;
	tables.refusal = EINVAL; /* others changed the table between the rules and the counters */
	assert_int_equal(run(&result, &err), -1);
	assert_int_equal(result, COMMIT_UNKNOWN);
	assert_string_equal(err.text, "cannot write legacy table filter: Invalid argument");
}

static void test_rules_may_stand_when_a_table_has_changed(void **state)
{
	enum commit_result result;
	struct error err;

	(void)state;
	tables.refusal = EAGAIN;
	assert_int_equal(run(&result, &err), 0);
	assert_int_equal(result, COMMIT_UNKNOWN);
}

/* The chain, a rule in it, and the rule that calls it; then they go in the other order. */
static void test_a_chain_comes_with_its_rules_and_goes_without(void **state)
{
	const struct table *table = tables.step.table;
	struct chain chain = {.table = (struct table *)table, .name = "FWPORT-IN"};
	struct rule rule = *tables.step.rule, call = rule;
	struct step list[] = {
		{.object = STEP_CHAIN, .table = table, .chain = &chain},
		{.object = STEP_RULE, .table = table, .chain = &chain, .rule = &rule},
		{.object = STEP_RULE, .table = table, .chain = tables.step.chain, .rule = &call},
		{.remove = true,
		 .object = STEP_RULE,
		 .table = table,
		 .chain = tables.step.chain,
		 .rule = &call},
		{.remove = true, .object = STEP_RULE, .table = table, .chain = &chain, .rule = &rule},
		{.remove = true, .object = STEP_CHAIN, .table = table, .chain = &chain},
	};
	const struct steps steps = {.list = list, .count = sizeof(list) / sizeof(list[0])};
	enum commit_result result;
	struct error err;

	(void)state;
	assert_int_equal(legacy_commit(FAMILY_IPV4, &tables.build.ruleset, &steps, &result, &err), 0);
	assert_string_equal(tables.asked, "create FWPORT-IN\n"
					  "append to FWPORT-IN\n"
					  "append to INPUT\n"
					  "delete from INPUT\n"
					  "delete from FWPORT-IN\n"
					  "delete FWPORT-IN\n");
}

static void test_a_chain_that_is_refused_is_told(void **state)
{
	struct chain chain = {.table = (struct table *)tables.step.table, .name = "FWPORT-IN"};
	enum commit_result result;
	struct error err;

	(void)state;
	tables.chain_refused = true;
	tables.step = (struct step){.object = STEP_CHAIN, .table = chain.table, .chain = &chain};
	assert_int_equal(legacy_commit(FAMILY_IPV4, &tables.build.ruleset,
				       &(struct steps){.list = &tables.step, .count = 1}, &result, &err),
			 -1);
	assert_string_equal(err.text, "+ chain ip filter FWPORT-IN (legacy): File exists");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_commit_that_succeeds_is_done, start, end),
		cmocka_unit_test_setup_teardown(test_rules_may_stand_when_a_commit_fails, start, end),
		cmocka_unit_test_setup_teardown(test_rules_may_stand_when_a_table_has_changed, start, end),
		cmocka_unit_test_setup_teardown(test_a_chain_comes_with_its_rules_and_goes_without, start,
						end),
		cmocka_unit_test_setup_teardown(test_a_chain_that_is_refused_is_told, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
