/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The witness: a process of its own that sees every packet of the probes' own tuples outside of netfilter, and reads nothing but
 * headers. The child, which talks to strangers, asks it by datagrams. Safe for threads.
 */
#ifndef FWPORT_REACH_WITNESS_H
#define FWPORT_REACH_WITNESS_H

#include "facts.h"
#include "turn.h"

struct witness;

struct tuple {
	uint8_t protocol; /* IPPROTO_TCP, IPPROTO_UDP; 0: the remote is a neighbour, and asked for by ARP or ND */
	struct address remote;
	uint16_t local_port, remote_port;
};

/* What the child asks by, and what it is told: a datagram of questions, and one of as many answers. */
enum { WITNESS_REQUESTS_MOST = TURN_MOST };
enum witness_wish { WITNESS_WATCH, WITNESS_WATCH_HANDSHAKE, WITNESS_TELL, WITNESS_FORGET };
struct witness_request {
	enum witness_wish wish;
	struct tuple tuple;
};
struct witness_answer {
	struct sighting sighting;
};

/* The child's side of the socket, which is taken; NULL: no memory. */
struct witness *witness_start(int socket);
void witness_free(struct witness **witness); /* for CLEANUP */

/* From now on what belongs to it is seen. False: it could not be asked. */
bool witness_watch(struct witness *witness, const struct tuple *tuple);
/* Likewise, but for what stands between SYN and FIN, which costs more. */
bool witness_watch_handshake(struct witness *witness, const struct tuple *tuple);
/* What was seen so far; sighting.watched is false where it is not watched. */
struct sighting witness_saw(struct witness *witness, const struct tuple *tuple);
/* The last word on it, which is watched no more. */
struct sighting witness_forget(struct witness *witness, const struct tuple *tuple);

#endif
