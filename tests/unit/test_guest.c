/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guests whose rules are not simply nft's: in tables of iptables-nft, where they are matches of x_tables, and behind NAT.
 */
#include "plan_fixture.h"

#include "fwport/rule_text.h"

#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#define GUEST " comment \"fwport:1\"\n"

static struct table *iptables(struct plan_fixture *fixture)
{
	struct table *table = build_table(&fixture->build, TABLE_IP, "filter");

	table->owner = OWNER_IPTABLES_NFT;
	return table;
}

static struct chain *input_of(struct plan_fixture *fixture, struct table *table)
{
	return build_base_chain(&fixture->build, table, "INPUT", HOOK_INPUT, 0, true);
}

/* The kernel gives handles when it takes the rules, in some order. */
static void committed(struct plan_fixture *fixture)
{
	const struct ruleset *after = fixture->plan.after;

	for (size_t i = 0; i < after->table_count; i++)
		for (size_t j = 0; j < after->tables[i]->chain_count; j++) {
			struct chain *chain = after->tables[i]->chains[j];

			for (size_t k = 0; k < chain->rule_count; k++)
				if (!chain->rules[k]->handle)
					chain->rules[k]->handle = ++fixture->build.handle;
		}
	fixture_plan_on(fixture, after);
}

static void assert_open(struct plan_fixture *fixture)
{
	for (size_t i = 0; i < fixture->wanted.count; i++)
		assert_int_equal(fixture_verdict(fixture, i, FAMILY_IPV4), ANSWER_OPEN);
}

static void want_odd_ports(struct plan_fixture *fixture, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char port[8];

		snprintf(port, sizeof(port), "%u", 1001 + 2 * i);
		fixture_want(fixture, port);
	}
}

static void test_many_ports_are_groups_of_fifteen(void **state)
{
	struct plan_fixture *fixture = *state;

	input_of(fixture, iptables(fixture));
	want_odd_ports(fixture, 17);
	fixture_plan(fixture);
	assert_string_equal(
		fixture_steps(fixture, "ip filter"),
		"+ rule in ip filter INPUT: tcp dport { 1001, 1003, ... 13 more } counter accept" GUEST
		"+ rule in ip filter INPUT: tcp dport { 1031, 1033 } counter accept comment "
		"\"fwport:16\"\n");
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_a_range_takes_two_slots(void **state)
{
	struct plan_fixture *fixture = *state;

	input_of(fixture, iptables(fixture));
	want_odd_ports(fixture, 14);
	fixture_want(fixture, "8000-8010");
	fixture_plan(fixture);
	assert_string_equal(
		fixture_steps(fixture, "ip filter"),
		"+ rule in ip filter INPUT: tcp dport { 1001, 1003, ... 12 more } counter accept" GUEST
		"+ rule in ip filter INPUT: tcp dport 8000-8010 counter accept comment \"fwport:15\"\n");
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_closing_one_port_forms_its_group_anew(void **state)
{
	struct plan_fixture *fixture = *state;

	input_of(fixture, iptables(fixture));
	want_odd_ports(fixture, 16);
	fixture_plan(fixture);
	fixture_unwant(fixture, 2);
	committed(fixture);
	assert_string_equal(
		fixture_steps(fixture, "ip filter"),
		"+ rule in ip filter INPUT: tcp dport { 1001, 1005, ... 12 more } counter accept" GUEST
		"- rule in ip filter INPUT: tcp dport { 1001, 1003, ... 13 more } counter accept" GUEST);
	assert_open(fixture);
}

static void test_one_more_port_leaves_the_group_alone(void **state)
{
	struct plan_fixture *fixture = *state;

	input_of(fixture, iptables(fixture));
	want_odd_ports(fixture, 3);
	fixture_plan(fixture);
	fixture_want(fixture, "2000");
	committed(fixture);
	assert_string_equal(
		fixture_steps(fixture, "ip filter"),
		"+ rule in ip filter INPUT: tcp dport 2000 counter accept comment \"fwport:4\"\n");
	assert_open(fixture);
}

/* Address first and protocol last; the port as a match of its own; a counter that has counted. */
static void test_rules_that_iptables_restore_wrote_anew_are_kept(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input_of(fixture, iptables(fixture));
	struct rule *rule;

	fixture_want(fixture, "443 from 203.0.113.0/24");
	rule = build_rule(&fixture->build, chain,
			  "meta l4proto 6 xt th dport 443 ip saddr 203.0.113.0/24 counter accept");
	rule->tag = 1;
	rule->comment = "fwport:1";
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "ip filter"), "");
	assert_open(fixture);
}

