/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The headers of a packet as it passes an interface, from the IP header on. Nothing behind the headers is looked at, and nothing
 * outside of what was captured.
 */
#ifndef FWPORT_REACH_HEADERS_H
#define FWPORT_REACH_HEADERS_H

#include "fwport/address.h"

#include <stddef.h>

/* One packet's ways: its own, or that of the packet that an ICMP error quotes. */
struct flow {
	uint8_t protocol; /* IPPROTO_TCP, IPPROTO_UDP; 0: of neighbours, without ports */
	struct address from, to;
	uint16_t from_port, to_port;
};

struct headers {
	enum { HEADERS_TCP, HEADERS_UDP, HEADERS_ICMP_ERROR, HEADERS_NEIGHBOUR } kind;
	struct flow flow; /* of an ICMP error that of the quoted packet */
	uint8_t ttl;
	size_t payload; /* bytes behind the headers of TCP or UDP, whether captured or not */

	uint8_t flags; /* of TCP: TH_SYN ...; a question for a neighbour has TH_SYN, its answer TH_ACK, too */
	uint32_t sequence, acknowledged;
	uint16_t mss; /* 0: no such option */

	struct address icmp_from;
	uint8_t icmp_type, icmp_code;
	uint32_t icmp_mtu; /* of "fragmentation needed" and "packet too big" */
};

/* False: it is nothing of these, or cut off. */
bool headers_read(const uint8_t *bytes, size_t length, struct headers *out);

#endif
