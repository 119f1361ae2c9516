/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connection tracking along a conversation, of which it may see some packets and not others. Knows from which packets it makes
 * an entry, and which ones it calls invalid; what it then does with them is not its business
 * (nf_conntrack_proto_tcp.c, nf_conntrack_core.c).
 */
#include "flow.h"

#include <linux/netfilter/nf_conntrack_common.h>

enum { STATE_NEW = 8, STATE_ESTABLISHED = 2 };

bool packet_opens(const struct packet *packet)
{
	return packet->role == PACKET_SYN || packet->role == PACKET_DATAGRAM;
}

static bool is_handshake(const struct packet *packet)
{
	return packet->role == PACKET_SYN || packet->role == PACKET_SYN_ACK;
}

bool flow_replies(const struct world *world)
{
	return world->flow != FLOW_NONE && world->packet->original == world->flow_backwards;
}

/* A segment in the middle of a connection is picked up if it is allowed (nf_conntrack_tcp_loose), a SYN-ACK never is. */
static uint32_t state_of_first(const struct scene *scene, const struct packet *packet)
{
	bool midway = packet->protocol == PROTOCOL_TCP && packet->role != PACKET_SYN;

	if (packet->role == PACKET_SYN_ACK || (midway && scene->host->ignores_midway))
		return NF_CT_STATE_INVALID_BIT;
	return STATE_NEW;
}

/* A client whose SYN was seen is to wait for the SYN-ACK; what else the server sends is let pass (tcp_conntracks: sIV, sIG). */
static uint32_t state_in_handshake(const struct world *world)
{
	return flow_replies(world) ? STATE_ESTABLISHED : NF_CT_STATE_INVALID_BIT;
}

uint32_t flow_state(const struct scene *scene, const struct world *world)
{
	if (world->untracked)
		return NF_CT_STATE_UNTRACKED_BIT;
	if (!scene->tracked)
		return NF_CT_STATE_INVALID_BIT;
	switch (world->flow) {
	case FLOW_NONE:
		return state_of_first(scene, world->packet);
	case FLOW_SYN_SENT:
		return state_in_handshake(world);
	case FLOW_OPENED:
		return flow_replies(world) ? STATE_ESTABLISHED : STATE_NEW;
	case FLOW_ANSWERED:
	case FLOW_TORN:
		break;
	}
	return STATE_ESTABLISHED;
}

/*
 * Where rules set zones, a packet finds its connection only if it was put in the same one. A first packet is new in each;
 * before tracking, a zone is a connection already, which notrack leaves alone (nft_ct_set_zone_eval, nft_notrack_eval).
 */
static bool zone_is_unsure(const struct scene *scene, const struct world *world)
{
	if (!scene->facts->writes_zone)
		return false;
	if (!scene->tracked)
		return true;
	return !packet_is_discovery(world->packet) && (world->untracked || !packet_opens(world->packet));
}

/* Whether an entry is made from a packet that is not the first of its conversation. */
static bool pick_up_is_unsure(const struct scene *scene, const struct packet *packet)
{
	if (packet_opens(packet) || packet->role == PACKET_SYN_ACK)
		return false;
	return packet->protocol == PROTOCOL_SCTP ||
	       (packet->protocol == PROTOCOL_TCP && !scene->host->tracks_midway &&
		!scene->host->ignores_midway);
}

const char *flow_unsure(const struct scene *scene, const struct world *world)
{
	static const char seen_in_part[] = "a connection of which conntrack sees only a part";
	bool sctp = world->packet->protocol == PROTOCOL_SCTP;

	if (zone_is_unsure(scene, world))
		return "conntrack zones";
	if (world->templated && !scene->tracked)
		return "a connection that is told what to be";
	if (world->untracked || !scene->tracked)
		return NULL;
	switch (world->flow) {
	case FLOW_NONE:
		return pick_up_is_unsure(scene, world->packet) ? seen_in_part : NULL;
	case FLOW_OPENED:
		return sctp && !flow_replies(world) ? seen_in_part : NULL;
	case FLOW_TORN:
		return seen_in_part;
	case FLOW_SYN_SENT:
	case FLOW_ANSWERED:
		break;
	}
	return NULL;
}

bool flow_has_entry(const struct scene *scene, const struct world *world)
{
	uint32_t state = flow_state(scene, world);

	return state != NF_CT_STATE_INVALID_BIT && state != NF_CT_STATE_UNTRACKED_BIT;
}

bool flow_begins(const struct scene *scene, const struct world *world)
{
	return world->flow == FLOW_NONE && flow_has_entry(scene, world);
}

static enum flow flow_after(const struct world *world)
{
	switch (world->flow) {
	case FLOW_NONE:
		return world->packet->role == PACKET_SYN ? FLOW_SYN_SENT : FLOW_OPENED;
	case FLOW_SYN_SENT:
		return world->packet->role == PACKET_SYN_ACK ? FLOW_ANSWERED : FLOW_SYN_SENT;
	case FLOW_OPENED:
		return flow_replies(world) ? FLOW_ANSWERED : FLOW_OPENED;
	case FLOW_ANSWERED:
	case FLOW_TORN:
		break;
	}
	return world->flow;
}

void flow_advance(const struct scene *scene, struct world *world)
{
	bool begins = flow_begins(scene, world);

	if (flow_has_entry(scene, world)) {
		world->flow = flow_after(world);
	} else if (world->untracked && world->flow == FLOW_ANSWERED &&
		   world->packet->protocol == PROTOCOL_TCP && !is_handshake(world->packet)) {
		world->flow = FLOW_TORN;
	}
	if (begins)
		world->flow_backwards = !world->packet->original;
}
