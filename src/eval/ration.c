/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is left for a conversation where others spend, too. Usually there is enough: nobody else is in its way, and what it finds
 * then is the usual world. Knows how much it may need itself, and nothing of rules.
 */
#include "ration.h"

#include "fwport/rule_text.h"

enum { PATIENCE = 60 }; /* seconds that TCP goes on trying, about (tcp_synack_retries) */

/* Bytes: the shortest packet, and more than the first packets of a conversation have together. */
enum { SHORTEST_PACKET = 28, CONVERSATION_MOST = 64 << 10 };

static enum truth unless_over(const struct op *op, bool enough)
{
	if (enough)
		return op->invert ? RARELY : USUALLY;
	return op->invert ? YES : NO;
}

/*
 * A connection may be in its own way: beyond the burst its packets wait for the rate, which may be soon enough for TCP or not.
 */
static enum truth limit_judge(const struct op *op, const struct world *world)
{
	bool slow = op->limit.rate == 0 || op->limit.unit / op->limit.rate >= PATIENCE;
	bool within = op->limit.bytes || world_spent(world, op) < op->limit.burst;

	return within || slow ? unless_over(op, within) : MAYBE;
}

/* What was used is never given back by itself; of what is left a packet takes its length (nft_overquota). */
static enum truth quota_judge(const struct op *op)
{
	uint64_t left = op->quota.bytes > op->quota.used ? op->quota.bytes - op->quota.used : 0;

	if (left >= SHORTEST_PACKET && (op->quota.unread || left < CONVERSATION_MOST))
		return MAYBE;
	return unless_over(op, left >= CONVERSATION_MOST);
}

/* The connection counts itself. */
static enum truth connlimit_judge(const struct op *op)
{
	return unless_over(op, op->connlimit.count > 0);
}

enum truth ration_judge(const struct op *op, const struct world *world)
{
	if (op->kind == OP_QUOTA)
		return quota_judge(op);
	return op->kind == OP_CONNLIMIT ? connlimit_judge(op) : limit_judge(op, world);
}

/* Each of them holds: the least sure decides. */
static enum truth both(enum truth a, enum truth b)
{
	static const uint8_t doubt[] = {[YES] = 0, [USUALLY] = 1, [MAYBE] = 2, [RARELY] = 3, [NO] = 4};

	return doubt[a] > doubt[b] ? a : b;
}

static enum truth element_op_judge(const struct op *op, const struct world *world)
{
	if (op->kind == OP_LIMIT && !world)
		return op->invert ? RARELY : USUALLY;
	return op_rations(op) ? ration_judge(op, world) : YES;
}

enum truth element_ops_run(const struct op *ops, size_t count, const struct world *world, bool *opaque)
{
	enum truth truth = YES;

	for (size_t i = 0; i < count; i++) {
		if (ops[i].kind == OP_OPAQUE && ops[i].opaque.effect != OPAQUE_PASSES) {
			*opaque = true;
			return MAYBE;
		}
		truth = both(truth, element_op_judge(&ops[i], world));
	}
	return truth;
}

/* Words */

static void limit_text(const struct op *op, struct text *out)
{
	const char *unit = time_unit_name(op->limit.unit);

	text_add(out, "below %llu%s", (unsigned long long)op->limit.rate, op->limit.bytes ? " bytes" : "");
	if (unit)
		text_add(out, "/%s", unit);
	else
		text_add(out, " in %llu seconds", (unsigned long long)op->limit.unit);
}

static void sightings_text(const struct op *op, struct text *out)
{
	text_add(out, "when seen fewer than %u times", op->lookup.hits);
	if (op->lookup.within)
		text_add(out, " in %u seconds", op->lookup.within);
}

void ration_text(const struct op *op, struct text *out)
{
	if (op->kind == OP_QUOTA)
		text_add(out, "until the quota of %llu bytes is used, now %llu",
			 (unsigned long long)op->quota.bytes, (unsigned long long)op->quota.used);
	else if (op->kind == OP_LOOKUP)
		sightings_text(op, out);
	else if (op->kind == OP_CONNLIMIT)
		text_add(out, "with at most %u connection%s", op->connlimit.count,
			 op->connlimit.count == 1 ? "" : "s");
	else
		limit_text(op, out);
}
