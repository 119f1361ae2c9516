/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about the chain interpreter: jump, goto, return, policies, what breaks a rule, what nobody understands; and
 * transformations of a ruleset that must not change any answer.
 */
#include "ask.h"
#include "cmocka_all.h"

#include <linux/netfilter/nf_tables.h>
#include <stdio.h>

static struct build build;
static struct chain *input;

static int start(void **state)
{
	(void)state;
	build_start(&build);
	build_host(&build);
	input = build_input(&build, true);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	build_end(&build);
	return 0;
}

static struct chain *chain(const char *name)
{
	return build_chain(&build, input->table, name);
}

static struct rule *rule(const char *line)
{
	return build_rule(&build, input, line);
}

static enum verdict verdict_of(uint16_t port)
{
	return ask_in(&build, port)->verdict;
}

static void assert_open(uint16_t port)
{
	assert_int_equal(verdict_of(port), ANSWER_OPEN);
}

static void assert_blocked(uint16_t port)
{
	assert_int_equal(verdict_of(port), ANSWER_BLOCKED);
}

static void assert_unknown(const char *decider_text)
{
	const struct answer *answer = ask_in(&build, 443);

	assert_int_equal(answer->verdict, ANSWER_UNKNOWN);
	assert_string_equal(decider(&build, answer, PACKET_SYN), decider_text);
}

static void test_jump_comes_back_to_the_next_rule(void **state)
{
	struct chain *web = chain("web");

	(void)state;
	build_rule(&build, web, "tcp dport 80 accept");
	rule("jump web");
	rule("tcp dport 443 accept");
	assert_open(443);
	assert_open(80);
	assert_blocked(22);
}

static void test_goto_from_the_base_chain_falls_off_to_the_policy(void **state)
{
	chain("web");
	(void)state;
	rule("goto web");
	rule("accept");
	assert_blocked(443);
}

static void test_goto_from_a_jumped_chain_comes_back_to_the_jumper(void **state)
{
	struct chain *first = chain("first");

	(void)state;
	chain("second");
	build_rule(&build, first, "goto second");
	build_rule(&build, first, "drop");
	rule("jump first");
	rule("accept");
	assert_open(443);
}

static void test_return_in_the_base_chain_is_the_policy(void **state)
{
	(void)state;
	rule("tcp dport 443 return");
	rule("accept");
	assert_blocked(443);
	assert_open(80);
}

/* The last of as many chains, each of which is called by the one before it, and the first by the base chain. */
static struct chain *chain_below(unsigned count)
{
	struct chain *calling = input;

	for (unsigned i = 0; i < count; i++) {
		const char *name = pool_format(&build.pool, "c%u", i);
		struct chain *called = chain(name);

		build_rule(&build, calling, pool_format(&build.pool, "jump %s", name));
		calling = called;
	}
	return calling;
}

static void test_calls_are_followed_as_deep_as_legacy_tables_go(void **state)
{
	const struct family_answer *family;

	(void)state;
	build_rule(&build, chain_below(300), "tcp dport 443 accept");
	rule("drop");
	family = entry(ask_in(&build, 443), FAMILY_IPV4);
	assert_int_equal(family->verdict, ANSWER_OPEN);
	assert_int_equal(family->packets[0].decided_by->call_count, 300);
	assert_blocked(80);
}

static void test_calls_beyond_all_measure_are_unknown(void **state)
{
	const struct family_answer *family;

	(void)state;
	build_rule(&build, chain_below(CALL_DEPTH + 1), "accept");
	family = entry(ask_in(&build, 443), FAMILY_IPV4);
	assert_int_equal(family->verdict, ANSWER_UNKNOWN);
	assert_string_equal(family->packets[0].decided_by->because, "too many calls within calls");
}

static void test_accept_in_a_called_chain_ends_the_base_chain(void **state)
{
	struct chain *web = chain("web");
	const struct family_answer *family;

	(void)state;
	build_rule(&build, web, "accept");
	rule("tcp dport 443 jump web");
	rule("drop");
	family = entry(ask_in(&build, 443), FAMILY_IPV4);
	assert_int_equal(family->verdict, ANSWER_OPEN);
	assert_int_equal(family->packets[0].decided_by->call_count, 1);
	assert_ptr_equal(family->packets[0].decided_by->calls[0].rule, input->rules[0]);
	assert_false(family->packets[0].decided_by->calls[0].went);
	assert_ptr_equal(family->packets[0].decided_by->chain, web);
	assert_ptr_equal(family->packets[0].decided_by->base, input);
	assert_int_equal(family->packets[0].path[0].passed_count, 0);
}

