/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lock-out guard: an administrator at 192.0.2.7 on port 22, before and after a change.
 */
#include "cmocka_all.h"

#include "build.h"

#include "fwport/guard.h"

#include <string.h>

#define SSH                                                                                               \
	.local = {FAMILY_IPV4, {192, 0, 2, 10}}, .peer = {FAMILY_IPV4, {192, 0, 2, 7}}, .local_port = 22, \
	.peer_port = 40000
#define TRACKED \
	.known = TRACKING_ENTRY, .answered = true, .asked = {FAMILY_IPV4, {192, 0, 2, 10}}, .asked_port = 22

static const struct connection ssh = {SSH, .tracking = {TRACKED}},
			       stranger = {SSH, .tracking = {.known = TRACKING_NONE}}, unsure = {SSH};

static void rulesets(struct build both[2], const char *const *before, const char *const *after)
{
	const char *const *const lines[2] = {before, after};

	for (size_t i = 0; i < 2; i++) {
		struct chain *input;

		build_start(&both[i]);
		build_host(&both[i]);
		input = build_input(&both[i], true);
		for (const char *const *line = lines[i]; *line; line++)
			build_rule(&both[i], input, *line);
	}
}

static const char *check(const struct connection *connection, struct build both[2])
{
	struct connection list[] = {*connection};
	const struct connections connections = {.list = list, .count = 1, .evidence = "sshd (pid 812)"};
	const char *sentence = "unset";
	struct error err = {0};

	assert_int_equal(guard_check(&both[0].ruleset, &both[1].ruleset, &both[0].host, &connections,
				     &both[0].pool, &sentence, &err),
			 0);
	return sentence;
}

/* What the guard says of going from a chain with the first lines to one with the second; NULL when nothing stops. */
static const char *verdict_for(const struct connection *connection, struct build both[2],
			       const char *const *before, const char *const *after)
{
	rulesets(both, before, after);
	return check(connection, both);
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
	const struct connection weak = {.local = {FAMILY_IPV4, {10, 1, 0, 10}},
					.peer = {FAMILY_IPV4, {192, 0, 2, 7}},
					.local_port = 22};
	struct build both[2];

	(void)state;
	assert_non_null(verdict_for(&weak, both, before, after));
	end_both(both);
}

static void test_session_over_link_local_addresses_is_guarded(void **state)
{
	static const char *const before[] = {"iifname eth0 tcp dport 22 accept", NULL}, *const after[] = {
												NULL};
	const struct connection linked = {.local = {FAMILY_IPV6, {0xfe, 0x80, [15] = 10}},
					  .peer = {FAMILY_IPV6, {0xfe, 0x80, [15] = 7}},
					  .local_port = 22,
					  .peer_port = 40000,
					  .tracking = {.known = TRACKING_NONE}};
	struct build both[2];

	(void)state;
	rulesets(both, before, after);
	both[0].host.addresses[4] = (struct host_address){2, {linked.local, 64}, linked.local};
	assert_non_null(check(&linked, both));
	end_both(both);
}

static void test_session_of_this_very_host_needs_no_guard(void **state)
{
	static const char *const before[] = {"tcp dport 22 accept", NULL}, *const after[] = {NULL};
	const struct connection local = {.local = {FAMILY_IPV4, {127, 0, 0, 1}},
					 .peer = {FAMILY_IPV4, {127, 0, 0, 1}},
					 .local_port = 22};
	struct build both[2];

	(void)state;
	assert_null(verdict_for(&local, both, before, after));
	end_both(both);
}

#define IT_WOULD_BE_BLOCKED                                                                                  \
	"the connection from 192.0.2.7 to port 22 (found by sshd (pid 812)) would be blocked by the policy " \
	"of inet filter input"

/* Tracking comes on: a new connection passes, one that tracking has seen begin does, and one that it has not does not. */
static const char *const no_tracking[] = {"tcp dport 22 accept", NULL};
static const char *const only_syns[] = {"ct state established accept",
					"tcp dport 22 tcp flags & 0x12 0x02 accept", NULL};

static void test_a_connection_without_an_entry_is_judged_as_new(void **state)
{
	struct build both[2];

	(void)state;
	assert_string_equal(verdict_for(&stranger, both, no_tracking, only_syns), IT_WOULD_BE_BLOCKED);
	assert_null(check(&ssh, both));
	end_both(both);
}

static void test_a_connection_that_may_have_no_entry_must_pass_either_way(void **state)
{
	struct build both[2];

	(void)state;
	assert_string_equal(verdict_for(&unsure, both, no_tracking, only_syns), IT_WOULD_BE_BLOCKED);
	end_both(both);
}

