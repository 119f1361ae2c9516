/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all questions of one `why` share, and the asking of one of them. */
#ifndef FWPORT_INQUIRY_H
#define FWPORT_INQUIRY_H

#include "commands.h"
#include "scope.h"

#include "fwport/host.h"
#include "fwport/plan.h"

struct inquiry {
	const struct output *output;
	struct pool *pool;
	struct scope scope;
	struct query query; /* without the port */
	struct ruleset *ruleset;
	struct host host;
	struct evaluation *evaluation;
	const char *unreadable_why; /* in the system's words */
	const char *unreadable; /* why there is no ruleset: everything is unknown; NULL when there is one */
};

/* Reads the ruleset and the host. */
int inquiry_read(struct inquiry *inquiry, const char *backend_name, struct error *err);
/*
 * Asks about one group of ports that no rule tells apart, and prints the answer. `plan`: with a fix. The exit status, or -1.
 */
int inquiry_ask(const struct inquiry *inquiry, const char *service, enum protocol protocol,
		const struct port_class *class, bool plan, struct error *err);
const char *inquiry_hint(const struct inquiry *inquiry); /* what to do when nothing could be read, or NULL */

#endif
