/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands that registry.c lists; each is the last thing in its cmd_*.c.
 */
#ifndef FWPORT_COMMANDS_H
#define FWPORT_COMMANDS_H

#include "command.h"

extern const struct command command_open;
extern const struct command command_close;
extern const struct command command_apply;
extern const struct command command_plan;
extern const struct command command_confirm;
extern const struct command command_rollback;
extern const struct command command_history;
extern const struct command command_policy;
extern const struct command command_save;
extern const struct command command_restore;
extern const struct command command_watch;
extern const struct command command_status;
extern const struct command command_why;
extern const struct command command_check;
extern const struct command command_services;
extern const struct command command_profiles;
extern const struct command command_help;
extern const struct command command_complete;

#endif
