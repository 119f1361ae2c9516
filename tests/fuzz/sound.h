/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What holds of every rule that a decoder makes, whatever bytes it came from. */
#ifndef FWPORT_TESTS_SOUND_H
#define FWPORT_TESTS_SOUND_H

#include "fwport/ruleset.h"

/* Its operations stay inside the registers, and it can be written out; else the harness aborts. */
void rule_check(struct rule *rule);

#endif
