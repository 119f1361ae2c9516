/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The home in legacy tables: what stands in it, where it is called, and how it heals and goes. The host filters with a legacy
 * table alone, so that "auto" means this home.
 */
#include "plan_fixture.h"

#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

static struct table *legacy_table(struct plan_fixture *fixture, enum table_family family, const char *name)
{
	struct table *table = build_table(&fixture->build, family, name);

	table->engine = ENGINE_LEGACY;
	table->owner = OWNER_LEGACY;
	return table;
}

static struct chain *chain_with(struct plan_fixture *fixture, struct table *table, const char *name,
				enum hook hook, const char *const *rules, bool policy_drop)
{
	struct chain *chain = build_base_chain(&fixture->build, table, name, hook, 0, policy_drop);

	for (; *rules; rules++)
		build_rule(&fixture->build, chain, *rules);
	return chain;
}

/* INPUT of IPv4 with these rules and policy accept; the other families and directions let everything pass. */
static struct chain *input_with(struct plan_fixture *fixture, const char *const *rules)
{
	static const char *const none[] = {NULL};
	struct table *table = legacy_table(fixture, TABLE_IP, "filter");
	struct chain *input = chain_with(fixture, table, "INPUT", HOOK_INPUT, rules, false);

	chain_with(fixture, table, "OUTPUT", HOOK_OUTPUT, none, false);
	return input;
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

static void assert_steps(struct plan_fixture *fixture, const char *expected)
{
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, NULL), expected);
	fixture_settles(fixture);
}

static struct chain *chain_now(struct plan_fixture *fixture, const char *name)
{
	struct chain *chain = table_find_chain(fixture->build.ruleset.tables[0], name);

	assert_non_null(chain);
	return chain;
}

/* A rule that somebody else inserts before the one at this position. */
static void insert(struct plan_fixture *fixture, const char *name, unsigned position, const char *line)
{
	struct chain *chain = chain_now(fixture, name);
	struct rule *rule = build_rule(&fixture->build, chain, line);

	memmove(chain->rules + position, chain->rules + position - 1,
		(chain->rule_count - position) * sizeof(struct rule *));
	chain->rules[position - 1] = rule;
	for (size_t i = 0; i < chain->rule_count; i++)
		chain->rules[i]->position = (unsigned)i + 1;
}

static const char *const web_server[] = {"ct state established counter accept",
					 "ip saddr 203.0.113.1 counter drop",
					 "tcp dport 22 counter accept",
					 "counter log",
					 "counter reject",
					 NULL};

static void test_the_call_stands_before_the_tail_and_behind_the_bans(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, web_server);
	fixture_want(fixture, "443");
	fixture_want(fixture, "53/udp");
	fixture_want(fixture, "8443 from 192.0.2.64/26 iface eth0");
	assert_steps(
		fixture,
		"+ chain ip filter FWPORT-IN (legacy)\n"
		"+ rule in ip filter FWPORT-IN (legacy): tcp dport 443 counter accept comment \"fwport:1\"\n"
		"+ rule in ip filter FWPORT-IN (legacy): iifname \"eth0\" ip saddr 192.0.2.64/26 tcp dport "
		"8443 counter accept comment \"fwport:3\"\n"
		"+ rule in ip filter FWPORT-IN (legacy): udp dport 53 counter accept comment \"fwport:2\"\n"
		"+ rule in ip filter INPUT (legacy) before rule 4: counter jump FWPORT-IN\n");
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
	assert_int_equal(fixture_verdict(fixture, 2, FAMILY_IPV4), ANSWER_OPEN);
}

static void test_ports_share_rules_of_fifteen_and_merged_ranges(void **state)
{
	struct plan_fixture *fixture = *state;
	char words[16];

	input_with(fixture, web_server);
	for (unsigned i = 0; i < 16; i++) {
		snprintf(words, sizeof(words), "%u", 1001 + 2 * i);
		fixture_want(fixture, words);
	}
	fixture_want(fixture, "1000");
	fixture_plan(fixture);
	assert_string_equal(
		fixture_steps(fixture, "dport"),
		"+ rule in ip filter FWPORT-IN (legacy): tcp dport { 1000-1001, 1003, ... 12 more } counter "
		"accept comment \"fwport:1\"\n"
		"+ rule in ip filter FWPORT-IN (legacy): tcp dport { 1029, 1031 } counter accept comment "
		"\"fwport:15\"\n");
	fixture_settles(fixture);
}

