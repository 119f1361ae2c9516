/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about hooks of equal priority in two tables: which of them is first nobody can say, and sometimes it matters.
 */
#include "ask.h"
#include "cmocka_all.h"

#include <string.h>

static struct build build;

static int start(void **state)
{
	(void)state;
	build_start(&build);
	build_host(&build);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	build_end(&build);
	return 0;
}

static struct chain *chain_in(const char *table, enum hook hook, int priority, bool policy_drop)
{
	return build_base_chain(&build, build_table(&build, TABLE_IP, table), "c", hook, priority,
				policy_drop);
}

static struct chain *nat_in(const char *table, const char *line)
{
	struct chain *chain = chain_in(table, HOOK_PREROUTING, -100, false);

	chain->type = CHAIN_NAT;
	build_rule(&build, chain, line);
	return chain;
}

static const char *verdict_of(uint16_t port)
{
	return verdict_word(entry(ask_in(&build, port), FAMILY_IPV4)->verdict);
}

static void test_mark_that_a_tied_chain_sets_may_come_too_late(void **state)
{
	const struct answer *answer;

	(void)state;
	build_rule(&build, chain_in("t1", HOOK_INPUT, 0, false), "meta mark set 1");
	build_rule(&build, chain_in("t2", HOOK_INPUT, 0, true), "meta mark 1 accept");
	answer = ask_in(&build, 443);
	assert_int_equal(entry(answer, FAMILY_IPV4)->verdict, ANSWER_DEPENDS);
	assert_string_equal(conditions(&build, answer),
			    "!depends on which of ip t1 c, ip t2 c comes first, "
			    "the one registered last: they have the same priority");
	assert_string_equal(decider(&build, answer, PACKET_SYN),
			    "depends on the order of chains of equal priority at the policy of ip t2 c");
	assert_int_equal(entry(answer, FAMILY_IPV4)->blocker_count, 0);
}

/* In place of the comparison of the address that was loaded. */
static void set_op(struct chain *chain, const char *line, struct op op)
{
	build_rule(&build, chain, line);
	((struct op *)chain->rules[0]->ops)[1] = op;
}

static void test_list_of_recent_that_a_tied_chain_adds_to(void **state)
{
	static struct set list = {.name = "SEEN", .keeper = SET_OF_RECENT, .key_length = 4};
	const struct op add = {.kind = OP_DYNSET, .length = 4, .dynset = {"SEEN", &list}};
	const struct op unseen = {.kind = OP_LOOKUP, .invert = true, .length = 4, .lookup = {"SEEN", &list}};

	(void)state;
	set_op(chain_in("t1", HOOK_INPUT, 0, false), "ip saddr 192.0.2.1 counter", add);
	set_op(chain_in("t2", HOOK_INPUT, 0, false), "ip saddr 192.0.2.1 drop", unseen);
	assert_string_equal(verdict_of(443), "depends");
}

static void test_tied_filters_are_open_in_every_order(void **state)
{
	(void)state;
	build_rule(&build, chain_in("t1", HOOK_INPUT, 0, true), "tcp dport 443 accept");
	build_rule(&build, chain_in("t2", HOOK_INPUT, 0, true), "tcp dport 443 accept");
	assert_string_equal(verdict_of(443), "open");
	assert_string_equal(verdict_of(80), "blocked");
}

static void test_chains_of_one_table_are_as_old_as_their_handles(void **state)
{
	struct chain *older = chain_in("t", HOOK_INPUT, 0, true);

	(void)state;
	build_rule(&build, older, "meta mark 1 accept");
	build_rule(&build, build_base_chain(&build, older->table, "newer", HOOK_INPUT, 0, false),
		   "meta mark set 1");
	assert_string_equal(verdict_of(443), "open");
}

static void test_two_redirects_in_two_tables(void **state)
{
	struct chain *input;

	(void)state;
	nat_in("t1", "tcp dport 443 redirect 8443");
	nat_in("t2", "tcp dport 443 redirect 9443");
	input = chain_in("t3", HOOK_INPUT, 0, true);
	build_rule(&build, input, "tcp dport 8443 accept");
	assert_string_equal(verdict_of(443), "depends");
	build_rule(&build, input, "tcp dport 9443 accept");
	assert_string_equal(verdict_of(443), "open");
}