static void test_passed_rules_are_listed_in_the_order_met(void **state)
{
	struct chain *logging = chain("logging");
	const struct station *station;

	(void)state;
	build_rule(&build, logging, "log");
	rule("counter");
	rule("tcp dport 80 counter");
	rule("jump logging");
	rule("counter log");
	station = &entry(ask_in(&build, 443), FAMILY_IPV4)->packets[0].path[0];
	assert_int_equal(station->passed_count, 4);
	assert_ptr_equal(station->passed[0], input->rules[0]);
	assert_ptr_equal(station->passed[1], input->rules[2]);
	assert_ptr_equal(station->passed[2], logging->rules[0]);
	assert_ptr_equal(station->passed[3], input->rules[3]);
}

static void test_negation_is_not_complement(void **state)
{
	(void)state;
	rule("udp dport != 22 accept"); /* a TCP packet has no UDP port */
	assert_blocked(443);
	rule("tcp dport != 22 accept");
	assert_open(443);
	assert_blocked(22);
}

static void test_missing_output_interface_compares_as_empty(void **state)
{
	(void)state;
	rule("oifname != eth9 tcp dport 443 accept");
	rule("meta oif 0 tcp dport 80 accept");
	rule("meta skuid 0 accept");
	rule("meta mark != 5 meta mark 0 tcp dport 53 accept");
	assert_open(443);
	assert_open(80);
	assert_open(53);
	assert_blocked(22);
}

static void test_link_layer_of_a_leaving_packet_breaks_the_rule(void **state)
{
	struct chain *output = build_base_chain(&build, input->table, "output", HOOK_OUTPUT, 0, false);

	(void)state;
	rule("accept");
	build_rule(&build, output, "ether first 0 drop");
	build_rule(&build, output, "ether first != 0 drop");
	assert_open(443);
}

static void test_unknown_byte_depends_and_both_ways_alike_is_certain(void **state)
{
	(void)state;
	rule("ether first 4 accept");
	assert_int_equal(verdict_of(443), ANSWER_DEPENDS);
	rule("ether first != 4 accept");
	rule("accept");
	assert_open(443);
}

static void test_time_depends_and_is_named(void **state)
{
	(void)state;
	rule("meta hour < 43200 accept");
	assert_string_equal(conditions(&build, ask_in(&build, 443)),
			    "!depends on the time of day, which rule 1 of inet filter input looks at");
}

static void test_opaque_match_before_accept_never_opens(void **state)
{
	(void)state;
	rule("opaque recent accept");
	assert_unknown("not known at rule 1 of inet filter input (admin, handle 3): recent");
}

static void test_opaque_match_on_a_log_does_not_matter(void **state)
{
	(void)state;
	rule("opaque recent log");
	rule("accept");
	assert_open(443);
}

static void test_opaque_match_before_a_drop_that_comes_anyway_does_not_matter(void **state)
{
	(void)state;
	rule("opaque recent drop");
	assert_blocked(443);
}

static void test_what_only_may_block_is_not_named_beside_what_does(void **state)
{
	const struct family_answer *answer;

	(void)state;
	rule("opaque numgen drop");
	answer = entry(ask_in(&build, 443), FAMILY_IPV4);
	assert_int_equal(answer->verdict, ANSWER_BLOCKED);
	assert_int_equal(answer->blocker_count, 1);
	assert_null(answer->blockers[0].decision->rule);
}

static void test_opaque_accept_behind_an_accept_does_not_matter(void **state)
{
	(void)state;
	rule("tcp dport 443 accept");
	rule("opaque recent accept");
	assert_open(443);
	assert_int_equal(verdict_of(80), ANSWER_UNKNOWN);
}

static void test_opaque_match_before_a_drop_makes_an_accept_unknown(void **state)
{
	(void)state;
	rule("opaque recent drop");
	rule("accept");
	assert_unknown("not known at rule 1 of inet filter input (admin, handle 3): recent");
}

static void test_what_may_decide_is_unknown_whatever_follows(void **state)
{
	(void)state;
	rule("decides TPROXY");
	rule("accept");
	assert_unknown("not known at rule 1 of inet filter input (admin, handle 3): TPROXY");
}

