/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the packets of a conversation look at a stop, where NAT changes them on the way. */
#ifndef FWPORT_EVAL_VIEW_H
#define FWPORT_EVAL_VIEW_H

#include "path.h"
#include "scene.h"
#include "world.h"

/* The two ends of a conversation, as they know each other. */
struct talk {
	struct endpoint client, server;
	enum protocol protocol;
	bool client_is_here;
	const struct link *link;
	const struct link *
		onward; /* all is forwarded, and what the client sends leaves by it; NULL: the server or client is here */
	uint32_t uid;            /* whose connection it is, where the client is here */
	const struct link *back; /* which replies of this host leave by; NULL: the same */
};

struct view {
	const struct packet *packet; /* as built, before NAT */
	const struct mapping *mapping, *disguise;
	const struct packet *seen;
};

struct views {
	struct view *list;
	size_t count;
};

void talk_packet(const struct talk *talk, enum packet_role role, struct packet *out);
/* The world's packet as it looks at the stop; NULL when memory is gone. */
const struct packet *view_find(struct views *views, const struct talk *talk, const struct scene *scene,
			       const struct world *world, const struct stop *stop);

#endif