/* Not even that is seen from the side of the server: it may be the next to send, and then is the one who begins. */
static void test_either_side_may_send_next(void **state)
{
	static const char *const lines[] = {"ct state established accept", "tcp dport 22 accept", NULL};
	struct build both[2];
	struct chain *output;

	(void)state;
	rulesets(both, no_tracking, lines);
	output = build_base_chain(&both[1], both[1].ruleset.tables[0], "output", HOOK_OUTPUT, 0, false);
	build_rule(&both[1], output, "ct state new drop");
	assert_non_null(strstr(check(&stranger, both), "inet filter output"));
	end_both(both);
}

static void test_what_conntrack_does_not_pick_up_is_invalid(void **state)
{
	static const char *const lines[] = {"ct state invalid drop", "tcp dport 22 accept", NULL};
	struct build both[2];

	(void)state;
	assert_null(verdict_for(&stranger, both, no_tracking, lines));
	both[0].host.tracks_midway = false;
	both[0].host.ignores_midway = true;
	assert_non_null(strstr(check(&stranger, both), "blocked by rule 1 of inet filter input"));
	assert_null(check(&ssh, both));
	end_both(both);
}

static void test_where_it_is_not_known_whether_it_is_picked_up_it_may_be_lost(void **state)
{
	static const char *const lines[] = {"ct state invalid drop", "tcp dport 22 accept", NULL};
	struct build both[2];

	(void)state;
	rulesets(both, no_tracking, lines);
	both[0].host.tracks_midway = false;
	assert_non_null(strstr(check(&stranger, both), "no longer be sure to pass"));
	end_both(both);
}

static void test_one_sided_entry_is_not_established(void **state)
{
	static const char *const before[] = {"ct state new accept", NULL},
				 *const after[] = {"ct state new tcp flags & 0x12 0x02 accept", NULL};
	struct connection half = ssh;
	struct build both[2];

	(void)state;
	half.tracking.answered = false;
	assert_string_equal(verdict_for(&half, both, before, after), IT_WOULD_BE_BLOCKED);
	half.tracking.begun_here = true;
	assert_null(check(&half, both));
	end_both(both);
}

static void test_the_mark_of_the_entry_counts(void **state)
{
	static const char *const before[] = {"ct mark 7 accept", NULL}, *const after[] = {NULL};
	struct connection marked = ssh;
	struct build both[2];

	(void)state;
	assert_null(verdict_for(&ssh, both, before, after));
	marked.tracking.mark = 7;
	assert_string_equal(check(&marked, both), IT_WOULD_BE_BLOCKED);
	end_both(both);
}

static void test_the_port_of_the_client_counts(void **state)
{
	static const char *const before[] = {"tcp sport 40000 accept", NULL}, *const after[] = {NULL};
	struct connection other = ssh;
	struct build both[2];

	(void)state;
	assert_string_equal(verdict_for(&ssh, both, before, after), IT_WOULD_BE_BLOCKED);
	other.peer_port = 40001;
	assert_non_null(strstr(check(&other, both), "a new connection"));
	end_both(both);
}

/* As policy writes them for connections that go on. */
static void test_an_accept_of_its_own_for_both_ends_saves_a_connection(void **state)
{
	struct build both[2];
	struct connection other = stranger;
	struct chain *input;

	(void)state;
	rulesets(both, no_tracking, only_syns);
	input = both[1].ruleset.tables[0]->chains[0];
	build_set(&both[1], input->table, "pairs", 0, "192.0.2.7,40000");
	build_rule(&both[1], input, "ip saddr . tcp sport @pairs accept");
	assert_null(check(&stranger, both));
	other.peer_port = 40001;
	assert_string_equal(check(&other, both), IT_WOULD_BE_BLOCKED);
	end_both(both);
}

static void redirect(struct build *build)
{
	struct chain *nat = build_base_chain(build, build_table(build, TABLE_INET, "nat"), "nat",
					     HOOK_PREROUTING, -100, false);

	nat->type = CHAIN_NAT;
	build_rule(build, nat, "tcp dport 22 redirect 2222");
}

/* An entry keeps the place that NAT gave it; a new connection asks for the port that the client knows. */
static void test_a_port_that_nat_moved_is_asked_for_where_the_client_knows_it(void **state)
{
	static const char *const lines[] = {"tcp dport 2222 accept", NULL};
	struct connection moved = ssh;
	struct build both[2];

	(void)state;
	moved.local_port = 2222;
	rulesets(both, lines, lines);
	redirect(&both[0]);
	redirect(&both[1]);
	assert_null(check(&moved, both));
	end_both(both);

	rulesets(both, lines, lines);
	redirect(&both[0]);
	build_rule(&both[1], both[1].ruleset.tables[0]->chains[0], "ct state established accept");
	assert_string_equal(
		check(&moved, both),
		"a new connection from 192.0.2.7 to port 2222 (found by sshd (pid 812)) would be blocked "
		"by the policy of inet filter input");
	end_both(both);
}

