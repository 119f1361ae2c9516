/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * systemd keeps a link for each unit that is not inactive, for the journal to read: /run/systemd/units/invocation:NAME. It is
 * made when the unit starts and removed when it has stopped or failed.
 */
#include "fwport/unit.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define UNITS "/run/systemd/units/invocation:"

bool unit_is_active(const char *name)
{
	char path[PATH_MAX], id;

	return snprintf(path, sizeof(path), UNITS "%s", name) < (int)sizeof(path) &&
	       readlink(path, &id, 1) > 0;
}
