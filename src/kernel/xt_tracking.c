/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The matches on connections: conntrack, state, connmark, connbytes, helper. A packet without a connection has a state in nft
 * and nothing else; conntrack then asks for the state alone, and takes it for enough.
 */
#include "xt_decode.h"
#include "xt_lower.h"

#include "fwport/port_set.h"

#include <netinet/in.h>
#include <string.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_connbytes.h>
#include <linux/netfilter/xt_connmark.h>
#include <linux/netfilter/xt_conntrack.h>
#include <linux/netfilter/xt_helper.h>
#include <linux/netfilter/xt_state.h>

enum {
	WORD = 4,
	HELPER_BYTES = 16,
	NO_DIRECTION = -1,
	ESTABLISHED = XT_CONNTRACK_STATE_BIT(IP_CT_ESTABLISHED),
	RELATED = XT_CONNTRACK_STATE_BIT(IP_CT_RELATED),
	NEW = XT_CONNTRACK_STATE_BIT(IP_CT_NEW),
	/* These have the same bits in nft. */
	STATES = XT_CONNTRACK_STATE_INVALID | ESTABLISHED | RELATED | NEW,
};

/* Flags that make no difference by themselves: an alias is the name of `-m state`. */
enum { FLAGS_OF_STATE = XT_CONNTRACK_STATE | XT_CONNTRACK_STATE_ALIAS };

static const uint32_t zero[2];

/* conntrack: state */

static uint32_t states_of(uint16_t mask)
{
	return (mask & STATES) | (mask & XT_CONNTRACK_STATE_UNTRACKED ? NF_CT_STATE_UNTRACKED_BIT : 0u);
}

static uint32_t nat_of(uint16_t mask)
{
	return (mask & XT_CONNTRACK_STATE_SNAT ? IPS_SRC_NAT : 0u) |
	       (mask & XT_CONNTRACK_STATE_DNAT ? IPS_DST_NAT : 0u);
}

static bool is_known_state(uint16_t mask)
{
	return !(mask & ~(STATES | XT_CONNTRACK_STATE_UNTRACKED | XT_CONNTRACK_STATE_SNAT |
			  XT_CONNTRACK_STATE_DNAT));
}

static void states_test(struct op_list *out, uint32_t states, bool invert)
{
	xt_ct(out, NFT_CT_STATE, NO_DIRECTION, WORD);
	xt_any_bit(out, states, invert);
}

/* What has no connection has no NAT. */
static void nat_load(struct op_list *out)
{
	xt_ct(out, NFT_CT_STATUS, NO_DIRECTION, WORD);
	xt_or_else(out, zero, WORD);
}

static void nat_test(struct op_list *out, uint32_t bits, bool invert)
{
	nat_load(out);
	xt_any_bit(out, bits, invert);
}

/* One of either: side by side the two are not all zeros. */
static void state_or_nat_test(struct op_list *out, uint32_t states, uint32_t bits)
{
	const uint8_t second = XT_REGISTER + WORD;

	nat_load(out);
	xt_mask(out, &bits, WORD);
	if (out->failed)
		return;
	out->at[out->count - 2].dreg = out->at[out->count - 1].dreg = out->at[out->count - 1].sreg = second;
	xt_ct(out, NFT_CT_STATE, NO_DIRECTION, WORD);
	xt_mask(out, &states, WORD);
	xt_compare(out, NFT_CMP_NEQ, zero, 2 * WORD);
}

static void state_decode_mask(uint16_t mask, bool invert, struct op_list *out)
{
	uint32_t states = states_of(mask), nat = nat_of(mask);

	if (states && nat && !invert) {
		state_or_nat_test(out, states, nat);
		return;
	}
	if (states || !nat)
		states_test(out, states, invert);
	if (nat)
		nat_test(out, nat, invert);
}

/* A packet without a connection may pass the test, and then whatever else is asked of the connection. */
static bool passes_without_connection(uint16_t mask, bool invert)
{
	const uint16_t without = XT_CONNTRACK_STATE_INVALID | XT_CONNTRACK_STATE_UNTRACKED;

	return (invert ? ~mask : mask) & without;
}

