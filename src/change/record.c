/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the record will be after a request: openings by hand and openings from profiles are kept apart, so that applying other
 * profiles never closes what somebody opened by hand. Knows nothing about rules.
 */
#include "record.h"

#include <string.h>

/* Openings by content, so that 65,535 of them are merged in linear time: open addressing, never more than half full. */
struct index {
	struct opening **slots;
	size_t mask;
};

static int index_make(struct index *index, size_t entries, struct pool *pool, struct error *err)
{
	size_t size = 16;

	while (size < entries * 2)
		size *= 2;
	index->mask = size - 1;
	index->slots = pool_alloc(pool, size * sizeof(*index->slots));
	return index->slots ? 0 : error_memory(err);
}

static size_t key_of(const struct opening *opening)
{
	size_t key = (size_t)opening->port.ports.first << 16 | opening->port.ports.last;

	key = key * 31 + (size_t)opening->port.protocol * 7 + opening->scope.families * 3 +
	      opening->scope.direction;
	return key * 0x9e3779b97f4a7c15u >> 20;
}

/* The slot of an equal opening of the same origin (by hand or from a profile), or the empty one where it belongs. */
static struct opening **index_slot(const struct index *index, const struct opening *opening)
{
	for (size_t i = key_of(opening);; i++) {
		struct opening **slot = &index->slots[i & index->mask];

		if (!*slot || (!(*slot)->profile == !opening->profile && opening_equal(*slot, opening)))
			return slot;
	}
}

static bool is_kept(const struct change_request *request, const struct opening *opening,
		    const struct index *requested)
{
	struct opening by_hand = *opening, from_profile = *opening;

	switch (request->kind) {
	case CHANGE_OPEN:
		return true;
	case CHANGE_APPLY:
		return !opening->profile || *index_slot(requested, opening);
	case CHANGE_CLOSE:
		by_hand.profile = NULL;
		from_profile.profile = "";
		return !*index_slot(requested, &by_hand) && !*index_slot(requested, &from_profile);
	}
	return true;
}

static int index_requested(const struct change_request *request, struct pool *pool, struct index *index,
			   struct error *err)
{
	if (index_make(index, request->openings.count, pool, err) < 0)
		return -1;
	for (size_t i = 0; i < request->openings.count; i++) {
		struct opening **slot = index_slot(index, &request->openings.list[i]);

		if (!*slot)
			*slot = &request->openings.list[i];
	}
	return 0;
}

/* Copies what stays of the present record; both lists have room for everything. */
static int keep(const struct state *now, const struct change_request *request, const struct index *requested,
		struct pool *pool, struct index *kept, struct record *out, struct error *err)
{
	size_t most = now->openings.count + request->openings.count;

	out->next = *now;
	out->next.openings = (struct openings){.list = pool_alloc(pool, most * sizeof(struct opening))};
	if (!out->next.openings.list)
		return error_memory(err);
	if (index_make(kept, most, pool, err) < 0)
		return -1;
	for (size_t i = 0; i < now->openings.count; i++) {
		struct opening *copy = &out->next.openings.list[out->next.openings.count];

		if (!is_kept(request, &now->openings.list[i], requested)) {
			out->dropped_families |= now->openings.list[i].scope.families;
			continue;
		}
		*copy = now->openings.list[i];
		*index_slot(kept, copy) = copy;
		out->next.openings.count++;
	}
	out->changed = out->next.openings.count != now->openings.count;
	return 0;
}

/* What a second wish for the same opening adds to it. */
static bool renew(struct opening *have, const struct opening *wanted)
{
	bool overrides = wanted->override && !have->override,
	     moves = wanted->profile && strcmp(have->profile, wanted->profile) != 0;

	have->override |= overrides;
	if (moves)
		have->profile = wanted->profile;
	return overrides || moves;
}

static void add(const struct opening *wanted, const struct change_request *request, struct index *kept,
		struct record *out)
{
	struct opening **slot = index_slot(kept, wanted);
	struct change_item *item = &out->items[out->item_count++];

	if (!*slot) {
		*slot = &out->next.openings.list[out->next.openings.count++];
		**slot = *wanted;
		(*slot)->id = out->next.next_id++;
		(*slot)->created = request->now;
		item->changed = out->changed = true;
	} else if (renew(*slot, wanted)) {
		out->changed = true;
	}
	item->opening = **slot;
	out->asked[out->asked_count++] = *slot;
}

static bool was_there(const struct state *now, const struct opening *closed, struct opening *found)
{
	for (size_t i = 0; i < now->openings.count; i++)
		if (opening_equal(&now->openings.list[i], closed)) {
			*found = now->openings.list[i];
			return true;
		}
	return false;
}

static void list_closed(const struct state *now, const struct opening *closed, struct record *out)
{
	struct change_item *item = &out->items[out->item_count++];

	item->opening = *closed;
	item->was_ours = item->changed = was_there(now, closed, &item->opening);
	item->opening.service = closed->service ? closed->service : item->opening.service;
}

int record_after(const struct state *now, const struct change_request *request, struct pool *pool,
		 struct record *out, struct error *err)
{
	size_t count = request->openings.count;
	struct record record = {0};
	struct index requested, kept;

	record.items = pool_alloc(pool, count * sizeof(*record.items));
	record.asked = pool_alloc(pool, count * sizeof(const struct opening *));
	if (!record.items || !record.asked)
		return error_memory(err);
	if (index_requested(request, pool, &requested, err) < 0 ||
	    keep(now, request, &requested, pool, &kept, &record, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct opening *wish = &request->openings.list[i];

		if (*index_slot(&requested, wish) != wish)
			continue; /* said twice */
		if (request->kind == CHANGE_CLOSE)
			list_closed(now, wish, &record);
		else
			add(wish, request, &kept, &record);
	}
	*out = record;
	return 0;
}
