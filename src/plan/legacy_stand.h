/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The legacy home as it stands. While the host has no address of a family nothing shows where the call belongs, nor who needs a
 * rule before what blocks: then it shows by what was put there when it had one.
 */
#ifndef FWPORT_PLAN_LEGACY_STAND_H
#define FWPORT_PLAN_LEGACY_STAND_H

#include "legacy_home.h"

/* The index in `base`, the built-in chain without anything of ours, of what the call stands before; SIZE_MAX: there is no call. */
size_t legacy_stand_place(const struct home_chain *home, const struct chain *base);
/* Takes away the ports that a rule of the lane's group lets through in the lane's chain, whenever it ends. */
int legacy_stand_subtract(const struct ruleset *now, const struct guest *lane, struct port_range **ports,
			  size_t *count, struct pool *pool, struct error *err);

#endif
