/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a second reading may take from the first, when the kernel's generation says that nothing but our own steps came in
 * between. What changes without a new generation is never taken: dynamic sets, timeouts, lists that are in no table.
 */
#include "nft_dump.h"
#include "nft_told.h"

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

static bool looks_outside(const struct op *op)
{
	if (op->kind == OP_LOOKUP)
		return op->lookup.set && op->lookup.set->keeper != SET_OF_TABLE;
	return op->kind == OP_DYNSET && op->dynset.set && op->dynset.set->keeper != SET_OF_TABLE;
}

/* Rules of x_tables have the lists that they look into, and those are read with the rules. */
static bool chain_looks_outside(const struct chain *chain)
{
	for (size_t i = 0; i < chain->rule_count; i++)
		for (size_t j = 0; j < chain->rules[i]->op_count; j++)
			if (looks_outside(&chain->rules[i]->ops[j]))
				return true;
	return false;
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
	for (size_t i = 0; i < old->chain_count; i++)
		if (chain_looks_outside(old->chains[i]))
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

/* Chains of 10,000 rules are copied once, with room for what steps add to them. */
static int rules_copy(const struct chain *old, struct chain *chain, size_t more, struct pool *pool,
		      struct error *err)
{
	chain->rules = pool_alloc(pool, (old->rule_count + more + 1) * sizeof(*chain->rules));
	if (!chain->rules)
		return error_memory(err);
	for (size_t i = 0; i < old->rule_count; i++) {
		chain->rules[i] = rule_share(old->rules[i], chain, pool);
		if (!chain->rules[i])
			return error_memory(err);
	}
	chain->rule_count = old->rule_count;
	return 0;
}

static int rule_insert(struct chain *chain, size_t place, const struct rule *told, struct pool *pool,
		       struct error *err)
{
	struct rule *rule = rule_share(told, chain, pool);

	if (!rule)
		return error_memory(err);
	memmove(chain->rules + place + 1, chain->rules + place,
		(chain->rule_count - place) * sizeof(*chain->rules));
	chain->rules[place] = rule;
	chain->rule_count++;
	return 0;
}

/*
 * A chain to which steps only added rules is what it was and those: the generation says that nobody else came between, and
 * the kernel has told each rule and where it stands. *whole is false when it has not, or told otherwise than it was asked, and
 * where something strange about the chain would have to stand before them.
 */
static int rules_add(const struct sharing *sharing, const struct reading *reading, struct chain *chain,
		     bool *whole, struct error *err)
{
	const bool strange = reading_strange_name(reading, chain) != NULL;
	size_t place;

	*whole = true;
	for (size_t i = 0; i < sharing->touched->count; i++) {
		const struct step *step = &sharing->touched->list[i];

		if (!step_touches_chain(step, chain))
			continue;
		*whole = !strange && told_place(step, chain, &place);
		if (!*whole)
			return 0;
		if (rule_insert(chain, place, step->told, reading->pool, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < chain->rule_count; i++)
		chain->rules[i]->position = (unsigned)i + 1;
	return 0;
}

int share_rules(const struct sharing *sharing, const struct reading *reading, struct chain *chain,
		bool *shared, struct error *err)
{
	const struct table *table = table_before(sharing, chain->table);
	const struct chain *old = table ? table_find_chain(table, chain->name) : NULL;

	*shared = false;
	if (!old || old->handle != chain->handle || chain_looks_outside(old))
		return 0;
	if (rules_copy(old, chain, sharing->touched->count, reading->pool, err) < 0 ||
	    rules_add(sharing, reading, chain, shared, err) < 0)
		return -1;
	if (!*shared)
		chain->rule_count = 0;
	return 0;
}

int share_elements(const struct sharing *sharing, struct set *set, struct pool *pool, bool *shared,
		   struct error *err)
{
	const struct table *table = table_before(sharing, set->table);
	const struct set *old = table ? table_find_set(table, set->name) : NULL;

	*shared = false;
	if (!old || old->handle != set->handle || old->unread || moves_by_itself(old))
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
	set->connections = old->connections;
	set->connection_count = old->connection_count;
	set->opaque = old->opaque;
	*shared = true;
	return 0;
}
