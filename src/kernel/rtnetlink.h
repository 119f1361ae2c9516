/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking the kernel for lists of links, addresses and routes, and taking the attributes of an answer apart. Unlike in
 * nf_tables, attributes that nobody asked for mean nothing and are passed over.
 */
#ifndef FWPORT_KERNEL_RTNETLINK_H
#define FWPORT_KERNEL_RTNETLINK_H

#include "netlink.h"

#include "fwport/host.h"
#include "fwport/pool.h"

#include <stddef.h>

enum { PARTS_LIMIT = 64 };

/* The attributes of a message or a nest by type; NULL what is not there. */
struct parts {
	const struct nlattr *at[PARTS_LIMIT];
};

void parts_read(const void *bytes, size_t length, struct parts *out);
/* Of a message whose family's own header has `header` bytes. */
void parts_read_message(const struct nlmsghdr *message, size_t header, struct parts *out);
void part_nested(const struct parts *parts, unsigned type,
		 struct parts *out);                              /* empty where it is not there */
uint32_t parts_u32(const struct parts *parts, unsigned type);     /* host byte order; 0 absent */
const char *parts_text(const struct parts *parts, unsigned type); /* NULL absent or not terminated */
/* False when absent, or not as long as an address of the family. */
bool parts_address(const struct parts *parts, unsigned type, enum family family, struct address *out);

/* AF_INET and AF_INET6; false for other families. */
bool family_of(uint8_t number, enum family *out);
uint8_t family_number(enum family family);
/* The network an address is in: the bits behind the length cleared. */
struct prefix network_of(struct address address, unsigned length);

/*
 * A dump by one message of `type` with the family's header in front of it. When the list changed while it was read, it is
 * read again from the start: `restart` forgets what was taken, `each` takes one message.
 */
struct listing {
	const char *what; /* "cannot read the routes" */
	uint16_t type;    /* RTM_GETROUTE, ... */
	const void *header;
	size_t header_size;
	void (*restart)(void *context);
	netlink_each *each;
	void *context;
};
int listing_read(struct netlink *netlink, const struct listing *listing, struct error *err);

/* All links; the addresses of AF_INET, AF_INET6, or AF_UNSPEC for all. */
int links_list(struct netlink *netlink, void (*restart)(void *context), netlink_each *each, void *context,
	       struct error *err);
int addresses_list(struct netlink *netlink, uint8_t family, void (*restart)(void *context),
		   netlink_each *each, void *context, struct error *err);
/* All routes of both families, in all tables. */
int routes_read(struct netlink *netlink, struct pool *pool, struct host *host, struct error *err);

#endif
