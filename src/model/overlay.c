/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ruleset as it would be: steps applied to a copy that shares every table no step touches.
 */
#include "fwport/step.h"

#include "fwport/port_set.h"
#include "table_copy.h"

#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>
#include <string.h>

struct overlay {
	struct ruleset *out;
	bool *copied; /* beside out->tables: ours to change */
	struct pool *pool;
	struct error *err;
};

static void array_drop(void *array, size_t *count, size_t at, size_t item_size)
{
	unsigned char *bytes = array;

	memmove(bytes + at * item_size, bytes + (at + 1) * item_size, (*count - at - 1) * item_size);
	(*count)--;
}

/* finding what a step speaks of, in the copy */

static int step_lost(struct overlay *overlay, const char *what, const char *name)
{
	return error_set(overlay->err, ERROR_SYSTEM,
			 "a step speaks of %s %s, which the ruleset does not hold", what, name);
}

static int table_open(struct overlay *overlay, const struct step *step, struct table **out)
{
	struct ruleset *ruleset = overlay->out;

	for (size_t i = 0; i < ruleset->table_count; i++) {
		struct table *table = ruleset->tables[i];

		if (table->engine != step->table->engine || table->family != step->table->family ||
		    strcmp(table->name, step->table->name) != 0)
			continue;
		if (!overlay->copied[i])
			table = table_copy(table, overlay->pool);
		if (!table)
			return error_memory(overlay->err);
		overlay->copied[i] = true;
		ruleset->tables[i] = table;
		*out = table;
		return 0;
	}
	return step_lost(overlay, "table", step->table->name);
}

static int chain_open(struct overlay *overlay, const struct step *step, struct chain **out)
{
	struct table *table;

	if (table_open(overlay, step, &table) < 0)
		return -1;
	*out = table_find_chain(table, step->chain->name);
	return *out ? 0 : step_lost(overlay, "chain", step->chain->name);
}

/* By the kernel's handle; a rule that was never in the kernel has none and is known by its content. */
static size_t rule_index(const struct chain *chain, const struct rule *rule)
{
	size_t i = 0;

	while (i < chain->rule_count && (chain->rules[i]->handle != rule->handle ||
					 (!rule->handle && !rule_same(chain->rules[i], rule))))
		i++;
	return i;
}

/* one function per object */

static int table_step(struct overlay *overlay, const struct step *step)
{
	struct ruleset *ruleset = overlay->out;
	struct table *table;

	if (!step->remove) {
		table = pool_copy(overlay->pool, step->table, sizeof(*table));
		if (!table)
			return error_memory(overlay->err);
		table->chains = NULL;
		table->sets = NULL;
		table->chain_count = table->set_count = 0;
		overlay->copied[ruleset->table_count] = true;
		ruleset->tables[ruleset->table_count++] = table;
		return 0;
	}
	for (size_t i = 0; i < ruleset->table_count; i++) {
		table = ruleset->tables[i];
		if (table->engine != step->table->engine || table->family != step->table->family ||
		    strcmp(table->name, step->table->name) != 0)
			continue;
		memmove(overlay->copied + i, overlay->copied + i + 1, ruleset->table_count - i - 1);
		array_drop(ruleset->tables, &ruleset->table_count, i, sizeof(*ruleset->tables));
		return 0;
	}
	return step_lost(overlay, "table", step->table->name);
}

static int chain_step(struct overlay *overlay, const struct step *step)
{
	struct chain *chain;
	struct table *table;

	if (table_open(overlay, step, &table) < 0)
		return -1;
	if (step->remove) {
		for (size_t i = 0; i < table->chain_count; i++)
			if (!strcmp(table->chains[i]->name, step->chain->name)) {
				array_drop(table->chains, &table->chain_count, i, sizeof(*table->chains));
				return 0;
			}
		return step_lost(overlay, "chain", step->chain->name);
	}
	chain = pool_copy(overlay->pool, step->chain, sizeof(*chain));
	table->chains = pool_grow(overlay->pool, table->chains, table->chain_count, sizeof(*table->chains));
	if (!chain || !table->chains)
		return error_memory(overlay->err);
	chain->table = table;
	chain->rules = NULL;
	chain->rule_count = 0;
	table->chains[table->chain_count++] = chain;
	return 0;
}

