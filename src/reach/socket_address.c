/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports are in host order on our side, and in network order on the kernel's. */
#include "socket_address.h"

#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

int socket_family(enum family family)
{
	return family == FAMILY_IPV4 ? AF_INET : AF_INET6;
}

static struct socket_address of_ipv4(const struct address *address, uint16_t port)
{
	struct socket_address out = {.length = sizeof(struct sockaddr_in)};
	struct sockaddr_in ip = {.sin_family = AF_INET, .sin_port = htons(port)};

	memcpy(&ip.sin_addr, address->bytes, sizeof(ip.sin_addr));
	memcpy(&out.storage, &ip, sizeof(ip));
	return out;
}

static struct socket_address of_ipv6(const struct address *address, uint16_t port, const char *device)
{
	struct socket_address out = {.length = sizeof(struct sockaddr_in6)};
	struct sockaddr_in6 ip = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

	memcpy(&ip.sin6_addr, address->bytes, sizeof(ip.sin6_addr));
	if (device && address_is_link_local(address))
		ip.sin6_scope_id = if_nametoindex(device);
	memcpy(&out.storage, &ip, sizeof(ip));
	return out;
}

struct socket_address socket_address_of(const struct address *address, uint16_t port, const char *device)
{
	return address->family == FAMILY_IPV4 ? of_ipv4(address, port) : of_ipv6(address, port, device);
}

bool socket_address_read(const struct sockaddr *from, struct address *out, uint16_t *port)
{
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;

	*out = (struct address){0};
	if (from->sa_family == AF_INET) {
		memcpy(&ipv4, from, sizeof(ipv4));
		out->family = FAMILY_IPV4;
		memcpy(out->bytes, &ipv4.sin_addr, sizeof(ipv4.sin_addr));
		*port = ntohs(ipv4.sin_port);
		return true;
	}
	if (from->sa_family != AF_INET6)
		return false;
	memcpy(&ipv6, from, sizeof(ipv6));
	out->family = FAMILY_IPV6;
	memcpy(out->bytes, &ipv6.sin6_addr, sizeof(ipv6.sin6_addr));
	*port = ntohs(ipv6.sin6_port);
	return true;
}
