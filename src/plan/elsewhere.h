/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What NAT sends to another host: a published port of a container, or one that is passed on to a machine behind this one.
 */
#ifndef FWPORT_PLAN_ELSEWHERE_H
#define FWPORT_PLAN_ELSEWHERE_H

#include "place.h"

#include "fwport/report.h"

/* The decision is NAT's. Says why no rule of ours can help, and whose rules can. */
int elsewhere_refuse(const struct ruleset *now, const struct decision *decision, struct asked_port asked,
		     struct pool *pool, struct sites *out, struct error *err);
/* What becomes of the packets on their way on, said behind why it is refused; nothing where they do not go on. */
int elsewhere_tell(const struct ruleset *ruleset, const struct host *host, const struct query *query,
		   struct opening_answer *result, struct pool *pool, struct error *err);

#endif
