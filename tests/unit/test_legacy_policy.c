/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy in legacy tables: its chains, where they are called, what it lets pass, and the connections of before that go on.
 */
#include "plan_fixture.h"

#include "cmocka_all.h"

#include <string.h>

#define POLICY " comment \"fwport:policy\""
#define IN     "+ rule in ip filter FWPORT-POLICY-IN (legacy)"

static struct table *filter_of(struct plan_fixture *fixture, enum table_family family)
{
	struct table *table = build_table(&fixture->build, family, "filter");

	table->engine = ENGINE_LEGACY;
	table->owner = OWNER_LEGACY;
	build_base_chain(&fixture->build, table, "INPUT", HOOK_INPUT, 0, false);
	build_base_chain(&fixture->build, table, "OUTPUT", HOOK_OUTPUT, 0, false);
	return table;
}

/* Both families have a table; a rule makes it the one that filters, and "auto" the home in it. */
static struct chain *input_with(struct plan_fixture *fixture, const char *rule)
{
	struct table *table = filter_of(fixture, TABLE_IP);

	filter_of(fixture, TABLE_IP6);
	build_rule(&fixture->build, table_find_chain(table, "INPUT"), rule);
	return table_find_chain(table, "INPUT");
}

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

static struct chain *chain_now(struct plan_fixture *fixture, const char *name)
{
	struct chain *chain = table_find_chain(fixture->build.ruleset.tables[0], name);

	assert_non_null(chain);
	return chain;
}

static enum verdict tcp_in(struct plan_fixture *fixture, uint16_t port)
{
	const struct query query = {.protocol = PROTOCOL_TCP, .port = port, .families = FAMILIES_BOTH};
	struct answer answer;

	assert_int_equal(evaluate(fixture->plan.after, &fixture->build.host, &query, &fixture->build.pool,
				  &answer, &fixture->err),
			 0);
	return answer.verdict;
}

static void test_a_chain_that_returns_is_called_last(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, "tcp dport 2222 counter accept");
	fixture->policy.drop[DIRECTION_IN] = true;
	fixture_plan(fixture);
	assert_string_equal(
		fixture_steps(fixture, "ip filter"),
		"+ chain ip filter FWPORT-POLICY-IN (legacy)\n" IN ": iifname \"lo\" counter return" POLICY
		"\n" IN ": ct state established,related counter return" POLICY
		" (connection tracking on)\n" IN ": ct state invalid counter drop" POLICY "\n" IN
		": icmp type destination-unreachable counter return" POLICY "\n" IN
		": icmp type echo-request counter return" POLICY "\n" IN
		": icmp type time-exceeded counter return" POLICY "\n" IN
		": icmp type parameter-problem counter return" POLICY "\n" IN
		": udp sport 67 udp dport 68 counter return" POLICY "\n" IN ": counter drop" POLICY "\n"
		"+ rule in ip filter INPUT (legacy): counter jump FWPORT-POLICY-IN\n");
	fixture_settles(fixture);
	assert_true(policy_of(fixture->plan.after).drop[DIRECTION_IN]);
	assert_false(policy_of(fixture->plan.after).drop[DIRECTION_OUT]);
	assert_int_equal(tcp_in(fixture, 8080), ANSWER_BLOCKED);
	assert_int_equal(tcp_in(fixture, 2222), ANSWER_BLOCKED); /* in IPv6 */
}

static void test_ipv6_has_its_own_essentials(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, "tcp dport 2222 counter accept");
	fixture->policy.drop[DIRECTION_OUT] = true;
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "ip6 saddr"),
			    "+ rule in ip6 filter FWPORT-POLICY-OUT (legacy): ip6 saddr fe80::/10 udp sport "
			    "546 udp dport 547 counter return" POLICY "\n");
	assert_string_equal(fixture_steps(fixture, "nd-neighbor-solicit"),
			    "+ rule in ip6 filter FWPORT-POLICY-OUT (legacy): icmpv6 type "
			    "nd-neighbor-solicit counter return" POLICY "\n");
	fixture_settles(fixture);
}

static void test_openings_are_called_before_it_in_whichever_order_they_come(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, "tcp dport 2222 counter accept");
	fixture->policy.drop[DIRECTION_IN] = true;
	commit(fixture);
	fixture_want(fixture, "443");
	fixture_plan(fixture);
	assert_string_equal(
		fixture_steps(fixture, "ip filter"),
		"+ chain ip filter FWPORT-IN (legacy)\n"
		"+ rule in ip filter FWPORT-IN (legacy): tcp dport 443 counter accept comment \"fwport:1\"\n"
		"+ rule in ip filter INPUT (legacy) before rule 2: counter jump FWPORT-IN\n");
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV6), ANSWER_OPEN);
	fixture_settles(fixture);
}

