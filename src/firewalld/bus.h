/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The line to firewalld: the system bus, and the one that owns its name there. Every call has an end, and none starts a firewalld
 * that does not run.
 */
#ifndef FWPORT_FIREWALLD_BUS_H
#define FWPORT_FIREWALLD_BUS_H

#include "fwport/error.h"
#include "fwport/pool.h"

#include <systemd/sd-bus.h>

struct bus {
	sd_bus *line;
	char *owner; /* its unique name */
};

/* What is asked of: an object, by one of its interfaces. */
struct bus_object {
	const char *path, *interface;
};

/* ERROR_SYSTEM when nobody is there, or it looks after another network than ours. */
int bus_open(struct bus *bus, struct error *err);
void bus_close(struct bus *bus); /* for CLEANUP */

int bus_message(struct bus *bus, const struct bus_object *object, const char *member, sd_bus_message **out,
		struct error *err);
/*
 * Sends it, and drops it. That something is as it is asked to be already is no error. ERROR_BUSY: no answer in time; ERROR_BLOCKED:
 * firewalld says why it does not. *reply is NULL where there is nothing to read.
 */
int bus_ask(struct bus *bus, sd_bus_message *question, sd_bus_message **reply, struct error *err);
int bus_failed(int sys, struct error *err); /* a message could not be made, or read */
void bus_unref(sd_bus_message **message);   /* for CLEANUP */

#endif
