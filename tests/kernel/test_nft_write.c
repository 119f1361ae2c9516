/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transactions against a real kernel, each test in a network namespace of its own. nft is the oracle: what it lists after
 * our commit must be what it lists after loading the same with nft -f.
 */
#define _GNU_SOURCE /* unshare */
#include "fwport/nft_read.h"
#include "fwport/nft_write.h"
#include "fwport/port_set.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

enum { TYPE_ADDRESS = 7, TYPE_PORT = 13 };

static struct pool pool;
static struct error err;
static enum commit_result result;

/* the kernel's side */

static int new_host(void **state)
{
	(void)state;
	err = (struct error){0};
	return unshare(CLONE_NEWNET);
}

static int forget(void **state)
{
	(void)state;
	pool_free(&pool);
	return 0;
}

/* What a command prints. */
static const char *output_of(const char *command)
{
	FILE *pipe = popen(command, "re");
	CLEANUP(text_free) struct text text = {0};
	char buffer[4096];
	size_t got;

	assert_non_null(pipe);
	while ((got = fread(buffer, 1, sizeof(buffer), pipe)))
		text_add_bytes(&text, buffer, got);
	assert_int_equal(pclose(pipe), 0);
	return pool_text(&pool, text_string(&text));
}

static const char *listing(void)
{
	return output_of("nft -s list ruleset");
}

static void load(const char *ruleset)
{
	FILE *pipe = popen("nft -f -", "we");

	assert_non_null(pipe);
	fputs(ruleset, pipe);
	assert_int_equal(pclose(pipe), 0);
}

/* The listing of a host on which nft itself loaded this. */
static const char *listing_of(const char *ruleset)
{
	assert_int_equal(unshare(CLONE_NEWNET), 0);
	load(ruleset);
	return listing();
}

static const struct ruleset *read_ruleset(void)
{
	struct ruleset *read;

	if (nft_read(NULL, NULL, &pool, &read, &err) < 0)
		fail_msg("%s", err.text);
	return read;
}

static int commit(const struct step *list, size_t count)
{
	const struct steps steps = {(struct step *)list, count};

	return nft_commit(read_ruleset(), &steps, &pool, &result, &err);
}

static void commit_well(const struct step *list, size_t count)
{
	if (commit(list, count) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(result, COMMIT_DONE);
}

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* things of ours */

static struct table home = {.family = TABLE_INET, .name = HOME_TABLE};

static struct chain input = {.table = &home,
			     .name = "input",
			     .base = true,
			     .hook = HOOK_INPUT,
			     .type = CHAIN_FILTER,
			     .priority = -1};

static struct set tcp_in = {.table = &home,
			    .name = "tcp_in",
			    .flags = NFT_SET_INTERVAL | NFT_SET_EXPR,
			    .key_type = TYPE_PORT,
			    .key_length = 2};

#define BYTES(...)                                                                     \
	{                                                                              \
		(const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}) \
	}
#define IS_TCP                                                                               \
	{.kind = OP_META, .length = 1, .meta = {.key = NFT_META_L4PROTO, .direction = -1}},  \
	{                                                                                    \
		.kind = OP_CMP, .length = 1, .cmp = {.test = NFT_CMP_EQ, .value = BYTES(6) } \
	}
#define LOAD_DPORT                                                                              \
	{                                                                                       \
		.kind = OP_PAYLOAD, .length = 2, .payload = { NFT_PAYLOAD_TRANSPORT_HEADER, 2 } \
	}
#define ACCEPT                                                           \
	{                                                                \
		.kind = OP_VERDICT, .verdict = {.code = VERDICT_ACCEPT } \
	}
#define PORT_443                                                                                      \
	{                                                                                             \
		.kind = OP_CMP, .length = 2, .cmp = {.test = NFT_CMP_EQ, .value = BYTES(0x01, 0xbb) } \
	}

static const struct op in_set[] = {
	IS_TCP,
	LOAD_DPORT,
	{.kind = OP_LOOKUP, .length = 2, .lookup = {.set_name = "tcp_in"}},
	{.kind = OP_COUNTER},
	ACCEPT,
};
static const struct op dport_443[] = {IS_TCP, LOAD_DPORT, PORT_443, ACCEPT};

static const struct rule home_rule = {
	.chain = &input, .ops = in_set, .op_count = COUNT(in_set), .comment = "fwport:1", .tag = 1};
static const struct rule guest = {
	.ops = dport_443, .op_count = COUNT(dport_443), .comment = "fwport:2", .tag = 2};

