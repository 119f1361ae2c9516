/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy at home: what stands behind the openings, in which order, what is made anew when somebody moved it, and the
 * connections of before that go on.
 */
#include "plan_fixture.h"

#include "cmocka_all.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

#define POLICY " comment \"fwport:policy\""
#define IN_FIRST                                                                  \
	"+ rule in inet fwport input: iifname \"lo\" accept" POLICY "\n"          \
	"+ rule in inet fwport input: ct state established,related accept" POLICY \
	" (connection tracking on)\n"
#define IN_REST                                                                                              \
	"+ rule in inet fwport input: ct state invalid drop" POLICY "\n"                                     \
	"+ rule in inet fwport input: icmp type { destination-unreachable, echo-request, time-exceeded, "    \
	"parameter-problem } accept" POLICY "\n"                                                             \
	"+ rule in inet fwport input: icmpv6 type { destination-unreachable, packet-too-big, ... 11 more } " \
	"accept" POLICY "\n"                                                                                 \
	"+ rule in inet fwport input: meta nfproto ipv4 udp sport 67 udp dport 68 accept" POLICY "\n"        \
	"+ rule in inet fwport input: ip6 daddr fe80::/10 udp sport 547 udp dport 546 accept" POLICY "\n"    \
	"+ rule in inet fwport input: counter drop" POLICY "\n"

/* What the plan leaves behind becomes what the next one finds. */
static void commit(struct plan_fixture *fixture)
{
	fixture_plan(fixture);
	fixture->build.ruleset = *fixture->plan.after;
	for (size_t i = 0; i < fixture->build.ruleset.table_count; i++)
		for (size_t j = 0; j < fixture->build.ruleset.tables[i]->chain_count; j++) {
			const struct chain *chain = fixture->build.ruleset.tables[i]->chains[j];

			for (size_t k = 0; k < chain->rule_count; k++)
				chain->rules[k]->handle = ++fixture->build.handle;
		}
}

static struct chain *home_chain(struct plan_fixture *fixture, const char *name)
{
	struct table *home = ruleset_find_table(&fixture->build.ruleset, TABLE_INET, HOME_TABLE);

	assert_non_null(home);
	return table_find_chain(home, name);
}

static enum verdict asked(struct plan_fixture *fixture, const struct query *query)
{
	struct answer answer;

	assert_int_equal(evaluate(fixture->plan.after, &fixture->build.host, query, &fixture->build.pool,
				  &answer, &fixture->err),
			 0);
	return answer.verdict;
}

static enum verdict tcp_in(struct plan_fixture *fixture, uint16_t port)
{
	return asked(fixture,
		     &(struct query){.protocol = PROTOCOL_TCP, .port = port, .families = FAMILIES_BOTH});
}

static void test_the_essentials_stand_before_the_drop(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture->policy.drop[DIRECTION_IN] = true;
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, NULL),
			    "+ table inet fwport\n"
			    "+ chain inet fwport input (filter, hook input, priority filter - 1, policy "
			    "accept)\n" IN_FIRST IN_REST);
	assert_true(fixture->plan.conntrack_on);
	fixture_settles(fixture);
}

static void test_what_is_not_opened_is_dropped_and_what_is_passes(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture->policy.drop[DIRECTION_IN] = fixture->policy.drop[DIRECTION_OUT] = true;
	fixture_want(fixture, "443");
	fixture_want(fixture, "out 53/udp");
	fixture_plan(fixture);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV6), ANSWER_OPEN);
	assert_int_equal(fixture_verdict(fixture, 1, FAMILY_IPV4), ANSWER_OPEN);
	assert_int_equal(fixture_verdict(fixture, 1, FAMILY_IPV6), ANSWER_OPEN);
	assert_int_equal(tcp_in(fixture, 22), ANSWER_BLOCKED);
	assert_int_equal(asked(fixture, &(struct query){.direction = DIRECTION_OUT,
							.protocol = PROTOCOL_TCP,
							.port = 53,
							.families = FAMILIES_BOTH}),
			 ANSWER_BLOCKED);
}

static void test_an_opening_is_put_before_the_policy(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture->policy.drop[DIRECTION_IN] = true;
	commit(fixture);
	fixture_want(fixture, "443");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, NULL),
			    "+ set inet fwport tcp_in\n"
			    "+ 443 in set tcp_in\n"
			    "+ rule in inet fwport input before rule 1: tcp dport @tcp_in accept\n");
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
	fixture_settles(fixture);
}

static void test_the_policy_stands_behind_openings_that_were_there(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "443 from 10.0.0.0/8");
	commit(fixture);
	fixture->policy.drop[DIRECTION_IN] = true;
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, NULL), IN_FIRST IN_REST);
	fixture_settles(fixture);
}

