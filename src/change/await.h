/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Awaiting confirmation: which changes have to be confirmed, and which have to wait while one is.
 */
#ifndef FWPORT_AWAIT_H
#define FWPORT_AWAIT_H

#include "fwport/plan.h"
#include "record.h"
#include "watchdog.h"

/*
 * Before anything is sent. When the change has to be confirmed *deadline says until when, and the watchdog stands, from the first
 * attempt on; else it is 0.
 */
int await_begin(struct watchdog *watchdog, const struct change_request *request, const struct state *now,
		const struct record *record, const struct plan *plan, struct pool *pool, int64_t *deadline,
		struct error *err);
/*
 * When all is done. The watchdog stays for what it was set for, and while something is left open that may still stand; what had
 * awaited confirmation before needs none any more.
 */
void await_end(struct watchdog *watchdog, bool left_open, const struct pending *before,
	       const struct state *now);
/* ERROR_BUSY when something awaits confirmation that the request would mix with. */
int await_check(const struct state *now, const struct change_request *request, struct error *err);
/* For a report. */
struct pending_report pending_report_of(const struct pending *pending);

#endif