static int set_add(struct overlay *overlay, struct table *table, const struct set *like, struct set **out)
{
	struct set *set = pool_copy(overlay->pool, like, sizeof(*set));

	table->sets = pool_grow(overlay->pool, table->sets, table->set_count, sizeof(*table->sets));
	if (!set || !table->sets)
		return error_memory(overlay->err);
	set->table = table;
	table->sets[table->set_count++] = set;
	*out = set;
	return 0;
}

static void set_drop(struct table *table, const struct set *set)
{
	for (size_t i = 0; i < table->set_count; i++)
		if (table->sets[i] == set) {
			array_drop(table->sets, &table->set_count, i, sizeof(*table->sets));
			return;
		}
}

static int set_step(struct overlay *overlay, const struct step *step)
{
	struct table *table;
	struct set *set;

	if (table_open(overlay, step, &table) < 0)
		return -1;
	if (!step->remove) {
		if (set_add(overlay, table, step->set, &set) < 0)
			return -1;
		set->elements = NULL;
		set->element_count = 0;
		return 0;
	}
	set = table_find_set(table, step->set->name);
	if (!set)
		return step_lost(overlay, "set", step->set->name);
	set_drop(table, set);
	return 0;
}

static int range_first_order(const void *a, const void *b)
{
	const struct port_range *x = a, *y = b;

	return (int)x->first - (int)y->first;
}

/* Both ascending: what is in `from` and not, as the very same range, in `less`. */
static size_t ranges_without(struct port_range *from, size_t count, const struct port_range *less,
			     size_t less_count)
{
	size_t kept = 0, j = 0;

	for (size_t i = 0; i < count; i++) {
		while (j < less_count && less[j].first < from[i].first)
			j++;
		if (j == less_count || less[j].first != from[i].first || less[j].last != from[i].last)
			from[kept++] = from[i];
	}
	return kept;
}

/* What was there keeps its time, and what is new has that of the step; starts alone have one. */
static void expiries_fill(struct set *set, const struct element *before, size_t count, int64_t milliseconds)
{
	const uint64_t fresh = milliseconds > 0 ? (uint64_t)milliseconds : 1;

	for (size_t i = 0, j = 0; i < set->element_count; i++) {
		struct element *element = &set->elements[i];

		if (element->interval_end)
			continue;
		while (j < count &&
		       (before[j].interval_end || port_of_key(before[j].key) < port_of_key(element->key)))
			j++;
		if (j < count && port_of_key(before[j].key) == port_of_key(element->key)) {
			element->timeout = before[j].timeout;
			element->expires = before[j].expires;
		} else {
			element->timeout = element->expires = fresh;
		}
	}
}

static int elements_step(struct overlay *overlay, const struct step *step)
{
	struct port_range *have, *all, *named;
	const struct element *before;
	size_t count, before_count;
	struct table *table;
	struct set *set;

	if (table_open(overlay, step, &table) < 0)
		return -1;
	set = table_find_set(table, step->set->name);
	if (!set)
		return step_lost(overlay, "set", step->set->name);
	if (port_set_ranges(set, overlay->pool, &have, &count, overlay->err) < 0)
		return -1;
	all = pool_alloc(overlay->pool, (count + step->port_count + 1) * sizeof(*all));
	named = pool_copy(overlay->pool, step->ports, step->port_count * sizeof(*named));
	if (!all || !named)
		return error_memory(overlay->err);
	qsort(named, step->port_count, sizeof(*named), range_first_order);
	memcpy(all, have, count * sizeof(*all));
	if (step->remove) {
		count = ranges_without(all, count, named, step->port_count);
	} else {
		memcpy(all + count, named, step->port_count * sizeof(*all));
		count += step->port_count;
		qsort(all, count, sizeof(*all), range_first_order);
	}
	before = set->elements;
	before_count = set->element_count;
	if (port_set_fill(set, all, count, overlay->pool, overlay->err) < 0)
		return -1;
	if (set->flags & NFT_SET_TIMEOUT)
		expiries_fill(set, before, before_count, step->expires * 1000 - overlay->out->read_at);
	return 0;
}

