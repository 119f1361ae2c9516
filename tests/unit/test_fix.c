/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands that `why` suggests, for blockers made by hand.
 */
#include "build.h"

#include "fwport/plan.h"

#include "cmocka_all.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

struct fix_test {
	struct build build;
	struct chain *chain;
	struct station station;
	struct packet_answer packet;
	struct blocker blocker;
	struct family_answer answer;
	struct query query;
	struct port_range ports[2];
	size_t port_count;
};

static int start(void **state)
{
	static struct fix_test test;

	test = (struct fix_test){.query = {.protocol = PROTOCOL_TCP, .port = 443, .families = FAMILIES_BOTH},
				 .ports = {{443, 443}},
				 .port_count = 1};
	build_start(&test.build);
	build_host(&test.build);
	*state = &test;
	return 0;
}

static int end(void **state)
{
	struct fix_test *test = *state;

	build_end(&test->build);
	return 0;
}

/* The blocker is the last rule of the chain, or its policy; a chain "output" stops answers. */
static void block(struct fix_test *test, enum table_family family, const char *name, enum owner owner,
		  const char *line)
{
	struct table *table = build_table(&test->build, family, "filter");

	table->owner = owner;
	test->chain = build_base_chain(&test->build, table, name,
				       strcmp(name, "output") == 0 ? HOOK_OUTPUT : HOOK_INPUT, 0, true);
	build_rule(&test->build, test->chain, "tcp dport 22 accept");
	test->station.chain = test->chain;
	test->station.fate = FATE_DROP;
	test->station.port = test->query.port;
	test->station.decision.base = test->station.decision.chain = test->chain;
	test->station.decision.fate = FATE_DROP;
	test->station.decision.rule = line ? build_rule(&test->build, test->chain, line) : NULL;
	test->packet.path = &test->station;
	test->packet.path_count = 1;
	test->blocker.decision = &test->station.decision;
	test->answer.packets = &test->packet;
	test->answer.packet_count = 1;
	test->answer.blockers = &test->blocker;
	test->answer.blocker_count = 1;
}

static void assert_fix(const struct fix_test *test, const char *fwport, const char *owner)
{
	const struct fix_question question = {&test->query, test->ports, test->port_count};
	struct text ours = {0}, theirs = {0};
	struct fix_memo memo = {0};

	fix_fwport(&question, &test->answer, &test->build.ruleset, &test->build.host, &memo, &ours);
	fix_owner(&question, &test->answer, !ours.length, &theirs);
	assert_string_equal(text_string(&ours), fwport);
	assert_string_equal(text_string(&theirs), owner);
	text_free(&ours);
	text_free(&theirs);
}

static const char *owners_fix(struct fix_test *test)
{
	const struct fix_question question = {&test->query, test->ports, test->port_count};
	struct text text = {0};
	const char *copy;

	fix_owner(&question, &test->answer, false, &text);
	copy = pool_text(&test->build.pool, text_string(&text));
	text_free(&text);
	return copy;
}

static void test_admin_gets_an_nft_line_with_the_handle(void **state)
{
	struct fix_test *test = *state;

	block(test, TABLE_INET, "input", OWNER_ADMIN, "drop");
	assert_fix(test, "fwport open 443/tcp",
		   "nft insert rule inet filter input position 4 tcp dport 443 accept");
}

/* The place is one, but fwport refused it for whom the rule would let in. */
static void test_nobody_is_told_to_put_by_hand_what_is_refused(void **state)
{
	struct fix_test *test = *state;
	const struct fix_question question = {&test->query, test->ports, test->port_count};
	struct text text = {0};

	block(test, TABLE_IP, "INPUT", OWNER_IPTABLES_NFT, "drop");
	fix_owner(&question, &test->answer, true, &text);
	assert_string_equal(text_string(&text), "");
	text_free(&text);
}

static void test_policy_gets_an_nft_line_that_adds(void **state)
{
	struct fix_test *test = *state;

	block(test, TABLE_INET, "input", OWNER_ADMIN, NULL);
	assert_fix(test, "fwport open 443/tcp", "nft add rule inet filter input tcp dport 443 accept");
}

