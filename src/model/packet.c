/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets of a conversation as bytes. Knows the headers of IPv4, IPv6, TCP, UDP and SCTP as a plain client and server write
 * them, and of neighbour discovery as Linux writes them, and marks every byte that a question leaves open. It does not know
 * what rules make of it.
 */
#include "fwport/packet.h"

#include <netinet/in.h>
#include <string.h>

enum { TCP_SYN = 0x02, TCP_PUSH = 0x08, TCP_ACK = 0x10 };
enum { TYPICAL_PAYLOAD = 64, TYPICAL_TTL = 64, DISCOVERY_TTL = 255 };
enum { SCTP_INIT = 1, SCTP_INIT_ACK = 2, SCTP_COOKIE_ECHO = 10 };

enum { FROM_SERVER = 1, WITH_OPTIONS = 2, WITH_PAYLOAD = 4 };

struct role_facts {
	const char *word, *name;
	uint8_t tcp_flags, traits, icmp_type;
};

static const struct role_facts role_table[] = {
	[PACKET_SYN] = {"syn", "SYN", TCP_SYN, WITH_OPTIONS},
	[PACKET_SYN_ACK] = {"syn-ack", "SYN-ACK", TCP_SYN | TCP_ACK, FROM_SERVER | WITH_OPTIONS},
	[PACKET_ACK] = {"ack", "ACK", TCP_ACK, 0},
	[PACKET_DATAGRAM] = {"datagram", "datagram", 0, WITH_PAYLOAD},
	[PACKET_ANSWER] = {"answer", "answer", TCP_PUSH | TCP_ACK, FROM_SERVER | WITH_PAYLOAD},
	[PACKET_NEXT_DATAGRAM] = {"next-datagram", "next datagram", 0, WITH_PAYLOAD},
	[PACKET_SOLICITATION] = {"neighbour-solicitation", "neighbour solicitation", .icmp_type = 135},
	[PACKET_ADVERTISEMENT] = {"neighbour-advertisement", "neighbour advertisement", .traits = FROM_SERVER,
				  .icmp_type = 136},
};

static bool role_has(enum packet_role role, uint8_t trait)
{
	return role_table[role].traits & trait;
}

bool packet_is_discovery(const struct packet *packet)
{
	return role_table[packet->role].icmp_type != 0;
}

struct endpoint packet_end(const struct packet *packet, bool source)
{
	size_t at = packet->family == FAMILY_IPV4 ? (source ? 12 : 16) : (source ? 8 : 24);

	return (struct endpoint){
		.address = source ? packet->source : packet->destination,
		.port = source ? packet->source_port : packet->destination_port,
		.address_origin = packet->network_origin[at],
		.port_origin = packet->transport_origin[source ? 0 : 2],
	};
}

uint16_t packet_asked_port(const struct packet *packet)
{
	return packet_role_is_reply(packet->role) ? packet->source_port : packet->destination_port;
}

const char *packet_role_word(enum packet_role role)
{
	return role_table[role].word;
}

const char *packet_role_name(enum packet_role role)
{
	return role_table[role].name;
}

bool packet_role_is_reply(enum packet_role role)
{
	return role == PACKET_SYN_ACK || role == PACKET_ANSWER;
}

size_t packet_roles(enum protocol protocol, enum packet_role out[4])
{
	static const enum packet_role stream[] = {PACKET_SYN, PACKET_SYN_ACK, PACKET_ACK, PACKET_ANSWER};
	static const enum packet_role datagrams[] = {PACKET_DATAGRAM, PACKET_ANSWER, PACKET_NEXT_DATAGRAM};

	switch (protocol) {
	case PROTOCOL_TCP:
		memcpy(out, stream, sizeof(stream));
		return sizeof(stream) / sizeof(stream[0]);
	case PROTOCOL_UDP:
	case PROTOCOL_SCTP:
		memcpy(out, datagrams, sizeof(datagrams));
		return sizeof(datagrams) / sizeof(datagrams[0]);
	}
	return 0;
}

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = value >> 8;
	at[1] = value & 0xff;
}