static const struct rule *added(struct plan_fixture *fixture, const char *text)
{
	for (size_t i = 0; i < fixture->plan.steps.count; i++) {
		const struct step *step = &fixture->plan.steps.list[i];
		struct text line = {0};
		bool is;

		step_text(step, &line);
		is = step->object == STEP_RULE && strstr(text_string(&line), text);
		text_free(&line);
		if (is)
			return step->rule;
	}
	fail_msg("no step holds \"%s\"", text);
	return NULL;
}

/* iptables fails on them and lists the whole table no more. */
static void assert_no_native(const struct rule *rule)
{
	for (size_t i = 0; i < rule->op_count; i++) {
		const struct op *op = &rule->ops[i];

		if (op->kind == OP_CT || op->kind == OP_FIB || op->kind == OP_LOOKUP)
			assert_true(op_is_of_xt(op));
	}
}

static void test_a_chain_shared_with_forward_gets_an_addrtype(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *table = iptables(fixture);
	struct chain *shared = build_chain(&fixture->build, table, "SHARED");
	struct chain *input = build_base_chain(&fixture->build, table, "INPUT", HOOK_INPUT, 0, false);
	struct chain *forward = build_base_chain(&fixture->build, table, "FORWARD", HOOK_FORWARD, 0, false);

	build_rule(&fixture->build, shared, "counter drop");
	build_rule(&fixture->build, input, "jump SHARED");
	build_rule(&fixture->build, forward, "jump SHARED");
	fixture_want(fixture, "443");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "ip filter"),
			    "+ rule in ip filter SHARED before rule 1: fib daddr type local tcp dport 443 "
			    "counter accept" GUEST);
	assert_no_native(added(fixture, "SHARED"));
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_tracked_answers_get_a_conntrack(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *table = iptables(fixture);

	build_rule(&fixture->build, input_of(fixture, table), "xt ct state established accept");
	build_base_chain(&fixture->build, table, "OUTPUT", HOOK_OUTPUT, 0, true);
	fixture_want(fixture, "443");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "OUTPUT"),
			    "+ rule in ip filter OUTPUT: ct state established ct direction reply tcp sport "
			    "443 counter accept" GUEST);
	assert_no_native(added(fixture, "OUTPUT"));
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_sctp_ports_are_a_match(void **state)
{
	struct plan_fixture *fixture = *state;

	input_of(fixture, iptables(fixture));
	fixture_want(fixture, "443/sctp");
	fixture_plan(fixture);
	assert_string_equal(
		fixture_steps(fixture, "ip filter"),
		"+ rule in ip filter INPUT: sctp dport { 443 } counter accept comment \"fwport:1\"\n");
	assert_no_native(added(fixture, "INPUT"));
	assert_open(fixture);
	fixture_settles(fixture);
}

/* behind NAT */

static void redirect(struct plan_fixture *fixture, enum table_family family, const char *line)
{
	struct table *table = build_table(&fixture->build, family, "nat");

	build_base_chain(&fixture->build, table, "PREROUTING", HOOK_PREROUTING, -100, false)->type =
		CHAIN_NAT;
	build_rule(&fixture->build, table->chains[0], line);
}

static enum verdict after(struct plan_fixture *fixture, uint16_t port)
{
	struct query query = {.protocol = PROTOCOL_TCP, .port = port, .families = FAMILY_BIT(FAMILY_IPV4)};
	struct answer answer;

