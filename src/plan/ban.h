/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bans: rules that block whom a set holds. Whoever is in it was put there on purpose, be it by a rule that a moment ago put
 * everybody there.
 */
#ifndef FWPORT_PLAN_BAN_H
#define FWPORT_PLAN_BAN_H

#include "fwport/trace.h"

/* The set that the decision's packet was blocked for being in, by the peer's address, and *rule that asked; NULL: no ban. */
const struct set *decision_ban(const struct decision *decision, const struct rule **rule);

#endif
