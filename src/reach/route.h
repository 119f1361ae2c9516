/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way to any address, as the kernel would take it. */
#ifndef FWPORT_REACH_ROUTE_H
#define FWPORT_REACH_ROUTE_H

#include "examination.h"

struct destination {
	struct address address;
	uint8_t protocol; /* IPPROTO_TCP, IPPROTO_UDP */
	uint16_t port;
	bool tried; /* something was sent there: a neighbour that has not answered does not */
};

int route_look_at(struct examination *examination, const struct destination *to, struct route_facts *facts,
		  struct error *err);

#endif
