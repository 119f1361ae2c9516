/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The oracle: fwport itself, at the other end of a socket, which knows the ruleset. One question a line, "out tcp 443
 * 192.0.2.7 65534" (the last is the uid of who connects); the answer is the line that `fwport --json why out 443/tcp --to
 * 192.0.2.7` would print. Safe for threads.
 */
#ifndef FWPORT_REACH_ORACLE_H
#define FWPORT_REACH_ORACLE_H

#include "facts.h"

#include "fwport/pool.h"

struct oracle;

/* Takes the socket. */
int oracle_open(int socket, struct oracle **out, struct error *err);
void oracle_close(struct oracle **oracle); /* for CLEANUP */
/* What this host does with a conversation to there. facts->reached is false where the oracle does not answer in time. */
int oracle_ask(struct oracle *oracle, uint8_t protocol, const struct address *to, uint16_t port, unsigned uid,
	       struct pool *pool, struct firewall_facts *facts, struct error *err);

/* Follows the packets to that port of these addresses. *refused: why not; NULL: it does. */
int oracle_trace(struct oracle *oracle, const struct address *remotes, size_t count, uint16_t port,
		 struct pool *pool, const char **refused, struct error *err);
/* What was seen of them. */
int oracle_traced(struct oracle *oracle, struct pool *pool, struct trace_facts *facts, struct error *err);

#endif