static void test_what_only_passes_is_passed(void **state)
{
	(void)state;
	rule("passes TRACE");
	rule("accept");
	assert_open(443);
}

static void test_negated_lookup_in_a_set_not_understood_is_unknown(void **state)
{
	struct set *set = build_set(&build, input->table, "odd", 0, "443");

	(void)state;
	set->opaque = true;
	rule("tcp dport != @odd drop");
	rule("accept");
	assert_unknown("not known at rule 1 of inet filter input (admin, handle 4): odd");
}

static void test_queue_is_unknown(void **state)
{
	(void)state;
	rule("queue");
	assert_unknown(
		"not known at rule 1 of inet filter input (admin, handle 3): a program decides (queue)");
}

static void test_opaque_mark_makes_later_mark_tests_unknown(void **state)
{
	(void)state;
	rule("opaque recent meta mark set 1");
	rule("meta mark 1 accept");
	assert_int_equal(verdict_of(443), ANSWER_UNKNOWN);
	rule("meta mark 0 accept");
	assert_open(443);
}

static void test_ten_thousand_opaque_accepts_stay_linear(void **state)
{
	(void)state;
	for (int i = 0; i < 10000; i++)
		rule("opaque recent accept");
	assert_int_equal(verdict_of(443), ANSWER_UNKNOWN);
	rule("accept");
	assert_open(443);
}

static void test_worlds_that_never_meet_end_in_unknown_not_in_open(void **state)
{
	char line[64];

	(void)state;
	for (int i = 0; i < 12; i++) {
		char name[8];

		snprintf(name, sizeof(name), "s%d", i);
		build_set(&build, input->table, pool_text(&build.pool, name), NFT_SET_EVAL, "");
		snprintf(line, sizeof(line), "opaque recent add @s%d saddr", i);
		rule(line);
	}
	rule("accept");
	assert_unknown("not known at rule 10 of inet filter input (admin, handle 22): too many combinations "
		       "to tell");
}

static void test_verdict_map_hit_miss_and_catch_all(void **state)
{
	struct chain *web = chain("web");

	(void)state;
	build_rule(&build, web, "accept");
	build_set(&build, input->table, "ports", NFT_SET_MAP, "443:web 22:drop 80:accept");
	rule("tcp dport vmap @ports");
	rule("tcp dport 8080 accept");
	assert_open(443);
	assert_open(80);
	assert_blocked(22);
	assert_open(8080);
	build_set(&build, input->table, "rest", NFT_SET_MAP, "1:drop *:accept");
	rule("tcp dport vmap @rest");
	assert_open(9999);
	assert_blocked(1);
}

static void test_interval_set_has_its_ends(void **state)
{
	(void)state;
	build_set(&build, input->table, "ports", NFT_SET_INTERVAL, "80 443 1000-2000 65000-65535");
	rule("tcp dport @ports accept");
	assert_blocked(79);
	assert_open(80);
	assert_blocked(81);
	assert_blocked(999);
	assert_open(1000);
	assert_open(2000);
	assert_blocked(2001);
	assert_open(65535);
}

static void test_concatenation_matches_both_fields(void **state)
{
	struct prefix near = prefix_named("10.1.2.3"), far = prefix_named("10.2.0.1");
	struct query query = query_in(443);

	(void)state;
	build_set(&build, input->table, "pairs", NFT_SET_INTERVAL | NFT_SET_CONCAT,
		  "10.1.0.0/16,443 10.2.0.0/16,80-90");
	rule("ct state established accept");
	rule("ip saddr . tcp dport @pairs accept");
	query.peer = &near;
	assert_int_equal(ask(&build, query)->verdict, ANSWER_OPEN);
	query.peer = &far;
	assert_int_equal(ask(&build, query)->verdict, ANSWER_BLOCKED);
	query.port = 85;
	assert_int_equal(ask(&build, query)->verdict, ANSWER_OPEN);
}

static void test_a_huge_set_is_searched(void **state)
{
	struct set *set = build_set(&build, input->table, "many", 0, "1.2.3.4");
	enum { MANY = 100000 };
	struct element *elements = pool_alloc(&build.pool, MANY * sizeof(*elements));

	(void)state;
	assert_non_null(elements);
	for (uint32_t i = 0; i < MANY; i++) {
		const uint8_t key[4] = {11, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};

		elements[i].key = (struct bytes){pool_copy(&build.pool, key, 4), 4};
	}
	set->elements = elements;
	set->element_count = MANY;
	for (int i = 0; i < 200; i++)
		rule("ip saddr @many drop");
	rule("accept");
	assert_open(443);
}

