/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What --confirm and --no-confirm say.
 */
#ifndef FWPORT_CLI_CONFIRMATION_H
#define FWPORT_CLI_CONFIRMATION_H

#include "command.h"

/* Fills in when the change has to be confirmed, and leaves it alone when neither is said. */
int confirmation_from_request(const struct request *request, struct change_request *out, struct error *err);

#endif
