/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Taking over and handing over: an opening that a neighbour let through is to be let through by rules of ours, or the other way round.
 * Which of those it needs is known when the neighbour has taken its own away; and they go when it lets through what they did, so that
 * nobody is shut out meanwhile.
 */
#ifndef FWPORT_TAKE_OVER_H
#define FWPORT_TAKE_OVER_H

#include "stages.h"

/* Whether rules of ours have to wait for a neighbour. */
bool hands_over(const struct change *change);
/*
 * Plans once more where that is so, when everything else is done, and does it; does nothing elsewhere. The steps join those of the
 * plan, also those that may stand when it fails.
 */
int take_over(struct change *change, struct error *err);

#endif