/* What NAT has moved comes to nobody once nothing tracks it. */
static void test_a_moved_connection_ends_with_tracking(void **state)
{
	static const char *const lines[] = {"tcp dport 2222 accept", NULL}, *const all[] = {"accept", NULL};
	struct connection moved = ssh;
	struct build both[2];

	(void)state;
	moved.local_port = 2222;
	rulesets(both, lines, all);
	redirect(&both[0]);
	assert_non_null(strstr(check(&moved, both), "no longer be sure to pass"));
	end_both(both);
}

static struct toll count(struct build both[2], const struct connection *list, size_t count)
{
	struct connection copies[4];
	struct listener ssh_listener = {.family = FAMILY_IPV4, .any = true, .port = 22};
	const struct listeners listeners = {&ssh_listener, 1};
	const struct connections connections = {.list = copies, .count = count};
	struct error err = {0};
	struct toll toll;

	memcpy(copies, list, count * sizeof(*list));
	assert_int_equal(guard_count(&both[0].ruleset, &both[1].ruleset, &both[0].host, &connections,
				     &listeners, &both[0].pool, &toll, &err),
			 0);
	return toll;
}

static const struct connection outgoing = {.local = {FAMILY_IPV4, {192, 0, 2, 10}},
					   .peer = {FAMILY_IPV4, {192, 0, 2, 8}},
					   .local_port = 50000,
					   .peer_port = 443,
					   .tracking = {.known = TRACKING_NONE}},
			       inside = {.local = {FAMILY_IPV4, {127, 0, 0, 1}},
					 .peer = {FAMILY_IPV4, {127, 0, 0, 1}},
					 .local_port = 50000,
					 .peer_port = 22};

static void test_connections_that_stop_are_counted_whichever_way_they_went(void **state)
{
	const struct connection list[] = {inside, outgoing, stranger, ssh};
	static const char *const before[] = {"accept", NULL};
	struct build both[2];
	struct toll toll;

	(void)state;
	rulesets(both, before, only_syns);
	toll = count(both, list, 4);
	assert_int_equal(toll.judged, 3);
	assert_int_equal(toll.stopped, 2);
	assert_string_equal(
		toll.sentence,
		"2 of 3 established connections would stop passing: the connection to 192.0.2.8 port 443 "
		"would be blocked by the policy of inet filter input");
	end_both(both);
}

static void test_connections_with_an_accept_of_their_own_do_not_count(void **state)
{
	static const char *const before[] = {"accept", NULL}, *const after[] = {
								      "ct state established accept",
								      "tcp sport 443 tcp dport 50000 accept",
								      "tcp sport 40000 tcp dport 22 accept",
								      NULL};
	const struct connection list[] = {outgoing, stranger};
	struct build both[2];
	struct toll toll;

	(void)state;
	rulesets(both, before, after);
	toll = count(both, list, 2);
	assert_int_equal(toll.judged, 2);
	assert_int_equal(toll.stopped, 0);
	assert_null(toll.sentence);
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
		cmocka_unit_test(test_session_over_link_local_addresses_is_guarded),
		cmocka_unit_test(test_session_of_this_very_host_needs_no_guard),
		cmocka_unit_test(test_a_connection_without_an_entry_is_judged_as_new),
		cmocka_unit_test(test_a_connection_that_may_have_no_entry_must_pass_either_way),
		cmocka_unit_test(test_either_side_may_send_next),
		cmocka_unit_test(test_what_conntrack_does_not_pick_up_is_invalid),
		cmocka_unit_test(test_where_it_is_not_known_whether_it_is_picked_up_it_may_be_lost),
		cmocka_unit_test(test_one_sided_entry_is_not_established),
		cmocka_unit_test(test_the_mark_of_the_entry_counts),
		cmocka_unit_test(test_the_port_of_the_client_counts),
		cmocka_unit_test(test_an_accept_of_its_own_for_both_ends_saves_a_connection),
		cmocka_unit_test(test_a_port_that_nat_moved_is_asked_for_where_the_client_knows_it),
		cmocka_unit_test(test_a_moved_connection_ends_with_tracking),
		cmocka_unit_test(test_connections_that_stop_are_counted_whichever_way_they_went),
		cmocka_unit_test(test_connections_with_an_accept_of_their_own_do_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
