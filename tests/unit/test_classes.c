/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about classes of ports and peers, and about the peer whom no rule singles out.
 */
#include "ask.h"
#include "cmocka_all.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

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

static void rule(const char *line)
{
	build_rule(&build, input, line);
}

/* "80 | 81-89,91-100 | 90": the classes of a range of ports */
static const char *classes(uint16_t first, uint16_t last)
{
	const struct port_range wanted = {first, last};
	struct port_class *list;
	struct error err = {0};
	struct text text = {0};
	char range[PORT_TEXT];
	const char *copy;
	size_t count;

	assert_int_equal(port_classes(&build.ruleset, &wanted, 1, &build.pool, &list, &count, &err), 0);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < list[i].range_count; j++)
			text_add(&text, "%s%s",
				 j   ? ","
				 : i ? " | "
				     : "",
				 port_range_text(list[i].ranges[j], range));
	copy = pool_text(&build.pool, text_string(&text));
	text_free(&text);
	return copy;
}

static const char *peers(enum family family, const char *within, size_t limit)
{
	struct prefix prefix = prefix_named(within ? within : "0.0.0.0/0");
	struct address *list;
	struct error err = {0};
	struct text text = {0};
	char address[ADDRESS_TEXT];
	const char *copy;
	size_t count;
	bool more;

	assert_int_equal(peer_classes(&build.ruleset, family, within ? &prefix : NULL, limit, &build.pool,
				      &list, &count, &more, &err),
			 0);
	for (size_t i = 0; i < count; i++)
		text_add(&text, "%s ", address_text(&list[i], address));
	text_add(&text, "%s", more ? "..." : "");
	copy = pool_text(&build.pool, text_string(&text));
	text_free(&text);
	return copy;
}

static bool peer_is_in(const char *prefix)
{
	struct prefix network = prefix_named(prefix);

	return prefix_contains(&network, &entry(ask_in(&build, 443), network.address.family)->peer);
}

static void test_no_rules_one_class(void **state)
{
	(void)state;
	assert_string_equal(classes(1, 65535), "1-65535");
}

static void test_ports_by_the_rules_that_mention_them(void **state)
{
	(void)state;
	rule("tcp dport 80 accept");
	rule("tcp dport 90-100 accept");
	rule("tcp dport 95 drop");
	assert_string_equal(classes(79, 101), "79,81-89,101 | 80 | 90-94,96-100 | 95");
}

static void test_a_plain_set_is_one_predicate_and_a_map_is_one_for_each_element(void **state)
{
	(void)state;
	build_set(&build, input->table, "set", NFT_SET_INTERVAL, "80 443 1000-2000");
	build_set(&build, input->table, "map", NFT_SET_MAP, "22:drop 23:drop");
	rule("tcp dport @set accept");
	rule("tcp dport vmap @map");
	assert_string_equal(classes(21, 25), "21,24-25 | 22 | 23");
	assert_string_equal(classes(443, 1001), "443,1000-1001 | 444-999");
}

static void test_elements_that_only_count_are_not_told_apart(void **state)
{
	static const struct op counter = {.kind = OP_COUNTER}, limit = {.kind = OP_LIMIT};
	struct set *set = build_set(&build, input->table, "set", NFT_SET_INTERVAL, "80 443");

	(void)state;
	for (size_t i = 0; i < set->element_count; i++) {
		set->elements[i].ops = &counter;
		set->elements[i].op_count = 1;
	}
	rule("tcp dport @set accept");
	assert_string_equal(classes(80, 443), "80,443 | 81-442");
	for (size_t i = 0; i < set->element_count; i++)
		set->elements[i].ops = &limit;
	assert_string_equal(classes(80, 443), "80 | 81-442 | 443");
}

static void test_the_same_set_twice_does_not_cancel_out(void **state)
{
	(void)state;
	build_set(&build, input->table, "set", NFT_SET_INTERVAL, "80");
	rule("tcp dport @set accept");
	rule("tcp dport @set drop");
	assert_string_equal(classes(79, 81), "79,81 | 80");
}

