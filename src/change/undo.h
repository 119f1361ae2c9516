/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Undo: taking back steps that were committed, on the ruleset as it is by then. Nobody's haste may leave half a change behind,
 * so this has more patience than anything else here.
 */
#ifndef FWPORT_UNDO_H
#define FWPORT_UNDO_H

#include "fwport/backend.h"

/* 0 when nothing of the steps is left; -1 with a sentence that says how to remove what is. */
int undo(const struct backend *backend, const struct steps *steps, struct pool *pool, struct error *err);

#endif