static void test_iptables_gets_the_position(void **state)
{
	struct fix_test *test = *state;

	block(test, TABLE_IP, "INPUT", OWNER_IPTABLES_NFT, "drop");
	assert_fix(test, "fwport open 443/tcp", "iptables -I INPUT 2 -p tcp --dport 443 -j ACCEPT");
}

static void test_ip6_is_told_to_ip6tables(void **state)
{
	struct fix_test *test = *state;

	block(test, TABLE_IP6, "INPUT", OWNER_IPTABLES_NFT, NULL);
	test->query.families = FAMILY_BIT(FAMILY_IPV6);
	assert_fix(test, "fwport open 443/tcp -6", "ip6tables -A INPUT -p tcp --dport 443 -j ACCEPT");
}

static void test_ufw_and_firewalld_get_their_own_commands(void **state)
{
	struct fix_test *test = *state;

	block(test, TABLE_IP, "INPUT", OWNER_UFW, NULL);
	assert_fix(test, "fwport open 443/tcp", "ufw allow 443/tcp");
	test->chain->table->owner = OWNER_FIREWALLD;
	assert_fix(test, "fwport open 443/tcp",
		   "firewall-cmd --permanent --add-port=443/tcp && firewall-cmd --reload");
}

static void test_ufw_puts_it_before_what_its_user_denied(void **state)
{
	struct fix_test *test = *state;

	block(test, TABLE_IP, "ufw-user-input", OWNER_UFW, "ip saddr 192.0.2.0/24 drop");
	assert_fix(test, "fwport open 443/tcp", "ufw prepend allow 443/tcp");
}

static void test_rule_that_is_none_of_ufws_is_passed_by_iptables(void **state)
{
	struct fix_test *test = *state;

	block(test, TABLE_IP, "INPUT", OWNER_UFW, "reject");
	assert_fix(test, "fwport open 443/tcp", "iptables -I INPUT 2 -p tcp --dport 443 -j ACCEPT");
}

static void test_firewalld_is_told_the_zone_that_blocks(void **state)
{
	struct fix_test *test = *state;

	block(test, TABLE_INET, "filter_IN_public", OWNER_FIREWALLD, "reject");
	assert_fix(test, "fwport open 443/tcp",
		   "firewall-cmd --permanent --zone=public --add-port=443/tcp && firewall-cmd --reload");
	test->chain->name = "filter_IN_home_deny";
	assert_fix(test, "fwport open 443/tcp",
		   "firewall-cmd --permanent --zone=home --add-port=443/tcp && firewall-cmd --reload");
}

static void test_ban_is_lifted_for_whom_it_is_about(void **state)
{
	struct fix_test *test = *state;
	struct prefix peer = {.address = {.family = FAMILY_IPV4, .bytes = {192, 0, 2, 66}}, .length = 32};

	block(test, TABLE_IP, "f2b-https", OWNER_IPTABLES_NFT, "ip saddr 192.0.2.66 reject");
	test->chain->base = false;
	test->query.peer = &peer;
	assert_string_equal(owners_fix(test), "fail2ban-client set https unbanip 192.0.2.66");
	peer.length = 24;
	assert_string_equal(owners_fix(test), "");
}

static void test_scope_is_part_of_the_fix(void **state)
{
	struct fix_test *test = *state;
	struct prefix lan;
	struct error err;

	assert_int_equal(prefix_parse("10.0.0.0/8", (struct place){0}, &lan, &err), 0);
	test->query.peer = &lan;
	test->query.iface = "eth1";
	block(test, TABLE_INET, "input", OWNER_ADMIN, NULL);
	assert_fix(
		test, "fwport open 443/tcp --from 10.0.0.0/8 --iface eth1",
		"nft add rule inet filter input iifname \"eth1\" ip saddr 10.0.0.0/8 tcp dport 443 accept");
	test->chain->table->owner = OWNER_UFW;
	assert_fix(test, "fwport open 443/tcp --from 10.0.0.0/8 --iface eth1",
		   "ufw allow in on eth1 from 10.0.0.0/8 to any port 443 proto tcp");
}

