/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sentences that only close has.
 */
#ifndef FWPORT_SAY_CLOSE_H
#define FWPORT_SAY_CLOSE_H

#include "command.h"
#include "fwport/report.h"

void say_closed(const struct output *output, const struct change_report *report);
void say_not_ours(const struct output *output, const struct change_report *report);

#endif
