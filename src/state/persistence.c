/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks where `systemctl enable` and `rc-update add` leave their links: no bus is asked, since early at boot and in images there is
 * none. A link that leads nowhere enables nothing, and a unit that is masked is not started.
 */
#include "fwport/persistence.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Directories in `place` whose names end so hold a link of this name when it is enabled. */
static const struct {
	const char *place, *ending, *link, *masked, *name;
} mechanisms[] = {
	{"/etc/systemd/system", ".wants", RESTORE_UNIT, "/etc/systemd/system/" RESTORE_UNIT, RESTORE_UNIT},
	{"/etc/runlevels", "", "fwport", NULL, "the OpenRC script fwport"},
};
enum { MECHANISM_COUNT = sizeof(mechanisms) / sizeof(mechanisms[0]) };

static bool ends_with(const char *name, const char *ending)
{
	size_t length = strlen(name), tail = strlen(ending);

	return length >= tail && !strcmp(name + length - tail, ending);
}

/* glob(3) would do, but when memory is short that of glibc frees something twice. */
static bool is_linked(const char *place, const char *ending, const char *link)
{
	DIR *directory = opendir(place);
	const struct dirent *entry;
	bool any = false;
	char path[PATH_MAX];

	if (!directory)
		return false;
	while (!any && (entry = readdir(directory)))
		any = entry->d_name[0] != '.' && ends_with(entry->d_name, ending) &&
		      snprintf(path, sizeof(path), "%s/%s/%s", place, entry->d_name, link) <
			      (int)sizeof(path) &&
		      access(path, F_OK) == 0;
	closedir(directory);
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
	for (size_t i = 0; i < MECHANISM_COUNT; i++)
		if (is_linked(mechanisms[i].place, mechanisms[i].ending, mechanisms[i].link) &&
		    !is_masked(mechanisms[i].masked))
			return mechanisms[i].name;
	return NULL;
}