static void test_an_accept_takes_all_of_it_away(void **state)
{
	struct plan_fixture *fixture = *state;
	const char *before = fixture_dump(fixture, &fixture->build.ruleset);

	fixture->policy.drop[DIRECTION_IN] = fixture->policy.drop[DIRECTION_OUT] = true;
	commit(fixture);
	fixture->policy = (struct policy){0};
	fixture_plan(fixture);
	assert_string_equal(fixture_dump(fixture, fixture->plan.after), before);
	fixture_settles(fixture);
}

static void test_one_direction_goes_and_the_other_and_openings_stay(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture->policy.drop[DIRECTION_IN] = fixture->policy.drop[DIRECTION_OUT] = true;
	fixture_want(fixture, "out 53/udp");
	commit(fixture);
	fixture->policy.drop[DIRECTION_OUT] = false;
	commit(fixture);
	assert_int_equal(home_chain(fixture, "output")->rule_count, 1);
	assert_int_equal(home_chain(fixture, "input")->rule_count, 8);
}

static void test_a_policy_in_disorder_is_made_anew(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *input;
	struct rule *drop;

	fixture->policy.drop[DIRECTION_IN] = true;
	fixture_want(fixture, "443");
	commit(fixture);
	input = home_chain(fixture, "input");
	drop = input->rules[8];
	memmove(input->rules + 1, input->rules, 8 * sizeof(struct rule *)); /* the drop first */
	input->rules[0] = drop;
	for (unsigned i = 0; i < 9; i++)
		input->rules[i]->position = i + 1;
	fixture_plan(fixture);
	assert_int_equal(fixture->plan.steps.count, 16);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
	assert_int_equal(tcp_in(fixture, 22), ANSWER_BLOCKED);
	fixture_settles(fixture);
}

static void test_a_rule_that_somebody_removed_comes_back(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture->policy.drop[DIRECTION_IN] = true;
	commit(fixture);
	home_chain(fixture, "input")->rule_count--; /* the drop */
	assert_false(policy_of(&fixture->build.ruleset).drop[DIRECTION_IN]);
	fixture_plan(fixture);
	assert_int_equal(tcp_in(fixture, 22), ANSWER_BLOCKED);
	fixture_settles(fixture);
}

static void test_the_ruleset_shows_its_policy(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture_want(fixture, "443");
	commit(fixture);
	assert_false(policy_drops(policy_of(&fixture->build.ruleset)));
	fixture->policy.drop[DIRECTION_OUT] = true;
	commit(fixture);
	assert_false(policy_of(&fixture->build.ruleset).drop[DIRECTION_IN]);
	assert_true(policy_of(&fixture->build.ruleset).drop[DIRECTION_OUT]);
	assert_int_equal(ruleset_highest_tag(&fixture->build.ruleset), 0);
}

/* connections that were there before */

static void connect_from(struct plan_fixture *fixture, const char *peer, uint16_t peer_port, uint16_t port)
{
	static struct connection list[4];
	struct connection *one = &list[fixture->established.count++];
	const bool ipv6 = strchr(peer, ':');

	assert_int_equal(address_parse(peer, (struct place){0}, &one->peer, &fixture->err), 0);
	assert_int_equal(address_parse(ipv6 ? "2001:db8::10" : "192.0.2.10", (struct place){0}, &one->local,
				       &fixture->err),
			 0);
	one->peer_port = peer_port;
	one->local_port = port;
	fixture->established.list = list;
}

static void test_connections_of_before_are_let_in_by_their_ends(void **state)
{
	struct plan_fixture *fixture = *state;
	static const uint8_t key[16] = {192, 0, 2, 1, 0x9c, 0x40, 0, 0, 192, 0, 2, 10, 0, 22};
	const struct set *set;

	fixture->policy.drop[DIRECTION_IN] = true;
	connect_from(fixture, "192.0.2.1", 40000, 22);
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "established_ipv4"),
			    "+ set inet fwport established_ipv4 of 1 connection\n"
			    "+ rule in inet fwport input: ip saddr . tcp sport . ip daddr . tcp dport "
			    "@established_ipv4 accept" POLICY "\n");
	assert_int_equal(fixture->plan.admitted, 1);
	fixture_settles(fixture);
	set = table_find_set(ruleset_find_table(fixture->plan.after, TABLE_INET, HOME_TABLE),
			     "established_ipv4");
	assert_memory_equal(set->connections[0].key.at, key, sizeof(key));
	assert_true(set->timeout > 0);
}

static void test_connections_of_before_are_no_part_of_any_answer(void **state)
{
	struct plan_fixture *fixture = *state;
	const struct query query = {
		.protocol = PROTOCOL_TCP, .port = 8080, .families = FAMILY_BIT(FAMILY_IPV4)};
	struct answer answer;

	fixture->policy.drop[DIRECTION_IN] = true;
	for (uint16_t i = 0; i < 4; i++)
		connect_from(fixture, "192.0.2.1", 40000 + 7 * i, 8080);
	fixture_plan(fixture);
	assert_int_equal(evaluate(fixture->plan.after, &fixture->build.host, &query, &fixture->build.pool,
				  &answer, &fixture->err),
			 0);
	assert_int_equal(answer.verdict, ANSWER_BLOCKED);
	for (size_t i = 0; i < answer.family_count; i++)
		assert_int_equal(answer.families[i].condition_count, 0);
}

