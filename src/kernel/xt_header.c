/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The matches on a packet's own bytes beside its ports: addresses in ranges, ICMP, lifetime, service, length, MAC address,
 * numbers of IPsec. Those that are for one protocol find that the rule has asked for it, since the kernel takes them in no other.
 */
#include "xt_decode.h"
#include "xt_key.h"
#include "xt_lower.h"

#include <netinet/in.h>
#include <stddef.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_dscp.h>
#include <linux/netfilter/xt_ecn.h>
#include <linux/netfilter/xt_esp.h>
#include <linux/netfilter/xt_iprange.h>
#include <linux/netfilter/xt_length.h>
#include <linux/netfilter/xt_mac.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv4/ipt_ah.h>
#include <linux/netfilter_ipv4/ipt_ttl.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <linux/netfilter_ipv6/ip6t_hl.h>

enum {
	TTL_OFFSET = 8,
	HOP_LIMIT_OFFSET = 7,
	TOS_OFFSET = 1,
	TCP_FLAGS_OFFSET = 13,
	TCP_ECE = 0x40,
	TCP_CWR = 0x80,
	ICMP_ANY = 255,
	CODE_LAST = 255,
	LENGTH_LAST = 65535,
	ESP_SPI_OFFSET = 0,
	AH_SPI_OFFSET = 4,
};

/* iprange */

static void address_between(const struct xt_extension *in, bool destination, const union nf_inet_addr *from,
			    const union nf_inet_addr *to, bool invert, struct op_list *out)
{
	uint8_t length = xt_address_length(in->family);

	xt_payload(out, NFT_PAYLOAD_NETWORK_HEADER, xt_address_offset(in->family, destination), length);
	xt_between(out, from, to, length, invert);
}

static bool iprange_decode(const struct xt_extension *in, struct op_list *out)
{
	const uint8_t known = IPRANGE_SRC | IPRANGE_DST | IPRANGE_SRC_INV | IPRANGE_DST_INV;
	const struct xt_iprange_mtinfo *info = in->info;

	if (info->flags & ~known)
		return false;
	if (info->flags & IPRANGE_SRC)
		address_between(in, false, &info->src_min, &info->src_max, info->flags & IPRANGE_SRC_INV,
				out);
	if (info->flags & IPRANGE_DST)
		address_between(in, true, &info->dst_min, &info->dst_max, info->flags & IPRANGE_DST_INV, out);
	return true;
}

/* icmp, icmp6: a type, and of its codes a range */

static void icmp_byte_between(uint32_t offset, const uint8_t *from, const uint8_t *to, bool invert,
			      struct op_list *out)
{
	xt_payload(out, NFT_PAYLOAD_TRANSPORT_HEADER, offset, sizeof(*from));
	if (*from == *to)
		xt_equal(out, from, sizeof(*from), invert);
	else
		xt_between(out, from, to, sizeof(*from), invert);
}

/* The two bytes together are a range too, whose inversion is exact. */
static void icmp_test(uint8_t type, const uint8_t codes[2], bool invert, struct op_list *out)
{
	const uint8_t from[] = {type, codes[0]}, to[] = {type, codes[1]};
	bool any_code = codes[0] == 0 && codes[1] == CODE_LAST;

	if (invert && !any_code) {
		xt_payload(out, NFT_PAYLOAD_TRANSPORT_HEADER, 0, sizeof(from));
		xt_between(out, from, to, sizeof(from), invert);
		return;
	}
	icmp_byte_between(0, &type, &type, invert, out);
	if (!any_code)
		icmp_byte_between(1, &codes[0], &codes[1], false, out);
}

static bool icmp_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct ipt_icmp *icmp = in->info;
	bool invert = icmp->invflags & IPT_ICMP_INV;

	if (icmp->invflags & ~IPT_ICMP_INV)
		return false;
	if (icmp->type != ICMP_ANY)
		icmp_test(icmp->type, icmp->code, invert, out);
	else if (invert)
		xt_never(out);
	return true;
}

