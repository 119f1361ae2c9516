/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rulesets that nft(8) loaded into a network namespace of the test's own, as they are read back: also while they change, and
 * a second time when only some of it is read again.
 */
#define _GNU_SOURCE /* unshare */

#include "fwport/nft_read.h"
#include "fwport/rule_text.h"

#include <linux/netfilter/nf_tables.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../unit/cmocka_all.h"

enum { MANY_RULES = 10000, RACING_RULES = 3000, RACING_TURNS = 100, NOBODY = 65534 };

static struct pool pool;
static struct error err;
static struct ruleset *ruleset;

static int empty(void **state)
{
	(void)state;
	return system("nft flush ruleset");
}

static int forget(void **state)
{
	(void)state;
	pool_free(&pool);
	return 0;
}

static void load(const char *text)
{
	FILE *nft = popen("nft -f -", "w");

	assert_non_null(nft);
	fputs(text, nft);
	assert_int_equal(pclose(nft), 0);
}

static struct ruleset *read_again(const struct ruleset *before, const struct steps *touched)
{
	assert_int_equal(nft_read(before, touched, &pool, &ruleset, &err), 0);
	return ruleset;
}

static struct table *read_table(enum table_family family, const char *name)
{
	struct table *table;

	table = ruleset_find_table(read_again(NULL, NULL), family, name);
	assert_non_null(table);
	return table;
}

/* The set s of inet t, and the rule that looks into it. */
static struct set *read_set(const char *text, const char *rule)
{
	struct set *set;

	load(text);
	load("add chain inet t look { type filter hook input priority 0; }");
	load(pool_format(&pool, "add rule inet t look %s", rule));
	set = table_find_set(read_table(TABLE_INET, "t"), "s");
	assert_non_null(set);
	assert_false(set->opaque);
	return set;
}

static void assert_key(const struct element *element, const char *bytes, size_t length)
{
	assert_int_equal(element->key.length, length);
	assert_memory_equal(element->key.at, bytes, length);
}

static void assert_text(const struct rule *rule, const char *expected)
{
	CLEANUP(text_free) struct text text = {0};

	rule_text(rule, &text);
	assert_string_equal(text_string(&text), expected);
}

static void test_an_empty_host_has_no_tables(void **state)
{
	(void)state;
	read_again(NULL, NULL);
	assert_int_equal(ruleset->table_count, 0);
	assert_true(ruleset->number > 0);
	assert_string_equal(ruleset->legacy_tables[FAMILY_IPV4], "");
}

static void test_generation_moves_with_each_change(void **state)
{
	uint32_t number;

	(void)state;
	number = read_again(NULL, NULL)->number;
	load("add table inet t");
	assert_int_equal(read_again(NULL, NULL)->number, number + 1);
	assert_int_equal(read_again(NULL, NULL)->number, number + 1);
}

static void test_intervals_are_in_order_and_end_before_the_next_begins(void **state)
{
	const struct set *set = read_set("table inet t { set s { type inet_service; flags interval;"
					 " elements = { 1000-2000, 80, 443 }; }; }",
					 "tcp dport @s");
	static const char *const keys[] = {"\x00\x00", "\x00\x50", "\x00\x51", "\x01\xbb",
					   "\x01\xbc", "\x03\xe8", "\x07\xd1"};

	(void)state;
	assert_int_equal(set->flags, NFT_SET_INTERVAL);
	assert_int_equal(set->element_count, 7);
	for (size_t i = 0; i < 7; i++) {
		assert_key(&set->elements[i], keys[i], 2);
		assert_int_equal(set->elements[i].interval_end, i % 2 == 0);
	}
}

static void test_touching_intervals_of_a_map_end_before_they_begin(void **state)
{
	const struct set *set = read_set("table inet t { map s { type inet_service : mark; flags interval;"
					 " elements = { 80-89 : 1, 90-99 : 2 }; }; }",
					 "meta mark set tcp dport map @s");

	(void)state;
	for (size_t i = 1; i < set->element_count; i++)
		if (!memcmp(set->elements[i].key.at, set->elements[i - 1].key.at, 2)) {
			assert_true(set->elements[i - 1].interval_end);
			assert_false(set->elements[i].interval_end);
			assert_int_equal(set->elements[i].data.length, 4);
			return;
		}
	fail();
}

