/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads from the routing tables: what kind of address it is, and by which interface it is reached. Computed from the host's
 * addresses and routes; a peer that is nobody in particular and that no route leads to is reached by the interface it comes
 * from, since otherwise nobody could be answered there.
 */
#include "flow.h"
#include "load.h"
#include "number_choice.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/rtnetlink.h>
#include <string.h>

enum { NO_TYPE = UINT8_MAX };

static bool on_link(const struct host *host, const struct address *address, const struct link *link)
{
	for (size_t i = 0; i < host->address_count; i++)
		if (host->addresses[i].link == link->index &&
		    address_equal(&host->addresses[i].address, address))
			return true;
	return false;
}

static bool is_broadcast(const struct address *address)
{
	static const uint8_t everybody[4] = {255, 255, 255, 255};

	return address->family == FAMILY_IPV4 && memcmp(address->bytes, everybody, 4) == 0;
}

/* The address of a network without host bits is all its routers', where no gateway leads there (ipv6_anycast_destination). */
static bool names_network(const struct address *address, const struct route *route)
{
	return address->family == FAMILY_IPV6 && route->to.length < 127 &&
	       address_equal(&route->to.address, address);
}

static bool is_attached(const struct host *host, const struct prefix *network)
{
	for (size_t i = 0; i < host->address_count; i++)
		if (prefix_equal(&host->addresses[i].prefix, network))
			return true;
	return false;
}

/*
 * RTN_*, or NO_TYPE where it is not known; with a link, only that link's addresses are local. `ours`: the question says that
 * it is this host's.
 */
static uint32_t address_type(const struct host *host, const struct address *address, bool ours,
			     const struct link *link)
{
	const struct route *route;

	if (address_is_multicast(address))
		return RTN_MULTICAST;
	if (ours && !link)
		return RTN_LOCAL;
	if (is_broadcast(address))
		return RTN_BROADCAST;
	if (link ? on_link(host, address, link) : host_is_local(host, address))
		return RTN_LOCAL;
	route = host_route(host, address);
	if (route && names_network(address, route))
		return is_attached(host, &route->to) ? RTN_ANYCAST : NO_TYPE;
	return route ? route->type : RTN_UNICAST;
}

/* Whether a route to the same network, of whatever metric, leads there by the link. */
static bool leads_by(const struct host *host, const struct route *best, const struct link *link)
{
	for (size_t i = 0; i < host->route_count; i++) {
		const struct route *route = &host->routes[i];

		if (route->link == link->index && route->table == best->table && route->type == RTN_UNICAST &&
		    route->to.length == best->to.length &&
		    address_equal(&route->to.address, &best->to.address))
			return true;
	}
	return false;
}

/* The link to an address, NULL when there is none, or none over the link the lookup is restricted to. */
static const struct link *link_to(const struct op *op, const struct scene *scene,
				  const struct address *address, const struct link *restricted)
{
	const struct route *route = host_route(scene->host, address);

	if (!route || route->type != RTN_UNICAST)
		return NULL;
	if (restricted && (op->fib.flags & FIB_F_ANY_METRIC) && leads_by(scene->host, route, restricted))
		return restricted;
	if (restricted && route->link != restricted->index)
		return NULL;
	return host_link(scene->host, route->link);
}

static enum truth put_link(const struct op *op, const struct link *link, struct registers *registers)
{
	uint32_t index = link ? link->index : 0;
	uint8_t name[16] = {0}, present = link != NULL;

	if (op->fib.flags & NFTA_FIB_F_PRESENT) {
		registers_write(registers, op->dreg, &present, NULL, 1, ORIGIN_INTERFACE);
	} else if (op->fib.result == NFT_FIB_RESULT_OIF) {
		registers_write(registers, op->dreg, &index, NULL, sizeof(index), ORIGIN_INTERFACE);
	} else {
		if (link)
			memcpy(name, link->name, strnlen(link->name, sizeof(name) - 1));
		registers_write(registers, op->dreg, name, NULL, sizeof(name), ORIGIN_INTERFACE);
	}
	return YES;
}

static enum truth put_some_link(const struct op *op, struct registers *registers)
{
	registers_write_unknown(registers, op->dreg, op->length ? op->length : 4, ORIGIN_INTERFACE);
	return YES;
}

/* For a packet that has a socket the kernel need not look: it names the link that the packet came in by (nft_fib_can_skip). */
static bool may_be_skipped(const struct scene *scene, const struct packet *packet)
{
	return scene->base->hook == HOOK_INPUT && !packet_opens(packet) && !packet_is_discovery(packet);
}

