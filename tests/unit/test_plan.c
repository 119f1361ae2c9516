/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole plans on hosts that somebody else filters: what is added, that it opens, that others fare as before, that a second
 * plan finds nothing to do and that the inverse restores everything.
 */
#include "plan_fixture.h"

#include "cmocka_all.h"

#include <linux/netfilter/nf_tables.h>
#include <stdio.h>
#include <time.h>

#define GUEST " comment \"fwport:1\"\n"

static struct chain *input(struct plan_fixture *fixture, bool policy_drop)
{
	return build_input(&fixture->build, policy_drop);
}

static struct chain *output(struct plan_fixture *fixture, struct table *table, bool policy_drop)
{
	return build_base_chain(&fixture->build, table, "output", HOOK_OUTPUT, 0, policy_drop);
}

static struct rule *rule(struct plan_fixture *fixture, struct chain *chain, const char *line)
{
	return build_rule(&fixture->build, chain, line);
}

/* The guests' lines: everything that is not the home. */
static void assert_guests(struct plan_fixture *fixture, const char *expected)
{
	assert_string_equal(fixture_steps(fixture, "filter"), expected);
}

static void assert_open(struct plan_fixture *fixture)
{
	for (size_t i = 0; i < fixture->wanted.count; i++)
		for (int family = 0; family < FAMILY_COUNT; family++)
			if (scope_has_family(&fixture->list[i].scope, (enum family)family))
				assert_int_equal(fixture_verdict(fixture, i, (enum family)family),
						 ANSWER_OPEN);
}

static enum verdict ask(struct plan_fixture *fixture, const struct ruleset *ruleset, enum protocol protocol,
			uint16_t port, const char *peer)
{
	struct prefix prefix;
	struct query query = {.protocol = protocol, .port = port, .families = FAMILIES_BOTH};
	struct answer answer;

	if (peer) {
		assert_int_equal(prefix_parse(peer, (struct place){0}, &prefix, &fixture->err), 0);
		query.peer = &prefix;
		query.families = FAMILY_BIT(prefix.address.family);
	}
	assert_int_equal(
		evaluate(ruleset, &fixture->build.host, &query, &fixture->build.pool, &answer, &fixture->err),
		0);
	return answer.verdict;
}

static enum verdict after(struct plan_fixture *fixture, uint16_t port, const char *peer)
{
	return ask(fixture, fixture->plan.after, PROTOCOL_TCP, port, peer);
}

static void assert_refused(struct plan_fixture *fixture, const char *sentence, const char *hint)
{
	const struct opening_answer *result = fixture_result(fixture, 0, FAMILY_IPV4);

	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_BLOCKED);
	assert_non_null(result->refused);
	assert_string_equal(result->refused, sentence);
	if (hint)
		assert_string_equal(result->hint, hint);
	else
		assert_null(result->hint);
}

static void plan_443(struct plan_fixture *fixture)
{
	fixture_want(fixture, "443");
	fixture_plan(fixture);
}

