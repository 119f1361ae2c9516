/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store: which openings are ours, kept in FWPORT_STATE_DIR/state.json. One lock, atomic replacement, fsync. The file
 * is versioned; one that is newer, damaged or unreadable is an error and never overwritten, nor is one believed that others
 * than root (or the caller) own or can write.
 */
#ifndef FWPORT_STORE_H
#define FWPORT_STORE_H

#include "fwport/pool.h"
#include "fwport/state.h"

struct store {
	int lock;           /* descriptor, -1 when not held */
	struct state state; /* as read */
};

/* Takes the lock (waits up to `milliseconds`, ERROR_BUSY) and reads the state; for changing commands. */
int store_open(struct store *store, unsigned milliseconds, struct pool *pool, struct error *err);
/*
 * Reads without the lock; for status and completions. A missing file is the state that generations tell of, or else the empty one. What
 * was written before the machine was booted is as the boot left it: runtime openings and pending changes are gone, dormant openings are
 * back.
 */
int store_peek(struct state *state, struct pool *pool, struct error *err);
/* Whether the state can be written at all: ERROR_USAGE for a string that is not UTF-8. To be asked before anything is done. */
int state_check(const struct state *state, struct error *err);
/* Writes the state with generation + 1, and makes that generation the store's. Needs the lock. */
int store_save(struct store *store, const struct state *state, struct error *err);
/* The same with the generation that the store has. */
int store_amend(struct store *store, const struct state *state, struct error *err);
void store_close(struct store *store); /* for CLEANUP; start with {.lock = -1} */

#endif
