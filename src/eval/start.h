/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a conversation stands when the question begins: its two ends, its packets, and what connection tracking knows of it. */
#ifndef FWPORT_EVAL_START_H
#define FWPORT_EVAL_START_H

#include "ends.h"
#include "view.h"

struct talk talk_of(const struct query *query, const struct end *end);
/* The roles that are asked about, in order; returns their count. */
size_t roles_of(const struct query *query, enum packet_role out[4]);
/* The one world that there is at first. The query may be NULL. 0, or -1 when memory is gone. */
int world_start(const struct query *query, const struct end *end, struct pool *pool, struct world *out);

#endif
