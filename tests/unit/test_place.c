/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a guest may stand, from stations made by hand: tails, ways into chains, and what nobody may bypass.
 */
#include "build.h"
#include "named.h"
#include "place.h"
#include "tail.h"
#include "ways.h"

#include "cmocka_all.h"

#include <linux/netfilter/nf_tables.h>
#include <stdio.h>
#include <time.h>

static struct build build;
static struct error err;

static int start(void **state)
{
	(void)state;
	build_start(&build);
	return 0;
}

static int end(void **state)
{
	(void)state;
	build_end(&build);
	return 0;
}

/* A station that this rule (NULL: the policy) of a base chain blocks, after those that went through. */
static struct station blocked_by(struct chain *base, struct chain *chain, const struct rule *rule,
				 const struct rule **passed, size_t passed_count)
{
	return (struct station){
		.hook = base->hook,
		.chain = base,
		.fate = FATE_DROP,
		.decision = {.base = base, .chain = chain, .rule = rule, .fate = FATE_DROP},
		.passed = passed,
		.passed_count = passed_count,
	};
}

static struct sites sites_of(const struct station *station)
{
	struct sites sites;

	assert_int_equal(sites_find(&build.ruleset, station, (struct asked_port){PROTOCOL_TCP, 443, false},
				    false, &build.pool, &sites, &err),
			 0);
	return sites;
}

static void test_without_a_tail_the_place_is_the_blocker(void **state)
{
	struct chain *input = build_input(&build, true);
	struct rule *drop;
	struct station station;

	(void)state;
	build_rule(&build, input, "tcp dport 22 accept");
	drop = build_rule(&build, input, "drop");
	station = blocked_by(input, input, drop, NULL, 0);
	assert_int_equal(tail_start(input, 1, &station), 1);
	assert_ptr_equal(sites_of(&station).list[0].before, drop);
}

static void test_tail_is_what_matched_and_decided_nothing(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct rule *log = build_rule(&build, input, "log");
	struct station station;

	(void)state;
	build_rule(&build, input, "udp dport 53 counter");
	station = blocked_by(input, input, NULL, &log, 1);
	assert_int_equal(tail_start(input, 2, &station), 0);
	station.passed_count = 0;
	assert_int_equal(tail_start(input, 2, &station), 2);
}

static void test_tail_takes_calls_of_chains_that_only_prepare(void **state)
{
	struct chain *input = build_input(&build, true);
	struct chain *logs = build_chain(&build, input->table, "logs");
	const struct rule *call;
	struct station station;

	(void)state;
	build_rule(&build, logs, "limit 5 log");
	build_rule(&build, logs, "return");
	call = build_rule(&build, input, "jump logs");
	station = blocked_by(input, input, NULL, &call, 1);
	assert_int_equal(tail_start(input, 1, &station), 0);
	build_rule(&build, logs, "ip saddr 10.0.0.0/8 drop");
	assert_int_equal(tail_start(input, 1, &station), 1);
}

static void test_tail_ends_where_a_rate_bans(void **state)
{
	struct chain *input = build_input(&build, true);
	struct chain *flood = build_chain(&build, input->table, "flood");
	const struct rule *passed[2];
	struct station station;

	(void)state;
	build_set(&build, input->table, "ban", NFT_SET_EVAL, "");
	passed[0] = build_rule(&build, input, "limit over 3 add @ban saddr");
	passed[1] = build_rule(&build, input, "log");
	station = blocked_by(input, input, NULL, passed, 2);
	assert_int_equal(tail_start(input, 2, &station), 1);
	build_rule(&build, flood, "limit 3 return");
	build_rule(&build, flood, "add @ban saddr");
	passed[0] = build_rule(&build, input, "jump flood");
	assert_int_equal(tail_start(input, 3, &station), 3);
}

