/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A look at the legacy tables that are registered, to be held against the one before: nobody tells of their changes. No rule is
 * decoded. What two looks cannot show: a table that was changed and changed back, and who did it.
 */
#ifndef FWPORT_LEGACY_LOOK_H
#define FWPORT_LEGACY_LOOK_H

#include "fwport/address.h"
#include "fwport/burst.h"
#include "fwport/pool.h"

/* What stands in one table. */
struct legacy_sight {
	enum family family;
	const char *table;
	uint64_t rules;   /* the same while the same rules stand in the same order, whatever they counted */
	uint64_t others;  /* likewise of those that are not ours */
	uint64_t counted; /* packets, by the rules of others */
	uint32_t *tags;   /* of our own, sorted */
	size_t tag_count;
};

/* It lives in a pool of its own. */
struct legacy_look {
	struct pool pool;
	struct legacy_sight *tables;
	size_t count;
};

/* Tables that cannot be read are none. -1 only when memory is gone. */
int legacy_look_take(struct legacy_look *out, struct error *err);
/*
 * Adds to the burst what went between the two. A rule of ours was deleted by itself when all others still stand and have gone on to
 * count: who restores a table begins anew with 0. Where nothing was ever counted the two cannot be told apart, and it is taken for the
 * latter.
 */
void legacy_look_compare(const struct legacy_look *before, const struct legacy_look *now,
			 struct burst *burst);
void legacy_look_free(struct legacy_look *look); /* for CLEANUP */

#endif
