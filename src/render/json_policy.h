/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parts about the policy that go into the lines of other commands.
 */
#ifndef FWPORT_RENDER_JSON_POLICY_H
#define FWPORT_RENDER_JSON_POLICY_H

#include "json_parts.h"

#include "fwport/report.h"

/* {"in":"drop","out":"accept"} */
json_t *part_policy(struct policy policy);
/* Listening sockets, and accepts of others, that a policy stops. */
json_t *part_stops(const struct stops *stops);

#endif
