/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps as lines, applied to rulesets in memory, and taken back.
 */
#include "build.h"

#include "fwport/port_set.h"
#include "fwport/step.h"

#include "cmocka_all.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

static struct build build;
static struct error err;

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

static void assert_line(struct step step, const char *expected)
{
	struct text line = {0};

	step_text(&step, &line);
	assert_string_equal(text_string(&line), expected);
	text_free(&line);
}

/* A rule of ours that stands in no chain yet. */
static struct rule *loose_rule(struct chain *chain, const char *line, uint32_t tag)
{
	struct rule *rule = build_rule(&build, chain, line);

	chain->rule_count--;
	rule->handle = 0;
	rule->tag = tag;
	rule->comment = pool_format(&build.pool, TAG_PREFIX "%u", tag);
	return rule;
}

static struct step add_rule(const struct chain *chain, const struct rule *rule, const struct rule *before)
{
	return (struct step){
		.object = STEP_RULE, .table = chain->table, .chain = chain, .rule = rule, .before = before};
}

static struct ruleset *apply(const struct ruleset *ruleset, struct step *list, size_t count)
{
	struct ruleset *after = NULL;

	if (steps_apply(ruleset, &(struct steps){list, count}, &build.pool, &after, &err) < 0)
		fail_msg("%s", err.text);
	return after;
}

static struct chain *input_of(const struct ruleset *ruleset)
{
	return table_find_chain(ruleset_find_table(ruleset, TABLE_INET, "filter"), "input");
}

static void test_lines_say_what_will_be_done(void **state)
{
	struct table home = {.family = TABLE_INET, .name = "fwport"};
	struct chain chain = {
		.table = &home, .name = "input", .base = true, .hook = HOOK_INPUT, .priority = -1};
	struct set set = {.table = &home, .name = "tcp_in"};
	struct port_range ports[] = {{443, 443}, {8000, 8010}};

	(void)state;
	assert_line((struct step){.object = STEP_TABLE, .table = &home}, "+ table inet fwport");
	assert_line((struct step){.object = STEP_CHAIN, .table = &home, .chain = &chain},
		    "+ chain inet fwport input (filter, hook input, priority filter - 1, policy accept)");
	assert_line((struct step){.object = STEP_SET, .table = &home, .set = &set},
		    "+ set inet fwport tcp_in");
	assert_line((struct step){.object = STEP_ELEMENTS,
				  .table = &home,
				  .set = &set,
				  .ports = ports,
				  .port_count = 2},
		    "+ 443, 8000-8010 in set tcp_in");
	assert_line((struct step){.remove = true, .object = STEP_TABLE, .table = &home},
		    "- table inet fwport");
}

static void test_rule_line_names_the_rule_it_stands_before(void **state)
{
	struct chain *input = build_input(&build, true);
	struct rule *drop = build_rule(&build, input, "drop");
	struct rule *guest = loose_rule(input, "tcp dport 443 accept", 1);
	struct step step = add_rule(input, guest, drop);

	(void)state;
	assert_line(step,
		    "+ rule in inet filter input before rule 1: tcp dport 443 accept comment \"fwport:1\"");
	step.before = NULL;
	step.note = "connection tracking on";
	assert_line(step, "+ rule in inet filter input: tcp dport 443 accept comment \"fwport:1\" "
			  "(connection tracking on)");
	step.remove = true;
	step.note = NULL;
	assert_line(step, "- rule in inet filter input: tcp dport 443 accept comment \"fwport:1\"");
}

static void test_rule_line_names_the_engine_that_nft_does_not_show(void **state)
{
	struct chain *input = build_input(&build, true);
	struct rule *guest = loose_rule(input, "tcp dport 443 accept", 1);

	(void)state;
	input->table->engine = ENGINE_LEGACY;
	input->table->owner = OWNER_LEGACY;
	assert_line(add_rule(input, guest, NULL),
		    "+ rule in inet filter input (legacy): tcp dport 443 accept comment \"fwport:1\"");
}