static void test_both_directions_and_families_have_their_chains(void **state)
{
	static const char *const reject[] = {"counter reject", NULL};
	struct plan_fixture *fixture = *state;
	struct table *table;

	input_with(fixture, web_server);
	table = legacy_table(fixture, TABLE_IP6, "filter");
	chain_with(fixture, table, "INPUT", HOOK_INPUT, reject, false);
	chain_with(fixture, table, "OUTPUT", HOOK_OUTPUT, reject, false);
	fixture_want(fixture, "out 53/udp ipv6");
	fixture_want(fixture, "443");
	fixture_plan(fixture);
	assert_string_equal(
		fixture_steps(fixture, "FWPORT"),
		"+ chain ip filter FWPORT-IN (legacy)\n"
		"+ chain ip6 filter FWPORT-IN (legacy)\n"
		"+ chain ip6 filter FWPORT-OUT (legacy)\n"
		"+ rule in ip filter FWPORT-IN (legacy): tcp dport 443 counter accept comment \"fwport:2\"\n"
		"+ rule in ip6 filter FWPORT-IN (legacy): tcp dport 443 counter accept comment \"fwport:2\"\n"
		"+ rule in ip6 filter FWPORT-OUT (legacy): udp dport 53 counter accept comment \"fwport:1\"\n"
		"+ rule in ip filter INPUT (legacy) before rule 4: counter jump FWPORT-IN\n"
		"+ rule in ip6 filter INPUT (legacy) before rule 1: counter jump FWPORT-IN\n"
		"+ rule in ip6 filter OUTPUT (legacy) before rule 1: counter jump FWPORT-OUT\n");
	/* Answers are no part of the home. */
	assert_non_null(strstr(fixture_steps(fixture, "sport"), "ip6 filter OUTPUT"));
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV6), ANSWER_OPEN);
	assert_int_equal(fixture_verdict(fixture, 1, FAMILY_IPV6), ANSWER_OPEN);
	fixture_settles(fixture);
}

static void test_closing_the_last_leaves_nothing(void **state)
{
	struct plan_fixture *fixture = *state;
	const char *before;

	input_with(fixture, web_server);
	before = fixture_dump(fixture, &fixture->build.ruleset);
	fixture_want(fixture, "443");
	commit(fixture);
	fixture_unwant(fixture, 1);
	assert_steps(
		fixture,
		"- rule in ip filter INPUT (legacy): counter jump FWPORT-IN\n"
		"- rule in ip filter FWPORT-IN (legacy): tcp dport 443 counter accept comment \"fwport:1\"\n"
		"- chain ip filter FWPORT-IN (legacy)\n");
	assert_string_equal(fixture_dump(fixture, fixture->plan.after), before);
}

static void test_one_more_port_adds_a_rule_and_one_less_removes_it(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, web_server);
	fixture_want(fixture, "443");
	commit(fixture);
	fixture_want(fixture, "80");
	assert_steps(
		fixture,
		"+ rule in ip filter FWPORT-IN (legacy): tcp dport 80 counter accept comment \"fwport:2\"\n");
	commit(fixture);
	fixture_unwant(fixture, 1);
	assert_steps(fixture, "- rule in ip filter FWPORT-IN (legacy): tcp dport 443 counter accept comment "
			      "\"fwport:1\"\n");
}