/* `limit rate over 3 add @ban { ip saddr counter }`: a ban that counts is a ban. */
static void test_tail_ends_where_a_rate_bans_and_counts(void **state)
{
	struct chain *input = build_input(&build, true);
	struct op *counter = pool_alloc(&build.pool, sizeof(*counter));
	const struct rule *passed;
	struct station station;
	struct op *add;

	(void)state;
	assert_non_null(counter);
	counter->kind = OP_COUNTER;
	build_set(&build, input->table, "ban", NFT_SET_EVAL, "");
	passed = build_rule(&build, input, "limit over 3 add @ban saddr");
	add = (struct op *)&passed->ops[passed->op_count - 1];
	assert_int_equal(add->kind, OP_DYNSET);
	add->dynset.ops = counter;
	add->dynset.op_count = 1;
	station = blocked_by(input, input, NULL, &passed, 1);
	assert_int_equal(tail_start(input, 1, &station), 1);
}

/* `update @seen { ip saddr limit rate 1/second } log`: a log for each source now and then. */
static void test_tail_takes_a_log_that_a_meter_rations(void **state)
{
	struct chain *input = build_input(&build, true);
	struct op *limit = pool_alloc(&build.pool, sizeof(*limit));
	const struct rule *log;
	struct station station;

	(void)state;
	assert_non_null(limit);
	limit->kind = OP_LIMIT;
	build_set(&build, input->table, "seen", NFT_SET_EVAL, "");
	log = build_rule(&build, input, "add @seen saddr log");
	((struct op *)log->ops)[1].dynset.ops = limit;
	((struct op *)log->ops)[1].dynset.op_count = 1;
	station = blocked_by(input, input, NULL, &log, 1);
	assert_int_equal(tail_start(input, 1, &station), 0);
}

/* A log before rules that accept is about those whom they accept, too. */
static void test_tail_ends_at_an_accept(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct rule *passed[2];
	struct station station = blocked_by(input, input, NULL, passed, 2);

	(void)state;
	passed[0] = build_rule(&build, input, "log");
	build_rule(&build, input, "tcp dport 22 accept");
	passed[1] = build_rule(&build, input, "counter");
	assert_int_equal(tail_start(input, 3, &station), 2);
}

static bool may_block(const struct rule *rule)
{
	return block_in(rule->chain, rule->chain->rule_count - 1, rule->chain->rule_count, 0) == rule;
}

static void assert_blocks(const char *line, bool expected)
{
	struct chain *input = build_input(&build, true);

	build_set(&build, input->table, "ban", NFT_SET_EVAL, "");
	assert_int_equal(may_block(build_rule(&build, input, line)), expected);
}

static void test_rules_that_may_block_are_told_from_those_that_may_not(void **state)
{
	(void)state;
	assert_blocks("tcp dport 22 accept", false);
	assert_blocks("log", false);
	assert_blocks("limit 10 log", false);
	assert_blocks("meta mark set 5", false);
	assert_blocks("passes trace", false);
	assert_blocks("tcp dport 22 limit 10 accept", true);
	assert_blocks("limit over 10 meta mark set 5", true);
	assert_blocks("limit over 10 add @ban saddr", true);
	assert_blocks("ip saddr 10.0.0.0/8 drop", true);
	assert_blocks("reject", true);
	assert_blocks("return", true);
	assert_blocks("queue", true);
	assert_blocks("notrack", true);
	assert_blocks("opaque recent", true);
	assert_blocks("decides bpf", true);
}

static void test_verdict_maps_block_when_an_element_does(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_set(&build, input->table, "good", NFT_SET_MAP, "80:accept 443:accept");
	build_set(&build, input->table, "bad", NFT_SET_MAP, "80:accept 443:drop");
	assert_false(may_block(build_rule(&build, input, "tcp dport vmap @good")));
	assert_true(may_block(build_rule(&build, input, "tcp dport vmap @bad")));
}

static bool names(struct chain *chain, const char *line)
{
	return rule_names_port(build_rule(&build, chain, line),
			       (struct asked_port){PROTOCOL_TCP, 443, false});
}