static void test_long_lists_of_ports_are_cut_after_a_dozen(void **state)
{
	struct table home = {.family = TABLE_INET, .name = "fwport"};
	struct set set = {.table = &home, .name = "udp_out"};
	struct port_range ports[14];
	struct step step = {.object = STEP_ELEMENTS, .table = &home, .set = &set, .ports = ports};

	(void)state;
	for (uint16_t i = 0; i < 14; i++)
		ports[i] = (struct port_range){(uint16_t)(2 * i + 1), (uint16_t)(2 * i + 1)};
	step.port_count = 13;
	assert_line(step, "+ 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25 in set udp_out");
	step.port_count = 14;
	assert_line(step, "+ 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, ... 2 more in set udp_out");
}

static void test_apply_puts_a_rule_before_another(void **state)
{
	struct chain *input = build_input(&build, true);
	struct rule *log = build_rule(&build, input, "log"), *drop = build_rule(&build, input, "drop");
	struct step step = add_rule(input, loose_rule(input, "tcp dport 443 accept", 1), drop);
	const struct chain *after;

	(void)state;
	after = input_of(apply(&build.ruleset, &step, 1));
	assert_int_equal(after->rule_count, 3);
	assert_int_equal(after->rules[0]->handle, log->handle);
	assert_int_equal(after->rules[1]->tag, 1);
	assert_int_equal(after->rules[1]->handle, 0);
	assert_int_equal(after->rules[2]->handle, drop->handle);
	assert_int_equal(after->rules[2]->position, 3);
}

static void test_apply_leaves_the_original_alone(void **state)
{
	struct chain *input = build_input(&build, true);
	struct rule *drop = build_rule(&build, input, "drop");
	struct step step = add_rule(input, loose_rule(input, "tcp dport 443 accept", 1), drop);

	(void)state;
	apply(&build.ruleset, &step, 1);
	assert_int_equal(input->rule_count, 1);
	assert_ptr_equal(input->rules[0], drop);
	assert_int_equal(drop->position, 1);
}

static void test_apply_shares_tables_that_no_step_touches(void **state)
{
	struct chain *input = build_input(&build, true);
	struct table *other = build_table(&build, TABLE_IP, "other");
	struct step step = add_rule(input, loose_rule(input, "tcp dport 443 accept", 1), NULL);
	struct ruleset *after;

	(void)state;
	after = apply(&build.ruleset, &step, 1);
	assert_ptr_equal(ruleset_find_table(after, TABLE_IP, "other"), other);
	assert_ptr_not_equal(ruleset_find_table(after, TABLE_INET, "filter"), input->table);
}

static void test_jumps_and_maps_of_a_copy_point_into_the_copy(void **state)
{
	struct chain *input = build_input(&build, true);
	struct chain *logdrop = build_chain(&build, input->table, "logdrop");
	struct step step;
	struct chain *after;
	const struct set *map;

	(void)state;
	build_set(&build, input->table, "ports", NFT_SET_MAP, "80:accept 81:logdrop");
	build_rule(&build, input, "jump logdrop");
	build_rule(&build, input, "tcp dport vmap @ports");
	step = add_rule(logdrop, loose_rule(logdrop, "tcp dport 443 accept", 1), NULL);
	after = input_of(apply(&build.ruleset, &step, 1));
	assert_ptr_equal(after->rules[0]->ops[0].verdict.chain, table_find_chain(after->table, "logdrop"));
	assert_ptr_not_equal(after->rules[0]->ops[0].verdict.chain, logdrop);
	assert_int_equal(after->rules[0]->ops[0].verdict.chain->rule_count, 1);
	map = after->rules[1]->ops[after->rules[1]->op_count - 1].lookup.set;
	assert_ptr_equal(map, table_find_set(after->table, "ports"));
	for (size_t i = 0; i < map->element_count; i++)
		if (map->elements[i].verdict.code == VERDICT_JUMP)
			assert_ptr_equal(map->elements[i].verdict.chain,
					 table_find_chain(after->table, "logdrop"));
}