/* The table is written anew in any case. */
static void test_many_single_openings_come_together(void **state)
{
	struct plan_fixture *fixture = *state;
	char port[8];

	input_with(fixture, web_server);
	for (unsigned i = 0; i < 16; i++) {
		snprintf(port, sizeof(port), "%u", 1000 + 2 * i);
		fixture_want(fixture, port);
		commit(fixture);
		assert_int_equal(chain_now(fixture, "FWPORT-IN")->rule_count, i + 1);
	}
	fixture_want(fixture, "1100-1200");
	fixture_plan(fixture);
	assert_string_equal(
		fixture_steps(fixture, "+ "),
		"+ rule in ip filter FWPORT-IN (legacy): tcp dport { 1000, 1002, ... 13 more } "
		"counter accept comment \"fwport:1\"\n"
		"+ rule in ip filter FWPORT-IN (legacy): tcp dport { 1030, 1100-1200 } counter accept "
		"comment \"fwport:16\"\n");
	fixture_settles(fixture);
	commit(fixture);
	assert_int_equal(chain_now(fixture, "FWPORT-IN")->rule_count, 2);
	for (size_t i = 0; i < fixture->wanted.count; i++)
		assert_int_equal(fixture_verdict(fixture, i, FAMILY_IPV4), ANSWER_OPEN);
}

static void test_overlapping_openings_of_a_scope_are_told_apart(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, web_server);
	fixture_want(fixture, "8000-8005 ipv4");
	fixture_want(fixture, "8004-8009 ipv4");
	commit(fixture);
	fixture_unwant(fixture, 1);
	assert_steps(fixture, "- rule in ip filter FWPORT-IN (legacy): tcp dport 8000-8005 counter accept "
			      "comment \"fwport:1\"\n");
}

static void test_where_nothing_blocks_the_call_stands_at_the_end(void **state)
{
	static const char *const rules[] = {"ip saddr 203.0.113.1 counter drop", NULL};
	struct plan_fixture *fixture = *state;

	input_with(fixture, rules);
	fixture_want(fixture, "443");
	commit(fixture);
	assert_string_equal(fixture_steps(fixture, "jump"),
			    "+ rule in ip filter INPUT (legacy): counter jump FWPORT-IN\n");
	/* A block of everything that is appended comes too late for it, and nothing has to be done. */
	build_rule(&fixture->build, chain_now(fixture, "INPUT"), "counter drop");
	assert_steps(fixture, "");
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
}

static void test_a_ban_behind_the_call_is_let_before_it(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, web_server);
	fixture_want(fixture, "443");
	commit(fixture);
	insert(fixture, "INPUT", 5, "ip saddr 203.0.113.2 counter drop");
	assert_steps(fixture, "+ rule in ip filter INPUT (legacy) before rule 6: counter jump FWPORT-IN\n"
			      "- rule in ip filter INPUT (legacy): counter jump FWPORT-IN\n");
}

static void test_a_network_that_is_down_moves_no_call(void **state)
{
	static const char *const rules[] = {"meta l4proto 6 counter reject", "counter drop", NULL};
	struct plan_fixture *fixture = *state;

	input_with(fixture, rules);
	fixture_want(fixture, "443");
	commit(fixture);
	assert_non_null(strstr(fixture_steps(fixture, "jump"), "before rule 1"));
	fixture->build.host.address_count = 0;
	assert_steps(fixture, "");
}

static void take_down(struct plan_fixture *fixture, const char *name)
{
	for (size_t i = 0; i < fixture->build.host.link_count; i++)
		if (!strcmp(fixture->build.host.links[i].name, name))
			fixture->build.host.links[i].up = false;
}

/* By the others it belongs behind rule 1; by the one that is not seen now it may not. */
static void test_an_interface_that_is_down_moves_no_call(void **state)
{
	static const char *const rules[] = {"meta l4proto 6 counter reject", "counter drop", NULL};
	struct plan_fixture *fixture = *state;

	input_with(fixture, rules);
	fixture_want(fixture, "443 iface eth1");
	fixture_want(fixture, "53/udp");
	commit(fixture);
	assert_non_null(strstr(fixture_steps(fixture, "jump"), "before rule 1"));
	take_down(fixture, "eth1");
	assert_steps(fixture, "");
}

