/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When two openings are the same wish, or the same record of one.
 */
#include "fwport/opening.h"

#include "fwport/pool.h"

#include <stdlib.h>
#include <string.h>

bool opening_has_expired(const struct opening *opening, int64_t now)
{
	return opening->expires && opening->expires <= now;
}

const struct opening *openings_from_later(const struct openings *openings, int64_t now)
{
	const struct opening *last = NULL;

	for (size_t i = 0; i < openings->count; i++)
		if (openings->list[i].created > (last ? last->created : now))
			last = &openings->list[i];
	return last;
}

const char *direction_word(enum direction direction)
{
	return direction == DIRECTION_IN ? "in" : "out";
}

static bool holds(const struct prefix *list, size_t count, const struct prefix *one)
{
	for (size_t i = 0; i < count; i++)
		if (prefix_equal(&list[i], one))
			return true;
	return false;
}

static bool within(const struct prefix *a, size_t a_count, const struct prefix *b, size_t b_count)
{
	for (size_t i = 0; i < a_count; i++)
		if (!holds(b, b_count, &a[i]))
			return false;
	return true;
}

static bool same_prefixes(const struct prefix *a, size_t a_count, const struct prefix *b, size_t b_count)
{
	return within(a, a_count, b, b_count) && within(b, b_count, a, a_count);
}

static bool same_interface(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

bool scope_equal(const struct scope *a, const struct scope *b)
{
	return a->direction == b->direction && a->families == b->families &&
	       same_interface(a->iface, b->iface) &&
	       same_prefixes(a->from, a->from_count, b->from, b->from_count) &&
	       same_prefixes(a->to, a->to_count, b->to, b->to_count);
}

bool opening_equal(const struct opening *a, const struct opening *b)
{
	return a->port.protocol == b->port.protocol && a->port.ports.first == b->port.ports.first &&
	       a->port.ports.last == b->port.ports.last && scope_equal(&a->scope, &b->scope);
}

static bool leaves_family(const struct prefix *list, size_t count, enum family family)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].address.family == family)
			return true;
	return count == 0;
}

bool scope_has_family(const struct scope *scope, enum family family)
{
	return (scope->families & FAMILY_BIT(family)) &&
	       leaves_family(scope->from, scope->from_count, family) &&
	       leaves_family(scope->to, scope->to_count, family);
}

const struct opening *openings_find(const struct openings *openings, const struct opening *wanted)
{
	for (size_t i = 0; i < openings->count; i++)
		if (opening_equal(&openings->list[i], wanted))
			return &openings->list[i];
	return NULL;
}

const struct opening *openings_get(const struct openings *openings, uint32_t id)
{
	for (size_t i = 0; i < openings->count; i++)
		if (openings->list[i].id == id)
			return &openings->list[i];
	return NULL;
}

static int id_order(const void *a, const void *b)
{
	const uint32_t x = (*(const struct opening *const *)a)->id,
		       y = (*(const struct opening *const *)b)->id;

	return x < y ? -1 : x > y;
}

const struct opening **openings_by_id(const struct openings *openings, struct pool *pool)
{
	const struct opening **sorted = pool_alloc(pool, (openings->count + 1) * sizeof(*sorted));

	for (size_t i = 0; sorted && i < openings->count; i++)
		sorted[i] = &openings->list[i];
	if (sorted)
		qsort(sorted, openings->count, sizeof(*sorted), id_order);
	return sorted;
}

const struct opening *opening_with_id(const struct opening *const *by_id, size_t count, uint32_t id)
{
	const struct opening wanted = {.id = id}, *const key = &wanted;
	const struct opening *const *found = bsearch(&key, by_id, count, sizeof(*by_id), id_order);

	return found ? *found : NULL;
}

bool iface_is_pattern(const char *name)
{
	size_t length = strlen(name);

	return length && strchr("+*", name[length - 1]);
}
