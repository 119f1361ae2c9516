/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Undo as steps. What was added is looked up in the ruleset of now by tag and content, so that only our own objects are
 * removed; a chain, set or table goes only when nothing but ours is in it.
 */
#include "inverse.h"

#include "fwport/port_set.h"

#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>

int undo_push(struct undo *undo, struct step step)
{
	struct step *list = pool_grow(undo->pool, undo->out->list, undo->out->count, sizeof(*list));

	if (!list)
		return error_memory(undo->err);
	undo->out->list = list;
	undo->out->list[undo->out->count++] = step;
	return 0;
}

static struct table *table_now(const struct undo *undo, const struct step *step)
{
	return ruleset_same_table(undo->now, step->table);
}

struct chain *undo_chain_now(const struct undo *undo, const struct step *step)
{
	const struct table *table = table_now(undo, step);

	return table ? table_find_chain(table, step->chain->name) : NULL;
}

static bool is_removed(const struct undo *undo, enum step_object object, const void *thing)
{
	for (size_t i = 0; i < undo->out->count; i++) {
		const struct step *step = &undo->out->list[i];

		if (step->remove && step->object == object &&
		    (step->chain == thing || step->set == thing || step->table == thing))
			return true;
	}
	return false;
}

static struct set *set_now(const struct undo *undo, const struct step *step)
{
	const struct table *table = table_now(undo, step);
	struct set *set = table ? table_find_set(table, step->set->name) : NULL;

	return set && !is_removed(undo, STEP_SET, set) ? set : NULL;
}

static int range_both_ends_order(const void *a, const void *b)
{
	const struct port_range *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (int)x->last - (int)y->last;
}

static bool holds_range(const struct port_range *ranges, size_t count, const struct port_range *range)
{
	return count && bsearch(range, ranges, count, sizeof(*range), range_both_ends_order);
}

/* elements */

/* Without those that a step of the inverse removes already: what is replaced has the same ports before and after. */
static int ranges_left(struct undo *undo, const struct set *set, struct port_range *ranges, size_t *count)
{
	for (size_t i = 0; i < undo->out->count; i++) {
		const struct step *step = &undo->out->list[i];
		struct port_range *gone;
		size_t kept = 0;

		if (step->object != STEP_ELEMENTS || !step->remove || step->set != set)
			continue;
		gone = pool_copy(undo->pool, step->ports, step->port_count * sizeof(*gone));
		if (!gone)
			return error_memory(undo->err);
		qsort(gone, step->port_count, sizeof(*gone), range_both_ends_order);
		for (size_t j = 0; j < *count; j++)
			if (!holds_range(gone, step->port_count, &ranges[j]))
				ranges[kept++] = ranges[j];
		*count = kept;
	}
	return 0;
}

/* Of the step's ports those that are (or are not) in the set now. */
static int ports_now(struct undo *undo, const struct step *step, const struct set *set, bool present,
		     struct port_range **out, size_t *count)
{
	struct port_range *have;
	size_t have_count;

	if (port_set_ranges(set, undo->pool, &have, &have_count, undo->err) < 0 ||
	    ranges_left(undo, set, have, &have_count) < 0)
		return -1;
	*out = pool_alloc(undo->pool, (step->port_count + 1) * sizeof(**out));
	if (!*out)
		return error_memory(undo->err);
	*count = 0;
	for (size_t i = 0; i < step->port_count; i++)
		if (holds_range(have, have_count, &step->ports[i]) == present)
			(*out)[(*count)++] = step->ports[i];
	return 0;
}

static int elements_undo(struct undo *undo, const struct step *step)
{
	const struct set *set = set_now(undo, step);
	struct step inverse = *step;
	struct port_range *ports = (struct port_range *)step->ports;
	size_t count = step->port_count;

	inverse.remove = !step->remove;
	inverse.note = NULL;
	if (set && ports_now(undo, step, set, inverse.remove, &ports, &count) < 0)
		return -1;
	if (!count || (!set && inverse.remove))
		return 0;
	inverse.table = set ? set->table : step->table;
	inverse.set = set ? set : step->set;
	inverse.ports = ports;
	inverse.port_count = count;
	return undo_push(undo, inverse);
}

/* sets, chains, tables: removed only when this inverse empties them */

static bool chain_is_emptied(const struct undo *undo, const struct chain *chain)
{
	for (size_t i = 0; i < chain->rule_count; i++)
		if (!rule_is_taken(undo, chain->rules[i]))
			return false;
	return true;
}

static bool set_is_used(const struct undo *undo, const struct set *set)
{
	for (size_t i = 0; i < set->table->chain_count; i++) {
		const struct chain *chain = set->table->chains[i];

		for (size_t j = 0; j < chain->rule_count; j++)
			for (size_t k = 0; k < chain->rules[j]->op_count; k++) {
				const struct op *op = &chain->rules[j]->ops[k];

				if (op->kind == OP_LOOKUP && op->lookup.set == set &&
				    !rule_is_taken(undo, chain->rules[j]))
					return true;
			}
	}
	return false;
}

static size_t ports_removed(const struct undo *undo, const struct set *set)
{
	size_t count = 0;

	for (size_t i = 0; i < undo->out->count; i++)
		if (undo->out->list[i].object == STEP_ELEMENTS && undo->out->list[i].remove &&
		    undo->out->list[i].set == set)
			count += undo->out->list[i].port_count;
	return count;
}

