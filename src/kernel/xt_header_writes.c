/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The targets that write into headers: TOS, DSCP and ECN, the last one in TCP's too, and TTL or hop limit. */
#include "xt_decode.h"
#include "xt_lower.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_DSCP.h>
#include <linux/netfilter_ipv4/ipt_ECN.h>
#include <linux/netfilter_ipv4/ipt_TTL.h>
#include <linux/netfilter_ipv6/ip6t_HL.h>

enum { TTL_OFFSET = 8, HOP_LIMIT_OFFSET = 7, DSCP_SHIFT = 2, DSCP_MOST = 0x3f };
enum { ECN_BITS = 0x03, TCP_FLAGS_OFFSET = 13, TCP_ECE = 0x40, TCP_CWR = 0x80 };

static void header_set(struct op_list *out, uint32_t base, uint32_t offset, uint8_t length)
{
	op_list_add(out, (struct op){.kind = OP_PAYLOAD_SET,
				     .sreg = XT_REGISTER,
				     .length = length,
				     .payload = {.base = base, .offset = offset}});
}

/* (field & kept) ^ flipped */
static void bits_change(struct op_list *out, const uint8_t *kept, const uint8_t *flipped, uint8_t length)
{
	op_list_add(out, (struct op){.kind = OP_BITWISE,
				     .dreg = XT_REGISTER,
				     .sreg = XT_REGISTER,
				     .length = length,
				     .bitwise = {.mask = op_list_bytes(out, kept, length),
						 .xor = op_list_bytes(out, flipped, length)}});
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
	bits_change(out, kept, flipped, sizeof(kept));
	header_set(out, NFT_PAYLOAD_NETWORK_HEADER, 0, sizeof(kept));
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

/* The modes of both have the same numbers. */
static bool lifetime_write(struct op_list *out, uint32_t offset, uint8_t mode, uint8_t value)
{
	static const enum bitwise_op counts[] = {[IPT_TTL_INC] = BITWISE_UP, [IPT_TTL_DEC] = BITWISE_DOWN};

	if (mode >= COUNT(counts))
		return false;
	if (mode == IPT_TTL_SET) {
		xt_immediate(out, XT_REGISTER, &value, sizeof(value));
	} else {
		xt_payload(out, NFT_PAYLOAD_NETWORK_HEADER, offset, sizeof(value));
		op_list_add(out, (struct op){.kind = OP_BITWISE,
					     .dreg = XT_REGISTER,
					     .sreg = XT_REGISTER,
					     .length = sizeof(value),
					     .bitwise = {.op = counts[mode], .shift = value}});
	}
	header_set(out, NFT_PAYLOAD_NETWORK_HEADER, offset, sizeof(value));
	return true;
}

static bool ttl_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct ipt_TTL_info *ttl = in->info;

	return lifetime_write(out, TTL_OFFSET, ttl->mode, ttl->ttl);
}

static bool hop_limit_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct ip6t_HL_info *limit = in->info;

	return lifetime_write(out, HOP_LIMIT_OFFSET, limit->mode, limit->hop_limit);
}

/* ECN: two bits of IP, and the flags of TCP, where the rule has asked for that. */

static void tcp_flags_write(const struct ipt_ECN_info *ecn, struct op_list *out)
{
	uint8_t flags = (ecn->operation & IPT_ECN_OP_SET_ECE ? TCP_ECE : 0) |
			(ecn->operation & IPT_ECN_OP_SET_CWR ? TCP_CWR : 0);
	const uint8_t kept = (uint8_t)~flags,
		      set = flags & ((ecn->proto.tcp.ece ? TCP_ECE : 0) | (ecn->proto.tcp.cwr ? TCP_CWR : 0));

	xt_payload(out, NFT_PAYLOAD_TRANSPORT_HEADER, TCP_FLAGS_OFFSET, sizeof(kept));
	bits_change(out, &kept, &set, sizeof(kept));
	header_set(out, NFT_PAYLOAD_TRANSPORT_HEADER, TCP_FLAGS_OFFSET, sizeof(kept));
}

static bool ecn_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct ipt_ECN_info *ecn = in->info;

	if (ecn->operation & IPT_ECN_OP_MASK || ecn->ip_ect & ~ECN_BITS)
		return false;
	if (ecn->operation & IPT_ECN_OP_SET_IP)
		service_set(in, ecn->ip_ect, ECN_BITS, out);
	if (ecn->operation & (IPT_ECN_OP_SET_ECE | IPT_ECN_OP_SET_CWR))
		tcp_flags_write(ecn, out);
	return true;
}

static const struct xt_kind kinds[] = {
	{"TOS", 1, NFPROTO_UNSPEC, sizeof(struct xt_tos_target_info), tos_decode},
	{"DSCP", 0, NFPROTO_UNSPEC, sizeof(struct xt_DSCP_info), dscp_decode},
	{"ECN", 0, NFPROTO_IPV4, sizeof(struct ipt_ECN_info), ecn_decode},
	{"TTL", 0, NFPROTO_IPV4, sizeof(struct ipt_TTL_info), ttl_decode},
	{"HL", 0, NFPROTO_IPV6, sizeof(struct ip6t_HL_info), hop_limit_decode},
};

const struct xt_kinds xt_header_targets = {kinds, COUNT(kinds)};
