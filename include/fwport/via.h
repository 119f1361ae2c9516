/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The neighbours that can be asked to let an opening through, each by its own way in: one row for each, in src/backend/via_NAME.c.
 * They are programs of their own, run at a fixed path, without a shell, for so long and no longer.
 */
#ifndef FWPORT_VIA_H
#define FWPORT_VIA_H

#include "fwport/errand.h"
#include "fwport/host.h"
#include "fwport/ruleset.h"

/* Whether it can be said in the neighbour's words: ERROR_USAGE, a sentence, when it cannot. */
int via_check(const struct opening *opening, struct error *err);
/*
 * Asks whether it is there already, and fills in the opening's zone and what is to be handed. Nothing is changed. ERROR_SYSTEM when
 * the neighbour does not run here, or cannot be asked; ERROR_BUSY when it does not answer; ERROR_BLOCKED when asking for it would
 * change what it has of its own.
 */
int via_look(struct opening *opening, const struct ruleset *ruleset, const struct host *host,
	     struct pool *pool, struct error *err);
/*
 * Does it; also when it is so already. `lock` is that of the store: who is being asked holds it, too, so that nobody comes between
 * when we are killed.
 */
int via_run(const struct errand *errand, int lock, struct error *err);

#endif