static void test_elements_join_and_leave_a_set(void **state)
{
	struct table *table = build_table(&build, TABLE_INET, "fwport");
	struct set *set = build_set(&build, table, "tcp_in", NFT_SET_INTERVAL, "80 1000-2000");
	struct port_range more[] = {{65535, 65535}, {81, 81}}, less[] = {{80, 80}, {1000, 1500}};
	struct step steps[] = {
		{.object = STEP_ELEMENTS, .table = table, .set = set, .ports = more, .port_count = 2},
		{.object = STEP_ELEMENTS,
		 .table = table,
		 .set = set,
		 .ports = less,
		 .port_count = 2,
		 .remove = true},
	};
	struct port_range *ranges;
	size_t count;

	(void)state;
	set = table_find_set(ruleset_find_table(apply(&build.ruleset, steps, 2), TABLE_INET, "fwport"),
			     "tcp_in");
	assert_int_equal(port_set_ranges(set, &build.pool, &ranges, &count, &err), 0);
	assert_int_equal(count, 3);
	assert_int_equal(ranges[0].first, 81);
	assert_int_equal(ranges[1].first, 1000);
	assert_int_equal(ranges[1].last, 2000);
	assert_int_equal(ranges[2].last, 65535);
}

static void test_a_step_about_what_is_not_there_is_an_error(void **state)
{
	struct chain *input = build_input(&build, true);
	struct table missing = {.family = TABLE_IP, .name = "gone"};
	struct rule *rule = loose_rule(input, "tcp dport 443 accept", 1);
	struct step steps[] = {
		{.object = STEP_CHAIN, .table = &missing, .chain = input},
		{.object = STEP_RULE, .remove = true, .table = input->table, .chain = input, .rule = rule},
	};
	struct ruleset *after;

	(void)state;
	assert_int_equal(steps_apply(&build.ruleset, &(struct steps){steps, 1}, &build.pool, &after, &err),
			 -1);
	assert_string_equal(err.text, "a step speaks of table gone, which the ruleset does not hold");
	assert_int_equal(
		steps_apply(&build.ruleset, &(struct steps){steps + 1, 1}, &build.pool, &after, &err), -1);
	assert_string_equal(err.text,
			    "a step speaks of a rule of chain input, which the ruleset does not hold");
}

static void test_a_rule_finds_no_place_before_one_that_is_gone(void **state)
{
	struct chain *input = build_input(&build, true);
	struct rule *drop = build_rule(&build, input, "drop");
	struct step step = add_rule(input, loose_rule(input, "tcp dport 443 accept", 1), drop);
	struct ruleset *after;

	(void)state;
	input->rule_count = 0;
	assert_int_equal(steps_apply(&build.ruleset, &(struct steps){&step, 1}, &build.pool, &after, &err),
			 -1);
	assert_string_equal(
		err.text,
		"a step speaks of the rule to stand before in chain input, which the ruleset does not hold");
}

static struct steps inverse_of(struct step *list, size_t count, const struct ruleset *now)
{
	struct steps inverse;

	if (steps_inverse(&(struct steps){list, count}, now, &build.pool, &inverse, &err) < 0)
		fail_msg("%s", err.text);
	return inverse;
}

static void test_inverse_of_a_removed_rule_puts_it_where_it_was(void **state)
{
	struct chain *input = build_input(&build, true);
	struct rule *guest, *drop;
	struct step step;
	struct steps inverse;

	(void)state;
	guest = build_rule(&build, input, "tcp dport 443 accept");
	guest->tag = 3;
	build_rule(&build, input, "log");
	drop = build_rule(&build, input, "drop");
	step = (struct step){
		.remove = true, .object = STEP_RULE, .table = input->table, .chain = input, .rule = guest};
	inverse = inverse_of(&step, 1, apply(&build.ruleset, &step, 1));
	assert_int_equal(inverse.count, 1);
	assert_false(inverse.list[0].remove);
	assert_int_equal(inverse.list[0].before->handle, drop->handle - 1);
}

static struct step remove_rule(const struct rule *rule)
{
	return (struct step){.remove = true,
			     .object = STEP_RULE,
			     .table = rule->chain->table,
			     .chain = rule->chain,
			     .rule = rule};
}

static void test_inverse_of_removed_rules_puts_them_in_their_order(void **state)
{
	struct chain *input = build_input(&build, true);
	const char *lines[] = {"tcp dport 1 accept", "tcp dport 2 accept", "tcp dport 3 accept"};
	struct steps inverse;
	struct ruleset *now;
	struct step steps[3];

	(void)state;
	for (size_t i = 0; i < 3; i++)
		steps[i] = remove_rule(build_rule(&build, input, lines[i]));
	now = apply(&build.ruleset, steps, 3);
	inverse = inverse_of(steps, 3, now);
	assert_int_equal(inverse.count, 3);
	now = apply(now, inverse.list, 3);
	for (size_t i = 0; i < 3; i++)
		assert_true(rule_same(input_of(now)->rules[i], input->rules[i]));
}

