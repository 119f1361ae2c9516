/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ports as people write them: 443, 443/udp, 8000-8010/tcp. Host byte order; the wire conversion happens in kernel/.
 */
#ifndef FWPORT_PORT_H
#define FWPORT_PORT_H

#include "fwport/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum protocol { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PROTOCOL_SCTP = 132 }; /* the IP protocol numbers */

enum { PORT_LAST = 65535 };

struct port_range {
	uint16_t first, last; /* 1-65535, inclusive, first <= last */
};

struct port_spec {
	enum protocol protocol;
	struct port_range ports;
};

#define PORT_TEXT 24 /* "65535-65535/sctp" and the NUL */

const char *protocol_name(enum protocol protocol);
int protocol_parse(const char *text, struct place at, enum protocol *out, struct error *err);
/* PORT[-PORT][/PROTO], no protocol means tcp. A name is an error here: names are the catalogue's. */
int port_parse(const char *text, struct place at, struct port_spec *out, struct error *err);
/* Whether the text starts with a digit, that is: wants to be a port and not a service name. */
bool port_looks_like(const char *text);
bool port_contains(struct port_range range, uint16_t port);
/* "443" or "8000-8010" */
const char *port_range_text(struct port_range range, char out[PORT_TEXT]);
/* "443/tcp" */
const char *port_text(struct port_spec spec, char out[PORT_TEXT]);
/* Sorts and merges overlapping and adjacent ranges in place; returns the new count. */
size_t port_ranges_merge(struct port_range *ranges, size_t count);

#endif
