/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads of what the kernel knows about a packet beside its bytes. Every key has a row; a missing interface is 0 or an empty
 * name and compares normally, but has no type, group or kind (net/netfilter/nft_meta.c).
 */
#include "clock.h"
#include "flow.h"
#include "load.h"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

enum { NAME_BYTES = 16 };

/* What a row's function may look at. */
struct meta {
	const struct scene *scene;
	const struct world *world;
	const struct packet *packet;
	const struct op *op;
	struct registers *registers;
};

static enum truth put(const struct meta *meta, const void *bytes, size_t length, uint8_t origin)
{
	registers_write(meta->registers, meta->op->dreg, bytes, NULL, length, origin);
	return YES;
}

static enum truth put32(const struct meta *meta, uint32_t value, uint8_t origin)
{
	return put(meta, &value, sizeof(value), origin);
}

static enum truth put8(const struct meta *meta, uint8_t value)
{
	return put(meta, &value, sizeof(value), ORIGIN_FIXED);
}

static enum truth put_unknown(const struct meta *meta)
{
	registers_write_unknown(meta->registers, meta->op->dreg, meta->op->length, ORIGIN_UNKNOWN);
	return YES;
}

static enum truth put_name(const struct meta *meta, const char *name)
{
	uint8_t bytes[NAME_BYTES] = {0};
	size_t length = strnlen(name, NAME_BYTES - 1);

	memcpy(bytes, name, length);
	return put(meta, bytes, sizeof(bytes), ORIGIN_INTERFACE);
}

/* Interfaces: the one that this packet has on the side that the key asks for. */

static bool key_asks_for_output(uint32_t key)
{
	return key == NFT_META_OIF || key == NFT_META_OIFNAME || key == NFT_META_OIFTYPE ||
	       key == NFT_META_OIFGROUP || key == NFT_META_OIFKIND;
}

static bool is_routed(const struct meta *meta)
{
	return meta->scene->base->hook != HOOK_INGRESS && meta->scene->base->hook != HOOK_PREROUTING;
}

/* What is forwarded has both sides, once its way is known. */
static bool side_is_missing(const struct meta *meta)
{
	bool output = key_asks_for_output(meta->op->meta.key);

	if (meta->packet->onward)
		return output && !is_routed(meta);
	return output != meta->packet->leaves;
}

static const struct link *side(const struct meta *meta)
{
	if (meta->packet->onward && key_asks_for_output(meta->op->meta.key))
		return meta->packet->onward;
	return meta->packet->iface;
}

static enum truth put_some_link(const struct meta *meta)
{
	registers_write_unknown(meta->registers, meta->op->dreg, meta->op->length, ORIGIN_INTERFACE);
	return YES;
}

static enum truth put_link_itself(const struct meta *meta)
{
	registers_write_unknown(meta->registers, meta->op->dreg, meta->op->length,
				ORIGIN_INTERFACE | ORIGIN_LINK);
	return YES;
}

static enum truth load_index(const struct meta *meta)
{
	if (side_is_missing(meta))
		return put32(meta, 0, ORIGIN_INTERFACE);
	return side(meta) ? put32(meta, side(meta)->index, ORIGIN_INTERFACE) : put_link_itself(meta);
}

static enum truth load_name(const struct meta *meta)
{
	if (side_is_missing(meta))
		return put_name(meta, "");
	return side(meta) ? put_name(meta, side(meta)->name) : put_link_itself(meta);
}

/* Behind the hooks of the other side, the packet is of the link that it leaves by, and the kernel asks that one. */
static bool has_left(const struct meta *meta)
{
	enum hook hook = meta->scene->base->hook;

	return meta->packet->leaves && (hook == HOOK_POSTROUTING || hook == HOOK_EGRESS);
}

static enum truth load_type(const struct meta *meta)
{
	if (side_is_missing(meta) && !has_left(meta))
		return NO;
	if (!side(meta))
		return put_some_link(meta);
	return put(meta, &side(meta)->type, sizeof(side(meta)->type), ORIGIN_INTERFACE);
}

static enum truth load_group(const struct meta *meta)
{
	if (side_is_missing(meta))
		return NO;
	return side(meta) ? put32(meta, side(meta)->group, ORIGIN_INTERFACE) : put_some_link(meta);
}

