/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about neighbour discovery: when an open port is told to be out of reach over IPv6, and when not.
 */
#include "ask.h"
#include "cmocka_all.h"

#include <net/if_arp.h>

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

/* Port 443 is open and nothing else but what is established. */
static struct chain *open_input(void)
{
	struct chain *input = build_input(&build, true);

	build_rule(&build, input, "ct state established accept");
	build_rule(&build, input, "tcp dport 443 accept");
	return input;
}

static struct chain *output_of(struct chain *input, bool policy_drop)
{
	return build_base_chain(&build, input->table, "output", HOOK_OUTPUT, 0, policy_drop);
}

static const char *told(struct query query)
{
	return conditions_of(&build, entry(ask(&build, query), FAMILY_IPV6));
}

static const char *told_in(void)
{
	return told(query_in(443));
}

static const char *const both_dropped =
	"neighbour discovery (ICMPv6 135 and 136) is dropped by the policy of inet filter input: "
	"only neighbours with a static entry reach this host over IPv6";

static void test_policy_that_drops_discovery_is_told_and_the_port_is_open(void **state)
{
	const struct family_answer *family;

	(void)state;
	open_input();
	family = entry(ask_in(&build, 443), FAMILY_IPV6);
	assert_int_equal(family->verdict, ANSWER_OPEN);
	assert_int_equal(family->condition_count, 1);
	assert_string_equal(family->conditions[0].text, both_dropped);
	assert_int_equal(family->conditions[0].kind, CONDITION_OTHER);
	assert_null(family->conditions[0].rule);
	assert_false(family->conditions[0].decides);
	assert_int_equal(family->blocker_count, 0);
	assert_int_equal(family->packet_count, 4);
}

static void test_ipv4_needs_no_discovery(void **state)
{
	(void)state;
	open_input();
	assert_string_equal(conditions(&build, ask_in(&build, 443)), "");
}

static void test_nothing_is_told_where_nothing_filters(void **state)
{
	struct chain *input;

	(void)state;
	assert_string_equal(told_in(), "");
	input = build_base_chain(&build, build_table(&build, TABLE_IP, "filter"), "input", HOOK_INPUT, 0,
				 true);
	build_rule(&build, input, "tcp dport 443 accept");
	assert_string_equal(told_in(), "");
}

static void test_accepted_discovery_is_not_told(void **state)
{
	struct chain *input = open_input();

	(void)state;
	build_rule(&build, input, "icmpv6 type 135 limit 10 accept");
	build_rule(&build, input, "icmpv6 type 136 accept");
	assert_string_equal(told_in(), "");
}

static void test_the_message_that_is_missing_is_named(void **state)
{
	struct chain *input = open_input();

	(void)state;
	build_rule(&build, input, "icmpv6 type 135 accept");
	assert_string_equal(
		told_in(),
		"neighbour advertisement (ICMPv6 136) is dropped by the policy of inet filter input: "
		"this host reaches only neighbours with a static entry over IPv6");
}

static void test_rule_in_output_is_named(void **state)
{
	struct chain *output = output_of(build_input(&build, false), false);
	struct rule *rule = build_rule(&build, output, "icmpv6 type 136 reject");

	(void)state;
	assert_string_equal(
		told_in(),
		"neighbour advertisement (ICMPv6 136) is rejected by rule 1 of inet filter output: "
		"only neighbours with a static entry reach this host over IPv6");
	assert_ptr_equal(entry(ask_in(&build, 443), FAMILY_IPV6)->conditions[0].rule, rule);
}

static void test_each_policy_is_told(void **state)
{
	struct chain *output = output_of(open_input(), true);

	(void)state;
	build_rule(&build, output, "ct state established accept");
	assert_string_equal(
		told_in(),
		"neighbour discovery (ICMPv6 135 and 136) is dropped by the policy of inet filter input: "
		"only neighbours with a static entry reach this host over IPv6; "
		"neighbour discovery (ICMPv6 135 and 136) is dropped by the policy of inet filter output: "
		"only neighbours with a static entry reach this host over IPv6");
}

static void test_rule_that_both_hooks_share_is_told_once(void **state)
{
	struct chain *input = build_input(&build, false), *output = output_of(input, false);
	struct chain *shared = build_chain(&build, input->table, "shared");

	(void)state;
	build_rule(&build, shared, "meta l4proto 58 drop");
	build_rule(&build, input, "jump shared");
	build_rule(&build, output, "jump shared");
	assert_string_equal(
		told_in(),
		"neighbour discovery (ICMPv6 135 and 136) is dropped by rule 1 of inet filter shared: "
		"only neighbours with a static entry reach this host over IPv6");
}

static void test_outbound_is_told_what_it_cannot_reach(void **state)
{
	(void)state;
	open_input();
	assert_string_equal(
		told(query_out(443)),
		"neighbour discovery (ICMPv6 135 and 136) is dropped by the policy of inet filter input: "
		"this host reaches only neighbours with a static entry over IPv6");
}

static void test_outbound_is_told_when_it_cannot_be_found_again(void **state)
{
	struct chain *input = open_input();

	(void)state;
	build_rule(&build, input, "icmpv6 type 136 accept");
	assert_string_equal(
		told(query_out(443)),
		"neighbour solicitation (ICMPv6 135) is dropped by the policy of inet filter input: "
		"only neighbours with a static entry reach this host over IPv6");
}

static void test_discovery_is_untracked(void **state)
{
	struct chain *input = open_input();

	(void)state;
	build_rule(&build, input, "meta l4proto 58 ct state new,established,related,invalid accept");
	assert_string_equal(told_in(), both_dropped);
	build_rule(&build, input, "ct state untracked accept");
	assert_string_equal(told_in(), "");
}

