/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Following packets through the rules while they are sent (nftrace). A table of ours marks what belongs to one conversation of this
 * host; the kernel drops the table with the socket that owns it, so that it is gone also when fwport is killed. The chains of
 * iptables-legacy are not followed: the kernel tells of those by another way.
 */
#ifndef FWPORT_PACKET_TRACE_H
#define FWPORT_PACKET_TRACE_H

#include "fwport/address.h"
#include "fwport/pool.h"

struct packet_trace;

struct trace_event {
	const char *chain;   /* "inet filter output" */
	uint64_t handle;     /* of the rule; 0: the chain's policy */
	const char *verdict; /* "accept", "drop", "jump web", "continue" */
	bool stops;          /* the packet went no further */
};

/* What this host sends to that port, and what comes back from it. ERROR_SYSTEM with EOPNOTSUPP before Linux 5.12. */
int packet_trace_begin(uint8_t protocol, const struct address *remote, uint16_t port,
		       struct packet_trace **out, struct error *err);
/* What was seen, in order, a bounded number of it; the table is gone then. */
int packet_trace_end(struct packet_trace **trace, struct pool *pool, struct trace_event **events,
		     size_t *count, struct error *err);
void packet_trace_drop(struct packet_trace **trace); /* for CLEANUP */

#endif
