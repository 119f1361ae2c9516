/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records before a change, while it awaits confirmation, and after a boot.
 */
#include "cmocka_all.h"

#include "fwport/state.h"

#include <string.h>

static struct pool pool;

static int pool_end(void **state)
{
	(void)state;
	pool_free(&pool);
	return 0;
}

static struct opening port(uint32_t id, uint16_t number)
{
	return (struct opening){
		.id = id, .port = {PROTOCOL_TCP, {number, number}}, .scope = {.families = FAMILIES_BOTH}};
}

static struct opening runtime(struct opening opening)
{
	opening.runtime = true;
	return opening;
}

static struct state record(const struct opening *openings, size_t count, const struct opening *dormant,
			   size_t dormant_count)
{
	return (struct state){
		.next_id = 9,
		.generation = 4,
		.openings = {pool_copy(&pool, openings, count * sizeof(*openings)), count},
		.dormant = {pool_copy(&pool, dormant, dormant_count * sizeof(*dormant)), dormant_count}};
}

#define RECORD(openings, dormant)                                         \
	record(openings, sizeof(openings) / sizeof(*(openings)), dormant, \
	       sizeof(dormant) / sizeof(*(dormant)))

static struct state unconfirmed(const struct state *before, const struct state *after)
{
	struct error err = {0};
	struct state now;

	assert_int_equal(state_unconfirmed(before, after, 77, &pool, &now, &err), 0);
	return now;
}

static struct state booted(struct state now)
{
	struct error err = {0};

	assert_int_equal(state_at_boot(&now, &pool, &err), 0);
	return now;
}

static bool holds(const struct openings *openings, const struct opening *wanted)
{
	for (size_t i = 0; i < openings->count; i++)
		if (openings->list[i].id == wanted->id && openings->list[i].runtime == wanted->runtime &&
		    openings->list[i].override == wanted->override)
			return true;
	return false;
}

static void assert_same(const struct openings *a, const struct openings *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++)
		assert_true(holds(b, &a->list[i]));
}

/* Whatever the change does, what is open is that of after, and what a boot brings back is that of before. */
static struct state check(const struct state *before, const struct state *after)
{
	struct state now = unconfirmed(before, after), then = booted(now), was = booted(*before);

	assert_int_equal(now.pending.generation, after->generation);
	assert_int_equal(now.pending.deadline, 77);
	assert_int_equal(now.openings.count, after->openings.count);
	for (size_t i = 0; i < after->openings.count; i++)
		assert_int_equal(now.openings.list[i].id, after->openings.list[i].id);
	assert_same(&then.openings, &was.openings);
	assert_int_equal(then.openings.count + then.dormant.count, was.openings.count);
	assert_int_equal(then.pending.generation, 0);
	return now;
}

static void test_what_is_opened_is_not_saved(void **state)
{
	const struct opening one[] = {port(1, 22)}, two[] = {port(1, 22), port(2, 443)}, none[1] = {{0}};
	struct state before = record(one, 1, none, 0), after = record(two, 2, none, 0), now;

	(void)state;
	now = check(&before, &after);
	assert_false(now.openings.list[0].runtime);
	assert_true(now.openings.list[1].runtime);
	assert_int_equal(now.dormant.count, 0);
}

static void test_what_is_closed_stays_saved(void **state)
{
	const struct opening two[] = {port(1, 22), port(2, 443)}, one[] = {port(1, 22)}, none[1] = {{0}};
	struct state before = record(two, 2, none, 0), after = record(one, 1, none, 0), now;

	(void)state;
	now = check(&before, &after);
	assert_int_equal(now.dormant.count, 1);
	assert_int_equal(now.dormant.list[0].id, 2);
}

static void test_what_is_altered_is_saved_as_it_was(void **state)
{
	const struct opening plain[] = {port(1, 22)}, none[1] = {{0}};
	struct opening altered[] = {port(1, 22)};
	struct state before = record(plain, 1, none, 0), after, now;

	(void)state;
	altered[0].override = true;
	after = record(altered, 1, none, 0);
	now = check(&before, &after);
	assert_true(now.openings.list[0].override);
	assert_false(now.dormant.list[0].override);
}

static void test_what_was_never_saved_is_not_saved_by_a_boot(void **state)
{
	const struct opening had[] = {runtime(port(1, 22)), port(2, 443)}, asleep[] = {port(3, 80)},
			     wants[] = {port(1, 22), port(3, 80)}, none[1] = {{0}};
	struct state before = RECORD(had, asleep), after = record(wants, 2, none, 0);

	(void)state;
	check(&before, &after);
}

static void test_a_boot_goes_back_to_policy_and_backend(void **state)
{
	const struct opening none[1] = {{0}};
	struct state before = record(none, 0, none, 0), after = before, then;

	(void)state;
	before.backend = "nft";
	after.backend = "iptables";
	after.policy.drop[DIRECTION_IN] = after.boot_policy.drop[DIRECTION_IN] = true;
	then = check(&before, &after);
	assert_true(then.policy.drop[DIRECTION_IN]);
	assert_string_equal(then.backend, "iptables");
	then = booted(then);
	assert_false(then.policy.drop[DIRECTION_IN]);
	assert_string_equal(then.backend, "nft");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_opened_is_not_saved),
		cmocka_unit_test(test_what_is_closed_stays_saved),
		cmocka_unit_test(test_what_is_altered_is_saved_as_it_was),
		cmocka_unit_test(test_what_was_never_saved_is_not_saved_by_a_boot),
		cmocka_unit_test(test_a_boot_goes_back_to_policy_and_backend),
	};

	return cmocka_run_group_tests(tests, NULL, pool_end);
}