	assert_int_equal(evaluate(fixture->plan.after, &fixture->build.host, &query, &fixture->build.pool,
				  &answer, &fixture->err),
			 0);
	return answer.verdict;
}

static void test_behind_a_redirect_the_port_that_was_asked_for_is_let_through(void **state)
{
	struct plan_fixture *fixture = *state;

	redirect(fixture, TABLE_INET, "tcp dport 443 redirect 8443");
	build_rule(&fixture->build, build_input(&fixture->build, true), "tcp dport 22 accept");
	fixture_want(fixture, "443");
	fixture_plan(fixture);
	assert_string_equal(
		fixture_steps(fixture, "inet filter"),
		"+ rule in inet filter input: tcp dport 8443 ct original proto-dst 443 accept" GUEST);
	assert_open(fixture);
	assert_int_equal(after(fixture, 8443), ANSWER_BLOCKED);
	fixture_settles(fixture);
}

static void test_behind_a_redirect_answers_leave_from_the_new_port(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *input = build_input(&fixture->build, true);

	redirect(fixture, TABLE_INET, "tcp dport 443 redirect 8443");
	build_base_chain(&fixture->build, input->table, "output", HOOK_OUTPUT, 0, true);
	fixture_want(fixture, "443");
	fixture_plan(fixture);
	assert_string_equal(
		fixture_steps(fixture, "output: "),
		"+ rule in inet filter output: ct state established ct direction reply tcp sport 8443 ct "
		"original proto-dst 443 accept" GUEST);
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_behind_a_redirect_of_iptables_it_is_a_conntrack(void **state)
{
	struct plan_fixture *fixture = *state;

	redirect(fixture, TABLE_IP, "tcp dport 443-444 redirect 8443");
	input_of(fixture, iptables(fixture));
	fixture_want(fixture, "443");
	fixture_want(fixture, "80");
	fixture_plan(fixture);
	assert_string_equal(
		fixture_steps(fixture, "ip filter"),
		"+ rule in ip filter INPUT: tcp dport 80 counter accept comment \"fwport:2\"\n"
		"+ rule in ip filter INPUT: tcp dport 8443 ct original proto-dst 443 counter accept" GUEST);
	assert_no_native(added(fixture, "8443"));
	assert_open(fixture);
	assert_int_equal(after(fixture, 444), ANSWER_BLOCKED);
	fixture_settles(fixture);
}

static void test_a_published_port_is_explained(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *table = iptables(fixture);
	const struct opening_answer *result;

	input_of(fixture, table);
	build_chain(&fixture->build, table, "DOCKER-USER");
	redirect(fixture, TABLE_IP, "tcp dport 443 dnat 172.17.0.2");
	fixture_want(fixture, "443");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "ip "), "");
	result = fixture_result(fixture, 0, FAMILY_IPV4);
	assert_string_equal(
		result->refused,
		"rule 1 of ip nat PREROUTING (admin, handle 6) sends these packets to 172.17.0.2, "
		"another host: input rules do not see them; on their way there they get no further: "
		"forwarding is switched off on eth0");
	assert_string_equal(result->hint, "who may reach port 443 there is said in chain DOCKER-USER of ip "
					  "filter, not here");
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, fixture_start, fixture_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(test_many_ports_are_groups_of_fifteen),
		CLAIM(test_a_range_takes_two_slots),
		CLAIM(test_closing_one_port_forms_its_group_anew),
		CLAIM(test_one_more_port_leaves_the_group_alone),
		CLAIM(test_rules_that_iptables_restore_wrote_anew_are_kept),
		CLAIM(test_a_chain_shared_with_forward_gets_an_addrtype),
		CLAIM(test_tracked_answers_get_a_conntrack),
		CLAIM(test_sctp_ports_are_a_match),
		CLAIM(test_behind_a_redirect_the_port_that_was_asked_for_is_let_through),
		CLAIM(test_behind_a_redirect_answers_leave_from_the_new_port),
		CLAIM(test_behind_a_redirect_of_iptables_it_is_a_conntrack),
		CLAIM(test_a_published_port_is_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