static void test_without_a_firewall_only_the_home_is_made(void **state)
{
	struct plan_fixture *fixture = *state;

	plan_443(fixture);
	assert_guests(fixture,
		      "+ chain inet fwport input (filter, hook input, priority filter - 1, policy accept)\n");
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_chains_that_filter_nothing_get_no_guest(void **state)
{
	struct plan_fixture *fixture = *state;

	rule(fixture, input(fixture, false), "tcp dport 22 accept");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"), "");
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_policy_drop_gets_a_guest_at_the_end(void **state)
{
	struct plan_fixture *fixture = *state;

	rule(fixture, input(fixture, true), "tcp dport 22 accept");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input: tcp dport 443 accept" GUEST);
	assert_open(fixture);
	assert_int_equal(after(fixture, 80, NULL), ANSWER_BLOCKED);
	fixture_settles(fixture);
}

static void test_catch_all_reject_gets_a_guest_before_it(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	rule(fixture, chain, "iifname lo accept");
	rule(fixture, chain, "ct state established,related accept");
	rule(fixture, chain, "reject");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input before rule 3: tcp dport 443 accept" GUEST);
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_every_blocking_base_chain_gets_its_guest(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *raw = build_table(&fixture->build, TABLE_IP, "mine");

	rule(fixture, input(fixture, true), "tcp dport 22 accept");
	rule(fixture, build_base_chain(&fixture->build, raw, "early", HOOK_INPUT, -10, false),
	     "tcp dport 1-1023 drop");
	build_base_chain(&fixture->build, raw, "free", HOOK_INPUT, 20, false);
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "+ rule in ip mine"),
			    "+ rule in ip mine early before rule 1: tcp dport 443 accept" GUEST);
	assert_string_equal(fixture_steps(fixture, "+ rule in inet filter"),
			    "+ rule in inet filter input: tcp dport 443 accept" GUEST);
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_reply_without_connection_tracking_is_told_by_flags(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	rule(fixture, output(fixture, chain->table, false), "drop");
	plan_443(fixture);
	assert_string_equal(
		fixture_steps(fixture, "inet filter"),
		"+ rule in inet filter output before rule 1: tcp sport 443 tcp flags ack / ack accept" GUEST);
	assert_open(fixture);
	assert_false(fixture->plan.conntrack_on);
	fixture_settles(fixture);
}

static void test_syn_ack_alone_is_told_by_both_flags(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	rule(fixture, output(fixture, chain->table, false), "tcp flags & 0x12 0x12 drop");
	plan_443(fixture);
	assert_string_equal(
		fixture_steps(fixture, "inet filter"),
		"+ rule in inet filter output before rule 1: tcp sport 443 tcp flags syn,ack / syn,ack "
		"accept" GUEST);
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_reply_with_connection_tracking_is_told_by_its_state(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	rule(fixture, chain, "ct state established accept");
	output(fixture, chain->table, true);
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter output: ct state established ct direction reply tcp sport "
			    "443 accept" GUEST);
	assert_open(fixture);
	assert_false(fixture->plan.conntrack_on);
	fixture_settles(fixture);
}

static void test_new_without_established_gets_a_guest_for_the_ack(void **state)
{
	struct plan_fixture *fixture = *state;

	rule(fixture, input(fixture, true), "tcp dport 443 ct state new accept");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input: tcp dport 443 accept" GUEST);
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_only_the_family_that_is_closed_gets_a_guest(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *six = build_table(&fixture->build, TABLE_IP6, "filter"),
		     *four = build_table(&fixture->build, TABLE_IP, "filter");

	build_base_chain(&fixture->build, six, "input", HOOK_INPUT, 0, true);
	build_base_chain(&fixture->build, four, "input", HOOK_INPUT, 0, false);
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "filter input:"),
			    "+ rule in ip6 filter input: tcp dport 443 accept" GUEST);
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_blocklist_before_the_blocker_keeps_blocking(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, true);

	build_set(&fixture->build, chain->table, "ban", NFT_SET_INTERVAL, "198.51.100.0/24");
	rule(fixture, chain, "ip saddr @ban drop");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input: tcp dport 443 accept" GUEST);
	assert_open(fixture);
	assert_int_equal(after(fixture, 443, "198.51.100.7"), ANSWER_BLOCKED);
	assert_int_equal(after(fixture, 443, "203.0.113.7"), ANSWER_OPEN);
	fixture_settles(fixture);
}

static void test_ban_set_and_log_before_the_policy_are_its_tail(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, true);

	build_set(&fixture->build, chain->table, "ban", NFT_SET_EVAL, "");
	rule(fixture, chain, "tcp dport 22 accept");
	rule(fixture, chain, "counter");
	rule(fixture, chain, "add @ban saddr");
	rule(fixture, chain, "limit 5 log");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input before rule 2: tcp dport 443 accept" GUEST);
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_tail_ends_at_a_drop_that_did_not_match(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, true);

	rule(fixture, chain, "log");
	rule(fixture, chain, "ip saddr 198.51.100.0/24 drop");
	rule(fixture, chain, "log");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input before rule 3: tcp dport 443 accept" GUEST);
	fixture_settles(fixture);
}

static void test_drop_chain_that_others_use_is_not_entered(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);
	struct chain *logdrop = build_chain(&fixture->build, chain->table, "logdrop");

	rule(fixture, logdrop, "log");
	rule(fixture, logdrop, "drop");
	rule(fixture, chain, "ip saddr 198.51.100.0/24 jump logdrop");
	rule(fixture, chain, "tcp dport 22 accept");
	rule(fixture, chain, "jump logdrop");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input before rule 3: tcp dport 443 accept" GUEST);
	assert_open(fixture);
	assert_int_equal(after(fixture, 443, "198.51.100.7"), ANSWER_BLOCKED);
	fixture_settles(fixture);
}

static void test_chain_shared_with_forward_gets_a_guest_for_this_host(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);
	struct chain *forward =
		build_base_chain(&fixture->build, chain->table, "forward", HOOK_FORWARD, 0, false);
	struct chain *common = build_chain(&fixture->build, chain->table, "common");

	rule(fixture, common, "tcp dport 22 accept");
	rule(fixture, common, "drop");
	rule(fixture, chain, "jump common");
	rule(fixture, forward, "jump common");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter common before rule 2: fib daddr type local tcp dport 443 "
			    "accept" GUEST);
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_udp_answer_switches_connection_tracking_on_and_says_so(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	output(fixture, chain->table, true);
	fixture_want(fixture, "443/udp");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter output: ct state established ct direction reply udp sport "
			    "443 accept comment "
			    "\"fwport:1\" (connection tracking on)\n");
	assert_true(fixture->plan.conntrack_on);
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_tcp_reply_leaves_a_dormant_nat_chain_asleep(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);
	struct chain *nat =
		build_base_chain(&fixture->build, chain->table, "nat", HOOK_PREROUTING, -100, false);

	nat->type = CHAIN_NAT;
	rule(fixture, nat, "tcp dport 443 drop");
	output(fixture, chain->table, true);
	plan_443(fixture);
	assert_false(fixture->plan.conntrack_on);
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_table_with_an_owner_takes_no_guest(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *table = build_table(&fixture->build, TABLE_INET, "firewalld");

	table->flags = NFT_TABLE_F_OWNER;
	table->owner_port = 4711;
	table->owner = OWNER_FIREWALLD;
	build_base_chain(&fixture->build, table, "filter_INPUT", HOOK_INPUT, 10, true);
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet firewalld"), "");
	assert_refused(fixture,
		       "table inet firewalld (firewalld) is held by a running program (owner flag), and "
		       "takes no rules from "
		       "others",
		       "firewall-cmd --permanent --add-port=443/tcp && firewall-cmd --reload");
}

