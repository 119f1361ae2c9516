/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking the kernel which way it would send a packet, instead of reading the routes and guessing: rules of policy routing, users,
 * ports and metrics are all in the answer. Needs no privilege.
 */
#ifndef FWPORT_ROUTE_LOOKUP_H
#define FWPORT_ROUTE_LOOKUP_H

#include "fwport/address.h"
#include "fwport/error.h"

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

struct route_question {
	struct address to;
	uint8_t protocol; /* IPPROTO_TCP, ... */
	uint16_t port;
	uint32_t uid; /* whose socket it is */
};

struct link_state {
	uint32_t index;
	char name[IF_NAMESIZE];
	bool up, carrier;
	bool neighbours; /* somebody is to be found there, by ARP or neighbour solicitation */
	uint32_t mtu;
};

enum route_found {
	ROUTE_FOUND,
	ROUTE_FOUND_NONE,
	ROUTE_FOUND_UNREACHABLE,
	ROUTE_FOUND_PROHIBIT,
	ROUTE_FOUND_BLACKHOLE
};

struct route_way {
	enum route_found found;
	/* ROUTE_FOUND: */
	bool local; /* to this host itself */
	bool has_gateway, has_source;
	struct address gateway, source;
	uint32_t mtu; /* of the route, or else of the link */
	struct link_state link;
};

int route_lookup(const struct route_question *question, struct route_way *out, struct error *err);

enum neighbour_state {
	NEIGHBOUR_STATE_NONE,    /* nobody has been looked for */
	NEIGHBOUR_STATE_FIXED,   /* told by hand, and never looked for */
	NEIGHBOUR_STATE_KNOWN,   /* has answered at some time */
	NEIGHBOUR_STATE_CURRENT, /* has answered just now */
	NEIGHBOUR_STATE_ASKED,   /* is being looked for, and has not answered so far */
	NEIGHBOUR_STATE_FAILED,
};

int neighbour_lookup(uint32_t link, const struct address *address, enum neighbour_state *out,
		     struct error *err);

/* Why a family has no route at all. */
struct family_state {
	bool has_address;       /* one to be heard with: neither loopback nor link-local */
	bool has_down;          /* a link that would carry the family, and is down or has no carrier: */
	struct link_state down; /* the one that has an address; or any, if no link is up */
};

int family_lookup(enum family family, struct family_state *out, struct error *err);

#endif
