/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of ours become entries of a legacy table, and reading those gives the same operations back. */
#include "../../src/kernel/legacy_encode.h"
#include "../../src/kernel/legacy_entry.h"
#include "../../src/kernel/xt_lower.h"
#include "fwport/port_set.h"

#include <netinet/in.h>
#include <string.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include "cmocka_all.h"

static struct pool pool;
static struct error err;
static struct op_list list;

static int start(void **state)
{
	(void)state;
	list = (struct op_list){.pool = &pool, .err = &err};
	return 0;
}

static int end(void **state)
{
	(void)state;
	pool_free(&pool);
	return 0;
}

static void interface(uint32_t key, const char *name)
{
	char padded[16] = {0};

	strcpy(padded, name);
	xt_meta(&list, key, sizeof(padded));
	xt_equal(&list, padded, sizeof(padded), false);
}

static void protocol(uint8_t number)
{
	xt_meta(&list, NFT_META_L4PROTO, 1);
	xt_equal(&list, &number, 1, false);
}

static const char *target; /* that the entry is to have */

static void ending_in(enum nft_verdict_code code, const char *name)
{
	op_list_add(&list, (struct op){.kind = OP_COUNTER});
	op_list_add(&list, (struct op){.kind = OP_VERDICT, .verdict = {.code = code}});
	target = name;
}

static void ending(void)
{
	ending_in(VERDICT_ACCEPT, "ACCEPT");
}

/* What the entry made of the list says. */
struct said {
	struct op_list ops;
	const char *comment;
	uint64_t likeness;
};

static struct said again(enum family family, const char *comment)
{
	const struct rule rule = {.ops = list.at, .op_count = list.count, .comment = comment};
	struct said out = {.ops = {.pool = &pool, .err = &err}};
	struct legacy_entry entry;
	const void *bytes;

	assert_int_equal(legacy_encode(&rule, family, &pool, &bytes, &err), 0);
	if (family == FAMILY_IPV4)
		entry = legacy_entry_ipv4(bytes, target);
	else
		entry = legacy_entry_ipv6(bytes, target);
	assert_string_equal(entry.target.name,
			    target); /* libiptc makes the kernel's own of it, which has no name */
	entry.name = target;
	legacy_decode(&entry, &out.ops, &out.comment);
	out.likeness = legacy_likeness(&entry);
	return out;
}

static void assert_same(enum family family, const char *comment)
{
	const struct said out = again(family, comment);

	assert_int_equal(out.ops.count, list.count);
	for (size_t i = 0; i < list.count; i++)
		assert_true(op_equal(&out.ops.at[i], &list.at[i]));
	if (comment)
		assert_string_equal(out.comment, comment);
	else
		assert_null(out.comment);
}

static void test_a_port(void **state)
{
	(void)state;
	protocol(IPPROTO_TCP);
	xt_port_between(&list, 2, (struct port_range){443, 443}, false);
	ending();
	assert_same(FAMILY_IPV4, "fwport:7");
	assert_same(FAMILY_IPV6, "fwport:7");
}

/* libiptc finds the chain by the name of the target. */
static void test_a_jump(void **state)
{
	const struct op ops[] = {
		{.kind = OP_COUNTER},
		{.kind = OP_VERDICT, .verdict = {.code = VERDICT_JUMP, .chain_name = "FWPORT-IN"}}};
	const struct rule rule = {.ops = ops, .op_count = 2};
	struct said out = {.ops = {.pool = &pool, .err = &err}};
	struct legacy_entry entry;
	const void *bytes;

	(void)state;
	assert_int_equal(legacy_encode(&rule, FAMILY_IPV4, &pool, &bytes, &err), 0);
	entry = legacy_entry_ipv4(bytes, "FWPORT-IN");
	assert_string_equal(entry.target.name, "FWPORT-IN");
	entry.name = "FWPORT-IN";
	entry.jumps = true;
	legacy_decode(&entry, &out.ops, &out.comment);
	assert_int_equal(out.ops.count, 2);
	assert_true(op_equal(&out.ops.at[0], &ops[0]));
	assert_true(op_equal(&out.ops.at[1], &ops[1]));
}

