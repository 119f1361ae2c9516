/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pauses double up to a tenth of a second: who holds a lock or changes a ruleset in a loop leaves gaps of that kind.
 */
#include "fwport/patience.h"

#include <time.h>

enum { PAUSE_MOST = 100 };

static long long milliseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

struct patience patience_of(unsigned milliseconds)
{
	return (struct patience){.end = milliseconds_now() + milliseconds, .pause = 1};
}

bool patience_lasts(struct patience *patience)
{
	const struct timespec pause = {.tv_nsec = patience->pause * 1000000L};

	if (milliseconds_now() >= patience->end)
		return false;
	nanosleep(&pause, NULL);
	patience->pause = patience->pause * 2 < PAUSE_MOST ? patience->pause * 2 : PAUSE_MOST;
	return true;
}
