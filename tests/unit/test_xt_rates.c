/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The matches that count: limit, hashlimit, connlimit. */
#include "xt.h"

#include <arpa/inet.h>
#include <string.h>
#include <linux/netfilter.h>
#include <linux/netfilter/xt_connlimit.h>
#include <linux/netfilter/xt_hashlimit.h>
#include <linux/netfilter/xt_limit.h>
#include <linux/netfilter/xt_quota.h>
#include "cmocka_all.h"

enum { MINUTE = 60 * XT_LIMIT_SCALE };

static const char *limit(uint32_t avg, uint32_t burst)
{
	const struct xt_rateinfo info = {.avg = avg, .burst = burst};

	return xt_match_text("limit", 0, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_limit(void **state)
{
	(void)state;
	assert_string_equal(limit(XT_LIMIT_SCALE / 3, 5), "limit rate 3/second");
	assert_string_equal(limit(MINUTE / 10, 3), "limit rate 10/minute burst 3 packets");
	assert_string_equal(limit(24 * 60 * MINUTE / 7, 5), "limit rate 7/day");
	assert_string_equal(limit(70000001, 5), "limit rate 10000/70000001 seconds");
	assert_string_equal(limit(0, 5), "[opaque xt match limit]");
}

static void test_quota(void **state)
{
	struct xt_quota_info info = {.quota = 2 << 20};

	(void)state;
	assert_string_equal(xt_match_text("quota", 0, NFPROTO_IPV4, &info, sizeof(info)), "quota 2 mbytes");
	info.flags = XT_QUOTA_INVERT;
	assert_string_equal(xt_match_text("quota", 0, NFPROTO_IPV6, &info, sizeof(info)),
			    "quota over 2 mbytes");
	info.flags = 2;
	assert_string_equal(xt_match_text("quota", 0, NFPROTO_IPV4, &info, sizeof(info)),
			    "[opaque xt match quota]");
}

static const char *hashlimit(uint8_t family, struct hashlimit_cfg3 cfg)
{
	const struct xt_hashlimit_mtinfo3 info = {.name = "ssh", .cfg = cfg};

	return xt_match_text("hashlimit", 3, family, &info, sizeof(info));
}

static void test_hashlimit_is_a_meter(void **state)
{
	struct hashlimit_cfg3 cfg = {.avg = 6 * XT_HASHLIMIT_SCALE_v2,
				     .burst = 3,
				     .mode = XT_HASHLIMIT_HASH_SIP,
				     .srcmask = 32,
				     .dstmask = 32};

	(void)state;
	assert_string_equal(hashlimit(NFPROTO_IPV4, cfg),
			    "update @ssh { ip saddr limit rate 10/minute burst 3 packets }");
	cfg.mode |= XT_HASHLIMIT_INVERT;
	cfg.srcmask = 24;
	assert_string_equal(
		hashlimit(NFPROTO_IPV4, cfg),
		"update @ssh { ip saddr & 255.255.255.0 limit rate over 10/minute burst 3 packets }");
	cfg.mode = XT_HASHLIMIT_HASH_DIP | XT_HASHLIMIT_HASH_SPT | XT_HASHLIMIT_HASH_DPT;
	cfg.dstmask = 64;
	assert_string_equal(hashlimit(NFPROTO_IPV6, cfg),
			    "update @ssh { ip6 daddr & ffff:ffff:ffff:ffff:: . th sport . th dport limit "
			    "rate 10/minute burst 3 packets }");
	cfg.mode = 0;
	assert_string_equal(hashlimit(NFPROTO_IPV6, cfg), "limit rate 10/minute burst 3 packets");
}

static void test_hashlimit_of_bytes(void **state)
{
	struct hashlimit_cfg3 cfg = {.avg = UINT32_MAX / ((1 << 19) / 16 + 1),
				     .burst = 0,
				     .mode = XT_HASHLIMIT_BYTES | XT_HASHLIMIT_INVERT,
				     .srcmask = 32,
				     .dstmask = 32};

	(void)state;
	assert_string_equal(hashlimit(NFPROTO_IPV4, cfg), "limit rate over 512 kbytes/second");
	cfg.burst = 2;
	assert_string_equal(hashlimit(NFPROTO_IPV4, cfg),
			    "limit rate over 512 kbytes/second burst 1048576 bytes");
}

static void test_older_hashlimits(void **state)
{
	const struct xt_hashlimit_mtinfo1 first = {.name = "a",
						   .cfg = {.avg = XT_HASHLIMIT_SCALE, .burst = 5}};
	const struct xt_hashlimit_mtinfo2 second = {.name = "b",
						    .cfg = {.avg = XT_HASHLIMIT_SCALE_v2, .burst = 5}};

	(void)state;
	assert_string_equal(xt_match_text("hashlimit", 1, NFPROTO_IPV4, &first, sizeof(first)),
			    "limit rate 1/second");
	assert_string_equal(xt_match_text("hashlimit", 2, NFPROTO_IPV4, &second, sizeof(second)),
			    "limit rate 1/second");
}

static void test_what_hashlimit_measures_is_opaque(void **state)
{
	struct hashlimit_cfg3 cfg = {.avg = 1, .mode = XT_HASHLIMIT_RATE_MATCH, .srcmask = 32, .dstmask = 32};

	(void)state;
	assert_string_equal(hashlimit(NFPROTO_IPV4, cfg), "[opaque xt match hashlimit]");
	cfg.mode = XT_HASHLIMIT_HASH_SIP;
	cfg.srcmask = 33;
	assert_string_equal(hashlimit(NFPROTO_IPV4, cfg), "[opaque xt match hashlimit]");
	cfg.srcmask = 32;
	assert_string_equal(hashlimit(NFPROTO_INET, cfg), "[opaque xt match hashlimit]");
}

static const char *connlimit(uint32_t count, uint32_t flags, const char *mask)
{
	struct xt_connlimit_info info = {.limit = count, .flags = flags};

	memset(&info.mask, 0xff, sizeof(info.mask));
	info.v4_mask = inet_addr(mask);
	return xt_match_text("connlimit", 1, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_connlimit(void **state)
{
	(void)state;
	assert_string_equal(connlimit(10, 0, "255.255.255.0"),
			    "add @connlimit { ip saddr & 255.255.255.0 ct count over 10 }");
	assert_string_equal(connlimit(2, XT_CONNLIMIT_INVERT | XT_CONNLIMIT_DADDR, "255.255.255.255"),
			    "add @connlimit { ip daddr ct count 2 }");
	assert_string_equal(connlimit(2, 4, "255.255.255.0"), "[opaque xt match connlimit]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_quota),
		cmocka_unit_test(test_hashlimit_is_a_meter),
		cmocka_unit_test(test_hashlimit_of_bytes),
		cmocka_unit_test(test_older_hashlimits),
		cmocka_unit_test(test_what_hashlimit_measures_is_opaque),
		cmocka_unit_test(test_connlimit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
