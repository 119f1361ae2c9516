/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A glance at a rule: what it asks of a packet's family, protocol and ports before it does anything else. A packet that is
 * none of those breaks the rule, and nobody needs to run it to know. Long chains name thousands of ports; a packet has two.
 */
#ifndef FWPORT_EVAL_GLANCE_H
#define FWPORT_EVAL_GLANCE_H

#include "world.h"

struct span {
	uint16_t first, last; /* none when first is above last */
};

struct glance {
	uint8_t nfproto, protocol; /* 0: any */
	struct span source, destination;
};

struct glances {
	struct chain_glances {
		const struct chain *chain;
		const struct glance *list; /* one for each rule */
	} * chains;
	size_t count;
};

struct glance glance_at(const struct rule *rule);
/* 0, or -1 when memory is gone. */
int glances_find(const struct ruleset *ruleset, enum family family, struct pool *pool, struct glances *out);
/* NULL: the chain is not among them, or there are no glances. */
const struct glance *glances_of(const struct glances *glances, const struct chain *chain);
/* The first rule from `at` on that may do something in one of the worlds, or `count`. Without glances that is the one at `at`. */
size_t glance_next(const struct glance *list, size_t count, size_t at, const struct worlds *worlds);

#endif