/* conntrack: the tuples */

static const struct tuple_end {
	uint16_t address_flag, port_flag;
	int16_t direction;
	bool source;
	size_t address, mask, first, last; /* where in the struct */
} ends[] = {
	{XT_CONNTRACK_ORIGSRC, XT_CONNTRACK_ORIGSRC_PORT, IP_CT_DIR_ORIGINAL, true,
	 offsetof(struct xt_conntrack_mtinfo3, origsrc_addr),
	 offsetof(struct xt_conntrack_mtinfo3, origsrc_mask),
	 offsetof(struct xt_conntrack_mtinfo3, origsrc_port),
	 offsetof(struct xt_conntrack_mtinfo3, origsrc_port_high)},
	{XT_CONNTRACK_ORIGDST, XT_CONNTRACK_ORIGDST_PORT, IP_CT_DIR_ORIGINAL, false,
	 offsetof(struct xt_conntrack_mtinfo3, origdst_addr),
	 offsetof(struct xt_conntrack_mtinfo3, origdst_mask),
	 offsetof(struct xt_conntrack_mtinfo3, origdst_port),
	 offsetof(struct xt_conntrack_mtinfo3, origdst_port_high)},
	{XT_CONNTRACK_REPLSRC, XT_CONNTRACK_REPLSRC_PORT, IP_CT_DIR_REPLY, true,
	 offsetof(struct xt_conntrack_mtinfo3, replsrc_addr),
	 offsetof(struct xt_conntrack_mtinfo3, replsrc_mask),
	 offsetof(struct xt_conntrack_mtinfo3, replsrc_port),
	 offsetof(struct xt_conntrack_mtinfo3, replsrc_port_high)},
	{XT_CONNTRACK_REPLDST, XT_CONNTRACK_REPLDST_PORT, IP_CT_DIR_REPLY, false,
	 offsetof(struct xt_conntrack_mtinfo3, repldst_addr),
	 offsetof(struct xt_conntrack_mtinfo3, repldst_mask),
	 offsetof(struct xt_conntrack_mtinfo3, repldst_port),
	 offsetof(struct xt_conntrack_mtinfo3, repldst_port_high)},
};

static void address_test(const struct xt_conntrack_mtinfo3 *info, const struct tuple_end *end, uint8_t family,
			 struct op_list *out)
{
	uint32_t key_ipv4 = end->source ? NFT_CT_SRC_IP : NFT_CT_DST_IP;
	uint32_t key_ipv6 = end->source ? NFT_CT_SRC_IP6 : NFT_CT_DST_IP6;
	const uint8_t *address = (const uint8_t *)info + end->address,
		      *mask = (const uint8_t *)info + end->mask;
	uint8_t length = family == NFPROTO_IPV4 ? sizeof(struct in_addr) : sizeof(struct in6_addr);
	uint8_t value[sizeof(struct in6_addr)];

	for (uint8_t i = 0; i < length; i++)
		value[i] = address[i] & mask[i];
	xt_ct(out, family == NFPROTO_IPV4 ? key_ipv4 : key_ipv6, end->direction, length);
	xt_equal_masked(out, value, mask, length, info->invert_flags & end->address_flag);
}

static void port_test(const struct xt_conntrack_mtinfo3 *info, const struct tuple_end *end,
		      struct op_list *out)
{
	bool invert = info->invert_flags & end->port_flag;
	uint16_t first, last;

	memcpy(&first, (const uint8_t *)info + end->first, sizeof(first));
	memcpy(&last, (const uint8_t *)info + end->last, sizeof(last));
	first = htons(first);
	last = htons(last);
	xt_ct(out, end->source ? NFT_CT_PROTO_SRC : NFT_CT_PROTO_DST, end->direction, PORT_BYTES);
	if (first == last)
		xt_equal(out, &first, PORT_BYTES, invert);
	else
		xt_between(out, &first, &last, PORT_BYTES, invert);
}

