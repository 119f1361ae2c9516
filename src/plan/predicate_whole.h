/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a rule of ours back to all that it says: not its ports alone, but who may use them.
 */
#ifndef FWPORT_PLAN_PREDICATE_WHOLE_H
#define FWPORT_PLAN_PREDICATE_WHOLE_H

#include "predicate.h"

/* No ports: it is not a rule that predicate_rule would make of what was read. */
int predicate_read_whole(const struct ruleset *ruleset, const struct rule *rule, struct pool *pool,
			 struct predicate *out, struct error *err);
/* The families of the packets that it lets pass. */
unsigned predicate_families(const struct predicate *predicate, const struct table *table);

#endif
