/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about which base chains a packet meets, and in which order.
 */
#include "ask.h"
#include "cmocka_all.h"

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

/* The names of the chains that packet number `index` of an IPv4 conversation with 443 meets. */
static const char *path(size_t index)
{
	const struct packet_answer *packet = &entry(ask_in(&build, 443), FAMILY_IPV4)->packets[index];
	struct text text = {0};
	const char *copy;

	for (size_t i = 0; i < packet->path_count; i++)
		text_add(&text, "%s%s", i ? " " : "", packet->path[i].chain->name);
	copy = pool_text(&build.pool, text_string(&text));
	text_free(&text);
	assert_non_null(copy);
	return copy;
}

static struct chain *at(struct table *table, const char *name, enum hook hook, int priority)
{
	return build_base_chain(&build, table, name, hook, priority, false);
}

static struct chain *nat_at(struct table *table, const char *name, enum hook hook, int priority)
{
	struct chain *chain = at(table, name, hook, priority);

	chain->type = CHAIN_NAT;
	return chain;
}

static void track(struct table *table)
{
	build_rule(&build, build_chain(&build, table, "tracks"), "ct state new");
}

static void test_hooks_then_priorities(void **state)
{
	struct table *table = build_table(&build, TABLE_INET, "t");

	(void)state;
	at(table, "in-late", HOOK_INPUT, 10);
	at(table, "in-early", HOOK_INPUT, -10);
	at(table, "raw", HOOK_PREROUTING, -300);
	at(table, "forward", HOOK_FORWARD, 0);
	at(table, "out", HOOK_OUTPUT, 0);
	at(table, "post", HOOK_POSTROUTING, -400);
	assert_string_equal(path(0), "raw in-early in-late");
	assert_string_equal(path(1), "out post");
	assert_string_equal(path(2), "raw in-early in-late");
}

static void test_equal_priorities_run_newest_first(void **state)
{
	struct table *table = build_table(&build, TABLE_INET, "t");

	(void)state;
	at(table, "older", HOOK_INPUT, 0);
	at(table, "newer", HOOK_INPUT, 0);
	assert_string_equal(path(0), "newer older");
}

static void test_tables_of_the_family_and_of_both(void **state)
{
	(void)state;
	at(build_table(&build, TABLE_IP, "a"), "ip", HOOK_INPUT, 1);
	at(build_table(&build, TABLE_IP6, "b"), "ip6", HOOK_INPUT, 2);
	at(build_table(&build, TABLE_INET, "c"), "inet", HOOK_INPUT, 3);
	at(build_table(&build, TABLE_ARP, "d"), "arp", HOOK_INPUT, 4);
	at(build_table(&build, TABLE_BRIDGE, "e"), "bridge", HOOK_INPUT, 5);
	assert_string_equal(path(0), "ip inet");
}

static void test_dormant_tables_have_no_hooks(void **state)
{
	struct table *table = build_table(&build, TABLE_INET, "t");

	(void)state;
	at(table, "in", HOOK_INPUT, 0);
	assert_string_equal(path(0), "in");
	table->flags = 0x1; /* NFT_TABLE_F_DORMANT */
	assert_string_equal(path(0), "");
}

static void test_nat_chains_run_in_the_dispatcher_and_only_for_the_first_packet(void **state)
{
	struct table *table = build_table(&build, TABLE_IP, "t");

	(void)state;
	track(table);
	nat_at(table, "nat-b", HOOK_PREROUTING, -50);
	nat_at(table, "nat-a", HOOK_PREROUTING, -300);
	at(table, "mangle", HOOK_PREROUTING, -150);
	at(table, "after", HOOK_PREROUTING, -99);
	assert_string_equal(path(0), "mangle nat-a nat-b after");
	assert_string_equal(path(2), "mangle after");
}

static void test_nat_chains_of_input_run_behind_filters(void **state)
{
	struct table *table = build_table(&build, TABLE_IP, "t");

	(void)state;
	track(table);
	nat_at(table, "nat", HOOK_INPUT, -100);
	at(table, "filter", HOOK_INPUT, 0);
	assert_string_equal(path(0), "filter nat");
}

static void test_ingress_is_met_on_its_device_only(void **state)
{
	static const char *devices[] = {"eth0"}, *others[] = {"eth1"};
	struct table *table = build_table(&build, TABLE_NETDEV, "n");
	struct chain *here = at(table, "here", HOOK_INGRESS, 0), *there = at(table, "there", HOOK_INGRESS, 0);

	(void)state;
	here->devices = devices;
	there->devices = others;
	here->device_count = there->device_count = 1;
	assert_string_equal(path(0), "here");
	assert_string_equal(path(1), "");
}

static void test_before_connection_tracking_everything_is_invalid(void **state)
{
	struct table *table = build_table(&build, TABLE_INET, "t");
	struct chain *raw = at(table, "raw", HOOK_PREROUTING, -300);

	(void)state;
	build_rule(&build, raw, "ct state new drop");
	build_rule(&build, raw, "ct mark != 5 drop");
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_OPEN);
	raw->priority = -150;
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_BLOCKED);
}