static void test_only_the_very_port_is_an_explicit_deny(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_set(&build, input->table, "some", NFT_SET_INTERVAL, "80 443");
	build_set(&build, input->table, "wide", NFT_SET_INTERVAL, "443-444");
	build_set(&build, input->table, "hash", 0, "80 443");
	assert_true(names(input, "tcp dport 443 drop"));
	assert_true(names(input, "tcp dport @some drop"));
	assert_true(names(input, "tcp dport @hash drop"));
	assert_false(names(input, "tcp dport 442 drop"));
	assert_false(names(input, "tcp dport @wide drop"));
	assert_false(names(input, "tcp dport 1-1023 drop"));
	assert_false(names(input, "tcp dport != 443 drop"));
	assert_false(names(input, "tcp sport 443 drop"));
}

static void test_the_port_has_many_spellings(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_set(&build, input->table, "pairs", 0, "10.0.0.1,443 10.0.0.1,80");
	build_set(&build, input->table, "ranges", NFT_SET_INTERVAL, "10.0.0.0/8,443 10.0.0.0/8,500-600");
	build_set(&build, input->table, "wide", NFT_SET_INTERVAL, "10.0.0.0/8,442-444");
	assert_true(names(input, "tcp dport & 0xffff 443 drop"));
	assert_false(names(input, "tcp dport & 0x01ff 443 drop"));
	assert_true(names(input, "tcp dport > 442 tcp dport < 444 drop"));
	assert_false(names(input, "tcp dport > 442 tcp dport < 445 drop"));
	assert_true(names(input, "tcp dport 443-443 drop"));
	assert_true(names(input, "ip saddr . tcp dport @pairs drop"));
	assert_true(names(input, "ip saddr . tcp dport @ranges drop"));
	assert_false(names(input, "ip saddr . tcp dport @wide drop"));
	assert_false(names(input, "ip saddr . tcp sport @pairs drop"));
	assert_false(names(input, "tcp dport 443 meta mark 443 opaque x tcp sport 443 tcp dport 80 drop"));
}

static void test_replies_carry_the_port_as_their_source(void **state)
{
	struct chain *input = build_input(&build, true);
	struct asked_port reply = packet_port(PROTOCOL_TCP, 443, PACKET_SYN_ACK),
			  request = packet_port(PROTOCOL_TCP, 443, PACKET_ACK);
	const struct rule *source = build_rule(&build, input, "tcp sport 443 drop");
	const struct rule *destination = build_rule(&build, input, "tcp dport 443 drop");

	(void)state;
	assert_true(rule_names_port(source, reply));
	assert_false(rule_names_port(source, request));
	assert_true(rule_names_port(destination, request));
	assert_false(rule_names_port(destination, reply));
}

static unsigned ways(const struct chain *from, const struct chain *to)
{
	unsigned count;

	assert_int_equal(ways_into(from, to, PROTOCOL_TCP, &build.pool, &count, &err), 0);
	return count;
}

static void test_ways_are_counted_through_jumps_gotos_and_maps(void **state)
{
	struct chain *input = build_input(&build, true);
	struct chain *a = build_chain(&build, input->table, "a"), *b = build_chain(&build, input->table, "b"),
		     *c = build_chain(&build, input->table, "c");

	(void)state;
	build_set(&build, input->table, "map", NFT_SET_MAP, "80:b");
	build_rule(&build, input, "jump a");
	build_rule(&build, a, "goto b");
	assert_int_equal(ways(input, input), 1);
	assert_int_equal(ways(input, b), 1);
	assert_int_equal(ways(b, input), 0);
	assert_int_equal(ways(input, c), 0);
	build_rule(&build, input, "tcp dport vmap @map");
	assert_int_equal(ways(input, b), WAYS_SEVERAL);
	assert_int_equal(ways(a, b), 1);
}

static void test_diamonds_of_calls_are_counted_in_no_time(void **state)
{
	enum { DEEP = 15, WIDE = 8 };
	static char names[DEEP][16], calls[DEEP][24];
	struct chain *input = build_input(&build, true), *last = input, *lonely;

	(void)state;
	for (int i = 0; i < DEEP; i++) {
		struct chain *next;

		snprintf(names[i], sizeof(names[i]), "c%d", i);
		snprintf(calls[i], sizeof(calls[i]), "jump c%d", i);
		next = build_chain(&build, input->table, names[i]);
		for (int j = 0; j < WIDE; j++)
			build_rule(&build, last, calls[i]);
		last = next;
	}
	lonely = build_chain(&build, input->table, "lonely");
	assert_int_equal(ways(input, last), WAYS_SEVERAL);
	assert_int_equal(ways(input, lonely), 0);
}

