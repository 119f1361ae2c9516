/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands behind a blocker holds for those who get past it, and for a guest before it, too: bans, rates, and the policy
 * behind a return. The same in a table of nft's, of iptables-nft's and of iptables-legacy's.
 */
#include "plan_fixture.h"

#include "cmocka_all.h"

#include <string.h>

static const struct kind {
	enum table_family family;
	const char *table;
	enum engine engine;
	enum owner owner;
} kinds[] = {
	{TABLE_INET, "guard", ENGINE_NFT, OWNER_ADMIN},
	{TABLE_IP, "filter", ENGINE_NFT, OWNER_IPTABLES_NFT},
	{TABLE_IP, "filter", ENGINE_LEGACY, OWNER_LEGACY},
};

static struct chain *input_of(struct plan_fixture *fixture, const struct kind *kind, bool policy_drop)
{
	struct table *table = build_table(&fixture->build, kind->family, kind->table);

	table->engine = kind->engine;
	table->owner = kind->owner;
	return build_base_chain(&fixture->build, table, "INPUT", HOOK_INPUT, 0, policy_drop);
}

static struct chain *chain_of(struct plan_fixture *fixture, const struct chain *beside, const char *name)
{
	return build_chain(&fixture->build, beside->table, name);
}

static void rules(struct plan_fixture *fixture, struct chain *chain, const char *const *lines)
{
	for (; *lines; lines++)
		build_rule(&fixture->build, chain, *lines);
}

/* The opening of 443 is refused with a sentence that holds this. */
static void refuses(struct plan_fixture *fixture, const char *words)
{
	const struct opening_answer *result;

	fixture_want(fixture, "443 ipv4");
	fixture_plan(fixture);
	result = fixture_result(fixture, 0, FAMILY_IPV4);
	assert_int_equal(result->answer->verdict, ANSWER_BLOCKED);
	assert_non_null(result->refused);
	if (!strstr(result->refused, words))
		fail_msg("\"%s\" is not in \"%s\"", words, result->refused);
}

static void opens(struct plan_fixture *fixture)
{
	fixture_want(fixture, "443 ipv4");
	fixture_plan(fixture);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
	fixture_settles(fixture);
}

/* A claim about one kind of table, on a host of its own. */
static void for_each_kind(void (*claim)(struct plan_fixture *fixture, const struct kind *kind))
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		void *fixture;

		assert_int_equal(fixture_start(&fixture), 0);
		claim(fixture, &kinds[i]);
		assert_int_equal(fixture_end(&fixture), 0);
	}
}

/* Whoever asks for port 22 comes back from the chain `w`, and meets what stands behind its call. */
static struct chain *input_behind_w(struct plan_fixture *fixture, const struct kind *kind, bool policy_drop,
				    const char *const *behind)
{
	struct chain *input = input_of(fixture, kind, policy_drop);

	rules(fixture, chain_of(fixture, input, "w"),
	      (const char *const[]){"tcp dport 22 return", "drop", NULL});
	build_rule(&fixture->build, input, "jump w");
	rules(fixture, input, behind);
	return input;
}

static void ban_behind(struct plan_fixture *fixture, const struct kind *kind)
{
	input_behind_w(fixture, kind, false, (const char *const[]){"ip saddr 45.1.2.0/24 drop", NULL});
	refuses(fixture, "a rule here would let through sources that are blocked by rule 2 of ");
	assert_string_equal(fixture_steps(fixture, " w"), "");
}

static void test_ban_that_what_returns_comes_to_is_not_bypassed(void **state)
{
	(void)state;
	for_each_kind(ban_behind);
}

static void rate_behind(struct plan_fixture *fixture, const struct kind *kind)
{
	input_behind_w(fixture, kind, false, (const char *const[]){"limit over 10 drop", NULL});
	refuses(fixture, "would be skipped by a rule before what blocks");
	assert_string_equal(fixture_steps(fixture, " w"), "");
}

static void test_rate_that_what_returns_comes_to_is_not_bypassed(void **state)
{
	(void)state;
	for_each_kind(rate_behind);
}

static void rate_of_accepts_behind(struct plan_fixture *fixture, const struct kind *kind)
{
	input_behind_w(fixture, kind, true, (const char *const[]){"limit 10 accept", NULL});
	refuses(fixture, "would be skipped by a rule before what blocks");
}

static void test_what_is_let_through_below_a_rate_is_not_let_through_above(void **state)
{
	(void)state;
	for_each_kind(rate_of_accepts_behind);
}

static void nothing_behind(struct plan_fixture *fixture, const struct kind *kind)
{
	struct chain *input = input_behind_w(
		fixture, kind, true,
		(const char *const[]){"tcp dport 22 limit over 10 drop", "tcp dport 22 accept", NULL});

	opens(fixture);
	assert_int_equal(
		table_find_chain(ruleset_same_table(fixture->plan.after, input->table), "w")->rule_count, 3);
}

