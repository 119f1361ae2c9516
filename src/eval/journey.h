/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journey of one conversation between two ends: all its packets through all base chains. Or of packets by themselves. */
#ifndef FWPORT_EVAL_JOURNEY_H
#define FWPORT_EVAL_JOURNEY_H

#include "ends.h"

/* Fills packets, blockers, conditions and the verdict of *out. 0, or -1 when memory is gone. */
int journey_run(const struct ruleset *ruleset, const struct host *host, const struct facts *facts,
		const struct query *query, const struct end *end, struct pool *pool,
		struct family_answer *out);
/*
 * Packets that are given, of one conversation and in its order, each as if those before it had passed; conditions are not told.
 * NAT of what has an entry is followed only where the packets are those of a query.
 */
int journey_of_packets(const struct ruleset *ruleset, const struct host *host, const struct facts *facts,
		       const struct packet *packets, size_t count, struct pool *pool,
		       struct packet_answer *out);

#endif