static void test_what_no_rule_of_the_openings_covers_it_returns(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, "tcp dport 1-1023 counter reject");
	fixture->policy.drop[DIRECTION_IN] = true;
	commit(fixture);
	fixture_want(fixture, "443");
	fixture_want(fixture, "8080");
	fixture_want(fixture, "9090 from 10.0.0.0/8");
	fixture_plan(fixture);
	assert_string_equal(
		fixture_steps(fixture, "ip filter"),
		"+ chain ip filter FWPORT-IN (legacy)\n"
		"+ rule in ip filter FWPORT-IN (legacy): tcp dport 443 counter accept comment "
		"\"fwport:1\"\n" IN " before rule 1: tcp dport 8080 counter return comment \"fwport:2\"\n" IN
		" before rule 1: ip saddr 10.0.0.0/8 tcp dport 9090 counter return comment \"fwport:3\"\n"
		"+ rule in ip filter INPUT (legacy) before rule 1: counter jump FWPORT-IN\n");
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
	assert_int_equal(fixture_verdict(fixture, 1, FAMILY_IPV4), ANSWER_OPEN);
	assert_int_equal(fixture_verdict(fixture, 2, FAMILY_IPV4), ANSWER_OPEN);
	fixture_settles(fixture);
	commit(fixture);
	fixture_unwant(fixture, 2);
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "ip filter"),
			    "- rule in ip filter FWPORT-POLICY-IN (legacy): tcp dport 8080 counter return "
			    "comment \"fwport:2\"\n");
}

/* a network that is down */

/* 443 has to be let past rule 1, the others only past the policy. */
static void commit_three_and_lose_the_network(struct plan_fixture *fixture)
{
	input_with(fixture, "tcp dport 1-1023 counter reject");
	fixture->policy.drop[DIRECTION_IN] = true;
	fixture_want(fixture, "443");
	fixture_want(fixture, "8080");
	fixture_want(fixture, "9090 from 10.0.0.0/8");
	commit(fixture);
	fixture->build.host.address_count = 0;
}

/* Behind a call that stays, what returned would be let past rule 1. */
static void test_a_network_that_is_down_opens_nothing_past_a_block(void **state)
{
	struct plan_fixture *fixture = *state;

	commit_three_and_lose_the_network(fixture);
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, NULL), "");
	fixture->policy.drop[DIRECTION_IN] = false;
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "FWPORT-IN"), "");
	fixture_settles(fixture);
}

static void test_what_comes_while_the_network_is_down_returns(void **state)
{
	struct plan_fixture *fixture = *state;

	commit_three_and_lose_the_network(fixture);
	fixture_want(fixture, "9000");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "ip filter"),
			    IN " before rule 3: tcp dport 9000 counter return comment \"fwport:4\"\n");
	fixture_settles(fixture);
}

static void test_an_end_that_is_changed_while_the_network_is_down_moves_no_rule(void **state)
{
	struct plan_fixture *fixture = *state;

	commit_three_and_lose_the_network(fixture);
	fixture->list[0].expires = fixture->list[1].expires = 1700000000;
	fixture_plan(fixture);
	assert_non_null(strstr(fixture_steps(fixture, "+ rule in ip filter FWPORT-IN"), "tcp dport 443"));
	assert_null(strstr(fixture_steps(fixture, "+ rule in ip filter FWPORT-IN"), "8080"));
	assert_non_null(strstr(fixture_steps(fixture, IN), "tcp dport 8080"));
	assert_null(strstr(fixture_steps(fixture, IN), "443"));
	fixture_settles(fixture);
}

/* Then nobody is left whom it stands there for. */
static void test_with_the_last_that_needs_its_place_the_call_goes_from_there(void **state)
{
	struct plan_fixture *fixture = *state;

	commit_three_and_lose_the_network(fixture);
	fixture_unwant(fixture, 1);
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "jump FWPORT-IN"),
			    "+ rule in ip filter INPUT (legacy) before rule 3: counter jump FWPORT-IN\n"
			    "- rule in ip filter INPUT (legacy): counter jump FWPORT-IN\n");
	fixture_settles(fixture);
}

