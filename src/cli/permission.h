/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one question about rights that is asked before a command runs.
 */
#ifndef FWPORT_PERMISSION_H
#define FWPORT_PERMISSION_H

#include "command.h"

/* 0, or ERROR_PERMISSION with the command under sudo as the hint. `words` is the command line, ended by NULL. */
int permission_check(const struct command *command, const char *const *words, struct error *err);

#endif
