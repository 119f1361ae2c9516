/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options of TCP: the match on the size of segments, and the targets that lower it or strip options. All are in rules for TCP
 * alone, and where there is no size the match holds if it is inverted. A size that clamping cannot find, since the path has next
 * to no MTU, drops the packet; no path has that.
 */
#include "xt_decode.h"
#include "xt_lower.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_TCPMSS.h>
#include <linux/netfilter/xt_TCPOPTSTRIP.h>
#include <linux/netfilter/xt_tcpmss.h>

enum { SEGMENT_SIZE = 2, VALUE_OFFSET = 2, SIZE_BYTES = 2, SIZE_LAST = 65535, OPTIONS = 256 };

/* A byte that says whether it is there, or the size. */
static void size_load(struct op_list *out, bool present)
{
	op_list_add(out, (struct op){.kind = OP_EXTHDR,
				     .dreg = XT_REGISTER,
				     .length = present ? 1 : SIZE_BYTES,
				     .exthdr = {.header = NFT_EXTHDR_OP_TCPOPT,
						.type = SEGMENT_SIZE,
						.offset = present ? 0 : VALUE_OFFSET,
						.present = present}});
}

static void size_presence_test(struct op_list *out, bool present)
{
	const uint8_t value = present;

	size_load(out, true);
	xt_equal(out, &value, sizeof(value), false);
}

/* Without a size, what is inverted reads one outside of the range. */
static void size_range_test(struct op_list *out, const struct xt_tcpmss_match_info *info)
{
	const uint16_t from = htons(info->mss_min), to = htons(info->mss_max);
	const uint16_t outside = htons(info->mss_min ? 0 : SIZE_LAST);

	size_load(out, false);
	if (info->invert)
		xt_or_else(out, &outside, sizeof(outside));
	if (from == to)
		xt_equal(out, &from, sizeof(from), info->invert);
	else
		xt_between(out, &from, &to, sizeof(from), info->invert);
}

static bool tcpmss_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_tcpmss_match_info *info = in->info;

	if (info->invert > 1 || info->mss_min > info->mss_max)
		return false;
	if (info->mss_min == 0 && info->mss_max == SIZE_LAST)
		size_presence_test(out, !info->invert);
	else
		size_range_test(out, info);
	return true;
}

static const struct xt_kind match_list[] = {
	{"tcpmss", 0, NFPROTO_UNSPEC, sizeof(struct xt_tcpmss_match_info), tcpmss_decode},
};

const struct xt_kinds xt_option_matches = {match_list, COUNT(match_list)};

/* Targets */

static void option_set(struct op_list *out, uint32_t type, bool strip)
{
	op_list_add(out, (struct op){.kind = OP_OPTION_SET,
				     .sreg = XT_REGISTER,
				     .length = strip ? 0 : SIZE_BYTES,
				     .exthdr = {.header = NFT_EXTHDR_OP_TCPOPT,
						.type = type,
						.offset = strip ? 0 : VALUE_OFFSET,
						.present = strip}});
}

/* Clamped to what the route has room for, or a size of its own. */
static bool segment_size_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_tcpmss_info *info = in->info;
	const uint16_t size = htons(info->mss);

	if (info->mss == XT_TCPMSS_CLAMP_PMTU)
		op_list_add(out, (struct op){.kind = OP_ATTACHED,
					     .dreg = XT_REGISTER,
					     .length = sizeof(size),
					     .attached = {.kind = ATTACHED_ROUTE, .key = NFT_RT_TCPMSS}});
	else
		xt_immediate(out, XT_REGISTER, &size, sizeof(size));
	option_set(out, SEGMENT_SIZE, false);
	return true;
}

static bool strip_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_tcpoptstrip_target_info *info = in->info;

	for (uint32_t type = 0; type < OPTIONS; type++)
		if (tcpoptstrip_test_bit(info->strip_bmap, type))
			option_set(out, type, true);
	return true;
}

static const struct xt_kind target_list[] = {
	{"TCPMSS", 0, NFPROTO_UNSPEC, sizeof(struct xt_tcpmss_info), segment_size_decode},
	{"TCPOPTSTRIP", 0, NFPROTO_UNSPEC, sizeof(struct xt_tcpoptstrip_target_info), strip_decode},
};

const struct xt_kinds xt_option_targets = {target_list, COUNT(target_list)};