/* That the others, which are seen, would have it behind rule 1 does not move it. */
static void test_an_interface_that_is_down_opens_nothing_past_a_block(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, "tcp dport 1-1023 counter reject");
	fixture->policy.drop[DIRECTION_IN] = true;
	fixture_want(fixture, "443 iface eth1");
	fixture_want(fixture, "8080");
	commit(fixture);
	for (size_t i = 0; i < fixture->build.host.link_count; i++)
		if (!strcmp(fixture->build.host.links[i].name, "eth1"))
			fixture->build.host.links[i].up = false;
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, NULL), "");
	fixture->policy.drop[DIRECTION_IN] = false;
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "FWPORT-IN"), "");
}

static void test_it_is_made_last_again(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, "tcp dport 2222 counter accept");
	fixture->policy.drop[DIRECTION_IN] = true;
	fixture_want(fixture, "443");
	commit(fixture);
	build_rule(&fixture->build, chain_now(fixture, "INPUT"), "tcp dport 3333 counter accept");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, NULL),
			    "+ rule in ip filter INPUT (legacy): counter jump FWPORT-POLICY-IN\n"
			    "- rule in ip filter INPUT (legacy): counter jump FWPORT-POLICY-IN\n");
	fixture_settles(fixture);
}

static void test_both_calls_move_behind_a_ban_that_comes_later(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, "tcp dport 2222 counter accept");
	fixture->policy.drop[DIRECTION_IN] = true;
	fixture_want(fixture, "443");
	commit(fixture);
	build_rule(&fixture->build, chain_now(fixture, "INPUT"), "ip saddr 45.1.2.0/24 counter drop");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, NULL),
			    "+ rule in ip filter INPUT (legacy): counter jump FWPORT-IN\n"
			    "+ rule in ip filter INPUT (legacy): counter jump FWPORT-POLICY-IN\n"
			    "- rule in ip filter INPUT (legacy): counter jump FWPORT-IN\n"
			    "- rule in ip filter INPUT (legacy): counter jump FWPORT-POLICY-IN\n");
	fixture_settles(fixture);
}

/* Its own drop, behind the openings of its chain, is no ban. */
static void test_what_it_returns_stands_behind_a_ban_that_comes_later(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain;

	input_with(fixture, "tcp dport 1-1023 counter reject");
	fixture->policy.drop[DIRECTION_IN] = true;
	fixture_want(fixture, "443");
	fixture_want(fixture, "8080");
	commit(fixture);
	chain = chain_now(fixture, POLICY_CHAIN_IN);
	build_rule(&fixture->build, chain, "ip saddr 45.1.2.0/24 counter drop");
	fixture_plan(fixture);
	fixture_settles(fixture);
	commit(fixture);
	chain = chain_now(fixture, POLICY_CHAIN_IN);
	assert_int_equal(chain->rules[0]->tag, 0);
	assert_int_equal(chain->rules[1]->tag, 2);
	assert_true(rule_is_policy_drop(chain->rules[chain->rule_count - 1]));
}

static void test_a_rule_that_is_missing_makes_it_anew(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain;

	input_with(fixture, "tcp dport 2222 counter accept");
	fixture->policy.drop[DIRECTION_IN] = true;
	commit(fixture);
	chain = chain_now(fixture, POLICY_CHAIN_IN);
	chain->rule_count--;
	assert_false(policy_of(&fixture->build.ruleset).drop[DIRECTION_IN]);
	commit(fixture);
	assert_true(policy_of(&fixture->build.ruleset).drop[DIRECTION_IN]);
	assert_int_equal(chain_now(fixture, POLICY_CHAIN_IN)->rule_count, 9);
	assert_true(rule_is_policy_drop(chain_now(fixture, POLICY_CHAIN_IN)->rules[8]));
}

static void test_a_drop_that_nobody_calls_is_none(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, "tcp dport 2222 counter accept");
	fixture->policy.drop[DIRECTION_IN] = true;
	commit(fixture);
	chain_now(fixture, "INPUT")->rule_count--;
	assert_false(policy_of(&fixture->build.ruleset).drop[DIRECTION_IN]);
}

static void test_an_accept_takes_all_of_it_away(void **state)
{
	struct plan_fixture *fixture = *state;
	const char *before;

	input_with(fixture, "tcp dport 1-1023 counter reject");
	fixture_want(fixture, "443");
	fixture_want(fixture, "8080");
	commit(fixture);
	before = fixture_dump(fixture, &fixture->build.ruleset);
	fixture->policy.drop[DIRECTION_IN] = fixture->policy.drop[DIRECTION_OUT] = true;
	commit(fixture);
	fixture->policy = (struct policy){0};
	fixture_plan(fixture);
	assert_string_equal(fixture_dump(fixture, fixture->plan.after), before);
	fixture_settles(fixture);
}

