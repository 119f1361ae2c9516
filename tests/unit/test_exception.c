/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about those whom rules single out: who is told, and when nobody is left who speaks for all.
 */
#include "ask.h"
#include "cmocka_all.h"

#include <linux/netfilter/nf_tables.h>
#include <stdio.h>
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

static void test_accept_that_leaves_members_out_tells_them(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct answer *answer;

	(void)state;
	build_set(&build, input->table, "bl", NFT_SET_INTERVAL, "192.0.2.0/28 203.0.113.0/24");
	build_rule(&build, input, "ct state established accept");
	build_rule(&build, input, "ip saddr != @bl tcp dport 443 accept");
	answer = ask_in(&build, 443);
	assert_int_equal(entry(answer, FAMILY_IPV4)->verdict, ANSWER_OPEN);
	assert_string_equal(conditions(&build, answer),
			    "except 2 entries in set bl: not accepted by rule 2 of inet filter input");
}

static void test_every_test_that_leaves_somebody_out_is_told(void **state)
{
	struct chain *input = build_input(&build, false);

	(void)state;
	build_rule(&build, input, "tcp dport 443 ip saddr != 192.0.2.0/24 ip saddr != 198.51.100.1 accept");
	build_rule(&build, input, "reject");
	assert_string_equal(conditions(&build, ask_in(&build, 443)),
			    "except some sources: not accepted by rule 1 of inet filter input");
}

static void test_accept_that_leaves_an_ipv6_source_out_tells_it(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct family_answer *family;

	(void)state;
	build_rule(&build, input, "ip6 saddr != 2001:db8::/32 accept");
	family = entry(ask_in(&build, 443), FAMILY_IPV6);
	assert_int_equal(family->verdict, ANSWER_OPEN);
	assert_string_equal(conditions_of(&build, family),
			    "except 2001:db8::/32: not accepted by rule 1 of inet filter input");
}

static void test_jump_that_leaves_somebody_out_is_told(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_rule(&build, build_chain(&build, input->table, "allow"), "accept");
	build_rule(&build, input, "ip saddr != 192.0.2.0/24 jump allow");
	assert_string_equal(conditions(&build, ask_in(&build, 443)),
			    "except 192.0.2.0/24: treated apart by rule 1 of inet filter input");
}

static void test_member_of_a_map_is_told_beside_its_catch_all(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct answer *answer;

	(void)state;
	build_set(&build, input->table, "fate", NFT_SET_MAP, "192.0.2.66:drop *:accept");
	build_rule(&build, input, "ip saddr vmap @fate");
	answer = ask_in(&build, 443);
	assert_int_equal(entry(answer, FAMILY_IPV4)->verdict, ANSWER_OPEN);
	assert_string_equal(conditions(&build, answer),
			    "except 1 address in set fate: treated apart by rule 1 of inet filter input");
}

static struct chain *marked_sources(const char *line)
{
	struct chain *input = build_input(&build, false);

	build_rule(&build, input, line);
	return input;
}

static void test_source_that_is_marked_is_told(void **state)
{
	struct chain *input = marked_sources("ip saddr 192.0.2.66 meta mark set 1");

	(void)state;
	build_rule(&build, input, "meta mark 1 drop");
	assert_string_equal(conditions(&build, ask_in(&build, 443)),
			    "except 192.0.2.66: treated apart by rule 1 of inet filter input");
}

static void test_mark_that_a_later_test_does_not_undo_is_told(void **state)
{
	struct chain *input = marked_sources("ip saddr 192.0.2.66 meta mark set 1 tcp dport 22 log");

	(void)state;
	build_rule(&build, input, "meta mark 1 drop");
	assert_string_equal(conditions(&build, ask_in(&build, 443)),
			    "except 192.0.2.66: treated apart by rule 1 of inet filter input");
}

static void test_mark_that_nobody_reads_is_not_told(void **state)
{
	(void)state;
	marked_sources("ip saddr 192.0.2.66 meta mark set 1");
	assert_string_equal(conditions(&build, ask_in(&build, 443)), "");
}

static void test_source_whose_connection_is_marked_is_told(void **state)
{
	struct chain *input = marked_sources("ip saddr 192.0.2.66 ct mark set 1");

	(void)state;
	build_rule(&build, input, "ct mark 1 drop");
	assert_string_equal(conditions(&build, ask_in(&build, 443)),
			    "except 192.0.2.66: treated apart by rule 1 of inet filter input");
}

static void test_source_that_is_not_marked_is_told(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_rule(&build, input, "ip saddr != 192.0.2.66 meta mark set 1");
	build_rule(&build, input, "meta mark 1 accept");
	assert_string_equal(conditions(&build, ask_in(&build, 443)),
			    "except 192.0.2.66: treated apart by rule 1 of inet filter input");
}

