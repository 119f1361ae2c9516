/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets of this host that wait for a packet, as far as they were read. */
#ifndef FWPORT_EVAL_LISTEN_H
#define FWPORT_EVAL_LISTEN_H

#include "registers.h"

#include "fwport/host.h"

/* Whether one waits for the packet as it is addressed; MAYBE where sockets were not read. YES: *out is one, *alike all are. */
enum truth listener_find(const struct host *host, const struct packet *packet, const struct listener **out,
			 bool *alike);
/* Whether one stands in for all addresses (IP_TRANSPARENT) on the port; a port of 0 is not known. */
enum truth proxy_listens(const struct host *host, const struct packet *packet, uint16_t port);

#endif
