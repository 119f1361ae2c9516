/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Taking parts out of a written ruleset, with all that leads to them. What is taken out stays where it is in memory. And
 * copies of rulesets, to try it on.
 */
#ifndef FWPORT_FATE_PRUNE_H
#define FWPORT_FATE_PRUNE_H

#include "fwport/ruleset.h"

void prune_table(struct ruleset *ruleset, size_t index);
void prune_chain(struct table *table, struct chain *chain);
void prune_set(struct table *table, const struct set *set);
void prune_rule(struct chain *chain, size_t index);

void prune_op(struct rule *rule, size_t index);
void prune_element(struct set *set, size_t index);
/* With tables, chains, sets and rules of its own; NULL when memory is gone. */
struct ruleset *ruleset_copy(const struct ruleset *ruleset, struct pool *pool);

#endif
