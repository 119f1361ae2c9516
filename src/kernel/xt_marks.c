/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The targets that write marks: of the packet (MARK, CLASSIFY, TRACE), of the connection, or from one to the other (CONNMARK,
 * CONNSECMARK).
 * CONNMARK leaves alone a packet without a connection; the load of its mark breaks the rule then, which is the same, since a target
 * is the last of its rule.
 */
#include "xt_decode.h"
#include "xt_lower.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_CLASSIFY.h>
#include <linux/netfilter/xt_CONNSECMARK.h>
#include <linux/netfilter/xt_MARK.h>
#include <linux/netfilter/xt_connmark.h>

enum { MARK_BYTES = 4, MARK_BITS = 32, EITHER_DIRECTION = -1 };
enum { FIRST = XT_REGISTER, SECOND = FIRST + MARK_BYTES };

struct shift {
	uint8_t direction, bits;
};

static void mark_load(struct op_list *out, uint8_t dreg, bool connection)
{
	op_list_add(out, (struct op){.kind = connection ? OP_CT : OP_META,
				     .dreg = dreg,
				     .length = MARK_BYTES,
				     .meta = {.key = connection ? NFT_CT_MARK : NFT_META_MARK,
					      .direction = EITHER_DIRECTION}});
}

static void mark_mask(struct op_list *out, uint8_t at, uint32_t keep, uint32_t flip)
{
	if (keep == UINT32_MAX && !flip)
		return;
	op_list_add(out, (struct op){.kind = OP_BITWISE,
				     .dreg = at,
				     .sreg = at,
				     .length = MARK_BYTES,
				     .bitwise = {.mask = op_list_bytes(out, &keep, sizeof(keep)),
						 .xor = op_list_bytes(out, &flip, sizeof(flip))}});
}

static void mark_shift(struct op_list *out, struct shift shift)
{
	bool right = shift.direction == D_SHIFT_RIGHT;

	if (!shift.bits)
		return;
	op_list_add(out, (struct op){.kind = OP_BITWISE,
				     .dreg = FIRST,
				     .sreg = FIRST,
				     .length = MARK_BYTES,
				     .bitwise = {.op = right ? BITWISE_RSHIFT : BITWISE_LSHIFT,
						 .shift = shift.bits}});
}

static void mark_store(struct op_list *out, bool connection)
{
	op_list_add(out, (struct op){.kind = connection ? OP_CT_SET : OP_META_SET,
				     .sreg = FIRST,
				     .length = MARK_BYTES,
				     .meta = {.key = connection ? NFT_CT_MARK : NFT_META_MARK,
					      .direction = EITHER_DIRECTION}});
}

/* (mark & ~mask) ^ value */
static void mark_change(struct op_list *out, bool connection, uint32_t mask, uint32_t value)
{
	if (mask == UINT32_MAX) {
		xt_immediate(out, FIRST, &value, sizeof(value));
		return;
	}
	mark_load(out, FIRST, connection);
	mark_mask(out, FIRST, ~mask, value);
}

/* The bits `taken` from one mark, where the other keeps its bits `kept`. */
static void mark_copy(struct op_list *out, bool to_connection, uint32_t taken, struct shift shift,
		      uint32_t kept)
{
	mark_load(out, FIRST, !to_connection);
	mark_mask(out, FIRST, taken, 0);
	mark_shift(out, shift);
	if (!kept)
		return;
	mark_load(out, SECOND, to_connection);
	mark_mask(out, SECOND, kept, 0);
	op_list_add(out, (struct op){.kind = OP_BITWISE,
				     .dreg = FIRST,
				     .sreg = FIRST,
				     .length = MARK_BYTES,
				     .bitwise = {.op = BITWISE_XOR, .other = SECOND}});
}

static bool connmark_add(struct op_list *out, const struct xt_connmark_tginfo1 *mark, struct shift shift)
{
	if (shift.direction > D_SHIFT_RIGHT || shift.bits >= MARK_BITS)
		return false;
	switch (mark->mode) {
	case XT_CONNMARK_SET:
		mark_change(out, true, mark->ctmask, mark->ctmark);
		mark_shift(out, shift);
		mark_store(out, true);
		return true;
	case XT_CONNMARK_SAVE:
		mark_copy(out, true, mark->nfmask, shift, ~mark->ctmask);
		mark_store(out, true);
		return true;
	case XT_CONNMARK_RESTORE:
		mark_copy(out, false, mark->ctmask, shift, ~mark->nfmask);
		mark_store(out, false);
		return true;
	}
	return false;
}

static bool connmark_decode(const struct xt_extension *in, struct op_list *out)
{
	return connmark_add(out, in->info, (struct shift){0});
}

static bool connmark_shift_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_connmark_tginfo2 *mark = in->info;
	const struct xt_connmark_tginfo1 plain = {mark->ctmark, mark->ctmask, mark->nfmask, mark->mode};

	return connmark_add(out, &plain, (struct shift){mark->shift_dir, mark->shift_bits});
}

static bool mark_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_mark_tginfo2 *mark = in->info;

	mark_change(out, false, mark->mask, mark->mark);
	mark_store(out, false);
	return true;
}

static bool classify_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_classify_target_info *class = in->info;

	xt_immediate(out, FIRST, &class->priority, sizeof(class->priority));
	xt_meta_set(out, NFT_META_PRIORITY, sizeof(class->priority));
	return true;
}

/* Only what has no mark of security gets one; which it has, nobody here follows. */
static bool connsecmark_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_connsecmark_target_info *security = in->info;

	switch (security->mode) {
	case CONNSECMARK_SAVE:
		xt_meta(out, NFT_META_SECMARK, MARK_BYTES);
		xt_ct_set(out, NFT_CT_SECMARK, EITHER_DIRECTION, MARK_BYTES);
		return true;
	case CONNSECMARK_RESTORE:
		xt_ct(out, NFT_CT_SECMARK, EITHER_DIRECTION, MARK_BYTES);
		xt_meta_set(out, NFT_META_SECMARK, MARK_BYTES);
		return true;
	}
	return false;
}

static bool trace_decode(const struct xt_extension *in, struct op_list *out)
{
	static const uint8_t on = 1;

	(void)in;
	xt_immediate(out, FIRST, &on, sizeof(on));
	xt_meta_set(out, NFT_META_NFTRACE, sizeof(on));
	return true;
}

static const struct xt_kind kinds[] = {
	{"MARK", 2, NFPROTO_UNSPEC, sizeof(struct xt_mark_tginfo2), mark_decode},
	{"CONNMARK", 1, NFPROTO_UNSPEC, sizeof(struct xt_connmark_tginfo1), connmark_decode},
	{"CONNMARK", 2, NFPROTO_UNSPEC, sizeof(struct xt_connmark_tginfo2), connmark_shift_decode},
	{"CLASSIFY", 0, NFPROTO_UNSPEC, sizeof(struct xt_classify_target_info), classify_decode},
	{"CONNSECMARK", 0, NFPROTO_UNSPEC, sizeof(struct xt_connsecmark_target_info), connsecmark_decode},
	{"TRACE", 0, NFPROTO_UNSPEC, 0, trace_decode},
};

const struct xt_kinds xt_mark_targets = {kinds, COUNT(kinds)};