static void test_who_holds_a_table_is_told_where_it_can_be_asked(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *table = build_table(&fixture->build, TABLE_INET, "firewalld");

	table->flags = NFT_TABLE_F_OWNER;
	table->owner_port = 4711;
	table->owner = OWNER_FIREWALLD;
	build_base_chain(&fixture->build, table, "filter_INPUT", HOOK_INPUT, 10, true);
	plan_443(fixture);
	assert_int_equal(fixture->plan.results[0].neighbour, VIA_FIREWALLD);
	table->owner = OWNER_ADMIN;
	fixture_plan(fixture);
	assert_int_equal(fixture->plan.results[0].neighbour, VIA_GUEST);
	table->owner = OWNER_FIREWALLD;
	table->flags = 0;
	fixture_plan(fixture);
	assert_int_equal(fixture->plan.results[0].neighbour, VIA_GUEST);
	assert_open(fixture);
}

static void test_what_a_neighbour_lets_through_needs_nothing_of_ours(void **state)
{
	struct plan_fixture *fixture = *state;

	input(fixture, true);
	fixture_want(fixture, "443");
	fixture->wanted.list[0].via = VIA_UFW;
	fixture_plan(fixture);
	assert_int_equal(fixture->plan.steps.count, 0);
	assert_true(plan_is_empty(&fixture->plan));
	assert_int_equal(fixture->plan.results[0].answer->verdict, ANSWER_BLOCKED);
	assert_null(fixture->plan.results[0].refused);
}

static void test_explicit_deny_of_the_port_is_respected(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	rule(fixture, chain, "tcp dport 22 accept");
	rule(fixture, chain, "tcp dport 443 drop");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"), "");
	assert_refused(fixture,
		       "rule 2 of inet filter input (admin, handle 4) blocks port 443 on purpose: tcp dport "
		       "443 drop",
		       "--override places a rule before it");
}

static void test_override_goes_past_an_explicit_deny(void **state)
{
	struct plan_fixture *fixture = *state;

	rule(fixture, input(fixture, false), "tcp dport 443 drop");
	fixture_want(fixture, "443 override");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input before rule 1: tcp dport 443 accept" GUEST);
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_port_named_among_others_in_a_set_is_an_explicit_deny(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	build_set(&fixture->build, chain->table, "closed", NFT_SET_INTERVAL, "80 443 8000-9000");
	rule(fixture, chain, "tcp dport @closed drop");
	fixture_want(fixture, "443");
	fixture_want(fixture, "8080");
	fixture_plan(fixture);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_BLOCKED);
	assert_int_equal(fixture_verdict(fixture, 1, FAMILY_IPV4), ANSWER_OPEN);
	assert_string_equal(
		fixture_steps(fixture, "inet filter"),
		"+ rule in inet filter input before rule 1: tcp dport 8080 accept comment \"fwport:2\"\n");
}

static void test_invalid_drop_is_never_bypassed(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *table = build_table(&fixture->build, TABLE_INET, "raw");

	rule(fixture, build_base_chain(&fixture->build, table, "prerouting", HOOK_PREROUTING, -300, false),
	     "ct state invalid drop");
	plan_443(fixture);
	assert_refused(fixture,
		       "rule 1 of inet raw prerouting (admin, handle 3) drops what connection tracking calls "
		       "invalid, which is "
		       "not bypassed",
		       NULL);
}

static void test_guest_that_would_free_a_banned_source_is_refused(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	rule(fixture, chain, "ip saddr != 198.51.100.0/24 drop");
	rule(fixture, chain, "ip saddr 198.51.100.66 drop");
	fixture_want(fixture, "443 ipv4");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"), "");
	assert_refused(fixture,
		       "a rule here would let through sources that are blocked by rule 2 of inet filter "
		       "input (admin, handle 4): "
		       "drop",
		       NULL);
}

static void refuse_443(struct plan_fixture *fixture, const char *sentence)
{
	fixture_want(fixture, "443 ipv4");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"), "");
	assert_refused(fixture, sentence, NULL);
}

#define LETS_THROUGH "a rule here would let through sources that are blocked by "

static void test_ban_behind_the_blocker_is_not_bypassed(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	rule(fixture, chain, "tcp dport 440-450 drop");
	rule(fixture, chain, "ip saddr 45.1.2.0/24 drop");
	refuse_443(fixture, LETS_THROUGH "rule 2 of inet filter input (admin, handle 4): drop");
}

static void test_ban_behind_two_blockers_is_not_bypassed(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, true);

	rule(fixture, chain, "tcp dport 440-450 drop");
	rule(fixture, chain, "tcp dport 400-500 drop");
	rule(fixture, chain, "ip saddr 45.1.2.0/24 drop");
	refuse_443(fixture, LETS_THROUGH "rule 3 of inet filter input (admin, handle 5): drop");
}

static void test_ban_that_drops_in_the_same_chain_as_the_blocker_is_not_bypassed(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);
	struct chain *refuse = build_chain(&fixture->build, chain->table, "refuse");

	rule(fixture, refuse, "meta l4proto 6 drop");
	rule(fixture, chain, "tcp dport 440-450 jump refuse");
	rule(fixture, chain, "ip saddr 45.1.2.0/24 jump refuse");
	refuse_443(fixture, LETS_THROUGH "rule 1 of inet filter refuse (admin, handle 4): drop");
}

