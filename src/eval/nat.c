/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NAT on the way to this host. A new destination that is this host is followed: later hooks see the new port. One that is
 * not takes the packet away from this host. A new source changes nothing about delivery, but what is behind it sees no more
 * of the old one than is certain. What does not have one outcome (ranges of ports or addresses), and a new destination of our
 * own connections, is not known.
 */
#include "nat.h"
#include "flow.h"

#include <linux/netfilter/nf_nat.h>
#include <string.h>

/* The bytes in the register, if all are known; a range of one value counts as that value. */
static bool register_value(const struct registers *registers, int16_t min, int16_t max, size_t length,
			   uint8_t *out)
{
	for (size_t i = 0; i < length; i++) {
		if (!registers_fit((uint8_t)min, length) || registers->unknown[min + i])
			return false;
		out[i] = registers->bytes[min + i];
	}
	if (max < 0 || max == min)
		return true;
	return registers_fit((uint8_t)max, length) && memcmp(registers->bytes + max, out, length) == 0;
}

/*
 * With a prefix the range tells its bits: those that its ends have in common are new, the rest stays. Of a peer
 * that stands for others the new address is only known if no bit of it stays; of this host's, each is asked about.
 */
static bool map_prefix(const struct op *op, const struct registers *registers, size_t length,
		       struct endpoint *end)
{
	uint8_t ends[2][sizeof(end->address.bytes)], stays = 0;

	if (!register_value(registers, op->nat.address_min, -1, length, ends[0]) ||
	    !register_value(registers, op->nat.address_max, -1, length, ends[1]))
		return false;
	for (size_t i = 0; i < length; i++) {
		uint8_t open = ends[0][i] ^ ends[1][i];

		end->address.bytes[i] = (end->address.bytes[i] & open) | (ends[0][i] & (uint8_t)~open);
		stays |= open;
	}
	return !stays || !(end->address_origin & (ORIGIN_PEER_ADDRESS | ORIGIN_UNKNOWN));
}

/* The address that the operation tells, in place of the one that the end has. */
static bool give_address(const struct op *op, const struct registers *registers, struct endpoint *end)
{
	size_t length = address_size(end->address.family);

	if (op->nat.flags & NF_NAT_RANGE_NETMAP && op->nat.address_max >= 0)
		return map_prefix(op, registers, length, end);
	return register_value(registers, op->nat.address_min, op->nat.address_max, length,
			      end->address.bytes);
}

static const struct address *first_address(const struct host *host, const struct packet *packet)
{
	for (size_t i = 0; packet->iface && i < host->address_count; i++) {
		const struct host_address *address = &host->addresses[i];

		if (address->link == packet->iface->index && address->address.family == packet->family)
			return &address->address;
	}
	return packet->iface ? NULL : &packet->destination;
}

static bool new_port(const struct op *op, const struct registers *registers, const struct packet *packet,
		     uint16_t *port)
{
	uint8_t bytes[2];

	*port = packet->destination_port;
	if (op->nat.port_min < 0)
		return true;
	if (!register_value(registers, op->nat.port_min, op->nat.port_max, sizeof(bytes), bytes))
		return false;
	*port = (uint16_t)(bytes[0] << 8 | bytes[1]);
	return true;
}

static bool new_address(const struct op *op, const struct registers *registers, const struct packet *packet,
			struct address *address)
{
	struct endpoint end = packet_end(packet, false);
	bool known = op->nat.address_min < 0 || give_address(op, registers, &end);

	*address = end.address;
	return known;
}

static const struct mapping *mapping_make(const struct nat_place *place, const struct endpoint *from,
					  const struct endpoint *to)
{
	struct mapping *mapping = pool_alloc(place->scene->pool, sizeof(*mapping));

	if (mapping)
		*mapping = (struct mapping){*from, *to, place->scene->base, place->rule};
	return mapping;
}

static int map(struct world *world, const struct nat_place *place, const struct address *address,
	       uint16_t port)
{
	struct endpoint from = packet_end(world->packet, false), to = from;

	if (address_equal(address, &from.address) && port == from.port)
		return 0; /* nothing moves, and `ct status dnat` is not set */
	to.address = *address;
	to.port = port;
	world->mapping = mapping_make(place, &from, &to);
	return world->mapping ? 0 : -1;
}

/* From outside nobody reaches the loopback, NAT or not (ip_route_input_slow, ip6_input). */
static bool is_martian(const struct packet *packet, const struct address *address)
{
	const struct link *link = packet->iface;

	if (!address_is_loopback(address) || (link && link->loopback))
		return false;
	return !link || packet->family == FAMILY_IPV6 || !link->routes_loopback;
}

static int change_destination(const struct op *op, const struct nat_place *place, struct world *world,
			      const struct registers *registers, struct nat_result *out)
{
	const struct packet *packet = world->packet;
	const struct address *first;
	struct address address;
	uint16_t port;

	*out = (struct nat_result){FATE_UNKNOWN, "NAT whose outcome is not one address and port"};
	if (packet->leaves || place->scene->base->hook != HOOK_PREROUTING) {
		out->because = "NAT of this host's own connections";
		return 0;
	}
	if (!new_port(op, registers, packet, &port) || !new_address(op, registers, packet, &address))
		return 0;
	if (op->nat.kind == NAT_REDIRECT) {
		first = first_address(place->scene->host, packet);
		if (!first) {
			*out = (struct nat_result){FATE_DROP, NULL};
			return 0;
		}
		address = *first;
	}
	if (is_martian(packet, &address)) {
		*out = (struct nat_result){FATE_DROP, "its new destination is the loopback"};
		return 0;
	}
	if (!host_is_local(place->scene->host, &address) && !address_equal(&address, &packet->destination)) {
		*out = (struct nat_result){FATE_DROP, NULL};
		return 0;
	}
	*out = (struct nat_result){FATE_PASS, NULL};
	return map(world, place, &address, port);
}

