/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The watcher: whether a `fwport watch` runs here, and what it has done. It keeps a lock for as long as it lives, on a file in
 * FWPORT_RUN_DIR in which it says the rest: a number of a process alone proves nothing.
 */
#ifndef FWPORT_WATCHER_H
#define FWPORT_WATCHER_H

#include "fwport/error.h"

#include <stdbool.h>
#include <stdint.h>

struct watcher {
	bool runs;
	int pid;
	unsigned restored; /* how often it has put something back */
	int64_t last;      /* when it did, seconds since the epoch; 0 never */
	char after[80];    /* what that was after: "nft (process 812)"; "" not known */
};

/* Takes the lock for this process. ERROR_BUSY when there is a watcher already. The descriptor is to be kept. */
int watcher_begin(int *lock, struct error *err);
/* What is lost of it is lost. */
void watcher_note(int lock, const struct watcher *watcher);
struct watcher watcher_find(void);

#endif
