/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a rule may do at most, read from its operations, for every packet and not only the one asked about.
 */
#include "tail.h"

#include "header_fields.h"
#include "place.h"

#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>

enum effect {
	EFFECT_NONE,    /* tests only, or logs, counts */
	EFFECT_TRACES,  /* marks, or adds to a set: others may look at that */
	EFFECT_ACCEPTS, /* may end the walk by accepting */
	EFFECT_BLOCKS,  /* may drop, reject, limit, leave the chain for its policy, or is not understood */
};

/* A chain's effect, once it was looked for. */
struct chain_note {
	const struct chain *chain;
	bool known;
	enum effect effect;
};

/*
 * What is known of the chains of one table, so that each is read once however many rules call it. Without memory for it
 * chains are taken to block, which costs a place and never lets anybody through.
 */
struct notes {
	struct pool pool;
	struct chain_note *list; /* sorted by address */
	size_t count;
};

static void notes_free(struct notes *notes)
{
	pool_free(&notes->pool);
}

static int note_order(const void *a, const void *b)
{
	const struct chain_note *x = a, *y = b;

	return x->chain < y->chain ? -1 : x->chain > y->chain;
}

static struct chain_note *note_find(struct notes *notes, const struct chain *chain)
{
	const struct chain_note key = {.chain = chain};
	const struct table *table = chain->table;

	if (!notes->list) {
		notes->list = pool_alloc(&notes->pool, table->chain_count * sizeof(*notes->list));
		if (!notes->list)
			return NULL;
		notes->count = table->chain_count;
		for (size_t i = 0; i < notes->count; i++)
			notes->list[i].chain = table->chains[i];
		qsort(notes->list, notes->count, sizeof(*notes->list), note_order);
	}
	return bsearch(&key, notes->list, notes->count, sizeof(*notes->list), note_order);
}

static enum effect worse(enum effect a, enum effect b)
{
	return a > b ? a : b;
}

static enum effect chain_effect(struct notes *notes, const struct chain *chain, unsigned depth);

static enum effect verdict_effect(struct notes *notes, const struct nft_verdict *verdict, unsigned depth)
{
	switch (verdict->code) {
	case VERDICT_ACCEPT:
		return EFFECT_ACCEPTS;
	case VERDICT_CONTINUE:
	case VERDICT_BREAK:
		return EFFECT_NONE;
	case VERDICT_JUMP:
		return verdict->chain ? chain_effect(notes, verdict->chain, depth + 1) : EFFECT_BLOCKS;
	case VERDICT_DROP:
	case VERDICT_QUEUE:
	case VERDICT_GOTO:
	case VERDICT_RETURN:
		return EFFECT_BLOCKS;
	}
	return EFFECT_BLOCKS;
}

static enum effect map_effect(struct notes *notes, const struct set *map, unsigned depth)
{
	enum effect effect = EFFECT_NONE;

	if (!map || map->opaque || map->element_count == 0)
		return EFFECT_BLOCKS;
	for (size_t i = 0; i < map->element_count; i++)
		effect = worse(effect, verdict_effect(notes, &map->elements[i].verdict, depth));
	return effect;
}

/* Whether what it runs for each element rations the rule: then it is a meter, which holds everybody. A counter does not. */
static bool is_meter(const struct op *dynset)
{
	size_t count;
	const struct op *ops = dynset_ops(dynset, &count);

	for (size_t i = 0; i < count; i++)
		if (op_rations(&ops[i]) ||
		    (ops[i].kind == OP_OPAQUE && ops[i].opaque.effect != OPAQUE_PASSES))
			return true;
	return false;
}

static enum effect op_effect(struct notes *notes, const struct op *op, unsigned depth)
{
	switch (op->kind) {
	case OP_PAYLOAD:
	case OP_META:
	case OP_CT:
	case OP_FIB:
	case OP_IMMEDIATE:
	case OP_EXTHDR:
	case OP_ATTACHED:
	case OP_NUMBER:
	case OP_BITWISE:
	case OP_BYTEORDER:
	case OP_CMP:
	case OP_RANGE:
	case OP_LIMIT: /* alone these decide nothing: rule_effect */
	case OP_QUOTA:
	case OP_CONNLIMIT:
	case OP_COUNTER:
	case OP_LOG:
		return EFFECT_NONE;
	case OP_ASIDE:
		return op->aside.kind == ASIDE_EXPECTATION ? EFFECT_TRACES : EFFECT_NONE;
	case OP_OPTION_SET:
		return EFFECT_NONE;
	case OP_META_SET:
	case OP_CT_SET:
		return EFFECT_TRACES;
	case OP_DYNSET:
		return is_meter(op) ? EFFECT_NONE : EFFECT_TRACES;
	case OP_LOOKUP:
		if (op_is_verdict_map(op))
			return map_effect(notes, op->lookup.set, depth);
		if (op->lookup.objects && !op_objects_pass(op))
			return EFFECT_BLOCKS;
		return op->lookup.map && !op->lookup.set ? EFFECT_BLOCKS : EFFECT_NONE;
	case OP_VERDICT:
		return verdict_effect(notes, &op->verdict, depth);
	case OP_OPAQUE:
		return op->opaque.effect == OPAQUE_PASSES ? EFFECT_NONE : EFFECT_BLOCKS;
	case OP_NOTRACK:
	case OP_REJECT:
	case OP_NAT:
	case OP_PAYLOAD_SET:
	case OP_HANDOVER:
		return EFFECT_BLOCKS;
	}
	return EFFECT_BLOCKS;
}

