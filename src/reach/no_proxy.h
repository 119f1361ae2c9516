/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which hosts are asked directly, by the list in NO_PROXY. */
#ifndef FWPORT_REACH_NO_PROXY_H
#define FWPORT_REACH_NO_PROXY_H

#include <stdbool.h>
#include <stddef.h>

/* Where the entry stands that names the host (a name, or an address without brackets). False: none does. */
bool no_proxy_names(const char *list, const char *host, const char **entry, size_t *length);

#endif