/* Sets that rules write */

static struct set *full_set(void)
{
	struct set *set = build_set(&build, input->table, "full", NFT_SET_EVAL, "10.0.0.1 10.0.0.2");

	set->size = 2;
	rule("tcp dport 443 add @full saddr accept");
	rule("tcp dport 80 accept");
	return set;
}

static void test_a_full_set_takes_nobody_in_and_the_rule_breaks(void **state)
{
	struct prefix inside = prefix_named("10.0.0.2");
	struct query query = query_in(443);

	(void)state;
	full_set();
	rule("ip saddr @full accept");
	query.families = FAMILY_BIT(FAMILY_IPV4);
	assert_int_equal(ask(&build, query)->verdict, ANSWER_BLOCKED);
	assert_open(80);
	query.peer = &inside;
	assert_int_equal(ask(&build, query)->verdict, ANSWER_OPEN);
}

static void test_a_set_with_room_takes_everybody_in(void **state)
{
	(void)state;
	full_set()->size = 3;
	assert_open(443);
}

static void test_an_inverted_add_goes_on_when_the_set_is_full(void **state)
{
	struct op *ops;

	(void)state;
	full_set()->size = 3;
	ops = pool_copy(&build.pool, input->rules[0]->ops, input->rules[0]->op_count * sizeof(*ops));
	for (size_t i = 0; i < input->rules[0]->op_count; i++)
		ops[i].invert = ops[i].kind == OP_DYNSET;
	input->rules[0]->ops = ops;
	assert_blocked(443);
	input->table->sets[0]->size = 2;
	assert_open(443);
}

static void test_a_full_set_whose_elements_expire_depends_and_is_named(void **state)
{
	(void)state;
	full_set()->flags |= NFT_SET_TIMEOUT;
	assert_int_equal(verdict_of(443), ANSWER_DEPENDS);
	assert_string_equal(conditions(&build, ask_in(&build, 443)),
			    "!depends on the room in a set, which rule 1 of inet filter input looks at");
}

static void test_a_set_that_is_nearly_full_depends(void **state)
{
	struct text text = {0};
	struct set *set;

	(void)state;
	for (int i = 0; i < 95; i++)
		text_add(&text, "10.0.0.%d ", i);
	set = build_set(&build, input->table, "meter", NFT_SET_EVAL, text_string(&text));
	text_free(&text);
	set->size = 100;
	rule("add @meter saddr accept");
	assert_int_equal(verdict_of(443), ANSWER_DEPENDS);
	set->size = 1000;
	assert_open(443);
}

static void test_what_may_have_found_room_may_be_in_the_set(void **state)
{
	(void)state;
	full_set()->flags |= NFT_SET_TIMEOUT;
	rule("ip saddr @full accept");
	rule("drop");
	assert_int_equal(verdict_of(443), ANSWER_DEPENDS);
}

static void test_adding_to_a_set_not_understood_is_unknown(void **state)
{
	(void)state;
	full_set()->opaque = true;
	assert_unknown("not known at rule 1 of inet filter input (admin, handle 4): full");
}

/* Keys that rules write */

static void test_a_priority_that_was_set_is_not_zero(void **state)
{
	(void)state;
	rule("meta priority set 0x10001");
	rule("meta priority 0x10001 drop");
	rule("accept");
	assert_int_equal(verdict_of(443), ANSWER_DEPENDS);
	assert_string_equal(
		conditions(&build, ask_in(&build, 443)),
		"!depends on the priority of the packet, which rule 2 of inet filter input looks at");
}

static void test_a_trace_that_no_rule_sets_is_off(void **state)
{
	(void)state;
	rule("meta nftrace 1 drop");
	rule("accept");
	assert_open(443);
	rule("meta nftrace set 1");
	assert_int_equal(verdict_of(443), ANSWER_DEPENDS);
}

/* Changes that must not change any answer. */

static void base_rules(void)
{
	rule("ct state established,related accept");
	rule("ip saddr 10.0.0.0/8 accept");
	rule("tcp dport 22 drop");
	rule("tcp dport 443 accept");
}

