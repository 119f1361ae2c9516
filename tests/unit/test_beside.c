/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about what handles packets beside the rules: which answers it makes unknown, and what is only told.
 */
#include "ask.h"
#include "cmocka_all.h"

#include <linux/fib_rules.h>

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

static struct interceptor *intercept(enum interceptor_kind kind, const char *name, uint32_t link)
{
	struct host *host = &build.host;

	host->interceptors = pool_grow(&build.pool, host->interceptors, host->interceptor_count,
				       sizeof(*host->interceptors));
	assert_non_null(host->interceptors);
	host->interceptors[host->interceptor_count] = (struct interceptor){
		.kind = kind, .name = name, .link = link, .comes = true, .families = FAMILIES_BOTH};
	return &host->interceptors[host->interceptor_count++];
}

static struct policy_rule *rule_of_policy(uint8_t action)
{
	struct host *host = &build.host;

	host->policy_rules = pool_grow(&build.pool, host->policy_rules, host->policy_rule_count,
				       sizeof(*host->policy_rules));
	assert_non_null(host->policy_rules);
	host->policy_rules[host->policy_rule_count] =
		(struct policy_rule){.family = FAMILY_IPV4, .priority = 100, .action = action, .table = 7};
	return &host->policy_rules[host->policy_rule_count++];
}

/* "KIND NAME: TEXT" of all that is told, a line each. */
static const char *told(const struct answer *answer)
{
	struct text text = {0};
	const char *copy;

	for (size_t i = 0; i < answer->not_modelled_count; i++)
		text_add(&text, "%s%s %s: %s", i ? "\n" : "", answer->not_modelled[i].kind,
			 answer->not_modelled[i].name, answer->not_modelled[i].text);
	copy = pool_text(&build.pool, text_string(&text));
	text_free(&text);
	return copy;
}

static const char *unknown(const struct answer *answer, enum family family)
{
	return entry(answer, family)->unknown;
}

static void test_xdp_program_makes_an_open_port_unknown(void **state)
{
	const struct answer *answer;

	(void)state;
	intercept(INTERCEPTOR_XDP, "guard (id 3)", 2);
	answer = ask_in(&build, 443);
	assert_int_equal(answer->verdict, ANSWER_UNKNOWN);
	assert_string_equal(
		unknown(answer, FAMILY_IPV4),
		"XDP program guard (id 3) on eth0 meets what comes in before all rules, and may drop it");
	assert_string_equal(
		told(answer),
		"XDP program guard (id 3) on eth0: meets what comes in before all rules, and may drop it");
}

static void test_blocked_stays_blocked_under_a_program(void **state)
{
	(void)state;
	build_input(&build, true);
	intercept(INTERCEPTOR_XDP, "guard (id 3)", 2);
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_BLOCKED);
}

static void test_program_on_one_interface_leaves_the_other_open(void **state)
{
	struct query query = query_in(443);

	(void)state;
	intercept(INTERCEPTOR_TCX, "guard (id 3)", 3);
	assert_int_equal(entry(ask_in(&build, 443), FAMILY_IPV4)->verdict, ANSWER_OPEN);
	query.iface = "eth1";
	assert_int_equal(ask(&build, query)->verdict, ANSWER_UNKNOWN);
}

static void test_program_of_one_family_leaves_the_other_open(void **state)
{
	const struct answer *answer;

	(void)state;
	intercept(INTERCEPTOR_NETFILTER, "guard (id 3)", 0)->families = FAMILY_BIT(FAMILY_IPV6);
	answer = ask_in(&build, 443);
	assert_int_equal(entry(answer, FAMILY_IPV4)->verdict, ANSWER_OPEN);
	assert_int_equal(entry(answer, FAMILY_IPV6)->verdict, ANSWER_UNKNOWN);
}

static void test_program_for_what_is_forwarded_is_only_told(void **state)
{
	struct interceptor *hook;
	const struct answer *answer;

	(void)state;
	hook = intercept(INTERCEPTOR_NETFILTER, "guard (id 3)", 0);
	hook->comes = false;
	hook->elsewhere = true;
	answer = ask_in(&build, 443);
	assert_int_equal(answer->verdict, ANSWER_OPEN);
	assert_string_equal(told(answer),
			    "netfilter program guard (id 3): stands in netfilter's hooks of this or "
			    "another network namespace, and may drop packets");
}

static struct interceptor *virtual_service(const char *address, uint16_t port)
{
	struct interceptor *service = intercept(INTERCEPTOR_IPVS, "a service", 0);