/* Five masquerades in five tables are 120 orders, and an inbound conversation meets none of them. */
static void test_nat_chains_of_the_other_direction_do_not_matter(void **state)
{
	static const char *const tables[] = {"a", "b", "c", "d", "e"};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct chain *chain = chain_in(tables[i], HOOK_POSTROUTING, 100, false);

		chain->type = CHAIN_NAT;
		build_rule(&build, chain, "masquerade");
	}
	assert_string_equal(verdict_of(443), "open");
}

static void test_drop_that_may_come_before_a_tied_redirect(void **state)
{
	(void)state;
	nat_in("t1", "tcp dport 443 redirect 8443");
	nat_in("t2", "tcp dport 443 drop");
	assert_string_equal(verdict_of(443), "depends");
}

static void test_chain_tied_with_connection_tracking(void **state)
{
	const struct answer *answer;

	(void)state;
	build_rule(&build, chain_in("t", HOOK_PREROUTING, -200, false), "ct state invalid drop");
	answer = ask_in(&build, 443);
	assert_int_equal(entry(answer, FAMILY_IPV4)->verdict, ANSWER_DEPENDS);
	assert_non_null(
		strstr(conditions(&build, answer), "which of connection tracking, ip t c comes first"));
}

static void test_replies_tied_with_connection_tracking(void **state)
{
	(void)state;
	build_rule(&build, chain_in("t", HOOK_OUTPUT, -200, true), "ct state established accept");
	assert_string_equal(verdict_of(443), "depends");
}

static void test_chain_tied_with_the_dispatcher_of_nat(void **state)
{
	(void)state;
	nat_in("n", "tcp dport 443 redirect 8443");
	build_rule(&build, chain_in("f", HOOK_PREROUTING, -100, false), "tcp dport 8443 drop");
	assert_string_equal(verdict_of(443), "depends");
	assert_string_equal(verdict_of(8443), "blocked");
	assert_string_equal(verdict_of(80), "open");
}

static void test_reply_tied_with_the_dispatcher_of_nat(void **state)
{
	(void)state;
	nat_in("n", "tcp dport 443 redirect 8443");
	build_rule(&build, chain_in("f", HOOK_POSTROUTING, 100, false), "tcp sport 443 drop");
	assert_string_equal(verdict_of(443), "depends");
}

static void test_marks_of_more_tied_chains_than_can_be_told_are_unknown(void **state)
{
	static const char *const tables[] = {"a", "b", "c", "d", "e"};

	(void)state;
	for (size_t i = 0; i < 5; i++)
		build_rule(&build, chain_in(tables[i], HOOK_INPUT, 0, false), "meta mark set 1");
	assert_string_equal(verdict_of(443), "unknown");
}

static void test_chain_tied_with_nat_of_the_source(void **state)
{
	struct chain *nat = chain_in("t1", HOOK_POSTROUTING, 100, false);
	const struct answer *answer;

	(void)state;
	nat->type = CHAIN_NAT;
	build_rule(&build, nat, "tcp dport 443 snat 192.0.2.99");
	build_rule(&build, chain_in("t2", HOOK_POSTROUTING, 100, false), "ip saddr 192.0.2.99 drop");
	answer = ask(&build, query_out(443));
	assert_string_equal(verdict_word(entry(answer, FAMILY_IPV4)->verdict), "depends");
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, start, finish)
	const struct CMUnitTest tests[] = {
		CLAIM(test_mark_that_a_tied_chain_sets_may_come_too_late),
		CLAIM(test_list_of_recent_that_a_tied_chain_adds_to),
		CLAIM(test_tied_filters_are_open_in_every_order),
		CLAIM(test_chains_of_one_table_are_as_old_as_their_handles),
		CLAIM(test_two_redirects_in_two_tables),
		CLAIM(test_nat_chains_of_the_other_direction_do_not_matter),
		CLAIM(test_drop_that_may_come_before_a_tied_redirect),
		CLAIM(test_chain_tied_with_connection_tracking),
		CLAIM(test_replies_tied_with_connection_tracking),
		CLAIM(test_chain_tied_with_the_dispatcher_of_nat),
		CLAIM(test_reply_tied_with_the_dispatcher_of_nat),
		CLAIM(test_chain_tied_with_nat_of_the_source),
		CLAIM(test_marks_of_more_tied_chains_than_can_be_told_are_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
