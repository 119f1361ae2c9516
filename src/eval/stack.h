/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What filters below an interface that stands on others: the ports of a bridge, the device under a VLAN. */
#ifndef FWPORT_EVAL_STACK_H
#define FWPORT_EVAL_STACK_H

#include "ends.h"

/* Caps at UNKNOWN an answer that would be open, or depend, where such a chain is not judged. 0, or -1 when memory is gone. */
int stack_cap(const struct ruleset *ruleset, const struct host *host, const struct end *end,
	      struct pool *pool, struct family_answer *answer);
/* Whether what comes or goes by `top` may also pass `link`, which is the same or below it. */
bool link_may_carry(const struct host *host, const struct link *link, const struct link *top);
/* Whether a base chain can keep any packet from passing. */
bool chain_may_filter(const struct chain *chain);

#endif
