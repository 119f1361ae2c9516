/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copying a written ruleset. What points from one part to another is made to point into the copy, by place. */
#include "prune.h"

static struct chain *chain_at_place_of(const struct table *copy, const struct table *from,
				       const struct chain *chain)
{
	for (size_t i = 0; i < from->chain_count; i++)
		if (from->chains[i] == chain)
			return copy->chains[i];
	return NULL;
}

static const struct set *set_at_place_of(const struct table *copy, const struct table *from,
					 const struct set *set)
{
	for (size_t i = 0; i < from->set_count; i++)
		if (from->sets[i] == set)
			return copy->sets[i];
	return NULL;
}

static void verdict_turn(struct nft_verdict *verdict, const struct table *copy, const struct table *from)
{
	if (verdict->chain)
		verdict->chain = chain_at_place_of(copy, from, verdict->chain);
}

static bool set_fill(struct set *copy, const struct set *set, struct table *table, struct pool *pool)
{
	copy->table = table;
	copy->elements = pool_copy(pool, set->elements, set->element_count * sizeof(set->elements[0]));
	for (size_t i = 0; copy->elements && i < copy->element_count; i++)
		verdict_turn(&copy->elements[i].verdict, table, set->table);
	return copy->elements;
}

static struct rule *rule_copy(const struct rule *rule, struct chain *chain, const struct table *from,
			      struct pool *pool)
{
	struct rule *copy = pool_copy(pool, rule, sizeof(*rule));
	struct op *ops = pool_copy(pool, rule->ops, rule->op_count * sizeof(rule->ops[0]));

	if (!copy || !ops)
		return NULL;
	copy->chain = chain;
	copy->ops = ops;
	for (size_t i = 0; i < rule->op_count; i++) {
		if (ops[i].kind == OP_LOOKUP)
			ops[i].lookup.set = set_at_place_of(chain->table, from, ops[i].lookup.set);
		if (ops[i].kind == OP_VERDICT)
			verdict_turn(&ops[i].verdict, chain->table, from);
	}
	return copy;
}

static bool chain_fill(struct chain *copy, const struct chain *chain, struct pool *pool)
{
	copy->rules = pool_copy(pool, chain->rules, chain->rule_count * sizeof(chain->rules[0]));
	for (size_t i = 0; copy->rules && i < chain->rule_count; i++) {
		copy->rules[i] = rule_copy(chain->rules[i], copy, chain->table, pool);
		if (!copy->rules[i])
			return false;
	}
	return copy->rules;
}

/* Chains and sets first, so that what is in them finds its target. */
static struct table *table_copy(const struct table *table, struct pool *pool)
{
	struct table *copy = pool_copy(pool, table, sizeof(*table));
	bool good = copy;

	if (!copy)
		return NULL;
	copy->chains = pool_copy(pool, table->chains, table->chain_count * sizeof(table->chains[0]));
	copy->sets = pool_copy(pool, table->sets, table->set_count * sizeof(table->sets[0]));
	if (!copy->chains || !copy->sets)
		return NULL;
	for (size_t i = 0; good && i < table->chain_count; i++) {
		good = (copy->chains[i] = pool_copy(pool, table->chains[i], sizeof(struct chain)));
		if (good)
			copy->chains[i]->table = copy;
	}
	for (size_t i = 0; good && i < table->set_count; i++)
		good = (copy->sets[i] = pool_copy(pool, table->sets[i], sizeof(struct set))) &&
		       set_fill(copy->sets[i], table->sets[i], copy, pool);
	for (size_t i = 0; good && i < table->chain_count; i++)
		good = chain_fill(copy->chains[i], table->chains[i], pool);
	return good ? copy : NULL;
}

struct ruleset *ruleset_copy(const struct ruleset *ruleset, struct pool *pool)
{
	struct ruleset *copy = pool_copy(pool, ruleset, sizeof(*ruleset));

	if (!copy)
		return NULL;
	copy->tables = pool_copy(pool, ruleset->tables, ruleset->table_count * sizeof(ruleset->tables[0]));
	for (size_t i = 0; copy->tables && i < ruleset->table_count; i++) {
		copy->tables[i] = table_copy(ruleset->tables[i], pool);
		if (!copy->tables[i])
			return NULL;
	}
	return copy->tables ? copy : NULL;
}