static const struct step add_table = {.object = STEP_TABLE, .table = &home};
static const struct step add_input = {.object = STEP_CHAIN, .table = &home, .chain = &input};
static const struct step add_tcp_in = {.object = STEP_SET, .table = &home, .set = &tcp_in};
static const struct step add_home_rule = {
	.object = STEP_RULE, .table = &home, .chain = &input, .rule = &home_rule};

static struct step ports_step(bool remove, const struct port_range *ports, size_t count)
{
	return (struct step){.remove = remove,
			     .object = STEP_ELEMENTS,
			     .table = &home,
			     .set = &tcp_in,
			     .ports = ports,
			     .port_count = count};
}

static void commit_home(const struct port_range *ports, size_t count)
{
	const struct step steps[] = {add_table, add_tcp_in, ports_step(false, ports, count), add_input,
				     add_home_rule};

	commit_well(steps, COUNT(steps));
}

#define HOME_WITH(elements)                                              \
	"table inet fwport {\n"                                          \
	"	set tcp_in {\n"                                                \
	"		type inet_service\n"                                          \
	"		flags interval\n"                                             \
	"		counter\n" elements "	}\n"                       \
	"\n"                                                             \
	"	chain input {\n"                                               \
	"		type filter hook input priority filter - 1; policy accept;\n" \
	"		tcp dport @tcp_in counter accept comment \"fwport:1\"\n"      \
	"	}\n"                                                           \
	"}\n"

static void test_the_home_is_listed_as_if_nft_had_made_it(void **state)
{
	const struct port_range ports[] = {{443, 443}, {8000, 8010}, {60000, 65535}};
	const char *text = HOME_WITH("		elements = { 443 counter, 8000-8010 counter, "
				     "60000-65535 counter }\n");
	const char *listed;

	(void)state;
	commit_home(ports, COUNT(ports));
	listed = listing();
	assert_string_equal(listed, text);
	assert_string_equal(listed, listing_of(text));
}

static void test_removed_ports_leave_the_others(void **state)
{
	const struct port_range ports[] = {{80, 80}, {443, 443}, {444, 500}, {60000, 65535}};
	const struct step removal =
		ports_step(true, (const struct port_range[]){{443, 443}, {60000, 65535}}, 2);

	(void)state;
	commit_home(ports, COUNT(ports));
	commit_well(&removal, 1);
	assert_string_equal(listing(), HOME_WITH("		elements = { 80 counter, 444-500 counter "
						 "}\n"));
}

static void test_one_transaction_can_replace_a_range_by_a_wider_one(void **state)
{
	const struct port_range old[] = {{443, 443}}, wider[] = {{440, 450}};
	const struct step steps[] = {ports_step(true, old, 1), ports_step(false, wider, 1)};

	(void)state;
	commit_home(old, 1);
	commit_well(steps, COUNT(steps));
	assert_string_equal(listing(), HOME_WITH("		elements = { 440-450 counter }\n"));
}

static void test_removing_all_leaves_nothing(void **state)
{
	const struct port_range ports[] = {{443, 443}};
	const struct step removal = {.remove = true, .object = STEP_TABLE, .table = &home};

	(void)state;
	commit_home(ports, 1);
	commit_well(&removal, 1);
	assert_string_equal(listing(), "");
}

static void test_parts_are_removed_one_by_one(void **state)
{
	const struct port_range ports[] = {{443, 443}};
	const struct ruleset *read;
	struct step steps[] = {
		{.remove = true, .object = STEP_RULE, .table = &home, .chain = &input},
		{.remove = true, .object = STEP_CHAIN, .table = &home, .chain = &input},
		{.remove = true, .object = STEP_SET, .table = &home, .set = &tcp_in},
	};

	(void)state;
	commit_home(ports, 1);
	read = read_ruleset();
	steps[0].rule = table_find_chain(read->tables[0], "input")->rules[0];
	commit_well(steps, COUNT(steps));
	assert_string_equal(listing(), "table inet fwport {\n}\n");
}

static void test_no_steps_change_nothing_and_send_nothing(void **state)
{
	const struct ruleset stale = {.number = 4711};
	struct step no_ports = ports_step(false, NULL, 0);
	const struct steps none = {0}, empty = {&no_ports, 1};

	(void)state;
	assert_int_equal(nft_commit(&stale, &none, &pool, &result, &err), 0);
	assert_int_equal(result, COMMIT_DONE);
	assert_int_equal(nft_commit(&stale, &empty, &pool, &result, &err), 0);
	assert_int_equal(result, COMMIT_DONE);
}