/* Our own address is reached by no link (RTN_LOCAL), unless the question is for another link than its own. */
static enum truth put_link_to(const struct op *op, const struct scene *scene, const struct packet *packet,
			      const struct address *address, struct registers *registers)
{
	bool restricted = op->fib.flags & (NFTA_FIB_F_IIF | NFTA_FIB_F_OIF);
	const struct link *link = link_to(op, scene, address, restricted ? packet->iface : NULL);
	bool is_peer = packet->onward || (address == &packet->source) != packet->leaves;

	if (!is_peer || host_is_local(scene->host, address)) {
		if (restricted && !on_link(scene->host, address, packet->iface))
			return put_some_link(op, registers);
		link = NULL;
	}
	if ((!packet->iface || link != packet->iface) && may_be_skipped(scene, packet))
		return put_some_link(op, registers);
	return put_link(op, link, registers);
}

/* Routes by mark need the rules of policy routing, which are not followed; an unmarked packet meets none that asks for one. */
static bool chosen_by_mark(const struct op *op, const struct world *world)
{
	return (op->fib.flags & NFTA_FIB_F_MARK) && (world->mark.bits || world->mark.unknown);
}

/* Whose the address is that a client got by NAT of its source, nobody says. */
static bool is_of_disguise(const struct world *world, bool source)
{
	const struct endpoint end = packet_end(world->packet, source);

	return world->disguise && ((end.address_origin & ORIGIN_UNKNOWN) ||
				   address_equal(&end.address, &world->disguise->to.address));
}

static enum truth load_fib(const struct op *op, const struct scene *scene, const struct world *world,
			   struct registers *registers)
{
	const struct packet *packet = world->packet;
	bool source = op->fib.flags & NFTA_FIB_F_SADDR;
	bool restricted = op->fib.flags & (NFTA_FIB_F_IIF | NFTA_FIB_F_OIF);
	const struct address *address = source ? &packet->source : &packet->destination;
	bool is_peer = packet->onward || source != packet->leaves;
	uint32_t type;

	if (is_of_disguise(world, source) || chosen_by_mark(op, world) || (restricted && !packet->iface))
		return put_some_link(op, registers);
	if (op->fib.result == NFT_FIB_RESULT_ADDRTYPE) {
		type = address_type(scene->host, address, !is_peer, restricted ? packet->iface : NULL);
		if (type == NO_TYPE)
			return put_some_link(op, registers);
		registers_write(registers, op->dreg, &type, NULL, sizeof(type), ORIGIN_FIXED);
		return YES;
	}
	/* Every link has a network of these; the kernel asks for the packet's own (nft_fib6_flowi_init). */
	if (is_peer && address->family == FAMILY_IPV6 && address_is_link_local(address))
		return put_link(op, packet->iface, registers);
	if (is_peer && scene->peer_general && !host_route(scene->host, address))
		return put_link(op, packet->iface, registers);
	return put_link_to(op, scene, packet, address, registers);
}

static enum truth load_of_kind(const struct op *op, const struct scene *scene, const struct world *world,
			       struct registers *registers)
{
	switch (op->kind) {
	case OP_PAYLOAD:
		return load_payload(op, scene, world, registers);
	case OP_META:
		return load_meta(op, scene, world, registers);
	case OP_CT:
		return load_ct(op, scene, world, registers);
	case OP_FIB:
		return load_fib(op, scene, world, registers);
	case OP_EXTHDR:
		return load_exthdr(op, world, registers);
	case OP_ATTACHED:
		return load_attached(op, scene, world, registers);
	case OP_NUMBER:
		number_load(op, world, registers);
		return YES;
	case OP_IMMEDIATE:
		registers_write(registers, op->dreg, op->immediate.at, NULL, op->immediate.length,
				ORIGIN_FIXED);
		return YES;
	case OP_BITWISE:
	case OP_BYTEORDER:
	case OP_CMP:
	case OP_RANGE:
	case OP_LOOKUP:
	case OP_LIMIT:
	case OP_QUOTA:
	case OP_CONNLIMIT:
	case OP_COUNTER:
	case OP_LOG:
	case OP_META_SET:
	case OP_CT_SET:
	case OP_PAYLOAD_SET:
	case OP_OPTION_SET:
	case OP_ASIDE:
	case OP_NOTRACK:
	case OP_DYNSET:
	case OP_VERDICT:
	case OP_REJECT:
	case OP_NAT:
	case OP_HANDOVER:
	case OP_OPAQUE:
		break;
	}
	return MAYBE;
}

enum truth load_run(const struct op *op, const struct scene *scene, const struct world *world,
		    struct registers *registers)
{
	enum truth found = load_of_kind(op, scene, world, registers);

	if (found == YES || op->missing.length == 0)
		return found;
	if (found == NO)
		registers_write(registers, op->dreg, op->missing.at, NULL, op->missing.length, ORIGIN_FIXED);
	else
		registers_write_unknown(registers, op->dreg, op->missing.length, ORIGIN_UNKNOWN);
	return YES;
}
