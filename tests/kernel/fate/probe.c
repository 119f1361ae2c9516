/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Drawing packets at the boundaries of the pool's values: endpoints first, then headers, then the checksums. */
#include "probe.h"
#include "values.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16, TCP_URG = 32 };

/* The host's addresses, of eth0 and eth1. */
static const struct address here[FAMILY_COUNT][STAGE_LINKS] = {
	[FAMILY_IPV4] = {{FAMILY_IPV4, {192, 0, 2, 10}}, {FAMILY_IPV4, {198, 51, 100, 10}}},
	[FAMILY_IPV6] = {{FAMILY_IPV6, {0x20, 1, 0xd, 0xb8, [15] = 0x10}},
			 {FAMILY_IPV6, {0x20, 1, 0xd, 0xb8, 0, 1, [15] = 0x10}}},
};

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = value >> 8;
	at[1] = value & 0xff;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

/* Nobody outside can have these, and routing refuses them. */
static bool is_outside(const struct host *host, const struct address *address)
{
	const uint8_t *bytes = address->bytes;

	if (host_is_local(host, address))
		return false;
	if (address->family == FAMILY_IPV6)
		return bytes[0] == 0x20;
	return bytes[0] > 0 && bytes[0] != 127 && bytes[0] < 224 && bytes[3] != 255;
}

static struct address draw_outside(struct chance *chance, const struct host *host, enum family family)
{
	for (;;) {
		struct address address = value_address(chance, family);

		if (is_outside(host, &address))
			return address;
	}
}

static const struct link *draw_link(struct chance *chance, const struct host *host)
{
	return host_link_named(host, link_names[chance_below(chance, STAGE_LINKS)]);
}

static unsigned link_number(const struct link *link)
{
	return link->name[3] == '1';
}

/* What is sent leaves by the route, what comes in by any link. */
static void draw_ends(struct chance *chance, const struct host *host, struct packet *packet)
{
	struct address other = draw_outside(chance, host, packet->family);
	const struct address *own = here[packet->family];

	if (packet->leaves) {
		const struct route *route = host_route(host, &other);

		packet->iface = host_link(host, route->link);
		packet->source = own[link_number(packet->iface)];
		packet->destination = other;
	} else {
		packet->iface = draw_link(chance, host);
		packet->source = other;
		packet->destination = own[chance_below(chance, STAGE_LINKS)];
	}
	packet->source_port = value_port(chance);
	packet->destination_port = value_port(chance);
}

/* Connection tracking takes a SYN or a bare ACK as the first of a connection, and of echoes the request; the rest is invalid. */
static enum packet_role role_of_flags(uint8_t flags)
{
	flags &= (uint8_t)~TCP_PSH;
	if (flags == TCP_SYN || flags == (TCP_SYN | TCP_URG))
		return PACKET_SYN;
	return flags == TCP_ACK || flags == (TCP_ACK | TCP_URG) ? PACKET_ACK : PACKET_SYN_ACK;
}

static uint8_t draw_flags(struct chance *chance)
{
	static const uint8_t flags[] = {
		TCP_SYN, TCP_SYN, TCP_SYN, TCP_SYN,           TCP_ACK,           TCP_SYN | TCP_ACK, TCP_RST,
		0,       0x29,    0x3f,    TCP_FIN | TCP_ACK, TCP_SYN | TCP_FIN, TCP_PSH | TCP_ACK,
	};

	return CHANCE_OF(chance, flags);
}

static void tcp_write(struct chance *chance, uint8_t flags, struct packet *packet)
{
	uint8_t *header = packet->transport;
	bool options = flags & TCP_SYN && chance_percent(chance, 50);

	packet->transport_length = options ? 24 : 20;
	put32(header + 4, 1000);
	put32(header + 8, flags & TCP_ACK ? 1001 : 0);
	header[12] = (packet->transport_length / 4) << 4;
	header[13] = flags;
	put16(header + 14, 0xfaf0);
	if (options)
		put32(header + 20, 0x020405b4); /* maximum segment size 1460 */
}

static void udp_write(struct packet *packet)
{
	packet->transport_length = 8;
	put16(packet->transport + 4, 8 + packet->payload_length);
}

static void ports_write(struct packet *packet)
{
	put16(packet->transport, packet->source_port);
	put16(packet->transport + 2, packet->destination_port);
}

static bool is_echo_request(const struct packet *packet)
{
	return packet->transport[0] == (packet->family == FAMILY_IPV4 ? ICMP_ECHO : ICMPV6_ECHO_REQUEST);
}

static void icmp_write(struct chance *chance, struct packet *packet)
{
	static const uint8_t types[FAMILY_COUNT][2] = {{ICMP_ECHO, ICMP_ECHOREPLY},
						       {ICMPV6_ECHO_REQUEST, ICMPV6_ECHO_REPLY}};

	packet->transport_length = 8;
	packet->transport[0] = types[packet->family][chance_percent(chance, 30)];
	put16(packet->transport + 4, (uint16_t)chance_bits(chance));
	put16(packet->transport + 6, 1);
	packet->role = is_echo_request(packet) ? PACKET_DATAGRAM : PACKET_SYN_ACK;
}

