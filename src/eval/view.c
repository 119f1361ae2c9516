/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A packet before and behind NAT. Knows on which side of it a stop is, and that NAT leaves alone what has no entry in connection
 * tracking; each look of a packet is made once.
 */
#include "view.h"
#include "flow.h"

/* What the client sends comes by its link and leaves by the other, and what the server sends the other way round. */
static void hand_on(const struct talk *talk, struct packet *packet)
{
	packet->leaves = false;
	packet->iface = packet->original ? talk->link : talk->onward;
	packet->onward = packet->original ? talk->onward : talk->link;
}

void talk_packet(const struct talk *talk, enum packet_role role, struct packet *out)
{
	packet_build(role, talk->protocol, &talk->client, &talk->server, talk->client_is_here, talk->link,
		     out);
	out->uid = talk->uid;
	if (talk->onward)
		hand_on(talk, out);
	else if (out->leaves && !talk->client_is_here && talk->back)
		out->iface = talk->back;
}

/* What has no entry looks as it was sent: by the client to the outside, by the server from the inside. */
static bool looks_inside(const struct scene *scene, const struct world *world, const struct stop *stop)
{
	if (world->packet->original)
		return stop->inside && flow_has_entry(scene, world);
	return stop->inside || !flow_has_entry(scene, world);
}

/* Whether the stop is on the far side of NAT of the source. */
static bool is_behind_disguise(const struct stop *stop, const struct packet *packet)
{
	bool original = packet->original;

	switch (stop->chain->hook) {
	case HOOK_INGRESS:
		return !original;
	case HOOK_PREROUTING:
		return !original && (packet->onward ? stop->place <= PLACE_NAT_DESTINATION : !stop->inside);
	case HOOK_OUTPUT:
		return !original && stop->place <= PLACE_NAT_DESTINATION;
	case HOOK_INPUT:
		return original && stop->place > PLACE_NAT_SOURCE;
	case HOOK_POSTROUTING:
		return original && (packet->onward ? stop->place > PLACE_NAT_SOURCE : !stop->inside);
	case HOOK_EGRESS:
		return original;
	case HOOK_FORWARD:
		break;
	}
	return false;
}

static bool looks_disguised(const struct scene *scene, const struct world *world, const struct stop *stop)
{
	bool behind = is_behind_disguise(stop, world->packet);

	if (world->packet->original)
		return behind && flow_has_entry(scene, world);
	return behind || !flow_has_entry(scene, world);
}

static const struct packet *view_make(struct views *views, const struct talk *talk, struct view view,
				      struct pool *pool)
{
	struct talk moved = *talk;
	struct packet *seen = pool_alloc(pool, sizeof(*seen));
	struct view *list = pool_grow(pool, views->list, views->count, sizeof(*list));

	if (!seen || !list)
		return NULL;
	moved.server = view.mapping ? view.mapping->to : moved.server;
	moved.client = view.disguise ? view.disguise->to : moved.client;
	talk_packet(&moved, view.packet->role, seen);
	if (view.packet->payload_length > 0)
		packet_add_data(seen);
	view.seen = seen;
	views->list = list;
	list[views->count++] = view;
	return seen;
}

const struct packet *view_find(struct views *views, const struct talk *talk, const struct scene *scene,
			       const struct world *world, const struct stop *stop)
{
	const struct view wanted = {
		.packet = world->packet,
		.mapping = looks_inside(scene, world, stop) ? world->mapping : NULL,
		.disguise = looks_disguised(scene, world, stop) ? world->disguise : NULL,
	};

	if (!wanted.mapping && !wanted.disguise)
		return world->packet;
	for (size_t i = 0; i < views->count; i++) {
		const struct view *view = &views->list[i];

		if (view->packet == wanted.packet && view->mapping == wanted.mapping &&
		    view->disguise == wanted.disguise)
			return view->seen;
	}
	return view_make(views, talk, wanted, scene->pool);
}