/* The flag of the direction says "original", inverted "reply". */
static void direction_test(const struct xt_conntrack_mtinfo3 *info, struct op_list *out)
{
	const uint8_t direction =
		info->invert_flags & XT_CONNTRACK_DIRECTION ? IP_CT_DIR_REPLY : IP_CT_DIR_ORIGINAL;

	xt_ct(out, NFT_CT_DIRECTION, NO_DIRECTION, sizeof(direction));
	xt_equal(out, &direction, sizeof(direction), false);
}

static void protocol_test(const struct xt_conntrack_mtinfo3 *info, struct op_list *out)
{
	const uint8_t protocol = (uint8_t)info->l4proto;

	xt_ct(out, NFT_CT_PROTOCOL, NO_DIRECTION, sizeof(protocol));
	xt_equal(out, &protocol, sizeof(protocol), info->invert_flags & XT_CONNTRACK_PROTO);
}

static void connection_decode(const struct xt_conntrack_mtinfo3 *info, uint8_t family, struct op_list *out)
{
	uint16_t flags = info->match_flags;

	if (flags & XT_CONNTRACK_DIRECTION)
		direction_test(info, out);
	for (size_t i = 0; i < COUNT(ends); i++)
		if (flags & ends[i].address_flag)
			address_test(info, &ends[i], family, out);
	if (flags & XT_CONNTRACK_PROTO)
		protocol_test(info, out);
	for (size_t i = 0; i < COUNT(ends); i++)
		if (flags & ends[i].port_flag)
			port_test(info, &ends[i], out);
	if (flags & XT_CONNTRACK_STATUS) {
		xt_ct(out, NFT_CT_STATUS, NO_DIRECTION, WORD);
		xt_any_bit(out, info->status_mask, info->invert_flags & XT_CONNTRACK_STATUS);
	}
}

/* How long a connection still lives is not understood. */
static bool is_understood(const struct xt_conntrack_mtinfo3 *info, uint8_t family)
{
	const uint16_t known = FLAGS_OF_STATE | (XT_CONNTRACK_STATE_ALIAS - 1);
	uint16_t flags = info->match_flags;

	if ((flags & ~known) || (flags & XT_CONNTRACK_EXPIRES) || !(flags & ~XT_CONNTRACK_STATE_ALIAS))
		return false;
	if ((flags & XT_CONNTRACK_STATE) && !is_known_state(info->state_mask))
		return false;
	if ((flags & XT_CONNTRACK_PROTO) && info->l4proto > UINT8_MAX)
		return false;
	return family == NFPROTO_IPV4 || family == NFPROTO_IPV6;
}

static bool conntrack_decode(const struct xt_conntrack_mtinfo3 *info, uint8_t family, struct op_list *out)
{
	bool invert = info->invert_flags & XT_CONNTRACK_STATE;

	if (!is_understood(info, family))
		return false;
	if (info->match_flags & XT_CONNTRACK_STATE) {
		if ((info->match_flags & ~FLAGS_OF_STATE) &&
		    passes_without_connection(info->state_mask, invert))
			return false;
		state_decode_mask(info->state_mask, invert, out);
	}
	connection_decode(info, family, out);
	return true;
}

/* The revisions begin alike; masks grew from a byte to two, ports from one in the packet's order to a range in the host's. */

static void ports_from_packet(struct xt_conntrack_mtinfo3 *info)
{
	info->origsrc_port_high = info->origsrc_port = ntohs(info->origsrc_port);
	info->origdst_port_high = info->origdst_port = ntohs(info->origdst_port);
	info->replsrc_port_high = info->replsrc_port = ntohs(info->replsrc_port);
	info->repldst_port_high = info->repldst_port = ntohs(info->repldst_port);
}

static bool conntrack1_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_conntrack_mtinfo1 *old = in->info;
	struct xt_conntrack_mtinfo3 info;

	memcpy(&info, old, offsetof(struct xt_conntrack_mtinfo1, state_mask));
	info.state_mask = old->state_mask;
	info.status_mask = old->status_mask;
	ports_from_packet(&info);
	return conntrack_decode(&info, in->family, out);
}

