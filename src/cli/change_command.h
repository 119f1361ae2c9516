/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The common part of open, close, apply, plan and policy.
 */
#ifndef FWPORT_CLI_CHANGE_COMMAND_H
#define FWPORT_CLI_CHANGE_COMMAND_H

#include "command.h"

/* Adds the options of the request to what is wanted, and does it. The exit status, or -1 with *err filled. */
int change_command(const char *command, const struct request *request, const struct output *output,
		   struct change_request *wanted, struct pool *pool, struct error *err);

#endif