static void test_a_ruleset_that_was_never_read_is_no_ground_for_a_change(void **state)
{
	const struct ruleset planned_on = {0};
	const struct steps steps = {(struct step *)&add_table, 1};

	(void)state;
	assert_int_equal(nft_commit(&planned_on, &steps, &pool, &result, &err), -1);
	assert_string_equal(err.text, "the ruleset that was planned on was not read from the kernel");
	assert_string_equal(listing(), "");
}

static void test_a_ruleset_that_changed_meanwhile_is_stale(void **state)
{
	const struct steps steps = {(struct step *)&add_table, 1};
	const struct ruleset *planned_on = read_ruleset();

	(void)state;
	load("table ip other {}");
	assert_int_equal(nft_commit(planned_on, &steps, &pool, &result, &err), 0);
	assert_int_equal(result, COMMIT_STALE);
	assert_string_equal(listing(), "table ip other {\n}\n");
}

static void test_a_refused_step_is_named_and_nothing_is_done(void **state)
{
	struct chain gone = {.table = &home, .name = "gone"};
	const struct step steps[] = {add_table,
				     add_tcp_in,
				     {.remove = true, .object = STEP_CHAIN, .table = &home, .chain = &gone}};

	(void)state;
	assert_int_equal(commit(steps, COUNT(steps)), -1);
	assert_int_equal(err.kind, ERROR_SYSTEM);
	assert_int_equal(err.sys, ENOENT);
	assert_string_equal(
		err.text, "the kernel refused step 3, - chain inet fwport gone, because it, or something it "
			  "refers to, is not there: No such file or directory");
	assert_string_equal(listing(), "");
}

static void test_of_many_elements_the_refused_one_is_named(void **state)
{
	const struct port_range old[] = {{443, 450}}, more[] = {{80, 80}, {445, 460}, {500, 500}};
	const struct step step = ports_step(false, more, COUNT(more));

	(void)state;
	commit_home(old, 1);
	assert_int_equal(commit(&step, 1), -1);
	assert_string_equal(
		err.text,
		"the kernel refused step 1, + 80, 445-460, 500 in set tcp_in (at port 445), because "
		"it, or something that overlaps it, is there already: File exists");
	assert_string_equal(listing(), HOME_WITH("		elements = { 443-450 counter }\n"));
}

static void test_more_refusals_than_the_socket_holds_still_name_the_first(void **state)
{
	enum { MANY = 5000 };
	struct rule *rule = pool_copy(&pool, &guest, sizeof(guest));
	struct step *steps = pool_alloc(&pool, MANY * sizeof(*steps));

	(void)state;
	rule->handle = 99;
	load("table inet fwport { chain input {}; }");
	for (size_t i = 0; i < MANY; i++)
		steps[i] = (struct step){
			.remove = true, .object = STEP_RULE, .table = &home, .chain = &input, .rule = rule};
	assert_int_equal(commit(steps, MANY), -1);
	assert_int_equal(strncmp(err.text, "the kernel refused step 1, ", 27), 0);
}

#define FOREIGN_WITH(line)                                         \
	"table inet filter {\n"                                    \
	"	chain input {\n"                                         \
	"		type filter hook input priority filter; policy drop;\n" \
	"		iif \"lo\" accept\n" line "		reject\n"     \
	"	}\n"                                                     \
	"}\n"

static void test_a_guest_stands_before_the_foreign_rule(void **state)
{
	const struct ruleset *read;
	struct step step = {.object = STEP_RULE, .rule = &guest};
	struct chain *chain;

	(void)state;
	load(FOREIGN_WITH(""));
	read = read_ruleset();
	chain = table_find_chain(read->tables[0], "input");
	step.table = chain->table;
	step.chain = chain;
	step.before = chain->rules[1];
	commit_well(&step, 1);
	assert_string_equal(listing(),
			    FOREIGN_WITH("		tcp dport 443 accept comment \"fwport:2\"\n"));
}

static void test_a_removed_guest_leaves_the_foreign_ruleset_as_it_was(void **state)
{
	const char *text = FOREIGN_WITH("		tcp dport 443 accept comment \"fwport:2\"\n");
	struct step step = {.remove = true, .object = STEP_RULE};
	struct chain *chain;

	(void)state;
	load(text);
	chain = table_find_chain(read_ruleset()->tables[0], "input");
	step.table = chain->table;
	step.chain = chain;
	step.rule = chain->rules[1];
	commit_well(&step, 1);
	assert_string_equal(listing(), FOREIGN_WITH(""));
}

