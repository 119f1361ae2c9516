/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Claims about the arithmetic of registers with unknown bits, about sets, and about worlds that merge.
 */
#include "cmocka_all.h"

#include "registers.h"
#include "sets.h"
#include "world.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

static struct registers with(const void *bytes, const void *unknown, size_t length)
{
	struct registers registers;

	registers_forget(&registers);
	registers_write(&registers, 0, bytes, unknown, length, ORIGIN_FIXED);
	return registers;
}

static struct op compare(uint32_t test, const void *value, uint8_t length)
{
	return (struct op){.kind = OP_CMP, .length = length, .cmp = {test, {value, length}}};
}

static enum truth compared(const struct registers *registers, uint32_t test, const void *value,
			   uint8_t length)
{
	const struct op op = compare(test, value, length);

	return cmp_run(&op, registers);
}

static void test_comparisons_are_those_of_memcmp(void **state)
{
	struct registers registers = with("\x01\xbb", NULL, 2);

	(void)state;
	assert_int_equal(compared(&registers, NFT_CMP_EQ, "\x01\xbb", 2), YES);
	assert_int_equal(compared(&registers, NFT_CMP_NEQ, "\x01\xbb", 2), NO);
	assert_int_equal(compared(&registers, NFT_CMP_LT, "\x02\x00", 2), YES);
	assert_int_equal(compared(&registers, NFT_CMP_LT, "\x01\xbb", 2), NO);
	assert_int_equal(compared(&registers, NFT_CMP_LTE, "\x01\xbb", 2), YES);
	assert_int_equal(compared(&registers, NFT_CMP_GT, "\x01\xba", 2), YES);
	assert_int_equal(compared(&registers, NFT_CMP_GTE, "\x01\xbc", 2), NO);
}

static void test_short_loads_are_padded_with_zeros(void **state)
{
	struct registers registers = with("\x06", NULL, 1);

	(void)state;
	assert_int_equal(compared(&registers, NFT_CMP_EQ, "\x06\x00\x00\x00", 4), YES);
	assert_int_equal(compared(&registers, NFT_CMP_EQ, "\x06\x00\x00\x00\x00", 5), MAYBE);
}

static void test_known_bits_decide_before_unknown_ones(void **state)
{
	struct registers registers = with("\x10\x00", "\x0f\xff", 2);

	(void)state;
	assert_int_equal(compared(&registers, NFT_CMP_EQ, "\x15\x99", 2), MAYBE);
	assert_int_equal(compared(&registers, NFT_CMP_EQ, "\x25\x99", 2), NO);
	assert_int_equal(compared(&registers, NFT_CMP_NEQ, "\x25\x99", 2), YES);
	assert_int_equal(compared(&registers, NFT_CMP_LT, "\x20\x00", 2), YES);
	assert_int_equal(compared(&registers, NFT_CMP_LT, "\x10\x00", 2), NO);
	assert_int_equal(compared(&registers, NFT_CMP_GTE, "\x11\x00", 2), MAYBE);
}

static void test_mask_makes_unknown_bits_known(void **state)
{
	struct registers registers = with("\x10", "\x0f", 1);
	const struct op keep_high = {
		.kind = OP_BITWISE,
		.length = 1,
		.bitwise = {BITWISE_BOOL, {(const uint8_t *)"\xf0", 1}, {(const uint8_t *)"\x01", 1}, 0}};

	(void)state;
	bitwise_run(&keep_high, &registers);
	assert_int_equal(compared(&registers, NFT_CMP_EQ, "\x11", 1), YES);
	assert_int_equal(registers.unknown[0], 0);
}

/* An index under a mask may be that of the loopback though the index is not. */
static void test_what_is_calculated_is_no_link_any_more(void **state)
{
	const uint8_t whole[] = {0xff, 0xff, 0xff, 0xff}, none[4] = {0};
	const struct op mask = {
		.kind = OP_BITWISE, .length = 4, .bitwise = {BITWISE_BOOL, {whole, 4}, {none, 4}, 0}};
	const struct op swap = {.kind = OP_BYTEORDER, .length = 4, .byteorder = {.size = 4}};
	struct registers registers;

	(void)state;
	registers_forget(&registers);
	registers_write_unknown(&registers, 0, 4, ORIGIN_INTERFACE | ORIGIN_LINK);
	assert_true(registers_origin(&registers, 0, 4) & ORIGIN_LINK);
	bitwise_run(&mask, &registers);
	assert_false(registers_origin(&registers, 0, 4) & ORIGIN_LINK);
	registers_write_unknown(&registers, 0, 4, ORIGIN_INTERFACE | ORIGIN_LINK);
	byteorder_run(&swap, &registers);
	assert_false(registers_origin(&registers, 0, 4) & ORIGIN_LINK);
}

