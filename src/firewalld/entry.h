/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An entry of a zone: ports, or a rich rule. firewalld has it in its rules of now, in those that it loads again, or in both.
 */
#ifndef FWPORT_FIREWALLD_ENTRY_H
#define FWPORT_FIREWALLD_ENTRY_H

#include "bus.h"

#include "fwport/opening.h"

struct entry {
	const char *zone;
	const char *rich; /* "rule ..."; or NULL, and these ports: */
	struct port_spec ports;
};

/* "443/tcp", or a rule. */
int entry_parse(const char *zone, const char *text, struct entry *out, struct error *err);
/* In which of its rules it is already, HANDED_*. ERROR_BLOCKED when only some of the ports are. */
int entry_look(struct bus *bus, const struct entry *entry, unsigned *levels, struct error *err);
/* In those of its rules; of those of now for so many seconds, 0 for good. */
int entry_add(struct bus *bus, const struct entry *entry, unsigned levels, int seconds, struct error *err);
int entry_remove(struct bus *bus, const struct entry *entry, unsigned levels, struct error *err);

#endif
