/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Neighbours by what they leave in a ruleset: the names are those that the programs themselves made.
 */
#include "build.h"
#include "cmocka_all.h"

#include "fwport/neighbour.h"

#include <linux/netfilter/nf_tables.h>

#ifndef NFT_TABLE_F_OWNER
#define NFT_TABLE_F_OWNER 0x2
#endif

static struct build build;
static struct neighbours found;

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

static void find(unsigned services)
{
	struct error err;

	assert_int_equal(neighbours_find(&build.ruleset, services, &build.pool, &found, &err), 0);
}

static struct chain *chain_of(enum table_family family, const char *table, const char *chain)
{
	struct table *in = build_table(&build, family, table);

	build_base_chain(&build, in, "INPUT", HOOK_INPUT, 0, false);
	return build_chain(&build, in, chain);
}

static void is_only(enum neighbour_kind kind, const char *evidence)
{
	find(0);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.list[0].kind, kind);
	assert_string_equal(found.list[0].evidence, evidence);
}

static void test_nobody_is_here(void **state)
{
	(void)state;
	chain_of(TABLE_IP, "filter", "LOGDROP");
	find(0);
	assert_int_equal(found.count, 0);
	assert_null(neighbours_get(&found, NEIGHBOUR_UFW));
}

static void test_ufw_has_chains_in_two_tables(void **state)
{
	(void)state;
	build_rule(&build, chain_of(TABLE_IP, "filter", "ufw-before-input"), "tcp dport 22 accept");
	build_rule(&build, chain_of(TABLE_IP6, "filter", "ufw6-before-input"), "tcp dport 22 accept");
	is_only(NEIGHBOUR_UFW, "chains ufw-* in ip filter, ip6 filter");
	assert_int_equal(found.list[0].table_count, 2);
	assert_string_equal(neighbour_word(NEIGHBOUR_UFW), "ufw");
}

static void test_ufw_that_is_turned_off_leaves_empty_chains(void **state)
{
	(void)state;
	chain_of(TABLE_IP, "filter", "ufw-before-input");
	find(0);
	assert_int_equal(found.count, 0);
}

