/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When to look at a ruleset that changes: once it has been quiet, but when something of ours went, no later than that, however busy
 * others are. Times are milliseconds of one clock, and the caller's. Pure.
 */
#ifndef FWPORT_CALM_H
#define FWPORT_CALM_H

#include <stdbool.h>
#include <stdint.h>

enum {
	CALM_QUIET = 200,
	CALM_URGENT_MOST = 1500, /* leaves half a second of the two that are promised */
	CALM_MOST = 10000,
	CALM_NEVER = -1,
};

struct calm {
	bool heard, urgent;
	int64_t first, last; /* when something was heard */
	int64_t rested;      /* when it may be looked again, unless it is urgent */
};

void calm_hear(struct calm *calm, int64_t now, bool urgent);
/* CALM_NEVER: not until something is heard. */
int64_t calm_due(const struct calm *calm);
/* What was heard is seen. Looks that are not urgent take a twentieth of the time at most. */
void calm_looked(struct calm *calm, int64_t began, int64_t ended);

#endif
