/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records that come to be as a whole: an earlier one, the empty one, the one that a boot would bring, and the one that it shall bring.
 */
#include "record.h"

#include <string.h>

/* Chosen by itself it would stay where it was moved to since. */
const char *record_place(const struct state *record)
{
	return record->backend ? record->backend : record->home;
}

/* About what is not among those that there are. */
static int ask(struct record *out, const struct openings *unless, struct pool *pool, struct error *err)
{
	const struct openings *openings = &out->next.openings;
	const size_t count = openings->count - out->spared;
	const struct opening **known = openings_by_id(unless, pool);

	if (!known)
		return error_memory(err);
	if (record_items_make(count, pool, out, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct opening *opening = &openings->list[i];

		if (opening_with_id(known, unless->count, opening->id))
			continue;
		out->items[out->item_count++] = (struct change_item){.opening = *opening, .changed = true};
		out->asked[out->asked_count++] = opening;
	}
	return 0;
}

static bool is_same_list(const struct openings *a, const struct openings *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->list[i].id != b->list[i].id || a->list[i].runtime != b->list[i].runtime ||
		    a->list[i].expires != b->list[i].expires || a->list[i].via != b->list[i].via ||
		    a->list[i].handed != b->list[i].handed)
			return false;
	return true;
}

static bool is_same(const struct state *a, const struct state *b)
{
	return is_same_list(&a->openings, &b->openings) && is_same_list(&a->dormant, &b->dormant) &&
	       a->pending.generation == b->pending.generation &&
	       !memcmp(&a->policy, &b->policy, sizeof(a->policy)) &&
	       !memcmp(&a->boot_policy, &b->boot_policy, sizeof(a->boot_policy));
}

/* Numbers are never given twice, and the boot is the one we are in. */
int record_back(const struct state *now, const struct state *target, struct pool *pool, struct record *out,
		struct error *err)
{
	out->next = *target;
	out->next.generation = now->generation;
	out->next.next_id = now->next_id > target->next_id ? now->next_id : target->next_id;
	out->next.pending = (struct pending){0};
	memcpy(out->next.boot, now->boot, sizeof(out->next.boot));
	out->changed = !is_same(now, &out->next);
	out->dropped_families = FAMILIES_BOTH;
	return ask(out, &now->openings, pool, err);
}

static int lists_join(const struct openings *a, const struct openings *b, struct pool *pool,
		      struct openings *out, struct error *err)
{
	out->list = pool_alloc(pool, (a->count + b->count) * sizeof(struct opening));
	if (!out->list)
		return error_memory(err);
	if (a->count)
		memcpy(out->list, a->list, a->count * sizeof(struct opening));
	if (b->count)
		memcpy(out->list + a->count, b->list, b->count * sizeof(struct opening));
	out->count = a->count + b->count;
	return 0;
}

static struct policy policy_both(struct policy a, struct policy b)
{
	for (int direction = 0; direction < 2; direction++)
		a.drop[direction] |= b.drop[direction];
	return a;
}

/* Those that are spared come to stand behind the others. */
static int spare(const struct spared *spared, struct pool *pool, struct record *out, struct error *err)
{
	struct openings *openings = &out->next.openings, sorted = {0};

	sorted.list = pool_alloc(pool, (openings->count + 1) * sizeof(*sorted.list));
	if (!sorted.list)
		return error_memory(err);
	for (int turn = 0; turn < 2; turn++) {
		for (size_t i = 0; i < openings->count; i++)
			if (is_spared(&openings->list[i], spared) == (turn == 1))
				sorted.list[sorted.count++] = openings->list[i];
		out->spared = turn == 0 ? openings->count - sorted.count : out->spared;
	}
	*openings = sorted;
	return 0;
}

/*
 * What was closed until the next boot comes back by hand; firewalls that load their rules anew are no boot, and while something
 * awaits confirmation, or is merely watched over, the record stays, too. A real boot has come before, when the record was read.
 */
int record_restored(const struct state *now, const struct change_request *request, struct pool *pool,
		    struct record *out, struct error *err)
{
	static const struct openings none;

	out->next = *now;
	if (request->boot)
		return record_items_make(0, pool, out, err); /* nothing can be told yet */
	if (spare(&request->spared, pool, out, err) < 0)
		return -1;
	if (now->pending.generation || request->watch)
		return ask(out, &none, pool, err);
	if (lists_join(&now->openings, &now->dormant, pool, &out->next.openings, err) < 0)
		return -1;
	out->next.dormant = none;
	out->next.policy = policy_both(now->policy, now->boot_policy);
	out->changed = now->dormant.count > 0 || !is_same(now, &out->next);
	if (ask(out, &none, pool, err) < 0)
		return -1;
	for (size_t i = 0; i < now->openings.count; i++)
		out->items[i].changed = false;
	return 0;
}

int record_nothing(const struct state *now, struct pool *pool, struct record *out, struct error *err)
{
	struct openings gone;

	out->next = *now;
	out->next.openings = out->next.dormant = (struct openings){0};
	out->next.policy = out->next.boot_policy = (struct policy){0};
	out->changed = !is_same(now, &out->next);
	out->dropped_families = FAMILIES_BOTH;
	if (lists_join(&now->openings, &now->dormant, pool, &gone, err) < 0 ||
	    record_items_make(gone.count, pool, out, err) < 0)
		return -1;
	for (size_t i = 0; i < gone.count; i++)
		out->items[out->item_count++] = (struct change_item){
			.opening = gone.list[i], .closing = true, .was_ours = true, .changed = true};
	return 0;
}

bool record_lasts(const struct record *record, const struct change_request *request)
{
	const struct state *next = &record->next;
	bool lasts = policy_equal(next->policy, next->boot_policy) && !next->dormant.count;

	if (request->kind != CHANGE_ROLLBACK && request->kind != CHANGE_RESTORE)
		return !request->runtime;
	for (size_t i = 0; i < next->openings.count; i++)
		lasts &= !next->openings.list[i].runtime;
	return lasts;
}

/* What expires goes on to expire. */
int record_saved(const struct state *now, struct pool *pool, struct record *out, struct error *err)
{
	static const struct openings none;

	out->next = *now;
	if (lists_join(&now->openings, &none, pool, &out->next.openings, err) < 0)
		return -1;
	for (size_t i = 0; i < out->next.openings.count; i++)
		out->next.openings.list[i].runtime = false;
	out->next.dormant = none;
	out->next.boot_policy = now->policy;
	out->changed = !is_same(now, &out->next);
	return record_items_make(0, pool, out, err);
}