static bool icmp6_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct ip6t_icmp *icmp = in->info;

	if (icmp->invflags & ~IP6T_ICMP_INV)
		return false;
	icmp_test(icmp->type, icmp->code, icmp->invflags & IP6T_ICMP_INV, out);
	return true;
}

/* ttl, hl: their modes have the same numbers */

static bool lifetime_test(uint32_t offset, uint8_t mode, uint8_t value, struct op_list *out)
{
	static const uint32_t tests[] = {
		[IPT_TTL_EQ] = NFT_CMP_EQ,
		[IPT_TTL_NE] = NFT_CMP_NEQ,
		[IPT_TTL_LT] = NFT_CMP_LT,
		[IPT_TTL_GT] = NFT_CMP_GT,
	};

	if (mode >= COUNT(tests))
		return false;
	xt_payload(out, NFT_PAYLOAD_NETWORK_HEADER, offset, sizeof(value));
	xt_compare(out, tests[mode], &value, sizeof(value));
	return true;
}

static bool ttl_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct ipt_ttl_info *info = in->info;

	return lifetime_test(TTL_OFFSET, info->mode, info->ttl, out);
}

static bool hl_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct ip6t_hl_info *info = in->info;

	return lifetime_test(HOP_LIMIT_OFFSET, info->mode, info->hop_limit, out);
}

/* dscp, tos, ecn: a byte, which in IPv6 lies across two. */

static void service_test(uint8_t family, uint8_t mask, uint8_t value, bool invert, struct op_list *out)
{
	const uint8_t masks[] = {mask >> 4, (mask << 4) & 0xff}, values[] = {value >> 4, (value << 4) & 0xff};

	if (family == NFPROTO_IPV6) {
		xt_payload(out, NFT_PAYLOAD_NETWORK_HEADER, 0, sizeof(masks));
		xt_equal_masked(out, values, masks, sizeof(masks), invert);
	} else {
		xt_payload(out, NFT_PAYLOAD_NETWORK_HEADER, TOS_OFFSET, sizeof(mask));
		xt_equal_masked(out, &value, &mask, sizeof(mask), invert);
	}
}

static bool dscp_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_dscp_info *info = in->info;

	if (info->dscp > XT_DSCP_MAX)
		return false;
	service_test(in->family, XT_DSCP_MASK, (uint8_t)(info->dscp << XT_DSCP_SHIFT), info->invert, out);
	return true;
}

static bool tos_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_tos_match_info *info = in->info;

	service_test(in->family, info->tos_mask, info->tos_value, info->invert, out);
	return true;
}

static void ecn_flag_test(const struct xt_ecn_info *info, uint8_t operation, uint8_t flag,
			  struct op_list *out)
{
	static const uint8_t none;

	if (!(info->operation & operation))
		return;
	xt_payload(out, NFT_PAYLOAD_TRANSPORT_HEADER, TCP_FLAGS_OFFSET, sizeof(flag));
	xt_mask(out, &flag, sizeof(flag));
	xt_equal(out, &none, sizeof(none), !(info->invert & operation));
}

static bool ecn_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_ecn_info *info = in->info;
	const uint8_t known = XT_ECN_OP_MATCH_IP | XT_ECN_OP_MATCH_ECE | XT_ECN_OP_MATCH_CWR;

	if (info->operation & ~known)
		return false;
	if (info->operation & XT_ECN_OP_MATCH_IP)
		service_test(in->family, XT_ECN_IP_MASK & 0xff, info->ip_ect,
			     info->invert & XT_ECN_OP_MATCH_IP, out);
	ecn_flag_test(info, XT_ECN_OP_MATCH_ECE, TCP_ECE, out);
	ecn_flag_test(info, XT_ECN_OP_MATCH_CWR, TCP_CWR, out);
	return true;
}

