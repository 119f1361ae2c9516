/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads from what may stand between the headers: IPv6 extension headers, options of IPv4 and TCP, chunks of SCTP. The packets
 * asked about have neither extension headers nor options of IPv4; of the options of TCP the size of segments is known to be
 * there when a connection opens, unless a rule has stripped it, and never later (nft_exthdr.c, RFC 9293 3.7.1).
 */
#include "load.h"

#include <linux/netfilter/nf_tables.h>

enum { TCP_MSS = 2, TCP_WINDOW = 3, TCP_SACK_PERMITTED = 4, MSS_BYTES = 4 };
enum { HEADER_BYTES = 20, CHUNK_AT = 12 };

static bool opens(const struct packet *packet)
{
	return packet->role == PACKET_SYN || packet->role == PACKET_SYN_ACK;
}

static enum truth has_tcp_option(const struct world *world, uint32_t type)
{
	const struct packet *packet = world->packet;

	if (packet->protocol != PROTOCOL_TCP)
		return NO;
	if (type == TCP_MSS)
		return !opens(packet) ? NO : world->rewritten ? MAYBE : YES;
	if (!opens(packet) && (type == TCP_WINDOW || type == TCP_SACK_PERMITTED))
		return NO;
	return MAYBE;
}

/* The chunk that opens a packet; what follows it in those behind the first is not known. */
static enum truth has_chunk(const struct packet *packet, uint32_t type)
{
	if (packet->protocol != PROTOCOL_SCTP)
		return NO;
	if (packet->transport[CHUNK_AT] == type)
		return YES;
	return packet->role == PACKET_DATAGRAM ? NO : MAYBE;
}

static enum truth has_header(const struct op *op, const struct world *world)
{
	switch (op->exthdr.header) {
	case NFT_EXTHDR_OP_TCPOPT:
		return has_tcp_option(world, op->exthdr.type);
	case NFT_EXTHDR_OP_SCTP:
		return has_chunk(world->packet, op->exthdr.type);
	}
	return NO;
}

static enum truth put_presence(const struct op *op, enum truth truth, struct registers *registers)
{
	const uint8_t present = truth == YES, unknown = truth == MAYBE;

	registers_write(registers, op->dreg, &present, &unknown, 1, unknown ? ORIGIN_UNKNOWN : ORIGIN_FIXED);
	return YES;
}

/* Kind and length of the option are those of every such option, its value is the sender's. */
static enum truth put_segment_size(const struct op *op, const struct packet *packet, enum truth present,
				   struct registers *registers)
{
	const uint8_t *option = packet->transport + HEADER_BYTES;
	uint8_t unknown[MSS_BYTES] = {0, 0, 0xff, 0xff};
	size_t offset = op->exthdr.offset;

	if (offset + op->length > MSS_BYTES)
		return NO;
	registers_write(registers, op->dreg, option + offset, unknown + offset, op->length,
			offset + op->length > 2 ? ORIGIN_UNKNOWN : ORIGIN_FIXED);
	return present;
}

/* The other family has no such thing, and is not even asked whether it has. */
static bool is_of_other_family(const struct op *op, const struct packet *packet)
{
	return (op->exthdr.header == NFT_EXTHDR_OP_IPV6 && packet->family != FAMILY_IPV6) ||
	       (op->exthdr.header == NFT_EXTHDR_OP_IPV4 && packet->family != FAMILY_IPV4);
}

enum truth load_exthdr(const struct op *op, const struct world *world, struct registers *registers)
{
	const struct packet *packet = world->packet;
	enum truth truth = has_header(op, world);

	if (is_of_other_family(op, packet))
		return NO;
	if (op->exthdr.present)
		return put_presence(op, truth, registers);
	if (truth == NO)
		return NO;
	if (op->exthdr.header == NFT_EXTHDR_OP_TCPOPT && op->exthdr.type == TCP_MSS)
		return put_segment_size(op, packet, truth, registers);
	registers_write_unknown(registers, op->dreg, op->length, ORIGIN_UNKNOWN);
	return truth;
}