static void test_a_guest_in_a_chain_of_iptables_is_a_rule_that_iptables_can_print_and_delete(void **state)
{
	const struct op ops[] = {IS_TCP, LOAD_DPORT, PORT_443, {.kind = OP_COUNTER}, ACCEPT};
	struct rule rule = {.ops = ops, .op_count = COUNT(ops), .comment = "fwport:2", .tag = 2};
	struct step step = {.object = STEP_RULE, .rule = &rule};
	struct chain *chain;

	(void)state;
	if (system("iptables-nft -A INPUT -j REJECT 2>/dev/null") != 0) {
		print_message("# there is no iptables-nft here\n");
		return;
	}
	chain = table_find_chain(ruleset_find_table(read_ruleset(), TABLE_IP, "filter"), "INPUT");
	step.table = chain->table;
	step.chain = chain;
	step.before = chain->rules[0];
	commit_well(&step, 1);
	assert_string_equal(output_of("iptables-nft -S INPUT"),
			    "-P INPUT ACCEPT\n"
			    "-A INPUT -p tcp -m tcp --dport 443 -m comment --comment \"fwport:2\" -j ACCEPT\n"
			    "-A INPUT -j REJECT --reject-with icmp-port-unreachable\n");
	assert_string_equal(
		output_of(
			"iptables-nft -D INPUT -p tcp --dport 443 -m comment --comment fwport:2 -j ACCEPT &&"
			"iptables-nft -S INPUT"),
		"-P INPUT ACCEPT\n-A INPUT -j REJECT --reject-with icmp-port-unreachable\n");
}

/* A rule in a chain of the home, and nothing else. */
static int commit_rule(const struct rule *rule, const struct set *fresh)
{
	const struct step steps[] = {
		add_table,
		add_input,
		{.object = STEP_RULE, .table = &home, .chain = &input, .rule = rule, .set = fresh},
	};

	return commit(steps, COUNT(steps));
}

#define INPUT_WITH(line)                                                 \
	"table inet fwport {\n"                                          \
	"	chain input {\n"                                               \
	"		type filter hook input priority filter - 1; policy accept;\n" \
	"		" line "\n"                                      \
	"	}\n"                                                           \
	"}\n"

static void assert_listed_as(const struct op *ops, size_t count, const struct set *fresh, const char *text)
{
	const struct rule rule = {.chain = &input, .ops = ops, .op_count = count};
	const char *listed;

	if (commit_rule(&rule, fresh) < 0)
		fail_msg("%s", err.text);
	listed = listing();
	assert_string_equal(listed, text);
	assert_string_equal(listed, listing_of(text));
}

static void test_an_anonymous_set_goes_with_its_rule(void **state)
{
	const struct element elements[] = {{.key = BYTES(0, 80)},
					   {.key = BYTES(0, 81), .interval_end = true},
					   {.key = BYTES(0x1f, 0x40)},
					   {.key = BYTES(0x1f, 0x4b), .interval_end = true}};
	const struct set ports = {.name = "ports",
				  .flags = NFT_SET_INTERVAL,
				  .key_type = TYPE_PORT,
				  .key_length = 2,
				  .elements = (struct element *)elements,
				  .element_count = COUNT(elements)};
	const struct op ops[] = {
		IS_TCP,
		LOAD_DPORT,
		{.kind = OP_LOOKUP, .length = 2, .lookup = {.set_name = "ports", .set = &ports}},
		ACCEPT};

	(void)state;
	assert_listed_as(ops, COUNT(ops), &ports, INPUT_WITH("tcp dport { 80, 8000-8010 } accept"));
}

static void test_a_negated_lookup_in_an_anonymous_set_of_prefixes(void **state)
{
	const struct element elements[] = {{.key = BYTES(10, 0, 0, 0)},
					   {.key = BYTES(11, 0, 0, 0), .interval_end = true},
					   {.key = BYTES(192, 0, 2, 1)},
					   {.key = BYTES(192, 0, 2, 2), .interval_end = true}};
	const struct set sources = {.name = "sources",
				    .flags = NFT_SET_INTERVAL,
				    .key_type = TYPE_ADDRESS,
				    .key_length = 4,
				    .elements = (struct element *)elements,
				    .element_count = COUNT(elements)};
	const struct op ops[] = {
		{.kind = OP_META, .length = 1, .meta = {.key = NFT_META_NFPROTO, .direction = -1}},
		{.kind = OP_CMP, .length = 1, .cmp = {.test = NFT_CMP_EQ, .value = BYTES(NFPROTO_IPV4)}},
		{.kind = OP_PAYLOAD, .length = 4, .payload = {NFT_PAYLOAD_NETWORK_HEADER, 12}},
		{.kind = OP_LOOKUP,
		 .length = 4,
		 .invert = true,
		 .lookup = {.set_name = "sources", .set = &sources}},
		{.kind = OP_VERDICT, .verdict = {.code = VERDICT_DROP}},
	};

	(void)state;
	assert_listed_as(ops, COUNT(ops), &sources, INPUT_WITH("ip saddr != { 10.0.0.0/8, 192.0.2.1 } drop"));
}

