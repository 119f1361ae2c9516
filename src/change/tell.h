/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Telling: when the outcome of a change is known, what that means for the ports asked about. After a close they may be
 * reachable all the same; where nothing was changed, the answers have to be about what is there.
 */
#ifndef FWPORT_TELL_H
#define FWPORT_TELL_H

#include "fwport/backend.h"
#include "fwport/change.h"
#include "record.h"

struct telling {
	const struct backend *backend;
	const struct ruleset *ruleset; /* the last that was read */
	const struct ruleset *planned; /* as it would be */
	const struct host *host;
	struct pool *pool;
};

/* What was closed. */
int tell_closed(const struct telling *in, struct change_report *report, struct error *err);
/*
 * What the ports that were opened for a time will answer when that is over, and the next change has removed what is left. Where
 * it cannot be told nothing is said.
 */
void tell_ends(const struct telling *in, const struct record *record, int64_t lifetime,
	       struct change_report *report);
/* Does nothing for a change that was made. */
int tell_present(const struct telling *in, struct change_report *report, struct error *err);

#endif
