/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions to a host that was read: which of its links, addresses and routes has to do with an address. Knows how a
 * routing table picks a route; refuses to know policy rules, so tables are asked in the order of a host without any.
 */
#include "fwport/host.h"

#include <linux/rtnetlink.h>
#include <string.h>

const struct link *host_link(const struct host *host, uint32_t index)
{
	for (size_t i = 0; i < host->link_count; i++)
		if (host->links[i].index == index)
			return &host->links[i];
	return NULL;
}

const struct link *host_link_named(const struct host *host, const char *name)
{
	for (size_t i = 0; i < host->link_count; i++)
		if (strcmp(host->links[i].name, name) == 0)
			return &host->links[i];
	return NULL;
}

/* The local table also knows whole prefixes that are local without being configured: ip route add local 192.0.2.0/24 dev lo. */
static bool route_is_local(const struct route *route, const struct address *address)
{
	return route->table == RT_TABLE_LOCAL && route->type == RTN_LOCAL &&
	       prefix_contains(&route->to, address);
}

bool host_is_local(const struct host *host, const struct address *address)
{
	if (address_is_loopback(address))
		return true;
	for (size_t i = 0; i < host->address_count; i++)
		if (address_equal(&host->addresses[i].address, address))
			return true;
	for (size_t i = 0; i < host->route_count; i++)
		if (route_is_local(&host->routes[i], address))
			return true;
	return false;
}

/* main, then default, as the kernel's own rules 32766 and 32767 say; then the tables that only policy rules lead to. */
enum table_rank { RANK_MAIN, RANK_DEFAULT, RANK_POLICY, RANK_COUNT, RANK_NEVER = RANK_COUNT };

static enum table_rank table_rank(uint32_t table)
{
	switch (table) {
	case RT_TABLE_MAIN:
		return RANK_MAIN;
	case RT_TABLE_DEFAULT:
		return RANK_DEFAULT;
	case RT_TABLE_LOCAL:
		return RANK_NEVER;
	default:
		return RANK_POLICY;
	}
}

static bool route_is_better(const struct route *route, const struct route *best)
{
	if (!best || route->to.length != best->to.length)
		return !best || route->to.length > best->to.length;
	return route->metric < best->metric;
}

/* Of any type: a blackhole that is more specific hides the unicast route behind it. */
static const struct route *best_route(const struct host *host, const struct address *to, enum table_rank rank)
{
	const struct route *best = NULL;

	for (size_t i = 0; i < host->route_count; i++) {
		const struct route *route = &host->routes[i];

		if (table_rank(route->table) == rank && prefix_contains(&route->to, to) &&
		    route_is_better(route, best))
			best = route;
	}
	return best;
}

const struct route *host_route(const struct host *host, const struct address *to)
{
	for (enum table_rank rank = RANK_MAIN; rank < RANK_COUNT; rank++) {
		const struct route *route = best_route(host, to, rank);

		if (route && route->type != RTN_THROW)
			return route->type == RTN_UNICAST ? route : NULL;
	}
	return NULL;
}

bool route_is_as_good(const struct route *route, const struct route *best)
{
	return route->table == best->table && route->to.length == best->to.length &&
	       route->metric == best->metric;
}

bool route_is_of_policy(const struct route *route)
{
	return table_rank(route->table) == RANK_POLICY;
}

bool host_has_default_route(const struct host *host, enum family family, uint32_t link)
{
	for (size_t i = 0; i < host->route_count; i++) {
		const struct route *route = &host->routes[i];

		if (route->link == link && route->type == RTN_UNICAST && route->to.length == 0 &&
		    route->to.address.family == family && route->table != RT_TABLE_LOCAL)
			return true;
	}
	return false;
}

static bool address_is_global(const struct address *address)
{
	return !address_is_link_local(address) && !address_is_loopback(address);
}

const struct address *host_source(const struct host *host, const struct route *route, enum family family)
{
	if (!route)
		return NULL;
	if (route->has_source && route->source.family == family)
		return &route->source;
	for (size_t i = 0; i < host->address_count; i++) {
		const struct host_address *held = &host->addresses[i];

		if (held->link == route->link && held->address.family == family &&
		    address_is_global(&held->address))
			return &held->address;
	}
	return NULL;
}