static void test_ban_behind_the_blocker_of_a_called_chain_is_not_bypassed(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);
	struct chain *zone = build_chain(&fixture->build, chain->table, "zone");

	rule(fixture, zone, "tcp dport 440-450 drop");
	rule(fixture, zone, "ip saddr 45.1.2.0/24 drop");
	rule(fixture, chain, "iifname eth0 jump zone");
	refuse_443(fixture, LETS_THROUGH "rule 2 of inet filter zone (admin, handle 5): drop");
}

static void test_catch_all_behind_the_blocker_is_no_ban(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, true);

	rule(fixture, chain, "ip saddr 45.1.2.0/24 drop");
	rule(fixture, chain, "ip saddr 45.1.3.0/24 tcp dport 22 accept");
	rule(fixture, chain, "meta l4proto 6 reject");
	rule(fixture, chain, "reject");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input before rule 3: tcp dport 443 accept" GUEST);
	assert_open(fixture);
	assert_int_equal(after(fixture, 443, "45.1.2.9"), ANSWER_BLOCKED);
	fixture_settles(fixture);
}

static void default_route_on_both(struct plan_fixture *fixture)
{
	struct host *host = &fixture->build.host;
	struct route *routes = pool_alloc(&fixture->build.pool, (host->route_count + 1) * sizeof(*routes));

	assert_non_null(routes);
	for (size_t i = 0; i < host->route_count; i++)
		routes[i] = host->routes[i];
	routes[host->route_count] = routes[0];
	routes[host->route_count].link = 3;
	routes[host->route_count++].metric = 100;
	host->routes = routes;
}

static void test_ban_on_another_link_is_not_bypassed(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	default_route_on_both(fixture);
	rule(fixture, chain, "iifname eth0 tcp dport 440-450 drop");
	rule(fixture, chain, "iifname eth1 ip saddr 45.1.2.0/24 drop");
	refuse_443(fixture, LETS_THROUGH "rule 2 of inet filter input (admin, handle 4): drop");
}

static void test_ban_on_another_link_that_stays_does_not_count(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	default_route_on_both(fixture);
	rule(fixture, chain, "iifname eth1 ip saddr 45.1.2.0/24 drop");
	rule(fixture, chain, "iifname eth0 tcp dport 440-450 drop");
	fixture_want(fixture, "443 ipv4");
	fixture_plan(fixture);
	assert_string_equal(
		fixture_steps(fixture, "+ rule in inet filter"),
		"+ rule in inet filter input before rule 2: meta nfproto ipv4 tcp dport 443 accept" GUEST);
	assert_open(fixture);
	fixture_settles(fixture);
}

/* Each address is a class of its own. */
static void many_addresses(struct plan_fixture *fixture, struct chain *chain, unsigned count,
			   const char *verdict)
{
	for (unsigned i = 0; i < count; i++) {
		char line[64];

		snprintf(line, sizeof(line), "ip saddr 46.%u.%u.7 %s", i / 256, i % 256, verdict);
		rule(fixture, chain, line);
	}
}

static void test_more_sources_than_can_be_asked_are_not_let_through(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	rule(fixture, chain, "ip saddr != 46.0.0.0/8 drop");
	many_addresses(fixture, chain, 1500, "accept");
	rule(fixture, chain, "ip saddr 46.200.0.1 drop");
	refuse_443(fixture,
		   "too many sources are told apart to prove that none of them would be let through");
}

static void test_more_sources_than_can_be_asked_do_not_matter_before_the_blocker(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, true);

	many_addresses(fixture, chain, 300, "drop");
	rule(fixture, chain, "meta l4proto 6 reject");
	rule(fixture, chain, "reject");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input before rule 301: tcp dport 443 accept" GUEST);
	assert_open(fixture);
	assert_int_equal(after(fixture, 443, "46.0.200.7"), ANSWER_BLOCKED);
}

/* An opening keeps the leave it was given, and gives it to no other. */
static void test_override_holds_for_its_own_ports(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	build_set(&fixture->build, chain->table, "closed", NFT_SET_INTERVAL, "443 8443");
	rule(fixture, chain, "tcp dport @closed drop");
	fixture_want(fixture, "8443");
	fixture_want(fixture, "443 override");
	fixture_plan(fixture);
	assert_string_equal(
		fixture_steps(fixture, "inet filter"),
		"+ rule in inet filter input before rule 1: tcp dport 443 accept comment \"fwport:2\"\n");
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_BLOCKED);
	assert_int_equal(fixture_verdict(fixture, 1, FAMILY_IPV4), ANSWER_OPEN);
}

static void test_set_that_holds_everybody_is_a_ban(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	build_set(&fixture->build, chain->table, "ban", NFT_SET_EVAL, "198.51.100.66");
	rule(fixture, chain, "ct state established accept");
	rule(fixture, chain, "add @ban saddr");
	rule(fixture, chain, "ip saddr @ban drop");
	fixture_want(fixture, "443 ipv4 override");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"), "");
	assert_refused(fixture,
		       "rule 3 of inet filter input (admin, handle 6) drops members of set ban, which is not "
		       "bypassed",
		       NULL);
}

