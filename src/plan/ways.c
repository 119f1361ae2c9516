/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counts call paths level by level, so that chains which call each other in many ways cost no more than their calls times
 * their depth.
 */
#include "ways.h"

#include "tail.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

struct call_edge {
	size_t from, to; /* indices in the table */
	bool by_interface;
};

struct graph {
	const struct table *table;
	uint8_t protocol;
	struct call_edge *calls;
	size_t call_count;
};

static size_t chain_index(const struct table *table, const struct chain *chain)
{
	size_t i = 0;

	while (i < table->chain_count && table->chains[i] != chain)
		i++;
	return i;
}

static bool loads_interface(const struct op *op)
{
	return op->kind == OP_META && (op->meta.key == NFT_META_IIF || op->meta.key == NFT_META_IIFNAME ||
				       op->meta.key == NFT_META_OIF || op->meta.key == NFT_META_OIFNAME);
}

/* What else there is then tests or looks up the interface that was loaded. */
static bool asks_interface_alone(const struct rule *rule)
{
	static const bool loads_nothing[OP_OPAQUE + 1] = {
		[OP_CMP] = true,     [OP_BITWISE] = true, [OP_LOOKUP] = true,
		[OP_COUNTER] = true, [OP_VERDICT] = true,
	};
	bool asks = false;

	for (size_t i = 0; i < rule->op_count; i++) {
		if (!loads_interface(&rule->ops[i]) && !loads_nothing[rule->ops[i].kind])
			return false;
		asks |= loads_interface(&rule->ops[i]);
	}
	return asks;
}

static bool is_known_by_interface(const struct graph *graph, size_t from, size_t to)
{
	for (size_t i = graph->call_count; i-- > 0 && graph->calls[i].from == from;)
		if (graph->calls[i].to == to && graph->calls[i].by_interface)
			return true;
	return false;
}

static int call_add(struct graph *graph, size_t from, const struct nft_verdict *verdict, bool by_interface,
		    struct pool *pool, struct error *err)
{
	size_t to;

	if (!verdict->chain || (verdict->code != VERDICT_JUMP && verdict->code != VERDICT_GOTO))
		return 0;
	to = chain_index(graph->table, verdict->chain);
	if (to == graph->table->chain_count || (by_interface && is_known_by_interface(graph, from, to)))
		return 0;
	graph->calls = pool_grow(pool, graph->calls, graph->call_count, sizeof(*graph->calls));
	if (!graph->calls)
		return error_memory(err);
	graph->calls[graph->call_count++] = (struct call_edge){from, to, by_interface};
	return 0;
}

static int op_calls(struct graph *graph, size_t from, const struct op *op, bool by_interface,
		    struct pool *pool, struct error *err)
{
	const struct set *map = op->kind == OP_LOOKUP && op->lookup.map ? op->lookup.set : NULL;

	if (op->kind == OP_VERDICT)
		return call_add(graph, from, &op->verdict, by_interface, pool, err);
	for (size_t i = 0; map && i < map->element_count; i++)
		if (call_add(graph, from, &map->elements[i].verdict, by_interface, pool, err) < 0)
			return -1;
	return 0;
}

static int rule_calls(struct graph *graph, size_t from, const struct rule *rule, struct pool *pool,
		      struct error *err)
{
	const bool by_interface = asks_interface_alone(rule);

	for (size_t i = 0; i < rule->op_count; i++)
		if (op_calls(graph, from, &rule->ops[i], by_interface, pool, err) < 0)
			return -1;
	return 0;
}

static int graph_make(struct graph *graph, struct pool *pool, struct error *err)
{
	for (size_t i = 0; i < graph->table->chain_count; i++) {
		const struct chain *chain = graph->table->chains[i];

		for (size_t j = 0; j < chain->rule_count; j++)
			if (!rule_asks_other_protocol(chain->rules[j], graph->protocol) &&
			    rule_calls(graph, i, chain->rules[j], pool, err) < 0)
				return -1;
	}
	return 0;
}

static uint8_t capped(unsigned ways)
{
	return ways < WAYS_SEVERAL ? (uint8_t)ways : WAYS_SEVERAL;
}

static bool any_of(const uint8_t *level, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (level[i])
			return true;
	return false;
}

int ways_into(const struct chain *from, const struct chain *to, uint8_t protocol, struct pool *pool,
	      unsigned *out, struct error *err)
{
	struct graph graph = {.table = from->table, .protocol = protocol};
	size_t count = from->table->chain_count, source = chain_index(from->table, from),
	       target = chain_index(from->table, to);
	uint8_t *level = pool_alloc(pool, count + 1), *next = pool_alloc(pool, count + 1);

	*out = from == to ? 1 : 0;
	if (!level || !next)
		return error_memory(err);
	if (from == to || source == count || target == count)
		return 0;
	if (graph_make(&graph, pool, err) < 0)
		return -1;
	level[source] = 1;
	for (size_t depth = 0; depth < count && *out < WAYS_SEVERAL && any_of(level, count); depth++) {
		memset(next, 0, count);
		for (size_t i = 0; i < graph.call_count; i++)
			next[graph.calls[i].to] =
				capped(next[graph.calls[i].to] + (unsigned)level[graph.calls[i].from]);
		*out = capped(*out + next[target]);
		memcpy(level, next, count);
	}
	return 0;
}
