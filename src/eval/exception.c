/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What would a rule do to the peers it singles out? The rest of the rule is run for them on scratch registers; tests on the
 * peer's address hold there by supposition. Nothing is written to any world.
 */
#include "exception.h"

#include "fwport/policy.h"

#include <linux/netfilter/nf_tables.h>

bool test_asks_peer(const struct op *op, const struct registers *registers)
{
	return registers_origin(registers, op->sreg, op_tested_length(op)) & ORIGIN_PEER_ADDRESS;
}

bool test_asks_owner(const struct op *op, const struct registers *registers)
{
	return registers_origin(registers, op->sreg, op_tested_length(op)) & ORIGIN_OWNER;
}

bool test_is_inverted(const struct op *op)
{
	return op->kind == OP_CMP ? op->cmp.test == NFT_CMP_NEQ : op->invert;
}

static bool effect_of_verdict(enum nft_verdict_code code, enum exception_effect *effect)
{
	switch (code) {
	case VERDICT_ACCEPT:
		*effect = EXCEPTION_ACCEPTS;
		return true;
	case VERDICT_DROP:
		*effect = EXCEPTION_BLOCKS;
		return true;
	case VERDICT_QUEUE:
	case VERDICT_JUMP:
	case VERDICT_GOTO:
	case VERDICT_RETURN:
		*effect = EXCEPTION_TURNS;
		return true;
	case VERDICT_CONTINUE:
	case VERDICT_BREAK:
		return false;
	}
	return false;
}

bool op_leaves_trace(const struct op *op, const struct facts *facts)
{
	if (op->kind == OP_META_SET)
		return op->meta.key == NFT_META_PKTTYPE ||
		       (op->meta.key == NFT_META_MARK && facts->reads_mark);
	return op->kind == OP_CT_SET || op->kind == OP_NOTRACK || op->kind == OP_DYNSET;
}

/* Whether the operations from `at` on come to an end that decides or leave something behind, and to which. */
static bool effect_find(const struct scene *scene, const struct world *world, const struct rule *rule,
			size_t at, struct registers *registers, enum exception_effect *effect)
{
	bool trace = false;

	for (; at < rule->op_count; at++) {
		const struct op *op = &rule->ops[at];
		struct judgement judgement;

		if (op->kind == OP_VERDICT && effect_of_verdict(op->verdict.code, effect))
			return true;
		if (op->kind == OP_VERDICT && op->verdict.code == VERDICT_BREAK)
			break;
		*effect = op->kind == OP_REJECT ? EXCEPTION_BLOCKS : EXCEPTION_TURNS;
		if (op->kind == OP_REJECT || op->kind == OP_NAT || op_is_verdict_map(op))
			return true;
		trace |= op_leaves_trace(op, scene->facts);
		op_judge(op, scene, world, registers, &judgement);
		if (judgement.truth == NO &&
		    !(judgement.test && (test_asks_peer(op, registers) || test_asks_owner(op, registers))))
			break;
	}
	*effect = EXCEPTION_TURNS;
	return trace;
}

static void exception_add(struct exception exception, struct exceptions *exceptions)
{
	if (exceptions->count == EXCEPTION_LIMIT)
		exceptions->more++;
	else
		exceptions->list[exceptions->count++] = exception;
}

/* Connections that were there before anybody asked are no sources that a rule singles out. */
static bool asks_for_connections(const struct rule *rule, const struct op *op)
{
	return rule_admits(rule) ||
	       (op->kind == OP_LOOKUP && op->lookup.set && set_is_admitted(op->lookup.set));
}

void exception_consider(const struct scene *scene, const struct world *world, const struct rule *rule,
			size_t at, const struct registers *registers, struct exceptions *exceptions)
{
	struct registers scratch = *registers;
	enum exception_effect effect;
	size_t rest = op_is_verdict_map(&rule->ops[at]) ? at : at + 1;

	if (!asks_for_connections(rule, &rule->ops[at]) &&
	    effect_find(scene, world, rule, rest, &scratch, &effect))
		exception_add((struct exception){rule, at, effect, test_is_inverted(&rule->ops[at]), 0},
			      exceptions);
}

void exception_held(const struct rule *rule, size_t at, enum exception_effect effect,
		    struct exceptions *exceptions)
{
	const struct op *op = &rule->ops[at];
	bool by_catch_all = op->kind == OP_LOOKUP && op->lookup.map;

	exception_add((struct exception){rule, at, effect, !test_is_inverted(op) && !by_catch_all, 0},
		      exceptions);
}

void exception_expires(const struct rule *rule, size_t at, uint64_t expires, struct exceptions *exceptions)
{
	exception_add((struct exception){rule, at, EXCEPTION_EXPIRES, false, expires}, exceptions);
}
