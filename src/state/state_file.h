/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of the state directory. What they say is done to the firewall, with root's rights: nobody else may have written them.
 */
#ifndef FWPORT_STATE_FILE_H
#define FWPORT_STATE_FILE_H

#include "fwport/error.h"

#include <limits.h>

int state_path(const char *name, char path[PATH_MAX], struct error *err);
/* The directory, and in it the file, when they are there: ERROR_PERMISSION when others own them or can write to them. */
int state_trust(const char *file, struct error *err);

#endif
