/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The links that replies take: the way to the peer is the routes' affair, wherever the question came in. */
#ifndef FWPORT_EVAL_RETURNS_H
#define FWPORT_EVAL_RETURNS_H

#include "orders.h"

/* As orders_run, for each link that replies may leave by; where that makes a difference, the verdict depends on it. */
int returns_run(const struct ruleset *ruleset, const struct host *host, const struct facts *facts,
		const struct ties *ties, const struct query *query, const struct end *end, struct pool *pool,
		struct family_answer *out);

#endif