/* The call stays where the other one needs it, and there the ban is behind it. */
static void test_an_interface_that_is_down_lets_nobody_past_a_ban(void **state)
{
	static const char *const rules[] = {"meta l4proto 17 counter reject",
					    "ip saddr 203.0.113.2 meta l4proto 6 counter drop",
					    "counter drop", NULL};
	struct plan_fixture *fixture = *state;

	input_with(fixture, rules);
	fixture_want(fixture, "53/udp iface eth1");
	commit(fixture);
	assert_non_null(strstr(fixture_steps(fixture, "jump"), "before rule 1"));
	take_down(fixture, "eth1");
	fixture_want(fixture, "8080");
	assert_steps(fixture, "+ rule in ip filter INPUT (legacy) before rule 4: tcp dport 8080 counter "
			      "accept comment \"fwport:2\"\n");
	assert_int_equal(fixture_verdict(fixture, 1, FAMILY_IPV4), ANSWER_OPEN);
}

/* 8080 passes without a rule, and would get past rule 1 with one. */
static void test_a_network_that_is_down_lets_nobody_past_a_block(void **state)
{
	static const char *const rules[] = {"tcp dport 1-1023 counter reject", NULL};
	struct plan_fixture *fixture = *state;

	input_with(fixture, rules);
	fixture_want(fixture, "443");
	commit(fixture);
	fixture_want(fixture, "8080");
	assert_steps(fixture, "");
	fixture->build.host.address_count = 0;
	assert_steps(fixture, "");
}

static void test_an_interface_that_is_down_costs_no_rule(void **state)
{
	static const char *const rules[] = {"meta l4proto 6 counter reject", "counter drop", NULL};
	struct plan_fixture *fixture = *state;

	input_with(fixture, rules);
	fixture_want(fixture, "443 iface eth1");
	fixture_want(fixture, "80");
	commit(fixture);
	take_down(fixture, "eth1");
	assert_steps(fixture, "");
	/* With the home it goes. */
	fixture->wanted.count = 0;
	fixture_plan(fixture);
	assert_non_null(strstr(fixture_steps(fixture, NULL), "- chain ip filter FWPORT-IN"));
}

static void test_the_call_stays_before_a_deny_that_would_close_an_opening(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, web_server);
	fixture_want(fixture, "443");
	commit(fixture);
	insert(fixture, "INPUT", 5, "tcp dport 443 counter drop");
	assert_steps(fixture, "");
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
}

static void test_a_block_before_the_call_moves_it(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, web_server);
	fixture_want(fixture, "443");
	commit(fixture);
	insert(fixture, "INPUT", 3, "counter drop");
	assert_steps(fixture, "+ rule in ip filter INPUT (legacy) before rule 3: counter jump FWPORT-IN\n"
			      "- rule in ip filter INPUT (legacy): counter jump FWPORT-IN\n");
}

static void test_what_others_flushed_is_made_again(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *input;

	input_with(fixture, web_server);
	fixture_want(fixture, "443");
	commit(fixture);
	chain_now(fixture, "FWPORT-IN")->rule_count = 0;
	assert_steps(fixture, "+ rule in ip filter FWPORT-IN (legacy): tcp dport 443 counter accept comment "
			      "\"fwport:1\"\n");
	commit(fixture);
	input = chain_now(fixture, "INPUT");
	memmove(input->rules + 3, input->rules + 4, 2 * sizeof(struct rule *));
	input->rule_count--;
	for (size_t i = 0; i < input->rule_count; i++)
		input->rules[i]->position = (unsigned)i + 1;
	assert_steps(fixture, "+ rule in ip filter INPUT (legacy) before rule 4: counter jump FWPORT-IN\n");
}

/* And the one that goes is not the one that stands well. */
static void test_a_second_call_is_one_too_many(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, web_server);
	fixture_want(fixture, "443");
	commit(fixture);
	insert(fixture, "INPUT", 1, "counter jump FWPORT-IN");
	fixture_plan(fixture);
	assert_int_equal(fixture->plan.steps.count, 1);
	assert_true(fixture->plan.steps.list[0].remove);
	assert_int_equal(fixture->plan.steps.list[0].rule->position, 1);
}

static void test_the_call_serves_all_where_a_block_is_per_protocol(void **state)
{
	static const char *const rules[] = {"counter log", "meta l4proto 6 counter reject",
					    "meta l4proto 17 counter reject", "counter drop", NULL};
	struct plan_fixture *fixture = *state;

	input_with(fixture, rules);
	fixture_want(fixture, "443");
	fixture_want(fixture, "53/udp");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "INPUT"),
			    "+ rule in ip filter INPUT (legacy) before rule 1: counter jump FWPORT-IN\n");
	assert_int_equal(fixture_verdict(fixture, 1, FAMILY_IPV4), ANSWER_OPEN);
	fixture_settles(fixture);
}