static void test_half_a_place_is_none(void **state)
{
	struct plan_fixture *fixture = *state;
	struct wishes wishes = {
		.openings = &fixture->wanted, .policy = {{true, false}}, .place = HOME_IPTABLES};

	build_rule(&fixture->build, table_find_chain(filter_of(fixture, TABLE_IP), "INPUT"),
		   "tcp dport 2222 counter accept");
	assert_int_equal(plan_make(&fixture->build.ruleset, &fixture->build.host, &wishes, NULL, 0,
				   &fixture->build.pool, &fixture->plan, &fixture->err),
			 -1);
	assert_int_equal(fixture->err.kind, ERROR_USAGE);
	assert_string_equal(fixture->err.text, "a policy is for both families, and ip6tables-legacy has no "
					       "filter table here that it could stand in");
	fixture->policy.drop[DIRECTION_IN] = true;
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "+ table"), "+ table inet fwport\n");
	assert_string_equal(fixture_steps(fixture, "FWPORT"), "");
}

static int plan_again(struct plan_fixture *fixture)
{
	const struct wishes wishes = {.openings = &fixture->wanted, .policy = fixture->policy};

	return plan_make(&fixture->build.ruleset, &fixture->build.host, &wishes, NULL, 0,
			 &fixture->build.pool, &fixture->plan, &fixture->err);
}

/* Else a moment's failure would move it to the other engine. */
static void test_half_a_home_that_cannot_be_read_is_an_error(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, "tcp dport 2222 counter accept");
	fixture->policy.drop[DIRECTION_IN] = true;
	commit(fixture);
	fixture->build.ruleset.table_count = 1;
	fixture->build.ruleset.legacy_tables[FAMILY_IPV6] = "filter";
	assert_int_equal(plan_again(fixture), -1);
	assert_int_equal(fixture->err.kind, ERROR_SYSTEM);
	assert_string_equal(fixture->err.text, "legacy tables of IPv6 could not be read (filter), and the "
					       "policy is for both families");
}

static void test_half_a_home_whose_table_went_goes_to_nf_tables(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, "tcp dport 2222 counter accept");
	fixture->policy.drop[DIRECTION_IN] = true;
	commit(fixture);
	fixture->build.ruleset.table_count = 1;
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "table"), "+ table inet fwport\n");
	assert_string_equal(fixture_steps(fixture, "chain ip filter"),
			    "- chain ip filter FWPORT-POLICY-IN (legacy)\n");
	fixture_settles(fixture);
}

/* whose chains they are */

static void plan_fails(struct plan_fixture *fixture, const char *sentence)
{
	fixture->err = (struct error){0};
	assert_int_equal(plan_again(fixture), -1);
	assert_int_equal(fixture->err.kind, ERROR_BLOCKED);
	assert_string_equal(fixture->err.text, sentence);
}

/* It may be somebody else's, who has not filled it yet. */
static void test_an_empty_chain_of_its_name_stays_when_it_goes(void **state)
{
	struct plan_fixture *fixture = *state;
	const char *before;

	build_chain(&fixture->build, input_with(fixture, "tcp dport 2222 counter accept")->table,
		    POLICY_CHAIN_IN);
	before = fixture_dump(fixture, &fixture->build.ruleset);
	fixture->policy.drop[DIRECTION_IN] = true;
	fixture_plan(fixture);
	fixture_settles(fixture);
	commit(fixture);
	assert_true(policy_of(&fixture->build.ruleset).drop[DIRECTION_IN]);
	fixture->policy = (struct policy){0};
	commit(fixture);
	assert_string_equal(fixture_dump(fixture, &fixture->build.ruleset), before);
	assert_string_equal(fixture_steps(fixture, "chain ip filter"), "");
}

static void test_a_chain_that_somebody_else_calls_gets_no_policy(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *table = input_with(fixture, "tcp dport 2222 counter accept")->table;

	build_chain(&fixture->build, table, POLICY_CHAIN_IN);
	build_rule(&fixture->build,
		   build_base_chain(&fixture->build, table, "FORWARD", HOOK_FORWARD, 0, false),
		   "counter jump FWPORT-POLICY-IN");
	fixture->policy.drop[DIRECTION_IN] = true;
	plan_fails(fixture,
		   "rule 1 of ip filter FORWARD (legacy) calls FWPORT-POLICY-IN, which is fwport's own, "
		   "and was not made by it: the policy would hold for it, too");
}