static void test_blocked_reply_suggests_established_to_the_owner(void **state)
{
	struct fix_test *test = *state;

	block(test, TABLE_INET, "output", OWNER_ADMIN, NULL);
	test->blocker.packet = test->packet.packet.role = PACKET_SYN_ACK;
	assert_fix(test, "fwport open 443/tcp",
		   "nft add rule inet filter output ct state established,related accept");
}

static void test_explicit_deny_is_fixed_with_override(void **state)
{
	struct fix_test *test = *state;

	block(test, TABLE_INET, "input", OWNER_ADMIN, "tcp dport 443 drop");
	assert_fix(test, "fwport open 443/tcp --override",
		   "nft insert rule inet filter input position 4 tcp dport 443 accept");
}

static void test_table_with_an_owner_has_no_fwport_command(void **state)
{
	struct fix_test *test = *state;

	block(test, TABLE_INET, "filter_INPUT", OWNER_FIREWALLD, NULL);
	test->chain->table->flags = NFT_TABLE_F_OWNER;
	test->chain->table->owner_port = 4711;
	assert_fix(test, "", "firewall-cmd --permanent --add-port=443/tcp && firewall-cmd --reload");
}

static void test_port_that_nat_takes_away_has_no_command(void **state)
{
	struct fix_test *test = *state;

	block(test, TABLE_IP, "prerouting", OWNER_ADMIN, "tcp dport 443 dnat 10.1.0.99");
	test->chain->type = CHAIN_NAT;
	assert_fix(test, "", "");
}

static void test_denied_answers_are_fixed_with_override(void **state)
{
	struct fix_test *test = *state;

	block(test, TABLE_INET, "output", OWNER_ADMIN, "tcp sport 443 drop");
	test->blocker.packet = test->packet.packet.role = PACKET_SYN_ACK;
	assert_fix(test, "fwport open 443/tcp --override",
		   "nft insert rule inet filter output position 4 ct state established,related accept");
}

static void test_docker_has_no_command_of_its_own(void **state)
{
	struct fix_test *test = *state;

	block(test, TABLE_IP, "FORWARD", OWNER_DOCKER, NULL);
	assert_fix(test, "fwport open 443/tcp", "");
}

static void test_rule_goes_before_the_tail_of_the_policy(void **state)
{
	static const struct rule *passed[1];
	struct fix_test *test = *state;

	block(test, TABLE_INET, "input", OWNER_ADMIN, NULL);
	passed[0] = build_rule(&test->build, test->chain, "log");
	test->station.passed = passed;
	test->station.passed_count = 1;
	assert_fix(test, "fwport open 443/tcp",
		   "nft insert rule inet filter input position 4 tcp dport 443 accept");
}

static void test_destination_is_part_of_the_fix(void **state)
{
	struct fix_test *test = *state;
	struct prefix host;
	struct error err;

	assert_int_equal(prefix_parse("192.0.2.10", (struct place){0}, &host, &err), 0);
	test->query.local = &host;
	block(test, TABLE_INET, "input", OWNER_ADMIN, NULL);
	assert_fix(test, "fwport open 443/tcp --to 192.0.2.10",
		   "nft add rule inet filter input ip daddr 192.0.2.10 tcp dport 443 accept");
	test->chain->table->owner = OWNER_IPTABLES_NFT;
	assert_fix(test, "fwport open 443/tcp --to 192.0.2.10",
		   "iptables -A input -d 192.0.2.10 -p tcp --dport 443 -j ACCEPT");
	test->chain->table->owner = OWNER_UFW;
	assert_fix(test, "fwport open 443/tcp --to 192.0.2.10",
		   "ufw allow from any to 192.0.2.10 port 443 proto tcp");
	test->chain->table->owner = OWNER_FIREWALLD;
	assert_fix(
		test, "fwport open 443/tcp --to 192.0.2.10",
		"firewall-cmd --permanent --add-rich-rule='rule family=ipv4 destination address=192.0.2.10 "
		"port port=443 protocol=tcp accept' && firewall-cmd --reload");
}

