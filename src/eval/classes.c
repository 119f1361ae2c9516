/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Classes of ports and peers that no rule tells apart. Every predicate that mentions some of them has a random number; the
 * signature of a value is the XOR of those that mention it, swept over the sorted ends of their intervals. Values with equal
 * signatures fare alike.
 */
#include "mention.h"
#include "peer.h"

#include "fwport/eval.h"

#include <stdlib.h>

enum { PORTS = 65536 };

/* A well-mixed value for each predicate, to be XORed in and out of signatures (splitmix64). */
static uint64_t predicate_hash(uint64_t predicate)
{
	uint64_t value = predicate * 0x9e3779b97f4a7c15u + 0x9e3779b97f4a7c15u;

	value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9u;
	value = (value ^ value >> 27) * 0x94d049bb133111ebu;
	return value ^ value >> 31;
}

/* Ports */

struct run {
	uint64_t signature;
	struct port_range range;
};

struct runs {
	struct run *list;
	size_t count;
};

static int run_add(struct runs *runs, uint16_t port, uint64_t signature, bool apart, struct pool *pool)
{
	struct run *last = runs->count > 0 ? &runs->list[runs->count - 1] : NULL;
	struct run *list;

	if (last && !apart && last->signature == signature && last->range.last + 1 == port) {
		last->range.last = port;
		return 0;
	}
	list = pool_grow(pool, runs->list, runs->count, sizeof(*list));
	if (!list)
		return -1;
	runs->list = list;
	list[runs->count++] = (struct run){signature, {port, port}};
	return 0;
}

static int by_signature(const void *left, const void *right)
{
	const struct run *a = left, *b = right;

	if (a->signature != b->signature)
		return a->signature < b->signature ? -1 : 1;
	return a->range.first - b->range.first;
}

/* The signature of every port. Ports that rules compute with get one each. */
static uint64_t *port_signatures(const struct intervals *intervals, struct pool *pool)
{
	uint64_t *signatures = pool_alloc(pool, (PORTS + 1) * sizeof(*signatures));

	if (!signatures)
		return NULL;
	for (size_t i = 0; i < intervals->count; i++) {
		const struct interval *interval = &intervals->list[i];
		uint64_t hash = predicate_hash(interval->predicate);

		signatures[(size_t)interval->first] ^= hash;
		signatures[(size_t)interval->last + 1] ^= hash;
	}
	for (size_t port = 1; port < PORTS; port++)
		signatures[port] ^= signatures[port - 1];
	for (size_t port = 0; intervals->computed && port < PORTS; port++)
		signatures[port] = predicate_hash(UINT64_MAX - port);
	return signatures;
}

static bool is_one_port(const struct port_range *wanted, size_t count)
{
	return count == 1 && wanted->first == wanted->last;
}

static int runs_find(const struct ruleset *ruleset, const struct port_range *wanted, size_t wanted_count,
		     struct pool *pool, struct runs *out)
{
	struct intervals intervals = {0};
	uint64_t *signatures;

	if (is_one_port(wanted, wanted_count))
		return run_add(out, wanted->first, 0, true, pool);
	if (ports_of_ruleset(ruleset, pool, &intervals) < 0)
		return -1;
	signatures = port_signatures(&intervals, pool);
	if (!signatures)
		return -1;
	for (size_t i = 0; i < wanted_count; i++)
		for (uint32_t port = wanted[i].first; port <= wanted[i].last; port++)
			if (run_add(out, (uint16_t)port, signatures[port], port == wanted[i].first, pool) < 0)
				return -1;
	if (out->count > 1)
		qsort(out->list, out->count, sizeof(out->list[0]), by_signature);
	return 0;
}

static int class_add(struct port_class **classes, size_t *count, const struct run *runs, size_t run_count,
		     struct pool *pool)
{
	struct port_class *list = pool_grow(pool, *classes, *count, sizeof(*list));
	struct port_range *ranges = pool_alloc(pool, run_count * sizeof(*ranges));

	if (!list || !ranges)
		return -1;
	for (size_t i = 0; i < run_count; i++)
		ranges[i] = runs[i].range;
	*classes = list;
	list[(*count)++] = (struct port_class){ranges, run_count, ranges[0].first};
	return 0;
}

static int by_example(const void *left, const void *right)
{
	const struct port_class *a = left, *b = right;

	return a->example - b->example;
}

int port_classes(const struct ruleset *ruleset, const struct port_range *wanted, size_t wanted_count,
		 struct pool *pool, struct port_class **out, size_t *count, struct error *err)
{
	CLEANUP(pool_free) struct pool scratch = {0};
	struct port_class *classes = NULL;
	struct runs runs = {0};
	size_t class_count = 0;

	if (runs_find(ruleset, wanted, wanted_count, &scratch, &runs) < 0)
		return error_memory(err);
	for (size_t first = 0, behind; first < runs.count; first = behind) {
		behind = first + 1;
		while (behind < runs.count && runs.list[behind].signature == runs.list[first].signature)
			behind++;
		if (class_add(&classes, &class_count, &runs.list[first], behind - first, pool) < 0)
			return error_memory(err);
	}
	if (class_count > 1)
		qsort(classes, class_count, sizeof(*classes), by_example);
	*out = classes;
	*count = class_count;
	return 0;
}