/* Before rule 1 the ban of rule 2 would be skipped for the port that passes rule 1 by itself. */
static void test_an_opening_with_a_place_of_its_own_is_a_guest_beside(void **state)
{
	static const char *const rules[] = {"tcp dport 1-1023 counter reject",
					    "ip saddr 203.0.113.1 tcp dport 8443 counter drop",
					    "counter drop", NULL};
	struct plan_fixture *fixture = *state;

	input_with(fixture, rules);
	fixture_want(fixture, "443");
	fixture_want(fixture, "8443");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "INPUT"),
			    "+ rule in ip filter INPUT (legacy) before rule 1: tcp dport 443 counter accept "
			    "comment \"fwport:1\"\n"
			    "+ rule in ip filter INPUT (legacy) before rule 3: counter jump FWPORT-IN\n");
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
	assert_int_equal(fixture_verdict(fixture, 1, FAMILY_IPV4), ANSWER_OPEN);
	fixture_settles(fixture);
}

/* 22 passes already; whom rule 1 keeps from it would come to it by the home. */
static void test_what_passes_already_and_is_kept_from_some_is_not_in_the_home(void **state)
{
	static const char *const rules[] = {"ip saddr != 203.0.113.1 tcp dport 22 counter accept",
					    "meta l4proto 6 counter reject", "counter drop", NULL};
	struct plan_fixture *fixture = *state;

	input_with(fixture, rules);
	fixture_want(fixture, "22");
	fixture_want(fixture, "443");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "dport"),
			    "+ rule in ip filter FWPORT-IN (legacy): tcp dport 443 counter accept comment "
			    "\"fwport:2\"\n");
	assert_string_equal(fixture_steps(fixture, "jump"),
			    "+ rule in ip filter INPUT (legacy) before rule 2: counter jump FWPORT-IN\n");
	fixture_settles(fixture);
}

static void test_another_table_that_blocks_has_a_guest(void **state)
{
	static const char *const rules[] = {"tcp dport 22 counter accept", NULL};
	struct plan_fixture *fixture = *state;

	input_with(fixture, web_server);
	chain_with(fixture, legacy_table(fixture, TABLE_IP, "mangle"), "INPUT", HOOK_INPUT, rules, true)
		->priority = -150;
	fixture_want(fixture, "443");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "INPUT"),
			    "+ rule in ip mangle INPUT (legacy): tcp dport 443 counter accept comment "
			    "\"fwport:1\"\n"
			    "+ rule in ip filter INPUT (legacy) before rule 4: counter jump FWPORT-IN\n");
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
	fixture_settles(fixture);
}

static void test_a_chain_of_the_user_that_blocks_has_a_guest(void **state)
{
	static const char *const none[] = {NULL};
	struct plan_fixture *fixture = *state;
	struct chain *input = input_with(fixture, none);
	struct chain *mine = build_chain(&fixture->build, input->table, "MINE");

	build_rule(&fixture->build, mine, "tcp dport 22 counter accept");
	build_rule(&fixture->build, mine, "counter drop");
	build_rule(&fixture->build, input, "counter jump MINE");
	fixture_want(fixture, "443");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "MINE"),
			    "+ rule in ip filter MINE (legacy) before rule 2: tcp dport 443 counter accept "
			    "comment \"fwport:1\"\n");
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
	fixture_settles(fixture);
}

/* whose home it is */

static void plan_fails(struct plan_fixture *fixture, const char *sentence, const char *hint)
{
	fixture->err = (struct error){0};
	assert_int_equal(plan_make(&fixture->build.ruleset, &fixture->build.host,
				   &(struct wishes){.openings = &fixture->wanted}, NULL, 0,
				   &fixture->build.pool, &fixture->plan, &fixture->err),
			 -1);
	assert_int_equal(fixture->err.kind, ERROR_BLOCKED);
	assert_string_equal(fixture->err.text, sentence);
	assert_string_equal(fixture->err.hint, hint);
	assert_int_equal(fixture->plan.steps.count, 0);
}