static void test_shift_moves_unknown_bits_along(void **state)
{
	const uint32_t value = 0x0100, unknown = 0x0001, expected = 0x1000;
	struct registers registers = with(&value, &unknown, 4);
	const struct op shift = {.kind = OP_BITWISE, .length = 4, .bitwise = {BITWISE_LSHIFT, {0}, {0}, 4}};
	uint32_t got;

	(void)state;
	bitwise_run(&shift, &registers);
	memcpy(&got, registers.bytes, 4);
	assert_int_equal(got, expected);
	memcpy(&got, registers.unknown, 4);
	assert_int_equal(got, 0x10);
}

static void test_shift_carries_into_the_rest_of_the_word(void **state)
{
	struct registers registers = with("\x01\xbb", NULL, 2);
	const struct op shift = {.kind = OP_BITWISE, .length = 2, .bitwise = {BITWISE_LSHIFT, {0}, {0}, 8}};

	(void)state;
	bitwise_run(&shift, &registers);
	assert_int_equal(compared(&registers, NFT_CMP_EQ, "\x00\x01\xbb\x00", 4), YES);
}

static void test_shift_takes_from_the_rest_of_the_word(void **state)
{
	struct registers registers = with("\x00\x00\xbb\x00", NULL, 4);
	const struct op shift = {.kind = OP_BITWISE, .length = 2, .bitwise = {BITWISE_RSHIFT, {0}, {0}, 8}};

	(void)state;
	bitwise_run(&shift, &registers);
	assert_int_equal(compared(&registers, NFT_CMP_EQ, "\x00\xbb\x00\x00", 4), YES);
}

static void assert_counted(uint8_t value, enum bitwise_op op, uint32_t by, const char *expected)
{
	struct registers registers = with(&value, NULL, 1);
	const struct op count = {.kind = OP_BITWISE, .length = 1, .bitwise = {op, {0}, {0}, by}};

	bitwise_run(&count, &registers);
	assert_int_equal(compared(&registers, NFT_CMP_EQ, expected, 1), YES);
}

static void test_count_stays_at_the_end_of_its_byte(void **state)
{
	(void)state;
	assert_counted(64, BITWISE_UP, 2, "\x42");
	assert_counted(254, BITWISE_UP, 2, "\xff");
	assert_counted(64, BITWISE_DOWN, 1, "\x3f");
	assert_counted(1, BITWISE_DOWN, 2, "\x00");
}

static void test_count_of_what_is_not_known_is_not_known(void **state)
{
	const uint8_t value = 64, unknown = 1;
	struct registers registers = with(&value, &unknown, 1);
	const struct op count = {.kind = OP_BITWISE, .length = 1, .bitwise = {BITWISE_UP, {0}, {0}, 1}};

	(void)state;
	bitwise_run(&count, &registers);
	assert_int_equal(registers.unknown[0], 0xff);
}

static void test_mask_clears_the_rest_of_the_word(void **state)
{
	struct registers registers = with("\x01\xbb\x05\x06", NULL, 4);
	const struct op mask = {
		.kind = OP_BITWISE,
		.dreg = 16,
		.length = 2,
		.bitwise = {
			BITWISE_BOOL, {(const uint8_t *)"\xff\xff", 2}, {(const uint8_t *)"\x00\x00", 2}, 0}};

	(void)state;
	bitwise_run(&mask, &registers);
	assert_memory_equal(registers.bytes + 16, "\x01\xbb\x00\x00", 4);
	assert_memory_equal(registers.unknown + 16, "\x00\x00\x00\x00", 4);
}

static void test_byteorder_swaps_each_group(void **state)
{
	struct registers registers = with("\x01\x02\x03\x04", "\xff\x00\x00\x00", 4);
	const struct op swap = {.kind = OP_BYTEORDER, .length = 4, .byteorder = {NFT_BYTEORDER_HTON, 2}};

	(void)state;
	byteorder_run(&swap, &registers);
	assert_memory_equal(registers.bytes, "\x02\x01\x04\x03", 4);
	assert_memory_equal(registers.unknown, "\x00\xff\x00\x00", 4);
}

static void test_range_inside_outside_and_perhaps(void **state)
{
	struct registers inside = with("\x05", NULL, 1), perhaps = with("\x04", "\x03", 1);
	struct op range = {.kind = OP_RANGE,
			   .length = 1,
			   .range = {{(const uint8_t *)"\x05", 1}, {(const uint8_t *)"\x09", 1}}};

	(void)state;
	assert_int_equal(range_run(&range, &inside), YES);
	assert_int_equal(range_run(&range, &perhaps), MAYBE);
	range.invert = true;
	assert_int_equal(range_run(&range, &inside), NO);
	assert_int_equal(range_run(&range, &perhaps), MAYBE);
}

