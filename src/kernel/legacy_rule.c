/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rule from an entry: decoded, or taken over from an earlier reading. Until all rules of a chain are there, their handles are
 * their likenesses.
 */
#include "legacy_rule.h"
#include "outside.h"

#include <linux/netfilter/nf_tables.h>

enum { OPS_USUALLY = 48 };

/* What names something that has been read anew is read anew, too. */
static bool speaks_for_itself(const struct rule *rule)
{
	for (size_t i = 0; i < rule->op_count; i++) {
		const struct op *op = &rule->ops[i];
		bool names_set = op->kind == OP_LOOKUP &&
				 !(op->lookup.set && op->lookup.set->flags & NFT_SET_ANONYMOUS);

		if (names_set || op->kind == OP_DYNSET || (op->kind == OP_VERDICT && op->verdict.chain_name))
			return false;
	}
	return true;
}

/* Most lists are short; they are made here, and then get the room they need. */
static int rule_decode(const struct legacy_entry *entry, struct rule *rule, struct outside *outside,
		       struct error *err)
{
	struct pool *pool = outside->pool;
	struct op room[OPS_USUALLY];
	struct op_list ops = {.pool = pool, .err = err, .outside = outside, .at = room, .room = OPS_USUALLY};
	const char *comment;

	legacy_decode(entry, &ops, &comment);
	if (ops.failed)
		return -1;
	rule->ops = pool_copy(pool, ops.at, ops.count * sizeof(*ops.at));
	rule->op_count = ops.count;
	rule->comment = comment ? pool_text(pool, comment) : NULL;
	if (!rule->ops || (comment && !rule->comment))
		return error_memory(err);
	rule->tag = comment_tag(rule->comment);
	if (speaks_for_itself(rule))
		rule->notes = pool_alloc(pool, RULE_NOTES);
	return 0;
}

bool legacy_is_alike(const struct rule *rule, uint64_t likeness)
{
	return rule->handle - likeness < rule->chain->rule_count;
}

/* At the same place, or one further on: one may have come or gone. NULL: there is none. */
static const struct rule *rule_before(const struct chain *before, size_t at, uint64_t likeness)
{
	for (size_t i = at ? at - 1 : 0; before && i < before->rule_count && i <= at + 1; i++)
		if (legacy_is_alike(before->rules[i], likeness))
			return speaks_for_itself(before->rules[i]) ? before->rules[i] : NULL;
	return NULL;
}

static void rule_take(const struct rule *before, struct rule *rule)
{
	rule->ops = before->ops;
	rule->op_count = before->op_count;
	rule->comment = before->comment;
	rule->tag = before->tag;
	rule->notes = before->notes;
}

int legacy_rule_add(const struct legacy_entry *entry, const struct chain *before, struct chain *chain,
		    struct outside *outside, struct error *err)
{
	struct pool *pool = outside->pool;
	struct rule *rule = pool_alloc(pool, sizeof(*rule));
	struct rule **rules = pool_grow(pool, chain->rules, chain->rule_count, sizeof(struct rule *));
	const uint64_t likeness = legacy_likeness(entry);
	const struct rule *same = rule_before(before, chain->rule_count, likeness);

	if (!rule || !rules)
		return error_memory(err);
	chain->rules = rules;
	rule->chain = chain;
	rule->position = (unsigned)chain->rule_count + 1;
	rule->handle = likeness;
	if (same)
		rule_take(same, rule);
	else if (rule_decode(entry, rule, outside, err) < 0)
		return -1;
	rules[chain->rule_count++] = rule;
	return 0;
}

/* How many of a likeness there are so far. */
struct tally {
	uint64_t likeness; /* 0: the place is free */
	uint64_t count;
};

static struct tally *tally_of(struct tally *tallies, size_t mask, uint64_t likeness)
{
	size_t at = likeness & mask;

	while (tallies[at].likeness && tallies[at].likeness != likeness)
		at = (at + 1) & mask;
	tallies[at].likeness = likeness;
	return &tallies[at];
}

/* A power of two, at least twice as many as there are rules. */
static size_t room_for(size_t count)
{
	size_t room = 2;

	while (room < 2 * count)
		room *= 2;
	return room;
}

int legacy_handles_make(struct chain *chain, struct pool *scratch, struct error *err)
{
	const size_t room = room_for(chain->rule_count);
	struct tally *tallies = pool_alloc(scratch, room * sizeof(*tallies));

	if (!tallies)
		return error_memory(err);
	for (size_t i = 0; i < chain->rule_count; i++) {
		struct rule *rule = chain->rules[i];

		rule->handle += tally_of(tallies, room - 1, rule->handle)->count++;
	}
	return 0;
}