static void test_a_strange_rule_in_a_chain_of_our_name_is_left_alone(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *input = input_with(fixture, web_server);

	build_rule(&fixture->build, build_chain(&fixture->build, input->table, "FWPORT-IN"),
		   "tcp dport 25 counter drop");
	build_rule(&fixture->build, input, "counter jump FWPORT-IN");
	assert_steps(fixture, "");
	fixture_want(fixture, "443");
	plan_fails(fixture,
		   "the name FWPORT-IN is taken: rule 1 of ip filter FWPORT-IN (legacy) was not made by "
		   "fwport",
		   "rename that chain, or remove what is foreign in it");
}

static void test_a_strange_rule_beside_ours_stays_and_keeps_nothing_open(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, web_server);
	fixture_want(fixture, "443");
	fixture_want(fixture, "80");
	commit(fixture);
	insert(fixture, "FWPORT-IN", 1, "ip saddr 198.51.100.7 counter drop");
	fixture->wanted.count = 1;
	commit(fixture);
	assert_int_equal(chain_now(fixture, "FWPORT-IN")->rule_count, 2);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
	fixture->wanted.count = 0;
	assert_steps(fixture, "- rule in ip filter FWPORT-IN (legacy): tcp dport 443 counter accept comment "
			      "\"fwport:1\"\n");
}

static void test_a_strange_call_of_our_chain_is_left_alone(void **state)
{
	struct plan_fixture *fixture = *state;

	input_with(fixture, web_server);
	fixture_want(fixture, "443");
	commit(fixture);
	insert(fixture, "INPUT", 1, "iifname eth1 counter jump FWPORT-IN");
	assert_steps(fixture, "");
	fixture_want(fixture, "80");
	plan_fails(fixture,
		   "rule 1 of ip filter INPUT (legacy) calls FWPORT-IN, which is fwport's own, and "
		   "was not made by it: what is opened there would be open for it, too",
		   "remove that rule, or let it call a chain of its own");
	fixture->wanted.count = 0;
	assert_steps(fixture, "- rule in ip filter FWPORT-IN (legacy): tcp dport 443 counter accept comment "
			      "\"fwport:1\"\n");
}

/* For whoever else calls the chain it closes, too. */
static void test_one_of_two_is_closed_whoever_calls_the_chain(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *input = input_with(fixture, web_server);
	struct chain *forward =
		build_base_chain(&fixture->build, input->table, "FORWARD", HOOK_FORWARD, 0, false);

	fixture_want(fixture, "80");
	fixture_want(fixture, "443");
	commit(fixture);
	forward = chain_now(fixture, "FORWARD");
	build_rule(&fixture->build, forward, "iifname eth1 counter jump FWPORT-IN");
	fixture->wanted.count = 1;
	assert_steps(
		fixture,
		"+ rule in ip filter FWPORT-IN (legacy): tcp dport 80 counter accept comment \"fwport:1\"\n"
		"- rule in ip filter FWPORT-IN (legacy): tcp dport { 80, 443 } counter accept comment "
		"\"fwport:1\"\n");
	commit(fixture);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
}

/* It may be somebody else's, who has not filled it yet. */
static void test_an_empty_chain_of_our_name_stays_when_ours_goes(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *input = input_with(fixture, web_server);

	build_chain(&fixture->build, input->table, "FWPORT-IN");
	assert_steps(fixture, "");
	fixture_want(fixture, "443");
	fixture->place = HOME_IPTABLES;
	assert_steps(fixture,
		     "+ rule in ip filter FWPORT-IN (legacy): tcp dport 443 counter accept comment "
		     "\"fwport:1\"\n"
		     "+ rule in ip filter INPUT (legacy) before rule 4: counter jump FWPORT-IN comment "
		     "\"fwport:found\" (the chain was there before, and stays when ours goes)\n");
	commit(fixture);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
	fixture->wanted.count = 0;
	assert_steps(fixture,
		     "- rule in ip filter INPUT (legacy): counter jump FWPORT-IN comment \"fwport:found\"\n"
		     "- rule in ip filter FWPORT-IN (legacy): tcp dport 443 counter accept comment "
		     "\"fwport:1\"\n");
	commit(fixture);
	assert_int_equal(chain_now(fixture, "FWPORT-IN")->rule_count, 0);
	assert_steps(fixture, "");
}

