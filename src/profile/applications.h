/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The catalogues of other firewalls: ufw's application profiles, many in a file, and firewalld's services, each a file of XML. Their
 * files are somebody else's: one that does not parse spoils no other.
 */
#ifndef PROFILE_APPLICATIONS_H
#define PROFILE_APPLICATIONS_H

#include "sources.h"

enum { APPLICATIONS_SIZE_LIMIT = 1 << 20, FIREWALLD_SIZE_LIMIT = 1 << 16 }; /* bytes */

int ufw_parse(const char *bytes, size_t length, const char *path, struct pool *pool, struct service_list *out,
	      struct error *err);

/* One file: what it says itself, and the services whose ports are its own, too. */
struct firewalld_service {
	struct service service;
	const char **includes;
	size_t include_count;
	const char *
		more; /* what it has that is no port: "protocol \"gre\", destination \"ff02::fb\""; or NULL */
};
/* ERROR_FILE also for a DOCTYPE, and so for every entity. The name is the file's. */
int firewalld_parse(const char *bytes, size_t length, const char *path, const char *name, struct pool *pool,
		    struct firewalld_service *out, struct error *err);

#endif
