/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which operations are the same, and which switch connection tracking on.
 */
#include "fwport/op.h"

#include "cmocka_all.h"

static const uint8_t port[] = {0x01, 0xbb}, same_port[] = {0x01, 0xbb}, other_port[] = {0x00, 0x50};

static struct op cmp(const uint8_t *bytes)
{
	return (struct op){.kind = OP_CMP, .length = 2, .cmp = {.value = {bytes, 2}}};
}

static struct op lookup(const char *name)
{
	return (struct op){.kind = OP_LOOKUP, .lookup.set_name = name};
}

static struct op jump(const char *name)
{
	return (struct op){.kind = OP_VERDICT, .verdict = {.code = VERDICT_JUMP, .chain_name = name}};
}

static bool equal(struct op a, struct op b)
{
	return op_equal(&a, &b) && op_equal(&b, &a);
}

static void test_bytes_are_compared_by_content(void **state)
{
	(void)state;
	assert_true(equal(cmp(port), cmp(same_port)));
	assert_false(equal(cmp(port), cmp(other_port)));
}

static void test_registers_length_and_inversion_count(void **state)
{
	struct op op = cmp(port);

	(void)state;
	op.sreg = 16;
	assert_false(equal(cmp(port), op));
	op = cmp(port);
	op.length = 1;
	assert_false(equal(cmp(port), op));
	op = lookup("a");
	op.invert = true;
	assert_false(equal(lookup("a"), op));
}

static void test_what_a_load_leaves_where_nothing_is_counts(void **state)
{
	struct op strict = {.kind = OP_CT, .length = 2}, lenient = strict;

	(void)state;
	lenient.missing = (struct bytes){port, 2};
	assert_false(equal(strict, lenient));
	strict.missing = (struct bytes){same_port, 2};
	assert_true(equal(strict, lenient));
	strict.missing = (struct bytes){other_port, 2};
	assert_false(equal(strict, lenient));
}

static void test_sets_and_chains_are_compared_by_name(void **state)
{
	char copy[] = "ban";
	struct op resolved = lookup(copy);

	(void)state;
	resolved.length = 4;
	resolved.lookup.set = (const struct set *)&resolved;
	assert_true(equal(lookup("ban"), resolved));
	assert_false(equal(lookup("ban"), lookup("allow")));
	assert_true(equal(jump("ban"), jump(copy)));
	assert_false(equal(jump("ban"), jump("allow")));
	assert_false(equal(jump("ban"), jump(NULL)));
}

static void test_counted_packets_make_no_difference(void **state)
{
	const struct op a = {.kind = OP_COUNTER}, b = {.kind = OP_COUNTER, .counter = {7, 400}};

	(void)state;
	assert_true(equal(a, b));
}

static void test_log_prefix_counts_also_when_there_is_none(void **state)
{
	const struct op a = {.kind = OP_LOG, .log = {.prefix = "x"}}, b = {.kind = OP_LOG};

	(void)state;
	assert_false(equal(a, b));
	assert_true(equal(b, b));
}

static void test_operations_inside_a_dynset_count(void **state)
{
	const struct op slow = {.kind = OP_LIMIT, .limit = {.rate = 1, .unit = 60}};
	const struct op fast = {.kind = OP_LIMIT, .limit = {.rate = 2, .unit = 60}};
	struct op a = {.kind = OP_DYNSET, .dynset = {.set_name = "m", .ops = &slow, .op_count = 1}}, b = a;

	(void)state;
	assert_true(equal(a, b));
	b.dynset.ops = &fast;
	assert_false(equal(a, b));
	b.dynset.op_count = 0;
	assert_false(equal(a, b));
}

