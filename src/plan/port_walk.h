/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The port of a packet on its way through the registers of a rule, from one test of it to the next.
 */
#ifndef FWPORT_PLAN_PORT_WALK_H
#define FWPORT_PLAN_PORT_WALK_H

#include "fwport/port_set.h"

enum { PORTS = 65536 };

/* A port of the packet on its way through the registers of a rule. */
struct port_walk {
	const struct rule *rule;
	bool source;
	size_t at;    /* the next operation */
	int reg;      /* byte offset of the register that holds the port; -1: none */
	size_t field; /* of the test that was found: the port's offset in what is tested */
};

struct port_walk port_walk_start(const struct rule *rule, bool source);
/* The next test of the port, alone or as a field of a key; or NULL. */
const struct op *port_test_next(struct port_walk *walk);

/* -1: it is not a port. */
int port_at(struct bytes value, size_t field);
/* The single port of a field of a key that has several; -1: a range, or none. */
int element_port(const struct element *element, size_t field);
/* An interval set of ports has an element where a range starts, and one behind its end. */
bool is_range_set(const struct set *set);

#endif
