/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a change did, told to people.
 */
#ifndef FWPORT_SAY_H
#define FWPORT_SAY_H

#include "command.h"

int say_change(const struct output *output, const struct change_request *request,
	       const struct change_report *report, struct error *err);
/* What became of an earlier change that was interrupted; nothing for none. */
void say_recovery(const struct output *output, enum recovery recovery);

#endif