static int rule_insert(struct overlay *overlay, const struct step *step, struct chain *chain)
{
	struct rule *rule = pool_copy(overlay->pool, step->rule, sizeof(*rule));
	struct op *ops = pool_copy(overlay->pool, step->rule->ops, step->rule->op_count * sizeof(*ops));
	size_t at = step->before ? rule_index(chain, step->before) : chain->rule_count;
	struct set *anonymous = NULL;

	if (step->before && at == chain->rule_count)
		return step_lost(overlay, "the rule to stand before in chain", chain->name);
	chain->rules = pool_grow(overlay->pool, chain->rules, chain->rule_count, sizeof(*chain->rules));
	if (!rule || !ops || !chain->rules)
		return error_memory(overlay->err);
	if (step->set && set_add(overlay, chain->table, step->set, &anonymous) < 0)
		return -1;
	for (size_t i = 0; i < rule->op_count; i++) {
		if (ops[i].kind == OP_LOOKUP && !op_is_of_xt(&ops[i]))
			ops[i].lookup.set = step->set && ops[i].lookup.set == step->set
						    ? anonymous
						    : table_find_set(chain->table, ops[i].lookup.set_name);
		if (ops[i].kind == OP_VERDICT && ops[i].verdict.chain_name)
			ops[i].verdict.chain = table_find_chain(chain->table, ops[i].verdict.chain_name);
	}
	rule->handle = 0;
	rule->chain = chain;
	rule->ops = ops;
	memmove(chain->rules + at + 1, chain->rules + at, (chain->rule_count - at) * sizeof(*chain->rules));
	chain->rules[at] = rule;
	chain->rule_count++;
	return 0;
}

static int rule_remove(struct overlay *overlay, const struct step *step, struct chain *chain)
{
	size_t at = rule_index(chain, step->rule);
	const struct rule *rule;

	if (at == chain->rule_count)
		return step_lost(overlay, "a rule of chain", chain->name);
	rule = chain->rules[at];
	for (size_t i = 0; i < rule->op_count; i++)
		if (rule->ops[i].kind == OP_LOOKUP && rule->ops[i].lookup.set &&
		    (rule->ops[i].lookup.set->flags & NFT_SET_ANONYMOUS))
			set_drop(chain->table, rule->ops[i].lookup.set);
	array_drop(chain->rules, &chain->rule_count, at, sizeof(*chain->rules));
	return 0;
}

static int rule_step(struct overlay *overlay, const struct step *step)
{
	struct chain *chain;

	if (chain_open(overlay, step, &chain) < 0)
		return -1;
	return step->remove ? rule_remove(overlay, step, chain) : rule_insert(overlay, step, chain);
}

static int step_apply(struct overlay *overlay, const struct step *step)
{
	switch (step->object) {
	case STEP_TABLE:
		return table_step(overlay, step);
	case STEP_CHAIN:
		return chain_step(overlay, step);
	case STEP_SET:
		return set_step(overlay, step);
	case STEP_ELEMENTS:
		return elements_step(overlay, step);
	case STEP_RULE:
		return rule_step(overlay, step);
	}
	return 0;
}

static void positions_renew(struct table *table)
{
	for (size_t i = 0; i < table->chain_count; i++)
		for (size_t j = 0; j < table->chains[i]->rule_count; j++)
			table->chains[i]->rules[j]->position = (unsigned)(j + 1);
}

int steps_apply(const struct ruleset *ruleset, const struct steps *steps, struct pool *pool,
		struct ruleset **out, struct error *err)
{
	size_t room = ruleset->table_count + steps->count + 1;
	struct overlay overlay = {.pool = pool, .err = err};

	overlay.out = pool_copy(pool, ruleset, sizeof(*overlay.out));
	overlay.copied = pool_alloc(pool, room * sizeof(*overlay.copied));
	if (!overlay.out || !overlay.copied)
		return error_memory(err);
	overlay.out->tables = pool_alloc(pool, room * sizeof(*overlay.out->tables));
	if (!overlay.out->tables)
		return error_memory(err);
	if (ruleset->table_count)
		memcpy(overlay.out->tables, ruleset->tables, ruleset->table_count * sizeof(*ruleset->tables));
	for (size_t i = 0; i < steps->count; i++)
		if (step_apply(&overlay, &steps->list[i]) < 0)
			return -1;
	for (size_t i = 0; i < overlay.out->table_count; i++)
		if (overlay.copied[i])
			positions_renew(overlay.out->tables[i]);
	*out = overlay.out;
	return 0;
}
