/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ports in a set as the kernel keeps them: an element where an interval starts and one, marked as an end, at the first
 * port behind it. Intervals may touch (443, 444) and stay two; then the end of one and the start of the next have the same
 * key, and the end stands first.
 */
#ifndef FWPORT_PORT_SET_H
#define FWPORT_PORT_SET_H

#include "fwport/port.h"
#include "fwport/ruleset.h"

enum { PORT_BYTES = 2, PORT_KEY_TYPE = 13 }; /* a port in a key, and its type for nft: inet_service */

/* The port that a key, or a value held against a port of a header, begins with; it has PORT_BYTES or more. */
uint16_t port_of_key(struct bytes key);
/* The ranges of a set of ports, ascending. A set without intervals yields single ports. */
int port_set_ranges(const struct set *set, struct pool *pool, struct port_range **out, size_t *count,
		    struct error *err);
/* Gives the set, which is the caller's own, the elements of an interval set; the ranges are ascending and disjoint. */
int port_set_fill(struct set *set, const struct port_range *ranges, size_t count, struct pool *pool,
		  struct error *err);

/*
 * An anonymous set. The kernel gives those of nft their names; without one it is that of a match of x_tables, short, and known by
 * what it holds, so that equal ones are equal.
 */
int port_set_make(const char *name, const struct port_range *ranges, size_t count, struct pool *pool,
		  struct set **out, struct error *err);

#endif
