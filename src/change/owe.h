/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Errands that have to be done, whether the neighbour can be asked or not: what was interrupted, or not confirmed, is taken back all
 * the same.
 */
#ifndef FWPORT_OWE_H
#define FWPORT_OWE_H

#include "fwport/errand.h"
#include "fwport/error.h"
#include "fwport/store.h"

/*
 * Does what can be done. What a neighbour could not be asked to take away is kept in the record, so that it is known and can be closed;
 * *why then says what it answered, and is NULL otherwise. -1 with ERROR_BUSY when one that runs does not answer, and may yet. `lock` as via_run has it.
 */
int owe_run(const struct errands *errands, int lock, struct state *record, struct pool *pool,
	    const char **why, struct error *err);
/* The same with the record of the store, which is written when it is another one then: *owed. */
int owe_recorded(struct store *store, const struct errands *errands, struct pool *pool, bool *owed,
		 struct error *err);

#endif