static void test_a_source_prefix_and_an_interface(void **state)
{
	const struct op ops[] = {
		{.kind = OP_META, .length = 16, .meta = {.key = NFT_META_IIFNAME, .direction = -1}},
		{.kind = OP_CMP,
		 .length = 16,
		 .cmp = {.test = NFT_CMP_EQ,
			 .value = BYTES('e', 't', 'h', '1', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)}},
		{.kind = OP_META, .length = 1, .meta = {.key = NFT_META_NFPROTO, .direction = -1}},
		{.kind = OP_CMP, .length = 1, .cmp = {.test = NFT_CMP_EQ, .value = BYTES(NFPROTO_IPV4)}},
		{.kind = OP_PAYLOAD, .length = 4, .payload = {NFT_PAYLOAD_NETWORK_HEADER, 12}},
		{.kind = OP_BITWISE,
		 .length = 4,
		 .bitwise = {.op = BITWISE_BOOL, .mask = BYTES(255, 255, 240, 0)}},
		{.kind = OP_CMP, .length = 4, .cmp = {.test = NFT_CMP_EQ, .value = BYTES(172, 16, 16, 0)}},
		IS_TCP,
		LOAD_DPORT,
		PORT_443,
		{.kind = OP_COUNTER},
		ACCEPT,
	};

	(void)state;
	assert_listed_as(ops, COUNT(ops), NULL,
			 INPUT_WITH("iifname \"eth1\" ip saddr 172.16.16.0/20 tcp dport 443 counter accept"));
}

static void test_the_reply_by_ports_range_and_tcp_flags(void **state)
{
	const struct op ops[] = {
		IS_TCP,
		{.kind = OP_PAYLOAD, .length = 2, .payload = {NFT_PAYLOAD_TRANSPORT_HEADER, 0}},
		{.kind = OP_RANGE, .length = 2, .range = {BYTES(0x1f, 0x40), BYTES(0x1f, 0x4a)}},
		{.kind = OP_PAYLOAD, .length = 1, .payload = {NFT_PAYLOAD_TRANSPORT_HEADER, 13}},
		{.kind = OP_BITWISE,
		 .length = 1,
		 .bitwise = {.op = BITWISE_BOOL, .mask = BYTES(0x12), .xor = BYTES(0)}},
		{.kind = OP_CMP, .length = 1, .cmp = {.test = NFT_CMP_EQ, .value = BYTES(0x12)}},
		ACCEPT,
	};

	(void)state;
	assert_listed_as(ops, COUNT(ops), NULL,
			 INPUT_WITH("tcp sport 8000-8010 tcp flags syn,ack / syn,ack accept"));
}

static void test_connection_state_direction_and_original_port(void **state)
{
	const uint32_t established = 1u << 1; /* NF_CT_STATE_BIT(IP_CT_ESTABLISHED), in host byte order */
	const uint8_t *bits = (const uint8_t *)&established;
	/* Without a protocol before it nft cannot tell that proto-dst is a port. */
	const struct op ops[] = {
		IS_TCP,
		{.kind = OP_CT, .length = 4, .meta = {.key = NFT_CT_STATE, .direction = -1}},
		{.kind = OP_BITWISE, .length = 4, .bitwise = {.op = BITWISE_BOOL, .mask = {bits, 4}}},
		{.kind = OP_CMP, .length = 4, .cmp = {.test = NFT_CMP_NEQ, .value = BYTES(0, 0, 0, 0)}},
		{.kind = OP_CT, .length = 1, .meta = {.key = NFT_CT_DIRECTION, .direction = -1}},
		{.kind = OP_CMP, .length = 1, .cmp = {.test = NFT_CMP_EQ, .value = BYTES(IP_CT_DIR_REPLY)}},
		{.kind = OP_CT,
		 .length = 2,
		 .meta = {.key = NFT_CT_PROTO_DST, .direction = IP_CT_DIR_ORIGINAL}},
		{.kind = OP_CMP, .length = 2, .cmp = {.test = NFT_CMP_EQ, .value = BYTES(0x01, 0xbb)}},
		ACCEPT,
	};

	(void)state;
	assert_listed_as(ops, COUNT(ops), NULL,
			 INPUT_WITH("meta l4proto tcp ct state established ct direction reply ct original "
				    "proto-dst 443 accept"));
}

