/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a NAT operation does to the packet's world. */
#ifndef FWPORT_EVAL_NAT_H
#define FWPORT_EVAL_NAT_H

#include "load.h"

struct nat_result {
	/* PASS: goes on, perhaps to another address of this host; DROP: somebody else's now. */
	enum fate fate;
	const char *because; /* FATE_UNKNOWN */
};

struct nat_place {
	const struct scene *scene;
	const struct rule *rule;
};

/* 0, or -1 when memory is gone. */
int nat_run(const struct op *op, const struct nat_place *place, struct world *world,
	    const struct registers *registers, struct nat_result *out);
/* The one address and port that the operation gives as destination; false when it gives no address, or a choice. */
bool nat_target(const struct op *op, const struct registers *registers, const struct packet *packet,
		struct address *address, uint16_t *port);

#endif