static void test_discovery_is_invalid_before_tracking(void **state)
{
	struct chain *input = build_input(&build, false);
	struct chain *late = build_base_chain(&build, input->table, "late", HOOK_PREROUTING, -150, false);
	struct chain *raw = build_base_chain(&build, input->table, "raw", HOOK_PREROUTING, -300, false);

	(void)state;
	build_rule(&build, late, "icmpv6 type 135 ct state invalid drop");
	build_rule(&build, raw, "icmpv6 type 135 ct state untracked drop");
	assert_string_equal(told_in(), "");
	build_rule(&build, raw, "icmpv6 type 135 ct state invalid drop");
	assert_string_equal(told_in(),
			    "neighbour solicitation (ICMPv6 135) is dropped by rule 2 of inet filter raw: "
			    "only neighbours with a static entry reach this host over IPv6");
}

static void test_solicitation_arrives_as_multicast_and_advertisement_does_not(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	build_rule(&build, input, "tcp dport 443 accept");
	build_rule(&build, input, "fib daddr type multicast meta pkttype 2 ip6 hoplimit 255 accept");
	build_rule(&build, input, "icmpv6 type 135 drop");
	build_rule(&build, input, "fib daddr type local meta pkttype 0 ip6 daddr 2001:db8::10 accept");
	assert_string_equal(told_in(), "");
}

static void test_no_process_owns_what_leaves(void **state)
{
	struct chain *output = output_of(build_input(&build, false), true);

	(void)state;
	build_rule(&build, output, "tcp sport 443 accept");
	build_rule(&build, output, "meta skuid 0 accept");
	build_rule(&build, output, "meta skuid != 0 accept");
	assert_string_equal(
		told_in(),
		"neighbour discovery (ICMPv6 135 and 136) is dropped by the policy of inet filter output: "
		"only neighbours with a static entry reach this host over IPv6");
}

static void test_general_peer_is_behind_a_router_with_a_link_local_address(void **state)
{
	struct chain *input = open_input();

	(void)state;
	build_rule(&build, input, "ip6 saddr fe80::/10 meta l4proto 58 accept");
	assert_string_equal(told_in(), "");
}

static void test_peer_on_the_link_is_the_neighbour(void **state)
{
	struct prefix near = prefix_named("2001:db8::5"), far = prefix_named("2001:db8:f::5");
	struct chain *input = open_input();
	struct query query = query_in(443);

	(void)state;
	build_rule(&build, input, "ip6 saddr 2001:db8::5 meta l4proto 58 accept");
	query.peer = &near;
	assert_string_equal(told(query), "");
	query.peer = &far;
	assert_string_equal(told(query), both_dropped);
}

static void test_reverse_path_check_knows_the_router(void **state)
{
	struct table *table = build_table(&build, TABLE_IP6, "filter");
	struct chain *raw = build_base_chain(&build, table, "raw", HOOK_PREROUTING, -300, false);
	struct query query = query_in(443);

	(void)state;
	build.host.routes[5].to = prefix_named("fe80::/64"); /* of eth1; every link has one */
	build_rule(&build, raw, "meta l4proto 58 fib saddr . iif oif 0 drop");
	query.iface = "eth0";
	assert_string_equal(told(query), "");
}

static void test_what_is_not_understood_is_not_told_to_be_blocked(void **state)
{
	struct chain *input = open_input();

	(void)state;
	build_rule(&build, input, "meta l4proto 58 opaque icmp6 accept");
	assert_string_equal(told_in(), "");
}

static void test_blocked_port_needs_no_neighbours(void **state)
{
	(void)state;
	build_input(&build, true);
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_BLOCKED);
	assert_string_equal(told_in(), "");
}

static void test_only_links_that_look_for_neighbours_are_told(void **state)
{
	(void)state;
	open_input();
	build.host.links[1].type = ARPHRD_PPP;
	assert_string_equal(told_in(), "");
	build.host.links[1].type = ARPHRD_ETHER;
	assert_string_equal(told_in(), both_dropped);
	build.host.links[1].noarp = true;
	assert_string_equal(told_in(), "");
	build.host.link_count = 1; /* any interface */
	assert_string_equal(told_in(), "");
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, start, finish)
	const struct CMUnitTest tests[] = {
		CLAIM(test_policy_that_drops_discovery_is_told_and_the_port_is_open),
		CLAIM(test_ipv4_needs_no_discovery),
		CLAIM(test_nothing_is_told_where_nothing_filters),
		CLAIM(test_accepted_discovery_is_not_told),
		CLAIM(test_the_message_that_is_missing_is_named),
		CLAIM(test_rule_in_output_is_named),
		CLAIM(test_each_policy_is_told),
		CLAIM(test_rule_that_both_hooks_share_is_told_once),
		CLAIM(test_outbound_is_told_what_it_cannot_reach),
		CLAIM(test_outbound_is_told_when_it_cannot_be_found_again),
		CLAIM(test_discovery_is_untracked),
		CLAIM(test_discovery_is_invalid_before_tracking),
		CLAIM(test_solicitation_arrives_as_multicast_and_advertisement_does_not),
		CLAIM(test_no_process_owns_what_leaves),
		CLAIM(test_general_peer_is_behind_a_router_with_a_link_local_address),
		CLAIM(test_peer_on_the_link_is_the_neighbour),
		CLAIM(test_reverse_path_check_knows_the_router),
		CLAIM(test_what_is_not_understood_is_not_told_to_be_blocked),
		CLAIM(test_blocked_port_needs_no_neighbours),
		CLAIM(test_only_links_that_look_for_neighbours_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
