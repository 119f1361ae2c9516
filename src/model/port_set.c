/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Port ranges to the elements of an interval set and back. Keys are two bytes in network order; an interval that ends
 * with 65535 has no end element, since no key stands behind it.
 */
#include "fwport/port_set.h"

#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>

struct mark {
	uint32_t port;
	bool end;
};

/* An end and a start of the same key: the end first. */
static int mark_order(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->port != y->port)
		return x->port < y->port ? -1 : 1;
	return (int)y->end - (int)x->end;
}

uint16_t port_of_key(struct bytes key)
{
	return (uint16_t)(key.at[0] << 8 | key.at[1]);
}

static size_t marks_read(const struct set *set, struct mark *marks)
{
	size_t count = 0;

	for (size_t i = 0; i < set->element_count; i++) {
		const struct element *element = &set->elements[i];

		if (element->catch_all || element->key.length < PORT_BYTES)
			continue;
		marks[count++] = (struct mark){
			.port = port_of_key(element->key),
			.end = element->interval_end,
		};
	}
	qsort(marks, count, sizeof(*marks), mark_order);
	return count;
}

static uint32_t range_last(const struct set *set, const struct mark *marks, size_t count, size_t start)
{
	if (!(set->flags & NFT_SET_INTERVAL))
		return marks[start].port;
	if (start + 1 == count)
		return PORT_LAST;
	return marks[start + 1].port - 1;
}

int port_set_ranges(const struct set *set, struct pool *pool, struct port_range **out, size_t *count,
		    struct error *err)
{
	struct mark *marks = pool_alloc(pool, (set->element_count + 1) * sizeof(*marks));
	struct port_range *ranges = pool_alloc(pool, (set->element_count + 1) * sizeof(*ranges));
	size_t mark_count, kept = 0;

	if (!marks || !ranges)
		return error_memory(err);
	mark_count = marks_read(set, marks);
	for (size_t i = 0; i < mark_count; i++)
		if (!marks[i].end)
			ranges[kept++] = (struct port_range){
				.first = (uint16_t)marks[i].port,
				.last = (uint16_t)range_last(set, marks, mark_count, i),
			};
	*out = ranges;
	*count = kept;
	return 0;
}

static struct element element_at(uint8_t *key, unsigned port, bool end)
{
	key[0] = (uint8_t)(port >> 8);
	key[1] = (uint8_t)port;
	return (struct element){.key = {.at = key, .length = PORT_BYTES}, .interval_end = end};
}

int port_set_fill(struct set *set, const struct port_range *ranges, size_t count, struct pool *pool,
		  struct error *err)
{
	struct element *elements = pool_alloc(pool, (count * 2 + 1) * sizeof(*elements));
	uint8_t *keys = pool_alloc(pool, count * 2 * PORT_BYTES + 1);
	size_t used = 0;

	if (!elements || !keys)
		return error_memory(err);
	for (size_t i = 0; i < count; i++) {
		elements[used] = element_at(keys + used * PORT_BYTES, ranges[i].first, false);
		used++;
		if (ranges[i].last == PORT_LAST)
			continue;
		elements[used] = element_at(keys + used * PORT_BYTES, ranges[i].last + 1u, true);
		used++;
	}
	set->elements = elements;
	set->element_count = used;
	return 0;
}

static const char *ports_name(struct pool *pool, const struct port_range *ranges, size_t count)
{
	const char *name = "";

	for (size_t i = 0; i < count && name; i++) {
		char text[PORT_TEXT];

		name = pool_format(pool, "%s%s%s", name, i ? "," : "", port_range_text(ranges[i], text));
	}
	return name;
}

int port_set_make(const char *name, const struct port_range *ranges, size_t count, struct pool *pool,
		  struct set **out, struct error *err)
{
	struct set *set = pool_alloc(pool, sizeof(*set));

	if (!name)
		name = ports_name(pool, ranges, count);
	if (!set || !name)
		return error_memory(err);
	*set = (struct set){
		.name = name,
		.flags = NFT_SET_ANONYMOUS | NFT_SET_CONSTANT | NFT_SET_INTERVAL,
		.key_type = PORT_KEY_TYPE,
		.key_length = PORT_BYTES,
	};
	*out = set;
	return port_set_fill(set, ranges, count, pool, err);
}