static void transport_draw(struct chance *chance, struct packet *packet)
{
	uint32_t kind = chance_below(chance, 10);
	uint8_t flags = draw_flags(chance);

	if (kind < 6) {
		packet->protocol = IPPROTO_TCP;
		packet->role = role_of_flags(flags);
		tcp_write(chance, flags, packet);
		ports_write(packet);
	} else if (kind < 9) {
		packet->protocol = IPPROTO_UDP;
		packet->role = PACKET_DATAGRAM;
		packet->payload_length = chance_percent(chance, 25) ? PROBE_PAYLOAD : 0;
		udp_write(packet);
		ports_write(packet);
	} else {
		packet->protocol = packet->family == FAMILY_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
		icmp_write(chance, packet);
		packet->source_port = packet->destination_port = 0;
	}
}

static void network_write(struct chance *chance, uint32_t number, struct packet *packet)
{
	static const uint8_t services[] = {0, 0, 0x10, 0xb8}, ttls[] = {64, 64, 255, 63};
	uint8_t service = CHANCE_OF(chance, services), ttl = CHANCE_OF(chance, ttls),
		*header = packet->network;
	uint16_t behind = packet->transport_length + packet->payload_length;

	if (packet->family == FAMILY_IPV4) {
		packet->network_length = 20;
		header[0] = 0x45;
		header[1] = service;
		put16(header + 2, 20 + behind);
		put16(header + 4, (uint16_t)number);
		header[6] = chance_percent(chance, 50) ? 0x40 : 0; /* do not fragment */
		header[8] = ttl;
		header[9] = packet->protocol;
		memcpy(header + 12, packet->source.bytes, 4);
		memcpy(header + 16, packet->destination.bytes, 4);
		return;
	}
	packet->network_length = 40;
	put32(header, 0x60000000 | (uint32_t)service << 20 | number);
	put16(header + 4, behind);
	header[6] = packet->protocol;
	header[7] = ttl;
	memcpy(header + 8, packet->source.bytes, 16);
	memcpy(header + 24, packet->destination.bytes, 16);
}

static uint32_t sum(const uint8_t *bytes, size_t length, uint32_t before)
{
	for (size_t i = 0; i < length; i++)
		before += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return before;
}

static uint16_t folded(uint32_t sum_of_words)
{
	while (sum_of_words > 0xffff)
		sum_of_words = (sum_of_words & 0xffff) + (sum_of_words >> 16);
	return (uint16_t)~sum_of_words;
}

/* The payload is zeros, which add nothing. */
static void checksums_write(struct packet *packet)
{
	static const uint8_t places[256] = {
		[IPPROTO_TCP] = 16, [IPPROTO_UDP] = 6, [IPPROTO_ICMP] = 2, [IPPROTO_ICMPV6] = 2};
	size_t addresses = packet->family == FAMILY_IPV4 ? 12 : 8;
	uint32_t pseudo = 0;

	if (packet->protocol != IPPROTO_ICMP)
		pseudo = sum(packet->network + addresses, packet->network_length - addresses,
			     packet->protocol + (uint32_t)packet->transport_length + packet->payload_length);
	put16(packet->transport + places[packet->protocol],
	      folded(sum(packet->transport, packet->transport_length, pseudo)));
	if (packet->family == FAMILY_IPV4)
		put16(packet->network + 10, folded(sum(packet->network, packet->network_length, 0)));
}

static void finish(struct chance *chance, uint32_t number, struct probe *out)
{
	struct packet *packet = &out->packet;

	packet->whole = packet->payload_length == 0;
	network_write(chance, number, packet);
	checksums_write(packet);
	out->number = number;
	memcpy(out->bytes, packet->network, packet->network_length);
	memcpy(out->bytes + packet->network_length, packet->transport, packet->transport_length);
	out->length = packet->network_length + packet->transport_length + (size_t)packet->payload_length;
}

void probe_draw(struct chance *chance, const struct stage *stage, uint32_t number, struct probe *out)
{
	struct packet *packet = &out->packet;

	memset(out, 0, sizeof(*out));
	packet->family = chance_percent(chance, 40) ? FAMILY_IPV6 : FAMILY_IPV4;
	packet->leaves = chance_percent(chance, 25);
	packet->original = true;
	draw_ends(chance, &stage->host, packet);
	transport_draw(chance, packet);
	finish(chance, number, out);
}

static void turn(struct packet *packet)
{
	struct address source = packet->source;
	uint16_t port = packet->source_port;

	packet->source = packet->destination;
	packet->destination = source;
	packet->source_port = packet->destination_port;
	packet->destination_port = port;
	packet->leaves = !packet->leaves;
	packet->original = !packet->original;
}

