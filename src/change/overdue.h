/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nobody confirmed in time is taken back by whoever comes first: the watchdog, or the next fwport that changes something.
 */
#ifndef FWPORT_OVERDUE_H
#define FWPORT_OVERDUE_H

#include "fwport/change.h"

bool pending_is_overdue(const struct pending *pending);

/*
 * On a store that is locked, and recovered; `by` is the request of whoever does it, for its time and actor, and whether it accepts
 * that legacy tables cannot be read. *out is the generation that was taken back, 0: there was none to be. No proof is asked for and
 * nobody is guarded. An error leaves it overdue, whatever the ruleset is by then.
 */
int overdue_take_back(struct store *store, const struct change_request *by, struct pool *pool, uint32_t *out,
		      struct error *err);

/* Locks, recovers and takes back what is overdue, again and again while something is in the way; it ends at last, though. */
int overdue_insist(const struct actor *actor, uint32_t *out, struct error *err);

#endif
