/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NAT on the way to this host. A new destination that is this host is followed: later hooks see the new port. One that is
 * not takes the packet away from this host. Changing the source changes nothing about delivery. What does not have one
 * outcome (ranges of ports or addresses), and NAT of our own connections, is not known.
 */
#include "nat.h"
#include "flow.h"

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
	*address = packet->destination;
	if (op->nat.address_min < 0)
		return true;
	return register_value(registers, op->nat.address_min, op->nat.address_max,
			      address_size(packet->family), address->bytes);
}

static int map(struct world *world, const struct scene *scene, const struct rule *rule,
	       const struct address *address, uint16_t port)
{
	const struct packet *packet = world->packet;
	struct mapping *mapping;

	if (address_equal(address, &packet->destination) && port == packet->destination_port)
		return 0; /* nothing moves, and `ct status dnat` is not set */
	mapping = pool_alloc(scene->pool, sizeof(*mapping));
	if (!mapping)
		return -1;
	mapping->from = packet->destination;
	mapping->from_port = packet->destination_port;
	mapping->to = *address;
	mapping->to_port = port;
	mapping->base = scene->base;
	mapping->rule = rule;
	world->mapping = mapping;
	return 0;
}

/* From outside nobody reaches the loopback, NAT or not (ip_route_input_slow, ip6_input). */
static bool is_martian(const struct packet *packet, const struct address *address)
{
	const struct link *link = packet->iface;

	if (!address_is_loopback(address) || (link && link->loopback))
		return false;
	return !link || packet->family == FAMILY_IPV6 || !link->routes_loopback;
}

static int change_destination(const struct op *op, const struct scene *scene, const struct rule *rule,
			      struct world *world, const struct registers *registers, struct nat_result *out)
{
	const struct packet *packet = world->packet;
	const struct address *first;
	struct address address;
	uint16_t port;

	*out = (struct nat_result){FATE_UNKNOWN, "NAT whose outcome is not one address and port"};
	if (packet->leaves || scene->base->hook != HOOK_PREROUTING) {
		out->because = "NAT of this host's own connections";
		return 0;
	}
	if (!new_port(op, registers, packet, &port) || !new_address(op, registers, packet, &address))
		return 0;
	if (op->nat.kind == NAT_REDIRECT) {
		first = first_address(scene->host, packet);
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
	if (!host_is_local(scene->host, &address) && !address_equal(&address, &packet->destination)) {
		*out = (struct nat_result){FATE_DROP, NULL};
		return 0;
	}
	*out = (struct nat_result){FATE_PASS, NULL};
	return map(world, scene, rule, &address, port);
}

int nat_run(const struct op *op, const struct scene *scene, const struct rule *rule, struct world *world,
	    const struct registers *registers, struct nat_result *out)
{
	world->nat_done = true;
	if (scene->facts->writes_zone) { /* replies are translated back only if they find their connection */
		*out = (struct nat_result){FATE_UNKNOWN, "NAT with conntrack zones"};
		return 0;
	}
	if (!packet_opens(world->packet)) { /* what came before it went without */
		*out = (struct nat_result){FATE_UNKNOWN, "NAT in the middle of a connection"};
		return 0;
	}
	switch (op->nat.kind) {
	case NAT_SOURCE:
	case NAT_MASQUERADE:
		*out = (struct nat_result){FATE_PASS, NULL};
		return 0;
	case NAT_DESTINATION:
	case NAT_REDIRECT:
		return change_destination(op, scene, rule, world, registers, out);
	}
	*out = (struct nat_result){FATE_UNKNOWN, "NAT"};
	return 0;
}
