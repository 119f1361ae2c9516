/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the watch remembers of each opening: how often it was put back of late, and whether it is left alone, since somebody closed it
 * by hand or takes it away again and again. Times are seconds, and the caller's.
 */
#ifndef FWPORT_VIGIL_H
#define FWPORT_VIGIL_H

#include "fwport/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	VIGIL_TIMES = 60, /* an opening that was put back so often within an hour is given up, */
	VIGIL_TIMES_SOON =
		30, /* and one so often within five minutes: one reload of ufw is several to who watches */
	VIGIL_SOON = 300,
	VIGIL_HOUR = 3600,
	VIGIL_RATE = 20, /* so often in a minute anything is put back at all */
	VIGIL_MINUTE = 60,
};

enum attitude {
	ATTITUDE_GUARD,
	ATTITUDE_LEAVE,   /* somebody closed it by hand */
	ATTITUDE_GIVE_UP, /* somebody insists */
};

struct times {
	int64_t list[VIGIL_TIMES];
	unsigned count; /* ever; the last VIGIL_TIMES are in the list */
};

struct watched {
	uint32_t id;
	enum attitude attitude;
	bool blocked; /* and that was told */
	bool seen;    /* it is still recorded */
	struct times put_back;
};

/* Zero is empty. */
struct vigil {
	struct watched *list; /* by id */
	size_t count, room;
	struct times put_back;
};

void times_add(struct times *times, int64_t now);
/* So many within the last `seconds`. */
bool times_reach(const struct times *times, unsigned many, int64_t seconds, int64_t now);

/* Whoever takes it away each time will go on. */
bool times_are_a_fight(const struct times *times, int64_t now);

/* NULL when memory is gone; the pointers hold until the next call. Marks it as seen. */
struct watched *vigil_at(struct vigil *vigil, uint32_t id);
/* Forgets those that were not seen since the last time. */
void vigil_sweep(struct vigil *vigil);
void vigil_free(struct vigil *vigil); /* for CLEANUP, and to forget everything */

#endif