static void test_chains_that_many_rules_call_are_read_once(void **state)
{
	enum { DEEP = 14, WIDE = 9 };
	static char names[DEEP][16], calls[DEEP][24];
	struct chain *input = build_input(&build, true), *last = input;
	const struct rule *first = NULL;
	struct timespec from, to;

	(void)state;
	for (int i = 0; i < DEEP; i++) {
		struct chain *next;

		snprintf(names[i], sizeof(names[i]), "c%d", i);
		snprintf(calls[i], sizeof(calls[i]), "jump c%d", i);
		next = build_chain(&build, input->table, names[i]);
		for (int j = 0; j < WIDE; j++)
			build_rule(&build, last, calls[i]);
		first = first ? first : input->rules[0];
		last = next;
	}
	build_rule(&build, last, "tcp dport 22 accept");
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	assert_null(block_in(input, 0, input->rule_count, 0));
	build_rule(&build, last, "ip saddr 10.0.0.0/8 drop");
	assert_ptr_equal(block_in(input, 0, input->rule_count, 0), first);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	assert_true(to.tv_sec - from.tv_sec <= 1);
}

static void test_calls_by_interface_are_one_way(void **state)
{
	struct chain *input = build_input(&build, false);
	struct chain *zone = build_chain(&build, input->table, "zone"),
		     *flags = build_chain(&build, input->table, "flags");

	(void)state;
	build_rule(&build, input, "iifname eth0 counter jump zone");
	build_rule(&build, input, "iifname eth1 counter jump zone");
	assert_int_equal(ways(input, zone), 1);
	build_rule(&build, input, "iifname eth1 ip saddr 192.0.2.66 jump zone");
	assert_int_equal(ways(input, zone), WAYS_SEVERAL);
	build_rule(&build, input, "tcp dport 25 jump flags");
	build_rule(&build, input, "iifname eth1 jump flags");
	assert_int_equal(ways(input, flags), WAYS_SEVERAL);
}

static void test_calls_of_another_protocol_are_no_way(void **state)
{
	struct chain *input = build_input(&build, true);
	struct chain *services = build_chain(&build, input->table, "services");

	(void)state;
	build_rule(&build, input, "meta l4proto 17 jump services");
	assert_int_equal(ways(input, services), 0);
	build_rule(&build, input, "meta l4proto 6 jump services");
	assert_int_equal(ways(input, services), 1);
	build_rule(&build, input, "jump services");
	assert_int_equal(ways(input, services), WAYS_SEVERAL);
}

static void test_chain_with_two_ways_is_left_for_its_caller(void **state)
{
	struct chain *input = build_input(&build, false);
	struct chain *logdrop = build_chain(&build, input->table, "logdrop");
	const struct rule *log = build_rule(&build, logdrop, "log"),
			  *drop = build_rule(&build, logdrop, "drop");
	struct rule *call;
	struct station station;
	struct sites sites;

	(void)state;
	build_rule(&build, input, "ip saddr 10.0.0.0/8 jump logdrop");
	call = build_rule(&build, input, "jump logdrop");
	station = blocked_by(input, logdrop, drop, &log, 1);
	station.decision.calls = (struct call[]){{.rule = call}};
	station.decision.call_count = 1;
	sites = sites_of(&station);
	assert_int_equal(sites.count, 1);
	assert_ptr_equal(sites.list[0].chain, input);
	assert_ptr_equal(sites.list[0].before, call);
	assert_false(sites.list[0].proved);
}

