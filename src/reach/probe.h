/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A probe: one more connection to an address that was tried, which differs from the first in one thing. Blocking, within a time of
 * its own.
 */
#ifndef FWPORT_REACH_PROBE_H
#define FWPORT_REACH_PROBE_H

#include "examination.h"

struct probe {
	int socket; /* -1: it did not connect */
	bool lost;  /* its first SYN, or the answer to it */
	bool reset; /* it was accepted, and reset before it could be used */
};

/* segment: TCP_MAXSEG, 0 the usual one. Closed by probe_end. */
struct probe probe_begin(const struct endpoint *endpoint, unsigned segment, struct deadline deadline);
void probe_end(struct probe *probe); /* for CLEANUP */

/* What the other side does with the connection while nothing is said. */
enum silent_end probe_listen(const struct probe *probe, struct deadline deadline);

struct probe_answer {
	bool speaks;      /* what came back was TLS: a ServerHello, or an alert */
	bool shook_hands; /* the handshake passed, whatever the certificate */
	bool made_for;    /* and the certificate is for that very name */
};
/* name NULL: none is sent. The certificate is looked at, and not verified. */
struct probe_answer probe_handshake(const struct probe *probe, const char *name, struct deadline deadline);

#endif
