/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rule from an entry: decoded, or taken over from an earlier reading. Until all rules of a chain are there, their handles are
 * their likenesses.
 */
#include "legacy_rule.h"
#include "outside.h"

#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>

enum { OPS_USUALLY = 48 };

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
	return 0;
}

bool legacy_is_alike(const struct rule *rule, uint64_t likeness)
{
	return rule->handle - likeness < rule->chain->rule_count;
}

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

static int likeness_order(const void *left, const void *right)
{
	const struct rule *a = *(struct rule *const *)left, *b = *(struct rule *const *)right;

	if (a->handle != b->handle)
		return a->handle < b->handle ? -1 : 1;
	return (a->position > b->position) - (a->position < b->position);
}

int legacy_handles_make(struct chain *chain, struct pool *pool, struct error *err)
{
	struct rule **sorted = pool_copy(pool, chain->rules, chain->rule_count * sizeof(struct rule *));
	uint64_t likeness = 0, before = 0;

	if (!sorted)
		return error_memory(err);
	if (chain->rule_count)
		qsort(sorted, chain->rule_count, sizeof(struct rule *), likeness_order);
	for (size_t i = 0; i < chain->rule_count; i++) {
		before = i && sorted[i]->handle == likeness ? before + 1 : 0;
		likeness = sorted[i]->handle;
		sorted[i]->handle = likeness + before;
	}
	return 0;
}