static void test_a_local_destination_by_fib(void **state)
{
	const uint32_t local = RTN_LOCAL;
	const struct op ops[] = {
		{.kind = OP_FIB, .length = 4, .fib = {NFTA_FIB_F_DADDR, NFT_FIB_RESULT_ADDRTYPE}},
		{.kind = OP_CMP,
		 .length = 4,
		 .cmp = {.test = NFT_CMP_EQ, .value = {(const uint8_t *)&local, 4}}},
		IS_TCP,
		LOAD_DPORT,
		PORT_443,
		ACCEPT,
	};

	(void)state;
	assert_listed_as(ops, COUNT(ops), NULL, INPUT_WITH("fib daddr type local tcp dport 443 accept"));
}

static void assert_refused_unsent(const struct rule *rule, const char *sentence)
{
	assert_int_equal(commit_rule(rule, NULL), -1);
	assert_string_equal(err.text, sentence);
	assert_string_equal(listing(), "");
}

static void test_an_operation_that_is_not_ours_is_refused_before_anything_is_sent(void **state)
{
	const struct op ops[] = {{.kind = OP_NOTRACK}};
	const struct rule rule = {.chain = &input, .ops = ops, .op_count = 1};

	(void)state;
	assert_refused_unsent(
		&rule, "step 3, + rule in inet fwport input: notrack: \"notrack\" is not an operation that "
		       "fwport writes");
}

static void test_a_place_before_a_rule_without_handle_is_refused(void **state)
{
	const struct step steps[] = {
		add_table,
		add_input,
		{.object = STEP_RULE, .table = &home, .chain = &input, .rule = &guest, .before = &guest},
	};

	(void)state;
	assert_int_equal(commit(steps, COUNT(steps)), -1);
	assert_non_null(strstr(
		err.text, ": the rule it shall stand before is not in the kernel yet and has no handle"));
	assert_string_equal(listing(), "");
}

static void test_a_comment_with_a_quote_is_refused(void **state)
{
	const struct rule rule = {
		.chain = &input, .ops = dport_443, .op_count = COUNT(dport_443), .comment = "a\"b"};

	(void)state;
	assert_int_equal(commit_rule(&rule, NULL), -1);
	assert_non_null(strstr(err.text, ": a comment may hold neither quotes nor control characters"));
}

/* Every second port: what cannot be merged. */
static struct port_range *odd_ports(size_t *count)
{
	struct port_range *ports = pool_alloc(&pool, 32768 * sizeof(*ports));

	*count = 0;
	for (uint32_t port = 1; port <= 65535; port += 2)
		ports[(*count)++] = (struct port_range){(uint16_t)port, (uint16_t)port};
	return ports;
}

static void test_all_ports_are_one_range(void **state)
{
	const struct port_range all[] = {{1, 65535}};

	(void)state;
	commit_home(all, 1);
	assert_string_equal(listing(), HOME_WITH("		elements = { 1-65535 counter }\n"));
}

static void test_many_ports_are_one_transaction_and_can_be_removed(void **state)
{
	size_t count;
	const struct port_range *ports = odd_ports(&count);
	const struct step removal = ports_step(true, ports, count);

	(void)state;
	commit_home(ports, count);
	assert_string_equal(output_of("nft list set inet fwport tcp_in | grep -o 'counter packets' | wc -l"),
			    "32768\n");
	assert_non_null(strstr(listing(), " 65533 counter, 65535 counter }"));
	commit_well(&removal, 1);
	assert_string_equal(listing(), HOME_WITH(""));
}

/* Effective capabilities away, as an ordinary user has none; in a child, since they do not come back. */
static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0}};

	if (syscall(SYS_capset, &header, none) < 0)
		_exit(2);
}

