/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a table of our name is our home. Somebody may have made one, or put things into ours.
 */
#ifndef FWPORT_PLAN_HOME_CHECK_H
#define FWPORT_PLAN_HOME_CHECK_H

#include "fwport/pool.h"
#include "fwport/ruleset.h"

/* ERROR_BLOCKED, naming the first thing that fwport did not make. An empty table may become the home. */
int home_check(const struct table *have, struct pool *pool, struct error *err);

#endif
