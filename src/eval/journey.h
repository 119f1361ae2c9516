/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The journey of one conversation between two ends: all its packets through all base chains. Or of one packet by itself. */
#ifndef FWPORT_EVAL_JOURNEY_H
#define FWPORT_EVAL_JOURNEY_H

#include "ends.h"

/* Fills packets, blockers, conditions and the verdict of *out. 0, or -1 when memory is gone. */
int journey_run(const struct ruleset *ruleset, const struct host *host, const struct facts *facts,
		const struct query *query, const struct end *end, struct pool *pool,
		struct family_answer *out);
/* A packet that belongs to no connection; conditions are not told. */
int journey_of_packet(const struct ruleset *ruleset, const struct host *host, const struct facts *facts,
		      const struct packet *packet, struct pool *pool, struct packet_answer *out);

#endif
