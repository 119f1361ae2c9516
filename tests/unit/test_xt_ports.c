/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The matches on ports: what they say in nft's words, and what is not understood of them. */
#include "xt.h"

#include <linux/netfilter.h>
#include <linux/netfilter/xt_dccp.h>
#include <linux/netfilter/xt_multiport.h>
#include <linux/netfilter/xt_sctp.h>
#include <linux/netfilter/xt_tcpudp.h>
#include "cmocka_all.h"

static const char *tcp(struct xt_tcp tcp)
{
	return xt_match_text("tcp", 0, NFPROTO_IPV4, &tcp, sizeof(tcp));
}

static const char *multiport(struct xt_multiport_v1 multi)
{
	return xt_match_text("multiport", 1, NFPROTO_IPV6, &multi, sizeof(multi));
}

static void test_tcp_ports(void **state)
{
	(void)state;
	assert_string_equal(tcp((struct xt_tcp){.spts = {0, 65535}, .dpts = {443, 443}}), "th dport 443");
	assert_string_equal(tcp((struct xt_tcp){.spts = {0, 65535}, .dpts = {0, 65535}}), "");
	assert_string_equal(tcp((struct xt_tcp){.spts = {80, 90}, .dpts = {0, 65535}}), "th sport 80-90");
	assert_string_equal(
		tcp((struct xt_tcp){.spts = {0, 65535}, .dpts = {80, 90}, .invflags = XT_TCP_INV_DSTPT}),
		"th dport != 80-90");
	assert_string_equal(
		tcp((struct xt_tcp){.spts = {0, 65535}, .dpts = {0, 65535}, .invflags = XT_TCP_INV_SRCPT}),
		"th sport != 0-65535");
}

static void test_tcp_flags(void **state)
{
	struct xt_tcp syn = {
		.spts = {0, 65535}, .dpts = {0, 65535}, .flg_mask = 0x17, .flg_cmp = 0x02, .invflags = 0};

	(void)state;
	assert_string_equal(tcp(syn), "@th,104,8 & 0x17 == 0x02");
	syn.invflags = XT_TCP_INV_FLAGS;
	assert_string_equal(tcp(syn), "@th,104,8 & 0x17 != 0x02");
	syn.flg_mask = syn.flg_cmp = 0; /* never matches */
	assert_string_equal(tcp(syn), "@th,104,8 & 0x00 != 0x00");
}

static void test_tcp_with_what_nobody_knows_is_opaque(void **state)
{
	struct xt_tcp tcp_match = {.spts = {0, 65535}, .dpts = {443, 443}};
	const struct {
		struct xt_tcp tcp;
		uint8_t more[8];
	} longer = {.tcp = tcp_match};

	(void)state;
	tcp_match.invflags = 0x10;
	assert_string_equal(tcp(tcp_match), "[opaque xt match tcp]");
	assert_string_equal(xt_match_text("tcp", 1, NFPROTO_IPV4, &tcp_match, sizeof(tcp_match)),
			    "[opaque xt match tcp]");
	assert_string_equal(xt_match_text("tcp", 0, NFPROTO_IPV4, &longer, sizeof(longer)),
			    "[opaque xt match tcp]");
}

static void test_udp_ports(void **state)
{
	const struct xt_udp udp = {.spts = {53, 53}, .dpts = {1024, 65535}, .invflags = XT_UDP_INV_SRCPT};

	(void)state;
	assert_string_equal(xt_match_text("udp", 0, NFPROTO_IPV4, &udp, sizeof(udp)),
			    "th sport != 53 th dport 1024-65535");
}

static void test_ports_of_other_protocols(void **state)
{
	struct xt_sctp_info sctp = {.dpts = {443, 443},
				    .spts = {1, 2},
				    .flags = XT_SCTP_SRC_PORTS | XT_SCTP_DEST_PORTS,
				    .invflags = XT_SCTP_SRC_PORTS};
	struct xt_dccp_info dccp = {.dpts = {443, 443}, .spts = {1, 2}, .flags = XT_DCCP_DEST_PORTS};

	(void)state;
	assert_string_equal(xt_match_text("sctp", 0, NFPROTO_IPV4, &sctp, sizeof(sctp)),
			    "th sport != 1-2 th dport 443");
	sctp.flags |= XT_SCTP_CHUNK_TYPES;
	assert_string_equal(xt_match_text("sctp", 0, NFPROTO_IPV4, &sctp, sizeof(sctp)),
			    "[opaque xt match sctp]");
	assert_string_equal(xt_match_text("dccp", 0, NFPROTO_IPV4, &dccp, sizeof(dccp)), "th dport 443");
	dccp.flags |= XT_DCCP_OPTION;
	assert_string_equal(xt_match_text("dccp", 0, NFPROTO_IPV4, &dccp, sizeof(dccp)),
			    "[opaque xt match dccp]");
}

static void test_multiport_merges_its_ports(void **state)
{
	(void)state;
	assert_string_equal(multiport((struct xt_multiport_v1){.flags = XT_MULTIPORT_DESTINATION,
							       .count = 5,
							       .ports = {443, 80, 81, 8000, 8010},
							       .pflags = {0, 0, 0, 1, 0}}),
			    "th dport { 80-81, 443, 8000-8010 }");
	assert_string_equal(
		multiport((struct xt_multiport_v1){
			.flags = XT_MULTIPORT_SOURCE, .count = 2, .ports = {22, 23}, .invert = 1}),
		"th sport != { 22-23 }");
}

static void test_multiport_of_either_port_is_a_pair(void **state)
{
	(void)state;
	assert_string_equal(
		multiport((struct xt_multiport_v1){.flags = XT_MULTIPORT_EITHER, .count = 1, .ports = {53}}),
		"th sport . th dport { 0-65535 . 53, 53 . 0-65535 }");
}

static void test_multiport_with_a_range_that_does_not_end_is_opaque(void **state)
{
	(void)state;
	assert_string_equal(
		multiport((struct xt_multiport_v1){
			.flags = XT_MULTIPORT_DESTINATION, .count = 1, .ports = {80}, .pflags = {1}}),
		"[opaque xt match multiport]");
	assert_string_equal(multiport((struct xt_multiport_v1){.flags = 3, .count = 1, .ports = {80}}),
			    "[opaque xt match multiport]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tcp_ports),
		cmocka_unit_test(test_tcp_flags),
		cmocka_unit_test(test_tcp_with_what_nobody_knows_is_opaque),
		cmocka_unit_test(test_udp_ports),
		cmocka_unit_test(test_ports_of_other_protocols),
		cmocka_unit_test(test_multiport_merges_its_ports),
		cmocka_unit_test(test_multiport_of_either_port_is_a_pair),
		cmocka_unit_test(test_multiport_with_a_range_that_does_not_end_is_opaque),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
