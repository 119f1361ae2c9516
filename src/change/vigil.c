/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list in order of the ids, which are given in that order, so that new ones mostly come to its end. */
#include "vigil.h"

#include <stdlib.h>
#include <string.h>

void times_add(struct times *times, int64_t now)
{
	times->list[times->count++ % VIGIL_TIMES] = now;
}

bool times_reach(const struct times *times, unsigned many, int64_t seconds, int64_t now)
{
	return times->count >= many && times->list[(times->count - many) % VIGIL_TIMES] > now - seconds;
}

bool times_are_a_fight(const struct times *times, int64_t now)
{
	return times_reach(times, VIGIL_TIMES_SOON, VIGIL_SOON, now) ||
	       times_reach(times, VIGIL_TIMES, VIGIL_HOUR, now);
}

static size_t place_of(const struct vigil *vigil, uint32_t id)
{
	size_t low = 0, high = vigil->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (vigil->list[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool make_room(struct vigil *vigil)
{
	const size_t room = vigil->room ? vigil->room * 2 : 16;
	struct watched *list;

	if (vigil->count < vigil->room)
		return true;
	list = realloc(vigil->list, room * sizeof(*list));
	if (!list)
		return false;
	vigil->list = list;
	vigil->room = room;
	return true;
}

struct watched *vigil_at(struct vigil *vigil, uint32_t id)
{
	const size_t at = place_of(vigil, id);
	struct watched *watched;

	if (at == vigil->count || vigil->list[at].id != id) {
		if (!make_room(vigil))
			return NULL;
		watched = &vigil->list[at];
		memmove(watched + 1, watched, (vigil->count++ - at) * sizeof(*watched));
		*watched = (struct watched){.id = id};
	}
	vigil->list[at].seen = true;
	return &vigil->list[at];
}

void vigil_sweep(struct vigil *vigil)
{
	size_t kept = 0;

	for (size_t i = 0; i < vigil->count; i++) {
		if (!vigil->list[i].seen)
			continue;
		vigil->list[kept] = vigil->list[i];
		vigil->list[kept++].seen = false;
	}
	vigil->count = kept;
}

void vigil_free(struct vigil *vigil)
{
	free(vigil->list);
	*vigil = (struct vigil){0};
}
