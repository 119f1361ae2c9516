/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lock-out guard: would the connection the administrator sits on, or a new one from the same peer, stop passing?
 */
#ifndef FWPORT_GUARD_H
#define FWPORT_GUARD_H

#include "fwport/eval.h"
#include "fwport/host_read.h"

/*
 * Compares two rulesets for each connection: its next packet from either side, as one of the entry that connection tracking has, or
 * as a new one where it has none; and the packets of a new connection. *sentence is NULL when nothing that passes before
 * stops passing after, else "the connection from 192.0.2.7 to port 22 (sshd, pid 812) would be dropped by rule ...".
 */
int guard_check(const struct ruleset *before, const struct ruleset *after, const struct host *host,
		const struct connections *connections, struct pool *pool, const char **sentence,
		struct error *err);

enum { TOLL_LIMIT = 1000 }; /* connections that are judged */

/* What a change costs those who are connected. */
struct toll {
	size_t judged, stopped;
	const char *sentence; /* how many stop, and the first one; NULL: none */
};

/*
 * How many of the host's connections stop passing as they are, whatever a new one would come to. Those to ports that somebody
 * listens on came in, the others went out; those of the host with itself are left out.
 */
int guard_count(const struct ruleset *before, const struct ruleset *after, const struct host *host,
		const struct connections *connections, const struct listeners *listeners, struct pool *pool,
		struct toll *out, struct error *err);

#endif
