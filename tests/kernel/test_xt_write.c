/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Matches of x_tables written into a table of iptables-nft of a real kernel. iptables-nft is the oracle: it lists, knows and
 * deletes the rule; and what is read back says what was written.
 */
#define _GNU_SOURCE /* unshare */
#include "../unit/build.h"

#include "fwport/nft_read.h"
#include "fwport/nft_write.h"

#include <linux/netfilter/nf_tables.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../unit/cmocka_all.h"

#define TAGGED " -m comment --comment \"fwport:2\" -j ACCEPT"

static struct build build;
static struct chain *chain;
static struct error err;

static int new_host(void **state)
{
	(void)state;
	err = (struct error){0};
	build_start(&build);
	chain = build_base_chain(&build, build_table(&build, TABLE_IP, "filter"), "INPUT", HOOK_INPUT, 0,
				 false);
	build_set(&build, chain->table, "ports", NFT_SET_ANONYMOUS | NFT_SET_INTERVAL, "80 443 8000-8010");
	build_set(&build, chain->table, "one", NFT_SET_ANONYMOUS | NFT_SET_INTERVAL, "443");
	return unshare(CLONE_NEWNET);
}

static int forget(void **state)
{
	(void)state;
	build_end(&build);
	return 0;
}

static bool has_iptables(void)
{
	return system("iptables-nft -P INPUT DROP 2>/dev/null") == 0;
}

static const char *listing(void)
{
	FILE *pipe = popen("iptables-nft -S INPUT", "re");
	char line[1024];

	assert_non_null(pipe);
	for (int i = 0; i < 2; i++) /* the policy, and ours */
		assert_non_null(fgets(line, sizeof(line), pipe));
	assert_null(fgets(line + strlen(line), 2, pipe));
	assert_int_equal(pclose(pipe), 0);
	return pool_text(&build.pool, line);
}

static const struct ruleset *read_ruleset(void)
{
	struct ruleset *read;

	if (nft_read(NULL, NULL, &build.pool, &read, &err) < 0)
		fail_msg("%s", err.text);
	return read;
}

static const struct chain *input(const struct ruleset *ruleset)
{
	return table_find_chain(ruleset_find_table(ruleset, TABLE_IP, "filter"), "INPUT");
}

static int commit(struct rule *rule)
{
	const struct ruleset *now = read_ruleset();
	struct step step = {
		.object = STEP_RULE, .table = input(now)->table, .chain = input(now), .rule = rule};
	const struct steps steps = {&step, 1};
	enum commit_result result;

	rule->tag = 2;
	rule->comment = "fwport:2";
	return nft_commit(now, &steps, &build.pool, &result, &err);
}

/* iptables takes its own words for the rule. */
static void assert_iptables(const char *command, const char *words)
{
	const char *line = pool_format(&build.pool, "iptables-nft %s INPUT%s", command, words);

	if (system(line) != 0)
		fail_msg("%s", line);
}

static void assert_listed(const char *line, const char *words)
{
	struct rule *rule = build_rule(&build, chain, line);

	if (!has_iptables()) {
		print_message("# there is no iptables-nft here\n");
		return;
	}
	if (commit(rule) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(listing(), pool_format(&build.pool, "-A INPUT%s\n", words));
	assert_true(rule_same(input(read_ruleset())->rules[0], rule));
	assert_iptables("-C", words);
	assert_iptables("-D", words);
	assert_int_equal(input(read_ruleset())->rule_count, 0);
}

static void test_multiport(void **state)
{
	(void)state;
	assert_listed("meta l4proto 6 xt th dport @ports counter accept",
		      " -p tcp -m multiport --dports 80,443,8000:8010" TAGGED);
	assert_listed("meta l4proto 17 xt th sport @ports counter accept",
		      " -p udp -m multiport --sports 80,443,8000:8010" TAGGED);
	assert_listed("meta l4proto 132 xt th dport @one counter accept",
		      " -p sctp -m multiport --dports 443" TAGGED);
}

static void test_conntrack(void **state)
{
	(void)state;
	assert_listed("xt ct state established xt ct direction 1 tcp sport 443 counter accept",
		      " -p tcp -m conntrack --ctstate ESTABLISHED --ctdir REPLY -m tcp --sport 443" TAGGED);
	assert_listed("tcp dport 8443 xt ct original proto-dst 440-443 counter accept",
		      " -p tcp -m tcp --dport 8443 -m conntrack --ctorigdstport 440:443" TAGGED);
}

static void test_addrtype(void **state)
{
	(void)state;
	assert_listed("xt fib daddr type local tcp dport 443 counter accept",
		      " -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 443" TAGGED);
	assert_listed("xt fib saddr type local udp sport 53 counter accept",
		      " -p udp -m addrtype --src-type LOCAL -m udp --sport 53" TAGGED);
}

/* iptables -S fails on a table with one. */
static void test_what_no_match_says_is_not_written(void **state)
{
	(void)state;
	if (!has_iptables())
		return;
	assert_int_equal(commit(build_rule(&build, chain, "xt meta mark 1 tcp dport 443 accept")), -1);
	assert_non_null(strstr(err.text, "\"meta\" is not part of a match that fwport writes"));
	assert_int_equal(input(read_ruleset())->rule_count, 0);
}

#define HOST_TEST(name) cmocka_unit_test_setup_teardown(name, new_host, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOST_TEST(test_multiport),
		HOST_TEST(test_conntrack),
		HOST_TEST(test_addrtype),
		HOST_TEST(test_what_no_match_says_is_not_written),
	};

	if (unshare(CLONE_NEWNET) < 0) {
		puts("1..0 # SKIP no network namespace can be made (needs CAP_SYS_ADMIN)");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
