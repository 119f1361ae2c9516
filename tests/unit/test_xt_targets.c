/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The targets that change a packet's fate without ending it: NAT, marks, what tracking and programs are told. */
#include "xt.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_synproxy.h>
#include <linux/netfilter/xt_CLASSIFY.h>
#include <linux/netfilter/xt_CONNSECMARK.h>
#include <linux/netfilter/xt_CT.h>
#include <linux/netfilter/xt_DSCP.h>
#include <linux/netfilter/xt_MARK.h>
#include <linux/netfilter/xt_NFQUEUE.h>
#include <linux/netfilter/xt_SYNPROXY.h>
#include <linux/netfilter/xt_TCPMSS.h>
#include <linux/netfilter/xt_TCPOPTSTRIP.h>
#include <linux/netfilter/xt_TPROXY.h>
#include <linux/netfilter/xt_connmark.h>
#include <linux/netfilter_ipv4/ipt_ECN.h>
#include <linux/netfilter_ipv4/ipt_TTL.h>
#include <linux/netfilter_ipv6/ip6t_HL.h>
#include "cmocka_all.h"

#define ALL UINT32_MAX

static const struct nf_nat_range2 to_port = {.flags = NF_NAT_RANGE_MAP_IPS | NF_NAT_RANGE_PROTO_SPECIFIED,
					     .min_addr.in.s_addr = 0x0a0200c0,
					     .max_addr.in.s_addr = 0x0a0200c0,
					     .min_proto.all = 0xfb20,
					     .max_proto.all = 0xfb20};

static const char *nat2(const char *name, struct nf_nat_range2 range)
{
	return xt_target_text(name, 2, NFPROTO_IPV4, &range, sizeof(range));
}

static void test_dnat_to_an_address_and_a_port(void **state)
{
	struct nf_nat_range2 range = to_port;

	(void)state;
	range.min_addr.in.s_addr = range.max_addr.in.s_addr = inet_addr("192.0.2.10");
	range.min_proto.all = range.max_proto.all = htons(8443);
	assert_string_equal(nat2("DNAT", range), "dnat to 192.0.2.10:8443");
	range.max_addr.in.s_addr = inet_addr("192.0.2.12");
	range.max_proto.all = htons(8445);
	assert_string_equal(nat2("DNAT", range), "dnat to 192.0.2.10-192.0.2.12:8443-8445");
	range.flags = NF_NAT_RANGE_PROTO_SPECIFIED | NF_NAT_RANGE_PERSISTENT;
	assert_string_equal(nat2("DNAT", range), "dnat to :8443-8445 persistent");
	assert_string_equal(xt_target_text("DNAT", 1, NFPROTO_IPV4, &range, sizeof(struct nf_nat_range)),
			    "dnat to :8443-8445 persistent");
}

static void test_dnat_in_ipv6(void **state)
{
	struct nf_nat_range2 range = to_port;

	(void)state;
	assert_int_equal(inet_pton(AF_INET6, "2001:db8::10", &range.min_addr), 1);
	range.max_addr = range.min_addr;
	range.min_proto.all = range.max_proto.all = htons(8443);
	assert_string_equal(xt_target_text("DNAT", 2, NFPROTO_IPV6, &range, sizeof(range)),
			    "dnat to [2001:db8::10]:8443");
}

static void test_ports_by_distance_from_a_base_are_opaque(void **state)
{
	struct nf_nat_range2 range = to_port;

	(void)state;
	range.flags |= NF_NAT_RANGE_PROTO_OFFSET;
	range.base_proto.all = htons(443);
	assert_string_equal(nat2("DNAT", range), "[opaque xt target DNAT]");
	assert_string_equal(xt_target_text("DNAT", 2, NFPROTO_INET, &to_port, sizeof(to_port)),
			    "[opaque xt target DNAT]");
}

static const char *compat(const char *name, struct nf_nat_ipv4_range range, unsigned int count)
{
	const struct nf_nat_ipv4_multi_range_compat multi = {.rangesize = count, .range = {range}};

	return xt_target_text(name, 0, NFPROTO_IPV4, &multi, sizeof(multi));
}