static int set_is_emptied(struct undo *undo, const struct set *set, bool *out)
{
	struct port_range *ranges;
	size_t count;

	if (port_set_ranges(set, undo->pool, &ranges, &count, undo->err) < 0)
		return -1;
	*out = ports_removed(undo, set) == count && !set_is_used(undo, set);
	return 0;
}

static bool table_is_emptied(const struct undo *undo, const struct table *table)
{
	for (size_t i = 0; i < table->chain_count; i++)
		if (!is_removed(undo, STEP_CHAIN, table->chains[i]))
			return false;
	for (size_t i = 0; i < table->set_count; i++)
		if (!(table->sets[i]->flags & NFT_SET_ANONYMOUS) &&
		    !is_removed(undo, STEP_SET, table->sets[i]))
			return false;
	return true;
}

static int set_undo(struct undo *undo, const struct step *step)
{
	const struct set *set = set_now(undo, step);
	bool emptied;

	if (step->remove)
		return set ? 0
			   : undo_push(undo, (struct step){.object = STEP_SET,
							   .table = step->table,
							   .set = step->set});
	if (!set)
		return 0;
	if (set_is_emptied(undo, set, &emptied) < 0)
		return -1;
	return emptied ? undo_push(undo, (struct step){.remove = true,
						       .object = STEP_SET,
						       .table = set->table,
						       .set = set})
		       : 0;
}

static int chain_undo(struct undo *undo, const struct step *step)
{
	const struct chain *chain = undo_chain_now(undo, step);

	if (step->remove)
		return chain && !is_removed(undo, STEP_CHAIN, chain)
			       ? 0
			       : undo_push(undo, (struct step){.object = STEP_CHAIN,
							       .table = step->table,
							       .chain = step->chain});
	if (!chain || !chain_is_emptied(undo, chain))
		return 0;
	return undo_push(
		undo,
		(struct step){.remove = true, .object = STEP_CHAIN, .table = chain->table, .chain = chain});
}

static int table_undo(struct undo *undo, const struct step *step)
{
	const struct table *table = table_now(undo, step);

	if (step->remove)
		return table && !is_removed(undo, STEP_TABLE, table)
			       ? 0
			       : undo_push(undo, (struct step){.object = STEP_TABLE, .table = step->table});
	if (!table || !table_is_emptied(undo, table))
		return 0;
	return undo_push(undo, (struct step){.remove = true, .object = STEP_TABLE, .table = table});
}

static int step_undo(struct undo *undo, const struct step *step)
{
	switch (step->object) {
	case STEP_TABLE:
		return table_undo(undo, step);
	case STEP_CHAIN:
		return chain_undo(undo, step);
	case STEP_SET:
		return set_undo(undo, step);
	case STEP_ELEMENTS:
		return elements_undo(undo, step);
	case STEP_RULE:
		return rule_unadd(undo, step);
	}
	return 0;
}

/* How many steps up to this one remove rules, without another between. */
static size_t removed_rules(const struct steps *steps, size_t last)
{
	size_t count = 0;

	while (count <= last && steps->list[last - count].object == STEP_RULE &&
	       steps->list[last - count].remove)
		count++;
	return count;
}

static size_t place_in_table(const struct chain *chain)
{
	size_t i = 0;

	while (i < chain->table->chain_count && chain->table->chains[i] != chain)
		i++;
	return i;
}

/* By table, which one is all the same, then as they stand in it. */
static int standing_order(const void *a, const void *b)
{
	const struct rule *x = (*(const struct step *const *)a)->rule,
			  *y = (*(const struct step *const *)b)->rule;
	size_t p = place_in_table(x->chain), q = place_in_table(y->chain);

	if (x->chain->table != y->chain->table)
		return x->chain->table < y->chain->table ? -1 : 1;
	if (p != q)
		return p < q ? -1 : 1;
	return x->position < y->position ? -1 : x->position > y->position;
}

/* Those that stood before others come first, whichever went first. */
static int rules_unremove(struct undo *undo, const struct step *steps, size_t count)
{
	const struct step **list = pool_alloc(undo->pool, (count + 1) * sizeof(*list));

	if (!list)
		return error_memory(undo->err);
	for (size_t i = 0; i < count; i++)
		list[i] = &steps[i];
	qsort(list, count, sizeof(struct step *), standing_order);
	for (size_t i = 0; i < count; i++)
		if (rule_unremove(undo, list[i]) < 0)
			return -1;
	return 0;
}

int steps_inverse(const struct steps *steps, const struct ruleset *now, struct pool *pool, struct steps *out,
		  struct error *err)
{
	struct undo undo = {.now = now, .steps = steps, .out = out, .pool = pool, .err = err};
	size_t rules;

	*out = (struct steps){0};
	for (size_t i = steps->count; i > 0; i -= rules ? rules : 1) {
		rules = removed_rules(steps, i - 1);
		if (rules ? rules_unremove(&undo, &steps->list[i - rules], rules) < 0
			  : step_undo(&undo, &steps->list[i - 1]) < 0)
			return -1;
	}
	return 0;
}