	service->families = FAMILY_BIT(FAMILY_IPV4);
	service->service.protocol = PROTOCOL_TCP;
	service->service.port = port;
	service->service.address = prefix_named(address).address;
	return service;
}

static void test_virtual_service_of_the_port_makes_it_unknown(void **state)
{
	struct query query = query_in(443);
	struct prefix local = prefix_named("192.0.2.10");

	(void)state;
	virtual_service("192.0.2.10", 443);
	query.families = FAMILY_BIT(FAMILY_IPV4);
	query.local = &local;
	assert_int_equal(ask(&build, query)->verdict, ANSWER_UNKNOWN);
	query.port = 80;
	assert_int_equal(ask(&build, query)->verdict, ANSWER_OPEN);
	query.port = 443;
	query.protocol = PROTOCOL_UDP;
	assert_int_equal(ask(&build, query)->verdict, ANSWER_OPEN);
}

static void test_virtual_service_of_another_address_is_not_met(void **state)
{
	(void)state;
	virtual_service("192.0.2.99", 443);
	assert_int_equal(entry(ask_in(&build, 443), FAMILY_IPV4)->verdict, ANSWER_OPEN);
}

static void test_what_could_not_be_looked_for_is_told_and_caps_nothing(void **state)
{
	struct unread unread = {"programs of BPF", "Operation not permitted"};
	const struct answer *answer;

	(void)state;
	build.host.unread = &unread;
	build.host.unread_count = 1;
	answer = ask_in(&build, 443);
	assert_int_equal(answer->verdict, ANSWER_OPEN);
	assert_string_equal(told(answer),
			    "unread programs of BPF: could not be looked for: Operation not permitted");
}

static void test_routing_rule_is_told_where_it_may_match(void **state)
{
	struct policy_rule *rule = rule_of_policy(FR_ACT_TO_TBL);

	(void)state;
	rule->has_from = true;
	rule->from = prefix_named("198.18.0.0/15");
	assert_string_equal(told(ask_in(&build, 443)), "");
	rule->from = prefix_named("192.0.2.0/24");
	rule->comes_by = "eth7";
	assert_string_equal(
		told(ask_in(&build, 443)),
		"routing rule 100: from 192.0.2.0/24 iif eth7 lookup 7: chooses a routing table of its "
		"own; that choice is not judged");
	assert_int_equal(ask_in(&build, 443)->verdict, ANSWER_OPEN);
}

static void test_routing_rule_that_refuses_makes_it_unknown(void **state)
{
	struct policy_rule *rule = rule_of_policy(FR_ACT_PROHIBIT);
	const struct answer *answer;

	(void)state;
	rule->has_mark = true;
	rule->mark = 1;
	rule->mask = UINT32_MAX;
	answer = ask_in(&build, 443);
	assert_string_equal(unknown(answer, FAMILY_IPV4),
			    "routing rule 100: from all fwmark 0x1 prohibit may "
			    "match, and then no packet goes that way");
	assert_int_equal(entry(answer, FAMILY_IPV6)->verdict, ANSWER_OPEN);
}

static void test_flowtable_is_told(void **state)
{
	static const char *names[] = {"fast"};
	struct table *table = build_table(&build, TABLE_INET, "t");

	(void)state;
	table->flowtables = names;
	table->flowtable_count = 1;
	assert_string_equal(told(ask_in(&build, 443)),
			    "flowtable inet t fast: connections that it takes over skip the forward chains");
}

static void test_a_very_long_list_is_cut(void **state)
{
	const struct answer *answer;
	char *name;

	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		name = pool_format(&build.pool, "p%u", i);
		intercept(INTERCEPTOR_TC, name, 2);
	}
	answer = ask_in(&build, 443);
	assert_int_equal(answer->not_modelled_count, 33);
	assert_string_equal(answer->not_modelled[32].kind, "more");
}

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(test_xdp_program_makes_an_open_port_unknown),
		CLAIM(test_blocked_stays_blocked_under_a_program),
		CLAIM(test_program_on_one_interface_leaves_the_other_open),
		CLAIM(test_program_of_one_family_leaves_the_other_open),
		CLAIM(test_program_for_what_is_forwarded_is_only_told),
		CLAIM(test_virtual_service_of_the_port_makes_it_unknown),
		CLAIM(test_virtual_service_of_another_address_is_not_met),
		CLAIM(test_what_could_not_be_looked_for_is_told_and_caps_nothing),
		CLAIM(test_routing_rule_is_told_where_it_may_match),
		CLAIM(test_routing_rule_that_refuses_makes_it_unknown),
		CLAIM(test_flowtable_is_told),
		CLAIM(test_a_very_long_list_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
