/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A packet before and behind NAT. Knows on which side of it a stop is, and that NAT leaves alone what has no entry in connection
 * tracking; each look of a packet is made once.
 */
#include "view.h"
#include "flow.h"

void talk_packet(const struct talk *talk, enum packet_role role, struct packet *out)
{
	packet_build(role, talk->protocol, &talk->client, &talk->server, talk->client_is_here, talk->link,
		     out);
}

/* What has no entry looks as it was sent: by the client to the outside, by the server from the inside. */
static bool looks_inside(const struct scene *scene, const struct world *world, const struct stop *stop)
{
	if (world->packet->original)
		return stop->inside && flow_has_entry(scene, world);
	return stop->inside || !flow_has_entry(scene, world);
}

static const struct packet *packet_inside(struct views *views, const struct talk *talk,
					  const struct world *world, struct pool *pool)
{
	struct talk moved = *talk;
	struct packet *inside = pool_alloc(pool, sizeof(*inside));
	struct view *list = pool_grow(pool, views->list, views->count, sizeof(*list));

	if (!inside || !list)
		return NULL;
	moved.server.address = world->mapping->to;
	moved.server.port = world->mapping->to_port;
	talk_packet(&moved, world->packet->role, inside);
	if (world->packet->payload_length > 0)
		packet_add_data(inside);
	views->list = list;
	list[views->count++] = (struct view){world->packet, world->mapping, inside};
	return inside;
}

const struct packet *view_find(struct views *views, const struct talk *talk, const struct scene *scene,
			       const struct world *world, const struct stop *stop)
{
	if (!world->mapping || !looks_inside(scene, world, stop))
		return world->packet;
	for (size_t i = 0; i < views->count; i++)
		if (views->list[i].packet == world->packet && views->list[i].mapping == world->mapping)
			return views->list[i].inside;
	return packet_inside(views, talk, world, scene->pool);
}
