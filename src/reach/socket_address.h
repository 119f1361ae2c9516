/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses as the socket calls take and give them. */
#ifndef FWPORT_REACH_SOCKET_ADDRESS_H
#define FWPORT_REACH_SOCKET_ADDRESS_H

#include "fwport/address.h"

#include <sys/socket.h>

struct socket_address {
	struct sockaddr_storage storage;
	socklen_t length;
};

/* The device (NULL: none) says where a link-local address is. */
struct socket_address socket_address_of(const struct address *address, uint16_t port, const char *device);
/* False: it is neither IPv4 nor IPv6. */
bool socket_address_read(const struct sockaddr *from, struct address *out, uint16_t *port);
int socket_family(enum family family); /* AF_INET, AF_INET6 */

#endif
