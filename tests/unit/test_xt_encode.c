/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Operations written as matches of x_tables, and read back. */
#include "build.h"

#include "fwport/step.h"
#include "../../src/kernel/xt_decode.h"
#include "../../src/kernel/xt_encode.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/x_tables.h>
#include "cmocka_all.h"

static struct build build;
static struct chain *chain;
static struct error err;

static int start(void **state)
{
	(void)state;
	build_start(&build);
	err = (struct error){0};
	chain = build_base_chain(&build, build_table(&build, TABLE_IP, "filter"), "INPUT", HOOK_INPUT, 0,
				 true);
	return 0;
}

static int end(void **state)
{
	(void)state;
	build_end(&build);
	return 0;
}

static const struct rule *rule(const char *line)
{
	return build_rule(&build, chain, line);
}

static struct xt_match encoded(const char *line)
{
	const struct rule *from = rule(line);
	struct xt_match match;

	assert_int_equal(xt_match_encode(from->ops, from->op_count, &match, &err), 0);
	return match;
}

/* That what is written is read as the very same operations. */
static struct xt_match assert_comes_back(const char *line)
{
	const struct rule *from = rule(line);
	struct xt_match match = encoded(line);
	const struct xt_extension extension = {match.name, match.revision, NFPROTO_IPV4, &match.info,
					       match.size};
	struct op_list list = {.pool = &build.pool, .err = &err};
	struct rule back = *from;

	assert_int_equal(match.op_count, from->op_count);
	xt_match_decode(&extension, &list);
	back.ops = list.at;
	back.op_count = list.count;
	assert_true(rule_same(from, &back));
	return match;
}

static void test_ports_become_a_multiport(void **state)
{
	struct xt_match match;

	(void)state;
	build_set(&build, chain->table, "ports", NFT_SET_ANONYMOUS | NFT_SET_INTERVAL, "80 443 8000-8010");
	match = assert_comes_back("xt th dport @ports");
	assert_string_equal(match.name, "multiport");
	assert_int_equal(match.size, 48);
	assert_int_equal(match.info.multiport.flags, XT_MULTIPORT_DESTINATION);
	assert_int_equal(match.info.multiport.count, 4);
	assert_int_equal(match.info.multiport.ports[3], 8010);
	assert_int_equal(match.info.multiport.pflags[2], 1);
	assert_int_equal(match.info.multiport.pflags[3], 0);
	match = assert_comes_back("xt th sport @ports");
	assert_int_equal(match.info.multiport.flags, XT_MULTIPORT_SOURCE);
}

static void test_a_multiport_holds_fifteen(void **state)
{
	(void)state;
	build_set(&build, chain->table, "full", NFT_SET_ANONYMOUS | NFT_SET_INTERVAL,
		  "1 3 5 7 9 11 13 15 17 19 21 23 25 30-40");
	build_set(&build, chain->table, "over", NFT_SET_ANONYMOUS | NFT_SET_INTERVAL,
		  "1 3 5 7 9 11 13 15 17 19 21 23 25 27 30-40");
	assert_comes_back("xt th dport @full");
	assert_int_equal(encoded("xt th dport @over").op_count, 0);
}

static void test_a_local_address_becomes_an_addrtype(void **state)
{
	(void)state;
	assert_int_equal(assert_comes_back("xt fib daddr type local").info.addrtype.dest, XT_ADDRTYPE_LOCAL);
	assert_int_equal(assert_comes_back("xt fib saddr type local").info.addrtype.source,
			 XT_ADDRTYPE_LOCAL);
	assert_int_equal(encoded("xt fib daddr type multicast").op_count, 0);
}

static void test_answers_of_a_connection_become_one_conntrack(void **state)
{
	struct xt_match match = assert_comes_back("xt ct state established xt ct direction 1");

	(void)state;
	assert_int_equal(match.revision, 3);
	assert_int_equal(match.info.conntrack.match_flags, XT_CONNTRACK_STATE | XT_CONNTRACK_DIRECTION);
	assert_int_equal(match.info.conntrack.invert_flags, XT_CONNTRACK_DIRECTION);
	assert_int_equal(match.info.conntrack.state_mask, 2);
	assert_int_equal(encoded("xt ct state untracked").op_count, 0);
}

