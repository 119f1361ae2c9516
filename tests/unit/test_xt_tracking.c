/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The matches on connections: what they say in nft's words, with each inversion, and what is not understood of them. */
#include "xt.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/xt_connbytes.h>
#include <linux/netfilter/xt_connmark.h>
#include <linux/netfilter/xt_conntrack.h>
#include <linux/netfilter/xt_helper.h>
#include <linux/netfilter/xt_state.h>
#include "cmocka_all.h"

enum {
	ESTABLISHED = XT_CONNTRACK_STATE_BIT(IP_CT_ESTABLISHED),
	RELATED = XT_CONNTRACK_STATE_BIT(IP_CT_RELATED),
	NEW = XT_CONNTRACK_STATE_BIT(IP_CT_NEW),
};

static const char opaque_conntrack[] = "[opaque xt match conntrack]";

static const char *conntrack(struct xt_conntrack_mtinfo3 info)
{
	return xt_match_text("conntrack", 3, NFPROTO_IPV4, &info, sizeof(info));
}

static const char *ctstate(uint16_t mask, bool invert)
{
	return conntrack((struct xt_conntrack_mtinfo3){.match_flags = XT_CONNTRACK_STATE,
						       .invert_flags = invert ? XT_CONNTRACK_STATE : 0,
						       .state_mask = mask});
}

static void test_state_of_conntrack(void **state)
{
	(void)state;
	assert_string_equal(ctstate(ESTABLISHED | RELATED, false), "ct state established,related");
	assert_string_equal(ctstate(NEW, true), "ct state ! new");
	assert_string_equal(ctstate(XT_CONNTRACK_STATE_INVALID | XT_CONNTRACK_STATE_UNTRACKED, false),
			    "ct state invalid,untracked");
	assert_string_equal(ctstate(1 << 4, false), opaque_conntrack);
}

static void test_nat_bits_of_the_state_are_status(void **state)
{
	(void)state;
	assert_string_equal(ctstate(XT_CONNTRACK_STATE_DNAT, false), "ct status dnat");
	assert_string_equal(ctstate(XT_CONNTRACK_STATE_SNAT | XT_CONNTRACK_STATE_DNAT, true),
			    "ct status ! snat,dnat");
	assert_string_equal(ctstate(NEW | XT_CONNTRACK_STATE_DNAT, true), "ct state ! new ct status ! dnat");
	assert_string_equal(ctstate(ESTABLISHED | XT_CONNTRACK_STATE_DNAT, false),
			    "ct state & established . ct status & dnat != 0x0000000000000000");
}

static void test_state_as_an_alias(void **state)
{
	(void)state;
	assert_string_equal(
		conntrack((struct xt_conntrack_mtinfo3){
			.match_flags = XT_CONNTRACK_STATE | XT_CONNTRACK_STATE_ALIAS, .state_mask = NEW}),
		"ct state new");
	assert_string_equal(conntrack((struct xt_conntrack_mtinfo3){.match_flags = XT_CONNTRACK_STATE_ALIAS}),
			    opaque_conntrack);
}

static void test_what_passes_without_a_connection_is_asked_no_more(void **state)
{
	struct xt_conntrack_mtinfo3 info = {.match_flags = XT_CONNTRACK_STATE | XT_CONNTRACK_PROTO,
					    .state_mask = NEW,
					    .l4proto = IPPROTO_TCP};

	(void)state;
	assert_string_equal(conntrack(info), "ct state new ct protocol tcp");
	info.state_mask = XT_CONNTRACK_STATE_INVALID;
	assert_string_equal(conntrack(info), opaque_conntrack);
	info.state_mask = XT_CONNTRACK_STATE_UNTRACKED | NEW;
	assert_string_equal(conntrack(info), opaque_conntrack);
	info.invert_flags = XT_CONNTRACK_STATE; /* what is invalid passes */
	assert_string_equal(conntrack(info), opaque_conntrack);
	info.state_mask = XT_CONNTRACK_STATE_INVALID | XT_CONNTRACK_STATE_UNTRACKED;
	assert_string_equal(conntrack(info), "ct state ! invalid,untracked ct protocol tcp");
}