static void test_call_is_not_skipped_when_its_chain_bans_somebody(void **state)
{
	struct chain *input = build_input(&build, false);
	struct chain *checks = build_chain(&build, input->table, "checks");
	const struct rule *drop;
	struct station station;
	struct sites sites;

	(void)state;
	build_rule(&build, checks, "ip saddr 198.51.100.0/24 drop");
	drop = build_rule(&build, checks, "drop");
	build_rule(&build, input, "tcp dport 1000 jump checks");
	station = blocked_by(input, checks, drop, NULL, 0);
	station.decision.calls = (struct call[]){{.rule = build_rule(&build, input, "jump checks")}};
	station.decision.call_count = 1;
	sites = sites_of(&station);
	assert_int_equal(sites.count, 0);
	assert_string_equal(
		sites.refused,
		"rule 1 of inet filter checks (admin, handle 4) would be skipped by a rule before its "
		"chain is called");
}

static void test_chain_of_another_hook_too_asks_for_local_packets(void **state)
{
	struct chain *input = build_input(&build, false);
	struct chain *forward = build_base_chain(&build, input->table, "forward", HOOK_FORWARD, 0, false);
	struct chain *common = build_chain(&build, input->table, "common");
	const struct rule *drop = build_rule(&build, common, "drop");
	struct station station;
	struct sites sites;

	(void)state;
	build_rule(&build, forward, "jump common");
	station = blocked_by(input, common, drop, NULL, 0);
	station.decision.calls = (struct call[]){{.rule = build_rule(&build, input, "jump common")}};
	station.decision.call_count = 1;
	sites = sites_of(&station);
	assert_int_equal(sites.count, 2);
	assert_ptr_equal(sites.list[0].chain, common);
	assert_true(sites.list[0].local_only);
	assert_ptr_equal(sites.list[1].chain, input);
	assert_false(sites.list[1].local_only);
}

static void test_chain_of_two_chains_of_the_hook_takes_no_guest(void **state)
{
	struct chain *input = build_input(&build, false);
	struct chain *second = build_base_chain(&build, input->table, "second", HOOK_INPUT, 10, false);
	struct chain *common = build_chain(&build, input->table, "common");
	struct station station = blocked_by(input, common, build_rule(&build, common, "drop"), NULL, 0);
	struct sites sites;

	(void)state;
	build_rule(&build, second, "jump common");
	station.decision.calls = (struct call[]){{.rule = build_rule(&build, input, "jump common")}};
	station.decision.call_count = 1;
	sites = sites_of(&station);
	assert_int_equal(sites.count, 1);
	assert_ptr_equal(sites.list[0].chain, input);
}

static void test_limit_behind_a_blocker_for_some_is_not_skipped(void **state)
{
	struct chain *input = build_input(&build, false);
	struct station station =
		blocked_by(input, input, build_rule(&build, input, "tcp dport != 22 drop"), NULL, 0);

	(void)state;
	build_rule(&build, input, "limit 5 log");
	assert_null(sites_of(&station).refused);
	build_rule(&build, input, "limit over 10 drop");
	assert_string_equal(sites_of(&station).refused, "rule 3 of inet filter input (admin, handle 5) would "
							"be skipped by a rule before what blocks");
}

static void test_reject_of_another_protocol_is_not_skipped(void **state)
{
	struct chain *input = build_input(&build, false);
	struct chain *rejects = build_chain(&build, input->table, "rejects");
	struct station station;

	(void)state;
	build_rule(&build, rejects, "meta l4proto 17 drop");
	station = blocked_by(input, rejects, build_rule(&build, rejects, "reject"), NULL, 0);
	build_rule(&build, input, "iifname eth0 jump rejects");
	station.decision.calls = (struct call[]){{.rule = build_rule(&build, input, "jump rejects")}};
	station.decision.call_count = 1;
	assert_int_equal(sites_of(&station).count, 1);
	assert_ptr_equal(sites_of(&station).list[0].before, station.decision.calls[0].rule);
	assert_non_null(block_in(rejects, 0, 1, PROTOCOL_UDP));
}

static void test_limit_is_not_bypassed(void **state)
{
	struct chain *input = build_input(&build, false);
	struct station station =
		blocked_by(input, input, build_rule(&build, input, "limit over 10 drop"), NULL, 0);

	(void)state;
	assert_string_equal(
		sites_of(&station).refused,
		"rule 1 of inet filter input (admin, handle 3) limits a rate, which is not bypassed");
}