static void test_concatenation_tells_ports_apart(void **state)
{
	(void)state;
	build_set(&build, input->table, "pairs", 0, "10.0.0.1,443 10.0.0.2,443 10.0.0.1,80");
	rule("ip saddr . tcp dport @pairs accept");
	assert_string_equal(classes(80, 443), "80 | 81-442 | 443");
}

static void test_odd_masks_on_ports_are_tried_out(void **state)
{
	(void)state;
	rule("tcp dport & 1 1 accept");
	assert_string_equal(classes(80, 83), "80,82 | 81,83");
}

static void test_constants_between_two_values_of_a_mask_are_rounded(void **state)
{
	(void)state;
	rule("tcp dport & 0xff00 >= 336 drop");
	assert_string_equal(classes(336, 600), "336-511 | 512-600");
	rule("tcp dport & 0xff00 < 700 accept");
	assert_string_equal(classes(500, 800), "500-511 | 512-767 | 768-800");
	rule("tcp dport & 0xff00 1000-1030 accept");
	assert_string_equal(classes(1000, 1300), "1000-1023,1280-1300 | 1024-1279");
	rule("tcp dport & 0xff00 >= 65300 drop");
	assert_string_equal(classes(65000, 65535), "65000-65535");
	rule("tcp dport & 0xff00 > 65000 drop");
	assert_string_equal(classes(65000, 65535), "65000-65023 | 65024-65535");
}

static void test_masked_lookups_in_intervals_are_rounded(void **state)
{
	(void)state;
	build_set(&build, input->table, "odd", NFT_SET_INTERVAL, "300-520 530-540 1000-1500");
	rule("tcp dport & 0xff00 @odd accept");
	assert_string_equal(classes(300, 1600), "300-511,768-1023,1536-1600 | 512-767,1024-1535");
}

static void test_masked_elements_of_a_concatenation_are_rounded(void **state)
{
	(void)state;
	build_set(&build, input->table, "pairs", NFT_SET_INTERVAL | NFT_SET_CONCAT, "10.0.0.1,300-520");
	rule("ip saddr . tcp dport & 0xff00 @pairs accept");
	assert_string_equal(classes(300, 800), "300-511,768-800 | 512-767");
}

static void test_intervals_of_keys_that_begin_with_another_field_tell_ports_apart(void **state)
{
	struct set *set;

	(void)state;
	set = build_set(&build, input->table, "keys", NFT_SET_INTERVAL | NFT_SET_CONCAT, "1000,80 2000,90");
	rule("th sport . tcp dport @keys accept");
	set->field_count = 0;
	set->elements[0].key_end.length = set->elements[1].key_end.length = 0;
	set->elements[1].interval_end = true;
	assert_string_equal(classes(79, 91), "79 | 80 | 81-89 | 90 | 91");
}

static void test_masked_addresses_are_rounded_too(void **state)
{
	(void)state;
	rule("ip saddr & 255.255.0.0 >= 10.1.2.3 accept");
	assert_string_equal(peers(FAMILY_IPV4, "10.1.0.0/16", 10), "");
	assert_string_not_equal(peers(FAMILY_IPV4, "10.0.0.0/14", 10), "");
}

static void test_sixty_five_thousand_ports_and_ten_thousand_elements(void **state)
{
	struct text text = {0};

	(void)state;
	for (int i = 0; i < 10000; i++)
		text_add(&text, "%d ", 5 * i + 1);
	build_set(&build, input->table, "many", NFT_SET_INTERVAL, text_string(&text));
	rule("tcp dport @many accept");
	text_free(&text);
	const struct port_range wanted = {1, 65535};
	struct port_class *list;
	struct error err = {0};
	size_t count;

	assert_int_equal(port_classes(&build.ruleset, &wanted, 1, &build.pool, &list, &count, &err), 0);
	assert_int_equal(count, 2);
	assert_int_equal(list[0].range_count, 10000);
}

static void test_general_peer_is_public_and_unmentioned(void **state)
{
	(void)state;
	assert_false(peer_is_in("10.0.0.0/8"));
	assert_false(peer_is_in("192.168.0.0/16"));
	assert_true(peer_is_in("2000::/3"));
	assert_false(peer_is_in("2001:db8::/32"));
	rule("ip saddr 1.0.0.0-99.255.255.255 drop");
	rule("ip saddr 101.0.0.0-223.255.255.255 drop");
	assert_true(peer_is_in("100.0.0.0/8"));
}

