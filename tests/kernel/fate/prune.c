/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arrays with one item less, and the rules without which a ruleset holds together. */
#include "prune.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

static void array_drop(void *array, size_t *count, size_t index, size_t size)
{
	char *at = (char *)array + index * size;

	memmove(at, at + size, (*count - index - 1) * size);
	(*count)--;
}

void prune_table(struct ruleset *ruleset, size_t index)
{
	array_drop(ruleset->tables, &ruleset->table_count, index, sizeof(ruleset->tables[0]));
}

static void set_drop(struct table *table, const struct set *set)
{
	for (size_t i = 0; i < table->set_count; i++)
		if (table->sets[i] == set)
			array_drop(table->sets, &table->set_count, i, sizeof(table->sets[0]));
}

static void set_of_op_drop(struct table *table, const struct op *op)
{
	if (op->kind == OP_LOOKUP && op->lookup.set->flags & NFT_SET_ANONYMOUS)
		set_drop(table, op->lookup.set);
}

/* Rules are kept numbered. What is anonymous goes with its rule: the kernel takes no set that nobody uses. */
void prune_rule(struct chain *chain, size_t index)
{
	const struct rule *rule = chain->rules[index];

	for (size_t i = 0; i < rule->op_count; i++)
		set_of_op_drop(chain->table, &rule->ops[i]);
	array_drop(chain->rules, &chain->rule_count, index, sizeof(chain->rules[0]));
	for (size_t i = index; i < chain->rule_count; i++)
		chain->rules[i]->position = (unsigned)i + 1;
}

static bool set_leads_to(const struct set *set, const struct chain *chain)
{
	for (size_t i = 0; i < set->element_count; i++)
		if (set->elements[i].verdict.chain == chain)
			return true;
	return false;
}

static bool rule_needs(const struct rule *rule, const struct chain *chain, const struct set *set)
{
	for (size_t i = 0; i < rule->op_count; i++) {
		const struct op *op = &rule->ops[i];

		if (op->kind == OP_VERDICT && chain && op->verdict.chain == chain)
			return true;
		if (op->kind == OP_LOOKUP &&
		    ((set && op->lookup.set == set) || (chain && set_leads_to(op->lookup.set, chain))))
			return true;
	}
	return false;
}

static void prune_needing(struct table *table, const struct chain *chain, const struct set *set)
{
	for (size_t i = 0; i < table->chain_count; i++)
		for (size_t j = table->chains[i]->rule_count; j-- > 0;)
			if (rule_needs(table->chains[i]->rules[j], chain, set))
				prune_rule(table->chains[i], j);
}

void prune_set(struct table *table, const struct set *set)
{
	prune_needing(table, NULL, set);
	set_drop(table, set);
}

void prune_chain(struct table *table, struct chain *chain)
{
	while (chain->rule_count > 0)
		prune_rule(chain, 0);
	prune_needing(table, chain, NULL);
	for (size_t i = 0; i < table->set_count;)
		if (set_leads_to(table->sets[i], chain))
			prune_set(table, table->sets[i]);
		else
			i++;
	for (size_t i = 0; i < table->chain_count; i++)
		if (table->chains[i] == chain)
			array_drop(table->chains, &table->chain_count, i, sizeof(table->chains[0]));
}

void prune_op(struct rule *rule, size_t index)
{
	set_of_op_drop(rule->chain->table, &rule->ops[index]);
	array_drop((struct op *)rule->ops, &rule->op_count, index, sizeof(rule->ops[0]));
}

void prune_element(struct set *set, size_t index)
{
	array_drop(set->elements, &set->element_count, index, sizeof(set->elements[0]));
}
