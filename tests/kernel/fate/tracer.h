/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's own account (nftrace) of what became of each probe: its way through rules and policies, in order. The tracer has
 * tables of its own, before and behind all others, which switch the trace on and let nothing go on to sockets or leave a
 * connection behind, but conversations.
 */
#ifndef FWPORT_FATE_TRACER_H
#define FWPORT_FATE_TRACER_H

#include "probe.h"

#include "fwport/ruleset.h"

#define TRACER_TABLE "tracer"

enum { TRACER_PROBES = 256, TRACER_NAME = 16 };

/* A rule that went through, or a policy that was applied. */
struct event {
	char table[TRACER_NAME], chain[TRACER_NAME];
	uint64_t handle; /* 0: the policy */
	enum nft_verdict_code verdict;
	struct event *next; /* of the same probe */
};

struct tracer {
	int fd;
	struct pool pool;                       /* of the events */
	struct event *first[TRACER_PROBES + 1]; /* by the number of the probe, from 1 */
	struct event *last[TRACER_PROBES + 1];
	bool seen[TRACER_PROBES + 1];  /* it came to the first of the tracer's chains */
	bool ended[TRACER_PROBES + 1]; /* ... and to the last */
	bool rang;                     /* the bell was heard */
	uint32_t owner[256], id[256];  /* whose trace it is, by the hash of the kernel's id */
};

/* In the host's namespace. */
int tracer_open(struct tracer *tracer, struct error *err);
/* Sends them, and gathers what the kernel tells of each by its number. */
int tracer_run(struct tracer *tracer, const struct stage *stage, const struct probe *probes, size_t count,
	       struct error *err);

/* Whether it came to the end of its hooks, or was stopped by no other rules than the tracer's. */
bool tracer_saw_to_the_end(const struct tracer *tracer, const struct probe *probe);

#endif