static void test_all_ports_of_the_answer_are_named(void **state)
{
	struct fix_test *test = *state;

	test->ports[0].last = 445;
	block(test, TABLE_INET, "input", OWNER_ADMIN, NULL);
	assert_fix(test, "fwport open 443-445/tcp",
		   "nft add rule inet filter input tcp dport 443-445 accept");
	test->ports[1] = (struct port_range){447, 447};
	test->port_count = 2;
	assert_fix(test, "fwport open 443-445/tcp 447/tcp",
		   "nft add rule inet filter input tcp dport { 443-445, 447 } accept");
	test->chain->table->owner = OWNER_IPTABLES_NFT;
	assert_fix(test, "fwport open 443-445/tcp 447/tcp",
		   "iptables -A input -p tcp -m multiport --dports 443:445,447 -j ACCEPT");
	test->chain->table->owner = OWNER_UFW;
	assert_fix(test, "fwport open 443-445/tcp 447/tcp", "ufw allow 443:445,447/tcp");
	test->chain->table->owner = OWNER_FIREWALLD;
	assert_fix(test, "fwport open 443-445/tcp 447/tcp",
		   "firewall-cmd --permanent --add-port=443-445/tcp --add-port=447/tcp && firewall-cmd "
		   "--reload");
}

static void test_table_held_by_a_program_takes_no_nft_line(void **state)
{
	struct fix_test *test = *state;

	block(test, TABLE_INET, "input", OWNER_ADMIN, NULL);
	test->chain->table->flags = NFT_TABLE_F_OWNER;
	test->chain->table->owner_port = 4711;
	assert_fix(test, "", "");
}

static void test_one_family_is_offered_where_the_other_is_refused(void **state)
{
	struct fix_test *test = *state;
	struct table *table;
	struct chain *chain;

	block(test, TABLE_IP, "input", OWNER_ADMIN, NULL);
	table = build_table(&test->build, TABLE_IP6, "held");
	table->flags = NFT_TABLE_F_OWNER;
	table->owner_port = 4711;
	chain = build_base_chain(&test->build, table, "input", HOOK_INPUT, 0, true);
	build_rule(&test->build, chain, "icmpv6 type 135 accept");
	assert_fix(test, "fwport open 443/tcp -4", "nft add rule ip filter input tcp dport 443 accept");
}

#define CLAIM(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CLAIM(test_rule_goes_before_the_tail_of_the_policy),
		CLAIM(test_destination_is_part_of_the_fix),
		CLAIM(test_all_ports_of_the_answer_are_named),
		CLAIM(test_table_held_by_a_program_takes_no_nft_line),
		CLAIM(test_one_family_is_offered_where_the_other_is_refused),
		CLAIM(test_admin_gets_an_nft_line_with_the_handle),
		CLAIM(test_nobody_is_told_to_put_by_hand_what_is_refused),
		CLAIM(test_policy_gets_an_nft_line_that_adds),
		CLAIM(test_iptables_gets_the_position),
		CLAIM(test_ip6_is_told_to_ip6tables),
		CLAIM(test_ufw_and_firewalld_get_their_own_commands),
		CLAIM(test_ufw_puts_it_before_what_its_user_denied),
		CLAIM(test_rule_that_is_none_of_ufws_is_passed_by_iptables),
		CLAIM(test_firewalld_is_told_the_zone_that_blocks),
		CLAIM(test_ban_is_lifted_for_whom_it_is_about),
		CLAIM(test_scope_is_part_of_the_fix),
		CLAIM(test_blocked_reply_suggests_established_to_the_owner),
		CLAIM(test_explicit_deny_is_fixed_with_override),
		CLAIM(test_table_with_an_owner_has_no_fwport_command),
		CLAIM(test_docker_has_no_command_of_its_own),
		CLAIM(test_port_that_nat_takes_away_has_no_command),
		CLAIM(test_denied_answers_are_fixed_with_override),
	};

	return cmocka_run_group_tests_name("fix", tests, NULL, NULL);
}
