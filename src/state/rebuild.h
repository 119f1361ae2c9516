/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record from what else is kept, for when the file of it is lost: a change that awaits confirmation goes on to await it, and what
 * was saved stays saved.
 */
#ifndef FWPORT_REBUILD_H
#define FWPORT_REBUILD_H

#include "fwport/pool.h"
#include "fwport/state.h"

/* False, and *state is as it was, when nothing that is kept tells what the record was. */
bool record_rebuild(struct state *state, struct pool *pool);

#endif
