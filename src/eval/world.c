/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Worlds and lists of them: forking, comparing, merging. What makes thousands of rules that nobody understands linear: two
 * worlds in the same state at the same place become one again.
 */
#include "world.h"

#include <string.h>

int worlds_add(struct worlds *worlds, const struct world *world, struct pool *pool)
{
	if (worlds->count == worlds->capacity) {
		size_t capacity = worlds->capacity ? worlds->capacity * 2 : 4;
		struct world *larger = pool_alloc(pool, capacity * sizeof(*larger));

		if (!larger)
			return -1;
		if (worlds->count)
			memcpy(larger, worlds->list, worlds->count * sizeof(*larger));
		worlds->list = larger;
		worlds->capacity = capacity;
	}
	worlds->list[worlds->count++] = *world;
	return 0;
}

int worlds_copy(struct worlds *to, const struct worlds *from, struct pool *pool)
{
	for (size_t i = 0; i < from->count; i++)
		if (worlds_add(to, &from->list[i], pool) < 0)
			return -1;
	return 0;
}

static void worlds_remove(struct worlds *worlds, size_t index)
{
	worlds->count--;
	memmove(worlds->list + index, worlds->list + index + 1,
		(worlds->count - index) * sizeof(worlds->list[0]));
}

static bool mark_same(const struct mark *a, const struct mark *b)
{
	return a->bits == b->bits && a->unknown == b->unknown;
}

/* Same state: whatever comes, both fare alike. */
static bool world_same(const struct world *a, const struct world *b)
{
	return a->packet == b->packet && mark_same(&a->mark, &b->mark) &&
	       mark_same(&a->ct_mark, &b->ct_mark) && a->untracked == b->untracked &&
	       a->templated == b->templated && a->rewritten == b->rewritten && a->flow == b->flow &&
	       a->flow_backwards == b->flow_backwards && a->nat_done == b->nat_done &&
	       a->blurred == b->blurred && a->flow_blurred == b->flow_blurred && a->mapping == b->mapping &&
	       a->disguise == b->disguise && a->additions == b->additions;
}

/* Two ranges of ports that together are one. */
static bool ports_join(const struct world *a, const struct world *b)
{
	return a->port_first <= (uint32_t)b->port_last + 1 && b->port_first <= (uint32_t)a->port_last + 1;
}

static const struct doubt *common_doubts(const struct doubt *a, const struct doubt *b)
{
	while (a != b) {
		if (!a || !b)
			return NULL;
		if (a->depth > b->depth) {
			a = a->before;
		} else if (b->depth > a->depth) {
			b = b->before;
		} else {
			a = a->before;
			b = b->before;
		}
	}
	return a;
}

static size_t spendings_of(const struct world *world)
{
	return world->spendings ? world->spendings->depth : 0;
}

/* A world beyond a rate has not spent what counts: the usual one has. */
static const struct spending *spendings_join(const struct world *a, const struct world *b)
{
	if (a->unusual != b->unusual)
		return a->unusual ? b->spendings : a->spendings;
	return spendings_of(a) >= spendings_of(b) ? a->spendings : b->spendings;
}

size_t world_spent(const struct world *world, const struct op *limit)
{
	const void *purse = op_purse(limit);
	size_t count = 0;

	for (const struct spending *spending = world->spendings; spending; spending = spending->before)
		count += spending->purse == purse;
	return count;
}

int world_spend(struct world *world, const struct op *limit, struct pool *pool)
{
	struct spending *spending = pool_alloc(pool, sizeof(*spending));

	if (!spending)
		return -1;
	*spending = (struct spending){world->spendings, op_purse(limit), spendings_of(world) + 1};
	world->spendings = spending;
	return 0;
}

bool world_join(struct world *into, const struct world *other)
{
	if (!world_same(into, other) || !ports_join(into, other))
		return false;
	into->port_first = other->port_first < into->port_first ? other->port_first : into->port_first;
	into->port_last = other->port_last > into->port_last ? other->port_last : into->port_last;
	into->spendings = spendings_join(into, other);
	into->unusual = into->unusual && other->unusual;
	return true;
}

bool world_absorb(struct world *into, const struct world *other)
{
	if (!world_join(into, other))
		return false;
	into->doubts = common_doubts(into->doubts, other->doubts);
	return true;
}

void worlds_merge(struct worlds *worlds)
{
	for (size_t i = 0; i < worlds->count; i++) {
		size_t j = i + 1;

		while (j < worlds->count) {
			if (world_absorb(&worlds->list[i], &worlds->list[j])) {
				worlds_remove(worlds, j);
				j = i + 1; /* a wider range of ports may join more */
			} else {
				j++;
			}
		}
	}
}

uint16_t world_client_port(const struct world *world)
{
	if (world->port_first <= CLIENT_PORT_TYPICAL && CLIENT_PORT_TYPICAL <= world->port_last)
		return CLIENT_PORT_TYPICAL;
	return world->port_first;
}

bool world_is_opaque(const struct world *world)
{
	return world->doubts && world->doubts->tainted;
}

void world_blur(struct world *world)
{
	world->blurred = world->flow_blurred = true;
}

int world_doubt(struct world *world, const struct doubt *doubt, bool held, struct pool *pool)
{
	struct doubt *copy = pool_copy(pool, doubt, sizeof(*doubt));

	if (!copy)
		return -1;
	copy->held = held;
	copy->tainted = doubt->opaque || world_is_opaque(world);
	copy->before = world->doubts;
	copy->depth = world->doubts ? world->doubts->depth + 1 : 1;
	world->doubts = copy;
	return 0;
}

const struct packet *worlds_packet(const struct worlds *worlds, const struct packet *packet)
{
	for (size_t i = 0; i < worlds->count; i++)
		if (!worlds->list[i].unusual)
			return worlds->list[i].packet;
	return packet;
}