static bool conntrack2_decode(const struct xt_extension *in, struct op_list *out)
{
	struct xt_conntrack_mtinfo3 info;

	memcpy(&info, in->info, sizeof(struct xt_conntrack_mtinfo2));
	ports_from_packet(&info);
	return conntrack_decode(&info, in->family, out);
}

static bool conntrack3_decode(const struct xt_extension *in, struct op_list *out)
{
	return conntrack_decode(in->info, in->family, out);
}

/* An inverted state is the mask of all others, and of bits that mean nothing. */
static bool state_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_state_info *state = in->info;

	states_test(out, state->statemask & (STATES | XT_STATE_UNTRACKED), false);
	return true;
}

static bool connmark_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_connmark_mtinfo1 *mark = in->info;

	if (mark->invert > 1)
		return false;
	xt_ct(out, NFT_CT_MARK, NO_DIRECTION, sizeof(mark->mark));
	xt_equal_masked(out, &mark->mark, &mark->mask, sizeof(mark->mark), mark->invert);
	return true;
}

/* A range that runs backwards is everything outside of it. */
static bool connbytes_decode(const struct xt_extension *in, struct op_list *out)
{
	static const uint32_t keys[] = {
		[XT_CONNBYTES_PKTS] = NFT_CT_PKTS,
		[XT_CONNBYTES_BYTES] = NFT_CT_BYTES,
		[XT_CONNBYTES_AVGPKT] = NFT_CT_AVGPKT,
	};
	static const int16_t directions[] = {
		[XT_CONNBYTES_DIR_ORIGINAL] = IP_CT_DIR_ORIGINAL,
		[XT_CONNBYTES_DIR_REPLY] = IP_CT_DIR_REPLY,
		[XT_CONNBYTES_DIR_BOTH] = NO_DIRECTION,
	};
	const struct xt_connbytes_info *info = in->info;
	bool invert = info->count.from > info->count.to;
	uint64_t low = htobe64(invert ? info->count.to : info->count.from);
	uint64_t high = htobe64(invert ? info->count.from : info->count.to);

	if (info->what >= COUNT(keys) || info->direction >= COUNT(directions))
		return false;
	xt_ct(out, keys[info->what], directions[info->direction], sizeof(low));
	xt_swap(out, sizeof(low));
	xt_between(out, &low, &high, sizeof(low), invert);
	return true;
}

/* Whether a helper expected the connection, and which; without a name, any. */
static bool helper_decode(const struct xt_extension *in, struct op_list *out)
{
	static const char none[HELPER_BYTES];
	const struct xt_helper_info *info = in->info;
	char name[HELPER_BYTES] = "";
	size_t length = strnlen(info->name, sizeof(info->name));

	if (info->invert < 0 || info->invert > 1 || length >= sizeof(name))
		return false;
	memcpy(name, info->name, length);
	xt_ct(out, NFT_CT_HELPER, NO_DIRECTION, sizeof(name));
	if (info->invert)
		xt_or_else(out, none, sizeof(none));
	if (length || info->invert)
		xt_equal(out, name, sizeof(name), length && info->invert);
	return true;
}

static const struct xt_kind kinds[] = {
	{"conntrack", 1, NFPROTO_UNSPEC, sizeof(struct xt_conntrack_mtinfo1), conntrack1_decode},
	{"conntrack", 2, NFPROTO_UNSPEC, sizeof(struct xt_conntrack_mtinfo2), conntrack2_decode},
	{"conntrack", 3, NFPROTO_UNSPEC, sizeof(struct xt_conntrack_mtinfo3), conntrack3_decode},
	{"state", 0, NFPROTO_UNSPEC, sizeof(struct xt_state_info), state_decode},
	{"connmark", 1, NFPROTO_UNSPEC, sizeof(struct xt_connmark_mtinfo1), connmark_decode},
	{"connbytes", 0, NFPROTO_UNSPEC, sizeof(struct xt_connbytes_info), connbytes_decode},
	{"helper", 0, NFPROTO_UNSPEC, sizeof(struct xt_helper_info), helper_decode},
};

const struct xt_kinds xt_tracking_matches = {kinds, COUNT(kinds)};
