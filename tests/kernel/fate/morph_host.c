/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What host_read() finds on the stage, as far as rules can tell. */
#include "morph_host.h"

#include <linux/rtnetlink.h>
#include <net/if_arp.h>

static struct link links[] = {
	{.index = 1, .name = "lo", .type = ARPHRD_LOOPBACK, .up = true, .loopback = true},
	{.index = 2, .name = "eth0", .type = ARPHRD_ETHER, .kind = "veth", .up = true, .noarp = true},
	{.index = 3, .name = "eth1", .type = ARPHRD_ETHER, .kind = "veth", .up = true, .noarp = true},
};

static struct host_address addresses[] = {
	{2, {{FAMILY_IPV4, {192, 0, 2}}, 24}, {FAMILY_IPV4, {192, 0, 2, 10}}},
	{3, {{FAMILY_IPV4, {198, 51, 100}}, 24}, {FAMILY_IPV4, {198, 51, 100, 10}}},
	{2, {{FAMILY_IPV6, {0x20, 1, 0xd, 0xb8}}, 64}, {FAMILY_IPV6, {0x20, 1, 0xd, 0xb8, [15] = 0x10}}},
	{3,
	 {{FAMILY_IPV6, {0x20, 1, 0xd, 0xb8, 0, 1}}, 64},
	 {FAMILY_IPV6, {0x20, 1, 0xd, 0xb8, 0, 1, [15] = 0x10}}},
};

static struct route routes[] = {
	{.to = {{FAMILY_IPV4, {192, 0, 2}}, 24}, .table = RT_TABLE_MAIN, .link = 2, .type = RTN_UNICAST},
	{.to = {{FAMILY_IPV4, {198, 51, 100}}, 24}, .table = RT_TABLE_MAIN, .link = 3, .type = RTN_UNICAST},
	{.to = {{FAMILY_IPV4, {0}}, 0}, .table = RT_TABLE_MAIN, .link = 2, .type = RTN_UNICAST},
	{.to = {{FAMILY_IPV6, {0x20, 1, 0xd, 0xb8}}, 64},
	 .table = RT_TABLE_MAIN,
	 .link = 2,
	 .type = RTN_UNICAST},
	{.to = {{FAMILY_IPV6, {0x20, 1, 0xd, 0xb8, 0, 1}}, 64},
	 .table = RT_TABLE_MAIN,
	 .link = 3,
	 .type = RTN_UNICAST},
	{.to = {{FAMILY_IPV6, {0}}, 0}, .table = RT_TABLE_MAIN, .link = 2, .type = RTN_UNICAST},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void host_imagine(struct host *host)
{
	*host = (struct host){
		.links = links,
		.link_count = COUNT(links),
		.addresses = addresses,
		.address_count = COUNT(addresses),
		.routes = routes,
		.route_count = COUNT(routes),
		.tracks_midway = true,
	};
}
