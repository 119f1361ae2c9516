/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a second reading may take from the first, when the kernel's generation says that nothing but our own steps came in
 * between. What packets change without a new generation (dynamic sets, timeouts) is never taken.
 */
#include "nft_dump.h"

#include <string.h>
#include <linux/netfilter/nf_tables.h>

static bool is_same_table(const struct table *a, const struct table *b)
{
	return a->family == b->family && !strcmp(a->name, b->name);
}

static bool writes_set(const struct rule *rule, const char *name)
{
	for (size_t i = 0; i < rule->op_count; i++)
		if (rule->ops[i].kind == OP_DYNSET && !strcmp(rule->ops[i].dynset.set_name, name))
			return true;
	return false;
}

static bool is_written(const struct set *set)
{
	const struct table *table = set->table;

	for (size_t i = 0; i < table->chain_count; i++)
		for (size_t j = 0; j < table->chains[i]->rule_count; j++)
			if (writes_set(table->chains[i]->rules[j], set->name))
				return true;
	return false;
}

static bool has_timeouts(const struct set *set)
{
	if (set->timeout || set->flags & NFT_SET_TIMEOUT)
		return true;
	for (size_t i = 0; i < set->element_count; i++)
		if (set->elements[i].timeout)
			return true;
	return false;
}

/* Anonymous and constant sets cannot be written by packets, which spares a walk over all rules for each of them. */
static bool moves_by_itself(const struct set *set)
{
	if (set->flags & (NFT_SET_ANONYMOUS | NFT_SET_CONSTANT) &&
	    !(set->flags & (NFT_SET_EVAL | NFT_SET_TIMEOUT)))
		return false;
	return set->flags & NFT_SET_EVAL || has_timeouts(set) || is_written(set);
}

static bool step_touches_set(const struct step *step, const struct set *set)
{
	return is_same_table(step->table, set->table) && step->set && !strcmp(step->set->name, set->name);
}

static bool step_touches_chain(const struct step *step, const struct chain *chain)
{
	const struct chain *touched = step->chain ? step->chain : step->rule ? step->rule->chain : NULL;

	return is_same_table(step->table, chain->table) && touched && !strcmp(touched->name, chain->name);
}

static const struct table *table_before(const struct sharing *sharing, const struct table *table)
{
	const struct table *old;

	if (!sharing->before)
		return NULL;
	old = ruleset_find_table(sharing->before, table->family, table->name);
	return old && old->engine == ENGINE_NFT && old->handle == table->handle ? old : NULL;
}

const struct table *share_table(const struct sharing *sharing, const struct table *table)
{
	const struct table *old = table_before(sharing, table);

	if (!old || old->chain_count != table->chain_count || old->set_count != table->set_count ||
	    old->flags != table->flags || old->owner_port != table->owner_port)
		return NULL;
	for (size_t i = 0; i < sharing->touched->count; i++)
		if (is_same_table(sharing->touched->list[i].table, table))
			return NULL;
	for (size_t i = 0; i < old->set_count; i++)
		if (moves_by_itself(old->sets[i]))
			return NULL;
	return old;
}

static bool has_references(const struct rule *rule)
{
	for (size_t i = 0; i < rule->op_count; i++)
		if (rule->ops[i].kind == OP_LOOKUP || rule->ops[i].kind == OP_DYNSET || rule->ops[i].object ||
		    (rule->ops[i].kind == OP_VERDICT && rule->ops[i].verdict.chain_name))
			return true;
	return false;
}

/* The rule's place is new, and what it refers to may be; the rest stays where it is. */
static struct rule *rule_share(const struct rule *old, struct chain *chain, struct pool *pool)
{
	struct rule *rule = pool_copy(pool, old, sizeof(*old));

	if (!rule)
		return NULL;
	rule->chain = chain;
	if (has_references(old)) {
		rule->ops = pool_copy(pool, old->ops, old->op_count * sizeof(*old->ops));
		if (!rule->ops)
			return NULL;
	}
	return rule;
}

int share_rules(const struct sharing *sharing, struct chain *chain, struct pool *pool, bool *shared,
		struct error *err)
{
	const struct table *table = table_before(sharing, chain->table);
	const struct chain *old = table ? table_find_chain(table, chain->name) : NULL;

	*shared = false;
	if (!old || old->handle != chain->handle)
		return 0;
	for (size_t i = 0; i < sharing->touched->count; i++)
		if (step_touches_chain(&sharing->touched->list[i], chain))
			return 0;
	chain->rules = pool_alloc(pool, (old->rule_count + 1) * sizeof(*chain->rules));
	if (!chain->rules)
		return error_memory(err);
	for (size_t i = 0; i < old->rule_count; i++) {
		chain->rules[i] = rule_share(old->rules[i], chain, pool);
		if (!chain->rules[i])
			return error_memory(err);
	}
	chain->rule_count = old->rule_count;
	*shared = true;
	return 0;
}

int share_elements(const struct sharing *sharing, struct set *set, struct pool *pool, bool *shared,
		   struct error *err)
{
	const struct table *table = table_before(sharing, set->table);
	const struct set *old = table ? table_find_set(table, set->name) : NULL;

	*shared = false;
	if (!old || old->handle != set->handle || moves_by_itself(old))
		return 0;
	for (size_t i = 0; i < sharing->touched->count; i++)
		if (step_touches_set(&sharing->touched->list[i], set))
			return 0;
	set->elements = old->elements;
	if (set->data_type == NFT_DATA_VERDICT || set->flags & NFT_SET_OBJECT)
		set->elements = pool_copy(pool, old->elements, old->element_count * sizeof(*old->elements));
	if (!set->elements && old->element_count)
		return error_memory(err);
	set->element_count = old->element_count;
	set->opaque = old->opaque;
	*shared = true;
	return 0;
}
