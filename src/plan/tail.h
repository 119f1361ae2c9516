/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tail of a blocker: rules that only prepare its block (they log, mark, count, add to a ban set).
 */
#ifndef FWPORT_PLAN_TAIL_H
#define FWPORT_PLAN_TAIL_H

#include "fwport/trace.h"

/*
 * Walks back from the blocker at this index (the number of rules: the policy, or what follows a return): over rules that
 * matched the packet and only prepare, and over others that could only have prepared. Yields the index of the earliest of the
 * former, else the blocker's own. It never walks back over a rule that may accept, drop, reject, limit or that is not
 * understood. Without a station every rule is taken to match.
 */
size_t tail_start(const struct chain *chain, size_t blocker, const struct station *station);
/*
 * The first rule from one index up to another that may drop, reject, limit or hide something, chains that it calls included;
 * or NULL. Of packets of the protocol, 0 for any: a rule that asks for another is left out.
 */
const struct rule *block_in(const struct chain *chain, size_t from, size_t to, uint8_t protocol);
/* `meta l4proto tcp`, `ip protocol tcp` and the like, where packets of another protocol are asked about; of 0 none is another. */
bool rule_asks_other_protocol(const struct rule *rule, uint8_t protocol);

#endif
