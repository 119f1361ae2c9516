/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The watchdog: rolls a change back at its deadline unless somebody has confirmed it. It stands before the change is made, and
 * outlives the terminal, the session and, under systemd, the unit that it was made from. It needs no orders: what there is to be
 * done at the deadline it reads in the record.
 */
#ifndef FWPORT_WATCHDOG_H
#define FWPORT_WATCHDOG_H

#include "fwport/state.h"

struct watchdog {
	struct pending pending; /* generation 0: not armed */
	int line;               /* to a process of ours, -1: none, systemd has a timer */
};

/* `actor` is who it acts for. */
int watchdog_arm(struct watchdog *watchdog, const struct pending *pending, const struct actor *actor,
		 struct error *err);
/* The change did not come about. */
void watchdog_call_off(struct watchdog *watchdog);
/* From now on it is on its own. */
void watchdog_leave(struct watchdog *watchdog);

#endif