static void test_who_else_calls_it_keeps_nothing_open_and_gets_nothing_opened(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *forward = build_base_chain(
		&fixture->build, input_with(fixture, "tcp dport 1-1023 counter reject")->table, "FORWARD",
		HOOK_FORWARD, 0, false);

	fixture->policy.drop[DIRECTION_IN] = true;
	fixture_want(fixture, "443");
	fixture_want(fixture, "8080");
	commit(fixture);
	forward = chain_now(fixture, "FORWARD");
	build_rule(&fixture->build, forward, "counter jump FWPORT-POLICY-IN");
	fixture_plan(fixture);
	assert_int_equal(fixture->plan.steps.count, 0);
	fixture_want(fixture, "9090");
	plan_fails(fixture,
		   "rule 1 of ip filter FORWARD (legacy) calls FWPORT-POLICY-IN, which is fwport's own, "
		   "and was not made by it: what is opened there would be open for it, too");
	fixture->wanted.count = 1;
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "ip filter"),
			    "- rule in ip filter FWPORT-POLICY-IN (legacy): tcp dport 8080 counter return "
			    "comment \"fwport:2\"\n");
	fixture->policy = (struct policy){0};
	commit(fixture);
	assert_int_equal(chain_now(fixture, POLICY_CHAIN_IN)->rule_count, 0);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
}

/* connections of before */

enum { READ_AT = 1700000000 };

static void connect_from(struct plan_fixture *fixture, const char *peer, uint16_t peer_port)
{
	static struct connection list[2];
	struct connection *one = &list[fixture->established.count++];
	const char *local = strchr(peer, ':') ? "2001:db8::10" : "192.0.2.10";

	assert_int_equal(address_parse(peer, (struct place){0}, &one->peer, &fixture->err), 0);
	assert_int_equal(address_parse(local, (struct place){0}, &one->local, &fixture->err), 0);
	one->peer_port = peer_port;
	one->local_port = 22;
	fixture->established.list = list;
	fixture->build.ruleset.read_at = READ_AT * 1000ll;
}

#define ENDS                                                                               \
	": ip saddr 192.0.2.1 ip daddr 192.0.2.10 tcp sport 40000 tcp dport 22 meta time " \
	"\"1970-01-01 00:00:00 UTC\"-\"2023-11-19 22:13:19 UTC\" counter return" POLICY "\n"

static void test_connections_of_before_have_an_entry_each_for_five_days(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, "tcp dport 2222 counter accept");
	fixture->policy.drop[DIRECTION_IN] = true;
	connect_from(fixture, "192.0.2.1", 40000);
	connect_from(fixture, "2001:db8::1", 40001);
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "ip saddr"), IN ENDS);
	assert_int_equal(fixture->plan.admitted, 2);
	fixture_settles(fixture);
}

static void test_they_go_on_when_the_other_direction_drops_too(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, "tcp dport 2222 counter accept");
	fixture->policy.drop[DIRECTION_IN] = true;
	connect_from(fixture, "192.0.2.1", 40000);
	commit(fixture);
	fixture->established.count = 0;
	fixture->policy.drop[DIRECTION_OUT] = true;
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "192.0.2.1"),
			    "+ rule in ip filter FWPORT-POLICY-OUT (legacy): ip saddr 192.0.2.10 ip daddr "
			    "192.0.2.1 tcp sport 22 tcp dport 40000 meta time \"1970-01-01 00:00:00 "
			    "UTC\"-\"2023-11-19 22:13:19 UTC\" counter return" POLICY "\n");
	assert_int_equal(fixture->plan.admitted, 0);
	fixture_settles(fixture);
}

static void test_an_entry_whose_date_has_come_goes(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, "tcp dport 2222 counter accept");
	fixture->policy.drop[DIRECTION_IN] = true;
	connect_from(fixture, "192.0.2.1", 40000);
	commit(fixture);
	fixture->established.count = 0;
	fixture_plan(fixture);
	assert_int_equal(fixture->plan.steps.count, 0);
	fixture->build.ruleset.read_at += 5ll * 24 * 60 * 60 * 1000;
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "192.0.2.1"),
			    "- rule in ip filter FWPORT-POLICY-IN (legacy)" ENDS);
}