static void test_protocol_direction_and_status(void **state)
{
	(void)state;
	assert_string_equal(conntrack((struct xt_conntrack_mtinfo3){.match_flags = XT_CONNTRACK_PROTO,
								    .invert_flags = XT_CONNTRACK_PROTO,
								    .l4proto = IPPROTO_UDP}),
			    "ct protocol != udp");
	assert_string_equal(conntrack((struct xt_conntrack_mtinfo3){.match_flags = XT_CONNTRACK_PROTO,
								    .l4proto = 256 + IPPROTO_UDP}),
			    opaque_conntrack);
	assert_string_equal(conntrack((struct xt_conntrack_mtinfo3){.match_flags = XT_CONNTRACK_DIRECTION}),
			    "ct direction original");
	assert_string_equal(conntrack((struct xt_conntrack_mtinfo3){.match_flags = XT_CONNTRACK_DIRECTION,
								    .invert_flags = XT_CONNTRACK_DIRECTION}),
			    "ct direction reply");
	assert_string_equal(
		conntrack((struct xt_conntrack_mtinfo3){.match_flags = XT_CONNTRACK_STATUS,
							.status_mask = IPS_ASSURED | IPS_EXPECTED}),
		"ct status expected,assured");
	assert_string_equal(conntrack((struct xt_conntrack_mtinfo3){.match_flags = XT_CONNTRACK_STATUS,
								    .invert_flags = XT_CONNTRACK_STATUS,
								    .status_mask = IPS_SEEN_REPLY}),
			    "ct status ! seen-reply");
	assert_string_equal(conntrack((struct xt_conntrack_mtinfo3){.match_flags = XT_CONNTRACK_EXPIRES}),
			    opaque_conntrack);
	assert_string_equal(conntrack((struct xt_conntrack_mtinfo3){.match_flags = 1 << 14}),
			    opaque_conntrack);
}

static void test_addresses_of_the_tuples(void **state)
{
	struct xt_conntrack_mtinfo3 info = {
		.match_flags = XT_CONNTRACK_ORIGSRC | XT_CONNTRACK_REPLDST,
		.invert_flags = XT_CONNTRACK_REPLDST,
		.origsrc_addr.ip = htonl(0x0a010203),
		.origsrc_mask.ip = htonl(0xff000000),
		.repldst_addr.ip = htonl(0xc0000201),
		.repldst_mask.ip = htonl(0xffffffff),
	};
	struct xt_conntrack_mtinfo3 ipv6 = {
		.match_flags = XT_CONNTRACK_ORIGDST | XT_CONNTRACK_REPLSRC,
		.origdst_addr.ip6 = {htonl(0x20010db8), 0, 0, htonl(1)},
		.origdst_mask.ip6 = {~0u, ~0u, ~0u, ~0u},
		.replsrc_addr.ip6 = {htonl(0x20010db8)},
		.replsrc_mask.ip6 = {~0u},
	};

	(void)state;
	assert_string_equal(conntrack(info),
			    "ct original ip saddr 10.0.0.0/8 ct reply ip daddr != 192.0.2.1");
	assert_string_equal(xt_match_text("conntrack", 3, NFPROTO_IPV6, &ipv6, sizeof(ipv6)),
			    "ct original ip6 daddr 2001:db8::1 ct reply ip6 saddr 2001:db8::/32");
}

static void test_ports_of_the_tuples(void **state)
{
	(void)state;
	assert_string_equal(conntrack((struct xt_conntrack_mtinfo3){
				    .match_flags = XT_CONNTRACK_ORIGSRC_PORT | XT_CONNTRACK_ORIGDST_PORT,
				    .invert_flags = XT_CONNTRACK_ORIGSRC_PORT,
				    .origsrc_port = 1024,
				    .origsrc_port_high = 65535,
				    .origdst_port = 443,
				    .origdst_port_high = 443,
			    }),
			    "ct original proto-src != 1024-65535 ct original proto-dst 443");
	assert_string_equal(conntrack((struct xt_conntrack_mtinfo3){
				    .match_flags = XT_CONNTRACK_REPLSRC_PORT | XT_CONNTRACK_REPLDST_PORT,
				    .invert_flags = XT_CONNTRACK_REPLSRC_PORT,
				    .replsrc_port = 8443,
				    .replsrc_port_high = 8443,
				    .repldst_port = 1,
				    .repldst_port_high = 2,
			    }),
			    "ct reply proto-src != 8443 ct reply proto-dst 1-2");
}

