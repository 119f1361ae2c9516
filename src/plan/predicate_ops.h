/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a predicate says, in the operations of the table it is for. */
#ifndef FWPORT_PLAN_PREDICATE_OPS_H
#define FWPORT_PLAN_PREDICATE_OPS_H

#include "predicate.h"

/* With `set`, its ports are looked up there; without, it has one range. */
int predicate_ops(const struct predicate *predicate, const struct table *table, const struct set *set,
		  struct pool *pool, const struct op **ops, size_t *count, struct error *err);

#endif