static void test_set_that_another_base_chain_fills_is_a_ban(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);
	struct chain *first =
		build_base_chain(&fixture->build, chain->table, "first", HOOK_INPUT, -10, false);
	struct chain *logdrop = build_chain(&fixture->build, chain->table, "logdrop");

	build_set(&fixture->build, chain->table, "ban", NFT_SET_EVAL, "198.51.100.66");
	rule(fixture, first, "add @ban saddr");
	rule(fixture, logdrop, "log");
	rule(fixture, logdrop, "drop");
	rule(fixture, chain, "ip saddr @ban jump logdrop");
	fixture_want(fixture, "443 ipv4");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"), "");
	assert_refused(fixture,
		       "rule 1 of inet filter input (admin, handle 9) drops members of set ban, which is not "
		       "bypassed",
		       NULL);
}

static void test_ban_that_the_blocked_packet_filled_stays(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, true);

	build_set(&fixture->build, chain->table, "ban", NFT_SET_EVAL, "198.51.100.66");
	rule(fixture, chain, "ip saddr @ban drop");
	rule(fixture, chain, "add @ban saddr");
	fixture_want(fixture, "443 ipv4");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input before rule 2: meta nfproto ipv4 tcp dport 443 "
			    "accept" GUEST);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
	assert_int_equal(after(fixture, 443, "198.51.100.66"), ANSWER_BLOCKED);
	fixture_settles(fixture);
}

static void test_chain_of_an_allowed_set_takes_guests(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);
	struct chain *lan = build_chain(&fixture->build, chain->table, "lan");

	build_set(&fixture->build, chain->table, "ours", NFT_SET_INTERVAL, "10.0.0.0/8");
	rule(fixture, lan, "tcp dport 22 accept");
	rule(fixture, lan, "drop");
	rule(fixture, chain, "ip saddr @ours jump lan");
	fixture_want(fixture, "443 from 10.0.0.0/8");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter lan before rule 2: ip saddr 10.0.0.0/8 tcp dport 443 "
			    "accept" GUEST);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_OPEN);
	fixture_settles(fixture);
}

static void test_rule_that_bans_and_drops_everybody_is_passed_unseen(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	build_set(&fixture->build, chain->table, "ban", NFT_SET_EVAL, "");
	rule(fixture, chain, "tcp dport 22 accept");
	rule(fixture, chain, "meta nfproto 2 add @ban saddr drop");
	plan_443(fixture);
	assert_string_equal(
		fixture_steps(fixture, "inet filter"),
		"+ rule in inet filter input before rule 2: meta nfproto ipv4 tcp dport 443 accept" GUEST);
	assert_open(fixture);
	fixture_settles(fixture);
}

/* What nobody may bypass for one family is not bypassed by the rule for the other. */
static void test_family_that_is_refused_is_not_opened_by_the_other(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	rule(fixture, chain, "tcp dport != 22 drop");
	rule(fixture, chain, "ip saddr 198.51.100.7 drop");
	plan_443(fixture);
	assert_string_equal(
		fixture_steps(fixture, "inet filter"),
		"+ rule in inet filter input before rule 1: meta nfproto ipv6 tcp dport 443 accept" GUEST);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_BLOCKED);
	assert_string_equal(fixture_result(fixture, 0, FAMILY_IPV4)->refused,
			    "a rule here would let through sources that are blocked by rule 2 of inet filter "
			    "input (admin, handle 4): drop");
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV6), ANSWER_OPEN);
}

static void test_nobody_is_let_through_to_where_nat_sends_him(void **state)
{
	struct plan_fixture *fixture = *state;
	struct build *build = &fixture->build;
	struct table *table = build_table(build, TABLE_IP, "filter");
	struct chain *raw = build_base_chain(build, table, "raw", HOOK_PREROUTING, -300, true);
	struct chain *nat = build_base_chain(build, table, "nat", HOOK_PREROUTING, -100, false);

	nat->type = CHAIN_NAT;
	rule(fixture, raw, "tcp dport 22 accept");
	rule(fixture, nat, "ip saddr 198.51.100.7 dnat 203.0.113.9");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "ip filter"), "");
	assert_string_equal(fixture_result(fixture, 0, FAMILY_IPV4)->refused,
			    "a rule here would let through sources that are sent elsewhere by rule 1 of ip "
			    "filter nat (admin, handle 5)");
}

static void test_chain_on_a_device_takes_no_guest(void **state)
{
	static const char *devices[] = {"eth0"};
	struct plan_fixture *fixture = *state;
	struct chain *chain =
		build_base_chain(&fixture->build, build_table(&fixture->build, TABLE_NETDEV, "dev"), "in",
				 HOOK_INGRESS, 0, true);

	chain->devices = devices;
	chain->device_count = 1;
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "netdev"), "");
	assert_refused(fixture,
		       "table netdev dev (admin) sees forwarded packets too, and takes no rule from fwport",
		       "nft add rule netdev dev in tcp dport 443 accept");
}

