/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whom a plan would cut off: the administrator, and when connection tracking comes on, anybody who is connected.
 */
#ifndef FWPORT_CHANGE_LOCKOUT_H
#define FWPORT_CHANGE_LOCKOUT_H

#include "fwport/plan.h"

/* *sentence names the first one, and where it would stop; NULL: nobody would. */
int lockout_find(const struct ruleset *now, const struct plan *plan, const struct host *host,
		 struct pool *pool, const char **sentence, struct error *err);

#endif
