/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What /etc/resolv.conf and the environment tell the C library's resolver, as far as it listens. */
#ifndef FWPORT_REACH_RESOLVER_CONFIG_H
#define FWPORT_REACH_RESOLVER_CONFIG_H

#include "fwport/address.h"
#include "fwport/error.h"
#include "fwport/pool.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RESOLV_CONF "/etc/resolv.conf"
enum { NAMESERVERS_MOST = 3, SEARCH_MOST = 6, PORT_DNS = 53 };

struct nameserver {
	struct address address;
	uint16_t port;
	const char *device; /* where a link-local address is, fe80::1%eth0; NULL none */
};

struct resolver_config {
	struct nameserver servers[NAMESERVERS_MOST];
	size_t server_count;
	const char *search[SEARCH_MOST]; /* without dots at their ends */
	size_t search_count;
	unsigned ndots; /* names with fewer dots are looked for with the suffixes first */
	bool edns0;     /* answers longer than 512 bytes may come by UDP */
	bool tcp_only;
	unsigned wrong_line; /* the first that names a nameserver by something else than an address; 0 none */
	const char *wrong;   /* what it says */
};

/* The text of resolv.conf. What does not parse is passed over, as the C library does. */
int resolver_config_parse(const char *text, struct pool *pool, struct resolver_config *out,
			  struct error *err);
/*
 * A file of that kind, and for the default path NULL also what the environment and this host's name add. *problem: why it could not
 * be read, or NULL.
 */
int resolver_config_read(const char *path, struct pool *pool, struct resolver_config *out,
			 const char **problem, struct error *err);

#endif
