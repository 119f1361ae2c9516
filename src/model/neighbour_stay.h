/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long rules of ours live beside a neighbour. */
#ifndef MODEL_NEIGHBOUR_STAY_H
#define MODEL_NEIGHBOUR_STAY_H

#include "fwport/neighbour.h"

/* Fills its stays: for each chain that holds rules of ours, and that it has to do with. */
int stays_find(const struct ruleset *ruleset, struct pool *pool, struct neighbour *neighbour,
	       struct error *err);

#endif