static void test_hash_sets_are_in_order(void **state)
{
	const struct set *set = read_set("table inet t { set s { type ipv4_addr;"
					 " elements = { 10.0.0.3, 10.0.0.1, 10.0.0.2 }; }; }",
					 "ip saddr @s");

	(void)state;
	assert_int_equal(set->element_count, 3);
	assert_key(&set->elements[0], "\x0a\0\0\x01", 4);
	assert_key(&set->elements[1], "\x0a\0\0\x02", 4);
	assert_key(&set->elements[2], "\x0a\0\0\x03", 4);
}

static void test_concatenated_ranges_have_both_ends(void **state)
{
	const struct set *set =
		read_set("table inet t { set s { type ipv4_addr . inet_service; flags interval;"
			 " elements = { 10.0.0.0/24 . 80-90 }; }; }",
			 "ip saddr . tcp dport @s");

	(void)state;
	assert_int_equal(set->element_count, 1);
	assert_int_equal(set->field_count, 2);
	assert_int_equal(set->field_lengths[0], 4);
	assert_int_equal(set->field_lengths[1], 2);
	assert_key(&set->elements[0], "\x0a\0\0\0\0\x50\0\0", 8);
	assert_memory_equal(set->elements[0].key_end.at, "\x0a\0\0\xff\0\x5a\0\0", 8);
}

static void test_timeouts_of_set_and_elements(void **state)
{
	const struct set *set = read_set("table inet t { set s { type ipv4_addr; flags timeout; timeout 1h;"
					 " elements = { 10.0.0.1 timeout 30s }; }; }",
					 "ip saddr @s");

	(void)state;
	assert_int_equal(set->timeout, 3600000);
	assert_int_equal(set->elements[0].timeout, 30000);
	assert_in_range(set->elements[0].expires, 1, 30000);
}

static void test_catch_all_is_last_and_has_no_key(void **state)
{
	const struct set *set = read_set("table inet t { map s { type inet_service : verdict;"
					 " elements = { * : drop, 443 : accept }; }; }",
					 "tcp dport vmap @s");

	(void)state;
	assert_int_equal(set->element_count, 2);
	assert_int_equal(set->elements[0].verdict.code, VERDICT_ACCEPT);
	assert_true(set->elements[1].catch_all);
	assert_int_equal(set->elements[1].key.length, 0);
	assert_int_equal(set->elements[1].verdict.code, VERDICT_DROP);
}

static void test_verdict_map_leads_to_its_chain(void **state)
{
	const struct set *set = read_set("table inet t { chain web { }; map s { type inet_service : verdict;"
					 " elements = { 443 : jump web }; }; }",
					 "tcp dport vmap @s");

	(void)state;
	assert_int_equal(set->data_type, NFT_DATA_VERDICT);
	assert_string_equal(set->elements[0].verdict.chain_name, "web");
	assert_ptr_equal(set->elements[0].verdict.chain, table_find_chain(set->table, "web"));
}

static void test_operations_of_elements_are_read(void **state)
{
	const struct set *set = read_set("table inet t { set s { type inet_service; counter;"
					 " elements = { 443 counter packets 7 bytes 400 }; }; }",
					 "tcp dport @s");

	(void)state;
	assert_int_equal(set->elements[0].op_count, 1);
	assert_int_equal(set->elements[0].ops[0].counter.packets, 7);
}

static void assert_read(const struct table *table, const char *names, bool read)
{
	char name[2] = "";

	for (; *names; names++) {
		const struct set *set;

		name[0] = *names;
		set = table_find_set(table, name);
		assert_non_null(set);
		assert_int_equal(set->unread, !read);
		assert_int_equal(set->opaque, !read);
		assert_int_equal(set->element_count, read ? 1 : 0);
	}
}

