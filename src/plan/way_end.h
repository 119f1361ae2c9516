/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end of a packet's way through a base chain, where the policy has the last word: what took the packet there.
 */
#ifndef FWPORT_PLAN_WAY_END_H
#define FWPORT_PLAN_WAY_END_H

#include "fwport/pool.h"
#include "fwport/trace.h"

/*
 * The station's decision; a policy's with the gotos that led from the base chain to the one at whose end the policy took the
 * packet, and with the rule there that returned, if one did.
 */
int decision_at_end(const struct station *station, struct pool *pool, struct decision *out,
		    struct error *err);

#endif
