/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The matches on the routing tables: what they say in nft's words, with each inversion, and what is not understood of them. */
#include "xt.h"

#include <linux/netfilter.h>
#include <linux/netfilter/xt_addrtype.h>
#include <linux/netfilter/xt_realm.h>
#include <linux/netfilter/xt_rpfilter.h>
#include "cmocka_all.h"

static const char opaque_addrtype[] = "[opaque xt match addrtype]";

static const char *addrtype(uint8_t family, struct xt_addrtype_info_v1 info)
{
	return xt_match_text("addrtype", 1, family, &info, sizeof(info));
}

static void test_addrtype(void **state)
{
	(void)state;
	assert_string_equal(addrtype(NFPROTO_IPV4, (struct xt_addrtype_info_v1){.dest = XT_ADDRTYPE_LOCAL}),
			    "fib daddr type local");
	assert_string_equal(addrtype(NFPROTO_IPV4,
				     (struct xt_addrtype_info_v1){
					     .source = XT_ADDRTYPE_UNICAST,
					     .dest = XT_ADDRTYPE_LOCAL | XT_ADDRTYPE_BROADCAST,
					     .flags = XT_ADDRTYPE_INVERT_SOURCE | XT_ADDRTYPE_INVERT_DEST}),
			    "fib saddr type != unicast fib daddr type != { local, broadcast }");
	assert_string_equal(
		addrtype(NFPROTO_IPV4, (struct xt_addrtype_info_v1){.dest = XT_ADDRTYPE_LOCAL,
								    .flags = XT_ADDRTYPE_LIMIT_IFACE_IN}),
		"fib daddr . iif type local");
	assert_string_equal(
		addrtype(NFPROTO_IPV4, (struct xt_addrtype_info_v1){.source = XT_ADDRTYPE_LOCAL,
								    .flags = XT_ADDRTYPE_LIMIT_IFACE_OUT}),
		"fib saddr . oif type local");
}

static void test_addrtype_that_nobody_knows_is_opaque(void **state)
{
	(void)state;
	assert_string_equal(addrtype(NFPROTO_IPV4, (struct xt_addrtype_info_v1){.dest = 1 << 12}),
			    opaque_addrtype);
	assert_string_equal(addrtype(NFPROTO_IPV4, (struct xt_addrtype_info_v1){.flags = 1 << 4}),
			    opaque_addrtype);
	assert_string_equal(
		addrtype(NFPROTO_IPV4, (struct xt_addrtype_info_v1){.flags = XT_ADDRTYPE_LIMIT_IFACE_IN |
									     XT_ADDRTYPE_LIMIT_IFACE_OUT}),
		opaque_addrtype);
}

static void test_addrtype_of_the_first_revision(void **state)
{
	struct xt_addrtype_info info = {.source = XT_ADDRTYPE_MULTICAST, .invert_source = 1};

	(void)state;
	assert_string_equal(xt_match_text("addrtype", 0, NFPROTO_IPV4, &info, sizeof(info)),
			    "fib saddr type != multicast");
	info.invert_dest = 2;
	assert_string_equal(xt_match_text("addrtype", 0, NFPROTO_IPV4, &info, sizeof(info)), opaque_addrtype);
}

static const char *dest6(uint16_t types, uint32_t flags)
{
	return addrtype(NFPROTO_IPV6, (struct xt_addrtype_info_v1){.dest = types, .flags = flags});
}

static void test_addrtype_of_ipv6_asks_the_address(void **state)
{
	(void)state;
	assert_string_equal(dest6(XT_ADDRTYPE_MULTICAST, 0), "ip6 daddr ff00::/8");
	assert_string_equal(dest6(XT_ADDRTYPE_MULTICAST, XT_ADDRTYPE_INVERT_DEST), "ip6 daddr != ff00::/8");
	assert_string_equal(dest6(XT_ADDRTYPE_UNSPEC, 0), "ip6 daddr ::");
	assert_string_equal(dest6(XT_ADDRTYPE_UNICAST, 0),
			    "ip6 daddr != ff00::/8 ip6 daddr != :: ip6 daddr != ::ffff:0.0.0.0/96");
	assert_string_equal(dest6(XT_ADDRTYPE_UNICAST, XT_ADDRTYPE_INVERT_DEST), opaque_addrtype);
}

static void test_addrtype_of_ipv6_asks_the_route(void **state)
{
	(void)state;
	assert_string_equal(dest6(XT_ADDRTYPE_LOCAL, XT_ADDRTYPE_INVERT_DEST), "fib daddr type != local");
	assert_string_equal(dest6(XT_ADDRTYPE_LOCAL | XT_ADDRTYPE_ANYCAST, 0),
			    "fib daddr type { local, anycast }");
	assert_string_equal(dest6(XT_ADDRTYPE_UNREACHABLE, 0),
			    "fib daddr type { blackhole, unreachable, prohibit, 9 }");
	assert_string_equal(dest6(XT_ADDRTYPE_MULTICAST | XT_ADDRTYPE_LOCAL, 0),
			    "ip6 daddr ff00::/8 fib daddr type local");
	assert_string_equal(dest6(XT_ADDRTYPE_MULTICAST | XT_ADDRTYPE_LOCAL, XT_ADDRTYPE_INVERT_DEST),
			    opaque_addrtype);
	assert_string_equal(dest6(XT_ADDRTYPE_BROADCAST, 0), opaque_addrtype);
}

static const char *rpfilter(uint8_t flags)
{
	const struct xt_rpfilter_info info = {flags};

	return xt_match_text("rpfilter", 0, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_rpfilter(void **state)
{
	(void)state;
	assert_string_equal(rpfilter(0), "fib saddr . iif oif exists");
	assert_string_equal(rpfilter(XT_RPFILTER_INVERT | XT_RPFILTER_ACCEPT_LOCAL),
			    "fib saddr . iif oif missing");
	assert_string_equal(rpfilter(XT_RPFILTER_LOOSE), "fib saddr oif exists");
	assert_string_equal(rpfilter(XT_RPFILTER_VALID_MARK | XT_RPFILTER_INVERT),
			    "fib saddr . mark . iif oif missing");
	assert_string_equal(rpfilter(1 << 4), "[opaque xt match rpfilter]");
}

static void test_realm(void **state)
{
	struct xt_realm_info info = {.id = 5, .mask = 0xff, .invert = 1};

	(void)state;
	assert_string_equal(xt_match_text("realm", 0, NFPROTO_IPV4, &info, sizeof(info)),
			    "meta rtclassid & 0x000000ff != 0x00000005");
	info.invert = 2;
	assert_string_equal(xt_match_text("realm", 0, NFPROTO_IPV4, &info, sizeof(info)),
			    "[opaque xt match realm]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addrtype),
		cmocka_unit_test(test_addrtype_that_nobody_knows_is_opaque),
		cmocka_unit_test(test_addrtype_of_the_first_revision),
		cmocka_unit_test(test_addrtype_of_ipv6_asks_the_address),
		cmocka_unit_test(test_addrtype_of_ipv6_asks_the_route),
		cmocka_unit_test(test_rpfilter),
		cmocka_unit_test(test_realm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