static void unknown(uint8_t *origin, size_t from, size_t length)
{
	memset(origin + from, ORIGIN_UNKNOWN, length);
}

static void tcp_build(struct packet *packet)
{
	uint8_t *header = packet->transport;
	bool options = role_has(packet->role, WITH_OPTIONS);

	packet->transport_length = options ? 24 : 20;
	header[12] = (packet->transport_length / 4) << 4;
	header[13] = role_table[packet->role].tcp_flags;
	unknown(packet->transport_origin, 4, 8);  /* sequence and acknowledgement numbers */
	unknown(packet->transport_origin, 12, 1); /* with how many options */
	unknown(packet->transport_origin, 14, 4); /* window, checksum */
	if (packet->role == PACKET_SYN)
		memset(packet->transport_origin + 8, ORIGIN_FIXED, 4);
	if (options) {
		header[20] = 2; /* maximum segment size */
		header[21] = 4;
		put16(header + 22, packet->family == FAMILY_IPV4 ? 1460 : 1440);
		unknown(packet->transport_origin, 22, 2);
	}
}

static void udp_build(struct packet *packet)
{
	packet->transport_length = 8;
	unknown(packet->transport_origin, 4, 4); /* length, checksum */
}

static uint8_t sctp_chunk(enum packet_role role)
{
	if (role_has(role, FROM_SERVER))
		return SCTP_INIT_ACK;
	return role == PACKET_NEXT_DATAGRAM ? SCTP_COOKIE_ECHO : SCTP_INIT;
}

static void sctp_build(struct packet *packet)
{
	packet->transport_length = 16;
	unknown(packet->transport_origin, 4, 12); /* tag, checksum, chunk flags and length */
	packet->transport[12] = sctp_chunk(packet->role);
	packet->transport_origin[12] = ORIGIN_FIXED;
}

static void transport_build(struct packet *packet, enum protocol protocol, uint8_t source_origin,
			    uint8_t destination_origin)
{
	put16(packet->transport, packet->source_port);
	put16(packet->transport + 2, packet->destination_port);
	memset(packet->transport_origin, source_origin, 2);
	memset(packet->transport_origin + 2, destination_origin, 2);
	switch (protocol) {
	case PROTOCOL_TCP:
		tcp_build(packet);
		break;
	case PROTOCOL_UDP:
		udp_build(packet);
		break;
	case PROTOCOL_SCTP:
		sctp_build(packet);
		break;
	}
	packet->payload_length = role_has(packet->role, WITH_PAYLOAD) ? TYPICAL_PAYLOAD : 0;
}

/* Options of TCP make some more bytes, data any number. */
static void length_is_open(struct packet *packet, size_t at)
{
	if (packet->payload_length > 0)
		unknown(packet->network_origin, at, 2);
	else if (packet->protocol == PROTOCOL_TCP)
		unknown(packet->network_origin, at + 1, 1);
}

static void ipv4_build(struct packet *packet, uint8_t source_origin, uint8_t destination_origin)
{
	uint8_t *header = packet->network;

	packet->network_length = 20;
	header[0] = 0x45;
	put16(header + 2, 20 + packet->transport_length + packet->payload_length);
	header[6] = 0x40; /* don't fragment */
	header[8] = TYPICAL_TTL;
	header[9] = packet->protocol;
	memcpy(header + 12, packet->source.bytes, 4);
	memcpy(header + 16, packet->destination.bytes, 4);
	length_is_open(packet, 2);
	unknown(packet->network_origin, 4, 2); /* identification */
	if (!packet->leaves)
		unknown(packet->network_origin, 8, 1); /* time to live */
	unknown(packet->network_origin, 10, 2);        /* checksum */
	memset(packet->network_origin + 12, source_origin, 4);
	memset(packet->network_origin + 16, destination_origin, 4);
}