static void test_sets_that_no_packet_comes_to_are_left_in_the_kernel(void **state)
{
	const struct table *table;

	(void)state;
	load("table inet t {\n"
	     "set a { type ipv4_addr; elements = { 10.0.0.1 }; }\n" /* by a base chain */
	     "set b { type ipv4_addr; elements = { 10.0.0.1 }; }\n" /* by a chain that it calls */
	     "set c { type ipv4_addr; elements = { 10.0.0.1 }; }\n" /* by one that an element calls */
	     "set d { type ipv4_addr; flags dynamic; elements = { 10.0.0.1 }; }\n"
	     "set x { type ipv4_addr; elements = { 10.0.0.1 }; }\n" /* by nobody */
	     "set y { type ipv4_addr; elements = { 10.0.0.1 }; }\n" /* by a chain that nobody calls */
	     "map v { type inet_service : verdict; elements = { 443 : goto third }; }\n"
	     "map w { type inet_service : verdict; elements = { 443 : goto third }; }\n"
	     "chain third { ip saddr @c drop; }\n"
	     "chain second { ip saddr @b drop; tcp dport vmap @v; }\n"
	     "chain nowhere { ip saddr @y drop; tcp dport vmap @w; ip saddr { 10.0.0.2, 10.0.0.3 } drop; }\n"
	     "chain first { type filter hook input priority 0; ip saddr @a drop; add @d { ip saddr };"
	     " jump second; }\n"
	     "}\n"
	     "table inet asleep { flags dormant; set s { type ipv4_addr; elements = { 10.0.0.1 }; };"
	     " chain c { type filter hook input priority 0; ip saddr @s drop; }; }\n"
	     "table inet fwport { set s { type ipv4_addr; elements = { 10.0.0.1 }; }; }");
	table = read_table(TABLE_INET, "t");
	assert_read(table, "abcdv", true);
	assert_read(table, "xyw", false);
	assert_text(table_find_chain(table, "nowhere")->rules[2], "ip saddr { 10.0.0.2, 10.0.0.3 } drop");
	assert_read(ruleset_find_table(ruleset, TABLE_INET, "asleep"), "s", false);
	assert_read(ruleset_find_table(ruleset, TABLE_INET, HOME_TABLE), "s", true);
}

static void test_set_that_is_looked_into_from_now_on_is_read_from_now_on(void **state)
{
	const struct ruleset *before, *after;
	const struct table *table;
	struct step step = {.object = STEP_RULE};
	const struct steps steps = {&step, 1};

	(void)state;
	load("table inet t { set s { type ipv4_addr; elements = { 10.0.0.1 }; };"
	     " chain c { type filter hook input priority 0; }; }");
	before = read_again(NULL, NULL);
	step.table = ruleset_find_table(before, TABLE_INET, "t");
	step.chain = step.table->chains[0];
	assert_read(step.table, "s", false);
	load("add rule inet t c ip saddr @s drop");
	after = read_again(before, &steps);
	table = ruleset_find_table(after, TABLE_INET, "t");
	assert_read(table, "s", true);
}

static void test_chain_has_hook_priority_policy_and_devices(void **state)
{
	const struct chain *chain;

	(void)state;
	load("table netdev t { chain c { type filter hook ingress device \"lo\" priority -5; policy drop; }; "
	     "}");
	chain = table_find_chain(read_table(TABLE_NETDEV, "t"), "c");
	assert_true(chain->base);
	assert_int_equal(chain->hook, HOOK_INGRESS);
	assert_int_equal(chain->priority, -5);
	assert_true(chain->policy_drop);
	assert_int_equal(chain->device_count, 1);
	assert_string_equal(chain->devices[0], "lo");
}

static void test_objects_are_read(void **state)
{
	const struct table *table;

	(void)state;
	load("table inet t { counter hits { }; quota month { over 10 mbytes }; }");
	table = read_table(TABLE_INET, "t");
	assert_int_equal(table->object_count, 2);
	assert_string_equal(table->objects[0]->name, "hits");
	assert_int_equal(table->objects[0]->type, NFT_OBJECT_COUNTER);
	assert_int_equal(table->objects[1]->type, NFT_OBJECT_QUOTA);
}

static void test_references_become_what_their_objects_do(void **state)
{
	const struct table *table;
	const struct chain *chain;

	(void)state;
	load("table inet t { limit slow { rate 5/minute; }; quota slow { 500 bytes used 10 bytes; };"
	     "map m { type inet_service : quota; elements = { 443 : \"slow\" }; };"
	     "chain c { type filter hook input priority 0; limit name \"slow\"; limit name \"slow\"; quota "
	     "name \"slow\";"
	     "quota name tcp dport map @m; }; }");
	table = read_table(TABLE_INET, "t");
	chain = table->chains[0];
	assert_int_equal(chain->rules[0]->ops[0].kind, OP_LIMIT);
	assert_int_equal(chain->rules[0]->ops[0].limit.unit, 60);
	assert_ptr_equal(op_purse(&chain->rules[0]->ops[0]), op_purse(&chain->rules[1]->ops[0]));
	assert_int_equal(chain->rules[2]->ops[0].kind, OP_QUOTA);
	assert_int_equal(chain->rules[2]->ops[0].quota.used, 10);
	assert_int_equal(table->sets[0]->object_type, NFT_OBJECT_QUOTA);
	assert_ptr_equal(table->sets[0]->elements[0].object, chain->rules[2]->ops[0].object);
}

