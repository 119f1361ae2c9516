/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From names to things: rules and maps name chains, sets and objects of their table, and here they get to them. What is not
 * there, or does not fit into the registers, stays NULL.
 */
#include "nft_names.h"
#include "fwport/nft_read.h"

#include <stdlib.h>
#include <string.h>

static int name_compare(const void *left, const void *right)
{
	const struct name *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	return order ? order : (a->type > b->type) - (a->type < b->type);
}

struct name *name_find(const struct names *names, const char *name)
{
	const struct name wanted = {.name = name};
	if (!name || names->count == 0)
		return NULL;
	return bsearch(&wanted, names->list, names->count, sizeof(wanted), name_compare);
}

static void *object_find(const struct names *names, const char *name, uint32_t type)
{
	const struct name wanted = {.name = name, .type = type};
	const struct name *found = NULL;

	if (name && names->count)
		found = bsearch(&wanted, names->list, names->count, sizeof(wanted), name_compare);
	return found ? found->thing : NULL;
}

static void *thing_find(const struct names *names, const char *name)
{
	const struct name *found = name_find(names, name);

	return found ? found->thing : NULL;
}

static bool names_start(struct names *names, size_t count, struct pool *pool)
{
	names->list = pool_alloc(pool, (count + 1) * sizeof(*names->list));
	return names->list != NULL;
}

int table_names_find(const struct table *table, struct pool *pool, struct table_names *out, struct error *err)
{
	if (!names_start(&out->chains, table->chain_count, pool) ||
	    !names_start(&out->sets, table->set_count, pool) ||
	    !names_start(&out->objects, table->object_count, pool))
		return error_memory(err);
	for (size_t i = 0; i < table->chain_count; i++)
		out->chains.list[out->chains.count++] =
			(struct name){.name = table->chains[i]->name, .thing = table->chains[i]};
	for (size_t i = 0; i < table->set_count; i++)
		out->sets.list[out->sets.count++] =
			(struct name){.name = table->sets[i]->name, .thing = table->sets[i]};
	for (size_t i = 0; i < table->object_count; i++)
		out->objects.list[out->objects.count++] = (struct name){.name = table->objects[i]->name,
									.type = table->objects[i]->type,
									.thing = table->objects[i]};
	qsort(out->chains.list, out->chains.count, sizeof(struct name), name_compare);
	qsort(out->sets.list, out->sets.count, sizeof(struct name), name_compare);
	qsort(out->objects.list, out->objects.count, sizeof(struct name), name_compare);
	return 0;
}

static bool fits(unsigned offset, unsigned length)
{
	return offset + length <= NFT_REGISTER_BYTES;
}

/* Matches of x_tables bring their sets with them. */
static void lookup_resolve(const struct table_names *in, struct op *op)
{
	const struct set *set;

	if (op_is_of_xt(op))
		return;
	set = thing_find(&in->sets, op->lookup.set_name);
	op->lookup.set = NULL;
	if (!set || !fits(op->sreg, set->key_length) || (op->lookup.map && !fits(op->dreg, set->data_length)))
		return;
	op->lookup.set = set;
	op->length = set->key_length;
}

static void dynset_resolve(const struct table_names *in, struct op *op)
{
	const struct set *set;

	if (op->sreg >= XT_REGISTER)
		return;
	set = thing_find(&in->sets, op->dynset.set_name);
	op->dynset.set = NULL;
	if (!set || !fits(op->sreg, set->key_length) ||
	    (op->dynset.has_data && !fits(op->dynset.data_sreg, set->data_length)))
		return;
	op->dynset.set = set;
	op->length = set->key_length;
}

/* A reference becomes what it refers to. One that was taken from an earlier reading has become that already. */
static void object_resolve(const struct table_names *in, struct op *op)
{
	const struct object *object;

	if (op->object)
		object = object_find(&in->objects, op->object->name, op->object->type);
	else
		object = object_find(&in->objects, op->opaque.object_name, op->opaque.object_type);
	if (object)
		*op = object->op;
}

/* Operations are const for those who read the ruleset; it is still being made here. */
static void rule_resolve(const struct table_names *in, struct rule *rule)
{
	struct op *ops = (struct op *)rule->ops;

	for (size_t i = 0; i < rule->op_count; i++)
		if (ops[i].kind == OP_LOOKUP)
			lookup_resolve(in, &ops[i]);
		else if (ops[i].kind == OP_DYNSET)
			dynset_resolve(in, &ops[i]);
		else if (ops[i].kind == OP_VERDICT)
			ops[i].verdict.chain = thing_find(&in->chains, ops[i].verdict.chain_name);
		else if (ops[i].object || (ops[i].kind == OP_OPAQUE && ops[i].opaque.object_name))
			object_resolve(in, &ops[i]);
}

void rules_resolve(const struct table_names *names, struct table *table)
{
	for (size_t i = 0; i < table->chain_count; i++)
		for (size_t j = 0; j < table->chains[i]->rule_count; j++)
			rule_resolve(names, table->chains[i]->rules[j]);
}

void elements_resolve(const struct table_names *names, struct set *set)
{
	for (size_t i = 0; i < set->element_count; i++) {
		struct element *element = &set->elements[i];
		struct nft_verdict *verdict = &element->verdict;

		if (verdict->chain_name)
			verdict->chain = thing_find(&names->chains, verdict->chain_name);
		if (element->object_name)
			element->object =
				object_find(&names->objects, element->object_name, set->object_type);
	}
}

int table_resolve(struct table *table, struct pool *pool, struct error *err)
{
	struct table_names names = {0};

	if (table_names_find(table, pool, &names, err) < 0)
		return -1;
	rules_resolve(&names, table);
	for (size_t i = 0; i < table->set_count; i++)
		elements_resolve(&names, table->sets[i]);
	return 0;
}

int nft_resolve(struct ruleset *ruleset, struct pool *pool, struct error *err)
{
	for (size_t i = 0; i < ruleset->table_count; i++) {
		struct table *table = ruleset->tables[i];

		if (table->engine != ENGINE_NFT)
			continue;
		if (table_resolve(table, pool, err) < 0)
			return -1;
		table->owner = table_owner(table);
	}
	return 0;
}
