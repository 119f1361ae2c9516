/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the record of openings is after a request.
 */
#include "cmocka_all.h"

#include "record.h"

static struct opening tcp(uint16_t port, const char *profile)
{
	return (struct opening){.port = {PROTOCOL_TCP, {port, port}},
				.scope = {.families = FAMILIES_BOTH},
				.profile = profile};
}

static struct opening recorded(uint32_t id, uint16_t port, const char *profile)
{
	struct opening opening = tcp(port, profile);

	opening.id = id;
	return opening;
}

static struct record after(const struct state *now, enum change_kind kind, struct opening *wishes,
			   size_t count, struct pool *pool)
{
	struct change_request request = {.kind = kind, .openings = {wishes, count}, .now = 100};
	struct record record;
	struct error err = {0};

	assert_int_equal(record_after(now, &request, pool, &record, &err), 0);
	return record;
}

static void test_open_adds_with_a_new_id(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening wishes[] = {tcp(443, NULL), tcp(80, NULL)};
	struct record record = after(&(struct state){.next_id = 9}, CHANGE_OPEN, wishes, 2, &pool);

	(void)state;
	assert_true(record.changed);
	assert_int_equal(record.next.openings.count, 2);
	assert_int_equal(record.next.openings.list[0].id, 9);
	assert_int_equal(record.next.openings.list[1].id, 10);
	assert_int_equal(record.next.next_id, 11);
	assert_int_equal(record.next.openings.list[0].created, 100);
	assert_ptr_equal(record.asked[1], &record.next.openings.list[1]);
}

static void test_open_twice_changes_nothing(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening have[] = {recorded(3, 443, NULL)}, wishes[] = {tcp(443, NULL), tcp(443, NULL)};
	struct record record =
		after(&(struct state){.next_id = 4, .openings = {have, 1}}, CHANGE_OPEN, wishes, 2, &pool);

	(void)state;
	assert_false(record.changed);
	assert_int_equal(record.next.openings.count, 1);
	assert_int_equal(record.item_count, 1);
	assert_int_equal(record.items[0].opening.id, 3);
	assert_false(record.items[0].changed);
}

static void test_by_hand_and_by_profile_are_two_openings(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening have[] = {recorded(3, 443, "web")}, wishes[] = {tcp(443, NULL)};
	struct record record =
		after(&(struct state){.next_id = 4, .openings = {have, 1}}, CHANGE_OPEN, wishes, 1, &pool);

	(void)state;
	assert_true(record.changed);
	assert_int_equal(record.next.openings.count, 2);
}

static void test_apply_replaces_profile_openings_only(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening have[] = {recorded(1, 22, NULL), recorded(2, 80, "web"), recorded(3, 443, "web")};
	struct opening wishes[] = {tcp(443, "api"), tcp(8443, "api")};
	struct record record =
		after(&(struct state){.next_id = 4, .openings = {have, 3}}, CHANGE_APPLY, wishes, 2, &pool);

	(void)state;
	assert_true(record.changed);
	assert_int_equal(record.next.openings.count, 3);
	assert_int_equal(record.next.openings.list[0].id, 1); /* by hand: stays */
	assert_int_equal(record.next.openings.list[1].id, 3); /* 443 keeps its id */
	assert_string_equal(record.next.openings.list[1].profile, "api");
	assert_int_equal(record.next.openings.list[2].port.ports.first, 8443);
}

static void test_apply_of_the_same_profile_changes_nothing(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening have[] = {recorded(1, 22, NULL), recorded(2, 80, "web")}, wishes[] = {tcp(80, "web")};
	struct record record =
		after(&(struct state){.next_id = 3, .openings = {have, 2}}, CHANGE_APPLY, wishes, 1, &pool);

	(void)state;
	assert_false(record.changed);
	assert_int_equal(record.next.openings.count, 2);
}

static void test_close_removes_equal_openings_of_any_origin(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening have[] = {recorded(1, 443, NULL), recorded(2, 443, "web"), recorded(3, 80, NULL)},
		       wishes[] = {tcp(443, NULL)};
	struct record record =
		after(&(struct state){.next_id = 4, .openings = {have, 3}}, CHANGE_CLOSE, wishes, 1, &pool);

	(void)state;
	assert_true(record.changed);
	assert_int_equal(record.next.openings.count, 1);
	assert_int_equal(record.next.openings.list[0].id, 3);
	assert_true(record.items[0].was_ours);
	assert_int_equal(record.asked_count, 0);
}

static void test_close_of_what_was_not_ours_says_so(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening wishes[] = {tcp(443, NULL)};
	struct record record = after(&(struct state){.next_id = 1}, CHANGE_CLOSE, wishes, 1, &pool);

	(void)state;
	assert_false(record.changed);
	assert_false(record.items[0].was_ours);
}

static void test_overlapping_openings_are_apart(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening have[] = {recorded(1, 443, NULL), recorded(2, 443, NULL)}, wishes[] = {tcp(443, NULL)};
	struct record record;

	(void)state;
	have[1].port.ports.last = 450;
	record = after(&(struct state){.next_id = 3, .openings = {have, 2}}, CHANGE_CLOSE, wishes, 1, &pool);
	assert_int_equal(record.next.openings.count, 1);
	assert_int_equal(record.next.openings.list[0].id, 2);
}

static void test_every_port_is_merged_in_one_go(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening *wishes = pool_alloc(&pool, 65535 * sizeof(*wishes));
	struct record first, second;

	(void)state;
	for (unsigned i = 0; i < 65535; i++)
		wishes[i] = tcp((uint16_t)(i + 1), "all");
	first = after(&(struct state){.next_id = 1}, CHANGE_APPLY, wishes, 65535, &pool);
	assert_int_equal(first.next.openings.count, 65535);
	second = after(&first.next, CHANGE_APPLY, wishes, 65535, &pool);
	assert_false(second.changed);
	assert_int_equal(second.asked[65534]->id, 65535);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_adds_with_a_new_id),
		cmocka_unit_test(test_open_twice_changes_nothing),
		cmocka_unit_test(test_by_hand_and_by_profile_are_two_openings),
		cmocka_unit_test(test_apply_replaces_profile_openings_only),
		cmocka_unit_test(test_apply_of_the_same_profile_changes_nothing),
		cmocka_unit_test(test_close_removes_equal_openings_of_any_origin),
		cmocka_unit_test(test_close_of_what_was_not_ours_says_so),
		cmocka_unit_test(test_overlapping_openings_are_apart),
		cmocka_unit_test(test_every_port_is_merged_in_one_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