static void test_nat_that_takes_the_port_away_is_not_touched(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = build_base_chain(&fixture->build, build_table(&fixture->build, TABLE_IP, "n"),
					       "p", HOOK_PREROUTING, -100, false);

	chain->type = CHAIN_NAT;
	rule(fixture, chain, "tcp dport 80 accept");
	rule(fixture, chain, "tcp dport 443 dnat 10.1.0.99");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "ip n"), "");
	assert_refused(fixture,
		       "rule 2 of ip n p (admin, handle 4) sends these packets to 10.1.0.99, another host: "
		       "input rules do not see them; on their way there they get no further: forwarding is "
		       "switched off on eth0",
		       "who may reach port 443 there is said by rules of the forward hook, not here");
}

static void test_answers_that_are_denied_by_name_are_an_explicit_deny(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *table = build_table(&fixture->build, TABLE_INET, "filter");

	rule(fixture, build_base_chain(&fixture->build, table, "output", HOOK_OUTPUT, 0, false),
	     "tcp sport 443 drop");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"), "");
	assert_refused(fixture,
		       "rule 1 of inet filter output (admin, handle 3) blocks port 443 on purpose: tcp sport "
		       "443 drop",
		       "--override places a rule before it");
}

static void test_port_named_in_a_concatenation_is_told_from_a_range(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	build_set(&fixture->build, chain->table, "closed", NFT_SET_INTERVAL,
		  "0.0.0.0/0,440-450 0.0.0.0/0,460");
	rule(fixture, chain, "ip saddr . tcp dport @closed drop");
	fixture_want(fixture, "440-460 ipv4");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"), "");
}

static void test_ports_that_stop_at_one_place_share_a_guest(void **state)
{
	struct plan_fixture *fixture = *state;

	input(fixture, true);
	fixture_want(fixture, "443");
	fixture_want(fixture, "80");
	fixture_want(fixture, "8000-8010");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input: tcp dport { 80, 443, 8000-8010 } accept" GUEST);
	assert_open(fixture);
	fixture_settles(fixture);
}

static void commit(struct plan_fixture *fixture)
{
	fixture_plan(fixture);
	for (size_t i = 0; i < fixture->plan.after->table_count; i++)
		for (size_t j = 0; j < fixture->plan.after->tables[i]->chain_count; j++) {
			const struct chain *chain = fixture->plan.after->tables[i]->chains[j];

			for (size_t k = 0; k < chain->rule_count; k++)
				if (!chain->rules[k]->handle)
					chain->rules[k]->handle = ++fixture->build.handle;
		}
	fixture->build.ruleset = *fixture->plan.after;
}

static void test_one_more_port_adds_and_replaces_nothing(void **state)
{
	struct plan_fixture *fixture = *state;

	input(fixture, true);
	fixture_want(fixture, "443");
	commit(fixture);
	fixture_want(fixture, "80");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, NULL),
			    "+ 80 in set tcp_in\n"
			    "+ rule in inet filter input: tcp dport 80 accept comment \"fwport:2\"\n");
	fixture_settles(fixture);
}

static void test_closing_one_of_a_shared_guest_adds_the_rest_before_it_goes(void **state)
{
	struct plan_fixture *fixture = *state;

	input(fixture, true);
	fixture_want(fixture, "443");
	fixture_want(fixture, "80");
	commit(fixture);
	fixture_unwant(fixture, 1);
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, NULL),
			    "+ rule in inet filter input: tcp dport 80 accept comment \"fwport:2\"\n"
			    "- rule in inet filter input: tcp dport { 80, 443 } accept comment \"fwport:1\"\n"
			    "- 443 in set tcp_in\n");
	assert_int_equal(after(fixture, 443, NULL), ANSWER_BLOCKED);
	fixture_settles(fixture);
}

static void test_closing_the_last_leaves_nothing_of_ours(void **state)
{
	struct plan_fixture *fixture = *state;
	const char *before;

	rule(fixture, input(fixture, true), "tcp dport 22 accept");
	before = fixture_dump(fixture, &fixture->build.ruleset);
	fixture_want(fixture, "443");
	commit(fixture);
	fixture_unwant(fixture, 1);
	fixture_plan(fixture);
	assert_string_equal(fixture_dump(fixture, fixture->plan.after), before);
}

static void test_guest_that_somebody_moved_behind_the_blocker_is_moved_back(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	rule(fixture, chain, "drop");
	fixture_want(fixture, "443");
	commit(fixture);
	chain = table_find_chain(ruleset_find_table(&fixture->build.ruleset, TABLE_INET, "filter"), "input");
	assert_int_equal(chain->rule_count, 2);
	{
		struct rule *guest = chain->rules[0];

		chain->rules[0] = chain->rules[1];
		chain->rules[1] = guest;
		chain->rules[0]->position = 1;
		guest->position = 2;
	}
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, NULL),
			    "+ rule in inet filter input before rule 1: tcp dport 443 accept" GUEST
			    "- rule in inet filter input: tcp dport 443 accept" GUEST);
	assert_open(fixture);
}

static void test_guest_that_still_opens_stays_where_somebody_moved_it(void **state)
{
	struct plan_fixture *fixture = *state;

	rule(fixture, input(fixture, true), "tcp dport 22 accept");
	fixture_want(fixture, "443");
	commit(fixture);
	rule(fixture,
	     table_find_chain(ruleset_find_table(&fixture->build.ruleset, TABLE_INET, "filter"), "input"),
	     "log");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, NULL), "");
}

