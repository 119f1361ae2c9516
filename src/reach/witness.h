/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The witness: the parent process, which keeps CAP_NET_RAW, sees every packet of the probes' own tuples outside of netfilter, and
 * reads nothing but headers. The child, which talks to strangers, asks it by datagrams of fixed size. Safe for threads.
 */
#ifndef FWPORT_REACH_WITNESS_H
#define FWPORT_REACH_WITNESS_H

#include "facts.h"

struct witness;

struct tuple {
	uint8_t protocol; /* IPPROTO_TCP, IPPROTO_UDP */
	struct address remote;
	uint16_t local_port, remote_port;
};

/* From now on what belongs to it is seen. False: it could not be asked. */
bool witness_watch(struct witness *witness, const struct tuple *tuple);
/* What was seen so far; sighting.watched is false where it is not watched. */
struct sighting witness_saw(struct witness *witness, const struct tuple *tuple);
void witness_forget(struct witness *witness, const struct tuple *tuple);

#endif
