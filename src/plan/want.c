/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Openings to groups, cells and lanes. Knows nothing of rulesets. Everything sorts, since a profile may hold 65,535 lines.
 */
#include "want.h"

#include <stdlib.h>
#include <string.h>

static int number_order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int prefix_order(const struct prefix *a, const struct prefix *b)
{
	int order = number_order(a->address.family, b->address.family);

	if (!order)
		order = memcmp(a->address.bytes, b->address.bytes, sizeof(a->address.bytes));
	return order ? order : number_order(a->length, b->length);
}

static int prefixes_order(const struct prefix *a, size_t a_count, const struct prefix *b, size_t b_count)
{
	int order = number_order((int64_t)a_count, (int64_t)b_count);

	for (size_t i = 0; !order && i < a_count; i++)
		order = prefix_order(&a[i], &b[i]);
	return order;
}

static int interface_order(const char *a, const char *b)
{
	if (!a || !b)
		return number_order(a != NULL, b != NULL);
	return strcmp(a, b);
}

/* Scopes that list the same prefixes in another order are two groups: more rules than needed, and right. */
static int scope_order(const struct scope *a, const struct scope *b)
{
	int order = number_order(a->direction, b->direction);

	if (!order)
		order = number_order(b->families, a->families);
	if (!order)
		order = interface_order(a->iface, b->iface);
	if (!order)
		order = prefixes_order(a->from, a->from_count, b->from, b->from_count);
	if (!order)
		order = prefixes_order(a->to, a->to_count, b->to, b->to_count);
	return order;
}

static int64_t end_of(const struct opening *opening)
{
	return opening->expires ? opening->expires : INT64_MAX;
}

static int group_order(const struct opening *a, const struct opening *b)
{
	int order = number_order(a->port.protocol, b->port.protocol);

	if (!order)
		order = number_order(end_of(b), end_of(a));
	return order ? order : scope_order(&a->scope, &b->scope);
}

static int wish_order(const void *a, const void *b)
{
	const struct wish *x = a, *y = b;
	int order = group_order(x->opening, y->opening);

	if (!order)
		order = number_order(x->opening->port.ports.first, y->opening->port.ports.first);
	if (!order)
		order = number_order(x->opening->port.ports.last, y->opening->port.ports.last);
	return order ? order : number_order((int64_t)x->index, (int64_t)y->index);
}

/* Profiles list their ports in order more often than not. */
static bool is_sorted(const struct wish *wishes, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (wish_order(&wishes[i - 1], &wishes[i]) > 0)
			return false;
	return true;
}

static bool scope_is_plain(const struct scope *scope)
{
	return scope->families == FAMILIES_BOTH && !scope->from_count && !scope->to_count && !scope->iface;
}

static int group_fill(struct group *group, struct wish *wishes, size_t count, struct pool *pool,
		      struct error *err)
{
	const struct opening *first = wishes[0].opening;

	*group = (struct group){
		.protocol = first->port.protocol,
		.scope = &first->scope,
		.expires = first->expires,
		.plain = scope_is_plain(&first->scope),
		.wishes = wishes,
		.wish_count = count,
		.ports = pool_alloc(pool, count * sizeof(*group->ports)),
	};
	if (!group->ports)
		return error_memory(err);
	for (size_t i = 0; i < count; i++)
		group->ports[i] = wishes[i].opening->port.ports;
	group->port_count = port_ranges_merge(group->ports, count);
	return 0;
}

int wants_make(const struct opening *const *openings, size_t count, struct pool *pool, struct wants *out,
	       struct error *err)
{
	struct wish *wishes = pool_alloc(pool, (count + 1) * sizeof(*wishes));
	struct wants wants = {0};

	if (!wishes)
		return error_memory(err);
	for (size_t i = 0; i < count; i++)
		wishes[i] = (struct wish){.opening = openings[i], .index = i};
	if (!is_sorted(wishes, count))
		qsort(wishes, count, sizeof(*wishes), wish_order);
	for (size_t from = 0, to; from < count; from = to) {
		for (to = from + 1; to < count && !group_order(wishes[from].opening, wishes[to].opening);)
			to++;
		wants.groups = pool_grow(pool, wants.groups, wants.count, sizeof(*wants.groups));
		if (!wants.groups)
			return error_memory(err);
		if (group_fill(&wants.groups[wants.count], wishes + from, to - from, pool, err) < 0)
			return -1;
		wants.count++;
	}
	*out = wants;
	return 0;
}

struct boundary {
	uint32_t port;
	int change; /* openings that begin here, or ended before here */
};

static int boundary_order(const void *a, const void *b)
{
	const struct boundary *x = a, *y = b;

	return number_order(x->port, y->port);
}

int group_cells(const struct group *group, struct pool *pool, struct port_range **out, size_t *count,
		struct error *err)
{
	size_t boundary_count = group->wish_count * 2, used = 0;
	struct boundary *boundaries = pool_alloc(pool, boundary_count * sizeof(*boundaries));
	struct port_range *cells = pool_alloc(pool, boundary_count * sizeof(*cells));
	int depth = 0;

