/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which legacy tables are registered, by the list that the kernel keeps in /proc. Never opens a table: that would
 * register it, and hook it into the packet path, where it was not.
 */
#include "fwport/host_read.h"

#include "fwport/files.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define PROC_NET "/proc/thread-self/net"

enum { NAMES_SIZE_LIMIT = 64 << 10 };

static const char *const paths[FAMILY_COUNT] = {
	[FAMILY_IPV4] = PROC_NET "/ip_tables_names",
	[FAMILY_IPV6] = PROC_NET "/ip6_tables_names",
};

/* The kernel writes one name a line, the last with its newline too. */
static void join_lines(char *names)
{
	for (char *end = strchr(names, '\n'); end; end = strchr(end, '\n'))
		*end = end[1] ? ' ' : '\0';
}

const char *legacy_tables(enum family family, struct pool *pool)
{
	CLEANUP(text_free) struct text read = {0};
	struct error err;
	char *names;

	if (file_read(paths[family], NAMES_SIZE_LIMIT, &read, &err) < 0)
		/* The module is not there, and so no tables; without /proc itself nothing is known. */
		return err.sys == ENOENT && access(PROC_NET, F_OK) == 0 ? "" : NULL;
	names = pool_text(pool, text_string(&read));
	if (names)
		join_lines(names);
	return names;
}
