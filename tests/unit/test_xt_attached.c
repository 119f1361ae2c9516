/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The matches on what comes with a packet: what they say in nft's words, each inversion, and what is not understood of them. */
#include "xt.h"

#include <linux/netfilter.h>
#include <linux/netfilter/xt_cpu.h>
#include <linux/netfilter/xt_devgroup.h>
#include <linux/netfilter/xt_mark.h>
#include <linux/netfilter/xt_owner.h>
#include <linux/netfilter/xt_physdev.h>
#include <linux/netfilter/xt_pkttype.h>
#include <linux/netfilter/xt_policy.h>
#include <linux/netfilter/xt_statistic.h>
#include "cmocka_all.h"

static const char *mark(struct xt_mark_mtinfo1 info)
{
	return xt_match_text("mark", 1, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_mark(void **state)
{
	(void)state;
	assert_string_equal(mark((struct xt_mark_mtinfo1){0x10, 0xffffffff, 0}), "meta mark 0x00000010");
	assert_string_equal(mark((struct xt_mark_mtinfo1){0x10, 0xf0, 1}),
			    "meta mark & 0x000000f0 != 0x00000010");
	assert_string_equal(mark((struct xt_mark_mtinfo1){0x10, 0xf0, 2}), "[opaque xt match mark]");
}

static const char *pkttype(struct xt_pkttype_info info)
{
	return xt_match_text("pkttype", 0, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_pkttype(void **state)
{
	(void)state;
	assert_string_equal(pkttype((struct xt_pkttype_info){1, 0}), "meta pkttype broadcast");
	assert_string_equal(pkttype((struct xt_pkttype_info){2, 1}), "meta pkttype != multicast");
	assert_string_equal(pkttype((struct xt_pkttype_info){256, 0}), "[opaque xt match pkttype]");
	assert_string_equal(pkttype((struct xt_pkttype_info){1, 2}), "[opaque xt match pkttype]");
}

static void test_devgroup(void **state)
{
	struct xt_devgroup_info info = {.flags = XT_DEVGROUP_MATCH_SRC | XT_DEVGROUP_MATCH_DST |
						 XT_DEVGROUP_INVERT_DST,
					.src_group = 3,
					.src_mask = 0xffffffff,
					.dst_group = 0x12,
					.dst_mask = 0xf0};

	(void)state;
	assert_string_equal(xt_match_text("devgroup", 0, NFPROTO_IPV4, &info, sizeof(info)),
			    "iifgroup 3 oifgroup & 240 != 16");
	info.flags = 1 << 4;
	assert_string_equal(xt_match_text("devgroup", 0, NFPROTO_IPV4, &info, sizeof(info)),
			    "[opaque xt match devgroup]");
}

static void test_cpu(void **state)
{
	struct xt_cpu_info info = {.cpu = 3, .invert = 1};

	(void)state;
	assert_string_equal(xt_match_text("cpu", 0, NFPROTO_IPV4, &info, sizeof(info)), "meta cpu != 3");
	info.invert = 2;
	assert_string_equal(xt_match_text("cpu", 0, NFPROTO_IPV4, &info, sizeof(info)),
			    "[opaque xt match cpu]");
}

static const char *owner(struct xt_owner_match_info info)
{
	return xt_match_text("owner", 1, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_owner(void **state)
{
	(void)state;
	assert_string_equal(
		owner((struct xt_owner_match_info){.uid_min = 33, .uid_max = 33, .match = XT_OWNER_UID}),
		"meta skuid 33");
	assert_string_equal(owner((struct xt_owner_match_info){.uid_min = 1000,
							       .uid_max = 2000,
							       .gid_min = 5,
							       .gid_max = 5,
							       .match = XT_OWNER_UID | XT_OWNER_GID,
							       .invert = XT_OWNER_UID | XT_OWNER_GID}),
			    "meta skuid != 1000-2000 meta skgid != 5");
}

static void test_owner_of_no_socket(void **state)
{
	(void)state;
	assert_string_equal(owner((struct xt_owner_match_info){.match = XT_OWNER_SOCKET}), "");
	assert_string_equal(
		owner((struct xt_owner_match_info){.match = XT_OWNER_SOCKET, .invert = XT_OWNER_SOCKET}),
		"break");
}

static void test_owner_that_nobody_knows_is_opaque(void **state)
{
	static const char opaque[] = "[opaque xt match owner]";

	(void)state;
	assert_string_equal(
		owner((struct xt_owner_match_info){.match = XT_OWNER_GID | XT_OWNER_SUPPL_GROUPS}), opaque);
	assert_string_equal(
		owner((struct xt_owner_match_info){.match = XT_OWNER_UID, .invert = XT_OWNER_GID}), opaque);
	assert_string_equal(owner((struct xt_owner_match_info){
				    .uid_max = UINT32_MAX, .match = XT_OWNER_UID, .invert = XT_OWNER_UID}),
			    opaque);
}

static const char *policy(uint16_t flags)
{
	const struct xt_policy_info info = {.flags = flags};

	return xt_match_text("policy", 0, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_policy(void **state)
{
	(void)state;
	assert_string_equal(policy(XT_POLICY_MATCH_IN | XT_POLICY_MATCH_NONE), "meta ipsec missing");
	assert_string_equal(policy(XT_POLICY_MATCH_OUT | XT_POLICY_MATCH_STRICT), "rt ipsec exists");
	assert_string_equal(policy(XT_POLICY_MATCH_OUT | XT_POLICY_MATCH_NONE), "rt ipsec missing");
	assert_string_equal(policy(1 << 4), "[opaque xt match policy]");
}

static const char *statistic(struct xt_statistic_info info)
{
	return xt_match_text("statistic", 0, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_statistic(void **state)
{
	(void)state;
	assert_string_equal(statistic((struct xt_statistic_info){.u.random.probability = 1u << 29}),
			    "meta random < 1073741824");
	assert_string_equal(statistic((struct xt_statistic_info){.flags = XT_STATISTIC_INVERT,
								 .u.random.probability = 1u << 30}),
			    "meta random >= 2147483648");
	assert_string_equal(statistic((struct xt_statistic_info){.u.random.probability = 1u << 31}), "");
	assert_string_equal(statistic((struct xt_statistic_info){.flags = XT_STATISTIC_INVERT,
								 .u.random.probability = 1u << 31}),
			    "break");
	assert_string_equal(statistic((struct xt_statistic_info){.flags = 2}), "[opaque xt match statistic]");
	assert_string_equal(statistic((struct xt_statistic_info){.mode = 2}), "[opaque xt match statistic]");
}

static void test_statistic_of_every_nth(void **state)
{
	struct xt_statistic_info info = {.mode = XT_STATISTIC_MODE_NTH, .u.nth = {.every = 4}};

	(void)state;
	assert_string_equal(statistic(info), "numgen inc mod 5 0");
	info.flags = XT_STATISTIC_INVERT;
	assert_string_equal(statistic(info), "numgen inc mod 5 != 0");
	info.u.nth.every = UINT32_MAX;
	assert_string_equal(statistic(info), "[opaque xt match statistic]");
}

static const char *physdev(uint8_t bitmask, uint8_t invert)
{
	const struct xt_physdev_info info = {.bitmask = bitmask, .invert = invert};

	return xt_match_text("physdev", 0, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_physdev(void **state)
{
	(void)state;
	assert_string_equal(physdev(XT_PHYSDEV_OP_BRIDGED, 0), "meta bridge port exists");
	assert_string_equal(physdev(XT_PHYSDEV_OP_IN | XT_PHYSDEV_OP_BRIDGED, XT_PHYSDEV_OP_IN),
			    "meta bridge port exists");
	assert_string_equal(physdev(XT_PHYSDEV_OP_IN, XT_PHYSDEV_OP_IN), "meta bridge port missing");
	assert_string_equal(physdev(0x20, 0), "[opaque xt match physdev]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mark),
		cmocka_unit_test(test_pkttype),
		cmocka_unit_test(test_devgroup),
		cmocka_unit_test(test_cpu),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_owner_of_no_socket),
		cmocka_unit_test(test_owner_that_nobody_knows_is_opaque),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_statistic),
		cmocka_unit_test(test_statistic_of_every_nth),
		cmocka_unit_test(test_physdev),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