	if (!boundaries || !cells)
		return error_memory(err);
	for (size_t i = 0; i < group->wish_count; i++) {
		struct port_range range = group->wishes[i].opening->port.ports;

		boundaries[2 * i] = (struct boundary){range.first, +1};
		boundaries[2 * i + 1] = (struct boundary){range.last + 1u, -1};
	}
	qsort(boundaries, boundary_count, sizeof(*boundaries), boundary_order);
	for (size_t i = 0; i + 1 < boundary_count; i++) {
		depth += boundaries[i].change;
		if (depth && boundaries[i].port != boundaries[i + 1].port)
			cells[used++] = (struct port_range){(uint16_t)boundaries[i].port,
							    (uint16_t)(boundaries[i + 1].port - 1)};
	}
	*out = cells;
	*count = used;
	return 0;
}

/* The prefixes of one family; *any when the list does not restrict at all. */
static const struct prefix **prefixes_of(const struct prefix *list, size_t count, enum family family,
					 struct pool *pool, size_t *out_count)
{
	const struct prefix **chosen = pool_alloc(pool, (count + 1) * sizeof(*chosen));

	*out_count = 0;
	for (size_t i = 0; chosen && i < count; i++)
		if (list[i].address.family == family)
			chosen[(*out_count)++] = &list[i];
	if (!count)
		*out_count = 1; /* the NULL that stands for anyone */
	return chosen;
}

int scope_lanes(const struct scope *scope, enum family family, struct pool *pool, struct lane **out,
		size_t *count, struct error *err)
{
	bool in = scope->direction == DIRECTION_IN;
	size_t from_count, to_count;
	const struct prefix **from = prefixes_of(scope->from, scope->from_count, family, pool, &from_count);
	const struct prefix **to = prefixes_of(scope->to, scope->to_count, family, pool, &to_count);
	struct lane *lanes = pool_alloc(pool, (from_count * to_count + 1) * sizeof(*lanes));

	if (!from || !to || !lanes)
		return error_memory(err);
	*count = 0;
	*out = lanes;
	if (!scope_has_family(scope, family))
		return 0;
	for (size_t i = 0; i < from_count; i++)
		for (size_t j = 0; j < to_count; j++)
			lanes[(*count)++] = (struct lane){
				.family = family,
				.peer = in ? from[i] : to[j],
				.local = in ? to[j] : from[i],
			};
	return 0;
}

static bool ranges_meet(struct port_range a, struct port_range b)
{
	return a.first <= b.last && b.first <= a.last;
}

/* The next wish from *at on that has one of the ports, *range among them; NULL: none. */
static const struct opening *next_of(const struct group *group, const struct port_range *ports, size_t count,
				     size_t *at, size_t *range)
{
	while (*at < group->wish_count) {
		const struct opening *opening = group->wishes[(*at)++].opening;

		while (*range < count && ports[*range].last < opening->port.ports.first)
			(*range)++;
		if (*range < count && ranges_meet(ports[*range], opening->port.ports))
			return opening;
	}
	return NULL;
}

uint32_t group_tag(const struct group *group, const struct port_range *ports, size_t count)
{
	const struct opening *opening;
	uint32_t tag = 0;

	for (size_t at = 0, range = 0; (opening = next_of(group, ports, count, &at, &range));)
		if (!tag || opening->id < tag)
			tag = opening->id;
	return tag;
}

bool group_overrides(const struct group *group, const struct port_range *ports, size_t count)
{
	const struct opening *opening;

	for (size_t at = 0, range = 0; (opening = next_of(group, ports, count, &at, &range));)
		if (opening->override)
			return true;
	return false;
}

bool ranges_share(const struct port_range *a, size_t a_count, const struct port_range *b, size_t b_count)
{
	for (size_t i = 0, j = 0; i < a_count; i++) {
		while (j < b_count && b[j].last < a[i].first)
			j++;
		if (j < b_count && ranges_meet(a[i], b[j]))
			return true;
	}
	return false;
}

bool ranges_cover(const struct port_range *outer, size_t outer_count, const struct port_range *inner,
		  size_t inner_count)
{
	size_t j = 0;

	for (size_t i = 0; i < inner_count; i++) {
		while (j < outer_count && outer[j].last < inner[i].first)
			j++;
		if (j == outer_count || outer[j].first > inner[i].first || outer[j].last < inner[i].last)
			return false;
	}
	return true;
}

int ranges_subtract(const struct port_range *from, size_t from_count, const struct port_range *less,
		    size_t less_count, struct pool *pool, struct port_range **out, size_t *count,
		    struct error *err)
{
	struct port_range *rest = pool_alloc(pool, (from_count + less_count + 1) * sizeof(*rest));
	size_t used = 0, j = 0;

	if (!rest)
		return error_memory(err);
	for (size_t i = 0; i < from_count; i++) {
		uint32_t at = from[i].first, end = from[i].last;

		while (j < less_count && less[j].last < at)
			j++;
		for (size_t k = j; k < less_count && less[k].first <= end; k++) {
			if (less[k].first > at)
				rest[used++] =
					(struct port_range){(uint16_t)at, (uint16_t)(less[k].first - 1)};
			at = less[k].last + 1u;
		}
		if (at <= end)
			rest[used++] = (struct port_range){(uint16_t)at, (uint16_t)end};
	}
	*out = rest;
	*count = used;
	return 0;
}