static enum truth load_kind(const struct meta *meta)
{
	if (side_is_missing(meta))
		return NO;
	if (!side(meta))
		return put_some_link(meta);
	return side(meta)->kind ? put_name(meta, side(meta)->kind) : NO;
}

static bool is_bridge(const struct link *link)
{
	return link->kind && strcmp(link->kind, "bridge") == 0;
}

static bool has_bridge(const struct host *host)
{
	for (size_t i = 0; i < host->link_count; i++)
		if (is_bridge(&host->links[i]))
			return true;
	return false;
}

/* Whether bridges hand on what they carry was not read. */
static enum truth load_bridge_port(const struct meta *meta)
{
	const struct link *iface = meta->packet->iface;

	if (iface ? is_bridge(iface) : has_bridge(meta->scene->host))
		return put_some_link(meta);
	return put(meta, &(uint8_t){0}, 1, ORIGIN_INTERFACE);
}

/* The packet */

static enum truth load_length(const struct meta *meta)
{
	const struct packet *packet = meta->packet;

	static const uint32_t none, with_options = 0x7f;

	if (packet->payload_length > 0)
		return put_unknown(meta);
	if (meta->scene->base->hook == HOOK_EGRESS) /* there with the link's header (nf_hook_egress) */
		return put_unknown(meta);
	if (packet->protocol != PROTOCOL_TCP || packet->whole)
		return put32(meta, (uint32_t)packet->network_length + packet->transport_length, ORIGIN_FIXED);
	registers_write(meta->registers, meta->op->dreg, &none, &with_options, sizeof(none), ORIGIN_UNKNOWN);
	return YES;
}

static enum truth load_protocol(const struct meta *meta)
{
	static const uint8_t types[][2] = {
		[FAMILY_IPV4] = {ETH_P_IP >> 8, ETH_P_IP & 0xff},
		[FAMILY_IPV6] = {ETH_P_IPV6 >> 8, ETH_P_IPV6 & 0xff},
	};

	return put(meta, types[meta->packet->family], 2, ORIGIN_FIXED);
}

static enum truth load_nfproto(const struct meta *meta)
{
	static const uint8_t protocols[] = {[FAMILY_IPV4] = NFPROTO_IPV4, [FAMILY_IPV6] = NFPROTO_IPV6};

	if (meta->scene->base->table->family == TABLE_NETDEV)
		return put8(meta, NFPROTO_NETDEV);
	return put8(meta, protocols[meta->packet->family]);
}

static enum truth load_l4proto(const struct meta *meta)
{
	return put8(meta, meta->packet->protocol);
}

static enum truth load_mark(const struct meta *meta)
{
	const struct mark *mark = &meta->world->mark;

	registers_write(meta->registers, meta->op->dreg, &mark->bits, &mark->unknown, sizeof(mark->bits),
			mark->unknown ? ORIGIN_UNKNOWN : ORIGIN_FIXED);
	return YES;
}

static enum truth load_pkttype(const struct meta *meta)
{
	const struct packet *packet = meta->packet;

	if (meta->scene->facts->writes_pkttype)
		return put_unknown(meta);
	if (!packet->leaves && address_is_multicast(&packet->destination))
		return put8(meta, PACKET_MULTICAST);
	return put8(meta, PACKET_HOST);
}

/*
 * The socket. What arrives gets it between prerouting and input, where a connection has one by then (tcp_v4_early_demux,
 * udp_v4_early_demux): never a flow's first packet; surely what answers a TCP client of ours; else perhaps, since a server's
 * may not have been accepted yet, and a datagram's need not be connected.
 */
static enum truth has_socket(const struct meta *meta)
{
	const struct packet *packet = meta->packet;

	if (packet->leaves)
		return YES;
	if (packet_is_discovery(packet) || meta->scene->base->hook != HOOK_INPUT || packet_opens(packet))
		return NO;
	return !packet->original && packet->protocol == PROTOCOL_TCP ? YES : MAYBE;
}

/* The groups of users are not read; root's is 0. */
static void put_owner(const struct meta *meta)
{
	const uint32_t uid = meta->packet->uid;

	if (meta->op->meta.key == NFT_META_SKGID && uid)
		put_unknown(meta);
	else
		put32(meta, uid, ORIGIN_OWNER);
}

/* A client of ours is who asks, root if nobody is named; a server is somebody's; the kernel's own sockets have no file. */
static enum truth load_owner(const struct meta *meta)
{
	const struct packet *packet = meta->packet;
	enum truth socket = packet_is_discovery(packet) ? NO : has_socket(meta);

