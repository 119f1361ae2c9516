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
#include "fwport/trace_event.h"

struct packet_trace;

/* What this host sends to that port of them, and what comes back. ERROR_SYSTEM with EOPNOTSUPP before Linux 5.12. */
int packet_trace_begin(uint8_t protocol, const struct address *remotes, size_t count, uint16_t port,
		       struct packet_trace **out, struct error *err);
/* What was seen, in order, a bounded number of it; the table is gone then. */
int packet_trace_end(struct packet_trace **trace, struct pool *pool, struct trace_events *out,
		     struct error *err);
void packet_trace_drop(struct packet_trace **trace); /* for CLEANUP */

#endif