static const struct {
	enum packet_role role;
	uint8_t flags;
	bool turns; /* the next one comes from the other side */
} exchanges[][CONVERSATION_LIMIT] = {
	{{PACKET_SYN, TCP_SYN, true}, {PACKET_SYN_ACK, TCP_SYN | TCP_ACK, true}, {PACKET_ACK, TCP_ACK, true}},
	{{PACKET_ACK, TCP_ACK, true}, {PACKET_ANSWER, TCP_PSH | TCP_ACK, true}, {PACKET_ACK, TCP_ACK, true}},
	{{PACKET_DATAGRAM, 0, true}, {PACKET_ANSWER, 0, true}, {PACKET_NEXT_DATAGRAM, 0, true}},
	{{PACKET_DATAGRAM, 0, false}, {PACKET_NEXT_DATAGRAM, 0, true}, {PACKET_ANSWER, 0, true}},
};

/* Sequence numbers as connection tracking wants them: each side counts its SYN, and nobody sends data. */
static void numbers_write(bool handshake, size_t turn_number, struct packet *packet)
{
	const uint32_t sent[] = {handshake ? 1000 : 1001, handshake ? 5000 : 5001, 1001};
	const uint32_t seen[] = {handshake ? 0 : 5001, 1001, 5001};

	put32(packet->transport + 4, sent[turn_number]);
	put32(packet->transport + 8, seen[turn_number]);
}

void probe_draw_conversation(struct chance *chance, const struct stage *stage, uint32_t number, uint16_t port,
			     struct probe out[CONVERSATION_LIMIT])
{
	/* A TCP client of the host's own would have a socket, which rules may ask for; the test has none. */
	uint32_t kind = chance_below(chance, sizeof(exchanges) / sizeof(exchanges[0]));
	bool datagrams = kind >= 2;
	struct packet packet = {.family = chance_percent(chance, 50) ? FAMILY_IPV6 : FAMILY_IPV4,
				.protocol = datagrams ? IPPROTO_UDP : IPPROTO_TCP,
				.leaves = datagrams && chance_percent(chance, 60),
				.original = true};
	bool routed;

	do { /* the answer leaves by the link by which the question came */
		draw_ends(chance, &stage->host, &packet);
		routed = host_route(&stage->host, packet.leaves ? &packet.destination : &packet.source)
				 ->link == packet.iface->index;
	} while (!routed);
	packet.source_port = port;
	for (size_t i = 0; i < CONVERSATION_LIMIT; i++) {
		memset(&out[i], 0, sizeof(out[i]));
		out[i].packet = packet;
		out[i].packet.role = exchanges[kind][i].role;
		if (datagrams) {
			udp_write(&out[i].packet);
		} else {
			tcp_write(chance, exchanges[kind][i].flags, &out[i].packet);
			numbers_write(kind == 0, i, &out[i].packet);
		}
		ports_write(&out[i].packet);
		finish(chance, number + (uint32_t)i, &out[i]);
		if (exchanges[kind][i].turns)
			turn(&packet);
	}
}

static void send_from_host(const struct probe *probe, const struct stage *stage)
{
	struct sockaddr_in to4 = {.sin_family = AF_INET};
	struct sockaddr_in6 to6 = {.sin6_family = AF_INET6};
	bool ipv4 = probe->packet.family == FAMILY_IPV4;
	const void *to = ipv4 ? (const void *)&to4 : (const void *)&to6;

	memcpy(&to4.sin_addr, probe->packet.destination.bytes, sizeof(to4.sin_addr));
	memcpy(&to6.sin6_addr, probe->packet.destination.bytes, sizeof(to6.sin6_addr));
	(void)sendto(stage->raw[probe->packet.family], probe->bytes, probe->length, 0, to,
		     ipv4 ? sizeof(to4) : sizeof(to6));
}

static void send_from_peer(const struct probe *probe, const struct stage *stage)
{
	unsigned link = link_number(probe->packet.iface);
	uint8_t frame[ETH_HLEN + PROBE_BYTES] = {2, 0, 0, 0, 0, (uint8_t)link, 2, 0, 0, 0, 1, (uint8_t)link};

	put16(frame + 12, probe->packet.family == FAMILY_IPV4 ? ETH_P_IP : ETH_P_IPV6);
	memcpy(frame + ETH_HLEN, probe->bytes, probe->length);
	(void)send(stage->peers[link], frame, ETH_HLEN + probe->length, 0);
}

void probe_send(const struct probe *probe, const struct stage *stage)
{
	if (probe->packet.leaves)
		send_from_host(probe, stage);
	else
		send_from_peer(probe, stage);
}

void probe_text(const struct probe *probe, struct text *out)
{
	const struct packet *packet = &probe->packet;
	char source[ADDRESS_TEXT], destination[ADDRESS_TEXT];

	text_add(out, "%s protocol %u, %s port %u > %s port %u, %s %s, %s:", family_name(packet->family),
		 packet->protocol, address_text(&packet->source, source), packet->source_port,
		 address_text(&packet->destination, destination), packet->destination_port,
		 packet->leaves ? "leaves by" : "comes in by", packet->iface->name,
		 packet_role_word(packet->role));
	for (size_t i = 0; i < probe->length; i++)
		text_add(out, i % 4 ? "%02x" : " %02x", probe->bytes[i]);
}
