/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads of what the kernel knows about a packet by asking others: its route, its socket, who may have sent it, in which tunnel
 * or by which IPsec it came. The packets asked about have no IPsec, and no tunnel but that of their interface
 * (nft_rt.c, nft_socket.c, nft_osf.c, nft_tunnel.c, nft_xfrm.c).
 */
#include "flow.h"
#include "listen.h"
#include "load.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

static enum truth put_zero(const struct op *op, struct registers *registers)
{
	static const uint8_t zeros[REGISTER_BYTES];

	registers_write(registers, op->dreg, zeros, NULL, op->length, ORIGIN_FIXED);
	return YES;
}

static enum truth put_unknown(const struct op *op, enum truth truth, struct registers *registers)
{
	registers_write_unknown(registers, op->dreg, op->length, ORIGIN_UNKNOWN);
	return truth;
}

/* A flag may be either, and nothing else. */
static enum truth put_flag(const struct op *op, enum truth truth, struct registers *registers)
{
	static const uint8_t none, either = 1;

	registers_write(registers, op->dreg, &none, &either, sizeof(none), ORIGIN_UNKNOWN);
	return truth;
}

/* What arrives has its route behind prerouting. */
static enum truth load_route(const struct op *op, const struct scene *scene, const struct packet *packet,
			     struct registers *registers)
{
	if (!packet->leaves && scene->base->hook != HOOK_INPUT)
		return NO;
	if ((op->attached.key == NFT_RT_NEXTHOP4 && packet->family != FAMILY_IPV4) ||
	    (op->attached.key == NFT_RT_NEXTHOP6 && packet->family != FAMILY_IPV6))
		return NO;
	if (op->attached.key == NFT_RT_XFRM)
		return put_zero(op, registers);
	return put_unknown(op, YES, registers);
}

/* Of a socket that waits for the packet: what is asked, as far as all that may be it have it in common. */
static enum truth put_listener(const struct op *op, const struct listener *listener, bool alike,
			       struct registers *registers)
{
	const uint8_t transparent = listener->transparent, wildcard = listener->any;

	if (op->attached.key == NFT_SOCKET_TRANSPARENT && alike)
		registers_write(registers, op->dreg, &transparent, NULL, 1, ORIGIN_FIXED);
	else if (op->attached.key == NFT_SOCKET_WILDCARD && alike)
		registers_write(registers, op->dreg, &wildcard, NULL, 1, ORIGIN_FIXED);
	else if (op->length == 1)
		return put_flag(op, YES, registers);
	else
		return put_unknown(op, YES, registers);
	return YES;
}

/*
 * Where a packet has no socket yet one is looked for, those that listen included: what opens a conversation from outside finds
 * such a one or none. What follows may find a connection of its own, of which no more is known than that.
 */
static enum truth load_socket(const struct op *op, const struct scene *scene, const struct packet *packet,
			      struct registers *registers)
{
	enum truth truth = packet->leaves && packet->original ? YES : MAYBE;
	const struct listener *listener = NULL;
	bool alike;

	if (!packet->leaves && packet_opens(packet))
		truth = listener_find(scene->host, packet, &listener, &alike);
	if (truth == NO)
		return NO;
	if (listener)
		return put_listener(op, listener, alike, registers);
	return op->length == 1 ? put_flag(op, truth, registers) : put_unknown(op, truth, registers);
}

/* Who opens a connection is told by how he does it. */
static enum truth load_system(const struct op *op, const struct packet *packet, struct registers *registers)
{
	if (packet->role != PACKET_SYN && packet->role != PACKET_SYN_ACK)
		return NO;
	return put_unknown(op, YES, registers);
}

static bool is_tunnel(const struct link *link)
{
	static const char *const plain[] = {"veth",    "bridge", "bond", "dummy", "vlan",
					    "macvlan", "ipvlan", "tun",  "vrf",   "team"};

	if (!link || !link->kind)
		return false;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strcmp(link->kind, plain[i]) == 0)
			return false;
	return true;
}

static enum truth load_tunnel(const struct op *op, const struct packet *packet, struct registers *registers)
{
	if (is_tunnel(packet->iface))
		return op->attached.key == NFT_TUNNEL_PATH ? put_flag(op, YES, registers)
							   : put_unknown(op, MAYBE, registers);
	return op->attached.key == NFT_TUNNEL_PATH ? put_zero(op, registers) : NO;
}

enum truth load_attached(const struct op *op, const struct scene *scene, const struct world *world,
			 struct registers *registers)
{
	switch (op->attached.kind) {
	case ATTACHED_ROUTE:
		return load_route(op, scene, world->packet, registers);
	case ATTACHED_SOCKET:
		return load_socket(op, scene, world->packet, registers);
	case ATTACHED_SYSTEM:
		return load_system(op, world->packet, registers);
	case ATTACHED_TUNNEL:
		return load_tunnel(op, world->packet, registers);
	case ATTACHED_IPSEC:
		break;
	}
	return NO;
}
