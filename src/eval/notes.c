/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who or what a rule's end hangs on, beside the packet: the peer's address, and elements of sets, or rules of ours, that will be
 * gone. Decides nothing; what it finds becomes exceptions.
 */
#include "notes.h"

#include <endian.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

enum { MILLISECONDS = 1000, NANOSECONDS = 1000 * 1000 }; /* of a second; of a millisecond */

/*
 * The general peer is in no group that rules name, unless the rules leave nobody out: what holds for him is "not in the group",
 * or the catch-all of a map.
 */
void notes_hold(struct notes *notes, const struct scene *scene, const struct rule *rule, size_t at)
{
	const struct op *op = &rule->ops[at];

	if (!scene->peer_split && !test_is_inverted(op) && !(op->kind == OP_LOOKUP && op->lookup.map))
		return;
	if (notes->held_count == HELD_LIMIT)
		notes->more = true;
	else
		notes->held[notes->held_count++] = at;
}

/* What our own table accepts others judge, too, and it ends with their rules; unless it blocks the rest. */
static bool is_of_no_consequence(const struct rule *rule)
{
	const struct chain *chain = rule->chain;
	bool blocks = chain->policy_drop;

	for (size_t i = 0; i < chain->rule_count && !blocks; i++)
		blocks = rule_ends_in_block(chain->rules[i]);
	return !blocks && table_is_home(chain->table);
}

/* What is left, in milliseconds, of an element that was found; 0: it stays. */
static uint64_t element_rest(const struct op *op, const struct rule *rule, const struct judgement *judgement)
{
	bool looked = op->kind == OP_LOOKUP && judgement->hit.truth != MAYBE;
	const struct element *element = looked ? judgement->hit.element : NULL;

	return element && element->expires && !is_of_no_consequence(rule) ? element->expires : 0;
}

/* The same of a rule of ours, whose test holds the clock against its end or its last moment. */
static uint64_t rule_rest(const struct scene *scene, const struct rule *rule, size_t at)
{
	const struct op *test = &rule->ops[at];
	const struct bytes *end = test->kind == OP_RANGE ? &test->range.to : &test->cmp.value;
	const uint64_t now = (uint64_t)scene->host->now * MILLISECONDS;
	uint64_t moment;

	if (!scene->at_once || at < 2 || (test->kind != OP_CMP && test->kind != OP_RANGE) ||
	    rule->ops[at - 2].kind != OP_META || rule->ops[at - 2].meta.key != NFT_META_TIME_NS ||
	    end->length != sizeof(moment) || is_of_no_consequence(rule))
		return 0;
	memcpy(&moment, end->at, sizeof(moment));
	moment = be64toh(moment) / NANOSECONDS;
	return moment > now ? moment - now : 0;
}

static void expiry_note(struct notes *notes, const struct scene *scene, const struct rule *rule, size_t at,
			const struct judgement *judgement)
{
	uint64_t rest = element_rest(&rule->ops[at], rule, judgement);

	if (!rest)
		rest = rule_rest(scene, rule, at);
	if (!rest || (notes->expires && notes->expires <= rest))
		return;
	notes->expiring = at;
	notes->expires = rest;
}

void notes_judge(struct notes *notes, const struct scene *scene, const struct rule *rule, size_t at,
		 const struct judgement *judgement)
{
	expiry_note(notes, scene, rule, at, judgement);
	if (op_leaves_trace(&rule->ops[at], scene->facts))
		notes->traced = at;
	if (judgement->truth == NO)
		notes->broken_at = at;
}

/* Those for whom the test does not hold do not come to where the rule ended. Returns whether that may matter to them. */
static bool effect_of_fate(const struct scene *scene, const struct op *test, enum fate fate,
			   enum exception_effect *effect)
{
	*effect = EXCEPTION_TURNS;
	if (fate == FATE_UNKNOWN)
		return false;
	if (op_is_verdict_map(test))
		return true;
	if (fate_is_block(fate))
		*effect = EXCEPTION_SPARES;
	else if (scene->base->type != CHAIN_NAT)
		*effect = EXCEPTION_MISSES;
	return true;
}

/* Returns whether there was anything to tell. */
static bool held_tell(const struct notes *notes, size_t at, const struct scene *scene,
		      const struct rule *rule, const struct ending *ending, struct exceptions *exceptions)
{
	enum exception_effect effect = EXCEPTION_TURNS;

	switch (ending->kind) {
	case ENDS_BROKEN:
	case ENDS_PASSED:
		if (notes->traced < at)
			return false;
		break;
	case ENDS_FATE:
		if (!effect_of_fate(scene, &rule->ops[at], ending->fate, &effect))
			return false;
		break;
	case ENDS_JUMP:
	case ENDS_GOTO:
	case ENDS_RETURN:
		break;
	}
	exception_held(rule, at, effect, exceptions);
	return true;
}

/* Not where the rule would have done nothing anyway, unless it is the element that kept it from that. */
static bool expiry_matters(const struct notes *notes, const struct ending *ending)
{
	bool kept = ending->kind == ENDS_BROKEN && notes->broken_at == notes->expiring;
	bool ended = ending->kind != ENDS_BROKEN && ending->kind != ENDS_PASSED;

	return notes->expires && (kept || ended || notes->traced > notes->expiring);
}

void notes_tell(const struct notes *notes, const struct scene *scene, const struct world *world,
		const struct rule *rule, const struct ending *ending, struct exceptions *exceptions)
{
	bool told = false;

	for (size_t i = 0; i < notes->held_count; i++)
		told = held_tell(notes, notes->held[i], scene, rule, ending, exceptions);
	exceptions->more += notes->more && told; /* those that were not kept are like the last one that was */
	if (!world->unusual && expiry_matters(notes, ending))
		exception_expires(rule, notes->expiring, notes->expires, exceptions);
}
