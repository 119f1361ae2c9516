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

	assert_int_equal(record_after(now, &request, 100, pool, &record, &err), 0);
	return record;
}

/* Opens 443 at second 100, for so long. */
static struct record after_open_for(struct opening *have, size_t count, int64_t lifetime, struct pool *pool)
{
	struct opening wish = tcp(443, NULL);
	const struct state now = {.next_id = 9, .openings = {have, count}};
	const struct change_request request = {
		.kind = CHANGE_OPEN, .openings = {&wish, 1}, .lifetime = lifetime};
	struct record record;
	struct error err = {0};

	assert_int_equal(record_after(&now, &request, 100, pool, &record, &err), 0);
	return record;
}

static struct opening recorded_until(uint32_t id, uint16_t port, int64_t expires)
{
	struct opening opening = recorded(id, port, NULL);

	opening.expires = expires;
	return opening;
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

static struct record after_open_via(struct opening *have, bool named, enum via via, struct pool *pool)
{
	const struct state now = {.next_id = 9, .openings = {have, 1}};
	struct opening wish = tcp(443, NULL);
	const struct change_request request = {
		.kind = CHANGE_OPEN, .openings = {&wish, 1}, .via_named = named};
	struct record record;
	struct error err = {0};

	wish.via = via;
	assert_int_equal(record_after(&now, &request, 100, pool, &record, &err), 0);
	return record;
}

static void test_who_lets_it_through_changes_when_somebody_is_named(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening have = recorded(7, 443, NULL);
	struct record record;

	(void)state;
	have.via = VIA_FIREWALLD;
	have.zone = "public";
	have.handed = HANDED_RUNTIME;
	record = after_open_via(&have, false, VIA_GUEST, &pool);
	assert_false(record.changed);
	assert_int_equal(record.next.openings.list[0].via, VIA_FIREWALLD);
	record = after_open_via(&have, true, VIA_FIREWALLD, &pool);
	assert_false(record.changed);
	assert_int_equal(record.next.openings.list[0].handed, HANDED_RUNTIME);
	record = after_open_via(&have, true, VIA_UFW, &pool);
	assert_true(record.changed);
	assert_int_equal(record.next.openings.list[0].id, 7);
	assert_int_equal(record.next.openings.list[0].via, VIA_UFW);
	assert_null(record.next.openings.list[0].zone);
	assert_int_equal(record.next.openings.list[0].handed, 0);
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

/* A list that wants 443, and 80 not. */
static struct record after_list(struct opening *have, size_t count, enum sweep sweep, struct pool *pool)
{
	struct opening present = tcp(443, NULL), absent = tcp(80, NULL);
	const struct state now = {.next_id = 9, .openings = {have, count}};
	const struct change_request request = {
		.kind = CHANGE_APPLY, .openings = {&present, 1}, .closings = {&absent, 1}, .sweep = sweep};
	struct record record;
	struct error err = {0};

	assert_int_equal(record_after(&now, &request, 100, pool, &record, &err), 0);
	return record;
}

static void test_a_list_closes_what_it_names_and_keeps_the_rest(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening have[] = {recorded(1, 22, NULL), recorded(2, 80, NULL), recorded(3, 80, "web"),
				 recorded(4, 8443, "web")};
	struct record record = after_list(have, 4, SWEEP_NOTHING, &pool);

	(void)state;
	assert_true(record.changed);
	assert_int_equal(record.next.openings.count, 3);
	assert_int_equal(record.next.openings.list[0].id, 1);
	assert_int_equal(record.next.openings.list[1].id, 4);
	assert_int_equal(record.next.openings.list[2].port.ports.first, 443);
	assert_int_equal(record.item_count, 2);
	assert_int_equal(record.asked_count, 1);
	assert_false(record.items[0].closing);
	assert_true(record.items[1].closing);
	assert_true(record.items[1].was_ours);
}

static void test_a_list_that_is_exclusive_closes_all_others(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening have[] = {recorded(1, 22, NULL), recorded(2, 443, NULL), recorded(3, 8443, "web")};
	struct record record = after_list(have, 3, SWEEP_ALL, &pool);

	(void)state;
	assert_int_equal(record.next.openings.count, 1);
	assert_int_equal(record.next.openings.list[0].id, 2);
}

static void test_a_list_that_names_profiles_closes_those_of_others(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening have[] = {recorded(1, 22, NULL), recorded(2, 443, NULL), recorded(3, 8443, "web")};
	struct record record = after_list(have, 3, SWEEP_PROFILES, &pool);

	(void)state;
	assert_int_equal(record.next.openings.count, 2);
	assert_int_equal(record.next.openings.list[0].id, 1);
	assert_int_equal(record.next.openings.list[1].id, 2);
}

static void test_a_list_is_done_once(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening have[] = {recorded(1, 443, NULL)};
	struct record record = after_list(have, 1, SWEEP_ALL, &pool);

	(void)state;
	assert_false(record.changed);
	assert_false(record.items[1].was_ours);
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

static void test_an_opening_ends_after_its_lifetime(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct record record = after_open_for(NULL, 0, 7200, &pool);

	(void)state;
	assert_int_equal(record.next.openings.list[0].expires, 7300);
	assert_int_equal(record.items[0].opening.expires, 7300);
	assert_false(record.items[0].endless);
}

static void test_what_has_no_end_is_not_given_one(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening have[] = {recorded_until(3, 443, 0)};
	struct record record = after_open_for(have, 1, 7200, &pool);

	(void)state;
	assert_false(record.changed);
	assert_int_equal(record.next.openings.list[0].expires, 0);
	assert_true(record.items[0].endless);
}

static void test_the_end_that_was_said_last_holds(void **state)
{
	static const struct {
		int64_t lifetime, expires;
	} cases[] = {{7200, 7300}, {10, 110}, {0, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CLEANUP(pool_free) struct pool pool = {0};
		struct opening have[] = {recorded_until(3, 443, 500)};
		struct record record = after_open_for(have, 1, cases[i].lifetime, &pool);

		assert_true(record.changed);
		assert_true(record.items[0].changed);
		assert_int_equal(record.next.openings.count, 1);
		assert_int_equal(record.next.openings.list[0].id, 3);
		assert_int_equal(record.next.openings.list[0].expires, cases[i].expires);
		assert_false(record.items[0].endless);
	}
}

static void test_any_change_forgets_what_has_expired(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening have[] = {recorded_until(3, 80, 100), recorded_until(4, 81, 101),
				 recorded_until(5, 443, 99)};
	struct record record = after_open_for(have, 3, 0, &pool);

	(void)state;
	assert_true(record.changed);
	assert_int_equal(record.expired, 2);
	assert_int_equal(record.dropped_families, 0);
	assert_int_equal(record.next.openings.count, 2);
	assert_int_equal(record.next.openings.list[0].id, 4);
	assert_int_equal(record.next.openings.list[1].id, 9);
}

static void test_what_has_expired_can_be_closed(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening have[] = {recorded_until(3, 443, 99)}, wishes[] = {tcp(443, NULL)};
	struct record record =
		after(&(struct state){.next_id = 4, .openings = {have, 1}}, CHANGE_CLOSE, wishes, 1, &pool);

	(void)state;
	assert_true(record.items[0].was_ours);
	assert_int_equal(record.expired, 1);
	assert_int_equal(record.next.openings.count, 0);
}

static void test_going_back_reopens_nothing_that_has_ended(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening then[] = {recorded_until(3, 443, 99), recorded_until(4, 80, 200)};
	const struct state now = {.next_id = 5}, target = {.next_id = 5, .openings = {then, 2}};
	const struct change_request request = {.kind = CHANGE_ROLLBACK, .rollback.target = &target};
	struct record record;
	struct error err = {0};

	(void)state;
	assert_int_equal(record_after(&now, &request, 100, &pool, &record, &err), 0);
	assert_int_equal(record.next.openings.count, 1);
	assert_int_equal(record.next.openings.list[0].id, 4);
	assert_int_equal(record.next.openings.list[0].expires, 200);
	assert_int_equal(record.expired, 0);
}

static void test_closing_everything_leaves_nothing_for_a_boot(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening openings[] = {recorded(3, 443, NULL), recorded(4, 80, "web")},
		       dormant[] = {recorded(5, 81, NULL)};
	const struct state now = {.next_id = 6,
				  .openings = {openings, 2},
				  .dormant = {dormant, 1},
				  .policy.drop = {true, false},
				  .boot_policy.drop = {false, true}};
	const struct change_request request = {.kind = CHANGE_CLOSE, .all = true};
	struct record record, again;
	struct error err = {0};

	(void)state;
	assert_int_equal(record_after(&now, &request, 100, &pool, &record, &err), 0);
	assert_true(record.changed);
	assert_true(state_is_empty(&record.next));
	assert_int_equal(record.next.next_id, 6);
	assert_int_equal(record.item_count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_true(record.items[i].was_ours);
		assert_int_equal(record.items[i].opening.id, 3 + i);
	}
	assert_int_equal(record_after(&record.next, &request, 100, &pool, &again, &err), 0);
	assert_false(again.changed);
	assert_int_equal(again.item_count, 0);
}

static void test_a_boot_brings_back_nothing_that_has_ended(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening openings[] = {recorded_until(3, 443, 99), recorded_until(4, 80, 200)},
		       dormant[] = {recorded_until(5, 81, 100)};
	const struct state now = {.next_id = 6, .openings = {openings, 2}, .dormant = {dormant, 1}};
	const struct change_request request = {.kind = CHANGE_RESTORE};
	struct record record;
	struct error err = {0};

	(void)state;
	assert_int_equal(record_after(&now, &request, 100, &pool, &record, &err), 0);
	assert_int_equal(record.next.openings.count, 1);
	assert_int_equal(record.next.openings.list[0].id, 4);
	assert_int_equal(record.expired, 2);
	assert_true(record.changed);
}

static struct record restored(const struct state *now, bool boot, struct pool *pool)
{
	const struct change_request request = {.kind = CHANGE_RESTORE, .boot = boot};
	struct record record;
	struct error err = {0};

	assert_int_equal(record_after(now, &request, 100, pool, &record, &err), 0);
	return record;
}

static void test_what_was_closed_until_the_boot_is_not_opened_by_a_firewall_that_reloads(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening dormant[] = {recorded(3, 443, NULL)};
	const struct state now = {.next_id = 4, .dormant = {dormant, 1}, .boot_policy = {{true, false}}};
	struct record record = restored(&now, true, &pool);

	(void)state;
	assert_false(record.changed);
	assert_int_equal(record.next.openings.count, 0);
	assert_int_equal(record.next.dormant.count, 1);
	assert_false(policy_drops(record.next.policy));
	record = restored(&now, false, &pool);
	assert_true(record.changed);
	assert_int_equal(record.next.openings.count, 1);
	assert_int_equal(record.next.dormant.count, 0);
	assert_true(record.next.policy.drop[DIRECTION_IN]);
}

static void test_a_policy_of_now_stays_when_what_is_saved_is_restored(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	const struct state now = {.next_id = 1, .policy = {{true, false}}};

	(void)state;
	assert_false(restored(&now, true, &pool).changed);
	assert_false(restored(&now, false, &pool).changed);
	assert_true(restored(&now, false, &pool).next.policy.drop[DIRECTION_IN]);
}

static void test_a_record_with_what_is_until_the_boot_does_not_last(void **state)
{
	const struct change_request back = {.kind = CHANGE_ROLLBACK}, open = {.kind = CHANGE_OPEN};
	struct opening have[] = {recorded(3, 443, NULL)};
	struct record record = {.next = {.openings = {have, 1}}};

	(void)state;
	assert_true(record_lasts(&record, &back));
	have[0].runtime = true;
	assert_false(record_lasts(&record, &back));
	assert_true(record_lasts(&record, &open));
	have[0].runtime = false;
	record.next.policy.drop[DIRECTION_IN] = true;
	assert_false(record_lasts(&record, &back));
	record.next.boot_policy = record.next.policy;
	record.next.dormant = record.next.openings;
	assert_false(record_lasts(&record, &back));
}

static void test_what_was_closed_until_the_boot_is_opened_with_the_new_end(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening wish = tcp(443, NULL), dormant[] = {recorded_until(3, 443, 500)};
	const struct state now = {.next_id = 9, .dormant = {dormant, 1}};
	const struct change_request request = {.kind = CHANGE_OPEN, .openings = {&wish, 1}, .lifetime = 7200};
	struct record record;
	struct error err = {0};

	(void)state;
	assert_int_equal(record_after(&now, &request, 100, &pool, &record, &err), 0);
	assert_int_equal(record.next.openings.count, 1);
	assert_int_equal(record.next.openings.list[0].id, 3);
	assert_int_equal(record.next.openings.list[0].expires, 7300);
	assert_false(record.items[0].endless);
}

static struct record policy_after(const struct state *now, const struct policy_request *policy, bool runtime,
				  struct pool *pool)
{
	struct change_request request = {.kind = CHANGE_POLICY, .policy = *policy, .runtime = runtime};
	struct record record;
	struct error err = {0};

	assert_int_equal(record_after(now, &request, 100, pool, &record, &err), 0);
	return record;
}

static void test_a_policy_is_that_of_the_directions_named(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening have[] = {recorded(3, 443, NULL)};
	const struct state now = {
		.openings = {have, 1}, .policy = {{false, true}}, .boot_policy = {{false, true}}};
	const struct policy_request in_drop = {.named = {true, false}, .policy = {{true, false}}};
	struct record record = policy_after(&now, &in_drop, false, &pool);

	(void)state;
	assert_true(record.changed);
	assert_true(record.next.policy.drop[DIRECTION_IN] && record.next.policy.drop[DIRECTION_OUT]);
	assert_true(record.next.boot_policy.drop[DIRECTION_IN] &&
		    record.next.boot_policy.drop[DIRECTION_OUT]);
	assert_int_equal(record.next.openings.count, 1);
	assert_false(policy_after(&record.next, &in_drop, false, &pool).changed);
}

static void test_a_runtime_policy_leaves_the_one_of_the_next_boot(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	const struct policy_request in_drop = {.named = {true, false}, .policy = {{true, false}}};
	struct record record = policy_after(&(struct state){0}, &in_drop, true, &pool);

	(void)state;
	assert_true(record.changed);
	assert_true(record.next.policy.drop[DIRECTION_IN]);
	assert_false(record.next.boot_policy.drop[DIRECTION_IN]);
}

/* It may have rules in a table that cannot be read now. */
static void test_a_policy_that_ceases_to_drop_is_held_no_more_in_either_family(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	const struct state now = {.policy = {{true, false}}};
	const struct policy_request out_drop = {.named = {false, true}, .policy = {{false, true}}},
				    in_accept = {.named = {true, false}};

	(void)state;
	assert_int_equal(policy_after(&now, &out_drop, false, &pool).dropped_families, 0);
	assert_int_equal(policy_after(&now, &in_accept, false, &pool).dropped_families, FAMILIES_BOTH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_adds_with_a_new_id),
		cmocka_unit_test(test_open_twice_changes_nothing),
		cmocka_unit_test(test_who_lets_it_through_changes_when_somebody_is_named),
		cmocka_unit_test(test_by_hand_and_by_profile_are_two_openings),
		cmocka_unit_test(test_apply_replaces_profile_openings_only),
		cmocka_unit_test(test_apply_of_the_same_profile_changes_nothing),
		cmocka_unit_test(test_a_list_closes_what_it_names_and_keeps_the_rest),
		cmocka_unit_test(test_a_list_that_is_exclusive_closes_all_others),
		cmocka_unit_test(test_a_list_that_names_profiles_closes_those_of_others),
		cmocka_unit_test(test_a_list_is_done_once),
		cmocka_unit_test(test_close_removes_equal_openings_of_any_origin),
		cmocka_unit_test(test_close_of_what_was_not_ours_says_so),
		cmocka_unit_test(test_overlapping_openings_are_apart),
		cmocka_unit_test(test_every_port_is_merged_in_one_go),
		cmocka_unit_test(test_an_opening_ends_after_its_lifetime),
		cmocka_unit_test(test_what_has_no_end_is_not_given_one),
		cmocka_unit_test(test_the_end_that_was_said_last_holds),
		cmocka_unit_test(test_any_change_forgets_what_has_expired),
		cmocka_unit_test(test_what_has_expired_can_be_closed),
		cmocka_unit_test(test_going_back_reopens_nothing_that_has_ended),
		cmocka_unit_test(test_closing_everything_leaves_nothing_for_a_boot),
		cmocka_unit_test(test_a_boot_brings_back_nothing_that_has_ended),
		cmocka_unit_test(
			test_what_was_closed_until_the_boot_is_not_opened_by_a_firewall_that_reloads),
		cmocka_unit_test(test_a_policy_of_now_stays_when_what_is_saved_is_restored),
		cmocka_unit_test(test_a_record_with_what_is_until_the_boot_does_not_last),
		cmocka_unit_test(test_what_was_closed_until_the_boot_is_opened_with_the_new_end),
		cmocka_unit_test(test_a_policy_is_that_of_the_directions_named),
		cmocka_unit_test(test_a_runtime_policy_leaves_the_one_of_the_next_boot),
		cmocka_unit_test(test_a_policy_that_ceases_to_drop_is_held_no_more_in_either_family),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
