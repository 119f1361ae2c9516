/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about rules that a glance passes over: which those are, and that answers are the same as when every rule is run.
 */
#include "build.h"
#include "cmocka_all.h"
#include "glance.h"
#include "journey.h"

#include <linux/netfilter/nf_tables.h>
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

/* The position of the first rule that a SYN to the port does not pass over; 0: it passes over all of them. */
static unsigned first_run(const struct chain *chain, uint16_t port)
{
	struct endpoint client = {.address = {FAMILY_IPV4, {198, 51, 100, 7}},
				  .port = CLIENT_PORT_TYPICAL,
				  .port_origin = ORIGIN_PEER_PORT};
	struct endpoint server = {.address = {FAMILY_IPV4, {192, 0, 2, 10}}, .port = port};
	struct world world = {.port_first = CLIENT_PORT_FIRST, .port_last = CLIENT_PORT_LAST};
	const struct worlds worlds = {&world, 1, 1};
	struct packet packet;
	struct glances glances;
	size_t next;

	packet_build(PACKET_SYN, PROTOCOL_TCP, &client, &server, false, NULL, &packet);
	world.packet = &packet;
	assert_int_equal(glances_find(&build.ruleset, FAMILY_IPV4, &build.pool, &glances), 0);
	next = glance_next(glances_of(&glances, chain), chain->rule_count, 0, &worlds);
	return next < chain->rule_count ? (unsigned)next + 1 : 0;
}

static void test_other_ports_protocols_and_families_are_passed_over(void **state)
{
	static const char *const lines[] = {
		"tcp dport 22 accept",
		"tcp dport 100-200 accept",
		"ip saddr 10.0.0.1 tcp dport 22 drop",
		"counter tcp dport 22 add @ban saddr drop",
		"udp dport 443 accept",
		"ip6 saddr 2001:db8::/32 drop",
		"tcp sport 53 accept",
		"tcp dport @web accept",
		"ct state new tcp dport < 443 accept",
		"tcp dport > 443 accept",
	};
	struct chain *input = build_input(&build, true);

	(void)state;
	build_set(&build, input->table, "ban", 0, "");
	build_set(&build, input->table, "web", NFT_SET_ANONYMOUS, "80 8080")->flags |= NFT_SET_CONSTANT;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		build_rule(&build, input, lines[i]);
	assert_int_equal(first_run(input, 443), 8); /* 443 is between 80 and 8080 */
	assert_int_equal(first_run(input, 65535), 10);
	assert_int_equal(first_run(input, 8081), 10);
	assert_int_equal(first_run(input, 22), 1);
	assert_int_equal(first_run(input, 150), 2);
}

/* It matches nothing, but that is for the rule to find out. */
static void test_rule_with_an_empty_set_is_run(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_set(&build, input->table, "none", NFT_SET_ANONYMOUS, "")->elements = NULL;
	build_rule(&build, input, "tcp dport @none accept");
	assert_int_equal(first_run(input, 443), 1);
}

static void test_rule_that_does_something_before_it_asks_is_run(void **state)
{
	static const char *const lines[] = {
		"add @ban saddr tcp dport 22 drop",
		"ct mark set 7 tcp dport 22",
		"limit 10 tcp dport 22 accept",
		"meta mark set 7 tcp dport 22",
		"opaque recent tcp dport 22 accept",
		"tcp dport @ban2 accept",
		"ip saddr @ban tcp dport 22 drop",
		"tcp dport != 22 accept",
		"accept",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct chain *input;

		build_end(&build);
		build_start(&build);
		input = build_input(&build, true);
		build_set(&build, input->table, "ban", NFT_SET_TIMEOUT, "192.0.2.1");
		build_set(&build, input->table, "ban2", 0, "22");
		build_rule(&build, input, lines[i]);
		assert_int_equal(first_run(input, 443), 1);
	}
}

/* Random rulesets */

static uint32_t seed;

static uint32_t random_below(uint32_t limit)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % limit;
}

static const char *const tests[] = {
	"tcp dport 22",
	"tcp dport 443",
	"tcp dport != 443",
	"tcp dport 400-500",
	"tcp dport @web",
	"tcp dport @names",
	"udp dport 443",
	"tcp sport 40000",
	"tcp sport 443",
	"tcp sport 50000-60999",
	"tcp dport > 40000",
	"tcp dport < 443",
	"ip saddr 192.0.2.77",
	"ip saddr 10.0.0.0/8",
	"ip saddr != @ban",
	"ip saddr @ban",
	"ip saddr @fading",
	"ip6 saddr 2001:db8::/32",
	"meta mark 5",
	"meta mark & 1 1",
	"ct state new",
	"ct state established",
	"ct mark 7",
	"iifname eth0",
	"limit 10",
	"limit over 2 /hour",
	"opaque recent",
	"decides strange",
	"passes trace",
	"counter",
	"log",
	"meta mark set 5",
	"ct mark set 7",
	"add @ban saddr",
	"notrack",
	"tcp flags & 0x12 0x12",
	"fib daddr type local",
	"tcp dport & 0xff00 0",
	"ip saddr . tcp dport @pairs",
};

static const char *const ends[] = {
	"accept",    "accept", "drop",
	"reject",    "",       "jump side",
	"goto side", "return", "tcp dport vmap @ports",
	"counter",
};

