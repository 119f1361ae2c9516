/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sentences of a change that was not made.
 */
#ifndef FWPORT_SAY_REFUSAL_H
#define FWPORT_SAY_REFUSAL_H

#include "command.h"
#include "fwport/report.h"

void say_refusal(const struct output *output, const struct change_request *request,
		 const struct change_report *report);

#endif
