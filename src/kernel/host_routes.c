/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Routes, as the kernel lists them. A route with several next hops becomes one route for each, so that every interface
 * that carries it is known.
 */
#include "rtnetlink.h"

#include "nft_attributes.h"

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

/*
 * A host with the routes of the whole Internet has a million of them, and none of these decides by which interface "anyone"
 * comes in. Behind this number only default, local and directly connected ones are kept, which do.
 */
enum { ROUTES_KEPT = 100000 };

struct reading {
	struct pool *pool;
	struct host *host;
	size_t before; /* routes of the families read earlier */
};

static void restart(void *context)
{
	struct reading *reading = context;

	reading->host->route_count = reading->before;
}

static bool route_is_essential(const struct rtmsg *header, const struct parts *parts)
{
	return header->rtm_dst_len == 0 || header->rtm_type == RTN_LOCAL ||
	       (!parts->at[RTA_GATEWAY] && !parts->at[RTA_VIA] && !parts->at[RTA_MULTIPATH]);
}

static int route_add(struct reading *reading, struct route route, struct error *err)
{
	struct host *host = reading->host;

	host->routes = pool_grow(reading->pool, host->routes, host->route_count, sizeof(*host->routes));
	if (!host->routes)
		return error_memory(err);
	host->routes[host->route_count++] = route;
	return 0;
}

static int next_hops_add(struct reading *reading, struct route route, const struct nlattr *hops,
			 struct error *err)
{
	const uint8_t *at = attribute_bytes(hops);
	size_t left = attribute_length(hops);

	while (left >= sizeof(struct rtnexthop)) {
		const struct rtnexthop *hop = (const void *)at;
		size_t step = RTNH_ALIGN((size_t)hop->rtnh_len);

		if (hop->rtnh_len < sizeof(*hop) || hop->rtnh_len > left)
			break;
		route.link = (uint32_t)hop->rtnh_ifindex;
		if (!(hop->rtnh_flags & RTNH_F_DEAD) && route_add(reading, route, err) < 0)
			return -1;
		at += step;
		left -= step < left ? step : left;
	}
	return 0;
}

static struct route route_make(const struct rtmsg *header, enum family family, const struct parts *parts)
{
	struct address to = {.family = family};
	struct route route = {
		.table = parts->at[RTA_TABLE] ? parts_u32(parts, RTA_TABLE) : header->rtm_table,
		.link = parts_u32(parts, RTA_OIF),
		.metric = parts_u32(parts, RTA_PRIORITY),
		.type = header->rtm_type,
		.has_source = parts_address(parts, RTA_PREFSRC, family, &route.source),
	};

	(void)parts_address(parts, RTA_DST, family, &to); /* absent in a default route */
	route.to = network_of(to, header->rtm_dst_len);
	return route;
}

static int route_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	struct reading *reading = context;
	enum family family;
	struct parts parts;
	struct route route;

	if (message->nlmsg_type != RTM_NEWROUTE || mnl_nlmsg_get_payload_len(message) < sizeof(*header) ||
	    !family_of(header->rtm_family, &family))
		return 0;
	if (header->rtm_flags & (RTM_F_CLONED | RTNH_F_DEAD))
		return 0;
	parts_read_message(message, sizeof(*header), &parts);
	if (reading->host->route_count >= ROUTES_KEPT && !route_is_essential(header, &parts))
		return 0;
	route = route_make(header, family, &parts);
	if (parts.at[RTA_MULTIPATH])
		return next_hops_add(reading, route, parts.at[RTA_MULTIPATH], err);
	return route_add(reading, route, err);
}

int routes_read(struct netlink *netlink, struct pool *pool, struct host *host, struct error *err)
{
	for (enum family family = FAMILY_IPV4; family <= FAMILY_IPV6; family++) {
		const struct rtmsg header = {.rtm_family = family_number(family)};
		struct reading reading = {.pool = pool, .host = host, .before = host->route_count};
		const struct listing listing = {
			.what = "cannot read the routes",
			.type = RTM_GETROUTE,
			.header = &header,
			.header_size = sizeof(header),
			.restart = restart,
			.each = route_take,
			.context = &reading,
		};

		if (listing_read(netlink, &listing, err) < 0)
			return -1;
	}
	return 0;
}
