/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A neighbour may have been stopped or removed meanwhile, and rules of ours do not wait for it. It may have what it was asked for all
 * the same, and load it again one day.
 */
#include "owe.h"

#include "fwport/via.h"

/* In order of the ids. One that the record has with rules of ours is as open by those. */
static int keep(const struct errand *errand, struct state *record, struct pool *pool, struct error *err)
{
	const struct opening *opening = errand->opening;
	const struct openings had = record->openings;
	struct opening *list = pool_alloc(pool, (had.count + 1) * sizeof(*list));
	size_t count = 0, i = 0;

	if (!list)
		return error_memory(err);
	for (; i < had.count && had.list[i].id < opening->id; i++)
		list[count++] = had.list[i];
	list[count] = *opening;
	list[count].handed = errand->levels;
	if (i < had.count && had.list[i].id == opening->id) {
		if (had.list[i].via != opening->via)
			return 0;
		list[count] = had.list[i++];
		list[count].handed |= errand->levels;
	}
	for (count++; i < had.count; i++)
		list[count++] = had.list[i];
	record->openings = (struct openings){.list = list, .count = count};
	if (record->next_id <= opening->id)
		record->next_id = opening->id + 1;
	return 0;
}

int owe_run(const struct errands *errands, int lock, struct state *record, struct pool *pool,
	    const char **why, struct error *err)
{
	bool silent[VIA_COUNT] = {false};

	*why = NULL;
	for (size_t i = 0; i < errands->count; i++) {
		const struct errand *errand = &errands->list[i];
		const enum via via = errand->opening->via;
		struct error failure;

		if (!silent[via]) {
			if (via_run(errand, lock, &failure) == 0)
				continue;
			if (failure.kind == ERROR_BUSY) {
				*err = failure;
				return -1;
			}
			silent[via] = failure.kind == ERROR_SYSTEM; /* each time takes as long */
			*why = pool_text(pool, failure.text);
			if (!*why)
				return error_memory(err);
		}
		if (errand->back && keep(errand, record, pool, err) < 0)
			return -1;
	}
	return 0;
}

int owe_recorded(struct store *store, const struct errands *errands, struct pool *pool, bool *owed,
		 struct error *err)
{
	struct state record = store->state;
	const char *why;

	if (owe_run(errands, store->lock, &record, pool, &why, err) < 0)
		return -1;
	if (record.openings.list == store->state.openings.list)
		return 0;
	*owed = true;
	return store_amend(store, &record, err);
}