/* As in legacy tables, where what a rule says is its handle: moved, it has the one that it had. */
static void test_inverse_of_a_rule_that_was_moved_puts_it_where_it_was(void **state)
{
	struct chain *input = build_input(&build, true);
	const struct rule *call = build_rule(&build, input, "tcp dport 22 accept"), *moved;
	const struct rule *log = build_rule(&build, input, "log"), *drop = build_rule(&build, input, "drop");
	struct step steps[] = {add_rule(input, loose_rule(input, "tcp dport 22 accept", 0), drop),
			       remove_rule(call)};
	struct steps inverse;
	struct ruleset *now;

	(void)state;
	((struct rule *)steps[0].rule)->comment = NULL;
	now = apply(&build.ruleset, steps, 2);
	moved = input_of(now)->rules[1];
	((struct rule *)moved)->handle = call->handle;
	inverse = inverse_of(steps, 2, now);
	assert_int_equal(inverse.count, 2);
	assert_ptr_equal(inverse.list[0].rule, moved);
	assert_int_equal(inverse.list[1].before->handle, log->handle);
	now = apply(now, inverse.list, 2);
	assert_int_equal(input_of(now)->rule_count, 3);
	assert_true(rule_same(input_of(now)->rules[0], call));
	/* Where it stands twice, nothing says which one was moved. */
	((struct rule *)moved)->handle = call->handle;
	now = apply(&build.ruleset, steps, 1);
	assert_int_equal(inverse_of(&steps[1], 1, now).count, 0);
}

static void test_inverse_leaves_out_what_is_gone_already(void **state)
{
	struct chain *input = build_input(&build, true);
	struct step step = add_rule(input, loose_rule(input, "tcp dport 443 accept", 1), NULL);

	(void)state;
	assert_int_equal(inverse_of(&step, 1, &build.ruleset).count, 0);
}

static void test_inverse_finds_our_rule_where_others_moved_it(void **state)
{
	struct chain *input = build_input(&build, true);
	struct rule *twin = build_rule(&build, input, "tcp dport 443 accept");
	struct step step = add_rule(input, loose_rule(input, "tcp dport 443 accept", 1), NULL);
	struct step moved[] = {add_rule(input, loose_rule(input, "drop", 0), NULL), step};
	struct ruleset *now = apply(&build.ruleset, moved, 2);
	struct steps inverse;

	(void)state;
	inverse = inverse_of(&step, 1, now);
	assert_int_equal(inverse.count, 1);
	assert_true(inverse.list[0].remove);
	assert_int_equal(inverse.list[0].rule->tag, 1);
	assert_int_equal(inverse.list[0].rule->position, 3);
	assert_int_equal(twin->position, 1);
}

/* The answer was lost, and with it the news that nothing was done: the guest that should have moved still stands. */
static void test_inverse_of_what_was_not_done_is_nothing(void **state)
{
	struct chain *input = build_input(&build, true);
	struct rule *guest = build_rule(&build, input, "tcp dport 443 accept");
	struct rule *drop = build_rule(&build, input, "drop");
	struct step steps[] = {
		add_rule(input, loose_rule(input, "tcp dport 443 accept", 3), drop),
		{.remove = true, .object = STEP_RULE, .table = input->table, .chain = input, .rule = guest},
	};

	(void)state;
	guest->tag = 3;
	assert_int_equal(inverse_of(steps, 2, &build.ruleset).count, 0);
}

static void test_inverse_keeps_a_chain_that_holds_somebody_elses_rule(void **state)
{
	struct table *table = build_table(&build, TABLE_INET, "fwport");
	struct chain *chain = build_base_chain(&build, table, "input", HOOK_INPUT, -1, false);
	struct step steps[] = {
		{.object = STEP_TABLE, .table = table},
		{.object = STEP_CHAIN, .table = table, .chain = chain},
	};

	(void)state;
	assert_int_equal(inverse_of(steps, 2, &build.ruleset).count, 2);
	build_rule(&build, chain, "tcp dport 22 accept");
	assert_int_equal(inverse_of(steps, 2, &build.ruleset).count, 0);
}