static void test_registers_out_of_bounds_are_unknown_not_read(void **state)
{
	struct registers registers = with("\x00", NULL, 1);
	struct op op = compare(NFT_CMP_EQ, "\x00\x00\x00\x00\x00\x00\x00\x00", 8);

	(void)state;
	op.sreg = 60;
	assert_int_equal(cmp_run(&op, &registers), MAYBE);
}

/* Sets */

static struct element plain(const char *key)
{
	return (struct element){.key = {(const uint8_t *)key, 1}};
}

static enum truth found(const struct set *set, const struct registers *registers, const struct world *world)
{
	struct hit hit;

	set_find(set, registers, 0, world, &hit);
	return hit.truth;
}

static void test_lookup_of_known_and_unknown_keys(void **state)
{
	struct element elements[] = {plain("\x05"), plain("\x07"), plain("\x10")};
	const struct set set = {.key_length = 1, .elements = elements, .element_count = 3};
	struct registers seven = with("\x07", NULL, 1), eight = with("\x08", NULL, 1);
	struct registers low = with("\x00", "\x07", 1), high = with("\x20", "\x07", 1);
	const struct world world = {0};

	(void)state;
	assert_int_equal(found(&set, &seven, &world), YES);
	assert_int_equal(found(&set, &eight, &world), NO);
	assert_int_equal(found(&set, &low, &world), MAYBE);
	assert_int_equal(found(&set, &high, &world), NO);
}

static void test_interval_lookup_with_unknown_bits(void **state)
{
	struct element elements[] = {plain("\x10"), plain("\x20")};
	const struct set set = {
		.key_length = 1, .flags = NFT_SET_INTERVAL, .elements = elements, .element_count = 2};
	struct registers inside = with("\x10", "\x0f", 1), across = with("\x00", "\x1f", 1),
			 behind = with("\x20", "\x0f", 1);
	const struct world world = {0};

	(void)state;
	elements[1].interval_end = true;
	assert_int_equal(found(&set, &inside, &world), YES);
	assert_int_equal(found(&set, &across, &world), MAYBE);
	assert_int_equal(found(&set, &behind, &world), NO);
}

static void test_element_with_a_limit_is_usually_a_hit(void **state)
{
	const struct op limit = {.kind = OP_LIMIT}, over = {.kind = OP_LIMIT, .invert = true};
	struct element element = plain("\x05");
	struct set set = {.key_length = 1, .elements = &element, .element_count = 1};
	struct registers five = with("\x05", NULL, 1);
	const struct world world = {0};

	(void)state;
	element.ops = &limit;
	element.op_count = 1;
	assert_int_equal(found(&set, &five, &world), USUALLY);
	element.ops = &over;
	assert_int_equal(found(&set, &five, &world), RARELY);
	set.opaque = true;
	assert_int_equal(found(&set, &five, &world), MAYBE);
}

static void test_what_a_world_writes_into_a_set_it_finds_there(void **state)
{
	struct pool pool = {0};
	const struct set set = {.key_length = 1};
	struct op add = {.kind = OP_DYNSET, .dynset = {.set = &set, .op = NFT_DYNSET_OP_ADD}};
	struct registers five = with("\x05", NULL, 1), six = with("\x06", NULL, 1),
			 unknown = with("\x00", "\xff", 1);
	struct world world = {0};
	const struct addition *additions;

	(void)state;
	assert_int_equal(set_write(&world, &add, &five, &pool), 0);
	assert_int_equal(found(&set, &five, &world), YES);
	assert_int_equal(found(&set, &six, &world), NO);
	assert_int_equal(found(&set, &unknown, &world), MAYBE);
	additions = world.additions;
	assert_int_equal(set_write(&world, &add, &five, &pool), 0);
	assert_ptr_equal(world.additions, additions);
	add.dynset.op = NFT_DYNSET_OP_DELETE;
	assert_int_equal(set_write(&world, &add, &five, &pool), 0);
	assert_int_equal(found(&set, &five, &world), NO);
	pool_free(&pool);
}

