/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way on of what NAT sends to another host. */
#ifndef FWPORT_EVAL_FORWARD_H
#define FWPORT_EVAL_FORWARD_H

#include "ends.h"

/*
 * Where the question asks to explain and NAT sends its first packet elsewhere: the conversation's way through the hooks of
 * forwarding, as an answer inside the answer. 0, or -1 when memory is gone.
 */
int forward_find(const struct ruleset *ruleset, const struct host *host, const struct facts *facts,
		 const struct ties *ties, const struct query *query, const struct end *end, struct pool *pool,
		 struct family_answer *answer);

#endif
