/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences about conditions and exceptions. They live in the answer's pool; NULL when memory is gone. */
#ifndef FWPORT_EVAL_EXPLAIN_H
#define FWPORT_EVAL_EXPLAIN_H

#include "exception.h"
#include "neighbours.h"
#include "walk.h"

/* "below 10/second; above that dropped by rule 7 of ip filter INPUT" */
const char *rate_text(const struct rule *rule, const struct decision *above, struct pool *pool);
/* "depends on the time of day, which rule 4 of inet filter input looks at" */
const char *doubt_text(const struct doubt *doubt, struct pool *pool);
/* "not for clients with ports 32768-39999: dropped by rule 4 of inet filter input" */
const char *ports_text(const struct world *world, const struct decision *decision, struct pool *pool);
/* "except 3 addresses in set f2b-https: dropped by rule 4 of inet filter input" */
const char *exception_text(const struct exception *exception, enum family family, struct pool *pool);
/* "neighbour discovery (ICMPv6 135 and 136) is dropped by ...: only neighbours with a static entry reach this host over IPv6" */
const char *discovery_text(const struct discovery_loss *loss, enum direction direction, struct pool *pool);
/* Whether the exception is about a set that has a name. */
/* It is about users, not peers. */
bool exception_is_of_users(const struct exception *exception);
bool exception_is_set(const struct exception *exception);

#endif
