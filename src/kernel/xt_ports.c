/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The matches on ports: tcp, udp and its like, multiport. That the packet is of their protocol the rule has asked before, since
 * the kernel takes them in no other; what is too short for a header they drop, which no packet of a conversation is.
 */
#include "xt_decode.h"
#include "xt_lower.h"

#include "fwport/port_set.h"

#include <stdlib.h>
#include <string.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_dccp.h>
#include <linux/netfilter/xt_multiport.h>
#include <linux/netfilter/xt_sctp.h>
#include <linux/netfilter/xt_tcpudp.h>

enum { SOURCE_OFFSET = 0, DESTINATION_OFFSET = 2, TCP_FLAGS_OFFSET = 13, WORD = 4 };

static void ports_between(struct op_list *out, uint32_t offset, const uint16_t ports[2], bool invert)
{
	xt_port_between(out, offset, (struct port_range){ports[0], ports[1]}, invert);
}

static bool tcp_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_tcp *tcp = in->info;

	if ((tcp->invflags & ~XT_TCP_INV_MASK) || tcp->option)
		return false;
	ports_between(out, SOURCE_OFFSET, tcp->spts, tcp->invflags & XT_TCP_INV_SRCPT);
	ports_between(out, DESTINATION_OFFSET, tcp->dpts, tcp->invflags & XT_TCP_INV_DSTPT);
	if (!tcp->flg_mask && !tcp->flg_cmp && !(tcp->invflags & XT_TCP_INV_FLAGS))
		return true;
	xt_payload(out, NFT_PAYLOAD_TRANSPORT_HEADER, TCP_FLAGS_OFFSET, sizeof(tcp->flg_mask));
	xt_mask(out, &tcp->flg_mask, sizeof(tcp->flg_mask));
	xt_equal(out, &tcp->flg_cmp, sizeof(tcp->flg_cmp), tcp->invflags & XT_TCP_INV_FLAGS);
	return true;
}

static bool udp_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_udp *udp = in->info;

	if (udp->invflags & ~XT_UDP_INV_MASK)
		return false;
	ports_between(out, SOURCE_OFFSET, udp->spts, udp->invflags & XT_UDP_INV_SRCPT);
	ports_between(out, DESTINATION_OFFSET, udp->dpts, udp->invflags & XT_UDP_INV_DSTPT);
	return true;
}

/* What it asks of the chunks behind the header is not understood. */
static bool sctp_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_sctp_info *sctp = in->info;
	const uint32_t known = XT_SCTP_SRC_PORTS | XT_SCTP_DEST_PORTS;

	if ((sctp->flags | sctp->invflags) & ~known)
		return false;
	if (sctp->flags & XT_SCTP_SRC_PORTS)
		ports_between(out, SOURCE_OFFSET, sctp->spts, sctp->invflags & XT_SCTP_SRC_PORTS);
	if (sctp->flags & XT_SCTP_DEST_PORTS)
		ports_between(out, DESTINATION_OFFSET, sctp->dpts, sctp->invflags & XT_SCTP_DEST_PORTS);
	return true;
}

/* Types and options likewise. */
static bool dccp_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_dccp_info *dccp = in->info;
	const uint16_t known = XT_DCCP_SRC_PORTS | XT_DCCP_DEST_PORTS;

	if ((dccp->flags | dccp->invflags) & ~known)
		return false;
	if (dccp->flags & XT_DCCP_SRC_PORTS)
		ports_between(out, SOURCE_OFFSET, dccp->spts, dccp->invflags & XT_DCCP_SRC_PORTS);
	if (dccp->flags & XT_DCCP_DEST_PORTS)
		ports_between(out, DESTINATION_OFFSET, dccp->dpts, dccp->invflags & XT_DCCP_DEST_PORTS);
	return true;
}

/* False when a range has no end, or runs backwards. */
static bool multiport_ranges(const struct xt_multiport_v1 *multi, struct port_range *ranges, size_t *count)
{
	*count = 0;
	if (multi->count > XT_MULTI_PORTS)
		return false;
	for (uint8_t i = 0; i < multi->count; i++) {
		struct port_range range = {multi->ports[i], multi->ports[i]};

		if (multi->pflags[i] && ++i == multi->count)
			return false;
		range.last = multi->ports[i];
		if (range.first > range.last)
			return false;
		ranges[(*count)++] = range;
	}
	*count = port_ranges_merge(ranges, *count);
	return true;
}