static bool same(struct chain *chain, const char *a, const char *b)
{
	return rule_same(loose_rule(chain, a, 1), loose_rule(chain, b, 1));
}

static void test_rules_that_iptables_restore_wrote_anew_are_the_same(void **state)
{
	struct chain *input = build_base_chain(&build, build_table(&build, TABLE_IP, "filter"), "INPUT",
					       HOOK_INPUT, 0, true);

	(void)state;
	assert_true(same(input, "ip saddr 10.0.0.0/9 tcp dport 443 counter accept",
			 "meta l4proto 6 ip saddr 10.0.0.0/9 xt th dport 443 accept"));
	assert_false(same(input, "ip saddr 10.0.0.0/9 tcp dport 443 accept", "tcp dport 443 accept"));
	assert_false(same(input, "tcp dport 443 accept", "tcp dport 443 ip saddr 10.0.0.0/9 accept"));
	assert_false(same(input, "tcp dport 443 accept", "tcp sport 443 accept"));
	assert_false(same(input, "tcp dport 443 tcp dport 443 accept", "tcp dport 443 tcp dport 80 accept"));
	assert_false(same(input, "counter tcp dport 443 accept", "tcp dport 443 counter drop"));
}

/* What a rule does besides accepting it may do before one of its tests, or only behind it. */
static void test_rules_that_do_more_are_the_same_in_one_order_only(void **state)
{
	struct chain *input = build_input(&build, true);

	(void)state;
	assert_true(same(input, "log tcp dport 443 accept", "log tcp dport 443 accept"));
	assert_false(same(input, "log tcp dport 443 accept", "tcp dport 443 log accept"));
	assert_false(same(input, "limit 10 tcp dport 443 accept", "tcp dport 443 limit 10 accept"));
}

/* It is in no table, and would be looked for there in vain. */
static void test_a_match_of_x_tables_keeps_its_set(void **state)
{
	struct chain *input = build_input(&build, true);
	struct step step = add_rule(input, NULL, NULL);
	struct ruleset *once;
	struct rule **rules;

	(void)state;
	build_set(&build, input->table, "80,443", NFT_SET_ANONYMOUS | NFT_SET_INTERVAL, "80 443");
	build_rule(&build, input, "xt th dport @80,443 accept");
	step.rule = loose_rule(input, "xt th dport @80,443 accept", 1);
	input->table->set_count--;
	once = apply(&build.ruleset, &step, 1);
	rules = once->tables[0]->chains[0]->rules;
	assert_non_null(rules[0]->ops[1].lookup.set);
	assert_non_null(rules[1]->ops[1].lookup.set);
}

static void test_rules_are_the_same_whatever_the_kernel_calls_their_sets(void **state)
{
	struct chain *input = build_input(&build, true);
	struct rule *a, *b, *c;

	(void)state;
	build_set(&build, input->table, "__set0", NFT_SET_ANONYMOUS | NFT_SET_INTERVAL, "80 443");
	build_set(&build, input->table, "__set1", NFT_SET_ANONYMOUS | NFT_SET_INTERVAL, "80 443");
	build_set(&build, input->table, "__set2", NFT_SET_ANONYMOUS | NFT_SET_INTERVAL, "80 444");
	a = build_rule(&build, input, "tcp dport @__set0 accept");
	b = build_rule(&build, input, "tcp dport @__set1 accept");
	c = build_rule(&build, input, "tcp dport @__set2 accept");
	assert_true(rule_same(a, b));
	assert_false(rule_same(a, c));
	b->tag = 1;
	assert_false(rule_same(a, b));
}

static void test_a_line_says_until_when_elements_are_there(void **state)
{
	struct table home = {.family = TABLE_INET, .name = "fwport"};
	struct set set = {.table = &home, .name = "tcp_in_timed"};
	struct port_range port = {443, 443};

	(void)state;
	assert_line((struct step){.object = STEP_ELEMENTS,
				  .table = &home,
				  .set = &set,
				  .ports = &port,
				  .port_count = 1,
				  .expires = 1795622405},
		    "+ 443 in set tcp_in_timed until 2026-11-25 16:00:05 UTC");
}

static void assert_element(const struct set *set, size_t at, bool end, uint64_t expires)
{
	assert_int_equal(set->elements[at].interval_end, end);
	assert_int_equal(set->elements[at].expires, expires);
	assert_int_equal(set->elements[at].timeout, expires);
}

