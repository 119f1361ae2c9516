/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules of legacy tables, and by what they are known. An entry has no handle; what it says, and how many that say the same stand
 * before it, tells it from all others of its chain, and goes on to do so when others come and go.
 */
#ifndef FWPORT_KERNEL_LEGACY_RULE_H
#define FWPORT_KERNEL_LEGACY_RULE_H

#include "legacy_entry.h"

#include "fwport/ruleset.h"

struct outside;

/*
 * Adds a rule at the end of the chain. What it says is taken from `before`, the chain as it was earlier (NULL: it was not), where a
 * rule there says the same.
 */
int legacy_rule_add(const struct legacy_entry *entry, const struct chain *before, struct chain *chain,
		    struct outside *outside, struct error *err);
/* When all rules are there, their handles; what that takes is left in `scratch`. */
int legacy_handles_make(struct chain *chain, struct pool *scratch, struct error *err);
/* Whether the rule, which has a handle, is of this likeness. */
bool legacy_is_alike(const struct rule *rule, uint64_t likeness);

#endif