static void test_states_become_the_bits_of_a_conntrack(void **state)
{
	(void)state;
	assert_int_equal(assert_comes_back("xt ct state established,related").info.conntrack.state_mask, 6);
	assert_int_equal(assert_comes_back("xt ct state invalid").info.conntrack.state_mask, 1);
}

static void test_the_port_that_was_meant_becomes_a_conntrack(void **state)
{
	struct xt_match match = assert_comes_back("xt ct original proto-dst 440-443");

	(void)state;
	assert_int_equal(match.info.conntrack.match_flags, XT_CONNTRACK_ORIGDST_PORT);
	assert_int_equal(match.info.conntrack.origdst_port, 440);
	assert_int_equal(match.info.conntrack.origdst_port_high, 443);
	assert_int_equal(encoded("xt ct reply proto-dst 443").op_count, 0);
}

static void test_what_no_match_says_is_refused(void **state)
{
	(void)state;
	build_set(&build, chain->table, "ports", NFT_SET_ANONYMOUS | NFT_SET_INTERVAL, "80 443");
	assert_int_equal(encoded("xt th dport != @ports").op_count, 0);
	assert_int_equal(encoded("xt th dport 80").op_count, 0);
	assert_int_equal(encoded("xt meta mark 1").op_count, 0);
	assert_int_equal(encoded("th dport @ports").op_count, 0);
}

static struct op_list decoded_time(const struct xt_time_info *info)
{
	const struct xt_extension extension = {"time", 0, NFPROTO_IPV4, info, XT_ALIGN(sizeof(*info))};
	struct op_list list = {.pool = &build.pool, .err = &err};

	xt_match_decode(&extension, &list);
	return list;
}

static void test_dates_become_a_match_on_the_time(void **state)
{
	const struct xt_time_info info = {.date_start = 0,
					  .date_stop = 1795622399,
					  .daytime_stop = XT_TIME_MAX_DAYTIME,
					  .monthdays_match = XT_TIME_ALL_MONTHDAYS,
					  .weekdays_match = XT_TIME_ALL_WEEKDAYS};
	struct op_list ops = decoded_time(&info);
	struct xt_match match;

	(void)state;
	assert_int_equal(xt_match_encode(ops.at, ops.count, &match, &err), 0);
	assert_int_equal(match.op_count, ops.count);
	assert_string_equal(match.name, "time");
	assert_int_equal(match.revision, 0);
	assert_int_equal(match.size, XT_ALIGN(sizeof(info)));
	assert_memory_equal(&match.info.time, &info, sizeof(info));
}

static void test_dates_that_the_match_cannot_say_are_refused(void **state)
{
	struct xt_time_info info = {.date_start = 5,
				    .date_stop = 6,
				    .daytime_stop = XT_TIME_MAX_DAYTIME,
				    .monthdays_match = XT_TIME_ALL_MONTHDAYS,
				    .weekdays_match = XT_TIME_ALL_WEEKDAYS};
	struct op_list ops = decoded_time(&info);
	struct xt_match match;

	(void)state;
	((struct op *)ops.at)[2].range.to = ops.at[2].range.from; /* the first nanosecond of its second */
	assert_int_equal(xt_match_encode(ops.at, ops.count, &match, &err), 0);
	assert_int_equal(match.op_count, 0);
	ops = decoded_time(&info);
	((struct op *)ops.at)[2].invert = true;
	assert_int_equal(xt_match_encode(ops.at, ops.count, &match, &err), 0);
	assert_int_equal(match.op_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ports_become_a_multiport),
		TEST(test_a_multiport_holds_fifteen),
		TEST(test_a_local_address_becomes_an_addrtype),
		TEST(test_answers_of_a_connection_become_one_conntrack),
		TEST(test_states_become_the_bits_of_a_conntrack),
		TEST(test_the_port_that_was_meant_becomes_a_conntrack),
		TEST(test_what_no_match_says_is_refused),
		TEST(test_dates_become_a_match_on_the_time),
		TEST(test_dates_that_the_match_cannot_say_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