static void assert_base_answers(void)
{
	struct prefix lan = prefix_named("10.9.9.9");
	struct query query = query_in(80);

	assert_open(443);
	assert_blocked(80);
	assert_blocked(22);
	query.peer = &lan;
	assert_int_equal(ask(&build, query)->verdict, ANSWER_OPEN);
}

static void test_unmatched_rule_changes_nothing(void **state)
{
	(void)state;
	rule("udp dport 443 drop");
	base_rules();
	rule("iifname eth7 drop");
	assert_base_answers();
}

static void test_counter_and_log_change_nothing(void **state)
{
	(void)state;
	rule("counter log");
	base_rules();
	rule("limit 5 log");
	assert_base_answers();
}

static void test_split_set_changes_nothing(void **state)
{
	(void)state;
	rule("ct state established accept");
	rule("ct state related accept");
	rule("ip saddr 10.0.0.0/9 accept");
	rule("ip saddr 10.128.0.0/9 accept");
	rule("tcp dport 22 drop");
	rule("tcp dport 443 accept");
	assert_base_answers();
}

static void test_calling_instead_of_inlining_changes_nothing(void **state)
{
	struct chain *called = chain("called");

	(void)state;
	build_rule(&build, called, "ip saddr 10.0.0.0/8 accept");
	build_rule(&build, called, "tcp dport 22 drop");
	rule("ct state established,related accept");
	rule("jump called");
	rule("tcp dport 443 accept");
	assert_base_answers();
}

static void test_empty_accepting_base_chain_changes_nothing(void **state)
{
	(void)state;
	base_rules();
	build_base_chain(&build, build_table(&build, TABLE_INET, "other"), "input", HOOK_INPUT, -5, false);
	assert_base_answers();
}

static void test_interval_set_instead_of_prefix_changes_nothing(void **state)
{
	(void)state;
	build_set(&build, input->table, "lan", NFT_SET_INTERVAL, "10.0.0.0/8 172.16.0.0/12");
	rule("ct state established,related accept");
	rule("ip saddr @lan accept");
	rule("tcp dport 22 drop");
	rule("tcp dport 443 accept");
	assert_base_answers();
}

static void test_adding_a_drop_never_opens(void **state)
{
	(void)state;
	rule("tcp dport 443 drop");
	base_rules();
	assert_blocked(443);
	assert_blocked(80);
}

static void test_hidden_match_is_never_better_than_the_revealed_one(void **state)
{
	struct rule *hidden;

	(void)state;
	hidden = rule("opaque recent drop");
	rule("accept");
	assert_int_equal(verdict_of(443), ANSWER_UNKNOWN);
	*hidden = *rule("tcp dport 80 drop");
	assert_open(443);
	assert_blocked(80);
}

static void concatenated(const char *name, uint32_t flags, const char *elements)
{
	build_set(&build, input->table, name, NFT_SET_INTERVAL | NFT_SET_CONCAT | flags, elements);
}

static void test_overlapping_elements_of_a_map_that_differ_are_unknown(void **state)
{
	const struct answer *answer;

	(void)state;
	concatenated("pairs", NFT_SET_MAP, "0.0.0.0/0,443:accept 192.0.2.10,400-500:drop");
	rule("ip daddr . tcp dport vmap @pairs");
	answer = ask_in(&build, 443);
	assert_int_equal(entry(answer, FAMILY_IPV4)->verdict, ANSWER_UNKNOWN);
	assert_string_equal(decider(&build, answer, PACKET_SYN),
			    "not known at rule 1 of inet filter input (admin, handle 4): "
			    "overlapping elements of a map");
}

static void test_order_of_overlapping_elements_makes_no_difference(void **state)
{
	(void)state;
	concatenated("pairs", NFT_SET_MAP, "0.0.0.0/0,443:drop 192.0.2.10,400-500:accept");
	rule("ip daddr . tcp dport vmap @pairs");
	assert_int_equal(entry(ask_in(&build, 443), FAMILY_IPV4)->verdict, ANSWER_UNKNOWN);
}

static void test_overlapping_elements_that_agree_are_certain(void **state)
{
	(void)state;
	concatenated("pairs", NFT_SET_MAP, "0.0.0.0/0,443:accept 192.0.2.10,400-500:accept");
	rule("ip daddr . tcp dport vmap @pairs");
	assert_int_equal(entry(ask_in(&build, 443), FAMILY_IPV4)->verdict, ANSWER_OPEN);
}

