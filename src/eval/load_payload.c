/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads from the packet's bytes. Knows where headers begin and end, and which of their bytes are open; a load that goes
 * beyond the packet breaks the rule, as in the kernel.
 */
#include "load.h"

#include <linux/netfilter/nf_tables.h>
#include <net/if_arp.h>
#include <string.h>

enum { ETHERNET_BYTES = 14, ETHERNET_TYPE = 12 };

/* The most there is room for behind a TCP header's twenty bytes. */
enum { TCP_MOST = 60 };

static bool is_length_without_data(const struct packet *packet, size_t at)
{
	return packet->payload_length == 0 && at == (packet->family == FAMILY_IPV4 ? 3 : 5);
}

/* The bits of an unknown byte that may be either. Without data a packet is shorter than 128 bytes, whatever its options. */
static uint8_t open_bits(const struct packet *packet, size_t at)
{
	if (packet->family == FAMILY_IPV6 && at == 1) /* half of it is the traffic class, which is known */
		return 0x0f;
	if (is_length_without_data(packet, at))
		return 0x7f;
	if (packet->protocol == PROTOCOL_TCP && at == (size_t)packet->network_length + 12)
		return 0xf0; /* the length of the header */
	return 0xff;
}

/* Bits of DSCP, ECN and TTL, which rules may write. */
static uint8_t writable_bits(const struct packet *packet, size_t at)
{
	static const struct {
		size_t at;
		uint8_t bits;
	} places[FAMILY_COUNT][3] = {
		[FAMILY_IPV4] = {{1, 0xff}, {8, 0xff}}, [FAMILY_IPV6] = {{0, 0x0f}, {1, 0xf0}, {7, 0xff}}};

	for (size_t i = 0; i < 3; i++)
		if (places[packet->family][i].bits && places[packet->family][i].at == at)
			return places[packet->family][i].bits;
	return 0;
}

/* A byte of the packet, counted from the network header. */
static void packet_byte(const struct world *world, size_t at, uint8_t *byte, uint8_t *unknown,
			uint8_t *origin)
{
	const struct packet *packet = world->packet;
	size_t transport = at - packet->network_length;

	*byte = 0;
	*origin = ORIGIN_UNKNOWN;
	if (at < packet->network_length) {
		*byte = packet->network[at];
		*origin = packet->network_origin[at];
	} else if (transport < packet->transport_length) {
		*byte = packet->transport[transport];
		*origin = packet->transport_origin[transport];
	}
	*unknown = *origin & ORIGIN_UNKNOWN ? open_bits(packet, at) : 0;
	if (*origin & ORIGIN_PEER_PORT) {
		uint16_t port = world_client_port(world);

		*byte = transport % 2 == 0 ? port >> 8 : port & 0xff;
	}
	if (world->rewritten && writable_bits(packet, at)) {
		*unknown |= writable_bits(packet, at);
		*origin = ORIGIN_UNKNOWN;
	}
}

static enum truth load_from(const struct op *op, const struct world *world, size_t from,
			    struct registers *registers)
{
	const struct packet *packet = world->packet;
	size_t headers = packet->network_length + (size_t)packet->transport_length;
	bool options = packet->protocol == PROTOCOL_TCP && !packet->whole;
	size_t most = options ? packet->network_length + (size_t)TCP_MOST : headers;
	uint8_t bytes[REGISTER_BYTES], unknown[REGISTER_BYTES], origin[REGISTER_BYTES];

	if (!registers_fit(op->dreg, op->length))
		return MAYBE;
	if (from + op->length > most && packet->payload_length == 0)
		return NO;
	for (size_t i = 0; i < op->length; i++)
		packet_byte(world, from + i, &bytes[i], &unknown[i], &origin[i]);
	registers_write(registers, op->dreg, bytes, unknown, op->length, ORIGIN_FIXED);
	memcpy(registers->origin + op->dreg, origin, op->length);
	return from + op->length > headers ? MAYBE
					   : YES; /* how many options and data there are, nobody knows */
}

/* Of the link layer only the protocol is known. A packet that leaves has no such header before egress. */
static enum truth load_link(const struct op *op, const struct scene *scene, const struct world *world,
			    struct registers *registers)
{
	const struct packet *packet = world->packet;
	static const uint8_t types[][2] = {[FAMILY_IPV4] = {0x08, 0x00}, [FAMILY_IPV6] = {0x86, 0xdd}};
	bool ethernet = packet->iface && packet->iface->type == ARPHRD_ETHER;

	if (packet->leaves && scene->base->hook != HOOK_EGRESS)
		return NO;
	if (ethernet && op->payload.offset == ETHERNET_TYPE && op->length == 2)
		registers_write(registers, op->dreg, types[packet->family], NULL, 2, ORIGIN_FIXED);
	else
		registers_write_unknown(registers, op->dreg, op->length, ORIGIN_UNKNOWN);
	return ethernet && op->payload.offset + op->length <= ETHERNET_BYTES ? YES : MAYBE;
}

enum truth load_payload(const struct op *op, const struct scene *scene, const struct world *world,
			struct registers *registers)
{
	const struct packet *packet = world->packet;
	size_t offset = op->payload.offset;

	switch (op->payload.base) {
	case NFT_PAYLOAD_LL_HEADER:
		return load_link(op, scene, world, registers);
	case NFT_PAYLOAD_NETWORK_HEADER:
		return load_from(op, world, offset, registers);
	case NFT_PAYLOAD_TRANSPORT_HEADER:
		return load_from(op, world, packet->network_length + offset, registers);
	case NFT_PAYLOAD_INNER_HEADER:
		if (packet->payload_length == 0)
			return NO;
		return load_from(op, world, packet->network_length + packet->transport_length + offset,
				 registers);
	}
	registers_write_unknown(registers, op->dreg, op->length, ORIGIN_UNKNOWN);
	return MAYBE;
}
