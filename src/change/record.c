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

/* What a request names, by content. */
struct named {
	struct index opened, closed;
};

/* Whoever has it closed means it whatever its origin. */
static bool is_closed(const struct named *named, const struct opening *opening)
{
	struct opening by_hand = *opening, from_profile = *opening;

	by_hand.profile = NULL;
	from_profile.profile = "";
	return *index_slot(&named->closed, &by_hand) || *index_slot(&named->closed, &from_profile);
}

static bool is_swept(enum sweep sweep, const struct opening *opening)
{
	switch (sweep) {
	case SWEEP_PROFILES:
		return opening->profile;
	case SWEEP_NOTHING:
		return false;
	case SWEEP_ALL:
		return true;
	}
	return false;
}

static bool is_kept(const struct change_request *request, const struct opening *opening,
		    const struct named *named)
{
	switch (request->kind) {
	case CHANGE_OPEN:
	case CHANGE_POLICY:
		return true;
	case CHANGE_APPLY:
		return !is_closed(named, opening) &&
		       (!is_swept(request->sweep, opening) || *index_slot(&named->opened, opening));
	case CHANGE_CLOSE:
		return !is_closed(named, opening);
	case CHANGE_RESTORE:
	case CHANGE_ROLLBACK:
	case CHANGE_EXPIRE:
	case CHANGE_SAVE:
		break;
	}
	return true;
}

static int index_list(const struct openings *openings, struct pool *pool, struct index *index,
		      struct error *err)
{
	if (index_make(index, openings->count, pool, err) < 0)
		return -1;
	for (size_t i = 0; i < openings->count; i++) {
		struct opening **slot = index_slot(index, &openings->list[i]);

		if (!*slot)
			*slot = &openings->list[i];
	}
	return 0;
}

static const struct openings *opened_by(const struct change_request *request)
{
	static const struct openings none;

	return request->kind == CHANGE_CLOSE ? &none : &request->openings;
}

static const struct openings *closed_by(const struct change_request *request)
{
	return request->kind == CHANGE_CLOSE ? &request->openings : &request->closings;
}

static int lists_make(const struct state *now, const struct change_request *request, struct pool *pool,
		      struct record *out, struct error *err)
{
	size_t most = now->openings.count + now->dormant.count + request->openings.count;

	out->next = *now;
	out->next.openings = (struct openings){.list = pool_alloc(pool, most * sizeof(struct opening))};
	out->next.dormant = (struct openings){.list = pool_alloc(pool, most * sizeof(struct opening))};
	return out->next.openings.list && out->next.dormant.list ? 0 : error_memory(err);
}

/* Closed with --runtime, it comes back at boot. */
static void drop(const struct opening *opening, const struct change_request *request, struct record *out)
{
	out->dropped_families |= opening->scope.families;
	if (request->runtime && !opening->runtime)
		out->next.dormant.list[out->next.dormant.count++] = *opening;
}

/* Copies what stays of the present record. */
static int keep(const struct state *now, const struct change_request *request, const struct named *named,
		struct pool *pool, struct index *kept, struct record *out, struct error *err)
{
	struct openings *dormant = &out->next.dormant, *openings = &out->next.openings;

	if (lists_make(now, request, pool, out, err) < 0 ||
	    index_make(kept, now->openings.count + request->openings.count, pool, err) < 0)
		return -1;
	for (size_t i = 0; i < now->dormant.count; i++)
		if (request->runtime || is_kept(request, &now->dormant.list[i], named))
			dormant->list[dormant->count++] = now->dormant.list[i];
	out->changed = dormant->count != now->dormant.count;
	for (size_t i = 0; i < now->openings.count; i++) {
		struct opening *copy = &openings->list[openings->count];

		if (!is_kept(request, &now->openings.list[i], named)) {
			drop(&now->openings.list[i], request, out);
			continue;
		}
		*copy = now->openings.list[i];
		*index_slot(kept, copy) = copy;
		openings->count++;
	}
	out->changed |= openings->count != now->openings.count;
	return 0;
}

/* Who lets it through stays so, unless somebody else is named. */
static bool renew_via(struct opening *have, const struct opening *wanted, bool named)
{
	if (!named || have->via == wanted->via)
		return false;
	have->via = wanted->via;
	have->zone = NULL;
	have->handed = 0;
	return true;
}

/* What a second wish for the same opening adds to it. */
static bool renew(struct opening *have, const struct opening *wanted, bool runtime)
{
	bool overrides = wanted->override && !have->override,
	     moves = wanted->profile && strcmp(have->profile, wanted->profile) != 0,
	     is_saved = have->runtime && !runtime;

	have->override |= overrides;
	have->runtime &= runtime;
	if (moves)
		have->profile = wanted->profile;
	return overrides || moves || is_saved;
}

/* Out of those that were closed until the next boot. */
static bool wake(const struct opening *wanted, struct openings *dormant, struct opening *out)
{
	for (size_t i = 0; i < dormant->count; i++)
		if (!dormant->list[i].profile == !wanted->profile &&
		    opening_equal(&dormant->list[i], wanted)) {
			*out = dormant->list[i];
			dormant->list[i] = dormant->list[--dormant->count];
			return true;
		}
	return false;
}

/* An end is not put to what has none: whoever opened it relies on it. Else what was said last holds. */
static bool renew_end(struct opening *have, int64_t expires)
{
	if (!have->expires || have->expires == expires)
		return false;
	have->expires = expires;
	return true;
}

static void add(const struct opening *wanted, const struct change_request *request, int64_t clock,
		struct index *kept, struct record *out)
{
	const int64_t expires = request->lifetime ? clock + request->lifetime : 0;
	struct opening **slot = index_slot(kept, wanted);
	struct change_item *item = &out->items[out->item_count++];

