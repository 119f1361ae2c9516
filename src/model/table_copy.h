/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A copy of a table that may be changed.
 */
#ifndef FWPORT_MODEL_TABLE_COPY_H
#define FWPORT_MODEL_TABLE_COPY_H

#include "fwport/pool.h"
#include "fwport/ruleset.h"

/*
 * Chains, sets and rules are copies too, and every pointer between them (jumps, look-ups, rule to chain) stays inside the copy.
 * Their arrays may be grown by pool_grow. Objects, flowtables, elements and operations without such pointers are shared. NULL: no
 * memory.
 */
struct table *table_copy(const struct table *from, struct pool *pool);

#endif
