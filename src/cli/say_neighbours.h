/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sentences about who else has rules on this host. */
#ifndef FWPORT_SAY_NEIGHBOURS_H
#define FWPORT_SAY_NEIGHBOURS_H

#include "command.h"
#include "fwport/report.h"

/* Nothing when there is nobody. */
void say_neighbours(const struct output *output, const struct status_report *report);

#endif
