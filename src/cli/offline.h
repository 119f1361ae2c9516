/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --offline: a change of a system that does not run.
 */
#ifndef FWPORT_CLI_OFFLINE_H
#define FWPORT_CLI_OFFLINE_H

#include "command.h"

/* ERROR_USAGE with what means nothing without a kernel. */
int offline_from_request(const struct request *request, struct change_request *out, struct error *err);
/* What became of the record, and what the next boot will do. */
int say_offline(const struct output *output, const struct change_report *report, struct error *err);

#endif
