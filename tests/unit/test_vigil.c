/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When the watch looks, and what it remembers. */
#include "cmocka_all.h"

#include "calm.h"
#include "vigil.h"

static void test_nothing_heard_is_never_due(void **state)
{
	const struct calm calm = {0};

	(void)state;
	assert_int_equal(calm_due(&calm), CALM_NEVER);
}

static void test_quiet_is_waited_for(void **state)
{
	struct calm calm = {0};

	(void)state;
	calm_hear(&calm, 1000, true);
	assert_int_equal(calm_due(&calm), 1200);
	calm_hear(&calm, 1150, false);
	assert_int_equal(calm_due(&calm), 1350);
}

static void test_what_is_never_quiet_is_looked_at_in_time(void **state)
{
	struct calm urgent = {0}, other = {0};

	(void)state;
	for (int64_t now = 1000; now < 20000; now += 100) {
		calm_hear(&urgent, now, true);
		calm_hear(&other, now, false);
	}
	assert_int_equal(calm_due(&urgent), 1000 + CALM_URGENT_MOST);
	assert_int_equal(calm_due(&other), 1000 + CALM_MOST);
}

/* The two seconds begin when something of ours goes, not with what others did before. */
static void test_what_becomes_urgent_counts_from_then(void **state)
{
	struct calm calm = {0};

	(void)state;
	for (int64_t now = 1000; now < 9900; now += 100)
		calm_hear(&calm, now, now >= 8000);
	assert_int_equal(calm_due(&calm), 8000 + CALM_URGENT_MOST);
}

static void test_looks_rest_unless_it_is_urgent(void **state)
{
	struct calm calm = {0};

	(void)state;
	calm_looked(&calm, 1000, 1100);
	assert_int_equal(calm_due(&calm), CALM_NEVER);
	calm_hear(&calm, 1200, false);
	assert_int_equal(calm_due(&calm), 3000);
	calm_hear(&calm, 1300, true);
	assert_int_equal(calm_due(&calm), 1500);
}

static void test_times_within_a_while(void **state)
{
	struct times times = {0};

	(void)state;
	assert_false(times_reach(&times, 1, 60, 100));
	for (int64_t now = 100; now < 105; now++)
		times_add(&times, now);
	assert_true(times_reach(&times, 5, 60, 120));
	assert_false(times_reach(&times, 6, 60, 120));
	assert_true(times_reach(&times, 5, 60, 159));
	assert_false(times_reach(&times, 5, 60, 160));
}

static void test_what_is_taken_away_again_and_again_is_a_fight(void **state)
{
	struct times quick = {0}, slow = {0}, reloads = {0};

	(void)state;
	for (int64_t n = 0; n < VIGIL_TIMES_SOON - 1; n++)
		times_add(&quick, 1000 + n * 5);
	assert_false(times_are_a_fight(&quick, 1150));
	times_add(&quick, 1150);
	assert_true(times_are_a_fight(&quick, 1150));
	for (int64_t n = 0; n < VIGIL_TIMES; n++)
		times_add(&slow, 1000 + n * 30);
	assert_true(times_are_a_fight(&slow, 2800));
	assert_false(times_are_a_fight(&slow, 4700));
	for (int64_t n = 0; n < VIGIL_TIMES; n++)
		times_add(&reloads, 1000 + n * 90);
	assert_false(times_are_a_fight(&reloads, 1000 + VIGIL_TIMES * 90));
}

static void test_old_times_make_room(void **state)
{
	struct times times = {0};

	(void)state;
	for (int64_t now = 0; now < 10 * VIGIL_TIMES; now++)
		times_add(&times, now);
	assert_true(times_reach(&times, VIGIL_TIMES, VIGIL_TIMES + 1, 10 * VIGIL_TIMES));
	assert_false(times_reach(&times, VIGIL_TIMES, VIGIL_TIMES, 10 * VIGIL_TIMES));
}

static void test_those_that_are_seen_no_more_are_forgotten(void **state)
{
	struct vigil vigil = {0};

	(void)state;
	for (uint32_t id = 40; id > 0; id--)
		vigil_at(&vigil, id)->attitude = ATTITUDE_LEAVE;
	assert_int_equal(vigil.count, 40);
	vigil_sweep(&vigil);
	assert_int_equal(vigil_at(&vigil, 7)->attitude, ATTITUDE_LEAVE);
	vigil_at(&vigil, 41);
	vigil_sweep(&vigil);
	assert_int_equal(vigil.count, 2);
	assert_int_equal(vigil.list[0].id, 7);
	assert_int_equal(vigil.list[1].id, 41);
	assert_int_equal(vigil.list[1].attitude, ATTITUDE_GUARD);
	vigil_free(&vigil);
	assert_int_equal(vigil.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_heard_is_never_due),
		cmocka_unit_test(test_quiet_is_waited_for),
		cmocka_unit_test(test_what_is_never_quiet_is_looked_at_in_time),
		cmocka_unit_test(test_what_becomes_urgent_counts_from_then),
		cmocka_unit_test(test_looks_rest_unless_it_is_urgent),
		cmocka_unit_test(test_times_within_a_while),
		cmocka_unit_test(test_what_is_taken_away_again_and_again_is_a_fight),
		cmocka_unit_test(test_old_times_make_room),
		cmocka_unit_test(test_those_that_are_seen_no_more_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