static void test_a_later_write_that_may_have_met_the_key_makes_it_uncertain(void **state)
{
	struct pool pool = {0};
	const struct set set = {.key_length = 1};
	struct op add = {.kind = OP_DYNSET, .dynset = {.set = &set, .op = NFT_DYNSET_OP_ADD}};
	struct op take = {.kind = OP_DYNSET, .dynset = {.set = &set, .op = NFT_DYNSET_OP_DELETE}};
	struct registers five = with("\x05", NULL, 1), unknown = with("\x00", "\xff", 1);
	struct world added = {0}, removed = {0};

	(void)state;
	assert_int_equal(set_write(&added, &add, &five, &pool), 0);
	assert_int_equal(set_write(&added, &add, &unknown, &pool), 0);
	assert_int_equal(found(&set, &five, &added), YES);
	assert_int_equal(set_write(&added, &take, &unknown, &pool), 0);
	assert_int_equal(found(&set, &five, &added), MAYBE);
	removed.additions = added.additions;
	assert_int_equal(set_write(&removed, &take, &five, &pool), 0);
	assert_int_equal(found(&set, &five, &removed), NO);
	assert_int_equal(set_write(&removed, &take, &unknown, &pool), 0);
	assert_int_equal(found(&set, &five, &removed), NO);
	assert_int_equal(set_write(&removed, &add, &unknown, &pool), 0);
	assert_int_equal(found(&set, &five, &removed), MAYBE);
	pool_free(&pool);
}

static void test_what_is_taken_out_falls_to_the_catch_all(void **state)
{
	struct pool pool = {0};
	struct element elements[] = {{.catch_all = true}, plain("\x05")};
	const struct set set = {.key_length = 1, .elements = elements, .element_count = 2};
	const struct op take = {.kind = OP_DYNSET, .dynset = {.set = &set, .op = NFT_DYNSET_OP_DELETE}};
	struct registers five = with("\x05", NULL, 1);
	struct world world = {0};

	(void)state;
	assert_int_equal(set_write(&world, &take, &five, &pool), 0);
	assert_int_equal(found(&set, &five, &world), YES);
	pool_free(&pool);
}

/* Worlds */

static void test_worlds_in_the_same_state_merge_and_forget_what_told_them_apart(void **state)
{
	struct pool pool = {0};
	const struct doubt doubt = {.what = "the weather"};
	struct world common = {.port_first = 1, .port_last = 9}, a, b;

	(void)state;
	assert_int_equal(world_doubt(&common, &doubt, true, &pool), 0);
	a = b = common;
	assert_int_equal(world_doubt(&a, &doubt, true, &pool), 0);
	assert_int_equal(world_doubt(&b, &doubt, false, &pool), 0);
	b.unusual = true;
	assert_true(world_absorb(&a, &b));
	assert_ptr_equal(a.doubts, common.doubts);
	assert_false(a.unusual);
	b.mark.bits = 5;
	assert_false(world_absorb(&a, &b));
	pool_free(&pool);
}

static void test_worlds_for_neighbouring_ports_merge_and_others_do_not(void **state)
{
	struct world low = {.port_first = 1, .port_last = 9}, high = {.port_first = 11, .port_last = 20};
	struct world between = {.port_first = 10, .port_last = 10};

	(void)state;
	assert_false(world_absorb(&low, &high));
	assert_true(world_absorb(&low, &between));
	assert_true(world_absorb(&low, &high));
	assert_int_equal(low.port_last, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_comparisons_are_those_of_memcmp),
		cmocka_unit_test(test_short_loads_are_padded_with_zeros),
		cmocka_unit_test(test_known_bits_decide_before_unknown_ones),
		cmocka_unit_test(test_mask_makes_unknown_bits_known),
		cmocka_unit_test(test_what_is_calculated_is_no_link_any_more),
		cmocka_unit_test(test_shift_moves_unknown_bits_along),
		cmocka_unit_test(test_shift_carries_into_the_rest_of_the_word),
		cmocka_unit_test(test_shift_takes_from_the_rest_of_the_word),
		cmocka_unit_test(test_count_stays_at_the_end_of_its_byte),
		cmocka_unit_test(test_count_of_what_is_not_known_is_not_known),
		cmocka_unit_test(test_mask_clears_the_rest_of_the_word),
		cmocka_unit_test(test_byteorder_swaps_each_group),
		cmocka_unit_test(test_range_inside_outside_and_perhaps),
		cmocka_unit_test(test_registers_out_of_bounds_are_unknown_not_read),
		cmocka_unit_test(test_lookup_of_known_and_unknown_keys),
		cmocka_unit_test(test_interval_lookup_with_unknown_bits),
		cmocka_unit_test(test_element_with_a_limit_is_usually_a_hit),
		cmocka_unit_test(test_what_a_world_writes_into_a_set_it_finds_there),
		cmocka_unit_test(test_a_later_write_that_may_have_met_the_key_makes_it_uncertain),
		cmocka_unit_test(test_what_is_taken_out_falls_to_the_catch_all),
		cmocka_unit_test(test_worlds_in_the_same_state_merge_and_forget_what_told_them_apart),
		cmocka_unit_test(test_worlds_for_neighbouring_ports_merge_and_others_do_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