/* Not every kernel has flowtables: then nft could not load it, and there is none to read. */
static void test_flowtables_are_read(void **state)
{
	const struct table *table;
	bool loaded;

	(void)state;
	load("add table inet t");
	loaded = !system(
		"nft 'add flowtable inet t fast { hook ingress priority 0; devices = { lo }; }' 2>/dev/null");
	table = read_table(TABLE_INET, "t");
	assert_int_equal(table->flowtable_count, loaded);
	if (loaded)
		assert_string_equal(table->flowtables[0], "fast");
}

static void test_many_rules_are_read_whole_and_in_order(void **state)
{
	const struct chain *chain;
	FILE *nft;

	(void)state;
	nft = popen("nft -f -", "w");
	assert_non_null(nft);
	fputs("table inet t { chain c { \n", nft);
	for (int i = 0; i < MANY_RULES; i++)
		fprintf(nft, "tcp dport %d accept\n", i + 1);
	fputs("} \n }\n", nft);
	assert_int_equal(pclose(nft), 0);
	chain = table_find_chain(read_table(TABLE_INET, "t"), "c");
	assert_int_equal(chain->rule_count, MANY_RULES);
	for (unsigned i = 0; i < MANY_RULES; i++) {
		assert_int_equal(chain->rules[i]->position, i + 1);
		assert_ptr_equal(chain->rules[i]->chain, chain);
		assert_true(!i || chain->rules[i]->handle > chain->rules[i - 1]->handle);
	}
	assert_text(chain->rules[0], "tcp dport 1 accept");
	assert_text(chain->rules[MANY_RULES - 1], "tcp dport 10000 accept");
}

/*
 * Two chains change together, again and again, and a long one stands between them, so that reading takes longer than a
 * commit: closing a netlink socket waits for a commit that is under way, and short readings would never meet one.
 */
static void race_load(void)
{
	FILE *nft = popen("nft -f -", "w");

	assert_non_null(nft);
	fputs("table inet t { chain first { tcp dport 1 accept; }; chain long { }; chain last { tcp dport 1 "
	      "accept; }; }\n",
	      nft);
	for (int i = 0; i < RACING_RULES; i++)
		fprintf(nft, "add rule inet t long tcp dport %d accept\n", i + 1);
	assert_int_equal(pclose(nft), 0);
}

static int race(void)
{
	char command[200];

	for (int turn = 0; turn < RACING_TURNS; turn++) {
		int port = turn % 100 + 1;

		snprintf(command, sizeof(command),
			 "nft 'flush chain inet t first; add rule inet t first tcp dport %d accept;"
			 "flush chain inet t last; add rule inet t last tcp dport %d accept'",
			 port, port);
		if (system(command) != 0)
			return 1;
	}
	return 0;
}

static pid_t race_start(void)
{
	pid_t racer = fork();

	if (!racer)
		_exit(race());
	return racer;
}

static void assert_one_generation(const struct ruleset *read)
{
	const struct table *table = ruleset_find_table(read, TABLE_INET, "t");
	const struct chain *first = table_find_chain(table, "first"), *last = table_find_chain(table, "last");

	assert_int_equal(first->rule_count, 1);
	assert_int_equal(last->rule_count, 1);
	assert_true(rule_same(first->rules[0], last->rules[0]));
	assert_int_equal(table_find_chain(table, "long")->rule_count, RACING_RULES);
}

/* A ruleset that never stood still is an answer, too: on a slow machine it may be the only one while the race lasts. */
static void racing_read(void)
{
	if (nft_read(NULL, NULL, &pool, &ruleset, &err) == 0)
		assert_one_generation(ruleset);
	else
		assert_int_equal(err.kind, ERROR_BUSY);
	pool_free(&pool);
}

static void test_what_is_read_was_there_at_one_moment(void **state)
{
	int status;
	pid_t racer;

	(void)state;
	race_load();
	racer = race_start();
	assert_true(racer > 0);
	while (waitpid(racer, &status, WNOHANG) == 0)
		racing_read();
	assert_int_equal(status, 0);
	assert_one_generation(read_again(NULL, NULL));
}