static void test_guests_stay_while_the_host_has_no_address(void **state)
{
	struct plan_fixture *fixture = *state;
	size_t kept = fixture->build.host.address_count;

	input(fixture, true);
	fixture_want(fixture, "443");
	commit(fixture);
	fixture->build.host.address_count = 0;
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, NULL), "");
	fixture->build.host.address_count = kept;
}

static void test_scope_is_said_by_the_guest_too(void **state)
{
	struct plan_fixture *fixture = *state;

	input(fixture, true);
	fixture_want(fixture, "443 from 203.0.113.0/24");
	fixture_plan(fixture);
	assert_string_equal(
		fixture_steps(fixture, "inet filter"),
		"+ rule in inet filter input: ip saddr 203.0.113.0/24 tcp dport 443 accept" GUEST);
	assert_int_equal(after(fixture, 443, "203.0.113.7"), ANSWER_OPEN);
	assert_int_equal(after(fixture, 443, "203.0.114.7"), ANSWER_BLOCKED);
	fixture_settles(fixture);
}

static void test_outbound_openings_get_guests_on_both_ways(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, true);

	rule(fixture, chain, "iifname lo accept");
	output(fixture, chain->table, true);
	fixture_want(fixture, "out 443");
	fixture_plan(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter output: tcp dport 443 accept" GUEST
			    "+ rule in inet filter input: tcp sport 443 tcp flags ack / ack accept" GUEST);
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_iptables_chain_gets_a_rule_that_iptables_can_list(void **state)
{
	struct plan_fixture *fixture = *state;
	struct table *table = build_table(&fixture->build, TABLE_IP, "filter");
	struct chain *chain;

	table->owner = OWNER_IPTABLES_NFT;
	chain = build_base_chain(&fixture->build, table, "INPUT", HOOK_INPUT, 0, false);
	rule(fixture, chain, "counter drop");
	fixture_want(fixture, "443");
	fixture_want(fixture, "80");
	fixture_plan(fixture);
	assert_string_equal(
		fixture_steps(fixture, "ip filter"),
		"+ rule in ip filter INPUT before rule 1: tcp dport { 80, 443 } counter accept comment "
		"\"fwport:1\"\n");
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_rule_not_understood_that_may_only_accept_does_not_stand_in_the_way(void **state)
{
	struct plan_fixture *fixture = *state;

	rule(fixture, input(fixture, true), "opaque recent accept");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input: tcp dport 443 accept" GUEST);
	assert_open(fixture);
	fixture_settles(fixture);
}

static void test_rule_not_understood_that_may_drop_keeps_it_unknown(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	rule(fixture, chain, "opaque recent drop");
	rule(fixture, chain, "tcp dport 443 accept");
	rule(fixture, chain, "drop");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"), "");
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_UNKNOWN);
}

static void test_drop_that_is_not_understood_is_not_bypassed(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, false);

	rule(fixture, chain, "opaque recent drop");
	rule(fixture, chain, "tcp dport 1-1023 drop");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input before rule 2: tcp dport 443 accept" GUEST);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_UNKNOWN);
}

static void test_drop_at_some_hours_is_not_bypassed(void **state)
{
	struct plan_fixture *fixture = *state;
	struct chain *chain = input(fixture, true);

	rule(fixture, chain, "meta hour 3600 drop");
	plan_443(fixture);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input: tcp dport 443 accept" GUEST);
	assert_int_equal(fixture_verdict(fixture, 0, FAMILY_IPV4), ANSWER_DEPENDS);
}

static void test_sentences_number_rules_as_people_see_them(void **state)
{
	struct plan_fixture *fixture = *state;

	rule(fixture, input(fixture, true), "tcp dport 443 drop");
	fixture_want(fixture, "443");
	fixture_want(fixture, "80");
	fixture_plan(fixture);
	assert_string_equal(fixture_result(fixture, 0, FAMILY_IPV6)->refused,
			    fixture_result(fixture, 0, FAMILY_IPV4)->refused);
}