/* eth1 gets this kind; eth0 may become a port of it. */
static void stack(const char *kind, uint32_t master_of_eth0)
{
	build.host.links[2].kind = kind;
	build.host.links[1].master = master_of_eth0;
}

static struct chain *on_eth0(enum table_family family, enum hook hook)
{
	static const char *devices[] = {"eth0"};
	struct chain *chain = at(build_table(&build, family, "f"), "i", hook, 0);

	chain->devices = devices;
	chain->device_count = 1;
	return chain;
}

static const struct family_answer *by_eth1(void)
{
	struct query query = query_in(443);

	query.iface = "eth1";
	query.families = FAMILY_BIT(FAMILY_IPV4);
	return &ask(&build, query)->families[0];
}

static void test_ingress_on_the_port_of_a_bridge_is_not_judged_and_said_so(void **state)
{
	struct chain *chain = on_eth0(TABLE_NETDEV, HOOK_INGRESS);

	(void)state;
	build_rule(&build, chain, "drop");
	assert_int_equal(by_eth1()->verdict, ANSWER_OPEN);
	stack("bridge", 3);
	assert_int_equal(by_eth1()->verdict, ANSWER_UNKNOWN);
	assert_string_equal(by_eth1()->unknown, "chain i of netdev f on eth0, a port of eth1, is not judged");
}

static void test_egress_on_the_port_of_a_bond_is_not_judged(void **state)
{
	(void)state;
	on_eth0(TABLE_INET, HOOK_EGRESS)->policy_drop = true;
	stack("bond", 3);
	assert_string_equal(by_eth1()->unknown, "chain i of inet f on eth0, a port of eth1, is not judged");
}

static void test_ingress_below_a_vlan_is_not_judged(void **state)
{
	(void)state;
	build_rule(&build, on_eth0(TABLE_NETDEV, HOOK_INGRESS), "tcp dport 22 drop");
	stack("vlan", 0);
	assert_string_equal(by_eth1()->unknown,
			    "chain i of netdev f on eth0 may filter what eth1 carries, and is not judged");
}

static void test_chain_that_filters_nothing_below_is_no_matter(void **state)
{
	(void)state;
	on_eth0(TABLE_NETDEV, HOOK_INGRESS);
	stack("bridge", 3);
	assert_int_equal(by_eth1()->verdict, ANSWER_OPEN);
}

static void test_bridge_chains_filter_what_passes_the_ports(void **state)
{
	struct chain *chain = at(build_table(&build, TABLE_BRIDGE, "f"), "i", HOOK_INPUT, 0);

	(void)state;
	chain->policy_drop = true;
	assert_int_equal(by_eth1()->verdict, ANSWER_OPEN);
	stack("bridge", 0);
	assert_int_equal(by_eth1()->verdict, ANSWER_UNKNOWN);
	assert_string_equal(by_eth1()->unknown,
			    "chain i of bridge f may filter what passes eth1's ports, and is not judged");
	assert_int_equal(ask_in(&build, 443)->not_modelled_count, 1);
	assert_string_equal(verdicts(&build, ask_in(&build, 443)),
			    "ipv4 open (eth0), ipv4 unknown (eth1 uncounted), "
			    "ipv6 open (eth0), ipv6 unknown (eth1 uncounted)");
}

static void test_what_is_blocked_stays_blocked_on_a_bridge(void **state)
{
	(void)state;
	build_rule(&build, on_eth0(TABLE_NETDEV, HOOK_INGRESS), "drop");
	build_input(&build, true);
	stack("bridge", 3);
	assert_int_equal(by_eth1()->verdict, ANSWER_BLOCKED);
	assert_null(by_eth1()->unknown);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, start, finish)
	const struct CMUnitTest tests[] = {
		CLAIM(test_hooks_then_priorities),
		CLAIM(test_equal_priorities_run_newest_first),
		CLAIM(test_tables_of_the_family_and_of_both),
		CLAIM(test_dormant_tables_have_no_hooks),
		CLAIM(test_nat_chains_run_in_the_dispatcher_and_only_for_the_first_packet),
		CLAIM(test_nat_chains_of_input_run_behind_filters),
		CLAIM(test_ingress_is_met_on_its_device_only),
		CLAIM(test_before_connection_tracking_everything_is_invalid),
		CLAIM(test_ingress_on_the_port_of_a_bridge_is_not_judged_and_said_so),
		CLAIM(test_egress_on_the_port_of_a_bond_is_not_judged),
		CLAIM(test_ingress_below_a_vlan_is_not_judged),
		CLAIM(test_chain_that_filters_nothing_below_is_no_matter),
		CLAIM(test_bridge_chains_filter_what_passes_the_ports),
		CLAIM(test_what_is_blocked_stays_blocked_on_a_bridge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