static void test_nat_of_the_oldest_form(void **state)
{
	const struct nf_nat_ipv4_range ports = {
		.flags = NF_NAT_RANGE_PROTO_SPECIFIED, .min.all = htons(1024), .max.all = htons(2048)};
	const struct nf_nat_ipv4_range address = {.flags = NF_NAT_RANGE_MAP_IPS | NF_NAT_RANGE_PROTO_RANDOM,
						  .min_ip = inet_addr("192.0.2.10"),
						  .max_ip = inet_addr("192.0.2.10")};

	(void)state;
	assert_string_equal(compat("REDIRECT", ports, 1), "redirect to :1024-2048");
	assert_string_equal(compat("MASQUERADE", ports, 1), "masquerade to :1024-2048");
	assert_string_equal(compat("SNAT", address, 1), "snat to 192.0.2.10 random");
	assert_string_equal(compat("DNAT", address, 1), "dnat to 192.0.2.10 random");
	assert_string_equal(compat("DNAT", address, 2), "[opaque xt target DNAT]");
}

static void test_netmap_is_a_prefix(void **state)
{
	const struct nf_nat_ipv4_range prefix = {.flags = NF_NAT_RANGE_MAP_IPS,
						 .min_ip = inet_addr("192.0.2.0"),
						 .max_ip = inet_addr("192.0.2.255")};
	struct nf_nat_range six = {.flags = NF_NAT_RANGE_MAP_IPS};

	(void)state;
	six.min_addr.in6.s6_addr[0] = six.max_addr.in6.s6_addr[0] = 0x20;
	assert_string_equal(compat("NETMAP", prefix, 1), "netmap to 192.0.2.0-192.0.2.255");
	assert_string_equal(compat("NETMAP", prefix, 2), "[opaque xt target NETMAP]");
	assert_string_equal(xt_target_text("NETMAP", 0, NFPROTO_IPV6, &six, sizeof(six)), "netmap to 2000::");
	six.flags |= NF_NAT_RANGE_PROTO_SPECIFIED;
	assert_string_equal(xt_target_text("NETMAP", 0, NFPROTO_IPV6, &six, sizeof(six)),
			    "[opaque xt target NETMAP]");
}

