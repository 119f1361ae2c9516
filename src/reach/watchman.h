/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The witness' own process: it watches packets for the one that checks. Of strangers' bytes it reads headers only, and it has no
 * rights but what its two descriptors give.
 */
#ifndef FWPORT_REACH_WATCHMAN_H
#define FWPORT_REACH_WATCHMAN_H

#include "fwport/error.h"

/* Two ends of the socket that witness.h tells of: of who asks, and of the watchman. */
int watchman_line(int *asker, int *watchman, struct error *err);
/* All packets, as yet; -1: there is no right to see them. */
int watchman_packets(void);
/* Until who asks hangs up. */
void watchman_watch(int packets, int line);

#endif