/* where it is */

static const char *steps_at(struct plan_fixture *fixture, enum home_place place)
{
	if (plan_make(&fixture->build.ruleset, &fixture->build.host,
		      &(struct wishes){.openings = &fixture->wanted, .place = place}, NULL, 0,
		      &fixture->build.pool, &fixture->plan, &fixture->err) < 0)
		fail_msg("%s", fixture->err.text);
	return fixture_steps(fixture, NULL);
}

static void test_a_table_that_is_not_registered_is_not_made(void **state)
{
	static const char *const rules[] = {"tcp dport 443 counter drop", NULL};
	struct plan_fixture *fixture = *state;

	chain_with(fixture, legacy_table(fixture, TABLE_IP, "raw"), "PREROUTING", HOOK_PREROUTING, rules,
		   false);
	fixture_want(fixture, "80");
	assert_string_equal(steps_at(fixture, HOME_AUTO), "");
	assert_string_equal(steps_at(fixture, HOME_IPTABLES), "");
}

static void test_a_home_moves_only_when_told(void **state)
{
	struct plan_fixture *fixture = *state;
	const char *steps;

	input_with(fixture, web_server);
	fixture_want(fixture, "443");
	commit(fixture);
	build_rule(&fixture->build, build_input(&fixture->build, false), "tcp dport 25 drop");
	assert_steps(fixture, "");
	steps = steps_at(fixture, HOME_NFT);
	assert_non_null(strstr(steps, "+ table inet fwport\n"));
	assert_non_null(strstr(steps, "+ rule in ip filter INPUT (legacy) before rule 5: tcp dport 443"));
	assert_non_null(strstr(steps, "- chain ip filter FWPORT-IN (legacy)\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_the_call_stands_before_the_tail_and_behind_the_bans,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_ports_share_rules_of_fifteen_and_merged_ranges,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_both_directions_and_families_have_their_chains,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_closing_the_last_leaves_nothing, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_one_more_port_adds_a_rule_and_one_less_removes_it,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_many_single_openings_come_together, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_overlapping_openings_of_a_scope_are_told_apart,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_where_nothing_blocks_the_call_stands_at_the_end,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_a_ban_behind_the_call_is_let_before_it, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_a_network_that_is_down_moves_no_call, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_an_interface_that_is_down_moves_no_call, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_an_interface_that_is_down_lets_nobody_past_a_ban,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_a_network_that_is_down_lets_nobody_past_a_block,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_an_interface_that_is_down_costs_no_rule, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_the_call_stays_before_a_deny_that_would_close_an_opening,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_a_block_before_the_call_moves_it, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_what_others_flushed_is_made_again, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_a_second_call_is_one_too_many, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_the_call_serves_all_where_a_block_is_per_protocol,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_an_opening_with_a_place_of_its_own_is_a_guest_beside,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(
			test_what_passes_already_and_is_kept_from_some_is_not_in_the_home, fixture_start,
			fixture_end),
		cmocka_unit_test_setup_teardown(test_another_table_that_blocks_has_a_guest, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_a_chain_of_the_user_that_blocks_has_a_guest,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_a_strange_rule_in_a_chain_of_our_name_is_left_alone,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_a_strange_rule_beside_ours_stays_and_keeps_nothing_open,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_a_strange_call_of_our_chain_is_left_alone, fixture_start,
						fixture_end),
		cmocka_unit_test_setup_teardown(test_one_of_two_is_closed_whoever_calls_the_chain,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_an_empty_chain_of_our_name_stays_when_ours_goes,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_a_table_that_is_not_registered_is_not_made,
						fixture_start, fixture_end),
		cmocka_unit_test_setup_teardown(test_a_home_moves_only_when_told, fixture_start, fixture_end),
	};

	return cmocka_run_group_tests_name("legacy home", tests, NULL, NULL);
}
