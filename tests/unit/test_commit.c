/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which order both engines are written, and what is never begun: the writers are of this file, and answer as the test wishes.
 */
#include "cmocka_all.h"

#include "../../src/backend/commit.h"

#include "fwport/legacy_commit.h"
#include "fwport/nft_write.h"

#include <string.h>

static struct {
	char calls[128];
	enum commit_result held, nft, legacy;
	bool nft_refuses;
	unsigned untold; /* the part, from 1, that cannot be noted */
} writers;

static void called(const char *what)
{
	strcat(writers.calls, what);
	strcat(writers.calls, " ");
}

int legacy_hold(const struct ruleset *planned_on, const struct steps *steps, struct pool *pool,
		struct legacy_hold *out, enum commit_result *result, struct error *err)
{
	(void)planned_on;
	(void)steps;
	(void)pool;
	(void)out;
	(void)err;
	called("hold");
	*result = writers.held;
	return 0;
}

int nft_commit(const struct ruleset *planned_on, const struct steps *steps, struct pool *pool,
	       enum commit_result *result, struct error *err)
{
	(void)planned_on;
	(void)pool;
	assert_int_equal(steps->count, 1);
	called("nft");
	*result = writers.nft;
	return writers.nft_refuses ? error_set(err, ERROR_SYSTEM, "the kernel said no") : 0;
}

int legacy_commit(struct legacy_hold *hold, enum family family, enum commit_result *result, struct error *err)
{
	(void)hold;
	(void)err;
	called(family == FAMILY_IPV4 ? "ipv4" : "ipv6");
	*result = writers.legacy;
	return 0;
}

void legacy_release(struct legacy_hold *hold)
{
	(void)hold;
	called("release");
}

static int taken(enum commit_part part, void *context, struct error *err)
{
	(void)context;
	called(commit_part_words[part]);
	return part + 1 == writers.untold ? error_set(err, ERROR_SYSTEM, "the disk is full") : 0;
}

/* A step of each engine, and family. */
static int commit(enum commit_result *result)
{
	static const struct table nft = {.engine = ENGINE_NFT, .family = TABLE_INET, .name = "filter"};
	static const struct table legacy = {.engine = ENGINE_LEGACY, .family = TABLE_IP, .name = "filter"};
	static const struct table legacy6 = {.engine = ENGINE_LEGACY, .family = TABLE_IP6, .name = "filter"};
	struct step list[] = {{.table = &legacy6}, {.table = &legacy}, {.table = &nft}};
	const struct commit_log log = {.taken = taken};
	const struct steps steps = {.list = list, .count = 3};
	struct ruleset ruleset = {0};
	CLEANUP(pool_free) struct pool pool = {0};
	struct error err;

	return engines_commit(&ruleset, &steps, &log, &pool, result, &err);
}

static int start(void **state)
{
	(void)state;
	memset(&writers, 0, sizeof(writers));
	return 0;
}

static void test_legacy_tables_are_held_while_nf_tables_is_written(void **state)
{
	enum commit_result result;

	(void)state;
	assert_int_equal(commit(&result), 0);
	assert_int_equal(result, COMMIT_DONE);
	assert_string_equal(writers.calls, "hold nft nft ipv4 legacy-ipv4 ipv6 legacy-ipv6 release ");
}

static void test_nothing_is_sent_when_a_legacy_table_has_changed(void **state)
{
	enum commit_result result;

	(void)state;
	writers.held = COMMIT_STALE;
	assert_int_equal(commit(&result), 0);
	assert_int_equal(result, COMMIT_STALE);
	assert_string_equal(writers.calls, "hold release ");
}

static void test_legacy_tables_stay_as_they_are_when_nf_tables_has_changed(void **state)
{
	enum commit_result result;

	(void)state;
	writers.nft = COMMIT_STALE;
	assert_int_equal(commit(&result), 0);
	assert_int_equal(result, COMMIT_STALE);
	assert_string_equal(writers.calls, "hold nft release ");
}

static void test_legacy_tables_stay_as_they_are_when_nf_tables_refuses(void **state)
{
	enum commit_result result;

	(void)state;
	writers.nft_refuses = true;
	assert_int_equal(commit(&result), -1);
	assert_int_equal(result, COMMIT_DONE);
	assert_string_equal(writers.calls, "hold nft release ");
}

static void test_what_legacy_tables_say_is_the_result(void **state)
{
	enum commit_result result;

	(void)state;
	writers.legacy = COMMIT_UNKNOWN;
	assert_int_equal(commit(&result), 0);
	assert_int_equal(result, COMMIT_UNKNOWN);
	assert_string_equal(writers.calls, "hold nft nft ipv4 release ");
}

static void test_what_was_taken_and_cannot_be_noted_ends_the_commit(void **state)
{
	enum commit_result result;

	(void)state;
	writers.untold = PART_NFT + 1;
	assert_int_equal(commit(&result), -1);
	assert_int_equal(result, COMMIT_UNKNOWN);
	assert_string_equal(writers.calls, "hold nft nft release ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_legacy_tables_are_held_while_nf_tables_is_written, start),
		cmocka_unit_test_setup(test_nothing_is_sent_when_a_legacy_table_has_changed, start),
		cmocka_unit_test_setup(test_legacy_tables_stay_as_they_are_when_nf_tables_has_changed, start),
		cmocka_unit_test_setup(test_legacy_tables_stay_as_they_are_when_nf_tables_refuses, start),
		cmocka_unit_test_setup(test_what_legacy_tables_say_is_the_result, start),
		cmocka_unit_test_setup(test_what_was_taken_and_cannot_be_noted_ends_the_commit, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
