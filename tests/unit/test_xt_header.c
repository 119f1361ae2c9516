/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The matches on a packet's bytes: what they say in nft's words, with each inversion, and what is not understood of them. */
#include "xt.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <linux/netfilter.h>
#include <linux/netfilter/xt_dscp.h>
#include <linux/netfilter/xt_ecn.h>
#include <linux/netfilter/xt_esp.h>
#include <linux/netfilter/xt_iprange.h>
#include <linux/netfilter/xt_length.h>
#include <linux/netfilter/xt_mac.h>
#include <linux/netfilter/xt_tcpmss.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv4/ipt_ah.h>
#include <linux/netfilter_ipv4/ipt_ttl.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <linux/netfilter_ipv6/ip6t_hl.h>
#include "cmocka_all.h"

static const char *iprange(uint8_t family, struct xt_iprange_mtinfo info)
{
	return xt_match_text("iprange", 1, family, &info, sizeof(info));
}

static void test_iprange(void **state)
{
	struct xt_iprange_mtinfo info = {
		.src_min.ip = htonl(0x0a000001),
		.src_max.ip = htonl(0x0a000009),
		.dst_min.ip = htonl(0xc0000200),
		.dst_max.ip = htonl(0xc00002ff),
		.flags = IPRANGE_SRC,
	};
	const struct xt_iprange_mtinfo ipv6 = {
		.dst_min.ip6 = {htonl(0x20010db8), 0, 0, htonl(1)},
		.dst_max.ip6 = {htonl(0x20010db8), 0, 0, htonl(9)},
		.flags = IPRANGE_DST | IPRANGE_SRC_INV,
	};

	(void)state;
	assert_string_equal(iprange(NFPROTO_IPV4, info), "ip saddr 10.0.0.1-10.0.0.9");
	info.flags = IPRANGE_SRC | IPRANGE_DST | IPRANGE_SRC_INV | IPRANGE_DST_INV;
	assert_string_equal(iprange(NFPROTO_IPV4, info),
			    "ip saddr != 10.0.0.1-10.0.0.9 ip daddr != 192.0.2.0/24");
	info.flags = 1 << 6;
	assert_string_equal(iprange(NFPROTO_IPV4, info), "[opaque xt match iprange]");
	assert_string_equal(iprange(NFPROTO_IPV6, ipv6), "ip6 daddr 2001:db8::1-2001:db8::9");
}

static const char *icmp(struct ipt_icmp info)
{
	return xt_match_text("icmp", 0, NFPROTO_IPV4, &info, sizeof(info));
}

static const char *icmp6(struct ip6t_icmp info)
{
	return xt_match_text("icmp6", 0, NFPROTO_IPV6, &info, sizeof(info));
}

/* Without the rule's protocol, which iptables-nft asks for before, the header has no names. */
static void test_icmp(void **state)
{
	(void)state;
	assert_string_equal(icmp((struct ipt_icmp){8, {0, 255}, 0}), "@th,0,8 0x08");
	assert_string_equal(icmp((struct ipt_icmp){8, {0, 255}, IPT_ICMP_INV}), "@th,0,8 != 0x08");
	assert_string_equal(icmp((struct ipt_icmp){3, {4, 4}, IPT_ICMP_INV}), "th sport != 772");
	assert_string_equal(icmp((struct ipt_icmp){3, {4, 6}, 0}), "@th,0,8 0x03 @th,8,8 0x04-0x06");
	assert_string_equal(icmp((struct ipt_icmp){255, {0, 255}, 0}), "");
	assert_string_equal(icmp((struct ipt_icmp){255, {0, 255}, IPT_ICMP_INV}), "break");
	assert_string_equal(icmp((struct ipt_icmp){8, {0, 255}, 2}), "[opaque xt match icmp]");
}

static void test_icmp6(void **state)
{
	(void)state;
	assert_string_equal(icmp6((struct ip6t_icmp){135, {0, 255}, 0}), "@th,0,8 0x87");
	assert_string_equal(icmp6((struct ip6t_icmp){255, {0, 255}, 0}), "@th,0,8 0xff");
	assert_string_equal(icmp6((struct ip6t_icmp){1, {4, 4}, IP6T_ICMP_INV}), "th sport != 260");
	assert_string_equal(icmp6((struct ip6t_icmp){1, {4, 4}, 2}), "[opaque xt match icmp6]");
}

static void test_lifetime(void **state)
{
	static const char *const ipv4[] = {"ip ttl 64", "ip ttl != 64", "ip ttl < 64", "ip ttl > 64",
					   "[opaque xt match ttl]"};
	static const char *const ipv6[] = {"ip6 hoplimit 255", "ip6 hoplimit != 255", "ip6 hoplimit < 255",
					   "ip6 hoplimit > 255", "[opaque xt match hl]"};

	(void)state;
	for (uint8_t mode = 0; mode < 5; mode++) {
		const struct ipt_ttl_info ttl = {mode, 64};
		const struct ip6t_hl_info hl = {mode, 255};

		assert_string_equal(xt_match_text("ttl", 0, NFPROTO_IPV4, &ttl, sizeof(ttl)), ipv4[mode]);
		assert_string_equal(xt_match_text("hl", 0, NFPROTO_IPV6, &hl, sizeof(hl)), ipv6[mode]);
	}
}