static void test_both_directions_look_for_the_same_connections(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture->policy.drop[DIRECTION_IN] = fixture->policy.drop[DIRECTION_OUT] = true;
	connect_from(fixture, "2001:db8::1", 40000, 22);
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "established_ipv6"),
			    "+ set inet fwport established_ipv6 of 1 connection\n"
			    "+ rule in inet fwport input: ip6 saddr . tcp sport . ip6 daddr . tcp dport "
			    "@established_ipv6 accept" POLICY "\n"
			    "+ rule in inet fwport output: ip6 daddr . tcp dport . ip6 saddr . tcp sport "
			    "@established_ipv6 accept" POLICY "\n");
	fixture_settles(fixture);
}

static void test_connections_to_open_ports_and_to_itself_need_nothing(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture->policy.drop[DIRECTION_IN] = true;
	fixture_want(fixture, "443");
	connect_from(fixture, "192.0.2.1", 40000, 443);
	connect_from(fixture, "192.0.2.10", 40001, 22);
	connect_from(fixture, "127.0.0.1", 40002, 22);
	fixture_plan(fixture);
	assert_int_equal(fixture->plan.admitted, 0);
}

static void test_where_tracking_was_on_it_knows_them(void **state)
{
	struct plan_fixture *fixture = *state;

	build_rule(&fixture->build, build_input(&fixture->build, false), "ct state established accept");
	fixture->policy.drop[DIRECTION_IN] = true;
	connect_from(fixture, "192.0.2.1", 40000, 22);
	fixture_plan(fixture);
	assert_int_equal(fixture->plan.admitted, 0);
	assert_false(fixture->plan.conntrack_on);
}

static void test_connections_go_on_when_the_other_direction_drops_too(void **state)
{
	struct plan_fixture *fixture = *state;

	fixture->policy.drop[DIRECTION_IN] = true;
	connect_from(fixture, "192.0.2.1", 40000, 22);
	commit(fixture);
	fixture->established.count = 0;
	fixture->policy.drop[DIRECTION_OUT] = true;
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "established_ipv4"),
			    "+ rule in inet fwport output: ip daddr . tcp dport . ip saddr . tcp sport "
			    "@established_ipv4 accept" POLICY "\n");
	fixture_settles(fixture);
}

/* others */

static void test_a_port_that_nat_moved_is_refused_by_name(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *nat = build_table(&fixture->build, TABLE_INET, "nat");
	struct chain *chain =
		build_base_chain(&fixture->build, nat, "prerouting", HOOK_PREROUTING, -100, false);
	const struct opening_answer *result;

	chain->type = CHAIN_NAT;
	build_rule(&fixture->build, chain, "tcp dport 443 redirect 8443");
	fixture->policy.drop[DIRECTION_IN] = true;
	fixture_want(fixture, "443");
	fixture_plan(fixture);
	result = fixture_result(fixture, 0, FAMILY_IPV4);
	assert_int_equal(result->answer->verdict, ANSWER_BLOCKED);
	assert_string_equal(result->refused,
			    "the policy of fwport drops it all the same: NAT has moved its port, or "
			    "connection tracking is told to leave it alone");
	assert_string_equal(result->hint, "fwport policy in=accept");
}

#define CLAIM(test) cmocka_unit_test_setup_teardown(test, fixture_start, fixture_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(test_the_essentials_stand_before_the_drop),
		CLAIM(test_what_is_not_opened_is_dropped_and_what_is_passes),
		CLAIM(test_an_opening_is_put_before_the_policy),
		CLAIM(test_the_policy_stands_behind_openings_that_were_there),
		CLAIM(test_an_accept_takes_all_of_it_away),
		CLAIM(test_one_direction_goes_and_the_other_and_openings_stay),
		CLAIM(test_a_policy_in_disorder_is_made_anew),
		CLAIM(test_a_rule_that_somebody_removed_comes_back),
		CLAIM(test_the_ruleset_shows_its_policy),
		CLAIM(test_connections_of_before_are_let_in_by_their_ends),
		CLAIM(test_connections_of_before_are_no_part_of_any_answer),
		CLAIM(test_both_directions_look_for_the_same_connections),
		CLAIM(test_connections_to_open_ports_and_to_itself_need_nothing),
		CLAIM(test_where_tracking_was_on_it_knows_them),
		CLAIM(test_connections_go_on_when_the_other_direction_drops_too),
		CLAIM(test_a_port_that_nat_moved_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
