/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel tells of a packet that it was asked to follow (nftrace): one rule that matched, or a policy. */
#ifndef FWPORT_TRACE_EVENT_H
#define FWPORT_TRACE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trace_event {
	const char *chain;   /* "inet filter output" */
	uint64_t handle;     /* of the rule; 0: the chain's policy */
	const char *verdict; /* "accept", "drop", "jump web", "continue" */
	bool stops;          /* the packet went no further */
};

struct trace_events {
	struct trace_event *list;
	size_t count;
};

#endif