static void test_what_is_for_other_ports_does_not_stand_in_the_way(void **state)
{
	(void)state;
	for_each_kind(nothing_behind);
}

/* Nobody comes back from a chain that drops all who come to it. */
static void unreachable_behind(struct plan_fixture *fixture, const struct kind *kind)
{
	struct chain *input = input_of(fixture, kind, false);

	rules(fixture, chain_of(fixture, input, "w"),
	      (const char *const[]){"tcp dport 22 accept", "drop", NULL});
	rules(fixture, input,
	      (const char *const[]){"jump w", "ip saddr 45.1.2.0/24 drop", "limit over 10 drop", NULL});
	opens(fixture);
}

static void test_what_nobody_comes_to_does_not_stand_in_the_way(void **state)
{
	(void)state;
	for_each_kind(unreachable_behind);
}

/* A chain that is gone to gives what leaves it back to the caller of the one that went. */
static void ban_behind_a_goto(struct plan_fixture *fixture, const struct kind *kind)
{
	struct chain *input = input_of(fixture, kind, false), *outer = chain_of(fixture, input, "outer");

	rules(fixture, chain_of(fixture, input, "w"),
	      (const char *const[]){"tcp dport 22 return", "drop", NULL});
	rules(fixture, outer, (const char *const[]){"goto w", "accept", NULL});
	rules(fixture, input, (const char *const[]){"jump outer", "ip saddr 45.1.2.0/24 drop", NULL});
	refuses(fixture, "a rule here would let through sources that are blocked by rule 2 of ");
}

static void test_ban_behind_the_caller_of_a_goto_is_not_bypassed(void **state)
{
	(void)state;
	for_each_kind(ban_behind_a_goto);
}

static void rate_in_a_chain(struct plan_fixture *fixture, const struct kind *kind)
{
	struct chain *input = input_of(fixture, kind, false);

	build_rule(&fixture->build, chain_of(fixture, input, "rates"), "limit over 10 drop");
	rules(fixture, input, (const char *const[]){"tcp dport 440-450 drop", "jump rates", NULL});
	refuses(fixture, "rule 1 of ");
	refuses(fixture, "would be skipped by a rule before what blocks");
}

static void test_rate_in_a_chain_that_is_called_behind_is_not_bypassed(void **state)
{
	(void)state;
	for_each_kind(rate_in_a_chain);
}

/* Ports that a call is for alone never came to what stands behind it; with a rule in the chain they would pass unlimited. */
static void rate_behind_a_call(struct plan_fixture *fixture, const struct kind *kind)
{
	struct chain *input = input_of(fixture, kind, false);

	build_rule(&fixture->build, chain_of(fixture, input, "closed"), "drop");
	rules(fixture, input,
	      (const char *const[]){"tcp dport 440-450 jump closed", "limit over 10 drop", NULL});
	refuses(fixture, "would be skipped by a rule before what blocks");
}

static void test_rate_behind_a_call_for_some_ports_is_not_bypassed(void **state)
{
	(void)state;
	for_each_kind(rate_behind_a_call);
}

/* returns to the policy */

static void return_of_all(struct plan_fixture *fixture, const struct kind *kind)
{
	rules(fixture, input_of(fixture, kind, true),
	      (const char *const[]){"ct state established accept", "tcp dport 22 accept", "return",
				    "ip saddr 45.1.2.0/24 drop", NULL});
	opens(fixture);
}

static void test_return_to_the_policy_is_what_a_rule_stands_before(void **state)
{
	(void)state;
	for_each_kind(return_of_all);
}

static void return_in_a_goto(struct plan_fixture *fixture, const struct kind *kind)
{
	struct chain *input = input_of(fixture, kind, true), *zone = chain_of(fixture, input, "zone");

	rules(fixture, zone, (const char *const[]){"tcp dport 400-500 return", "accept", NULL});
	rules(fixture, input, (const char *const[]){"ct state established accept", "goto zone", NULL});
	opens(fixture);
	assert_int_equal(
		table_find_chain(ruleset_same_table(fixture->plan.after, input->table), "zone")->rule_count,
		3);
}

static void test_return_in_a_chain_that_was_gone_to_is_one_to_the_policy(void **state)
{
	(void)state;
	for_each_kind(return_in_a_goto);
}

static void ban_behind_a_return(struct plan_fixture *fixture, const struct kind *kind)
{
	rules(fixture, input_of(fixture, kind, true),
	      (const char *const[]){"ct state established accept", "tcp dport 400-500 return",
				    "ip saddr 45.1.2.0/24 drop", "accept", NULL});
	refuses(fixture, "a rule here would let through sources that are blocked by rule 3 of ");
}

static void test_ban_behind_a_return_for_some_is_not_bypassed(void **state)
{
	(void)state;
	for_each_kind(ban_behind_a_return);
}

