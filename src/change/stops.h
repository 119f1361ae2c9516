/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a policy that drops stops: listening sockets that are reached now, and accepts of other owners that are of use now.
 */
#ifndef FWPORT_CHANGE_STOPS_H
#define FWPORT_CHANGE_STOPS_H

#include "fwport/plan.h"

/* Empty where the policy drops no more than it did. */
int stops_find(const struct ruleset *before, const struct ruleset *after, const struct host *host,
	       const struct wishes *wishes, struct pool *pool, struct stops *out, struct error *err);

#endif