static void ipv6_build(struct packet *packet, uint8_t hop_limit, uint8_t source_origin,
		       uint8_t destination_origin)
{
	uint8_t *header = packet->network;

	packet->network_length = 40;
	header[0] = 0x60;
	put16(header + 4, packet->transport_length + packet->payload_length);
	header[6] = packet->protocol;
	header[7] = hop_limit;
	memcpy(header + 8, packet->source.bytes, 16);
	memcpy(header + 24, packet->destination.bytes, 16);
	unknown(packet->network_origin, 1, 3); /* flow label; the traffic class in byte 1 is 0 */
	length_is_open(packet, 4);
	if (!packet->leaves && !packet_is_discovery(packet)) /* whose hop limit routers would have changed */
		unknown(packet->network_origin, 7, 1);
	memset(packet->network_origin + 8, source_origin, 16);
	memset(packet->network_origin + 24, destination_origin, 16);
}

void packet_build(enum packet_role role, enum protocol protocol, const struct endpoint *client,
		  const struct endpoint *server, bool client_is_here, const struct link *iface,
		  struct packet *out)
{
	bool from_server = role_has(role, FROM_SERVER);
	const struct endpoint *source = from_server ? server : client;
	const struct endpoint *destination = from_server ? client : server;

	*out = (struct packet){
		.role = role,
		.family = source->address.family,
		.protocol = (uint8_t)protocol,
		.leaves = from_server != client_is_here,
		.original = !from_server,
		.iface = iface,
		.source = source->address,
		.destination = destination->address,
		.source_port = source->port,
		.destination_port = destination->port,
	};
	transport_build(out, protocol, source->port_origin, destination->port_origin);
	switch (out->family) {
	case FAMILY_IPV4:
		ipv4_build(out, source->address_origin, destination->address_origin);
		break;
	case FAMILY_IPV6:
		ipv6_build(out, TYPICAL_TTL, source->address_origin, destination->address_origin);
		break;
	}
}

void packet_add_data(struct packet *packet)
{
	bool ipv4 = packet->family == FAMILY_IPV4;
	size_t length_at = ipv4 ? 2 : 4;
	uint16_t headers = packet->transport_length + (ipv4 ? packet->network_length : 0);

	if (packet->payload_length > 0)
		return;
	packet->payload_length = TYPICAL_PAYLOAD;
	packet->transport[13] |= TCP_PUSH;
	put16(packet->network + length_at, headers + TYPICAL_PAYLOAD);
	unknown(packet->network_origin, length_at, 2);
}

/* Where those listen who may have the address: its last three bytes tell (RFC 4291, 2.7.1). */
static struct address solicited_node(const struct address *address)
{
	struct address group = {FAMILY_IPV6, {0xff, 0x02, [11] = 1, [12] = 0xff}};

	memcpy(group.bytes + 13, address->bytes + 13, 3);
	return group;
}

/* Who is looked for, and an option with the MAC address of the sender (RFC 4861, 4.3, 4.4 and 4.6.1). */
static void discovery_build(struct packet *packet, const struct endpoint *asked)
{
	uint8_t *header = packet->transport;
	bool answers = role_has(packet->role, FROM_SERVER);

	packet->transport_length = 32;
	header[0] = role_table[packet->role].icmp_type;
	memcpy(header + 8, asked->address.bytes, 16);
	memset(packet->transport_origin + 8, asked->address_origin, 16);
	header[24] = answers ? 2 : 1;
	header[25] = 1;
	unknown(packet->transport_origin, 2, 2);  /* checksum */
	unknown(packet->transport_origin, 26, 6); /* MAC address */
	if (answers)
		unknown(packet->transport_origin, 4, 1); /* a router says that it is one */
}

void packet_build_discovery(enum packet_role role, const struct endpoint *asker, const struct endpoint *asked,
			    bool asker_is_here, const struct link *iface, struct packet *out)
{
	bool answers = role_has(role, FROM_SERVER);
	const struct endpoint *source = answers ? asked : asker;
	const struct endpoint *destination = answers ? asker : asked;

	*out = (struct packet){
		.role = role,
		.family = FAMILY_IPV6,
		.protocol = IPPROTO_ICMPV6,
		.leaves = answers != asker_is_here,
		.original = !answers,
		.iface = iface,
		.source = source->address,
		.destination = answers ? asker->address : solicited_node(&asked->address),
	};
	discovery_build(out, asked);
	ipv6_build(out, DISCOVERY_TTL, source->address_origin, destination->address_origin);
}