static void test_chains_are_told_by_how_they_begin(void **state)
{
	static const struct {
		const char *chain;
		enum neighbour_kind kind;
		const char *evidence;
	} cases[] = {
		{"DOCKER-USER", NEIGHBOUR_DOCKER, "chains DOCKER* in ip filter"},
		{"NETAVARK_INPUT", NEIGHBOUR_PODMAN, "chains NETAVARK* in ip filter"},
		{"CNI-FORWARD", NEIGHBOUR_PODMAN, "chains CNI-* in ip filter"},
		{"f2b-sshd", NEIGHBOUR_FAIL2BAN, "chains f2b-* in ip filter"},
		{"LIBVIRT_INP", NEIGHBOUR_LIBVIRT, "chains LIBVIRT_* in ip filter"},
		{"KUBE-SERVICES", NEIGHBOUR_KUBE_PROXY, "chains KUBE-* in ip filter"},
		{"KUBE-FIREWALL", NEIGHBOUR_KUBELET, "chains KUBE-FIREWALL* in ip filter"},
		{"cali-INPUT", NEIGHBOUR_CALICO, "chains cali-* in ip filter"},
		{"CILIUM_INPUT", NEIGHBOUR_CILIUM, "chains CILIUM_* in ip filter"},
		{"FLANNEL-FWD", NEIGHBOUR_FLANNEL, "chains FLANNEL-* in ip filter"},
		{"INPUT_ZONES", NEIGHBOUR_FIREWALLD, "chains INPUT_ZONES* in ip filter"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		chain_of(TABLE_IP, "filter", cases[i].chain);
		is_only(cases[i].kind, cases[i].evidence);
		build_end(&build);
		build_start(&build);
	}
}

static void test_tables_are_told_by_how_they_begin(void **state)
{
	static const struct {
		const char *table;
		enum neighbour_kind kind;
	} cases[] = {
		{"firewalld", NEIGHBOUR_FIREWALLD},     {"docker-bridges", NEIGHBOUR_DOCKER},
		{"netavark", NEIGHBOUR_PODMAN},         {"f2b-table", NEIGHBOUR_FAIL2BAN},
		{"libvirt_network", NEIGHBOUR_LIBVIRT}, {"kube-proxy", NEIGHBOUR_KUBE_PROXY},
		{"flannel-ipv4", NEIGHBOUR_FLANNEL},    {"calico", NEIGHBOUR_CALICO},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		build_table(&build, TABLE_INET, cases[i].table);
		find(0);
		assert_int_equal(found.count, 1);
		assert_int_equal(found.list[0].kind, cases[i].kind);
		build_end(&build);
		build_start(&build);
	}
}

static void test_a_table_with_an_owner_is_told(void **state)
{
	struct table *table = build_table(&build, TABLE_INET, "firewalld");

	(void)state;
	table->flags = NFT_TABLE_F_OWNER;
	table->owner_port = 77;
	is_only(NEIGHBOUR_FIREWALLD, "table inet firewalld with the owner flag");
	assert_true(found.list[0].owns);
}

static void test_legacy_tables_have_chains_too(void **state)
{
	struct chain *chain = chain_of(TABLE_IP, "filter", "f2b-sshd");

	(void)state;
	chain->table->engine = ENGINE_LEGACY;
	chain->table->owner = OWNER_LEGACY;
	is_only(NEIGHBOUR_FAIL2BAN, "chains f2b-* in ip filter (legacy)");
}

static void test_a_table_and_chains_are_both_evidence(void **state)
{
	(void)state;
	build_table(&build, TABLE_IP, "docker-bridges");
	chain_of(TABLE_IP, "nat", "DOCKER");
	is_only(NEIGHBOUR_DOCKER, "table ip docker-bridges; chains DOCKER* in ip nat");
}

static void test_services_that_are_active_are_here(void **state)
{
	(void)state;
	find(NEIGHBOUR_BIT(NEIGHBOUR_NFTABLES) | NEIGHBOUR_BIT(NEIGHBOUR_IP6TABLES));
	assert_int_equal(found.count, 2);
	assert_string_equal(neighbour_word(found.list[0].kind), "nftables.service");
	assert_int_equal(found.list[1].kind, NEIGHBOUR_IP6TABLES);
	assert_ptr_equal(neighbours_get(&found, NEIGHBOUR_NFTABLES), &found.list[0]);
}

static struct chain *guest_in(struct chain *chain)
{
	build_rule(&build, chain, "tcp dport 443 accept")->tag = 1;
	return chain;
}

/* The only neighbour, and the only chain where rules of ours depend on it. */
static const struct guest_stay *only_stay(unsigned services)
{
	find(services);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.list[0].stay_count, 1);
	return &found.list[0].stays[0];
}

static void test_ufw_leaves_alone_what_is_in_input(void **state)
{
	struct chain *own = chain_of(TABLE_IP, "filter", "ufw-before-input");
	const struct guest_stay *stay;

	(void)state;
	build_rule(&build, own, "tcp dport 22 accept");
	guest_in(own->table->chains[0]);
	stay = only_stay(0);
	assert_ptr_equal(stay->chain, own->table->chains[0]);
	assert_int_equal(stay->rule_count, 1);
	assert_string_equal(stay->events[0].command, "ufw reload");
	assert_int_equal(stay->events[0].fate, GUEST_STAYS);
	assert_int_equal(stay->event_count, 3);
}

static void test_ufw_empties_its_own_chains(void **state)
{
	const struct guest_stay *stay;

	(void)state;
	guest_in(chain_of(TABLE_IP, "filter", "ufw-reject-input"));
	stay = only_stay(0);
	assert_string_equal(stay->events[0].command, "ufw reload");
	assert_int_equal(stay->events[0].fate, GUEST_GOES);
	assert_int_equal(stay->events[2].fate, GUEST_RETURNS);
}

static void test_firewalld_flushes_the_tables_of_iptables_too(void **state)
{
	struct table *table = build_table(&build, TABLE_INET, "firewalld"), *legacy;

	(void)state;
	guest_in(build_base_chain(&build, table, "filter_INPUT", HOOK_INPUT, 10, false));
	guest_in(chain_of(TABLE_IP6, "filter", "LOG")->table->chains[0]);
	guest_in(build_input(&build, true)); /* of an admin, in family inet */
	legacy = guest_in(chain_of(TABLE_IP, "filter", "LOG")->table->chains[0])->table;
	legacy->engine = ENGINE_LEGACY;
	find(0);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.list[0].stay_count, 2);
	assert_int_equal(found.list[0].stays[0].chain->table->family, TABLE_INET);
	assert_int_equal(found.list[0].stays[1].chain->table->family, TABLE_IP6);
	assert_int_equal(found.list[0].stays[1].events[0].fate, GUEST_GOES);
}

