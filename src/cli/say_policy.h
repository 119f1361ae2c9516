/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a policy takes away, said before it does, and what it is, said afterwards.
 */
#ifndef FWPORT_CLI_SAY_POLICY_H
#define FWPORT_CLI_SAY_POLICY_H

#include "command.h"

/* Nothing where nothing stops. */
void say_stops(const struct output *output, const struct change_report *report);
void say_policy(const struct output *output, const struct change_report *report);
/* Of another change, which brought the policy that is recorded back: where it did not stand so. */
void say_policy_again(const struct output *output, const struct change_report *report);

#endif
