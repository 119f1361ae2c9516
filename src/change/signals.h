/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals that would end the program between commit and record are held until it is through; those that come while a change is made,
 * until it is told.
 */
#ifndef FWPORT_SIGNALS_H
#define FWPORT_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

struct held_signals {
	bool held;
	sigset_t before;
};

void signals_hold(struct held_signals *signals);
void signals_release(struct held_signals *signals); /* for CLEANUP; nothing when none are held */

#endif
