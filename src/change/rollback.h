/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rollback: which record a request wants back.
 */
#ifndef FWPORT_ROLLBACK_H
#define FWPORT_ROLLBACK_H

#include "fwport/change.h"

/* Fills in the target. ERROR_USAGE when there is no such generation (any more), or nothing was ever changed. */
int rollback_target(const struct store *store, struct rollback_request *wanted, struct pool *pool,
		    struct error *err);
/*
 * The record before the change that awaits confirmation. Where its generation is damaged that is what was saved then, and was for
 * this boot only is not known.
 */
int pending_before(const struct store *store, struct pool *pool, const struct state **out, bool *damaged,
		   struct error *err);
/*
 * What neighbours may have: where a confirmation was interrupted they were asked for what it was to record. Otherwise that is the
 * record.
 */
int pending_asked(const struct store *store, struct pool *pool, const struct state **out, struct error *err);

#endif