static const char *mark(uint32_t value, uint32_t mask)
{
	const struct xt_mark_tginfo2 info = {value, mask};

	return xt_target_text("MARK", 2, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_mark(void **state)
{
	(void)state;
	assert_string_equal(mark(7, ALL), "meta mark set 0x00000007");
	assert_string_equal(mark(0x10, 0xf0), "meta mark set meta mark & 0xffffff1f | 0x00000010");
	assert_string_equal(mark(1, 0), "meta mark set meta mark ^ 0x00000001");
}

static const char *connmark(struct xt_connmark_tginfo2 info)
{
	return xt_target_text("CONNMARK", 2, NFPROTO_IPV6, &info, sizeof(info));
}

static void test_connmark(void **state)
{
	const struct xt_connmark_tginfo1 first = {.mode = XT_CONNMARK_SET, .ctmark = 9, .ctmask = ALL};

	(void)state;
	assert_string_equal(connmark((struct xt_connmark_tginfo2){
				    .mode = XT_CONNMARK_SAVE, .nfmask = ALL, .ctmask = ALL}),
			    "ct mark set meta mark");
	assert_string_equal(connmark((struct xt_connmark_tginfo2){
				    .mode = XT_CONNMARK_RESTORE, .nfmask = ALL, .ctmask = ALL}),
			    "meta mark set ct mark");
	assert_string_equal(connmark((struct xt_connmark_tginfo2){
				    .mode = XT_CONNMARK_SAVE, .nfmask = 0xff, .ctmask = 0xff}),
			    "ct mark set meta mark & 0x000000ff ^ ct mark & 0xffffff00");
	assert_string_equal(connmark((struct xt_connmark_tginfo2){
				    .mode = XT_CONNMARK_RESTORE, .nfmask = 0xff, .ctmask = 0xff}),
			    "meta mark set ct mark & 0x000000ff ^ meta mark & 0xffffff00");
	assert_string_equal(
		connmark((struct xt_connmark_tginfo2){.mode = XT_CONNMARK_SET, .ctmark = 3, .ctmask = 3}),
		"ct mark set ct mark | 0x00000003");
	assert_string_equal(xt_target_text("CONNMARK", 1, NFPROTO_IPV4, &first, sizeof(first)),
			    "ct mark set 0x00000009");
}

static void test_connmark_shifts(void **state)
{
	struct xt_connmark_tginfo2 info = {.mode = XT_CONNMARK_RESTORE,
					   .ctmask = 0xff,
					   .nfmask = ALL,
					   .shift_dir = D_SHIFT_LEFT,
					   .shift_bits = 8};

	(void)state;
	assert_string_equal(connmark(info), "meta mark set ct mark & 0x000000ff << 8");
	info.shift_dir = D_SHIFT_RIGHT;
	assert_string_equal(connmark(info), "meta mark set ct mark & 0x000000ff >> 8");
	info.shift_bits = 32;
	assert_string_equal(connmark(info), "[opaque xt target CONNMARK]");
}

static void test_classify_and_trace(void **state)
{
	const struct xt_classify_target_info class = {0x10002};

	(void)state;
	assert_string_equal(xt_target_text("CLASSIFY", 0, NFPROTO_IPV4, &class, sizeof(class)),
			    "meta priority set 0x00010002");
	assert_string_equal(xt_target_text("TRACE", 0, NFPROTO_IPV4, "", 0), "meta nftrace set 1");
}

static const char *ct(struct xt_ct_target_info_v1 info)
{
	return xt_target_text("CT", 2, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_ct(void **state)
{
	const struct xt_ct_target_info first = {.flags = XT_CT_NOTRACK};

	(void)state;
	assert_string_equal(ct((struct xt_ct_target_info_v1){.flags = XT_CT_NOTRACK}), "notrack");
	assert_string_equal(ct((struct xt_ct_target_info_v1){.flags = XT_CT_NOTRACK | XT_CT_NOTRACK_ALIAS}),
			    "notrack");
	assert_string_equal(ct((struct xt_ct_target_info_v1){.helper = "ftp"}), "ct helper set \"ftp\"");
	assert_string_equal(ct((struct xt_ct_target_info_v1){.zone = 5, .helper = "ftp"}),
			    "ct zone set 5 ct helper set \"ftp\"");
	assert_string_equal(ct((struct xt_ct_target_info_v1){.zone = 5, .flags = XT_CT_ZONE_DIR_REPL}),
			    "ct reply zone set 5");
	assert_string_equal(ct((struct xt_ct_target_info_v1){.flags = XT_CT_ZONE_MARK}),
			    "ct zone set meta mark");
	assert_string_equal(ct((struct xt_ct_target_info_v1){.ct_events = 7}), "ct event set 0x00000007");
	assert_string_equal(ct((struct xt_ct_target_info_v1){.helper = "ftp", .exp_events = 1}),
			    "ct helper set \"ftp\" ct event set 0x00000001");
	assert_string_equal(xt_target_text("CT", 0, NFPROTO_IPV4, &first, sizeof(first)), "notrack");
	assert_string_equal(xt_target_text("NOTRACK", 0, NFPROTO_IPV4, "", 0), "notrack");
}

static void test_what_ct_asks_beyond_that_is_opaque(void **state)
{
	(void)state;
	assert_string_equal(ct((struct xt_ct_target_info_v1){.helper = "ftp", .timeout = "short"}),
			    "[opaque xt target CT]");
	assert_string_equal(ct((struct xt_ct_target_info_v1){.zone = 5, .flags = 1 << 5}),
			    "[opaque xt target CT]");
	assert_string_equal(ct((struct xt_ct_target_info_v1){0}), "[opaque xt target CT]");
}

static void test_nfqueue_is_a_queue(void **state)
{
	struct xt_NFQ_info_v3 info = {.queuenum = 3, .queues_total = 1};

	(void)state;
	assert_string_equal(xt_target_text("NFQUEUE", 0, NFPROTO_IPV4, &info, sizeof(struct xt_NFQ_info)),
			    "queue to 3");
	info.queues_total = 4;
	info.flags = 1;
	assert_string_equal(xt_target_text("NFQUEUE", 3, NFPROTO_IPV4, &info, sizeof(info)),
			    "queue flags bypass to 3-6");
}

static const char *tos(uint8_t family, uint8_t value, uint8_t mask)
{
	const struct xt_tos_target_info info = {value, mask};

	return xt_target_text("TOS", 1, family, &info, sizeof(info));
}

static void test_what_is_written_into_the_header(void **state)
{
	const struct xt_DSCP_info dscp = {0x10}, beyond = {0x40};
	const struct ipt_TTL_info ttl = {.mode = IPT_TTL_SET, .ttl = 64},
				  more = {.mode = IPT_TTL_INC, .ttl = 2}, beyond_it = {.mode = 3};
	const struct ip6t_HL_info limit = {.mode = IP6T_HL_SET, .hop_limit = 64},
				  less = {.mode = IP6T_HL_DEC, .hop_limit = 1};

	(void)state;
	assert_string_equal(tos(NFPROTO_IPV4, 0x10, 0xff), "@nh,0,16 set @nh,0,16 & 0xff10 | 0x0010");
	assert_string_equal(tos(NFPROTO_IPV4, 0x10, 0x1f), "@nh,0,16 set @nh,0,16 & 0xfff0 | 0x0010");
	assert_string_equal(tos(NFPROTO_IPV6, 0x10, 0x1f), "@nh,0,16 set @nh,0,16 & 0xff0f | 0x0100");
	assert_string_equal(xt_target_text("DSCP", 0, NFPROTO_IPV4, &dscp, sizeof(dscp)), "ip dscp set cs2");
	assert_string_equal(xt_target_text("DSCP", 0, NFPROTO_IPV6, &dscp, sizeof(dscp)), "ip6 dscp set cs2");
	assert_string_equal(xt_target_text("DSCP", 0, NFPROTO_IPV4, &beyond, sizeof(beyond)),
			    "[opaque xt target DSCP]");
	assert_string_equal(xt_target_text("TTL", 0, NFPROTO_IPV4, &ttl, sizeof(ttl)), "ip ttl set 64");
	assert_string_equal(xt_target_text("TTL", 0, NFPROTO_IPV4, &more, sizeof(more)),
			    "ip ttl set ip ttl + 2");
	assert_string_equal(xt_target_text("TTL", 0, NFPROTO_IPV4, &beyond_it, sizeof(beyond_it)),
			    "[opaque xt target TTL]");
	assert_string_equal(xt_target_text("HL", 0, NFPROTO_IPV6, &less, sizeof(less)),
			    "ip6 hoplimit set ip6 hoplimit - 1");
	assert_string_equal(xt_target_text("HL", 0, NFPROTO_IPV6, &limit, sizeof(limit)),
			    "ip6 hoplimit set 64");
}

static const char *ecn(struct ipt_ECN_info info)
{
	return xt_target_text("ECN", 0, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_ecn(void **state)
{
	const uint8_t both = IPT_ECN_OP_SET_ECE | IPT_ECN_OP_SET_CWR;

	(void)state;
	assert_string_equal(ecn((struct ipt_ECN_info){.operation = IPT_ECN_OP_SET_IP, .ip_ect = 2}),
			    "@nh,0,16 set @nh,0,16 & 0xfffe | 0x0002");
	assert_string_equal(ecn((struct ipt_ECN_info){.operation = both}), "@th,104,8 set @th,104,8 & 0x3f");
	assert_string_equal(ecn((struct ipt_ECN_info){.operation = IPT_ECN_OP_SET_CWR,
						      .proto.tcp = {.ece = 1, .cwr = 1}}),
			    "@th,104,8 set @th,104,8 | 0x80");
	assert_string_equal(ecn((struct ipt_ECN_info){.operation = 2}), "[opaque xt target ECN]");
	assert_string_equal(ecn((struct ipt_ECN_info){.operation = IPT_ECN_OP_SET_IP, .ip_ect = 4}),
			    "[opaque xt target ECN]");
}

static const char *connsecmark(uint8_t mode)
{
	const struct xt_connsecmark_target_info info = {mode};

	return xt_target_text("CONNSECMARK", 0, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_connsecmark(void **state)
{
	(void)state;
	assert_string_equal(connsecmark(CONNSECMARK_SAVE), "ct secmark set meta secmark");
	assert_string_equal(connsecmark(CONNSECMARK_RESTORE), "meta secmark set ct secmark");
	assert_string_equal(connsecmark(3), "[opaque xt target CONNSECMARK]");
}

static void test_options_of_tcp_that_are_written(void **state)
{
	const struct xt_tcpmss_info own = {1400}, clamped = {XT_TCPMSS_CLAMP_PMTU};
	const struct xt_tcpoptstrip_target_info strip = {{1u << 2 | 1u << 4}};

	(void)state;
	assert_string_equal(xt_target_text("TCPMSS", 0, NFPROTO_IPV4, &own, sizeof(own)),
			    "tcp option maxseg size set 1400");
	assert_string_equal(xt_target_text("TCPMSS", 0, NFPROTO_IPV6, &clamped, sizeof(clamped)),
			    "tcp option maxseg size set rt mtu");
	assert_string_equal(xt_target_text("TCPOPTSTRIP", 0, NFPROTO_IPV4, &strip, sizeof(strip)),
			    "reset tcp option maxseg reset tcp option sack-perm");
}

static void test_tproxy_drops_what_it_has_no_socket_for(void **state)
{
	struct xt_tproxy_target_info_v1 proxy = {.lport = htons(1080)};
	const struct xt_tproxy_target_info first = {.laddr = htonl(0x7f000001)};

	(void)state;
	assert_string_equal(xt_target_text("TPROXY", 1, NFPROTO_IPV4, &proxy, sizeof(proxy)),
			    "tproxy to :1080 or drop");
	proxy.laddr.in6.s6_addr[15] = 1;
	assert_string_equal(xt_target_text("TPROXY", 1, NFPROTO_IPV6, &proxy, sizeof(proxy)),
			    "tproxy to [::1]:1080 or drop");
	assert_string_equal(xt_target_text("TPROXY", 0, NFPROTO_IPV4, &first, sizeof(first)),
			    "tproxy to 127.0.0.1 or drop");
	assert_string_equal(xt_target_text("TPROXY", 1, NFPROTO_INET, &proxy, sizeof(proxy)),
			    "[opaque xt target TPROXY]");
}

static void test_synproxy(void **state)
{
	struct xt_synproxy_info proxy = {.options = NF_SYNPROXY_OPT_MSS | NF_SYNPROXY_OPT_WSCALE |
						    NF_SYNPROXY_OPT_SACK_PERM,
					 .wscale = 7,
					 .mss = 1460};

	(void)state;
	assert_string_equal(xt_target_text("SYNPROXY", 0, NFPROTO_IPV4, &proxy, sizeof(proxy)),
			    "synproxy mss 1460 wscale 7 sack-perm");
	proxy.options = NF_SYNPROXY_OPT_ECN;
	assert_string_equal(xt_target_text("SYNPROXY", 0, NFPROTO_IPV4, &proxy, sizeof(proxy)),
			    "[opaque xt target SYNPROXY]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dnat_to_an_address_and_a_port),
		cmocka_unit_test(test_dnat_in_ipv6),
		cmocka_unit_test(test_ports_by_distance_from_a_base_are_opaque),
		cmocka_unit_test(test_nat_of_the_oldest_form),
		cmocka_unit_test(test_netmap_is_a_prefix),
		cmocka_unit_test(test_mark),
		cmocka_unit_test(test_connmark),
		cmocka_unit_test(test_connmark_shifts),
		cmocka_unit_test(test_classify_and_trace),
		cmocka_unit_test(test_ct),
		cmocka_unit_test(test_what_ct_asks_beyond_that_is_opaque),
		cmocka_unit_test(test_nfqueue_is_a_queue),
		cmocka_unit_test(test_what_is_written_into_the_header),
		cmocka_unit_test(test_ecn),
		cmocka_unit_test(test_connsecmark),
		cmocka_unit_test(test_options_of_tcp_that_are_written),
		cmocka_unit_test(test_tproxy_drops_what_it_has_no_socket_for),
		cmocka_unit_test(test_synproxy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