static const struct ruleset *read_two_tables(void)
{
	load("table inet one { set s { type inet_service; elements = { 1 }; }; \n chain web {\n return\n }\n"
	     "chain a {\n tcp dport { 1, 2 } jump web\n }\n chain b {\n tcp dport 5 accept\n }\n }\n"
	     "table inet two { chain c {\n tcp dport 9 accept\n }\n }\n");
	return read_again(NULL, NULL);
}

/* A step on chain b of table one, as if the rule had been ours. */
static struct step step_on_b(const struct ruleset *before, const struct rule *rule)
{
	const struct table *table = ruleset_find_table(before, TABLE_INET, "one");

	return (struct step){
		.object = STEP_RULE, .table = table, .chain = table_find_chain(table, "b"), .rule = rule};
}

static void test_second_reading_takes_what_no_step_touched(void **state)
{
	const struct ruleset *before = read_two_tables(), *after;
	const struct rule rule = {0};
	struct step step = step_on_b(before, &rule);
	const struct steps steps = {&step, 1};
	const struct table *one;

	(void)state;
	load("add rule inet one b tcp dport 443 accept");
	after = read_again(before, &steps);
	assert_int_equal(after->number, before->number + 1);
	assert_ptr_equal(ruleset_find_table(after, TABLE_INET, "two"),
			 ruleset_find_table(before, TABLE_INET, "two"));
	one = ruleset_find_table(after, TABLE_INET, "one");
	assert_ptr_not_equal(one, ruleset_find_table(before, TABLE_INET, "one"));
	assert_int_equal(table_find_chain(one, "b")->rule_count, 2);
	assert_text(table_find_chain(one, "b")->rules[1], "tcp dport 443 accept");
}

static void test_rules_that_are_taken_lead_to_the_new_chains(void **state)
{
	const struct ruleset *before = read_two_tables(), *after;
	const struct rule rule = {0}, *shared, *old;
	struct step step = step_on_b(before, &rule);
	const struct steps steps = {&step, 1};
	const struct table *one;

	(void)state;
	load("add rule inet one b tcp dport 443 accept");
	after = read_again(before, &steps);
	one = ruleset_find_table(after, TABLE_INET, "one");
	shared = table_find_chain(one, "a")->rules[0];
	old = table_find_chain(ruleset_find_table(before, TABLE_INET, "one"), "a")->rules[0];
	assert_ptr_equal(shared->chain, table_find_chain(one, "a"));
	assert_ptr_equal(shared->ops[shared->op_count - 1].verdict.chain, table_find_chain(one, "web"));
	assert_ptr_equal(old->ops[old->op_count - 1].verdict.chain,
			 table_find_chain(ruleset_find_table(before, TABLE_INET, "one"), "web"));
	assert_text(shared, "tcp dport { 1, 2 } jump web");
}

static void test_a_stranger_in_between_makes_everything_read_again(void **state)
{
	const struct ruleset *before = read_two_tables(), *after;
	const struct rule rule = {0};
	struct step step = step_on_b(before, &rule);
	const struct steps steps = {&step, 1};

	(void)state;
	load("add rule inet one b tcp dport 443 accept");
	load("add rule inet two c tcp dport 22 accept");
	after = read_again(before, &steps);
	assert_int_equal(table_find_chain(ruleset_find_table(after, TABLE_INET, "two"), "c")->rule_count, 2);
}

/* Elements expire, and packets add them, without a new generation: the test lets one go away unseen by the step list. */
static void test_sets_with_timeouts_are_always_read_again(void **state)
{
	const struct steps none = {NULL, 0};
	const struct ruleset *before, *after;

	(void)state;
	load("table inet t { set s { type ipv4_addr; flags timeout; elements = { 10.0.0.1 timeout 1h }; }; "
	     "chain c { type filter hook input priority 0; ip saddr @s drop; }; }");
	before = read_again(NULL, NULL);
	after = read_again(before, &none);
	assert_ptr_not_equal(table_find_set(after->tables[0], "s")->elements,
			     table_find_set(before->tables[0], "s")->elements);
	assert_int_equal(table_find_set(after->tables[0], "s")->element_count, 1);
}

/* Who is in a list of recent, no generation tells. */
static void test_lists_that_are_in_no_table_are_always_read_again(void **state)
{
	const struct steps none = {NULL, 0};
	const struct ruleset *before, *after;
	const struct rule *look;

	(void)state;
	if (system("iptables-nft -A INPUT -m recent --name seen --rcheck -j DROP 2>/dev/null") != 0) {
		print_message("# there is no iptables-nft here\n");
		skip();
	}
	before = read_again(NULL, NULL);
	assert_int_equal(system("echo +192.0.2.7 >/proc/self/net/xt_recent/seen"), 0);
	after = read_again(before, &none);
	assert_int_equal(after->number, before->number);
	look = table_find_chain(ruleset_find_table(after, TABLE_IP, "filter"), "INPUT")->rules[0];
	assert_int_equal(look->ops[1].kind, OP_LOOKUP);
	assert_int_equal(look->ops[1].lookup.set->element_count, 1);
}

