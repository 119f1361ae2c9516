/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sentences about what awaits confirmation.
 */
#ifndef FWPORT_SAY_PENDING_H
#define FWPORT_SAY_PENDING_H

#include "command.h"
#include "fwport/report.h"

/* A change that was just made. */
void say_applied(const struct output *output, const struct pending_report *pending);
/* What status finds; nothing when there is nothing. */
void say_pending(const struct output *output, const struct pending_report *pending);
/* What nobody confirmed in time; nothing for 0. */
void say_unconfirmed(const struct output *output, uint32_t generation);

#endif