static void test_service(void **state)
{
	struct xt_dscp_info dscp = {.dscp = 46};
	const struct xt_tos_match_info tos = {.tos_mask = 0xff, .tos_value = 0x10, .invert = 1};

	(void)state;
	assert_string_equal(xt_match_text("dscp", 0, NFPROTO_IPV4, &dscp, sizeof(dscp)), "ip dscp ef");
	dscp.invert = 1;
	assert_string_equal(xt_match_text("dscp", 0, NFPROTO_IPV6, &dscp, sizeof(dscp)), "ip6 dscp != ef");
	dscp.dscp = 64;
	assert_string_equal(xt_match_text("dscp", 0, NFPROTO_IPV4, &dscp, sizeof(dscp)),
			    "[opaque xt match dscp]");
	assert_string_equal(xt_match_text("tos", 1, NFPROTO_IPV4, &tos, sizeof(tos)), "@nh,8,8 != 0x10");
	assert_string_equal(xt_match_text("tos", 1, NFPROTO_IPV6, &tos, sizeof(tos)),
			    "@nh,0,16 & 0x0ff0 != 0x0100");
}

static void test_ecn(void **state)
{
	struct xt_ecn_info ecn = {.operation = XT_ECN_OP_MATCH_IP, .ip_ect = 2};

	(void)state;
	assert_string_equal(xt_match_text("ecn", 0, NFPROTO_IPV4, &ecn, sizeof(ecn)),
			    "@nh,8,8 & 0x03 == 0x02");
	ecn.invert = XT_ECN_OP_MATCH_IP;
	assert_string_equal(xt_match_text("ecn", 0, NFPROTO_IPV6, &ecn, sizeof(ecn)),
			    "@nh,0,16 & 0x0030 != 0x0020");
	ecn.operation = XT_ECN_OP_MATCH_ECE | XT_ECN_OP_MATCH_CWR;
	ecn.invert = XT_ECN_OP_MATCH_CWR;
	assert_string_equal(xt_match_text("ecn", 0, NFPROTO_IPV4, &ecn, sizeof(ecn)),
			    "@th,104,8 & 0x40 != 0x00 @th,104,8 & 0x80 == 0x00");
	ecn.operation = 0x02;
	assert_string_equal(xt_match_text("ecn", 0, NFPROTO_IPV4, &ecn, sizeof(ecn)),
			    "[opaque xt match ecn]");
}

static const char *length(struct xt_length_info info)
{
	return xt_match_text("length", 0, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_length(void **state)
{
	(void)state;
	assert_string_equal(length((struct xt_length_info){40, 100, 0}), "meta length 40-100");
	assert_string_equal(length((struct xt_length_info){60, 60, 1}), "meta length != 60");
	assert_string_equal(length((struct xt_length_info){0, 65535, 0}), "");
	assert_string_equal(length((struct xt_length_info){60, 60, 2}), "[opaque xt match length]");
}

static void test_mac(void **state)
{
	struct xt_mac_info mac = {.srcaddr = {2, 0, 0, 0, 0, 1}};

	(void)state;
	assert_string_equal(xt_match_text("mac", 0, NFPROTO_IPV4, &mac, sizeof(mac)),
			    "ether saddr 02:00:00:00:00:01");
	mac.invert = 1;
	assert_string_equal(xt_match_text("mac", 0, NFPROTO_IPV6, &mac, sizeof(mac)),
			    "ether saddr != 02:00:00:00:00:01");
	mac.invert = -1;
	assert_string_equal(xt_match_text("mac", 0, NFPROTO_IPV4, &mac, sizeof(mac)),
			    "[opaque xt match mac]");
}

static void test_numbers_of_ipsec(void **state)
{
	struct xt_esp esp = {.spis = {256, 512}};
	const struct ipt_ah ah = {.spis = {7, 7}, .invflags = IPT_AH_INV_SPI};

	(void)state;
	assert_string_equal(xt_match_text("esp", 0, NFPROTO_IPV4, &esp, sizeof(esp)),
			    "@th,0,32 0x00000100-0x00000200");
	assert_string_equal(xt_match_text("ah", 0, NFPROTO_IPV4, &ah, sizeof(ah)), "@th,32,32 != 0x00000007");
	esp = (struct xt_esp){.spis = {0, UINT32_MAX}};
	assert_string_equal(xt_match_text("esp", 0, NFPROTO_IPV6, &esp, sizeof(esp)), "");
	esp.invflags = 2;
	assert_string_equal(xt_match_text("esp", 0, NFPROTO_IPV6, &esp, sizeof(esp)),
			    "[opaque xt match esp]");
}

static const char *segment_size(uint16_t from, uint16_t to, uint8_t invert)
{
	const struct xt_tcpmss_match_info info = {from, to, invert};

	return xt_match_text("tcpmss", 0, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_tcpmss(void **state)
{
	(void)state;
	assert_string_equal(segment_size(42, 42, 0), "tcp option maxseg size 42");
	assert_string_equal(segment_size(1400, 1536, 0), "tcp option maxseg size 1400-1536");
	assert_string_equal(segment_size(1400, 1536, 1), "tcp option maxseg size != 1400-1536");
	assert_string_equal(segment_size(0, 65535, 0), "tcp option maxseg exists");
	assert_string_equal(segment_size(0, 65535, 1), "tcp option maxseg missing");
	assert_string_equal(segment_size(2, 1, 0), "[opaque xt match tcpmss]");
	assert_string_equal(segment_size(1, 2, 2), "[opaque xt match tcpmss]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_iprange),
		cmocka_unit_test(test_icmp),
		cmocka_unit_test(test_icmp6),
		cmocka_unit_test(test_lifetime),
		cmocka_unit_test(test_service),
		cmocka_unit_test(test_ecn),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_mac),
		cmocka_unit_test(test_numbers_of_ipsec),
		cmocka_unit_test(test_tcpmss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