static bool length_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_length_info *info = in->info;
	const uint32_t from = htonl(info->min), to = htonl(info->max);

	if (info->invert > 1)
		return false;
	if (info->min == 0 && info->max == LENGTH_LAST && !info->invert)
		return true;
	xt_meta(out, NFT_META_LEN, sizeof(from));
	xt_swap(out, sizeof(from));
	if (from == to)
		xt_equal(out, &from, sizeof(from), info->invert);
	else
		xt_between(out, &from, &to, sizeof(from), info->invert);
	return true;
}

/* Of other links than Ethernet it matches nothing, inverted or not. */
static bool mac_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_mac_info *info = in->info;
	const uint16_t ethernet = ARPHRD_ETHER;

	if (info->invert < 0 || info->invert > 1)
		return false;
	xt_meta(out, NFT_META_IIFTYPE, sizeof(ethernet));
	xt_equal(out, &ethernet, sizeof(ethernet), false);
	xt_payload(out, NFT_PAYLOAD_LL_HEADER, offsetof(struct ethhdr, h_source), ETH_ALEN);
	xt_equal(out, info->srcaddr, ETH_ALEN, info->invert);
	return true;
}

/* esp, ah */

static void spi_test(uint32_t offset, const uint32_t spis[2], bool invert, struct op_list *out)
{
	const uint32_t from = htonl(spis[0]), to = htonl(spis[1]);

	if (from == 0 && to == UINT32_MAX && !invert)
		return;
	xt_payload(out, NFT_PAYLOAD_TRANSPORT_HEADER, offset, sizeof(from));
	xt_between(out, &from, &to, sizeof(from), invert);
}

static bool esp_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_esp *esp = in->info;

	if (esp->invflags & ~XT_ESP_INV_MASK)
		return false;
	spi_test(ESP_SPI_OFFSET, esp->spis, esp->invflags & XT_ESP_INV_SPI, out);
	return true;
}

static bool ah_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct ipt_ah *ah = in->info;

	if (ah->invflags & ~IPT_AH_INV_MASK)
		return false;
	spi_test(AH_SPI_OFFSET, ah->spis, ah->invflags & IPT_AH_INV_SPI, out);
	return true;
}

static const struct xt_kind kinds[] = {
	{"iprange", 1, NFPROTO_IPV4, sizeof(struct xt_iprange_mtinfo), iprange_decode},
	{"iprange", 1, NFPROTO_IPV6, sizeof(struct xt_iprange_mtinfo), iprange_decode},
	{"icmp", 0, NFPROTO_IPV4, sizeof(struct ipt_icmp), icmp_decode},
	{"icmp6", 0, NFPROTO_IPV6, sizeof(struct ip6t_icmp), icmp6_decode},
	{"ttl", 0, NFPROTO_IPV4, sizeof(struct ipt_ttl_info), ttl_decode},
	{"hl", 0, NFPROTO_IPV6, sizeof(struct ip6t_hl_info), hl_decode},
	{"dscp", 0, NFPROTO_IPV4, sizeof(struct xt_dscp_info), dscp_decode},
	{"dscp", 0, NFPROTO_IPV6, sizeof(struct xt_dscp_info), dscp_decode},
	{"tos", 1, NFPROTO_IPV4, sizeof(struct xt_tos_match_info), tos_decode},
	{"tos", 1, NFPROTO_IPV6, sizeof(struct xt_tos_match_info), tos_decode},
	{"ecn", 0, NFPROTO_IPV4, sizeof(struct xt_ecn_info), ecn_decode},
	{"ecn", 0, NFPROTO_IPV6, sizeof(struct xt_ecn_info), ecn_decode},
	{"length", 0, NFPROTO_UNSPEC, sizeof(struct xt_length_info), length_decode},
	{"mac", 0, NFPROTO_UNSPEC, sizeof(struct xt_mac_info), mac_decode},
	{"esp", 0, NFPROTO_UNSPEC, sizeof(struct xt_esp), esp_decode},
	{"ah", 0, NFPROTO_IPV4, sizeof(struct ipt_ah), ah_decode},
};

const struct xt_kinds xt_header_matches = {kinds, COUNT(kinds)};
