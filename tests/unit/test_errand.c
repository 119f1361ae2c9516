/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What neighbours have to be asked for between two records, and how it reads.
 */
#include "cmocka_all.h"

#include "fwport/errand.h"

enum { BOTH = HANDED_RUNTIME | HANDED_PERMANENT };

static const int64_t now = 1000;

static struct opening handed(uint32_t id)
{
	return (struct opening){
		.id = id,
		.port = {PROTOCOL_TCP, {443, 443}},
		.scope = {.families = FAMILIES_BOTH},
		.via = VIA_FIREWALLD,
		.zone = "public",
		.handed = BOTH,
	};
}

/* The lines of the errands from one opening to another; either may be NULL. */
static const char *between(const struct opening *from, const struct opening *to, struct pool *pool)
{
	const struct state had = {.openings = {(struct opening *)from, from != NULL}},
			   wanted = {.openings = {(struct opening *)to, to != NULL}};
	CLEANUP(text_free) struct text lines = {0};
	struct errands errands;
	struct error err;

	assert_int_equal(errands_between(&had, &wanted, now, pool, &errands, &err), 0);
	for (size_t i = 0; i < errands.count; i++) {
		text_add(&lines, "%s", i ? "; " : "");
		errand_text(&errands.list[i], &lines);
	}
	return pool_text(pool, text_string(&lines));
}

static void test_what_is_new_is_asked_for_and_what_went_is_taken_away(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening one = handed(1);

	(void)state;
	assert_string_equal(between(NULL, &one, &pool),
			    "+ by firewalld: zone public, port 443/tcp, runtime and permanent");
	assert_string_equal(between(&one, NULL, &pool),
			    "- by firewalld: zone public, port 443/tcp, runtime and permanent");
	assert_string_equal(between(&one, &one, &pool), "");
}

static void test_rules_of_ours_are_nobodys_errand(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening ours = handed(1), theirs = handed(1);

	(void)state;
	ours.via = VIA_GUEST;
	assert_string_equal(between(NULL, &ours, &pool), "");
	assert_string_equal(between(&ours, &theirs, &pool),
			    "+ by firewalld: zone public, port 443/tcp, runtime and permanent");
	assert_string_equal(between(&theirs, &ours, &pool),
			    "- by firewalld: zone public, port 443/tcp, runtime and permanent");
}

static void test_what_was_there_before_is_not_taken_away(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening one = handed(1);

	(void)state;
	one.handed = HANDED_PERMANENT;
	assert_string_equal(between(&one, NULL, &pool),
			    "- by firewalld: zone public, port 443/tcp, permanent");
	one.handed = 0;
	assert_string_equal(between(&one, NULL, &pool), "");
}

static void test_what_does_not_outlast_a_boot_is_for_the_rules_of_now(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening until_boot = handed(1), saved = handed(1), until_then = handed(1);

	(void)state;
	until_boot.runtime = true;
	until_then.expires = now + 120;
	assert_string_equal(between(NULL, &until_boot, &pool),
			    "+ by firewalld: zone public, port 443/tcp, runtime");
	assert_string_equal(between(&until_boot, &saved, &pool),
			    "+ by firewalld: zone public, port 443/tcp, permanent");
	assert_string_equal(between(&saved, &until_boot, &pool),
			    "- by firewalld: zone public, port 443/tcp, permanent");
	assert_string_equal(between(NULL, &until_then, &pool),
			    "+ by firewalld: zone public, port 443/tcp, runtime, for 2 min");
}

static void test_another_end_is_asked_for_anew_and_what_has_ended_is_gone(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening soon = handed(1), later = handed(1), ended = handed(1);

	(void)state;
	soon.expires = now + 60;
	later.expires = now + 120;
	ended.expires = now;
	assert_string_equal(between(&soon, &later, &pool),
			    "- by firewalld: zone public, port 443/tcp, runtime; "
			    "+ by firewalld: zone public, port 443/tcp, runtime, for 2 min");
	assert_string_equal(between(&ended, NULL, &pool), "");
	assert_string_equal(between(NULL, &ended, &pool), "");
}

static void test_what_is_closed_until_the_next_boot_is_loaded_again(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening one = handed(1);
	const struct state open = {.openings = {&one, 1}}, closed = {.dormant = {&one, 1}}, none = {0};
	const struct {
		const struct state *from, *to;
		bool back;
		unsigned levels;
	} cases[] = {
		{&open, &closed, true, HANDED_RUNTIME},
		{&closed, &open, false, HANDED_RUNTIME},
		{&closed, &none, true, HANDED_PERMANENT},
	};
	struct errands errands;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(errands_between(cases[i].from, cases[i].to, now, &pool, &errands, &err), 0);
		assert_int_equal(errands.count, 1);
		assert_int_equal(errands.list[0].back, cases[i].back);
		assert_int_equal(errands.list[0].levels, cases[i].levels);
	}
}

static void test_scopes_are_told(void **state)
{
	static const struct prefix ten = {{FAMILY_IPV4, {10}}, 8}, one = {{FAMILY_IPV4, {192, 0, 2, 10}}, 32};
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening opening = handed(1);

	(void)state;
	opening.via = VIA_UFW;
	opening.zone = NULL;
	opening.scope = (struct scope){.families = FAMILY_BIT(FAMILY_IPV4),
				       .from = &ten,
				       .from_count = 1,
				       .to = &one,
				       .to_count = 1,
				       .iface = "eth0"};
	assert_string_equal(between(NULL, &opening, &pool),
			    "+ by ufw: port 443/tcp on eth0 from 10.0.0.0/8 to 192.0.2.10");
	opening.scope = (struct scope){.direction = DIRECTION_OUT, .families = FAMILY_BIT(FAMILY_IPV6)};
	assert_string_equal(between(NULL, &opening, &pool), "+ by ufw: out, port 443/tcp over IPv6");
}

static void test_the_inverse_goes_back_the_same_way(void **state)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct opening had = handed(1), wanted = handed(2);
	const struct state from = {.openings = {&had, 1}}, to = {.openings = {&wanted, 1}};
	struct errands errands, back;
	struct error err;

	(void)state;
	assert_int_equal(errands_between(&from, &to, now, &pool, &errands, &err), 0);
	assert_int_equal(errands_inverse(&errands, &pool, &back, &err), 0);
	assert_int_equal(back.count, 2);
	assert_true(back.list[0].back);
	assert_ptr_equal(back.list[0].opening, &wanted);
	assert_false(back.list[1].back);
	assert_ptr_equal(back.list[1].opening, &had);
	assert_true(errands_widen(&back));
	back.count = 1;
	assert_false(errands_widen(&back));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_new_is_asked_for_and_what_went_is_taken_away),
		cmocka_unit_test(test_rules_of_ours_are_nobodys_errand),
		cmocka_unit_test(test_what_was_there_before_is_not_taken_away),
		cmocka_unit_test(test_what_does_not_outlast_a_boot_is_for_the_rules_of_now),
		cmocka_unit_test(test_another_end_is_asked_for_anew_and_what_has_ended_is_gone),
		cmocka_unit_test(test_what_is_closed_until_the_next_boot_is_loaded_again),
		cmocka_unit_test(test_scopes_are_told),
		cmocka_unit_test(test_the_inverse_goes_back_the_same_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