static void test_everything_an_entry_itself_holds(void **state)
{
	static const uint8_t from[] = {192, 0, 2, 0}, mask[] = {255, 255, 255, 0}, to[] = {198, 51, 100, 1};

	(void)state;
	interface(NFT_META_IIFNAME, "eth0");
	interface(NFT_META_OIFNAME, "a23456789012345");
	xt_payload(&list, NFT_PAYLOAD_NETWORK_HEADER, 12, 4);
	xt_mask(&list, mask, 4);
	xt_equal(&list, from, 4, false);
	xt_payload(&list, NFT_PAYLOAD_NETWORK_HEADER, 16, 4);
	xt_equal(&list, to, 4, false);
	protocol(IPPROTO_UDP);
	xt_port_between(&list, 0, (struct port_range){1024, 65535}, false);
	xt_port_between(&list, 2, (struct port_range){53, 53}, false);
	ending();
	assert_same(FAMILY_IPV4, NULL);
}

static void test_addresses_of_ipv6(void **state)
{
	uint8_t prefix[16] = {0x20, 0x01, 0x0d, 0xb8}, mask[16] = {255, 255, 255, 255, 128};

	(void)state;
	xt_payload(&list, NFT_PAYLOAD_NETWORK_HEADER, 8, 16);
	xt_mask(&list, mask, 16);
	xt_equal(&list, prefix, 16, false);
	xt_payload(&list, NFT_PAYLOAD_NETWORK_HEADER, 24, 16);
	xt_equal(&list, prefix, 16, false);
	protocol(IPPROTO_TCP);
	xt_port_between(&list, 2, (struct port_range){80, 90}, false);
	ending();
	assert_same(FAMILY_IPV6, NULL);
}

static void test_flags_stand_behind_ports(void **state)
{
	const uint8_t syn_ack = 0x12;

	(void)state;
	protocol(IPPROTO_TCP);
	xt_port_between(&list, 0, (struct port_range){443, 443}, false);
	xt_payload(&list, NFT_PAYLOAD_TRANSPORT_HEADER, 13, 1);
	xt_mask(&list, &syn_ack, 1);
	xt_equal(&list, &syn_ack, 1, false);
	ending();
	assert_same(FAMILY_IPV4, NULL);
}

static void test_matches_behind_the_header(void **state)
{
	static const struct port_range ranges[] = {{80, 80}, {8000, 8010}};
	struct set *set;

	(void)state;
	assert_int_equal(port_set_make(NULL, ranges, 2, &pool, &set, &err), 0);
	protocol(IPPROTO_TCP);
	xt_payload(&list, NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2);
	op_list_add(&list, (struct op){.kind = OP_LOOKUP,
				       .sreg = XT_REGISTER,
				       .length = 2,
				       .lookup = {.set_name = set->name, .set = set}});
	xt_ct(&list, NFT_CT_STATE, -1, 4);
	xt_any_bit(&list, NF_CT_STATE_BIT(IP_CT_ESTABLISHED), false);
	ending();
	assert_same(FAMILY_IPV4, "fwport:7");
}

static void test_a_type_of_icmp_is_a_match_with_any_code(void **state)
{
	static const uint8_t echo = 8, neighbour = 135;

	(void)state;
	protocol(IPPROTO_ICMP);
	xt_payload(&list, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1);
	xt_equal(&list, &echo, 1, false);
	ending_in(VERDICT_RETURN, "RETURN");
	assert_same(FAMILY_IPV4, "fwport:policy");
	list.count = 0;
	protocol(IPPROTO_ICMPV6);
	xt_payload(&list, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1);
	xt_equal(&list, &neighbour, 1, false);
	ending_in(VERDICT_RETURN, "RETURN");
	assert_same(FAMILY_IPV6, "fwport:policy");
}