/* Those for whom a goto is not go on behind it, and come to the ban. */
static void ban_behind_a_goto_for_some(struct plan_fixture *fixture, const struct kind *kind)
{
	struct chain *input = input_of(fixture, kind, true);

	build_rule(&fixture->build, chain_of(fixture, input, "zone"), "log");
	rules(fixture, input,
	      (const char *const[]){"tcp dport 400-500 goto zone", "ip saddr 45.1.2.0/24 drop", "accept",
				    NULL});
	refuses(fixture, "a rule here would let through sources that are blocked by rule 2 of ");
}

static void test_ban_behind_a_goto_to_the_policy_is_not_bypassed(void **state)
{
	(void)state;
	for_each_kind(ban_behind_a_goto_for_some);
}

static void return_of_the_port(struct plan_fixture *fixture, const struct kind *kind)
{
	rules(fixture, input_of(fixture, kind, true),
	      (const char *const[]){"ct state established accept", "tcp dport 443 return", "accept", NULL});
	refuses(fixture, "blocks port 443 on purpose: ");
}

static void test_return_of_the_very_port_to_a_drop_is_a_deny(void **state)
{
	(void)state;
	for_each_kind(return_of_the_port);
}

/* what comes later */

/* What the plan leaves behind becomes what the next one finds. */
static void commit(struct plan_fixture *fixture)
{
	fixture_plan(fixture);
	fixture->build.ruleset = *fixture->plan.after;
	for (size_t i = 0; i < fixture->build.ruleset.table_count; i++)
		for (size_t j = 0; j < fixture->build.ruleset.tables[i]->chain_count; j++) {
			const struct chain *chain = fixture->build.ruleset.tables[i]->chains[j];

			for (size_t k = 0; k < chain->rule_count; k++)
				if (!chain->rules[k]->handle)
					chain->rules[k]->handle = ++fixture->build.handle;
		}
}

static enum verdict ask_from(struct plan_fixture *fixture, const char *peer)
{
	struct prefix prefix;
	const struct query query = {
		.protocol = PROTOCOL_TCP, .port = 443, .families = FAMILY_BIT(FAMILY_IPV4), .peer = &prefix};
	struct answer answer;

	assert_int_equal(prefix_parse(peer, (struct place){0}, &prefix, &fixture->err), 0);
	assert_int_equal(evaluate(fixture->plan.after, &fixture->build.host, &query, &fixture->build.pool,
				  &answer, &fixture->err),
			 0);
	return answer.verdict;
}

/* Appended, they stand behind our rule at the end of the chain. */
static void later_ban(struct plan_fixture *fixture, const struct kind *kind)
{
	struct chain *input = input_of(fixture, kind, true);

	build_rule(&fixture->build, input, "ct state established accept");
	fixture_want(fixture, "443 ipv4");
	commit(fixture);
	input = table_find_chain(ruleset_same_table(&fixture->build.ruleset, input->table), "INPUT");
	build_rule(&fixture->build, input, "tcp dport 22 accept");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, NULL), "");
	build_rule(&fixture->build, input, "ip saddr 45.1.2.0/24 drop");
	fixture_plan(fixture);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
	assert_int_equal(ask_from(fixture, "45.1.2.9"), ANSWER_BLOCKED);
	assert_int_equal(fixture->plan.steps.count, 2);
	fixture_settles(fixture);
}

static void test_ban_that_comes_later_has_our_rule_move_behind_it(void **state)
{
	(void)state;
	for_each_kind(later_ban);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ban_that_what_returns_comes_to_is_not_bypassed),
		cmocka_unit_test(test_rate_that_what_returns_comes_to_is_not_bypassed),
		cmocka_unit_test(test_what_is_let_through_below_a_rate_is_not_let_through_above),
		cmocka_unit_test(test_what_is_for_other_ports_does_not_stand_in_the_way),
		cmocka_unit_test(test_what_nobody_comes_to_does_not_stand_in_the_way),
		cmocka_unit_test(test_ban_behind_the_caller_of_a_goto_is_not_bypassed),
		cmocka_unit_test(test_rate_in_a_chain_that_is_called_behind_is_not_bypassed),
		cmocka_unit_test(test_rate_behind_a_call_for_some_ports_is_not_bypassed),
		cmocka_unit_test(test_return_to_the_policy_is_what_a_rule_stands_before),
		cmocka_unit_test(test_return_in_a_chain_that_was_gone_to_is_one_to_the_policy),
		cmocka_unit_test(test_ban_behind_a_return_for_some_is_not_bypassed),
		cmocka_unit_test(test_ban_behind_a_goto_to_the_policy_is_not_bypassed),
		cmocka_unit_test(test_ban_that_comes_later_has_our_rule_move_behind_it),
		cmocka_unit_test(test_return_of_the_very_port_to_a_drop_is_a_deny),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
