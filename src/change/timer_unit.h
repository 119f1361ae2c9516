/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Timers of systemd that run fwport: no process that anybody could kill until then, and none that ends with the unit or the session it
 * was started from.
 */
#ifndef FWPORT_TIMER_UNIT_H
#define FWPORT_TIMER_UNIT_H

#include <stdbool.h>
#include <stdint.h>

/* "fwport confirm --overdue". False where there is no systemd that could do it. */
bool timer_unit_start(uint32_t generation, int64_t seconds);
/* All of them for this generation; nothing when there are none. */
void timer_unit_stop(uint32_t generation);

/* "fwport restore --expired" by the clock, at a moment that is to come, in seconds since the epoch; true when there is one already. */
bool timer_unit_collect(int64_t moment);
bool timer_unit_may_collect(void);

#endif
