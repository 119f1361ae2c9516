/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What libiptc is asked to do, and what becomes of commits to legacy tables: libiptc is one of this file, which holds an empty
 * chain in memory for each family, and refuses as the test wishes.
 */
#include "../../src/kernel/legacy_library.h"
#include "build.h"
#include "cmocka_all.h"

#include "fwport/legacy_commit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static struct {
	char lock[64];
	struct build build;
	struct step steps[FAMILY_COUNT];
	int refusal;           /* errno of each commit, 0 none */
	const char *policy_v6; /* what IPv6 has now */
	bool chain_refused;
	char asked[256]; /* a line for each change of a table's copy */
	unsigned opened, closed, appended, committed;
} tables;

static void note(const char *what, const char *chain)
{
	size_t used = strlen(tables.asked);

	snprintf(tables.asked + used, sizeof(tables.asked) - used, "%s %s\n", what, chain);
}

static struct xtc_handle *table_open(const char *name)
{
	(void)name;
	tables.opened++;
	return (struct xtc_handle *)&tables;
}

static void table_close(struct xtc_handle *handle)
{
	(void)handle;
	tables.closed++;
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
	tables.committed++;
	errno = tables.refusal;
	return !tables.refusal;
}

static const char *policy_ipv6(const char *chain, struct xt_counters *counters, struct xtc_handle *handle)
{
	(void)chain;
	(void)counters;
	(void)handle;
	return tables.policy_v6;
}

const struct legacy_library legacy_libraries[FAMILY_COUNT] = {
	[FAMILY_IPV4] = {.family = TABLE_IP,
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
			 .commit = commit},
	[FAMILY_IPV6] = {.family = TABLE_IP6,
			 .open = table_open,
			 .close = table_close,
			 .first_chain = first_chain,
			 .next_chain = next_chain,
			 .policy = policy_ipv6,
			 .first_rule = first_rule,
			 .append = append,
			 .commit = commit},
};

static struct step step_in(enum table_family family)
{
	struct table *table = build_table(&tables.build, family, "filter");
	struct chain *chain = build_base_chain(&tables.build, table, "INPUT", HOOK_INPUT, 0, true);
	struct rule *rule = build_rule(&tables.build, chain, "tcp dport 443 accept");

	table->engine = ENGINE_LEGACY;
	table->owner = OWNER_LEGACY;
	chain->rule_count = 0;
	return (struct step){.object = STEP_RULE, .table = table, .chain = chain, .rule = rule};
}

/* `-P INPUT DROP` in both families, and the steps that append a rule of ours. */
static int start(void **state)
{
	int file;

	(void)state;
	memset(&tables, 0, sizeof(tables));
	tables.policy_v6 = "DROP";
	strcpy(tables.lock, "/tmp/fwport-lock.XXXXXX");
	file = mkstemp(tables.lock);
	assert_true(file >= 0);
	close(file);
	setenv("XTABLES_LOCKFILE", tables.lock, 1);
	build_start(&tables.build);
	tables.steps[FAMILY_IPV4] = step_in(TABLE_IP);
	tables.steps[FAMILY_IPV6] = step_in(TABLE_IP6);
	return 0;
}

static int end(void **state)
{
	(void)state;
	unlink(tables.lock);
	build_end(&tables.build);
	assert_int_equal(tables.opened, tables.closed);
	return 0;
}

static int hold_for(const struct steps *steps, struct legacy_hold *out, enum commit_result *result,
		    struct error *err)
{
	return legacy_hold(&tables.build.ruleset, steps, &tables.build.pool, out, result, err);
}

static int hold(size_t count, struct legacy_hold *out, enum commit_result *result, struct error *err)
{
	const struct steps steps = {.list = tables.steps, .count = count};

	return hold_for(&steps, out, result, err);
}

static int families_commit(struct legacy_hold *held, enum commit_result *result, struct error *err)
{
	int done = legacy_commit(held, FAMILY_IPV4, result, err);

	return done == 0 && *result == COMMIT_DONE ? legacy_commit(held, FAMILY_IPV6, result, err) : done;
}

