/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many ways lead from one chain into another by jump, goto and verdict map.
 */
#ifndef FWPORT_PLAN_WAYS_H
#define FWPORT_PLAN_WAYS_H

#include "fwport/pool.h"
#include "fwport/ruleset.h"

enum { WAYS_SEVERAL = 2 }; /* counting ends there */

/*
 * 0, 1 or WAYS_SEVERAL. From a chain into itself there is one way. Calls in one chain that ask for nothing but the interface are
 * one way together: what comes by one of them comes for no other reason than what comes by another. Calls that ask for
 * another protocol than this are none; 0: all are ways.
 */
int ways_into(const struct chain *from, const struct chain *to, uint8_t protocol, struct pool *pool,
	      unsigned *out, struct error *err);

#endif