	if (socket != NO && packet->leaves == packet->original)
		put_owner(meta);
	else if (socket != NO)
		put_unknown(meta);
	return socket;
}

static enum truth load_cgroup(const struct meta *meta)
{
	enum truth socket = has_socket(meta);

	if (socket != NO)
		put_unknown(meta);
	return socket;
}

static enum truth load_nftrace(const struct meta *meta)
{
	return meta->scene->facts->writes_nftrace ? put_unknown(meta) : put8(meta, 0);
}

/* Behind a VRF the packet is the VRF's, and remembers by which of its ports it came. */
static bool is_of_vrf(const struct meta *meta)
{
	const struct link *link = meta->packet->iface;
	const struct link *master = link ? host_link(meta->scene->host, link->master) : NULL;

	return master && master->kind && strcmp(master->kind, "vrf") == 0;
}

static enum truth load_port_index(const struct meta *meta)
{
	return is_of_vrf(meta) ? put_some_link(meta) : put32(meta, 0, ORIGIN_FIXED);
}

static enum truth load_port_name(const struct meta *meta)
{
	return is_of_vrf(meta) ? put_some_link(meta) : put_name(meta, "");
}

/* What leaves has that of its socket; what comes has none, unless a VLAN or a rule gave it one. */
static enum truth load_priority(const struct meta *meta)
{
	const struct link *link = meta->packet->iface;
	bool vlan = link && link->kind && strcmp(link->kind, "vlan") == 0;

	if (meta->packet->leaves || meta->scene->facts->writes_priority || vlan)
		return put_unknown(meta);
	return put32(meta, 0, ORIGIN_FIXED);
}

/* It is that of the route, which what arrives has behind prerouting. */
static enum truth load_realm(const struct meta *meta)
{
	if (!meta->packet->leaves && meta->scene->base->hook != HOOK_INPUT)
		return NO;
	return put_unknown(meta);
}

static enum truth load_time(const struct meta *meta)
{
	return clock_load(meta->op, meta->scene, meta->world, meta->registers);
}

static enum truth load_zero8(const struct meta *meta)
{
	return put8(meta, 0);
}

typedef enum truth load_function(const struct meta *meta);

static load_function *const loads[] = {
	[NFT_META_LEN] = load_length,         [NFT_META_PROTOCOL] = load_protocol,
	[NFT_META_MARK] = load_mark,          [NFT_META_IIF] = load_index,
	[NFT_META_OIF] = load_index,          [NFT_META_IIFNAME] = load_name,
	[NFT_META_OIFNAME] = load_name,       [NFT_META_IIFTYPE] = load_type,
	[NFT_META_OIFTYPE] = load_type,       [NFT_META_SKUID] = load_owner,
	[NFT_META_SKGID] = load_owner,        [NFT_META_NFTRACE] = load_nftrace,
	[NFT_META_NFPROTO] = load_nfproto,    [NFT_META_L4PROTO] = load_l4proto,
	[NFT_META_PKTTYPE] = load_pkttype,    [NFT_META_IIFGROUP] = load_group,
	[NFT_META_OIFGROUP] = load_group,     [NFT_META_CGROUP] = load_cgroup,
	[NFT_META_SECPATH] = load_zero8,      [NFT_META_IIFKIND] = load_kind,
	[NFT_META_OIFKIND] = load_kind,       [NFT_META_SDIF] = load_port_index,
	[NFT_META_SDIFNAME] = load_port_name, [NFT_META_PRIORITY] = load_priority,
	[NFT_META_RTCLASSID] = load_realm,    [NFT_META_TIME_NS] = load_time,
	[NFT_META_TIME_DAY] = load_time,      [NFT_META_TIME_HOUR] = load_time,
};

enum truth load_meta(const struct op *op, const struct scene *scene, const struct world *world,
		     struct registers *registers)
{
	const struct meta meta = {scene, world, world->packet, op, registers};

	if (op->meta.key == META_UTC_DAY)
		return load_time(&meta);
	if (op->meta.key == META_BRIDGE_PORT)
		return load_bridge_port(&meta);
	if (op->meta.key >= sizeof(loads) / sizeof(loads[0]) || !loads[op->meta.key])
		return put_unknown(&meta); /* random numbers, the processor, ... */
	return loads[op->meta.key](&meta);
}
