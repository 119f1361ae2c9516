/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who waits for quiet waits for ever on a host where somebody bans an address each tenth of a second: hence the longest times. */
#include "calm.h"

enum { REST = 19 }; /* times as long as a look took */

void calm_hear(struct calm *calm, int64_t now, bool urgent)
{
	if (!calm->heard || (urgent && !calm->urgent))
		calm->first = now;
	calm->heard = true;
	calm->urgent |= urgent;
	calm->last = now;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t calm_due(const struct calm *calm)
{
	const int64_t quiet = calm->last + CALM_QUIET;
	int64_t due;

	if (!calm->heard)
		return CALM_NEVER;
	if (calm->urgent)
		return least(quiet, calm->first + CALM_URGENT_MOST);
	due = least(quiet, calm->first + CALM_MOST);
	return due > calm->rested ? due : calm->rested;
}

void calm_looked(struct calm *calm, int64_t began, int64_t ended)
{
	*calm = (struct calm){.rested = ended + REST * (ended - began)};
}
