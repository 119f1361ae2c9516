/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ports that rules name: one by one, and not as part of a range. Whoever drops a port by its name means it.
 */
#ifndef FWPORT_PLAN_NAMED_H
#define FWPORT_PLAN_NAMED_H

#include "fwport/packet.h"
#include "fwport/ruleset.h"

/* The port asked about, as a packet carries it: its destination's, or in a reply its source's. */
struct asked_port {
	uint8_t protocol;
	uint16_t port;
	bool source;
};

struct asked_port packet_port(uint8_t protocol, uint16_t port, enum packet_role role);
/* Whether the rule names this very port. */
bool rule_names_port(const struct rule *rule, struct asked_port asked);
/* Whether the rule is for other ports alone. */
bool rule_asks_other_port(const struct rule *rule, struct asked_port asked);

#endif