static void test_source_that_is_not_tracked_is_told(void **state)
{
	struct chain *input = build_input(&build, true);
	struct chain *raw = build_base_chain(&build, input->table, "raw", HOOK_PREROUTING, -300, false);

	(void)state;
	build_rule(&build, raw, "ip saddr 192.0.2.66 notrack");
	build_rule(&build, input, "ct state new,established accept");
	assert_string_equal(conditions(&build, ask_in(&build, 443)),
			    "except 192.0.2.66: treated apart by rule 1 of inet filter raw");
}

static void expires_in(struct set *set, uint64_t milliseconds)
{
	for (size_t i = 0; i < set->element_count; i++)
		set->elements[i].expires = milliseconds;
}

static const struct answer *with_expiring_port(bool policy_drop, const char *line)
{
	struct chain *input = build_input(&build, policy_drop);

	expires_in(build_set(&build, input->table, "web", NFT_SET_TIMEOUT, "443"), 4200);
	build_rule(&build, input, line);
	return ask_in(&build, 443);
}

static void test_element_that_expires_is_told(void **state)
{
	const struct answer *answer = with_expiring_port(true, "tcp dport @web accept");

	(void)state;
	assert_int_equal(answer->verdict, ANSWER_OPEN);
	assert_int_equal(entry(answer, FAMILY_IPV4)->conditions[0].kind, CONDITION_TIME);
	assert_string_equal(conditions(&build, answer),
			    "until the element of set web expires in 5 seconds, which "
			    "rule 1 of inet filter input looks up");
}

static void test_element_that_spares_and_expires_is_told(void **state)
{
	const struct answer *answer = with_expiring_port(false, "tcp dport != @web drop");

	(void)state;
	assert_int_equal(answer->verdict, ANSWER_OPEN);
	assert_string_equal(conditions(&build, answer),
			    "until the element of set web expires in 5 seconds, which "
			    "rule 1 of inet filter input looks up");
}

static void test_expiry_that_changes_nothing_is_not_told(void **state)
{
	(void)state;
	assert_string_equal(conditions(&build, with_expiring_port(false, "tcp dport @web log")), "");
	assert_string_equal(
		conditions(&build, with_expiring_port(true, "tcp dport @web tcp flags & 4 4 drop")), "");
}

/* `set m { ...; limit rate 5/second; }` and `update @m { ip saddr } accept`: the rule itself shows no limit. */
static void test_limit_that_a_set_gives_its_elements_is_told(void **state)
{
	struct chain *input = build_input(&build, true);
	struct set *meter = build_set(&build, input->table, "m", NFT_SET_EVAL, "");
	const struct op limit = {.kind = OP_LIMIT, .limit = {.rate = 5, .unit = 1, .burst = 5}};

	(void)state;
	meter->ops = pool_copy(&build.pool, &limit, sizeof(limit));
	assert_non_null(meter->ops);
	meter->op_count = 1;
	build_rule(&build, input, "tcp dport 443 add @m saddr accept");
	assert_string_equal(
		conditions(&build, ask_in(&build, 443)),
		"below 5/second for each source; above that dropped by the policy of inet filter input");
}

static void test_rules_that_divide_everybody_are_a_condition(void **state)
{
	struct chain *input = build_input(&build, false);
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "ip saddr 0.0.0.0/1 tcp dport 443 accept");
	build_rule(&build, input, "ip saddr 128.0.0.0/1 tcp dport 443 drop");
	answer = ask_in(&build, 443);
	assert_int_equal(entry(answer, FAMILY_IPV4)->verdict, ANSWER_DEPENDS);
	assert_string_equal(conditions(&build, answer),
			    "!except all but 0.0.0.0/1: not accepted by rule 1 of inet filter input");
	assert_string_equal(decider(&build, answer, PACKET_SYN),
			    "depends on the peer's address at rule 1 of inet filter input (admin, handle 3)");
}

static void test_rules_that_divide_everybody_behind_many_that_do_not(void **state)
{
	struct chain *input = build_input(&build, false);
	char line[64];

	(void)state;
	for (int i = 0; i < 40; i++) {
		snprintf(line, sizeof(line), "ip saddr 7.0.%d.1 accept", i);
		build_rule(&build, input, line);
	}
	build_rule(&build, input, "ip saddr 0.0.0.0/1 accept");
	build_rule(&build, input, "ip saddr 128.0.0.0/1 drop");
	assert_int_equal(entry(ask_in(&build, 443), FAMILY_IPV4)->verdict, ANSWER_DEPENDS);
}

