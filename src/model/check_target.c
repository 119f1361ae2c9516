/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Only what is none for sure: URLs are taken apart by fwport-check, which has a library for it. */
#include "fwport/check_target.h"

#include <string.h>

const char *check_target_problem(const char *target)
{
	static const char https[] = "https://";

	if (!*target)
		return "is empty";
	if (strpbrk(target, " \t\r\n"))
		return "is not one target: a URL, HOST or HOST:PORT";
	if (strstr(target, "://") && strncmp(target, https, strlen(https)) != 0)
		return "is not https, and nothing else is checked";
	return NULL;
}
