/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recovery: what an earlier fwport left open when it was killed, or the machine stopped, is finished or undone before anything else.
 */
#ifndef FWPORT_RECOVER_H
#define FWPORT_RECOVER_H

#include "fwport/backend.h"
#include "fwport/report.h"
#include "fwport/store.h"

/* On a store that is locked, in the name of `actor`. An error says that the rules of an interrupted change may still stand. */
int recover(struct store *store, const struct actor *actor, struct pool *pool, enum recovery *out,
	    struct error *err);

#endif
