/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of our openings before and after a request.
 */
#ifndef FWPORT_RECORD_H
#define FWPORT_RECORD_H

#include "fwport/change.h"

struct record {
	struct state next;         /* what the state will be */
	bool changed;              /* whether that differs from what it is */
	unsigned dropped_families; /* of openings, and of a policy, that it holds no more, FAMILY_BIT each */
	size_t expired;            /* openings that it holds no more because they have ended */
	struct change_item
		*items; /* one per opening of the request, in its order, each once; closings last */
	size_t item_count;
	const struct opening **asked; /* open, apply: the items' openings in next */
	size_t asked_count;
	size_t spared; /* so many of the last openings in next are: nothing is asked about them */
};

int record_items_make(size_t count, struct pool *pool, struct record *out, struct error *err);
/* The backend that leads the home back to where it stood. */
const char *record_place(const struct state *record);
/* The whole record at once. The request is about what is to be opened again, or about everything. */
int record_back(const struct state *now, const struct state *target, struct pool *pool, struct record *out,
		struct error *err);
int record_restored(const struct state *now, const struct change_request *request, struct pool *pool,
		    struct record *out, struct error *err);
/* Neither an opening nor a policy, now or after a boot. The request is about all that there were. */
int record_nothing(const struct state *now, struct pool *pool, struct record *out, struct error *err);
/* Whether the next boot brings back what the request leaves: other requests are about what they name alone. */
bool record_lasts(const struct record *record, const struct change_request *request);
int record_saved(const struct state *now, struct pool *pool, struct record *out, struct error *err);

/* The state without the openings that have ended, and how many those are; `clock` in seconds since the epoch. */
int state_expire(const struct state *from, int64_t clock, struct pool *pool, struct state *out,
		 size_t *expired, struct error *err);
int record_after(const struct state *now, const struct change_request *request, int64_t clock,
		 struct pool *pool, struct record *out, struct error *err);

#endif