static void test_elements_keep_their_time_beside_new_ones(void **state)
{
	struct table *table = build_table(&build, TABLE_INET, "fwport");
	struct set *set = build_set(&build, table, "timed", NFT_SET_INTERVAL | NFT_SET_TIMEOUT, "80 90-99");
	struct port_range more = {85, 85}, less = {80, 80};
	struct step steps[] = {{.object = STEP_ELEMENTS,
				.table = table,
				.set = set,
				.ports = &more,
				.port_count = 1,
				.expires = 107},
			       {.object = STEP_ELEMENTS,
				.table = table,
				.set = set,
				.ports = &less,
				.port_count = 1,
				.expires = 109,
				.remove = true}};

	(void)state;
	build.ruleset.read_at = 100500;
	for (size_t i = 0; i < set->element_count; i++)
		if (!set->elements[i].interval_end)
			set->elements[i].timeout = set->elements[i].expires = 9000;
	set = table_find_set(ruleset_find_table(apply(&build.ruleset, steps, 2), TABLE_INET, "fwport"),
			     "timed");
	assert_int_equal(set->element_count, 4);
	assert_element(set, 0, false, 6500);
	assert_element(set, 1, true, 0);
	assert_element(set, 2, false, 9000);
	assert_element(set, 3, true, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lines_say_what_will_be_done, start, end),
		cmocka_unit_test_setup_teardown(test_rule_line_names_the_rule_it_stands_before, start, end),
		cmocka_unit_test_setup_teardown(test_rule_line_names_the_engine_that_nft_does_not_show, start,
						end),
		cmocka_unit_test_setup_teardown(test_long_lists_of_ports_are_cut_after_a_dozen, start, end),
		cmocka_unit_test_setup_teardown(test_apply_puts_a_rule_before_another, start, end),
		cmocka_unit_test_setup_teardown(test_apply_leaves_the_original_alone, start, end),
		cmocka_unit_test_setup_teardown(test_apply_shares_tables_that_no_step_touches, start, end),
		cmocka_unit_test_setup_teardown(test_jumps_and_maps_of_a_copy_point_into_the_copy, start,
						end),
		cmocka_unit_test_setup_teardown(test_elements_join_and_leave_a_set, start, end),
		cmocka_unit_test_setup_teardown(test_a_step_about_what_is_not_there_is_an_error, start, end),
		cmocka_unit_test_setup_teardown(test_a_rule_finds_no_place_before_one_that_is_gone, start,
						end),
		cmocka_unit_test_setup_teardown(test_inverse_of_a_removed_rule_puts_it_where_it_was, start,
						end),
		cmocka_unit_test_setup_teardown(test_inverse_of_removed_rules_puts_them_in_their_order, start,
						end),
		cmocka_unit_test_setup_teardown(test_inverse_of_a_rule_that_was_moved_puts_it_where_it_was,
						start, end),
		cmocka_unit_test_setup_teardown(test_inverse_leaves_out_what_is_gone_already, start, end),
		cmocka_unit_test_setup_teardown(test_inverse_finds_our_rule_where_others_moved_it, start,
						end),
		cmocka_unit_test_setup_teardown(test_inverse_of_what_was_not_done_is_nothing, start, end),
		cmocka_unit_test_setup_teardown(test_inverse_keeps_a_chain_that_holds_somebody_elses_rule,
						start, end),
		cmocka_unit_test_setup_teardown(test_rules_that_iptables_restore_wrote_anew_are_the_same,
						start, end),
		cmocka_unit_test_setup_teardown(test_rules_that_do_more_are_the_same_in_one_order_only, start,
						end),
		cmocka_unit_test_setup_teardown(test_a_match_of_x_tables_keeps_its_set, start, end),
		cmocka_unit_test_setup_teardown(test_rules_are_the_same_whatever_the_kernel_calls_their_sets,
						start, end),
		cmocka_unit_test_setup_teardown(test_a_line_says_until_when_elements_are_there, start, end),
		cmocka_unit_test_setup_teardown(test_elements_keep_their_time_beside_new_ones, start, end),
	};

	return cmocka_run_group_tests_name("step", tests, NULL, NULL);
}
