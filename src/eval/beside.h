/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What else handles packets beside the chains that were judged: told, and where it may drop them, a cap on the answer. */
#ifndef FWPORT_EVAL_BESIDE_H
#define FWPORT_EVAL_BESIDE_H

#include "ends.h"

/* Interfaces and addresses that it tells apart are asked about one by one. */
void beside_facts(const struct host *host, struct facts *facts);
/* Caps at UNKNOWN an answer that would be open, or depend, where something may drop its packets. 0, or -1 when memory is gone. */
int beside_cap(const struct host *host, const struct query *query, const struct end *end, struct pool *pool,
	       struct family_answer *answer);
/* Adds to the list of what is not modelled: what meets packets between these ends, then what the host has as a whole. */
int beside_tell_end(const struct host *host, const struct end *end, struct pool *pool, struct answer *out);
int beside_tell(const struct ruleset *ruleset, const struct host *host, struct pool *pool,
		struct answer *out);

#endif
