/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Patience: trying again while others are in the way, with longer and longer pauses and an end.
 */
#ifndef FWPORT_PATIENCE_H
#define FWPORT_PATIENCE_H

#include <stdbool.h>

struct patience {
	long long end;  /* milliseconds of the monotonic clock */
	unsigned pause; /* milliseconds */
};

struct patience patience_of(unsigned milliseconds);
/* Pauses and says whether there is time for another try. */
bool patience_lasts(struct patience *patience);

#endif