/* More tests of the source in one rule than are kept: they are told only where the rule does something. */
static void test_many_tests_in_one_rule_divide_nobody_by_themselves(void **state)
{
	struct chain *input = build_input(&build, false);
	struct chain *other = build_base_chain(&build, input->table, "other", HOOK_FORWARD, 0, false);
	const struct answer *answer;

	(void)state;
	build_rule(&build, other, "ip saddr 0.0.0.0/1 drop");
	build_rule(&build, other, "ip saddr 128.0.0.0/1 drop");
	build_rule(&build, input,
		   "ip saddr != 192.0.2.1 ip saddr != 192.0.2.2 ip saddr != 192.0.2.3 ip saddr != 192.0.2.4 "
		   "ip saddr != 192.0.2.5 ip saddr != 192.0.2.6 ip saddr != 192.0.2.7 ip saddr != 192.0.2.8 "
		   "ip saddr != 192.0.2.9 tcp dport 80 drop");
	answer = ask_in(&build, 443);
	assert_int_equal(entry(answer, FAMILY_IPV4)->verdict, ANSWER_OPEN);
	assert_string_equal(conditions(&build, answer), "");
}

static void test_rules_that_compute_with_the_source_are_a_condition(void **state)
{
	struct chain *input = build_input(&build, false);
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "ip saddr & 0.0.0.1 0.0.0.1 drop");
	answer = ask_in(&build, 443);
	assert_int_not_equal(entry(answer, FAMILY_IPV4)->verdict, ANSWER_OPEN);
}

static void test_what_names_all_that_are_asked_about_divides_nobody(void **state)
{
	struct chain *input = build_input(&build, true);
	struct prefix office = prefix_named("10.1.0.0/16");
	struct query query = query_in(443);
	const struct answer *answer;

	(void)state;
	build_rule(&build, input, "ip saddr 10.0.0.0/8 tcp dport 443 accept");
	query.peer = &office;
	answer = ask(&build, query);
	assert_int_equal(answer->verdict, ANSWER_OPEN);
	assert_string_equal(conditions(&build, answer), "");
}

/* A question about what this host sends is answered for root, and rules may be about others. */
static void test_users_that_a_rule_tells_apart_are_told(void **state)
{
	struct table *table = build_table(&build, TABLE_INET, "filter");
	struct chain *output = build_base_chain(&build, table, "output", HOOK_OUTPUT, 0, false);
	const struct answer *answer;

	(void)state;
	build_rule(&build, output, "meta skuid 1000 tcp dport 25 drop");
	build_rule(&build, output, "meta skuid != 0 tcp dport 443 drop");
	answer = ask(&build, query_out(443));
	assert_int_equal(answer->verdict, ANSWER_OPEN);
	assert_string_equal(conditions(&build, answer),
			    "except some users other than root: dropped by rule 2 of inet filter output");
	assert_string_equal(conditions(&build, ask_in(&build, 443)), "");
}

/* As matches of x_tables are that match nothing. */
static void test_rule_that_breaks_for_everybody_leaves_nobody_out(void **state)
{
	struct rule *rule = build_rule(&build, build_input(&build, false), "ip saddr 192.0.2.0/24 drop");
	struct op ops[8];
	size_t drop = rule->op_count - 1;

	(void)state;
	memcpy(ops, rule->ops, drop * sizeof(ops[0]));
	ops[drop] = (struct op){.kind = OP_VERDICT, .verdict = {.code = VERDICT_BREAK}};
	ops[drop + 1] = rule->ops[drop];
	rule->ops = ops;
	rule->op_count = drop + 2;
	assert_string_equal(conditions(&build, ask_in(&build, 443)), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, start, finish)
		CLAIM(test_accept_that_leaves_members_out_tells_them),
		CLAIM(test_every_test_that_leaves_somebody_out_is_told),
		CLAIM(test_accept_that_leaves_an_ipv6_source_out_tells_it),
		CLAIM(test_jump_that_leaves_somebody_out_is_told),
		CLAIM(test_member_of_a_map_is_told_beside_its_catch_all),
		CLAIM(test_source_that_is_marked_is_told),
		CLAIM(test_mark_that_a_later_test_does_not_undo_is_told),
		CLAIM(test_mark_that_nobody_reads_is_not_told),
		CLAIM(test_source_whose_connection_is_marked_is_told),
		CLAIM(test_source_that_is_not_marked_is_told),
		CLAIM(test_source_that_is_not_tracked_is_told),
		CLAIM(test_element_that_expires_is_told),
		CLAIM(test_element_that_spares_and_expires_is_told),
		CLAIM(test_expiry_that_changes_nothing_is_not_told),
		CLAIM(test_limit_that_a_set_gives_its_elements_is_told),
		CLAIM(test_rules_that_divide_everybody_are_a_condition),
		CLAIM(test_rules_that_divide_everybody_behind_many_that_do_not),
		CLAIM(test_many_tests_in_one_rule_divide_nobody_by_themselves),
		CLAIM(test_rules_that_compute_with_the_source_are_a_condition),
		CLAIM(test_what_names_all_that_are_asked_about_divides_nobody),
		CLAIM(test_users_that_a_rule_tells_apart_are_told),
		CLAIM(test_rule_that_breaks_for_everybody_leaves_nobody_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
