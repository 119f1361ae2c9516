/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stages of an examination, each in a file of its own. A stage fills its facts; that the target fails there is no error of the
 * stage. -1 with *err: no memory, or the kernel does not let us look.
 */
#ifndef FWPORT_REACH_STAGES_H
#define FWPORT_REACH_STAGES_H

#include "examination.h"

/* resolve.c: the name, or that of the proxy. Fills resolver, endpoints. */
int resolve(struct examination *examination, const char *host, uint16_t port, struct error *err);
/* proxy.c: which proxy is to be used, by options, environment and NO_PROXY. */
int proxy_choose(struct examination *examination, struct error *err);
/* route.c: which way the kernel sends what goes to each endpoint; neighbours are watched while it is tried,
 * and looked at again after that. */
int route_look(struct examination *examination, struct error *err);
void route_watch_neighbours(struct examination *examination);
int route_look_again(struct examination *examination, struct error *err);
/* firewall.c: what the evaluator says of each endpoint. */
int firewall_ask(struct examination *examination, struct error *err);
/* trace.c: --trace: from the first on the packets are followed, and the second takes what was seen. */
int trace_begin(struct examination *examination, struct error *err);
int trace_end(struct examination *examination, struct error *err);
/*
 * connect.c: TCP to all endpoints at once. sockets[i] is the connection to endpoint i, or -1; the caller closes them by
 * connection_close, which takes TCP_INFO and what the witness saw first.
 */
void connect_all(struct examination *examination, int sockets[ENDPOINTS_MOST]);
void connection_close(const struct examination *examination, struct endpoint *endpoint, int *socket);
/*
 * transfer.c: over a connected socket the TLS handshake and, if `http`, the request. Takes the socket, and closes it by
 * connection_close.
 */
int transfer(struct examination *examination, struct endpoint *endpoint, int *socket, bool http,
	     struct error *err);
/* port_80.c: what port 80 of the same host says. */
int plain_ask(struct examination *examination, struct error *err);
/* quic.c: does the target's UDP port answer QUIC. */
int quic_ask(struct examination *examination, struct error *err);
/* opinion.c: second tries, where a stage failed. */
void opinions(struct examination *examination);
/* offers.c: --audit. */
int audit(struct examination *examination, struct error *err);
/* judge.c: facts to findings. Pure: no system calls but for memory. */
int judge(struct examination *examination, struct error *err);

#endif