/* Below the rate it rejects, beyond it the policy drops: nobody is let in by the rate. */
static void test_block_that_is_rationed_is_no_limit(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct rule *blocker = build_rule(&build, input, "limit 5 counter reject");
	struct station station = blocked_by(input, input, blocker, NULL, 0);

	(void)state;
	assert_null(sites_of(&station).refused);
	assert_ptr_equal(sites_of(&station).list[0].before, blocker);
}

static void test_chain_that_is_called_below_a_rate_is_limited(void **state)
{
	struct chain *input = build_input(&build, false);
	struct chain *called = build_chain(&build, input->table, "called");
	struct station station = blocked_by(input, called, build_rule(&build, called, "drop"), NULL, 0);

	(void)state;
	station.decision.calls = (struct call[]){{.rule = build_rule(&build, input, "limit 5 jump called")}};
	station.decision.call_count = 1;
	assert_string_equal(
		sites_of(&station).refused,
		"rule 1 of inet filter input (admin, handle 5) limits a rate, which is not bypassed");
}

static void test_policy_behind_a_goto_is_met_where_the_chain_ends(void **state)
{
	struct chain *input = build_input(&build, true);
	struct chain *second = build_chain(&build, input->table, "second");
	struct chain *first = build_chain(&build, input->table, "first");
	const struct rule *passed[3] = {build_rule(&build, input, "goto first"),
					build_rule(&build, first, "goto second"),
					build_rule(&build, second, "log")};
	struct station station = blocked_by(input, input, NULL, passed, 3);
	struct sites sites;

	(void)state;
	build_rule(&build, input, "tcp dport 22 accept");
	sites = sites_of(&station);
	assert_int_equal(sites.count, 3);
	assert_ptr_equal(sites.list[0].chain, second);
	assert_ptr_equal(sites.list[0].before, passed[2]);
	assert_ptr_equal(sites.list[1].before, passed[1]);
	assert_ptr_equal(sites.list[2].before, passed[0]);
}

static void test_adding_to_a_set_is_no_limit(void **state)
{
	struct chain *input = build_input(&build, false);
	struct station station;
	struct rule *blocker;
	struct op *nested = pool_alloc(&build.pool, sizeof(*nested));

	(void)state;
	assert_non_null(nested);
	build_set(&build, input->table, "ban", NFT_SET_EVAL, "");
	blocker = build_rule(&build, input, "add @ban saddr drop");
	station = blocked_by(input, input, blocker, NULL, 0);
	assert_null(sites_of(&station).refused);
	assert_ptr_equal(sites_of(&station).list[0].before, blocker);
	nested->kind = OP_LIMIT;
	nested->invert = true;
	((struct op *)blocker->ops)[1].dynset.ops = nested;
	((struct op *)blocker->ops)[1].dynset.op_count = 1;
	assert_string_equal(
		sites_of(&station).refused,
		"rule 1 of inet filter input (admin, handle 4) limits a rate, which is not bypassed");
	nested->kind = OP_COUNTER;
	assert_null(sites_of(&station).refused);
}

static void test_addresses_in_a_set_are_not_let_past_its_drop(void **state)
{
	struct chain *input = build_input(&build, false);
	struct station station;

	(void)state;
	build_set(&build, input->table, "ban", NFT_SET_EVAL, "");
	build_set(&build, input->table, "pairs", NFT_SET_EVAL, "10.0.0.1,80");
	build_set(&build, input->table, "__set0", NFT_SET_ANONYMOUS | NFT_SET_INTERVAL, "0.0.0.0/0");
	station = blocked_by(input, input, build_rule(&build, input, "ip saddr @ban drop"), NULL, 0);
	assert_string_equal(sites_of(&station).refused, "rule 1 of inet filter input (admin, handle 6) drops "
							"members of set ban, which is not bypassed");
	assert_true(sites_of(&station).banned);
	station.decision.rule = build_rule(&build, input, "ip saddr . tcp dport @pairs drop");
	assert_string_equal(sites_of(&station).refused, "rule 2 of inet filter input (admin, handle 7) drops "
							"members of set pairs, which is not bypassed");
	station.decision.rule = build_rule(&build, input, "ip saddr @__set0 drop");
	assert_string_equal(sites_of(&station).refused, "rule 3 of inet filter input (admin, handle 8) drops "
							"members of a set of addresses, which is not "
							"bypassed");
	station.decision.rule = build_rule(&build, input, "ip saddr != @ban drop");
	assert_null(sites_of(&station).refused);
	station.decision.rule = build_rule(&build, input, "ip daddr @ban drop");
	assert_null(sites_of(&station).refused);
}