static void test_each_kind_looks_at_its_own_content(void **state)
{
	const struct op pairs[][2] = {
		{{.kind = OP_PAYLOAD, .payload = {1, 2}}, {.kind = OP_PAYLOAD, .payload = {1, 4}}},
		{{.kind = OP_META, .meta = {.key = 1}}, {.kind = OP_META, .meta = {.key = 2}}},
		{{.kind = OP_CT, .meta = {.direction = 0}}, {.kind = OP_CT, .meta = {.direction = 1}}},
		{{.kind = OP_FIB, .fib = {1, 2}}, {.kind = OP_FIB, .fib = {1, 3}}},
		{{.kind = OP_IMMEDIATE, .immediate = {port, 2}},
		 {.kind = OP_IMMEDIATE, .immediate = {other_port, 2}}},
		{{.kind = OP_BITWISE, .bitwise = {.mask = {port, 2}}},
		 {.kind = OP_BITWISE, .bitwise = {.mask = {other_port, 2}}}},
		{{.kind = OP_BYTEORDER, .byteorder = {1, 2}}, {.kind = OP_BYTEORDER, .byteorder = {1, 4}}},
		{{.kind = OP_RANGE, .range = {.to = {port, 2}}},
		 {.kind = OP_RANGE, .range = {.to = {other_port, 2}}}},
		{{.kind = OP_LIMIT, .limit = {.burst = 1}}, {.kind = OP_LIMIT, .limit = {.burst = 2}}},
		{{.kind = OP_QUOTA, .quota = {.bytes = 1}}, {.kind = OP_QUOTA, .quota = {.bytes = 2}}},
		{{.kind = OP_CONNLIMIT, .connlimit.count = 1}, {.kind = OP_CONNLIMIT, .connlimit.count = 2}},
		{{.kind = OP_REJECT, .reject = {2, 1}}, {.kind = OP_REJECT, .reject = {2, 3}}},
		{{.kind = OP_NAT, .nat = {.port_min = 0}}, {.kind = OP_NAT, .nat = {.port_min = -1}}},
		{{.kind = OP_OPAQUE, .opaque = {.name = "rt"}},
		 {.kind = OP_OPAQUE, .opaque = {.name = "osf"}}},
		{{.kind = OP_NOTRACK}, {.kind = OP_COUNTER}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		assert_true(equal(pairs[i][0], pairs[i][0]));
		assert_false(equal(pairs[i][0], pairs[i][1]));
	}
}

static bool tracks(struct op op)
{
	return op_uses_conntrack(&op);
}

static void test_what_switches_conntrack_on(void **state)
{
	const struct op count = {.kind = OP_CONNLIMIT};

	(void)state;
	assert_true(tracks((struct op){.kind = OP_CT}));
	assert_true(tracks((struct op){.kind = OP_CT_SET}));
	assert_true(tracks((struct op){.kind = OP_NAT}));
	assert_true(tracks(count));
	assert_true(tracks((struct op){.kind = OP_DYNSET, .dynset = {.ops = &count, .op_count = 1}}));
}

static void test_what_leaves_conntrack_off(void **state)
{
	(void)state;
	assert_false(tracks((struct op){.kind = OP_NOTRACK}));
	assert_false(tracks((struct op){.kind = OP_OPAQUE, .opaque.name = "rt"}));
	assert_false(tracks((struct op){.kind = OP_DYNSET}));
	assert_false(tracks((struct op){.kind = OP_FIB}));
	assert_false(tracks((struct op){.kind = OP_REJECT}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_are_compared_by_content),
		cmocka_unit_test(test_registers_length_and_inversion_count),
		cmocka_unit_test(test_what_a_load_leaves_where_nothing_is_counts),
		cmocka_unit_test(test_sets_and_chains_are_compared_by_name),
		cmocka_unit_test(test_counted_packets_make_no_difference),
		cmocka_unit_test(test_log_prefix_counts_also_when_there_is_none),
		cmocka_unit_test(test_operations_inside_a_dynset_count),
		cmocka_unit_test(test_each_kind_looks_at_its_own_content),
		cmocka_unit_test(test_what_switches_conntrack_on),
		cmocka_unit_test(test_what_leaves_conntrack_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
