/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settling: leading the kernel to a record, without a proof and without regard to whoever it cuts off. For what has to be taken
 * back when nobody is there to be asked.
 */
#ifndef FWPORT_SETTLE_H
#define FWPORT_SETTLE_H

#include "fwport/backend.h"
#include "fwport/state.h"

struct settled {
	struct steps steps;            /* that were taken */
	const struct ruleset *ruleset; /* to which they led */
	bool all_seen;                 /* false: in legacy tables that could not be read there may be more */
};

/* Waits for others who change the ruleset, but not for ever: ERROR_BUSY. */
int settle(const struct backend *backend, const struct state *state, struct pool *pool, struct settled *out,
	   struct error *err);

#endif
