/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rollback: which record a request wants back.
 */
#ifndef FWPORT_ROLLBACK_H
#define FWPORT_ROLLBACK_H

#include "fwport/change.h"

/* ERROR_USAGE when there is no such generation (any more), or nothing was ever changed. */
int rollback_target(const struct store *store, const struct rollback_request *wanted, struct pool *pool,
		    const struct state **out, struct error *err);

#endif