static void random_rules(struct chain *chain, unsigned count, uint32_t end_count)
{
	char line[256];

	for (unsigned i = 0; i < count; i++) {
		uint32_t asked = random_below(4);

		line[0] = '\0';
		for (uint32_t j = 0; j < asked; j++) {
			strcat(line, tests[random_below(sizeof(tests) / sizeof(tests[0]))]);
			strcat(line, " ");
		}
		strcat(line, ends[random_below(end_count)]);
		if (line[0] && strcmp(line, "accept") != 0 && strcmp(line, "drop") != 0)
			build_rule(&build, chain, line);
	}
}

static void random_ruleset(void)
{
	struct table *table = build_table(&build, TABLE_INET, "filter");
	struct chain *side = build_chain(&build, table, "side");
	bool drops = random_below(2);

	build_set(&build, table, "web", NFT_SET_ANONYMOUS | NFT_SET_INTERVAL, "80 400-450 8080");
	build_set(&build, table, "names", 0, "22 443");
	build_set(&build, table, "ban", NFT_SET_EVAL, "192.0.2.1");
	build_set(&build, table, "fading", NFT_SET_TIMEOUT, "192.0.2.2")->elements[0].expires = 60000;
	build_set(&build, table, "pairs", 0, "192.0.2.3,443");
	build_set(&build, table, "ports", NFT_SET_MAP, "22:drop 443:side 80:accept");
	random_rules(side, 3, 5);
	random_rules(build_base_chain(&build, table, "input", HOOK_INPUT, 0, drops), 12,
		     sizeof(ends) / sizeof(ends[0]));
	random_rules(build_base_chain(&build, table, "output", HOOK_OUTPUT, 0, drops), 6,
		     sizeof(ends) / sizeof(ends[0]));
}

static void assert_same_station(const struct station *a, const struct station *b)
{
	assert_int_equal(a->fate, b->fate);
	assert_ptr_equal(a->decision.rule, b->decision.rule);
	assert_ptr_equal(a->decision.chain, b->decision.chain);
	assert_int_equal(a->decision.call_count, b->decision.call_count);
	assert_int_equal(!a->decision.because, !b->decision.because);
	if (a->decision.because)
		assert_string_equal(a->decision.because, b->decision.because);
	assert_int_equal(a->passed_count, b->passed_count);
	for (size_t i = 0; i < a->passed_count; i++)
		assert_ptr_equal(a->passed[i], b->passed[i]);
}

static void assert_same_answer(const struct family_answer *a, const struct family_answer *b)
{
	assert_int_equal(a->verdict, b->verdict);
	assert_int_equal(a->condition_count, b->condition_count);
	for (size_t i = 0; i < a->condition_count; i++) {
		assert_string_equal(a->conditions[i].text, b->conditions[i].text);
		assert_ptr_equal(a->conditions[i].rule, b->conditions[i].rule);
		assert_int_equal(a->conditions[i].decides, b->conditions[i].decides);
	}
	assert_int_equal(a->blocker_count, b->blocker_count);
	for (size_t i = 0; i < a->blocker_count; i++)
		assert_ptr_equal(a->blockers[i].decision->rule, b->blockers[i].decision->rule);
	for (size_t i = 0; i < a->packet_count; i++) {
		assert_int_equal(a->packets[i].fate, b->packets[i].fate);
		for (size_t j = 0; j < a->packets[i].path_count; j++)
			assert_same_station(&a->packets[i].path[j], &b->packets[i].path[j]);
	}
}

static void compare(enum direction direction, enum family family, uint16_t port)
{
	const struct query query = {
		.direction = direction, .protocol = PROTOCOL_TCP, .port = port, .families = FAMILIES_BOTH};
	struct pool *pool = &build.pool;
	struct family_answer plain, glancing;
	struct glances glances;
	struct facts facts;
	struct ends found;

	facts_find(&build.ruleset, family, &facts);
	assert_int_equal(ends_find(&build.ruleset, &build.host, &query, family, &facts, pool, &found), 0);
	assert_int_equal(glances_find(&build.ruleset, family, pool, &glances), 0);
	assert_int_equal(
		journey_run(&build.ruleset, &build.host, &facts, &query, &found.list[0], pool, &plain), 0);
	facts.glances = &glances;
	assert_int_equal(
		journey_run(&build.ruleset, &build.host, &facts, &query, &found.list[0], pool, &glancing), 0);
	assert_same_answer(&plain, &glancing);
}

static void test_random_chains_fare_the_same(void **state)
{
	static const uint16_t ports[] = {22, 443, 8081, 50000};

	(void)state;
	for (uint32_t number = 1; number <= 2000; number++) {
		seed = number;
		build_end(&build);
		build_start(&build);
		build_host(&build);
		random_ruleset();
		for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
			compare(DIRECTION_IN, FAMILY_IPV4, ports[i]);
			compare(DIRECTION_OUT, i % 2 ? FAMILY_IPV4 : FAMILY_IPV6, ports[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests_here[] = {
		cmocka_unit_test_setup_teardown(test_other_ports_protocols_and_families_are_passed_over,
						start, finish),
		cmocka_unit_test_setup_teardown(test_rule_with_an_empty_set_is_run, start, finish),
		cmocka_unit_test_setup_teardown(test_rule_that_does_something_before_it_asks_is_run, start,
						finish),
		cmocka_unit_test_setup_teardown(test_random_chains_fare_the_same, start, finish),
	};

	return cmocka_run_group_tests(tests_here, NULL, NULL);
}