static void test_general_peer_avoids_halves_of_comparisons(void **state)
{
	(void)state;
	rule("ip saddr > 128.0.0.0 drop");
	assert_true(peer_is_in("0.0.0.0/1"));
}

static void test_general_peer_where_everything_is_mentioned_is_under_the_widest(void **state)
{
	(void)state;
	rule("ip saddr 0.0.0.0/1 accept");
	rule("ip saddr 128.0.0.0/2 accept");
	rule("ip saddr 192.0.0.0/2 accept");
	assert_true(peer_is_in("0.0.0.0/1"));
}

static void test_general_peer_avoids_destinations_too_and_set_elements(void **state)
{
	(void)state;
	build_set(&build, input->table, "world", NFT_SET_INTERVAL,
		  "1.0.0.0-150.0.0.0 151.0.0.0/8 153.0.0.0-223.255.255.255");
	rule("ip daddr @world drop");
	assert_true(peer_is_in("152.0.0.0/8") || peer_is_in("150.0.0.0/8"));
}

static void test_general_peer_within_a_prefix(void **state)
{
	struct prefix lan = prefix_named("10.1.0.0/24");
	struct query query = query_in(443);
	const struct answer *answer;

	(void)state;
	rule("ip saddr 10.1.0.0/25 drop");
	query.peer = &lan;
	answer = ask(&build, query);
	assert_true(prefix_contains(&lan, &answer->families[0].peer));
	assert_true(answer->families[0].peer.bytes[3] >= 128);
}

static void test_peer_classes_give_one_example_each(void **state)
{
	(void)state;
	assert_string_equal(peers(FAMILY_IPV4, NULL, 10), "");
	rule("ip saddr 10.0.0.0/8 accept");
	rule("ip saddr 10.5.0.0/16 drop");
	assert_string_equal(peers(FAMILY_IPV6, NULL, 10), "");
	assert_non_null(strstr(peers(FAMILY_IPV4, NULL, 10), "10.0.0.1 "));
	assert_non_null(strstr(peers(FAMILY_IPV4, NULL, 10), "10.5.0.1 "));
	assert_int_equal(strlen(peers(FAMILY_IPV4, NULL, 10)), strlen("10.0.0.1 10.5.0.1 "));
	assert_string_equal(peers(FAMILY_IPV4, "10.5.0.0/16", 10), "");
	assert_non_null(strstr(peers(FAMILY_IPV4, NULL, 1), "..."));
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, start, finish)
	const struct CMUnitTest tests[] = {
		CLAIM(test_no_rules_one_class),
		CLAIM(test_ports_by_the_rules_that_mention_them),
		CLAIM(test_a_plain_set_is_one_predicate_and_a_map_is_one_for_each_element),
		CLAIM(test_elements_that_only_count_are_not_told_apart),
		CLAIM(test_the_same_set_twice_does_not_cancel_out),
		CLAIM(test_concatenation_tells_ports_apart),
		CLAIM(test_odd_masks_on_ports_are_tried_out),
		CLAIM(test_constants_between_two_values_of_a_mask_are_rounded),
		CLAIM(test_masked_lookups_in_intervals_are_rounded),
		CLAIM(test_masked_elements_of_a_concatenation_are_rounded),
		CLAIM(test_intervals_of_keys_that_begin_with_another_field_tell_ports_apart),
		CLAIM(test_masked_addresses_are_rounded_too),
		CLAIM(test_sixty_five_thousand_ports_and_ten_thousand_elements),
		CLAIM(test_general_peer_is_public_and_unmentioned),
		CLAIM(test_general_peer_avoids_halves_of_comparisons),
		CLAIM(test_general_peer_where_everything_is_mentioned_is_under_the_widest),
		CLAIM(test_general_peer_avoids_destinations_too_and_set_elements),
		CLAIM(test_general_peer_within_a_prefix),
		CLAIM(test_peer_classes_give_one_example_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
