/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Collecting what has ended. It lets nobody pass any more, but its rules and its record stay until a change removes them: the next one
 * that anybody makes, or one that a timer does.
 */
#ifndef FWPORT_COLLECT_H
#define FWPORT_COLLECT_H

#include "fwport/state.h"

/*
 * Has a timer collect what ends first, where `before` (NULL: a boot may have come) ended at another time. `now` in seconds since the
 * epoch. False: nothing ends, or there is no timer that could do it.
 */
bool collect_arm(const struct state *before, const struct state *record, int64_t now);

#endif
