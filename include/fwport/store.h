/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store: which openings are ours, kept in FWPORT_STATE_DIR/state.json. One lock, atomic replacement, fsync. The file
 * is versioned; one that is newer, damaged or unreadable is an error and never overwritten, nor is one believed that others
 * than root (or the caller) own or can write.
 */
#ifndef FWPORT_STORE_H
#define FWPORT_STORE_H

#include "fwport/boot.h"
#include "fwport/opening.h"
#include "fwport/pool.h"

/* A change that is rolled back at its deadline unless somebody confirms it. */
struct pending {
	uint32_t generation; /* 0: there is none */
	int64_t deadline;    /* seconds of CLOCK_BOOTTIME */
};

/* By direction: whether what no rule of ours accepts is dropped. */
struct policy {
	bool drop[2];
};

struct state {
	uint32_t generation;      /* of our openings; 0 nothing was ever recorded */
	uint32_t next_id;         /* of the next opening, from 1 */
	const char *backend;      /* --backend as it was asked for; NULL auto */
	struct openings openings; /* that shall be there now */
	struct openings dormant;  /* that the next boot brings back, closed until then */
	struct policy policy, boot_policy;
	struct pending pending;
	char boot[BOOT_ID_SIZE]; /* the boot it was written in; empty: not known */
};

struct store {
	int lock;           /* descriptor, -1 when not held */
	struct state state; /* as read */
};

/* Takes the lock (waits up to `milliseconds`, ERROR_BUSY) and reads the state; for changing commands. */
int store_open(struct store *store, unsigned milliseconds, struct pool *pool, struct error *err);
/*
 * Reads without the lock; for status and completions. A missing directory or file is the empty state. What was written before the
 * machine was booted is as the boot left it: runtime openings and pending changes are gone, dormant openings are back.
 */
int store_peek(struct state *state, struct pool *pool, struct error *err);
/* Whether the state can be written at all: ERROR_USAGE for a string that is not UTF-8. To be asked before anything is done. */
int state_check(const struct state *state, struct error *err);
/* Writes the state with generation + 1, and makes that generation the store's. Needs the lock. */
int store_save(struct store *store, const struct state *state, struct error *err);
void store_close(struct store *store); /* for CLEANUP; start with {.lock = -1} */

#endif
