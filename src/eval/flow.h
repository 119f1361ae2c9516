/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What connection tracking makes of a packet, and what it has come to know when the packet is through. */
#ifndef FWPORT_EVAL_FLOW_H
#define FWPORT_EVAL_FLOW_H

#include "scene.h"
#include "world.h"

/* The first packet of the conversation itself. */
bool packet_opens(const struct packet *packet);

/* As `ct state` shows it, a single bit; NF_CT_STATE_INVALID_BIT before tracking and without an entry. */
uint32_t flow_state(const struct scene *scene, const struct world *world);
/* Why nobody knows the state, or to which connection the packet belongs here; NULL when it is known. */
const char *flow_unsure(const struct scene *scene, const struct world *world);
/* The packet has an entry: connection tracking finds or makes one for it. */
bool flow_has_entry(const struct scene *scene, const struct world *world);
/* It makes one: NAT chains are asked. */
bool flow_begins(const struct scene *scene, const struct world *world);
/* The packet goes against the direction of the one that made the entry. */
bool flow_replies(const struct world *world);

/* The packet has passed. */
void flow_advance(const struct scene *scene, struct world *world);

#endif
