/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The texts of --help, `help COMMAND` and --version, made from the registry.
 */
#ifndef FWPORT_HELP_H
#define FWPORT_HELP_H

#include "command.h"
#include "fwport/text.h"

void help_overview(struct text *out);
void help_command(const struct command *command, struct text *out);
void help_version(struct text *out);

#endif
