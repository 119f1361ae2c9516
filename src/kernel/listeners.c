/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who listens on a port, and how many connections there are to it.
 */
#include "sockets.h"

static bool is_any(const struct address *address)
{
	const struct address any = {.family = address->family};

	return address_equal(address, &any);
}

static const enum protocol listened[] = {PROTOCOL_TCP, PROTOCOL_UDP};

struct collecting {
	enum protocol protocol;
	struct listeners *out;
	struct pool *pool;
};

static int listener_take(const struct socket *found, void *context, struct error *err)
{
	const struct collecting *collecting = context;
	const struct address *local = &found->ends.local;
	struct listeners *out = collecting->out;

	out->list = pool_grow(collecting->pool, out->list, out->count, sizeof(*out->list));
	if (!out->list)
		return error_memory(err);
	out->list[out->count++] = (struct listener){
		.family = local->family,
		.protocol = collecting->protocol,
		.address = *local,
		.any = is_any(local),
		.both_families = local->family == FAMILY_IPV6 && is_any(local) && !found->only_ipv6,
		.transparent = found->transparent,
		.port = found->ends.local_port,
		.link = found->link,
		.inode = found->inode,
		.uid = found->uid,
	};
	return 0;
}

static int owners_name(struct listeners *listeners, struct pool *pool, struct error *err)
{
	size_t count = listeners->count;
	struct socket_owner *owners = pool_alloc(pool, (count + 1) * sizeof(*owners));

	if (!owners)
		return error_memory(err);
	for (size_t i = 0; i < count; i++)
		owners[i].inode = listeners->list[i].inode;
	if (socket_owners_find(owners, count, pool, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct socket_owner *owner = socket_owner(owners, count, listeners->list[i].inode);

		listeners->list[i].pid = owner->pid;
		listeners->list[i].program = owner->program;
	}
	return 0;
}

int listeners_read(enum protocol protocol, uint16_t port, bool owners, struct pool *pool,
		   struct listeners *out, struct error *err)
{
	struct collecting collecting = {.protocol = protocol, .out = out, .pool = pool};

	*out = (struct listeners){0};
	if (sockets_read(protocol, SOCKET_LISTENING, port, 0, listener_take, &collecting, err) < 0)
		return -1;
	return owners ? owners_name(out, pool, err) : 0;
}

int host_read_sockets(const struct ruleset *ruleset, struct pool *pool, struct host *host, struct error *err)
{
	struct listeners *listeners;
	struct collecting collecting = {.pool = pool};

	if (!ruleset_asks_sockets(ruleset))
		return 0;
	listeners = pool_alloc(pool, sizeof(*listeners));
	if (!listeners)
		return error_memory(err);
	collecting.out = listeners;
	for (size_t i = 0; i < sizeof(listened) / sizeof(listened[0]); i++) {
		collecting.protocol = listened[i];
		if (sockets_read(listened[i], SOCKET_LISTENING, 0, 0, listener_take, &collecting, err) < 0)
			return -1;
	}
	host->listeners = listeners;
	return 0;
}

struct gathering {
	struct connections *out;
	struct pool *pool;
};

static int connection_take(const struct socket *found, void *context, struct error *err)
{
	struct gathering *gathering = context;
	struct connections *out = gathering->out;

	out->list = pool_grow(gathering->pool, out->list, out->count, sizeof(*out->list));
	if (!out->list)
		return error_memory(err);
	out->list[out->count++] = found->ends;
	return 0;
}

int connections_read(struct pool *pool, struct connections *out, struct error *err)
{
	struct gathering gathering = {.out = out, .pool = pool};

	*out = (struct connections){0};
	return sockets_read(PROTOCOL_TCP, SOCKET_CONNECTED, 0, 0, connection_take, &gathering, err);
}

struct counting {
	struct port_range ports;
	bool inbound;
	size_t count;
};

static int connection_count(const struct socket *found, void *context, struct error *err)
{
	struct counting *counting = context;

	(void)err;
	if (port_contains(counting->ports,
			  counting->inbound ? found->ends.local_port : found->ends.peer_port))
		counting->count++;
	return 0;
}

int connections_count(enum protocol protocol, struct port_range ports, bool inbound, size_t *out,
		      struct error *err)
{
	struct counting counting = {.ports = ports, .inbound = inbound};
	/* A single port is looked for by the kernel, which spares us the others. */
	const uint16_t single = ports.first == ports.last ? ports.first : 0;

	if (sockets_read(protocol, SOCKET_ESTABLISHED, inbound ? single : 0, inbound ? 0 : single,
			 connection_count, &counting, err) < 0)
		return -1;
	*out = counting.count;
	return 0;
}
