/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about digests: with them all is found that is found without, and a rule that has one is not looked at again.
 */
#include "build.h"
#include "cmocka_all.h"
#include "digest.h"
#include "ties.h"

#include <string.h>

static const char *const lines[] = {
	"tcp dport 443 accept",
	"udp dport 1000-2000 drop",
	"ip saddr 10.0.0.0/8 tcp dport 22 accept",
	"ip daddr 192.0.2.10 ip saddr != 198.51.100.7 drop",
	"ct state established,related accept",
	"ct mark set 7",
	"meta mark 5 accept",
	"meta mark set 5",
	"iifname eth0 accept",
	"limit 10 accept",
	"tcp flags & 0x12 0x12 accept",
	"notrack",
	"counter log reject",
	"decides mystery",
	"redirect 8443",
};

enum { RULES = sizeof(lines) / sizeof(*lines) };

static struct build build;
static struct chain *chain;

static int start(void **state)
{
	struct table *table;

	(void)state;
	build_start(&build);
	table = build_table(&build, TABLE_IP, "filter");
	table->engine = ENGINE_LEGACY;
	chain = build_base_chain(&build, table, "INPUT", HOOK_INPUT, 0, true);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	build_end(&build);
	return 0;
}

static void notes_give(void)
{
	for (size_t i = 0; i < chain->rule_count; i++)
		chain->rules[i]->notes = pool_alloc(&build.pool, RULE_NOTES);
}

/* All that is gathered of rules before there is a packet. */
struct found {
	struct facts facts;
	struct glance glances[RULES];
	struct ties ties;
	struct intervals peers;
};

static struct found find(void)
{
	struct found found = {0};
	struct glances glances;

	facts_find(&build.ruleset, FAMILY_IPV4, &found.facts);
	assert_int_equal(glances_find(&build.ruleset, FAMILY_IPV4, &build.pool, &glances), 0);
	memcpy(found.glances, glances_of(&glances, chain), chain->rule_count * sizeof(struct glance));
	assert_int_equal(
		ties_find(&build.ruleset, FAMILY_IPV4, DIRECTION_IN, &found.facts, &build.pool, &found.ties),
		0);
	assert_int_equal(peers_of_ruleset(&build.ruleset, FAMILY_IPV4, &build.pool, &found.peers), 0);
	return found;
}

static void assert_found_equal(const struct found *a, const struct found *b)
{
	assert_memory_equal(a->facts.flags, b->facts.flags, sizeof(a->facts.flags));
	assert_memory_equal(a->glances, b->glances, sizeof(a->glances));
	assert_int_equal(a->ties.count, b->ties.count);
	assert_int_equal(a->ties.orders, b->ties.orders);
	assert_int_equal(a->peers.count, b->peers.count);
	assert_int_equal(a->peers.computed, b->peers.computed);
	assert_int_equal(a->peers.predicate, b->peers.predicate);
	for (size_t i = 0; i < a->peers.count; i++) {
		assert_true(a->peers.list[i].first == b->peers.list[i].first);
		assert_true(a->peers.list[i].last == b->peers.list[i].last);
		assert_int_equal(a->peers.list[i].predicate, b->peers.list[i].predicate);
	}
}

static void test_each_rule_alone_is_found_to_say_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < RULES; i++) {
		struct found without, with, again;

		finish(NULL);
		start(NULL);
		build_rule(&build, chain, lines[i]);
		without = find();
		notes_give();
		with = find();
		again = find();
		assert_found_equal(&with, &without);
		assert_found_equal(&again, &without);
	}
}

static void test_all_together_are_found_to_say_the_same(void **state)
{
	struct found without, with, again;

	(void)state;
	for (size_t i = 0; i < RULES; i++)
		build_rule(&build, chain, lines[i]);
	without = find();
	notes_give();
	with = find();
	again = find();
	assert_found_equal(&with, &without);
	assert_found_equal(&again, &without);
}

static void test_a_set_is_looked_into_in_every_ruleset(void **state)
{
	struct intervals peers = {0};

	(void)state;
	build_set(&build, chain->table, "ban", 0, "192.0.2.1 192.0.2.2");
	build_rule(&build, chain, "ip saddr @ban drop");
	notes_give();
	assert_false(digest_of(chain->rules[0])->peers.known);
	assert_int_equal(peers_of_ruleset(&build.ruleset, FAMILY_IPV4, &build.pool, &peers), 0);
	assert_int_equal(peers.count, 2);
}

/* Its operations are another's now, which nobody finds out. */
static void test_rule_is_looked_at_once(void **state)
{
	struct found first, second;

	(void)state;
	build_rule(&build, chain, "ip saddr 203.0.113.9 drop");
	notes_give();
	first = find();
	chain->rules[0]->op_count = 0;
	second = find();
	assert_int_equal(first.peers.count, 1);
	assert_found_equal(&second, &first);
}

int main(void)
{
	const struct CMUnitTest tests_here[] = {
		cmocka_unit_test_setup_teardown(test_each_rule_alone_is_found_to_say_the_same, start, finish),
		cmocka_unit_test_setup_teardown(test_all_together_are_found_to_say_the_same, start, finish),
		cmocka_unit_test_setup_teardown(test_a_set_is_looked_into_in_every_ruleset, start, finish),
		cmocka_unit_test_setup_teardown(test_rule_is_looked_at_once, start, finish),
	};

	return cmocka_run_group_tests(tests_here, NULL, NULL);
}