/* The step of IPv4 alone. */
static int run(enum commit_result *result, struct error *err)
{
	CLEANUP(legacy_release) struct legacy_hold held = {.lock = -1};

	assert_int_equal(hold(1, &held, result, err), 0);
	assert_int_equal(*result, COMMIT_DONE);
	assert_int_equal(tables.appended, 1);
	assert_int_equal(tables.committed, 0);
	return families_commit(&held, result, err);
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

static bool is_locked(void)
{
	int fd = open(tables.lock, O_RDONLY | O_CLOEXEC);
	bool locked = flock(fd, LOCK_EX | LOCK_NB) < 0;

	close(fd);
	return locked;
}

static void test_both_families_are_held_under_one_lock_until_released(void **state)
{
	struct legacy_hold held;
	enum commit_result result;
	struct error err;

	(void)state;
	assert_int_equal(hold(2, &held, &result, &err), 0);
	assert_int_equal(result, COMMIT_DONE);
	assert_int_equal(held.count, 2);
	assert_int_equal(tables.appended, 2);
	assert_true(is_locked());
	assert_int_equal(families_commit(&held, &result, &err), 0);
	assert_int_equal(tables.committed, 2);
	assert_true(is_locked());
	legacy_release(&held);
	assert_false(is_locked());
	assert_int_equal(tables.closed, 2);
}

static void test_no_table_is_written_when_the_second_is_not_what_was_planned_on(void **state)
{
	CLEANUP(legacy_release) struct legacy_hold held = {.lock = -1};
	enum commit_result result;
	struct error err;

	(void)state;
	tables.policy_v6 = "ACCEPT";
	assert_int_equal(hold(2, &held, &result, &err), 0);
	assert_int_equal(result, COMMIT_STALE);
	assert_int_equal(tables.committed, 0);
	assert_int_equal(tables.appended, 0);
}

static void test_steps_of_nf_tables_take_no_lock(void **state)
{
	struct legacy_hold held;
	enum commit_result result;
	struct error err;

	(void)state;
	((struct table *)tables.steps[0].table)->engine = ENGINE_NFT;
	assert_int_equal(hold(1, &held, &result, &err), 0);
	assert_int_equal(held.lock, -1);
	assert_int_equal(families_commit(&held, &result, &err), 0);
	assert_int_equal(result, COMMIT_DONE);
	legacy_release(&held);
	assert_int_equal(tables.opened, 0);
}

/* The chain, a rule in it, and the rule that calls it; then they go in the other order. */
static void test_a_chain_comes_with_its_rules_and_goes_without(void **state)
{
	CLEANUP(legacy_release) struct legacy_hold held = {.lock = -1};
	const struct step *first = &tables.steps[FAMILY_IPV4];
	const struct table *table = first->table;
	struct chain chain = {.table = (struct table *)table, .name = "FWPORT-IN"};
	struct rule rule = *first->rule, call = rule;
	struct step list[] = {
		{.object = STEP_CHAIN, .table = table, .chain = &chain},
		{.object = STEP_RULE, .table = table, .chain = &chain, .rule = &rule},
		{.object = STEP_RULE, .table = table, .chain = first->chain, .rule = &call},
		{.remove = true, .object = STEP_RULE, .table = table, .chain = first->chain, .rule = &call},
		{.remove = true, .object = STEP_RULE, .table = table, .chain = &chain, .rule = &rule},
		{.remove = true, .object = STEP_CHAIN, .table = table, .chain = &chain},
	};
	const struct steps steps = {.list = list, .count = sizeof(list) / sizeof(list[0])};
	enum commit_result result;
	struct error err;

	(void)state;
	assert_int_equal(hold_for(&steps, &held, &result, &err), 0);
	assert_string_equal(tables.asked, "create FWPORT-IN\n"
					  "append to FWPORT-IN\n"
					  "append to INPUT\n"
					  "delete from INPUT\n"
					  "delete from FWPORT-IN\n"
					  "delete FWPORT-IN\n");
}

static void test_a_chain_that_is_refused_is_told_before_anything_is_written(void **state)
{
	CLEANUP(legacy_release) struct legacy_hold held = {.lock = -1};
	struct chain chain = {.table = (struct table *)tables.steps[FAMILY_IPV4].table, .name = "FWPORT-IN"};
	enum commit_result result;
	struct error err;

	(void)state;
	tables.chain_refused = true;
	tables.steps[FAMILY_IPV4] =
		(struct step){.object = STEP_CHAIN, .table = chain.table, .chain = &chain};
	assert_int_equal(hold(2, &held, &result, &err), -1);
	assert_string_equal(err.text, "+ chain ip filter FWPORT-IN (legacy): File exists");
	assert_int_equal(tables.committed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_commit_that_succeeds_is_done, start, end),
		cmocka_unit_test_setup_teardown(test_rules_may_stand_when_a_commit_fails, start, end),
		cmocka_unit_test_setup_teardown(test_rules_may_stand_when_a_table_has_changed, start, end),
		cmocka_unit_test_setup_teardown(test_both_families_are_held_under_one_lock_until_released,
						start, end),
		cmocka_unit_test_setup_teardown(
			test_no_table_is_written_when_the_second_is_not_what_was_planned_on, start, end),
		cmocka_unit_test_setup_teardown(test_steps_of_nf_tables_take_no_lock, start, end),
		cmocka_unit_test_setup_teardown(test_a_chain_comes_with_its_rules_and_goes_without, start,
						end),
		cmocka_unit_test_setup_teardown(
			test_a_chain_that_is_refused_is_told_before_anything_is_written, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