/* The source */

/* The only address that a masquerading interface has to give; NULL when there are several, or none that is known. */
static const struct address *only_address(const struct host *host, const struct packet *packet)
{
	const struct link *link = packet->onward ? packet->onward : packet->iface;
	const struct address *only = NULL;

	for (size_t i = 0; link && i < host->address_count; i++) {
		const struct host_address *held = &host->addresses[i];

		if (held->link != link->index || held->address.family != packet->family ||
		    address_is_link_local(&held->address))
			continue;
		if (only)
			return NULL;
		only = &held->address;
	}
	return only;
}

static void disguise_address(const struct op *op, const struct host *host, const struct packet *packet,
			     const struct registers *registers, struct endpoint *to)
{
	const struct address *only;
	bool known = true;

	if (op->nat.kind == NAT_MASQUERADE) {
		only = only_address(host, packet);
		known = only != NULL;
		to->address = known ? *only : to->address;
	} else if (op->nat.address_min >= 0) {
		known = give_address(op, registers, to);
	}
	if (!known)
		to->address_origin = ORIGIN_UNKNOWN;
	else if (!address_equal(&to->address, &packet->source))
		to->address_origin = ORIGIN_FIXED;
}

/* Where only the address is told the port stays, unless somebody with the new address has it already. */
static void disguise_port(const struct op *op, const struct registers *registers, bool moved,
			  struct endpoint *to)
{
	uint8_t bytes[2];

	if (op->nat.port_min < 0 && !(op->nat.flags & NF_NAT_RANGE_PROTO_RANDOM_ALL) && !moved)
		return;
	to->port_origin = ORIGIN_UNKNOWN;
	if (op->nat.port_min < 0 ||
	    !register_value(registers, op->nat.port_min, op->nat.port_max, sizeof(bytes), bytes))
		return;
	to->port = (uint16_t)(bytes[0] << 8 | bytes[1]);
	to->port_origin = ORIGIN_FIXED;
}

static bool is_moved(const struct endpoint *from, const struct endpoint *to)
{
	return (to->address_origin & ORIGIN_UNKNOWN) || !address_equal(&from->address, &to->address);
}

/* The answers to a peer in disguise leave as if they went to that address; only behind that they get the true one. */
static bool answers_leave_alike(const struct host *host, const struct packet *packet,
				const struct endpoint *to)
{
	const struct route *route = host_route(host, &to->address);

	if (packet->leaves || packet->onward)
		return true;
	return !(to->address_origin & ORIGIN_UNKNOWN) && !host_is_local(host, &to->address) && route &&
	       packet->iface && route->link == packet->iface->index;
}

static int change_source(const struct op *op, const struct nat_place *place, struct world *world,
			 const struct registers *registers, struct nat_result *out)
{
	struct endpoint from = packet_end(world->packet, true), to = from;

	*out = (struct nat_result){FATE_PASS, NULL};
	disguise_address(op, place->scene->host, world->packet, registers, &to);
	disguise_port(op, registers, is_moved(&from, &to), &to);
	if (!is_moved(&from, &to) && to.port_origin == from.port_origin)
		return 0;
	if (is_moved(&from, &to) && !answers_leave_alike(place->scene->host, world->packet, &to)) {
		*out = (struct nat_result){FATE_UNKNOWN,
					   "NAT of the source, whose answers may leave elsewhere"};
		return 0;
	}
	world->disguise = mapping_make(place, &from, &to);
	return world->disguise ? 0 : -1;
}

static bool is_of_destination(enum hook hook)
{
	return hook == HOOK_PREROUTING || hook == HOOK_OUTPUT;
}

int nat_run(const struct op *op, const struct nat_place *place, struct world *world,
	    const struct registers *registers, struct nat_result *out)
{
	world->nat_done = true;
	/* Replies are translated back only if they find their connection. */
	if (place->scene->facts->writes_zone) {
		*out = (struct nat_result){FATE_UNKNOWN, "NAT with conntrack zones"};
		return 0;
	}
	/* What came before it went without. */
	if (!packet_opens(world->packet)) {
		*out = (struct nat_result){FATE_UNKNOWN, "NAT in the middle of a connection"};
		return 0;
	}
	switch (op->nat.kind) {
	case NAT_SOURCE:
	case NAT_MASQUERADE:
		return change_source(op, place, world, registers, out);
	case NAT_DESTINATION:
	case NAT_REDIRECT:
		return change_destination(op, place, world, registers, out);
	case NAT_NETMAP:
		return is_of_destination(place->scene->base->hook)
			       ? change_destination(op, place, world, registers, out)
			       : change_source(op, place, world, registers, out);
	}
	*out = (struct nat_result){FATE_UNKNOWN, "NAT"};
	return 0;
}

bool nat_target(const struct op *op, const struct registers *registers, const struct packet *packet,
		struct address *address, uint16_t *port)
{
	return (op->nat.kind == NAT_DESTINATION || op->nat.kind == NAT_NETMAP) && op->nat.address_min >= 0 &&
	       new_address(op, registers, packet, address) && new_port(op, registers, packet, port);
}