static void test_they_are_no_part_of_any_answer(void **state)
{
	struct plan_fixture *fixture = *state;
	const struct query query = {
		.protocol = PROTOCOL_TCP, .port = 22, .families = FAMILY_BIT(FAMILY_IPV4)};
	struct answer answer;
	struct address *peers;
	size_t count;
	bool more;

	input_with(fixture, "tcp dport 2222 counter accept");
	fixture->policy.drop[DIRECTION_IN] = true;
	connect_from(fixture, "192.0.2.1", 40000);
	fixture_plan(fixture);
	assert_int_equal(evaluate(fixture->plan.after, &fixture->build.host, &query, &fixture->build.pool,
				  &answer, &fixture->err),
			 0);
	assert_int_equal(answer.verdict, ANSWER_BLOCKED);
	for (size_t i = 0; i < answer.family_count; i++)
		assert_int_equal(answer.families[i].condition_count, 0);
	assert_int_equal(peer_classes(fixture->plan.after, FAMILY_IPV4, NULL, 8, &fixture->build.pool, &peers,
				      &count, &more, &fixture->err),
			 0);
	assert_int_equal(count, 0);
}

/* From the very peer of one of them; and the one that is there. */
static void test_a_new_connection_has_other_ends(void **state)
{
	struct plan_fixture *fixture = *state;
	struct query query = {.protocol = PROTOCOL_TCP, .port = 22, .families = FAMILY_BIT(FAMILY_IPV4)};
	struct prefix peer, local;
	struct answer answer;

	input_with(fixture, "tcp dport 2222 counter accept");
	fixture->policy.drop[DIRECTION_IN] = true;
	connect_from(fixture, "192.0.2.1", 40000);
	fixture_plan(fixture);
	peer = prefix_of_address(&fixture->established.list[0].peer);
	local = prefix_of_address(&fixture->established.list[0].local);
	query.peer = &peer;
	query.local = &local;
	assert_int_equal(evaluate(fixture->plan.after, &fixture->build.host, &query, &fixture->build.pool,
				  &answer, &fixture->err),
			 0);
	assert_int_equal(answer.verdict, ANSWER_BLOCKED);
	fixture->build.host.now = READ_AT;
	query.existing = &fixture->established.list[0];
	fixture->established.list[0].tracking.known = TRACKING_NONE;
	assert_int_equal(evaluate(fixture->plan.after, &fixture->build.host, &query, &fixture->build.pool,
				  &answer, &fixture->err),
			 0);
	assert_int_equal(answer.verdict, ANSWER_OPEN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_start, fixture_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_chain_that_returns_is_called_last),
		TEST(test_ipv6_has_its_own_essentials),
		TEST(test_openings_are_called_before_it_in_whichever_order_they_come),
		TEST(test_what_no_rule_of_the_openings_covers_it_returns),
		TEST(test_a_network_that_is_down_opens_nothing_past_a_block),
		TEST(test_what_comes_while_the_network_is_down_returns),
		TEST(test_an_end_that_is_changed_while_the_network_is_down_moves_no_rule),
		TEST(test_with_the_last_that_needs_its_place_the_call_goes_from_there),
		TEST(test_an_interface_that_is_down_opens_nothing_past_a_block),
		TEST(test_it_is_made_last_again),
		TEST(test_both_calls_move_behind_a_ban_that_comes_later),
		TEST(test_what_it_returns_stands_behind_a_ban_that_comes_later),
		TEST(test_a_rule_that_is_missing_makes_it_anew),
		TEST(test_a_drop_that_nobody_calls_is_none),
		TEST(test_an_accept_takes_all_of_it_away),
		TEST(test_half_a_place_is_none),
		TEST(test_half_a_home_that_cannot_be_read_is_an_error),
		TEST(test_half_a_home_whose_table_went_goes_to_nf_tables),
		TEST(test_an_empty_chain_of_its_name_stays_when_it_goes),
		TEST(test_a_chain_that_somebody_else_calls_gets_no_policy),
		TEST(test_who_else_calls_it_keeps_nothing_open_and_gets_nothing_opened),
		TEST(test_connections_of_before_have_an_entry_each_for_five_days),
		TEST(test_they_go_on_when_the_other_direction_drops_too),
		TEST(test_an_entry_whose_date_has_come_goes),
		TEST(test_they_are_no_part_of_any_answer),
		TEST(test_a_new_connection_has_other_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
