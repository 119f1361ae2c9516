/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From names to things: rules and maps name chains, sets and objects of their table, and here they get to them. What is not
 * there, or does not fit into the registers, stays NULL.
 */
#include "nft_dump.h"
#include "fwport/nft_read.h"

#include <stdlib.h>
#include <string.h>

/* The things of one kind in a table, sorted by name: a host may have ten thousand anonymous sets. */
struct name {
	const char *name;
	uint32_t type; /* of objects, which may share a name if they are of different types */
	void *thing;
};

struct names {
	struct name *list;
	size_t count;
};

struct resolving {
	struct names chains, sets, objects;
};

static int name_compare(const void *left, const void *right)
{
	const struct name *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	return order ? order : (a->type > b->type) - (a->type < b->type);
}

static void *name_find(const struct names *names, const char *name, uint32_t type)
{
	const struct name wanted = {.name = name, .type = type};
	const struct name *found = NULL;

	if (name && names->count)
		found = bsearch(&wanted, names->list, names->count, sizeof(wanted), name_compare);
	return found ? found->thing : NULL;
}

static bool names_start(struct names *names, size_t count, struct pool *pool)
{
	names->list = pool_alloc(pool, (count + 1) * sizeof(*names->list));
	return names->list != NULL;
}

static int names_index(const struct table *table, struct resolving *out, struct pool *pool, struct error *err)
{
	if (!names_start(&out->chains, table->chain_count, pool) ||
	    !names_start(&out->sets, table->set_count, pool) ||
	    !names_start(&out->objects, table->object_count, pool))
		return error_memory(err);
	for (size_t i = 0; i < table->chain_count; i++)
		out->chains.list[out->chains.count++] =
			(struct name){table->chains[i]->name, 0, table->chains[i]};
	for (size_t i = 0; i < table->set_count; i++)
		out->sets.list[out->sets.count++] = (struct name){table->sets[i]->name, 0, table->sets[i]};
	for (size_t i = 0; i < table->object_count; i++)
		out->objects.list[out->objects.count++] =
			(struct name){table->objects[i]->name, table->objects[i]->type, table->objects[i]};
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
static void lookup_resolve(const struct resolving *in, struct op *op)
{
	const struct set *set;

	if (op_is_of_xt(op))
		return;
	set = name_find(&in->sets, op->lookup.set_name, 0);
	op->lookup.set = NULL;
	if (!set || !fits(op->sreg, set->key_length) || (op->lookup.map && !fits(op->dreg, set->data_length)))
		return;
	op->lookup.set = set;
	op->length = set->key_length;
}

static void dynset_resolve(const struct resolving *in, struct op *op)
{
	const struct set *set = name_find(&in->sets, op->dynset.set_name, 0);

	op->dynset.set = NULL;
	if (!set || !fits(op->sreg, set->key_length) ||
	    (op->dynset.has_data && !fits(op->dynset.data_sreg, set->data_length)))
		return;
	op->dynset.set = set;
	op->length = set->key_length;
}

/* A reference becomes what it refers to. One that was taken from an earlier reading has become that already. */
static void object_resolve(const struct resolving *in, struct op *op)
{
	const struct object *object;

	if (op->object)
		object = name_find(&in->objects, op->object->name, op->object->type);
	else
		object = name_find(&in->objects, op->opaque.object_name, op->opaque.object_type);
	if (object)
		*op = object->op;
}

/* Operations are const for those who read the ruleset; it is still being made here. */
static void rule_resolve(const struct resolving *in, struct rule *rule)
{
	struct op *ops = (struct op *)rule->ops;

	for (size_t i = 0; i < rule->op_count; i++)
		if (ops[i].kind == OP_LOOKUP)
			lookup_resolve(in, &ops[i]);
		else if (ops[i].kind == OP_DYNSET)
			dynset_resolve(in, &ops[i]);
		else if (ops[i].kind == OP_VERDICT)
			ops[i].verdict.chain = name_find(&in->chains, ops[i].verdict.chain_name, 0);
		else if (ops[i].object || (ops[i].kind == OP_OPAQUE && ops[i].opaque.object_name))
			object_resolve(in, &ops[i]);
}

static void element_resolve(const struct resolving *in, const struct set *set, struct element *element)
{
	struct nft_verdict *verdict = &element->verdict;

	if (verdict->chain_name)
		verdict->chain = name_find(&in->chains, verdict->chain_name, 0);
	if (element->object_name)
		element->object = name_find(&in->objects, element->object_name, set->object_type);
}

int table_resolve(struct table *table, struct pool *pool, struct error *err)
{
	struct resolving names = {0};

	if (names_index(table, &names, pool, err) < 0)
		return -1;
	for (size_t i = 0; i < table->chain_count; i++)
		for (size_t j = 0; j < table->chains[i]->rule_count; j++)
			rule_resolve(&names, table->chains[i]->rules[j]);
	for (size_t i = 0; i < table->set_count; i++)
		for (size_t j = 0; j < table->sets[i]->element_count; j++)
			element_resolve(&names, table->sets[i], &table->sets[i]->elements[j]);
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