static void test_states_and_drops_of_the_policy(void **state)
{
	static const uint32_t states[] = {NF_CT_STATE_BIT(IP_CT_ESTABLISHED) | NF_CT_STATE_BIT(IP_CT_RELATED),
					  NF_CT_STATE_INVALID_BIT};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		list.count = 0;
		xt_ct(&list, NFT_CT_STATE, -1, 4);
		xt_any_bit(&list, states[i], false);
		ending_in(VERDICT_DROP, "DROP");
		assert_same(FAMILY_IPV4, "fwport:policy");
		assert_same(FAMILY_IPV6, "fwport:policy");
	}
}

static void test_what_it_cannot_say_is_an_error(void **state)
{
	struct op op = {.kind = OP_NOTRACK};
	const struct rule other = {.ops = &op, .op_count = 1};
	const void *entry;

	(void)state;
	assert_int_equal(legacy_encode(&other, FAMILY_IPV4, &pool, &entry, &err), -1);
	protocol(IPPROTO_TCP);
	xt_port_between(&list, 2, (struct port_range){443, 443}, true);
	ending();
	assert_int_equal(legacy_encode(&(struct rule){.ops = list.at, .op_count = list.count}, FAMILY_IPV4,
				       &pool, &entry, &err),
			 -1);
}

static int encoded(void)
{
	const struct rule rule = {.ops = list.at, .op_count = list.count};
	const void *entry;

	return legacy_encode(&rule, FAMILY_IPV4, &pool, &entry, &err);
}

/* An entry has room for one of each: the first is not overwritten. */
static void test_second_of_what_an_entry_holds_once_is_an_error(void **state)
{
	static const uint8_t address[] = {192, 0, 2, 1};

	(void)state;
	for (int i = 0; i < 2; i++) {
		xt_payload(&list, NFT_PAYLOAD_NETWORK_HEADER, 12, 4);
		xt_equal(&list, address, 4, false);
		assert_int_equal(encoded(), i == 0 ? 0 : -1);
	}
	list.count = 0;
	interface(NFT_META_IIFNAME, "eth0");
	interface(NFT_META_IIFNAME, "eth1");
	assert_int_equal(encoded(), -1);
	list.count = 0;
	protocol(IPPROTO_TCP);
	protocol(IPPROTO_UDP);
	assert_int_equal(encoded(), -1);
}

static void test_second_range_of_a_port_is_another_match(void **state)
{
	(void)state;
	protocol(IPPROTO_TCP);
	xt_port_between(&list, 2, (struct port_range){80, 443}, false);
	xt_port_between(&list, 2, (struct port_range){100, 500}, false);
	ending();
	assert_same(FAMILY_IPV4, NULL);
}

static void test_likeness_is_what_an_entry_says(void **state)
{
	uint64_t first;

	(void)state;
	protocol(IPPROTO_TCP);
	xt_port_between(&list, 2, (struct port_range){443, 443}, false);
	ending();
	first = again(FAMILY_IPV4, NULL).likeness;
	assert_true(again(FAMILY_IPV4, NULL).likeness == first);
	assert_true(again(FAMILY_IPV4, "fwport:1").likeness != first);
	list.count = 0;
	protocol(IPPROTO_TCP);
	xt_port_between(&list, 2, (struct port_range){444, 444}, false);
	ending();
	assert_true(again(FAMILY_IPV4, NULL).likeness != first);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_port),
		TEST(test_a_jump),
		TEST(test_everything_an_entry_itself_holds),
		TEST(test_addresses_of_ipv6),
		TEST(test_flags_stand_behind_ports),
		TEST(test_matches_behind_the_header),
		TEST(test_a_type_of_icmp_is_a_match_with_any_code),
		TEST(test_states_and_drops_of_the_policy),
		TEST(test_what_it_cannot_say_is_an_error),
		TEST(test_second_of_what_an_entry_holds_once_is_an_error),
		TEST(test_second_range_of_a_port_is_another_match),
		TEST(test_likeness_is_what_an_entry_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
