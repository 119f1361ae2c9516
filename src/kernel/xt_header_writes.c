/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The targets that write into the IP header: TOS and DSCP, and TTL or hop limit where they are set to a value. Where they are
 * counted up or down, what comes out depends on the packet, and they are opaque.
 */
#include "xt_decode.h"
#include "xt_lower.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_DSCP.h>
#include <linux/netfilter_ipv4/ipt_TTL.h>
#include <linux/netfilter_ipv6/ip6t_HL.h>

enum { TTL_OFFSET = 8, HOP_LIMIT_OFFSET = 7, DSCP_SHIFT = 2, DSCP_MOST = 0x3f };

static void header_set(struct op_list *out, uint32_t offset, uint8_t length)
{
	op_list_add(out, (struct op){.kind = OP_PAYLOAD_SET,
				     .sreg = XT_REGISTER,
				     .length = length,
				     .payload = {.base = NFT_PAYLOAD_NETWORK_HEADER, .offset = offset}});
}

/*
 * (field & ~mask) ^ value, in the first two bytes as nft does it: the field is the second one, and in IPv6 lies across both.
 */
static bool service_set(const struct xt_extension *in, uint8_t value, uint8_t mask, struct op_list *out)
{
	unsigned shift = in->family == NFPROTO_IPV6 ? 4 : 0;
	unsigned keep = ~((unsigned)mask << shift), flip = (unsigned)value << shift;
	const uint8_t kept[] = {keep >> 8 & 0xff, keep & 0xff}, flipped[] = {flip >> 8, flip & 0xff};

	xt_payload(out, NFT_PAYLOAD_NETWORK_HEADER, 0, sizeof(kept));
	op_list_add(out, (struct op){.kind = OP_BITWISE,
				     .dreg = XT_REGISTER,
				     .sreg = XT_REGISTER,
				     .length = sizeof(kept),
				     .bitwise = {.mask = op_list_bytes(out, kept, sizeof(kept)),
						 .xor = op_list_bytes(out, flipped, sizeof(flipped))}});
	header_set(out, 0, sizeof(kept));
	return in->family == NFPROTO_IPV4 || in->family == NFPROTO_IPV6;
}

static bool tos_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_tos_target_info *tos = in->info;

	return service_set(in, tos->tos_value, tos->tos_mask, out);
}

static bool dscp_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_DSCP_info *dscp = in->info;

	return dscp->dscp <= DSCP_MOST &&
	       service_set(in, (uint8_t)(dscp->dscp << DSCP_SHIFT), DSCP_MOST << DSCP_SHIFT, out);
}

static bool ttl_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct ipt_TTL_info *ttl = in->info;

	xt_immediate(out, XT_REGISTER, &ttl->ttl, sizeof(ttl->ttl));
	header_set(out, TTL_OFFSET, sizeof(ttl->ttl));
	return ttl->mode == IPT_TTL_SET;
}

static bool hop_limit_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct ip6t_HL_info *limit = in->info;

	xt_immediate(out, XT_REGISTER, &limit->hop_limit, sizeof(limit->hop_limit));
	header_set(out, HOP_LIMIT_OFFSET, sizeof(limit->hop_limit));
	return limit->mode == IP6T_HL_SET;
}

static const struct xt_kind kinds[] = {
	{"TOS", 1, NFPROTO_UNSPEC, sizeof(struct xt_tos_target_info), tos_decode},
	{"DSCP", 0, NFPROTO_UNSPEC, sizeof(struct xt_DSCP_info), dscp_decode},
	{"TTL", 0, NFPROTO_IPV4, sizeof(struct ipt_TTL_info), ttl_decode},
	{"HL", 0, NFPROTO_IPV6, sizeof(struct ip6t_HL_info), hop_limit_decode},
};

const struct xt_kinds xt_header_targets = {kinds, COUNT(kinds)};