/* Ports of the first two are in the order of the packet. */
static void test_earlier_revisions(void **state)
{
	const struct xt_conntrack_mtinfo1 first = {
		.match_flags = XT_CONNTRACK_STATE | XT_CONNTRACK_ORIGDST_PORT,
		.state_mask = NEW,
		.origdst_port = htons(443),
	};
	const struct xt_conntrack_mtinfo2 second = {
		.match_flags = XT_CONNTRACK_STATUS | XT_CONNTRACK_REPLSRC_PORT,
		.status_mask = IPS_DST_NAT,
		.replsrc_port = htons(8443),
	};

	(void)state;
	assert_string_equal(xt_match_text("conntrack", 1, NFPROTO_IPV4, &first, sizeof(first)),
			    "ct state new ct original proto-dst 443");
	assert_string_equal(xt_match_text("conntrack", 2, NFPROTO_IPV6, &second, sizeof(second)),
			    "ct reply proto-src 8443 ct status dnat");
}

static void test_state(void **state)
{
	struct xt_state_info info = {.statemask = NEW | XT_STATE_UNTRACKED};

	(void)state;
	assert_string_equal(xt_match_text("state", 0, NFPROTO_IPV4, &info, sizeof(info)),
			    "ct state new,untracked");
	info.statemask = ~(unsigned)NEW;
	assert_string_equal(xt_match_text("state", 0, NFPROTO_IPV4, &info, sizeof(info)),
			    "ct state invalid,established,related,untracked");
}

static void test_connmark(void **state)
{
	struct xt_connmark_mtinfo1 info = {.mark = 0x10, .mask = 0xffffffff};

	(void)state;
	assert_string_equal(xt_match_text("connmark", 1, NFPROTO_IPV4, &info, sizeof(info)),
			    "ct mark 0x00000010");
	info.mask = 0xf0;
	info.invert = 1;
	assert_string_equal(xt_match_text("connmark", 1, NFPROTO_IPV4, &info, sizeof(info)),
			    "ct mark & 0x000000f0 != 0x00000010");
	info.invert = 2;
	assert_string_equal(xt_match_text("connmark", 1, NFPROTO_IPV4, &info, sizeof(info)),
			    "[opaque xt match connmark]");
}

static void test_connbytes(void **state)
{
	struct xt_connbytes_info info = {.count = {10, 20}, .what = XT_CONNBYTES_PKTS, .direction = 2};

	(void)state;
	assert_string_equal(xt_match_text("connbytes", 0, NFPROTO_IPV4, &info, sizeof(info)),
			    "ct packets 10-20");
	info = (struct xt_connbytes_info){.count = {20, 10}, .what = XT_CONNBYTES_BYTES, .direction = 1};
	assert_string_equal(xt_match_text("connbytes", 0, NFPROTO_IPV4, &info, sizeof(info)),
			    "ct reply bytes != 10-20");
	info.direction = 3;
	assert_string_equal(xt_match_text("connbytes", 0, NFPROTO_IPV4, &info, sizeof(info)),
			    "[opaque xt match connbytes]");
}

static const char *helper(struct xt_helper_info info)
{
	return xt_match_text("helper", 0, NFPROTO_IPV4, &info, sizeof(info));
}

static void test_helper(void **state)
{
	(void)state;
	assert_string_equal(helper((struct xt_helper_info){.name = "ftp"}), "ct helper \"ftp\"");
	assert_string_equal(helper((struct xt_helper_info){.name = "ftp", .invert = 1}),
			    "ct helper != \"ftp\"");
	assert_string_equal(helper((struct xt_helper_info){.invert = 1}), "ct helper \"\"");
	assert_string_equal(helper((struct xt_helper_info){.name = "a name longer than any"}),
			    "[opaque xt match helper]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_state_of_conntrack),
		cmocka_unit_test(test_nat_bits_of_the_state_are_status),
		cmocka_unit_test(test_state_as_an_alias),
		cmocka_unit_test(test_what_passes_without_a_connection_is_asked_no_more),
		cmocka_unit_test(test_protocol_direction_and_status),
		cmocka_unit_test(test_addresses_of_the_tuples),
		cmocka_unit_test(test_ports_of_the_tuples),
		cmocka_unit_test(test_earlier_revisions),
		cmocka_unit_test(test_state),
		cmocka_unit_test(test_connmark),
		cmocka_unit_test(test_connbytes),
		cmocka_unit_test(test_helper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
