/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The targets about what is to become of a packet elsewhere: CT and NOTRACK tell connection tracking, before it sees the packet,
 * what to do with it; NFQUEUE has a program decide. Policies of timeouts are not understood.
 */
#include "xt_decode.h"
#include "xt_lower.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_CT.h>
#include <linux/netfilter/xt_NFQUEUE.h>

enum { ZONE_DIRECTIONS = XT_CT_ZONE_DIR_ORIG | XT_CT_ZONE_DIR_REPL, EITHER_DIRECTION = -1, NOT_GIVEN = -1 };
enum { HELPER_BYTES = sizeof(((struct xt_ct_target_info *)0)->helper) };

static bool notrack_decode(const struct xt_extension *in, struct op_list *out)
{
	(void)in;
	op_list_add(out, (struct op){.kind = OP_NOTRACK});
	return true;
}

static int16_t zone_direction(uint16_t flags)
{
	if (flags & XT_CT_ZONE_DIR_ORIG)
		return IP_CT_DIR_ORIGINAL;
	return flags & XT_CT_ZONE_DIR_REPL ? IP_CT_DIR_REPLY : EITHER_DIRECTION;
}

static void ct_tell(struct op_list *out, uint32_t key, const void *value, uint8_t length)
{
	xt_immediate(out, XT_REGISTER, value, length);
	xt_ct_set(out, key, EITHER_DIRECTION, length);
}

static void zone_tell(const struct xt_ct_target_info *ct, struct op_list *out)
{
	if (ct->flags & XT_CT_ZONE_MARK)
		xt_meta(out, NFT_META_MARK, sizeof(ct->zone));
	else
		xt_immediate(out, XT_REGISTER, &ct->zone, sizeof(ct->zone));
	xt_ct_set(out, NFT_CT_ZONE, zone_direction(ct->flags), sizeof(ct->zone));
}

/* What programs are told of the connection; which ones of it and which of those it announces is all the same to the packet. */
static void events_tell(const struct xt_ct_target_info *ct, struct op_list *out)
{
	const uint32_t events = ct->ct_events ? ct->ct_events : ct->exp_events;

	if (events)
		ct_tell(out, NFT_CT_EVENTMASK, &events, sizeof(events));
}

/* The revisions differ behind the helper's name. */
static bool ct_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_ct_target_info *ct = in->info;
	bool zone = ct->zone || ct->flags & XT_CT_ZONE_MARK;

	if (ct->flags & XT_CT_NOTRACK)
		return !(ct->flags & ~(XT_CT_NOTRACK | XT_CT_NOTRACK_ALIAS)) && notrack_decode(in, out);
	if (ct->flags & ~(ZONE_DIRECTIONS | XT_CT_ZONE_MARK) ||
	    (ct->flags & ZONE_DIRECTIONS) == ZONE_DIRECTIONS)
		return false;
	if (zone)
		zone_tell(ct, out);
	if (*ct->helper)
		ct_tell(out, NFT_CT_HELPER, ct->helper, HELPER_BYTES);
	events_tell(ct, out);
	return zone || *ct->helper || ct->ct_events || ct->exp_events;
}

static bool ct_timeout_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_ct_target_info_v1 *ct = in->info;

	return !*ct->timeout && ct_decode(in, out);
}

/* What later revisions have behind the number is zero in the copy of an older one; bypass and fan-out are numbered as in nft. */
static bool queue_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_NFQ_info_v3 *queue = in->info;
	bool many = in->revision >= 1, flags = in->revision >= 2;

	op_list_add(out, (struct op){.kind = OP_HANDOVER,
				     .handover = {.kind = HANDOVER_QUEUE,
						  .address = NOT_GIVEN,
						  .port = NOT_GIVEN,
						  .family = NOT_GIVEN,
						  .number = queue->queuenum,
						  .total = many ? queue->queues_total : 1,
						  .flags = flags ? queue->flags : 0}});
	return true;
}

static const struct xt_kind kinds[] = {
	{"NOTRACK", 0, NFPROTO_UNSPEC, 0, notrack_decode},
	{"CT", 0, NFPROTO_UNSPEC, sizeof(struct xt_ct_target_info), ct_decode},
	{"CT", 1, NFPROTO_UNSPEC, sizeof(struct xt_ct_target_info_v1), ct_timeout_decode},
	{"CT", 2, NFPROTO_UNSPEC, sizeof(struct xt_ct_target_info_v1), ct_timeout_decode},
	{"NFQUEUE", 0, NFPROTO_UNSPEC, sizeof(struct xt_NFQ_info), queue_decode},
	{"NFQUEUE", 1, NFPROTO_UNSPEC, sizeof(struct xt_NFQ_info_v1), queue_decode},
	{"NFQUEUE", 2, NFPROTO_UNSPEC, sizeof(struct xt_NFQ_info_v2), queue_decode},
	{"NFQUEUE", 3, NFPROTO_UNSPEC, sizeof(struct xt_NFQ_info_v3), queue_decode},
};

const struct xt_kinds xt_flow_targets = {kinds, COUNT(kinds)};
