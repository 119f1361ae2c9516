/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record of a change for the audit trail.
 */
#ifndef FWPORT_CLI_LOG_CHANGE_H
#define FWPORT_CLI_LOG_CHANGE_H

#include "fwport/actor.h"
#include "fwport/change.h"

/* What became of it: the report, or with NULL the error. False when nobody took the record; what changed nothing has none. */
bool log_change(const struct change_request *request, const struct change_report *report,
		const struct error *err, const struct actor *actor);

#endif