static void test_nothing_touched_takes_everything(void **state)
{
	const struct ruleset *before = read_two_tables(), *after;
	const struct steps none = {NULL, 0};

	(void)state;
	after = read_again(before, &none);
	assert_ptr_equal(after->tables[0], before->tables[0]);
	assert_ptr_equal(after->tables[1], before->tables[1]);
}

static void test_table_that_went_is_gone_and_one_that_came_is_there(void **state)
{
	const struct ruleset *before = read_two_tables(), *after;
	const struct table gone = {.family = TABLE_INET, .name = "one"},
			   came = {.family = TABLE_INET, .name = "new"};
	struct step list[] = {{.remove = true, .object = STEP_TABLE, .table = &gone},
			      {.object = STEP_TABLE, .table = &came}};
	const struct steps steps = {list, 2};

	(void)state;
	load("delete table inet one\nadd table inet new\nadd chain inet new c\nadd rule inet new c accept");
	after = read_again(before, &steps);
	assert_null(ruleset_find_table(after, TABLE_INET, "one"));
	assert_int_equal(ruleset_find_table(after, TABLE_INET, "new")->chains[0]->rule_count, 1);
	assert_ptr_equal(ruleset_find_table(after, TABLE_INET, "two"),
			 ruleset_find_table(before, TABLE_INET, "two"));
}

/* In a child, which may lose its rights. The exit status tells. */
static int read_as_nobody(void)
{
	struct error denied = {0};

	if (setuid(NOBODY) < 0)
		return 1;
	if (nft_read(NULL, NULL, &pool, &ruleset, &denied) == 0)
		return 2;
	return denied.kind == ERROR_PERMISSION &&
			       !strncmp(denied.text, "cannot read the nf_tables generation: ", 38)
		       ? 0
		       : 3;
}

static void test_without_rights_it_says_so(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (!child)
		_exit(read_as_nobody());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, empty, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_an_empty_host_has_no_tables),
		TEST(test_generation_moves_with_each_change),
		TEST(test_intervals_are_in_order_and_end_before_the_next_begins),
		TEST(test_touching_intervals_of_a_map_end_before_they_begin),
		TEST(test_hash_sets_are_in_order),
		TEST(test_concatenated_ranges_have_both_ends),
		TEST(test_timeouts_of_set_and_elements),
		TEST(test_catch_all_is_last_and_has_no_key),
		TEST(test_verdict_map_leads_to_its_chain),
		TEST(test_operations_of_elements_are_read),
		TEST(test_sets_that_no_packet_comes_to_are_left_in_the_kernel),
		TEST(test_set_that_is_looked_into_from_now_on_is_read_from_now_on),
		TEST(test_chain_has_hook_priority_policy_and_devices),
		TEST(test_objects_are_read),
		TEST(test_references_become_what_their_objects_do),
		TEST(test_flowtables_are_read),
		TEST(test_many_rules_are_read_whole_and_in_order),
		TEST(test_what_is_read_was_there_at_one_moment),
		TEST(test_second_reading_takes_what_no_step_touched),
		TEST(test_rules_that_are_taken_lead_to_the_new_chains),
		TEST(test_a_stranger_in_between_makes_everything_read_again),
		TEST(test_sets_with_timeouts_are_always_read_again),
		TEST(test_lists_that_are_in_no_table_are_always_read_again),
		TEST(test_nothing_touched_takes_everything),
		TEST(test_table_that_went_is_gone_and_one_that_came_is_there),
		TEST(test_without_rights_it_says_so),
	};

	if (unshare(CLONE_NEWNET) < 0) {
		printf("1..0 # SKIP no network namespace can be made (needs CAP_SYS_ADMIN; unshare -rn gives "
		       "it)\n");
		return 0;
	}
	if (system("nft list ruleset 2>/dev/null") != 0) {
		printf("1..0 # SKIP nft(8) is not there\n");
		return 0;
	}
	cmocka_set_skip_filter(getenv("TESTS_LEFT_OUT"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