static void test_leaving_packets_have_the_peer_as_their_destination(void **state)
{
	struct chain *output = build_base_chain(&build, build_table(&build, TABLE_IP, "filter"), "output",
						HOOK_OUTPUT, 0, false);
	struct station station;

	(void)state;
	build_set(&build, output->table, "ban", NFT_SET_EVAL, "");
	station = blocked_by(output, output, build_rule(&build, output, "ip daddr @ban drop"), NULL, 0);
	assert_true(sites_of(&station).banned);
	station.decision.rule = build_rule(&build, output, "ip saddr @ban drop");
	assert_false(sites_of(&station).banned);
}

static void test_nat_chain_takes_no_guest(void **state)
{
	struct chain *nat = build_base_chain(&build, build_table(&build, TABLE_IP, "nat"), "pre",
					     HOOK_PREROUTING, -100, true);
	struct station station = blocked_by(nat, nat, NULL, NULL, 0);

	(void)state;
	nat->type = CHAIN_NAT;
	assert_string_equal(sites_of(&station).refused,
			    "table ip nat (admin) blocks in a nat chain, where no rule is placed");
}

#define CLAIM(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(test_without_a_tail_the_place_is_the_blocker),
		CLAIM(test_tail_is_what_matched_and_decided_nothing),
		CLAIM(test_tail_takes_calls_of_chains_that_only_prepare),
		CLAIM(test_tail_ends_where_a_rate_bans),
		CLAIM(test_tail_ends_where_a_rate_bans_and_counts),
		CLAIM(test_tail_takes_a_log_that_a_meter_rations),
		CLAIM(test_tail_ends_at_an_accept),
		CLAIM(test_rules_that_may_block_are_told_from_those_that_may_not),
		CLAIM(test_verdict_maps_block_when_an_element_does),
		CLAIM(test_only_the_very_port_is_an_explicit_deny),
		CLAIM(test_ways_are_counted_through_jumps_gotos_and_maps),
		CLAIM(test_diamonds_of_calls_are_counted_in_no_time),
		CLAIM(test_chains_that_many_rules_call_are_read_once),
		CLAIM(test_calls_by_interface_are_one_way),
		CLAIM(test_calls_of_another_protocol_are_no_way),
		CLAIM(test_chain_with_two_ways_is_left_for_its_caller),
		CLAIM(test_call_is_not_skipped_when_its_chain_bans_somebody),
		CLAIM(test_chain_of_another_hook_too_asks_for_local_packets),
		CLAIM(test_chain_of_two_chains_of_the_hook_takes_no_guest),
		CLAIM(test_limit_behind_a_blocker_for_some_is_not_skipped),
		CLAIM(test_reject_of_another_protocol_is_not_skipped),
		CLAIM(test_limit_is_not_bypassed),
		CLAIM(test_block_that_is_rationed_is_no_limit),
		CLAIM(test_chain_that_is_called_below_a_rate_is_limited),
		CLAIM(test_policy_behind_a_goto_is_met_where_the_chain_ends),
		CLAIM(test_nat_chain_takes_no_guest),
		CLAIM(test_the_port_has_many_spellings),
		CLAIM(test_replies_carry_the_port_as_their_source),
		CLAIM(test_adding_to_a_set_is_no_limit),
		CLAIM(test_addresses_in_a_set_are_not_let_past_its_drop),
		CLAIM(test_leaving_packets_have_the_peer_as_their_destination),
	};

	return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
