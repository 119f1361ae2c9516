/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A watched handshake: whatever goes over the wire becomes a fact as it goes, so that the facts are there when the handshake fails in
 * the middle. Nothing in it ever stops a handshake.
 */
#ifndef FWPORT_REACH_HANDSHAKE_H
#define FWPORT_REACH_HANDSHAKE_H

#include "facts.h"
#include "tcp_bytes.h"
#include "trust_tls.h"

#include "fwport/error.h"
#include "fwport/pool.h"

enum { FIRST_BYTES_MOST = 512 };

struct handshake {
	/* given */
	struct tls_facts *facts;
	struct pool *pool;
	struct trust *trust;
	const char *name; /* that the certificate must bear */
	int socket;
	bool tunnelled; /* something else went over it before */
	/* seen */
	bool watched, begun, passed;
	bool fatal_in, fatal_out, ticket; /* alerts; a session ticket: the server took our Finished */
	bool too_old;                     /* the version that the server chose */
	bool no_memory;
	bool ended;            /* the other side closed */
	int read_sys;          /* errno of a read or a write that failed */
	double began, thought; /* reading the store may take longer than the handshake */
	double passed_at;
	struct tcp_bytes before; /* what the tunnel took */
	uint8_t first[FIRST_BYTES_MOST];
	size_t first_count;
};

/* Before the handshake begins. `handshake` must outlive the context. False: no memory. */
bool handshake_watch(struct handshake *handshake, SSL_CTX *context);
/* Once it is over, however it ended, and before the socket is closed: status, bytes, what came that is no TLS. */
int handshake_conclude(struct handshake *handshake, bool timed_out, struct error *err);

#endif
