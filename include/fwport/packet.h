/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A packet of a conversation, as bytes, with the facts the kernel attaches to it. What a question leaves open is marked:
 * a byte is fixed, or it belongs to something the other end chooses (its address, its port), or nobody knows it.
 */
#ifndef FWPORT_PACKET_H
#define FWPORT_PACKET_H

#include "fwport/host.h"
#include "fwport/opening.h"

/*
 * In the order of the conversation. TCP: SYN, SYN_ACK, ACK, ANSWER (the first data of the side that was asked). UDP, SCTP:
 * DATAGRAM, ANSWER, NEXT_DATAGRAM (whose connection is known by then). Before any of them two neighbours on an IPv6 link find
 * each other: SOLICITATION, ADVERTISEMENT.
 */
enum packet_role {
	PACKET_SYN,
	PACKET_SYN_ACK,
	PACKET_ACK,
	PACKET_DATAGRAM,
	PACKET_ANSWER,
	PACKET_NEXT_DATAGRAM,
	PACKET_SOLICITATION,
	PACKET_ADVERTISEMENT
};

/* Where a value comes from; a set of these is carried beside every register byte. */
enum origin {
	ORIGIN_FIXED = 0,
	ORIGIN_PEER_ADDRESS = 1,  /* the remote address, and the question does not fix it */
	ORIGIN_PEER_PORT = 2,     /* the client's port: 32768-60999 */
	ORIGIN_LOCAL_ADDRESS = 4, /* one of several addresses of this host */
	ORIGIN_INTERFACE = 8,
	ORIGIN_OWNER = 32, /* whose socket it is: taken for root's */
	ORIGIN_LINK =
		64, /* beside ORIGIN_INTERFACE: index or name of some link from outside, as it was loaded */
	ORIGIN_UNKNOWN = 16, /* sequence numbers, checksums, MAC addresses, ... */
};

enum { PACKET_NETWORK_BYTES = 40, PACKET_TRANSPORT_BYTES = 32 };
enum { CLIENT_PORT_FIRST = 32768, CLIENT_PORT_LAST = 60999, CLIENT_PORT_TYPICAL = 40000 };

struct packet {
	enum packet_role role;
	enum family family;
	uint8_t protocol; /* its number in the IP header: an enum protocol, or ICMPv6 */
	bool leaves;      /* on its way out of this host: output, postrouting */
	bool original;    /* travels in the direction of the conversation's first packet */
	uint8_t network[PACKET_NETWORK_BYTES], network_origin[PACKET_NETWORK_BYTES];
	uint8_t transport[PACKET_TRANSPORT_BYTES], transport_origin[PACKET_TRANSPORT_BYTES];
	uint8_t network_length, transport_length;
	uint16_t payload_length; /* bytes behind the transport header; their content is unknown */
	bool whole; /* without payload: there are no options or data but in the bytes above, and these are not a guess */
	/* It comes in or leaves by; NULL when the question names none and no rule can tell. */
	const struct link *iface;
	const struct link *onward; /* a packet that this host forwards leaves by it; NULL: it is ours */
	struct address source, destination;
	uint16_t source_port, destination_port;
	uint32_t uid; /* whose connection it is, where this host made it */
};

/* Neighbour discovery: the kernel's own, which connection tracking leaves alone and no process owns. */
bool packet_is_discovery(const struct packet *packet);
bool packet_role_is_reply(enum packet_role role);    /* of the side that was asked */
const char *packet_role_word(enum packet_role role); /* "syn", "syn-ack", ... as in JSON */
const char *packet_role_name(enum packet_role role); /* "SYN", "SYN-ACK", ... for people */

/* One end of a conversation. */
struct endpoint {
	struct address address;
	uint16_t port;
	uint8_t address_origin, port_origin;
};

struct endpoint packet_end(const struct packet *packet, bool source); /* where it comes from or goes to */
uint16_t packet_asked_port(const struct packet *packet);              /* of the side that was asked */
/*
 * Builds the packet of a conversation that `client` starts with `server`; `here` says which of the two this host is.
 * Header fields that the question fixes (MSS option, DSCP 0, of what leaves TTL 64) are ORIGIN_FIXED; ids, sequence numbers,
 * windows, checksums, and what the other end chooses (TTL, other options, with them the length) ORIGIN_UNKNOWN.
 */
void packet_build(enum packet_role role, enum protocol protocol, const struct endpoint *client,
		  const struct endpoint *server, bool client_is_here, const struct link *iface,
		  struct packet *out);
/* Makes of a bare ACK the first segment with data; a packet that carries some already stays as it is. */
void packet_add_data(struct packet *packet);
/* Builds a message of neighbour discovery: `asker` looks for `asked`, both IPv6 and on one link. */
void packet_build_discovery(enum packet_role role, const struct endpoint *asker, const struct endpoint *asked,
			    bool asker_is_here, const struct link *iface, struct packet *out);
/* The roles of a conversation, in order; returns their count (at most 4). */
size_t packet_roles(enum protocol protocol, enum packet_role out[4]);

#endif