static void test_many_ports_are_a_few_questions(void **state)
{
	enum { PORTS = 65535 };
	struct plan_fixture *fixture = *state;
	struct openings wanted = {.count = PORTS};
	const struct opening **asked;
	struct timespec from, to;

	input(fixture, true);
	wanted.list = pool_alloc(&fixture->build.pool, PORTS * sizeof(*wanted.list));
	asked = pool_alloc(&fixture->build.pool, PORTS * sizeof(*asked));
	assert_non_null(wanted.list);
	assert_non_null(asked);
	for (unsigned i = 0; i < PORTS; i++) {
		wanted.list[i] = (struct opening){
			.id = i + 1,
			.port = {PROTOCOL_TCP, {(uint16_t)(i + 1), (uint16_t)(i + 1)}},
			.scope = {.families = FAMILIES_BOTH},
		};
		asked[i] = &wanted.list[i];
	}
	clock_gettime(CLOCK_MONOTONIC, &from);
	assert_int_equal(plan_make(&fixture->build.ruleset, &fixture->build.host,
				   &(struct wishes){.openings = &wanted}, asked, PORTS, &fixture->build.pool,
				   &fixture->plan, &fixture->err),
			 0);
	clock_gettime(CLOCK_MONOTONIC, &to);
	print_message("# %u ports in %.1f ms\n", PORTS,
		      (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6);
	assert_int_equal(fixture->plan.result_count, PORTS * 2);
	assert_int_equal(fixture->plan.results[2 * PORTS - 1].answer->verdict, ANSWER_OPEN);
	assert_string_equal(fixture_steps(fixture, "inet filter"),
			    "+ rule in inet filter input: tcp dport 1-65535 accept" GUEST);
	assert_string_equal(fixture_steps(fixture, "in set"),
			    "+ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, ... 65523 more in set tcp_in\n");
}

#define CLAIM(test) cmocka_unit_test_setup_teardown(test, fixture_start, fixture_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(test_without_a_firewall_only_the_home_is_made),
		CLAIM(test_chains_that_filter_nothing_get_no_guest),
		CLAIM(test_policy_drop_gets_a_guest_at_the_end),
		CLAIM(test_catch_all_reject_gets_a_guest_before_it),
		CLAIM(test_every_blocking_base_chain_gets_its_guest),
		CLAIM(test_reply_without_connection_tracking_is_told_by_flags),
		CLAIM(test_syn_ack_alone_is_told_by_both_flags),
		CLAIM(test_reply_with_connection_tracking_is_told_by_its_state),
		CLAIM(test_new_without_established_gets_a_guest_for_the_ack),
		CLAIM(test_only_the_family_that_is_closed_gets_a_guest),
		CLAIM(test_blocklist_before_the_blocker_keeps_blocking),
		CLAIM(test_ban_set_and_log_before_the_policy_are_its_tail),
		CLAIM(test_tail_ends_at_a_drop_that_did_not_match),
		CLAIM(test_drop_chain_that_others_use_is_not_entered),
		CLAIM(test_chain_shared_with_forward_gets_a_guest_for_this_host),
		CLAIM(test_udp_answer_switches_connection_tracking_on_and_says_so),
		CLAIM(test_tcp_reply_leaves_a_dormant_nat_chain_asleep),
		CLAIM(test_table_with_an_owner_takes_no_guest),
		CLAIM(test_who_holds_a_table_is_told_where_it_can_be_asked),
		CLAIM(test_what_a_neighbour_lets_through_needs_nothing_of_ours),
		CLAIM(test_explicit_deny_of_the_port_is_respected),
		CLAIM(test_override_goes_past_an_explicit_deny),
		CLAIM(test_override_holds_for_its_own_ports),
		CLAIM(test_port_named_among_others_in_a_set_is_an_explicit_deny),
		CLAIM(test_invalid_drop_is_never_bypassed),
		CLAIM(test_guest_that_would_free_a_banned_source_is_refused),
		CLAIM(test_ban_behind_the_blocker_is_not_bypassed),
		CLAIM(test_ban_behind_two_blockers_is_not_bypassed),
		CLAIM(test_ban_that_drops_in_the_same_chain_as_the_blocker_is_not_bypassed),
		CLAIM(test_ban_behind_the_blocker_of_a_called_chain_is_not_bypassed),
		CLAIM(test_catch_all_behind_the_blocker_is_no_ban),
		CLAIM(test_ban_on_another_link_is_not_bypassed),
		CLAIM(test_ban_on_another_link_that_stays_does_not_count),
		CLAIM(test_more_sources_than_can_be_asked_are_not_let_through),
		CLAIM(test_more_sources_than_can_be_asked_do_not_matter_before_the_blocker),
		CLAIM(test_ports_that_stop_at_one_place_share_a_guest),
		CLAIM(test_one_more_port_adds_and_replaces_nothing),
		CLAIM(test_closing_one_of_a_shared_guest_adds_the_rest_before_it_goes),
		CLAIM(test_closing_the_last_leaves_nothing_of_ours),
		CLAIM(test_guest_that_somebody_moved_behind_the_blocker_is_moved_back),
		CLAIM(test_guest_that_still_opens_stays_where_somebody_moved_it),
		CLAIM(test_guests_stay_while_the_host_has_no_address),
		CLAIM(test_scope_is_said_by_the_guest_too),
		CLAIM(test_outbound_openings_get_guests_on_both_ways),
		CLAIM(test_iptables_chain_gets_a_rule_that_iptables_can_list),
		CLAIM(test_rule_not_understood_that_may_only_accept_does_not_stand_in_the_way),
		CLAIM(test_rule_not_understood_that_may_drop_keeps_it_unknown),
		CLAIM(test_drop_that_is_not_understood_is_not_bypassed),
		CLAIM(test_drop_at_some_hours_is_not_bypassed),
		CLAIM(test_sentences_number_rules_as_people_see_them),
		CLAIM(test_many_ports_are_a_few_questions),
		CLAIM(test_set_that_holds_everybody_is_a_ban),
		CLAIM(test_set_that_another_base_chain_fills_is_a_ban),
		CLAIM(test_ban_that_the_blocked_packet_filled_stays),
		CLAIM(test_chain_of_an_allowed_set_takes_guests),
		CLAIM(test_rule_that_bans_and_drops_everybody_is_passed_unseen),
		CLAIM(test_nobody_is_let_through_to_where_nat_sends_him),
		CLAIM(test_family_that_is_refused_is_not_opened_by_the_other),
		CLAIM(test_chain_on_a_device_takes_no_guest),
		CLAIM(test_nat_that_takes_the_port_away_is_not_touched),
		CLAIM(test_answers_that_are_denied_by_name_are_an_explicit_deny),
		CLAIM(test_port_named_in_a_concatenation_is_told_from_a_range),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