static void test_without_capabilities_the_sentence_says_what_is_missing(void **state)
{
	const struct ruleset *planned_on = read_ruleset();
	const struct steps steps = {(struct step *)&add_table, 1};
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) {
		drop_capabilities();
		if (nft_commit(planned_on, &steps, &pool, &result, &err) == 0 || err.kind != ERROR_PERMISSION)
			_exit(3);
		_exit(strcmp(err.text,
			     "changing the ruleset needs root or CAP_NET_ADMIN: Operation not permitted")
			      ? 4
			      : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* In a user namespace of its own nobody may exceed the limit of the send buffer, and some limit there is. */
static void say_too_large(int out)
{
	size_t count;
	const struct port_range *ports = odd_ports(&count);
	struct step steps[64];

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		_exit(2);
	for (size_t i = 0; i < COUNT(steps); i++)
		steps[i] = ports_step(false, ports, count);
	_exit(commit(steps, COUNT(steps)) == -1 && write(out, &err, sizeof(err)) == sizeof(err) ? 0 : 3);
}

static void test_many_ports_that_do_not_fit_the_socket_say_what_to_raise(void **state)
{
	int pipes[2], status;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	child = fork();
	if (child == 0)
		say_too_large(pipes[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WEXITSTATUS(status) == 2) {
		print_message("# no user namespace can be made here\n");
		return;
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(read(pipes[0], &err, sizeof(err)), sizeof(err));
	assert_int_equal(err.sys, EMSGSIZE);
	assert_int_equal(strncmp(err.text, "the change is one netlink message of 83", 39), 0);
	assert_int_equal(strncmp(err.hint, "sysctl -w net.core.wmem_max=83", 30), 0);
	close(pipes[0]);
	close(pipes[1]);
}

/* elements that expire */

static struct set tcp_in_timed = {.table = &home,
				  .name = "tcp_in_timed",
				  .flags = NFT_SET_INTERVAL | NFT_SET_EXPR | NFT_SET_TIMEOUT,
				  .key_type = TYPE_PORT,
				  .key_length = 2};

static struct step timed_step(bool remove, const struct port_range *port, int64_t expires)
{
	return (struct step){.remove = remove,
			     .object = STEP_ELEMENTS,
			     .table = &home,
			     .set = &tcp_in_timed,
			     .ports = port,
			     .port_count = 1,
			     .expires = expires};
}

static void commit_timed(const struct port_range *port, int64_t expires)
{
	const struct step steps[] = {add_table,
				     {.object = STEP_SET, .table = &home, .set = &tcp_in_timed},
				     timed_step(false, port, expires)};

	commit_well(steps, COUNT(steps));
}

static const struct set *timed_set(void)
{
	return table_find_set(ruleset_find_table(read_ruleset(), TABLE_INET, HOME_TABLE), "tcp_in_timed");
}

static size_t ranges_there(void)
{
	struct port_range *ranges;
	size_t count;

	assert_int_equal(port_set_ranges(timed_set(), &pool, &ranges, &count, &err), 0);
	return count;
}

/* The kernel takes it away by itself, the end of the interval only with a later transaction; ten seconds at most. */
static void await_empty(void)
{
	const time_t deadline = time(NULL) + 10;

	while (ranges_there()) {
		assert_true(time(NULL) < deadline);
		usleep(10000);
	}
}

static void test_an_element_lives_until_its_time(void **state)
{
	const struct port_range port = {443, 450};
	const int64_t expires = time(NULL) + 3600;
	const struct ruleset *read;
	const struct set *set;
	int64_t end;

	(void)state;
	commit_timed(&port, expires);
	read = read_ruleset();
	set = table_find_set(ruleset_find_table(read, TABLE_INET, HOME_TABLE), "tcp_in_timed");
	assert_int_equal(set->element_count, 2);
	end = read->read_at + (int64_t)set->elements[0].expires;
	assert_in_range(end, (expires - 30) * 1000, (expires + 30) * 1000);
	assert_int_equal(set->elements[1].expires, 0);
}

static void test_a_time_that_is_past_is_a_short_one(void **state)
{
	const struct port_range port = {443, 450}, wider = {440, 460};
	const struct step again = timed_step(false, &wider, time(NULL) + 3600);

	(void)state;
	commit_timed(&port, 1);
	await_empty();
	commit_well(&again, 1);
	assert_int_equal(ranges_there(), 1);
}

static void test_an_element_that_expired_meanwhile_is_no_failure(void **state)
{
	const struct port_range port = {443, 443};
	const struct step removal = timed_step(true, &port, 1);

	(void)state;
	commit_timed(&port, 1);
	await_empty();
	assert_int_equal(commit(&removal, 1), 0);
	assert_int_equal(result, COMMIT_STALE);
}

static void test_a_guest_that_ends_is_listed_as_if_nft_had_made_it(void **state)
{
	static const uint64_t moment = 1795626000000000000;
	uint8_t end[8];
	const struct op ops[] = {
		IS_TCP,
		LOAD_DPORT,
		PORT_443,
		{.kind = OP_META, .length = 8, .meta = {.key = NFT_META_TIME_NS, .direction = -1}},
		{.kind = OP_BYTEORDER, .length = 8, .byteorder = {NFT_BYTEORDER_HTON, 8}},
		{.kind = OP_CMP, .length = 8, .cmp = {NFT_CMP_LT, {end, 8}}},
		ACCEPT,
	};
	static const char text[] = "table inet filter {\n"
				   "	chain input {\n"
				   "		tcp dport 443 meta time < 1795626000 accept\n"
				   "	}\n"
				   "}\n";
	struct table table = {.family = TABLE_INET, .name = "filter"};
	struct chain chain = {.table = &table, .name = "input"};
	const struct rule rule = {.chain = &chain, .ops = ops, .op_count = COUNT(ops)};
	const struct step step = {.object = STEP_RULE, .table = &table, .chain = &chain, .rule = &rule};
	const char *listed;

	(void)state;
	for (int i = 0; i < 8; i++)
		end[i] = (uint8_t)(moment >> (56 - 8 * i));
	load("table inet filter { chain input {}; }");
	commit_well(&step, 1);
	listed = listing();
	assert_string_equal(listed, listing_of(text));
}

#define HOST_TEST(test) cmocka_unit_test_setup_teardown(test, new_host, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOST_TEST(test_the_home_is_listed_as_if_nft_had_made_it),
		HOST_TEST(test_removed_ports_leave_the_others),
		HOST_TEST(test_one_transaction_can_replace_a_range_by_a_wider_one),
		HOST_TEST(test_removing_all_leaves_nothing),
		HOST_TEST(test_parts_are_removed_one_by_one),
		HOST_TEST(test_no_steps_change_nothing_and_send_nothing),
		HOST_TEST(test_a_ruleset_that_was_never_read_is_no_ground_for_a_change),
		HOST_TEST(test_a_ruleset_that_changed_meanwhile_is_stale),
		HOST_TEST(test_a_refused_step_is_named_and_nothing_is_done),
		HOST_TEST(test_of_many_elements_the_refused_one_is_named),
		HOST_TEST(test_more_refusals_than_the_socket_holds_still_name_the_first),
		HOST_TEST(test_a_guest_stands_before_the_foreign_rule),
		HOST_TEST(test_a_removed_guest_leaves_the_foreign_ruleset_as_it_was),
		HOST_TEST(test_a_guest_in_a_chain_of_iptables_is_a_rule_that_iptables_can_print_and_delete),
		HOST_TEST(test_an_anonymous_set_goes_with_its_rule),
		HOST_TEST(test_a_negated_lookup_in_an_anonymous_set_of_prefixes),
		HOST_TEST(test_a_source_prefix_and_an_interface),
		HOST_TEST(test_the_reply_by_ports_range_and_tcp_flags),
		HOST_TEST(test_connection_state_direction_and_original_port),
		HOST_TEST(test_a_local_destination_by_fib),
		HOST_TEST(test_an_operation_that_is_not_ours_is_refused_before_anything_is_sent),
		HOST_TEST(test_a_place_before_a_rule_without_handle_is_refused),
		HOST_TEST(test_a_comment_with_a_quote_is_refused),
		HOST_TEST(test_all_ports_are_one_range),
		HOST_TEST(test_many_ports_are_one_transaction_and_can_be_removed),
		HOST_TEST(test_many_ports_that_do_not_fit_the_socket_say_what_to_raise),
		HOST_TEST(test_without_capabilities_the_sentence_says_what_is_missing),
		HOST_TEST(test_an_element_lives_until_its_time),
		HOST_TEST(test_a_time_that_is_past_is_a_short_one),
		HOST_TEST(test_an_element_that_expired_meanwhile_is_no_failure),
		HOST_TEST(test_a_guest_that_ends_is_listed_as_if_nft_had_made_it),
	};

	if (unshare(CLONE_NEWNET) < 0) {
		printf("1..0 # SKIP no network namespace can be made (needs CAP_SYS_ADMIN; unshare -rn gives "
		       "it)\n");
		return 0;
	}
	if (system("nft list ruleset >/dev/null 2>&1") != 0) {
		printf("1..0 # SKIP nft(8) is not there\n");
		return 0;
	}
	cmocka_set_skip_filter(getenv("TESTS_LEFT_OUT"));
	return cmocka_run_group_tests_name("nft_write", tests, NULL, NULL);
}
