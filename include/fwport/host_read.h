/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the host: links, addresses and routes by rtnetlink, listening sockets by sock_diag, and the terminal's own
 * connection by walking the ancestors of this process. Reads only.
 */
#ifndef FWPORT_HOST_READ_H
#define FWPORT_HOST_READ_H

#include "fwport/actor.h"
#include "fwport/host.h"
#include "fwport/pool.h"
#include "fwport/ruleset.h"

int host_read(struct pool *pool, struct host *out, struct error *err);
/* Adds to the host who listens, if some rule looks for sockets. */
int host_read_sockets(const struct ruleset *ruleset, struct pool *pool, struct host *host, struct error *err);
/* Adds the programs of the control group that the process is in: what its sockets receive and send comes by them. */
int listener_programs_read(pid_t pid, struct pool *pool, struct host *host, struct error *err);

/* Sockets that listen on the port (0: all ports). With owners, /proc is searched for pid and program. */
int listeners_read(enum protocol protocol, uint16_t port, bool owners, struct pool *pool,
		   struct listeners *out, struct error *err);

/*
 * The connections that an administrator's session hangs on: of the sshd, mosh-server or cockpit among our ancestors; else of those that are above the
 * terminals on which tmux or screen among our ancestors is shown; else what SSH_CONNECTION says, if such a connection exists and no
 * multiplexer handed it down; else every established connection to a listening sshd. Empty is not an error.
 */
int session_connections(struct pool *pool, struct connections *out, struct error *err);
/* The peer of the first of these, but for the last kind; NULL: there is none. */
const char *session_peer(struct pool *pool);

/* Who runs this process, without the peer of the session. `words` is the command line behind the program's name. */
int actor_read(const char *const *words, size_t count, struct pool *pool, struct actor *out,
	       struct error *err);

/* Every TCP connection on which somebody may still send; the evidence is left out. */
int connections_read(struct pool *pool, struct connections *out, struct error *err);
/* Who sends to this local port of UDP, as far as connection tracking has seen it. */
void datagrams_read(uint16_t port, struct pool *pool, struct connections *out);
/* What connection tracking knows of each of them. What it does not tell stays unknown, and is no error. */
void connections_track(struct connections *connections);
/* How many established connections there are to the port of a local socket (inbound) or to a remote port (outbound). */
int connections_count(enum protocol protocol, struct port_range ports, bool inbound, size_t *out,
		      struct error *err);

/* Names of registered legacy tables, space separated, "" none (also when the file is absent), NULL when it cannot be read. */
const char *legacy_tables(enum family family, struct pool *pool);

#endif