static void test_nftables_takes_the_home_as_well(void **state)
{
	struct table *home = build_table(&build, TABLE_INET, "fwport");
	const struct guest_stay *stay;

	(void)state;
	build_rule(&build, build_base_chain(&build, home, "input", HOOK_INPUT, -1, false),
		   "tcp dport 443 accept");
	stay = only_stay(NEIGHBOUR_BIT(NEIGHBOUR_NFTABLES));
	assert_int_equal(stay->rule_count, 1);
	assert_string_equal(stay->events[2].command, "systemctl stop nftables");
	assert_int_equal(stay->events[2].fate, GUEST_GOES);
}

static void test_a_service_of_iptables_has_its_family_alone(void **state)
{
	(void)state;
	guest_in(chain_of(TABLE_IP6, "filter", "LOG")->table->chains[0]);
	only_stay(NEIGHBOUR_BIT(NEIGHBOUR_IP6TABLES));
	find(NEIGHBOUR_BIT(NEIGHBOUR_IPTABLES));
	assert_int_equal(found.list[0].stay_count, 0);
}

static void test_what_would_come_back_goes_without_our_units(void **state)
{
	const struct neighbour_care none = {0}, some = {.restored = true},
				    all = {true, NEIGHBOUR_BIT(NEIGHBOUR_FIREWALLD)};

	(void)state;
	assert_int_equal(guest_fate_with(&none, NEIGHBOUR_UFW, GUEST_STAYS), GUEST_STAYS);
	assert_int_equal(guest_fate_with(&all, NEIGHBOUR_UFW, GUEST_GOES), GUEST_GOES);
	assert_int_equal(guest_fate_with(&none, NEIGHBOUR_UFW, GUEST_RETURNS), GUEST_GOES);
	assert_int_equal(guest_fate_with(&some, NEIGHBOUR_UFW, GUEST_RETURNS), GUEST_RETURNS);
	assert_int_equal(guest_fate_with(&some, NEIGHBOUR_FIREWALLD, GUEST_FOLLOWED), GUEST_GOES);
	assert_int_equal(guest_fate_with(&all, NEIGHBOUR_FIREWALLD, GUEST_FOLLOWED), GUEST_RETURNS);
}

/* Without a rule of ours nothing of ours depends on anybody, and of some it is not known what they do. */
static void test_nothing_is_told_that_is_not_known(void **state)
{
	(void)state;
	chain_of(TABLE_IP, "filter", "f2b-sshd");
	guest_in(chain_of(TABLE_IP, "mangle", "CILIUM_PRE")->table->chains[0]);
	find(0);
	assert_int_equal(found.count, 2);
	assert_int_equal(found.list[0].stay_count, 0);
	assert_int_equal(found.list[1].stay_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nobody_is_here, start, end),
		cmocka_unit_test_setup_teardown(test_ufw_has_chains_in_two_tables, start, end),
		cmocka_unit_test_setup_teardown(test_ufw_that_is_turned_off_leaves_empty_chains, start, end),
		cmocka_unit_test_setup_teardown(test_chains_are_told_by_how_they_begin, start, end),
		cmocka_unit_test_setup_teardown(test_tables_are_told_by_how_they_begin, start, end),
		cmocka_unit_test_setup_teardown(test_a_table_with_an_owner_is_told, start, end),
		cmocka_unit_test_setup_teardown(test_legacy_tables_have_chains_too, start, end),
		cmocka_unit_test_setup_teardown(test_a_table_and_chains_are_both_evidence, start, end),
		cmocka_unit_test_setup_teardown(test_services_that_are_active_are_here, start, end),
		cmocka_unit_test_setup_teardown(test_ufw_leaves_alone_what_is_in_input, start, end),
		cmocka_unit_test_setup_teardown(test_ufw_empties_its_own_chains, start, end),
		cmocka_unit_test_setup_teardown(test_firewalld_flushes_the_tables_of_iptables_too, start,
						end),
		cmocka_unit_test_setup_teardown(test_nftables_takes_the_home_as_well, start, end),
		cmocka_unit_test_setup_teardown(test_a_service_of_iptables_has_its_family_alone, start, end),
		cmocka_unit_test(test_what_would_come_back_goes_without_our_units),
		cmocka_unit_test_setup_teardown(test_nothing_is_told_that_is_not_known, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
