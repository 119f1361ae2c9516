/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an operation reads and writes of that which chains may have in common. */
#ifndef FWPORT_EVAL_FOOTPRINT_H
#define FWPORT_EVAL_FOOTPRINT_H

#include "fwport/ruleset.h"

/* SETUP: of the NAT chains of a hook none is asked behind the first that sets up NAT. SHARED: sets that are in no table. */
enum { MARK = 1, TRACKING = 2, CT_MARK = 4, PACKET = 8, SETUP = 16, SHARED = 32, ALL = 63 };

struct effects {
	uint8_t reads, writes; /* of these, at most */
	bool calls;            /* may lead to another chain */
};

void effects_join(struct effects *into, struct effects more);
struct effects effects_of_rule(const struct rule *rule);

#endif
