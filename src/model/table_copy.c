/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies a table: first the chain and set structs, noting where each went, then what points to them.
 */
#include "table_copy.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 8 };

/* From the chain or set of the original to that of the copy, sorted by the original's address. */
struct move {
	const void *from;
	void *to;
};

static int move_order(const void *a, const void *b)
{
	const struct move *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

static void *moved(const struct move *moves, size_t count, const void *from)
{
	struct move key = {.from = from};
	const struct move *found = from ? bsearch(&key, moves, count, sizeof(*moves), move_order) : NULL;

	return found ? found->to : NULL;
}

/* A copy with the capacity that pool_grow expects of an array of that many items. */
static void *array_copy(struct pool *pool, const void *array, size_t count, size_t item_size)
{
	size_t capacity = FIRST_CAPACITY;
	void *copy;

	while (capacity < count)
		capacity *= 2;
	copy = pool_alloc(pool, capacity * item_size);
	if (copy && count)
		memcpy(copy, array, count * item_size);
	return copy;
}

/* Matches of x_tables have sets of their own, which stand in no table. */
static bool op_points(const struct op *op)
{
	return !op_is_of_xt(op) && (op->kind == OP_LOOKUP || op->kind == OP_DYNSET ||
				    (op->kind == OP_VERDICT && op->verdict.chain));
}

static void op_redirect(struct op *op, const struct move *moves, size_t count)
{
	if (op->kind == OP_LOOKUP)
		op->lookup.set = moved(moves, count, op->lookup.set);
	else if (op->kind == OP_DYNSET)
		op->dynset.set = moved(moves, count, op->dynset.set);
	else if (op->kind == OP_VERDICT)
		op->verdict.chain = moved(moves, count, op->verdict.chain);
}

static int ops_redirect(struct rule *rule, const struct move *moves, size_t count, struct pool *pool)
{
	struct op *ops = NULL;

	for (size_t i = 0; i < rule->op_count; i++) {
		if (!op_points(&rule->ops[i]))
			continue;
		if (!ops)
			ops = pool_copy(pool, rule->ops, rule->op_count * sizeof(*ops));
		if (!ops)
			return -1;
		op_redirect(&ops[i], moves, count);
	}
	if (ops)
		rule->ops = ops;
	return 0;
}

static int rules_copy(struct chain *chain, const struct move *moves, size_t count, struct pool *pool)
{
	struct rule *rules = pool_alloc(pool, (chain->rule_count + 1) * sizeof(*rules));
	struct rule **list = array_copy(pool, chain->rules, chain->rule_count, sizeof(*list));

	if (!rules || !list)
		return -1;
	for (size_t i = 0; i < chain->rule_count; i++) {
		rules[i] = *chain->rules[i];
		rules[i].chain = chain;
		if (ops_redirect(&rules[i], moves, count, pool) < 0)
			return -1;
		list[i] = &rules[i];
	}
	chain->rules = list;
	return 0;
}

static bool elements_jump(const struct set *set)
{
	for (size_t i = 0; i < set->element_count; i++)
		if (set->elements[i].verdict.chain)
			return true;
	return false;
}

static int elements_redirect(struct set *set, const struct move *moves, size_t count, struct pool *pool)
{
	if (!elements_jump(set))
		return 0;
	set->elements = pool_copy(pool, set->elements, set->element_count * sizeof(*set->elements));
	if (!set->elements)
		return -1;
	for (size_t i = 0; i < set->element_count; i++)
		set->elements[i].verdict.chain = moved(moves, count, set->elements[i].verdict.chain);
	return 0;
}

/* Copies the chain and set structs and notes where each went; their insides still point to the original. */
static struct move *members_copy(struct table *table, struct pool *pool)
{
	struct move *moves = pool_alloc(pool, (table->chain_count + table->set_count + 1) * sizeof(*moves));
	size_t used = 0;

	for (size_t i = 0; moves && i < table->chain_count; i++) {
		struct chain *chain = pool_copy(pool, table->chains[i], sizeof(*chain));

		if (!chain)
			return NULL;
		chain->table = table;
		moves[used++] = (struct move){.from = table->chains[i], .to = chain};
		table->chains[i] = chain;
	}
	for (size_t i = 0; moves && i < table->set_count; i++) {
		struct set *set = pool_copy(pool, table->sets[i], sizeof(*set));

		if (!set)
			return NULL;
		set->table = table;
		moves[used++] = (struct move){.from = table->sets[i], .to = set};
		table->sets[i] = set;
	}
	if (moves)
		qsort(moves, used, sizeof(*moves), move_order);
	return moves;
}

struct table *table_copy(const struct table *from, struct pool *pool)
{
	struct table *table = pool_copy(pool, from, sizeof(*table));
	size_t count = from->chain_count + from->set_count;
	struct move *moves;

	if (!table)
		return NULL;
	table->chains = array_copy(pool, from->chains, from->chain_count, sizeof(*table->chains));
	table->sets = array_copy(pool, from->sets, from->set_count, sizeof(*table->sets));
	moves = table->chains && table->sets ? members_copy(table, pool) : NULL;
	if (!moves)
		return NULL;
	for (size_t i = 0; i < table->chain_count; i++)
		if (rules_copy(table->chains[i], moves, count, pool) < 0)
			return NULL;
	for (size_t i = 0; i < table->set_count; i++)
		if (elements_redirect(table->sets[i], moves, count, pool) < 0)
			return NULL;
	return table;
}
