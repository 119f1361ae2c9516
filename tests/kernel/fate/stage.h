/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stage: a host in a network namespace of its own, with two cables to a peer in another. The peer answers nothing: what comes
 * from it is written frame by frame, and what goes to it gets lost. On one processor, so that packets are through one
 * after the other.
 */
#ifndef FWPORT_FATE_STAGE_H
#define FWPORT_FATE_STAGE_H

#include "fwport/host.h"
#include "fwport/pool.h"

enum { STAGE_LINKS = 2 };

/* The priority (SO_PRIORITY) of what the test sends from the host; nothing else leaves it. */
enum { STAGE_PRIORITY = 0x77 };

struct stage {
	int peers[STAGE_LINKS]; /* packet sockets at the other ends of eth0 and eth1 */
	int raw[FAMILY_COUNT];  /* sockets of the host, with headers included */
	struct host host;
	struct pool pool;
};

/* Moves this process into the host's namespace and to the processor (of those it may use, counted round), for good. */
int stage_build(struct stage *stage, unsigned processor, struct error *err);

#endif
