/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks where `systemctl enable` and `rc-update add` leave their links: no bus is asked, since early at boot and in images there is
 * none. A link that leads nowhere enables nothing, and a unit that is masked is not started.
 */
#include "fwport/persistence.h"

#include <glob.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *links, *masked, *name;
} mechanisms[] = {
	{"/etc/systemd/system/*.wants/" RESTORE_UNIT, "/etc/systemd/system/" RESTORE_UNIT, RESTORE_UNIT},
	{"/etc/runlevels/*/fwport", NULL, "the OpenRC script fwport"},
};

static bool leads_somewhere(const char *pattern)
{
	glob_t found = {0};
	bool any = false;

	if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			any |= access(found.gl_pathv[i], F_OK) == 0;
	globfree(&found);
	return any;
}

static bool is_masked(const char *path)
{
	char to[sizeof("/dev/null")];

	return path && readlink(path, to, sizeof(to)) == (ssize_t)strlen("/dev/null") &&
	       !memcmp(to, "/dev/null", strlen("/dev/null"));
}

const char *persistence_by(void)
{
	for (size_t i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]); i++)
		if (leads_somewhere(mechanisms[i].links) && !is_masked(mechanisms[i].masked))
			return mechanisms[i].name;
	return NULL;
}
