/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The start of a conversation, or the place where one that is there already is met. Of the latter the client's port is known; the
 * handshake is past; and connection tracking has an entry for it, or will make one of what comes next.
 */
#include "start.h"

/* Everything of a connection that exists is known. */
static struct endpoint client_port(struct endpoint client, const struct query *query)
{
	const struct connection *existing = query->existing;

	client.port = CLIENT_PORT_TYPICAL;
	client.port_origin = ORIGIN_PEER_PORT;
	if (!existing)
		return client;
	client.port = query->direction == DIRECTION_OUT ? existing->local_port : existing->peer_port;
	client.port_origin = ORIGIN_FIXED;
	return client;
}

struct talk talk_of(const struct query *query, const struct end *end)
{
	bool client_is_here = query->direction == DIRECTION_OUT;
	const struct endpoint peer = {.address = end->peer,
				      .address_origin = end->peer_open ? ORIGIN_PEER_ADDRESS : ORIGIN_FIXED};
	const struct endpoint local = {.address = end->local,
				       .address_origin =
					       end->local_open ? ORIGIN_LOCAL_ADDRESS : ORIGIN_FIXED};
	struct talk talk = {
		.client = client_port(client_is_here ? local : peer, query),
		.server = client_is_here ? peer : local,
		.protocol = query->protocol,
		.client_is_here = client_is_here,
		.link = end->link,
		.back = end->back,
		.onward = end->onward,
		.uid = query->uid,
	};

	talk.server.port = query->port;
	return talk;
}

static bool is_past(enum packet_role role)
{
	return role == PACKET_SYN || role == PACKET_SYN_ACK || role == PACKET_DATAGRAM;
}

size_t roles_of(const struct query *query, enum packet_role out[4])
{
	enum packet_role all[4];
	size_t count = packet_roles(query->protocol, all), kept = 0;

	for (size_t i = 0; i < count; i++)
		if (!query->existing || !is_past(all[i]))
			out[kept++] = all[i];
	return kept;
}

static enum flow flow_met(const struct tracking *tracking)
{
	switch (tracking->known) {
	case TRACKING_NONE:
		return FLOW_NONE;
	case TRACKING_ENTRY:
		return tracking->answered ? FLOW_ANSWERED : FLOW_OPENED;
	case TRACKING_UNKNOWN:
		break;
	}
	return FLOW_ANSWERED;
}

/* The server listens elsewhere than where its client sends: whatever NAT rule did it, the entry keeps it. */
static int mapping_met(const struct query *query, struct pool *pool, struct world *world)
{
	const struct connection *existing = query->existing;
	struct mapping mapping = {.to = {.address = existing->local, .port = existing->local_port}};

	if (query->direction == DIRECTION_OUT || existing->tracking.known != TRACKING_ENTRY ||
	    existing->tracking.begun_here)
		return 0;
	mapping.from =
		(struct endpoint){.address = existing->tracking.asked, .port = existing->tracking.asked_port};
	if (mapping.from.port == mapping.to.port && address_equal(&mapping.from.address, &mapping.to.address))
		return 0;
	world->mapping = pool_copy(pool, &mapping, sizeof(mapping));
	return world->mapping ? 0 : -1;
}

static int world_meet(const struct query *query, struct pool *pool, struct world *world)
{
	const struct tracking *tracking = &query->existing->tracking;
	struct endpoint client = client_port((struct endpoint){0}, query);

	world->port_first = world->port_last = client.port;
	world->flow = flow_met(tracking);
	world->flow_backwards = tracking->known == TRACKING_ENTRY &&
				tracking->begun_here != (query->direction == DIRECTION_OUT);
	if (tracking->known == TRACKING_UNKNOWN)
		world->ct_mark.unknown = UINT32_MAX;
	else if (tracking->known == TRACKING_ENTRY)
		world->ct_mark.bits = tracking->mark;
	return mapping_met(query, pool, world);
}

int world_start(const struct query *query, const struct end *end, struct pool *pool, struct world *out)
{
	*out = (struct world){
		.port_first = CLIENT_PORT_FIRST, .port_last = CLIENT_PORT_LAST, .mapping = end->mapping};
	return query && query->existing ? world_meet(query, pool, out) : 0;
}
