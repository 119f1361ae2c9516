/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who else may get the packet: a program behind a queue, another device, a proxy. What becomes of it there nobody here knows; but
 * for which packets they do nothing is known (nft_synproxy.c, nft_tproxy.c). And what is written into a packet, which is not
 * followed but where it cannot matter (nft_payload.c, nft_exthdr.c).
 */
#include "handover.h"
#include "listen.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

static bool is_of_other_family(const struct op *op, const struct packet *packet)
{
	int16_t family = op->handover.family;

	return family > NFPROTO_UNSPEC &&
	       family != (packet->family == FAMILY_IPV4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
}

/* 0 where it is not known. */
static uint16_t proxy_port(const struct op *op, const struct packet *packet,
			   const struct registers *registers)
{
	int16_t at = op->handover.port;

	if (at < 0)
		return packet->destination_port;
	if (!registers_fit((uint8_t)at, 2) || registers->unknown[at] || registers->unknown[at + 1])
		return 0;
	return (uint16_t)(registers->bytes[at] << 8 | registers->bytes[at + 1]);
}

/*
 * A socket of TCP or UDP is looked for that stands in for all others (IP_TRANSPARENT): the connection's own, which is no such
 * thing if its first packet did not find one, or one that listens.
 */
static enum truth proxy_judge(const struct op *op, const struct host *host, const struct packet *packet,
			      const struct registers *registers)
{
	if (is_of_other_family(op, packet))
		return NO;
	if (packet->protocol != PROTOCOL_TCP && packet->protocol != PROTOCOL_UDP)
		return NO;
	return proxy_listens(host, packet, proxy_port(op, packet, registers));
}

static enum truth taker_judge(const struct op *op, const struct scene *scene, const struct world *world,
			      const struct registers *registers)
{
	switch (op->handover.kind) {
	case HANDOVER_SOCKET:
		return proxy_judge(op, scene->host, world->packet, registers);
	case HANDOVER_SYNPROXY:
		return world->packet->protocol == PROTOCOL_TCP ? YES : NO;
	case HANDOVER_QUEUE:
	case HANDOVER_DEVICE:
		break;
	}
	return YES;
}

enum truth handover_judge(const struct op *op, const struct scene *scene, const struct world *world,
			  const struct registers *registers)
{
	return op->handover.or_drops ? YES : taker_judge(op, scene, world, registers);
}

enum fate handover_fate(const struct op *op, const struct scene *scene, const struct world *world,
			const struct registers *registers)
{
	return taker_judge(op, scene, world, registers) == NO ? FATE_DROP : FATE_UNKNOWN;
}

const char *handover_words(const struct op *op)
{
	static const char *const words[] = {
		[HANDOVER_QUEUE] = "a program decides (queue)",
		[HANDOVER_DEVICE] = "it goes on to another device (fwd)",
		[HANDOVER_SOCKET] = "a proxy may take it (tproxy)",
		[HANDOVER_SYNPROXY] = "a proxy answers in place of this host (synproxy)",
	};

	return words[op->handover.kind];
}

enum truth write_judge(const struct op *op, const struct scene *scene, const struct world *world)
{
	struct registers scratch;
	struct op load = *op;

	if (op->kind == OP_OPTION_SET) /* an option that is not there is not missed */
		return world->packet->protocol == PROTOCOL_TCP ? YES : NO;
	load.dreg = 0;
	return load_payload(&load, scene, world, &scratch);
}

/* What a write may change. */
enum { TOUCHES_SERVICE = 1, TOUCHES_HOPS = 2, TOUCHES_REST = 4, TOUCHES_ENDS = 8 };

/* Addresses and ports, counted from the network header. */
static bool is_of_ends(size_t at, const struct packet *packet)
{
	size_t first = packet->family == FAMILY_IPV4 ? 12 : 8;

	return at >= first && at < packet->network_length + (size_t)4;
}

static uint8_t touch_of(size_t at, const struct packet *packet)
{
	if (at < 2)
		return TOUCHES_SERVICE;
	if (at == (packet->family == FAMILY_IPV4 ? 8 : 7))
		return TOUCHES_HOPS;
	return is_of_ends(at, packet) ? TOUCHES_REST | TOUCHES_ENDS : TOUCHES_REST;
}

/* Counted from the network header, a byte that is known for certain. */
static bool packet_has(const struct packet *packet, size_t at, uint8_t byte)
{
	size_t transport = at - packet->network_length;

	if (at < packet->network_length)
		return !(packet->network_origin[at] & ORIGIN_UNKNOWN) && packet->network[at] == byte;
	return transport < packet->transport_length && packet->transport_origin[transport] == ORIGIN_FIXED &&
	       packet->transport[transport] == byte;
}

/* nft reads whole words, changes some bits and writes them back: bytes that stay what they were are not touched. */
static uint8_t touches(const struct op *op, const struct packet *packet, const struct registers *registers)
{
	size_t start = op->payload.offset;
	uint8_t all = 0;

	if (op->payload.base == NFT_PAYLOAD_TRANSPORT_HEADER)
		start += packet->network_length;
	else if (op->payload.base != NFT_PAYLOAD_NETWORK_HEADER)
		return TOUCHES_REST;
	for (size_t i = 0; i < op->length; i++) {
		bool known = registers_fit(op->sreg, op->length) && !registers->unknown[op->sreg + i];

		if (!known || !packet_has(packet, start + i, registers->bytes[op->sreg + i]))
			all |= touch_of(start + i, packet);
	}
	return all;
}

bool write_run(const struct op *op, const struct scene *scene, const struct registers *registers,
	       struct world *world)
{
	uint8_t touched;

	if (op->kind == OP_OPTION_SET)
		world->rewritten |= op->exthdr.present && scene->facts->tells_options;
	if (op->kind == OP_OPTION_SET || op->payload.base == NFT_PAYLOAD_LL_HEADER)
		return true;
	touched = touches(op, world->packet, registers);
	world->rewritten |= (touched & TOUCHES_SERVICE) && scene->facts->tells_service;
	world->rewritten |= (touched & TOUCHES_HOPS) && scene->facts->tells_hops;
	if (touched & TOUCHES_REST)
		world_blur(world);
	return !(touched & TOUCHES_ENDS);
}
