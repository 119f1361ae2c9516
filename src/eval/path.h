/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The base chains that a packet meets, in the order it meets them. */
#ifndef FWPORT_EVAL_PATH_H
#define FWPORT_EVAL_PATH_H

#include "ties.h"

#include "fwport/packet.h"
#include "fwport/ruleset.h"

struct stop {
	const struct chain *chain;
	int32_t place; /* the priority it really runs at: NAT chains run inside a dispatcher */
	int rank;      /* among those that run at the same place, of NAT chains the dispatcher's */
	int nat_rank;  /* of NAT chains among those of their own priority */
	bool tracked;  /* behind connection tracking, where there is any */
	bool inside;   /* on this side of NAT: behind that of the destination, before that of the source */
};

struct path {
	struct stop *stops;
	size_t count;
};

/* 0, or -1 when memory is gone. `nat`: connection tracking runs and the packet is the first of its flow. */
int path_find(const struct ruleset *ruleset, const struct packet *packet, bool nat, const struct ties *ties,
	      struct pool *pool, struct path *out);
bool chain_has_device(const struct chain *chain, const struct link *link);

#endif
