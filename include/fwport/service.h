/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A service: a name for ports, and the file that says so.
 */
#ifndef FWPORT_SERVICE_H
#define FWPORT_SERVICE_H

#include "fwport/port.h"

#include <stddef.h>

struct service {
	const char *name;
	struct port_spec *ports;
	size_t port_count;
	const char *origin; /* the file it was found in */
	unsigned line;
	const char *comment; /* what the file says behind it, or NULL */
	/* Why it cannot be opened, a sentence that names the file; or NULL. It may have ports all the same. */
	const char *refused;
	/* Helpers of connection tracking that firewalld gives it and fwport does not: "ftp, tftp"; or NULL. */
	const char *helpers;
};

struct service_list {
	struct service *list;
	size_t count;
};

#endif