	if (!*slot) {
		*slot = &out->next.openings.list[out->next.openings.count++];
		if (wake(wanted, &out->next.dormant, *slot)) {
			renew(*slot, wanted, request->runtime);
			renew_via(*slot, wanted, request->via_named);
		} else {
			**slot = *wanted;
			(*slot)->id = out->next.next_id++;
			(*slot)->created = request->now;
			(*slot)->runtime = request->runtime;
		}
		(*slot)->expires = expires;
		item->changed = out->changed = true;
	} else {
		item->changed = renew_end(*slot, expires) | renew_via(*slot, wanted, request->via_named);
		out->changed |= renew(*slot, wanted, request->runtime) || item->changed;
	}
	item->endless = expires && !(*slot)->expires;
	item->opening = **slot;
	out->asked[out->asked_count++] = *slot;
}

static void list_closed(const struct state *now, const struct change_request *request,
			const struct opening *closed, struct record *out)
{
	struct change_item *item = &out->items[out->item_count++];
	const struct opening *ours = openings_find(&now->openings, closed);

	if (!ours && !request->runtime)
		ours = openings_find(&now->dormant, closed);
	item->closing = true;
	item->opening = ours ? *ours : *closed;
	item->was_ours = item->changed = ours != NULL;
	item->opening.service = closed->service ? closed->service : item->opening.service;
}

int record_items_make(size_t count, struct pool *pool, struct record *out, struct error *err)
{
	out->items = pool_alloc(pool, count * sizeof(*out->items));
	out->asked = pool_alloc(pool, count * sizeof(const struct opening *));
	return out->items && out->asked ? 0 : error_memory(err);
}

static void policy_set(const struct change_request *request, struct record *out)
{
	struct state *next = &out->next;
	const struct policy before = next->policy, boot_before = next->boot_policy;

	for (int direction = 0; direction < 2 && request->kind == CHANGE_POLICY; direction++) {
		if (!request->policy.named[direction])
			continue;
		next->policy.drop[direction] = request->policy.policy.drop[direction];
		if (!request->runtime)
			next->boot_policy.drop[direction] = next->policy.drop[direction];
	}
	out->changed |= !policy_equal(before, next->policy) || !policy_equal(boot_before, next->boot_policy);
	if (policy_narrows(next->policy, before))
		out->dropped_families = FAMILIES_BOTH;
}

/* It may be said twice. */
static bool is_first(const struct index *index, const struct opening *wish)
{
	return *index_slot(index, wish) == wish;
}

/* `had` is `now` with what has ended since: that can be closed, too. Answers come in the order of those opened, which are first. */
static int after_wishes(const struct state *now, const struct state *had,
			const struct change_request *request, int64_t clock, struct pool *pool,
			struct record *out, struct error *err)
{
	const struct openings *opened = opened_by(request), *closed = closed_by(request);
	struct named named;
	struct index kept;

	if (record_items_make(opened->count + closed->count, pool, out, err) < 0 ||
	    index_list(opened, pool, &named.opened, err) < 0 ||
	    index_list(closed, pool, &named.closed, err) < 0 ||
	    keep(now, request, &named, pool, &kept, out, err) < 0)
		return -1;
	for (size_t i = 0; i < opened->count; i++)
		if (is_first(&named.opened, &opened->list[i]))
			add(&opened->list[i], request, clock, &kept, out);
	for (size_t i = 0; i < closed->count; i++)
		if (is_first(&named.closed, &closed->list[i]))
			list_closed(had, request, &closed->list[i], out);
	return 0;
}

static void backend_renew(const struct state *now, const char *asked, struct record *out)
{
	const char *backend = strcmp(asked, "auto") != 0 ? asked : NULL;

	out->changed |= strcmp(backend ? backend : "", now->backend ? now->backend : "") != 0;
	out->next.backend = backend;
}

static int after_current(const struct state *now, const struct state *had,
			 const struct change_request *request, int64_t clock, struct pool *pool,
			 struct record *out, struct error *err)
{
	struct state target;
	size_t gone;

	switch (request->kind) {
	case CHANGE_ROLLBACK:
		if (state_expire(request->rollback.target, clock, pool, &target, &gone, err) < 0)
			return -1;
		return record_back(now, &target, pool, out, err);
	case CHANGE_RESTORE:
		return record_restored(now, request, pool, out, err);
	case CHANGE_SAVE:
		return record_saved(now, pool, out, err);
	case CHANGE_EXPIRE:
		out->next = *now;
		return record_items_make(0, pool, out, err);
	case CHANGE_OPEN:
	case CHANGE_CLOSE:
	case CHANGE_APPLY:
	case CHANGE_POLICY:
		break;
	}
	if (request->all)
		return record_nothing(now, pool, out, err);
	if (after_wishes(now, had, request, clock, pool, out, err) < 0)
		return -1;
	if (request->backend)
		backend_renew(now, request->backend, out);
	policy_set(request, out);
	return 0;
}

int record_after(const struct state *now, const struct change_request *request, int64_t clock,
		 struct pool *pool, struct record *out, struct error *err)
{
	struct state current;
	size_t expired;

	*out = (struct record){0};
	if (state_expire(now, clock, pool, &current, &expired, err) < 0 ||
	    after_current(&current, now, request, clock, pool, out, err) < 0)
		return -1;
	out->expired = expired;
	if (request->kind == CHANGE_RESTORE && now->pending.generation)
		return 0; /* what awaits confirmation stays the last change, for who takes it back */
	out->changed |= expired > 0;
	return 0;
}
