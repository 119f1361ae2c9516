/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Generations: each change of our openings, kept as FWPORT_STATE_DIR/generations/ID.json: who made it, why, with which steps, and the
 * whole record before and after, so that history can show it and rollback can go back. Beside it ID.ruleset holds everybody's rules
 * as they were then, for reading.
 */
#ifndef FWPORT_GENERATION_H
#define FWPORT_GENERATION_H

#include "fwport/pool.h"
#include "fwport/state.h"
#include "fwport/text.h"

/* All of these need the store's lock, but for reading. */
int generation_write(const struct generation *generation, struct error *err);
/* ERROR_USAGE when there is none of this id (any more). */
int generation_read(uint32_t id, struct pool *pool, struct generation *out, struct error *err);
/* The ids that there are, ascending. */
int generation_list(struct pool *pool, uint32_t **ids, size_t *count, struct error *err);
/* `now` is the record of today; NULL: it cannot be read. */
enum approval generation_approval(const struct generation *generation, const struct state *now);
/* When it never came about. What cannot be removed stays; it is replaced by the next of that id. */
void generation_remove(uint32_t id);
/* What a crash left of writing it once more. */
void generation_sweep(uint32_t id);
/* For reading only: neither synced, nor missed when it could not be written. */
void generation_keep_ruleset(uint32_t id, const struct text *dump);
/* Removes the oldest, so that neither too many nor too large ones stay; `newest` and the one before it always do. */
void generation_prune(uint32_t newest);

#endif