/* Peers */

struct edge {
	number at;
	uint64_t hash;
};

struct cell {
	number first, last;
	uint64_t signature;
};

static int by_place(const void *left, const void *right)
{
	const struct edge *a = left, *b = right;

	return (a->at > b->at) - (a->at < b->at);
}

static int by_cell_signature(const void *left, const void *right)
{
	const struct cell *a = left, *b = right;

	if (a->signature != b->signature)
		return a->signature < b->signature ? -1 : 1;
	return (a->first > b->first) - (a->first < b->first);
}

static size_t edges_of(const struct intervals *intervals, number max, struct edge *edges)
{
	size_t count = 0;

	for (size_t i = 0; i < intervals->count; i++) {
		const struct interval *interval = &intervals->list[i];
		uint64_t hash = predicate_hash(interval->predicate);

		edges[count++] = (struct edge){interval->first, hash};
		if (interval->last < max)
			edges[count++] = (struct edge){interval->last + 1, hash};
	}
	if (count > 1)
		qsort(edges, count, sizeof(edges[0]), by_place);
	return count;
}

/* The cells between the edges, in order; one more than there are edges at most. */
static size_t cells_of(const struct edge *edges, size_t edge_count, number max, struct cell *cells)
{
	struct cell cell = {0};
	size_t count = 0, i = 0;

	for (;;) {
		for (; i < edge_count && edges[i].at == cell.first; i++)
			cell.signature ^= edges[i].hash;
		cell.last = i < edge_count ? edges[i].at - 1 : max;
		cells[count++] = cell;
		if (i == edge_count)
			return count;
		cell.first = edges[i].at;
	}
}

/* An address of the cell that can be somebody's: not of a network's own, loopback or multicast. */
static bool example_of(const struct cell *cell, const struct prefix *within, enum family family,
		       struct address *out)
{
	number first = cell->first;

	if (within) {
		number start = number_of_address(&within->address);

		first = first < start ? start : first;
	} else if (first < ((number)1 << 24)) {
		first = (number)1 << 24; /* 0.0.0.0/8; in IPv6 nobody lives there either */
	}
	if (first > cell->last)
		return false;
	if ((first & 0xff) == 0 && first < cell->last)
		first++;
	*out = address_of_number(first, family);
	if (within && !prefix_contains(within, out))
		return false;
	return !address_is_loopback(out) && out->bytes[0] < (family == FAMILY_IPV4 ? 224 : 0xff);
}

static uint64_t signature_at(const struct cell *cells, size_t count, number value)
{
	for (size_t i = 0; i < count; i++)
		if (value >= cells[i].first && value <= cells[i].last)
			return cells[i].signature;
	return 0;
}

struct found {
	struct address *list;
	size_t count, limit;
	bool more;
};

static int found_add(struct found *found, const struct address *address, struct pool *pool)
{
	struct address *list;

	if (found->count == found->limit) {
		found->more = true;
		return 0;
	}
	list = pool_grow(pool, found->list, found->count, sizeof(*list));
	if (!list)
		return -1;
	found->list = list;
	list[found->count++] = *address;
	return 0;
}

/* One example of each signature but `general`'s. Sorts the cells. */
static int examples_find(struct cell *cells, size_t count, uint64_t general, const struct prefix *within,
			 enum family family, struct pool *pool, struct found *found)
{
	qsort(cells, count, sizeof(*cells), by_cell_signature);
	for (size_t i = 0; i < count; i++) {
		uint64_t signature = cells[i].signature;
		struct address example;

		if (signature == general || !example_of(&cells[i], within, family, &example))
			continue;
		if (found_add(found, &example, pool) < 0)
			return -1;
		while (i + 1 < count && cells[i + 1].signature == signature)
			i++;
	}
	return 0;
}

int peer_classes(const struct ruleset *ruleset, enum family family, const struct prefix *within, size_t limit,
		 struct pool *pool, struct address **out, size_t *count, bool *more, struct error *err)
{
	CLEANUP(pool_free) struct pool scratch = {0};
	struct found found = {.limit = limit};
	struct intervals intervals = {0};
	struct address general;
	bool split;
	number max = field_max(address_size(family));
	struct edge *edges;
	struct cell *cells;
	size_t edge_count, cell_count;

	if (peers_of_ruleset(ruleset, family, &scratch, &intervals) < 0 ||
	    peer_choose(ruleset, NULL, family, within, &general, &split) < 0)
		return error_memory(err);
	edges = pool_alloc(&scratch, (2 * intervals.count + 1) * sizeof(*edges));
	cells = pool_alloc(&scratch, (2 * intervals.count + 1) * sizeof(*cells));
	if (!edges || !cells)
		return error_memory(err);
	edge_count = edges_of(&intervals, max, edges);
	cell_count = cells_of(edges, edge_count, max, cells);
	if (examples_find(cells, cell_count, signature_at(cells, cell_count, number_of_address(&general)),
			  within, family, pool, &found) < 0)
		return error_memory(err);
	*out = found.list;
	*count = found.count;
	*more = found.more;
	return 0;
}
