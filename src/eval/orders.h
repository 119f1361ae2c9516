/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A journey in each order in which chains of equal priority may run. */
#ifndef FWPORT_EVAL_ORDERS_H
#define FWPORT_EVAL_ORDERS_H

#include "journey.h"

/* As journey_run; where the order makes a difference to the verdict, it depends on it. 0, or -1 when memory is gone. */
int orders_run(const struct ruleset *ruleset, const struct host *host, const struct facts *facts,
	       const struct ties *ties, const struct query *query, const struct end *end, struct pool *pool,
	       struct family_answer *out);
/* Two answers to one question, and nobody knows which it is: `answer` becomes both. `because` is what it depends on. */
void answers_meet(struct family_answer *answer, struct family_answer *other, const char *because);

#endif
