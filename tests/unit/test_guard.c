/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lock-out guard: an administrator at 192.0.2.7 on port 22, before and after a change.
 */
#include "cmocka_all.h"

#include "build.h"

#include "fwport/guard.h"

static const struct connection ssh = {
	.local = {FAMILY_IPV4, {192, 0, 2, 10}},
	.peer = {FAMILY_IPV4, {192, 0, 2, 7}},
	.local_port = 22,
	.peer_port = 40000,
};

/* What the guard says of going from a chain with the first lines to one with the second; NULL when nothing stops. */
static const char *verdict_for(const struct connection *connection, struct build before[2],
			       const char *const *lines_before, const char *const *lines_after)
{
	const char *const *const lines[2] = {lines_before, lines_after};
	struct connection list[] = {*connection};
	const struct connections connections = {.list = list, .count = 1, .evidence = "sshd (pid 812)"};
	const char *sentence = "unset";
	struct error err = {0};

	for (size_t i = 0; i < 2; i++) {
		struct chain *input;

		build_start(&before[i]);
		build_host(&before[i]);
		input = build_input(&before[i], true);
		for (const char *const *line = lines[i]; *line; line++)
			build_rule(&before[i], input, *line);
	}
	assert_int_equal(guard_check(&before[0].ruleset, &before[1].ruleset, &before[0].host, &connections,
				     &before[0].pool, &sentence, &err),
			 0);
	return sentence;
}

static const char *verdict_of(struct build before[2], const char *const *lines_before,
			      const char *const *lines_after)
{
	return verdict_for(&ssh, before, lines_before, lines_after);
}

static void end_both(struct build both[2])
{
	build_end(&both[0]);
	build_end(&both[1]);
}

static void test_unchanged_rules_lock_nobody_out(void **state)
{
	static const char *const lines[] = {"tcp dport 22 accept", NULL};
	struct build both[2];

	(void)state;
	assert_null(verdict_of(both, lines, lines));
	end_both(both);
}

static void test_losing_the_only_accept_cuts_the_session(void **state)
{
	static const char *const before[] = {"tcp dport 22 accept", NULL}, *const after[] = {
										   "tcp dport 80 accept",
										   NULL};
	struct build both[2];

	(void)state;
	assert_string_equal(verdict_of(both, before, after),
			    "the connection from 192.0.2.7 to port 22 (found by sshd (pid 812)) would be "
			    "blocked by the policy of "
			    "inet filter input");
	end_both(both);
}

static void test_established_goes_on_but_a_new_one_would_not(void **state)
{
	static const char *const before[] = {"ct state established accept", "tcp dport 22 accept", NULL},
				 *const after[] = {"ct state established accept", NULL};
	struct build both[2];

	(void)state;
	assert_string_equal(verdict_of(both, before, after),
			    "a new connection from 192.0.2.7 to port 22 (found by sshd (pid 812)) would be "
			    "blocked by the policy of "
			    "inet filter input");
	end_both(both);
}

static void test_a_session_that_hangs_on_established_alone_is_guarded(void **state)
{
	static const char *const before[] = {"ct state established accept", NULL}, *const after[] = {NULL};
	struct build both[2];

	(void)state;
	assert_non_null(verdict_of(both, before, after));
	end_both(both);
}

static void test_what_was_blocked_before_is_no_lock_out(void **state)
{
	static const char *const before[] = {"tcp dport 80 accept", NULL}, *const after[] = {NULL};
	struct build both[2];

	(void)state;
	assert_null(verdict_of(both, before, after));
	end_both(both);
}

static void test_another_way_in_for_this_very_peer_suffices(void **state)
{
	static const char *const before[] = {"tcp dport 22 accept", NULL},
				 *const after[] = {"ip saddr 192.0.2.0/24 accept", NULL};
	struct build both[2];

	(void)state;
	assert_null(verdict_of(both, before, after));
	end_both(both);
}

/* A host answers on one interface for the address of another. */
static void test_session_to_the_address_of_another_interface_is_guarded(void **state)
{
	static const char *const before[] = {"iifname eth0 tcp dport 22 accept", NULL}, *const after[] = {
												NULL};
	const struct connection weak = {
		{FAMILY_IPV4, {10, 1, 0, 10}}, {FAMILY_IPV4, {192, 0, 2, 7}}, 22, 40000};
	struct build both[2];

	(void)state;
	assert_non_null(verdict_for(&weak, both, before, after));
	end_both(both);
}

static void test_session_of_this_very_host_needs_no_guard(void **state)
{
	static const char *const before[] = {"tcp dport 22 accept", NULL}, *const after[] = {NULL};
	const struct connection local = {
		{FAMILY_IPV4, {127, 0, 0, 1}}, {FAMILY_IPV4, {127, 0, 0, 1}}, 22, 40000};
	struct build both[2];

	(void)state;
	assert_null(verdict_for(&local, both, before, after));
	end_both(both);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unchanged_rules_lock_nobody_out),
		cmocka_unit_test(test_losing_the_only_accept_cuts_the_session),
		cmocka_unit_test(test_established_goes_on_but_a_new_one_would_not),
		cmocka_unit_test(test_a_session_that_hangs_on_established_alone_is_guarded),
		cmocka_unit_test(test_what_was_blocked_before_is_no_lock_out),
		cmocka_unit_test(test_another_way_in_for_this_very_peer_suffices),
		cmocka_unit_test(test_session_to_the_address_of_another_interface_is_guarded),
		cmocka_unit_test(test_session_of_this_very_host_needs_no_guard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
