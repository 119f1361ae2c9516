/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system's own services file, /etc/services. It belongs to others, so a line that makes no sense is skipped;
 * services_parse, for fwport's own files, is in the catalogue's header.
 */
#ifndef PROFILE_SERVICES_H
#define PROFILE_SERVICES_H

#include "fwport/catalog.h"

enum { ETC_SERVICES_SIZE_LIMIT = 4 << 20 }; /* bytes; IANA's whole list is below 1 MiB */

/* A name, or an alias, stands for its tcp port, for its udp port only when it has none, then for sctp. */
int etc_services_parse(const char *bytes, size_t length, const char *path, struct pool *pool,
		       struct service_list *out, struct error *err);

#endif