/* NULL when memory is gone; then the error is filled. */
static struct set *ports_set(struct op_list *out, const struct port_range *ranges, size_t count)
{
	struct set *set = NULL;

	if (port_set_make(NULL, ranges, count, out->pool, &set, out->err) < 0) {
		out->failed = true;
		return NULL;
	}
	return set;
}

static void one_port_in(struct op_list *out, uint32_t offset, const struct port_range *ranges, size_t count,
			bool invert)
{
	struct set *set = ports_set(out, ranges, count);

	if (!set)
		return;
	xt_payload(out, NFT_PAYLOAD_TRANSPORT_HEADER, offset, PORT_BYTES);
	xt_lookup(out, set, invert);
}

/* A pair of ports, each padded to a word. */
static struct bytes pair(struct op_list *out, uint16_t source, uint16_t destination)
{
	const uint8_t key[] = {source >> 8, source & 0xff, 0, 0, destination >> 8, destination & 0xff, 0, 0};

	return op_list_bytes(out, key, sizeof(key));
}

static int element_order(const void *a, const void *b)
{
	const struct element *x = a, *y = b;

	return memcmp(x->key.at, y->key.at, x->key.length);
}

/* One of the two is in a range: the pairs whose source is, with any destination, and the other way round. */
static void either_port_in(struct op_list *out, const struct port_range *ranges, size_t count, bool invert)
{
	struct set *set = ports_set(out, ranges, count);
	struct element *elements = pool_alloc(out->pool, 2 * XT_MULTI_PORTS * sizeof(*elements));

	if (!elements)
		op_list_fail(out);
	if (!set || !elements)
		return;
	for (size_t i = 0; i < count; i++) {
		elements[2 * i].key = pair(out, ranges[i].first, 0);
		elements[2 * i].key_end = pair(out, ranges[i].last, PORT_LAST);
		elements[2 * i + 1].key = pair(out, 0, ranges[i].first);
		elements[2 * i + 1].key_end = pair(out, PORT_LAST, ranges[i].last);
	}
	if (out->failed)
		return;
	qsort(elements, 2 * count, sizeof(*elements), element_order);
	set->flags |= NFT_SET_CONCAT;
	set->key_length = 2 * WORD;
	set->field_lengths[0] = set->field_lengths[1] = PORT_BYTES;
	set->field_count = 2;
	set->elements = elements;
	set->element_count = 2 * count;
	xt_payload(out, NFT_PAYLOAD_TRANSPORT_HEADER, SOURCE_OFFSET, PORT_BYTES);
	xt_payload(out, NFT_PAYLOAD_TRANSPORT_HEADER, DESTINATION_OFFSET, PORT_BYTES);
	if (out->failed)
		return;
	out->at[out->count - 1].dreg = XT_REGISTER + WORD;
	xt_lookup(out, set, invert);
}

static bool multiport_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_multiport_v1 *multi = in->info;
	struct port_range ranges[XT_MULTI_PORTS];
	size_t count;

	if (multi->invert > 1 || !multiport_ranges(multi, ranges, &count))
		return false;
	switch (multi->flags) {
	case XT_MULTIPORT_SOURCE:
		one_port_in(out, SOURCE_OFFSET, ranges, count, multi->invert);
		return true;
	case XT_MULTIPORT_DESTINATION:
		one_port_in(out, DESTINATION_OFFSET, ranges, count, multi->invert);
		return true;
	case XT_MULTIPORT_EITHER:
		either_port_in(out, ranges, count, multi->invert);
		return true;
	}
	return false;
}

static const struct xt_kind kinds[] = {
	{"tcp", 0, NFPROTO_UNSPEC, sizeof(struct xt_tcp), tcp_decode},
	{"udp", 0, NFPROTO_UNSPEC, sizeof(struct xt_udp), udp_decode},
	{"udplite", 0, NFPROTO_UNSPEC, sizeof(struct xt_udp), udp_decode},
	{"sctp", 0, NFPROTO_UNSPEC, sizeof(struct xt_sctp_info), sctp_decode},
	{"dccp", 0, NFPROTO_UNSPEC, sizeof(struct xt_dccp_info), dccp_decode},
	{"multiport", 1, NFPROTO_UNSPEC, sizeof(struct xt_multiport_v1), multiport_decode},
};

const struct xt_kinds xt_port_matches = {kinds, COUNT(kinds)};