static bool has_limit(const struct rule *rule)
{
	for (size_t i = 0; i < rule->op_count; i++)
		if (op_rations(&rule->ops[i]) || (rule->ops[i].kind == OP_DYNSET && is_meter(&rule->ops[i])))
			return true;
	return false;
}

/* A limited log is a log; whatever else depends on a rate is a limit, if only by what it marks or puts into a set. */
static enum effect rule_effect(struct notes *notes, const struct rule *rule, unsigned depth)
{
	enum effect effect = EFFECT_NONE;

	for (size_t i = 0; i < rule->op_count; i++)
		effect = worse(effect, op_effect(notes, &rule->ops[i], depth));
	return has_limit(rule) && effect != EFFECT_NONE ? EFFECT_BLOCKS : effect;
}

/* In a called chain a return only ends the call. */
static bool only_returns(const struct rule *rule)
{
	return rule_ends_with(rule, VERDICT_RETURN);
}

static enum effect chain_effect(struct notes *notes, const struct chain *chain, unsigned depth)
{
	struct chain_note *note = note_find(notes, chain);
	enum effect effect = EFFECT_NONE;

	if (!note || depth > CALL_DEPTH)
		return EFFECT_BLOCKS;
	if (note->known)
		return note->effect;
	/* What a chain sees that comes back to itself. */
	*note = (struct chain_note){chain, true, EFFECT_BLOCKS};
	for (size_t i = 0; i < chain->rule_count && effect != EFFECT_BLOCKS; i++)
		if (!only_returns(chain->rules[i]) || has_limit(chain->rules[i]))
			effect = worse(effect, rule_effect(notes, chain->rules[i], depth));
	note->effect = effect;
	return effect;
}

/* `load == value` of one byte, at this operation; -1: it is no such test. */
static int byte_wanted(const struct rule *rule, size_t at)
{
	const struct op *load = &rule->ops[at], *test = load + 1;

	if (at + 1 >= rule->op_count || test->kind != OP_CMP || test->sreg != load->dreg ||
	    test->cmp.test != NFT_CMP_EQ || test->cmp.value.length != 1)
		return -1;
	return test->cmp.value.at[0];
}

/* Whether what is loaded after so many operations is of this family's header. */
static bool is_of_family(const struct rule *rule, size_t at, enum table_family family)
{
	if (rule->chain->table->family == family)
		return true;
	for (size_t i = 0; i < at; i++)
		if (rule->ops[i].kind == OP_META && rule->ops[i].meta.key == NFT_META_NFPROTO &&
		    byte_wanted(rule, i) == (int)family)
			return true;
	return false;
}

static bool loads_protocol(const struct rule *rule, size_t at)
{
	const struct op *op = &rule->ops[at];

	if (op->kind == OP_META)
		return op->meta.key == NFT_META_L4PROTO;
	return op->kind == OP_PAYLOAD && op->payload.base == NFT_PAYLOAD_NETWORK_HEADER && op->length == 1 &&
	       ((op->payload.offset == IPV4_PROTOCOL && is_of_family(rule, at, TABLE_IP)) ||
		(op->payload.offset == IPV6_NEXT_HEADER && is_of_family(rule, at, TABLE_IP6)));
}

bool rule_asks_other_protocol(const struct rule *rule, uint8_t protocol)
{
	for (size_t i = 0; protocol && i < rule->op_count; i++)
		if (loads_protocol(rule, i) && byte_wanted(rule, i) >= 0 && byte_wanted(rule, i) != protocol)
			return true;
	return false;
}

const struct rule *block_in(const struct chain *chain, size_t from, size_t to, uint8_t protocol)
{
	CLEANUP(notes_free) struct notes notes = {0};

	for (size_t i = from; i < to; i++)
		if (!rule_asks_other_protocol(chain->rules[i], protocol) &&
		    rule_effect(&notes, chain->rules[i], 0) == EFFECT_BLOCKS)
			return chain->rules[i];
	return NULL;
}

static bool has_passed(const struct station *station, const struct rule *rule)
{
	if (!station)
		return true;
	for (size_t i = 0; i < station->passed_count; i++)
		if (station->passed[i] == rule)
			return true;
	return false;
}

static bool prepares(const struct rule *rule)
{
	static const bool writes[OP_OPAQUE + 1] = {
		[OP_LOG] = true,    [OP_META_SET] = true, [OP_CT_SET] = true,
		[OP_DYNSET] = true, [OP_COUNTER] = true,
	};

	for (size_t i = 0; i < rule->op_count; i++)
		if (writes[rule->ops[i].kind])
			return true;
	return rule_ends_with(rule, VERDICT_JUMP);
}

/* Before a rule that accepts, what logs and marks does so for those whom it accepts, too: that is no part of the block. */
size_t tail_start(const struct chain *chain, size_t blocker, const struct station *station)
{
	CLEANUP(notes_free) struct notes notes = {0};
	size_t start = blocker;

	for (size_t i = blocker; i-- > 0;) {
		const struct rule *rule = chain->rules[i];
		enum effect effect = rule_effect(&notes, rule, 0);

		if (effect > EFFECT_TRACES)
			break;
		if (prepares(rule) && has_passed(station, rule))
			start = i;
	}
	return start;
}