static void test_overlapping_elements_of_a_set_are_certain(void **state)
{
	(void)state;
	concatenated("pairs", 0, "0.0.0.0/0,443 192.0.2.10,400-500");
	rule("ip daddr . tcp dport @pairs accept");
	assert_int_equal(entry(ask_in(&build, 443), FAMILY_IPV4)->verdict, ANSWER_OPEN);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, start, finish)
	const struct CMUnitTest tests[] = {
		CLAIM(test_jump_comes_back_to_the_next_rule),
		CLAIM(test_goto_from_the_base_chain_falls_off_to_the_policy),
		CLAIM(test_goto_from_a_jumped_chain_comes_back_to_the_jumper),
		CLAIM(test_return_in_the_base_chain_is_the_policy),
		CLAIM(test_accept_in_a_called_chain_ends_the_base_chain),
		CLAIM(test_calls_are_followed_as_deep_as_legacy_tables_go),
		CLAIM(test_calls_beyond_all_measure_are_unknown),
		CLAIM(test_passed_rules_are_listed_in_the_order_met),
		CLAIM(test_negation_is_not_complement),
		CLAIM(test_missing_output_interface_compares_as_empty),
		CLAIM(test_link_layer_of_a_leaving_packet_breaks_the_rule),
		CLAIM(test_unknown_byte_depends_and_both_ways_alike_is_certain),
		CLAIM(test_time_depends_and_is_named),
		CLAIM(test_what_only_may_block_is_not_named_beside_what_does),
		CLAIM(test_opaque_match_before_accept_never_opens),
		CLAIM(test_opaque_match_on_a_log_does_not_matter),
		CLAIM(test_opaque_match_before_a_drop_that_comes_anyway_does_not_matter),
		CLAIM(test_opaque_accept_behind_an_accept_does_not_matter),
		CLAIM(test_opaque_match_before_a_drop_makes_an_accept_unknown),
		CLAIM(test_what_may_decide_is_unknown_whatever_follows),
		CLAIM(test_what_only_passes_is_passed),
		CLAIM(test_negated_lookup_in_a_set_not_understood_is_unknown),
		CLAIM(test_queue_is_unknown),
		CLAIM(test_opaque_mark_makes_later_mark_tests_unknown),
		CLAIM(test_ten_thousand_opaque_accepts_stay_linear),
		CLAIM(test_worlds_that_never_meet_end_in_unknown_not_in_open),
		CLAIM(test_verdict_map_hit_miss_and_catch_all),
		CLAIM(test_interval_set_has_its_ends),
		CLAIM(test_concatenation_matches_both_fields),
		CLAIM(test_a_huge_set_is_searched),
		CLAIM(test_a_full_set_takes_nobody_in_and_the_rule_breaks),
		CLAIM(test_a_set_with_room_takes_everybody_in),
		CLAIM(test_an_inverted_add_goes_on_when_the_set_is_full),
		CLAIM(test_a_full_set_whose_elements_expire_depends_and_is_named),
		CLAIM(test_a_set_that_is_nearly_full_depends),
		CLAIM(test_what_may_have_found_room_may_be_in_the_set),
		CLAIM(test_adding_to_a_set_not_understood_is_unknown),
		CLAIM(test_a_priority_that_was_set_is_not_zero),
		CLAIM(test_a_trace_that_no_rule_sets_is_off),
		CLAIM(test_unmatched_rule_changes_nothing),
		CLAIM(test_counter_and_log_change_nothing),
		CLAIM(test_split_set_changes_nothing),
		CLAIM(test_calling_instead_of_inlining_changes_nothing),
		CLAIM(test_empty_accepting_base_chain_changes_nothing),
		CLAIM(test_interval_set_instead_of_prefix_changes_nothing),
		CLAIM(test_adding_a_drop_never_opens),
		CLAIM(test_hidden_match_is_never_better_than_the_revealed_one),
		CLAIM(test_overlapping_elements_of_a_map_that_differ_are_unknown),
		CLAIM(test_order_of_overlapping_elements_makes_no_difference),
		CLAIM(test_overlapping_elements_that_agree_are_certain),
		CLAIM(test_overlapping_elements_of_a_set_are_certain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
