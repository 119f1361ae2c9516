/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Holding signals. Those that report a fault of the program itself are not held: blocked, they would kill it all the same.
 */
#include "signals.h"

#include <stddef.h>

void signals_hold(struct held_signals *signals)
{
	sigset_t set;

	sigfillset(&set);
	sigdelset(&set, SIGSEGV);
	sigdelset(&set, SIGBUS);
	sigdelset(&set, SIGILL);
	sigdelset(&set, SIGFPE);
	sigdelset(&set, SIGABRT);
	signals->held = sigprocmask(SIG_BLOCK, &set, &signals->before) == 0;
}

void signals_release(struct held_signals *signals)
{
	if (signals->held)
		sigprocmask(SIG_SETMASK, &signals->before, NULL);
	signals->held = false;
}
