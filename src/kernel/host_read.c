/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Links and addresses, and the reading of the host as a whole. What the kernel lists is kept as it is; who counts as
 * "from outside" is for the evaluator to say.
 */
#include "fwport/host_read.h"

#include "interceptors.h"
#include "nft_attributes.h"
#include "rtnetlink.h"

#include "fwport/files.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

enum { SWITCH_SIZE_LIMIT = 64 };

struct reading {
	struct pool *pool;
	struct host *host;
};

static void links_restart(void *context)
{
	((struct reading *)context)->host->link_count = 0;
}

static void addresses_restart(void *context)
{
	((struct reading *)context)->host->address_count = 0;
}

static bool is_on(const struct nlattr *switches, size_t number)
{
	const size_t at = number * sizeof(uint32_t);
	uint32_t value = 0;

	if (switches && attribute_length(switches) >= at + sizeof(value))
		memcpy(&value, (const uint8_t *)attribute_bytes(switches) + at, sizeof(value));
	return value != 0;
}

/* The interface's own switches, out of all that each family has for it, in the order of <linux/ip.h> and <linux/ipv6.h>. */
static void switches_fill(struct link *link, const struct parts *parts)
{
	struct parts families, inet, inet6;

	part_nested(parts, IFLA_AF_SPEC, &families);
	part_nested(&families, AF_INET, &inet);
	part_nested(&families, AF_INET6, &inet6);
	link->routes_loopback = is_on(inet.at[IFLA_INET_CONF], IPV4_DEVCONF_ROUTE_LOCALNET - 1);
	if (is_on(inet.at[IFLA_INET_CONF], IPV4_DEVCONF_FORWARDING - 1))
		link->forwards |= FAMILY_BIT(FAMILY_IPV4);
	if (is_on(inet6.at[IFLA_INET6_CONF], DEVCONF_FORWARDING))
		link->forwards |= FAMILY_BIT(FAMILY_IPV6);
}

static void xdp_fill(struct link *link, const struct parts *parts)
{
	struct parts xdp;

	part_nested(parts, IFLA_XDP, &xdp);
	link->xdp = xdp.at[IFLA_XDP_ATTACHED] && attribute_length(xdp.at[IFLA_XDP_ATTACHED]) == 1 &&
		    *(const uint8_t *)attribute_bytes(xdp.at[IFLA_XDP_ATTACHED]) != XDP_ATTACHED_NONE;
	link->xdp_program = parts_u32(&xdp, IFLA_XDP_PROG_ID);
}

static int link_fill(struct link *link, const struct parts *parts, struct pool *pool, struct error *err)
{
	const char *name = parts_text(parts, IFLA_IFNAME), *kind;
	struct parts info;

	part_nested(parts, IFLA_LINKINFO, &info);
	kind = parts_text(&info, IFLA_INFO_KIND);
	xdp_fill(link, parts);
	switches_fill(link, parts);
	link->group = parts_u32(parts, IFLA_GROUP);
	link->master = parts_u32(parts, IFLA_MASTER);
	link->name = pool_text(pool, name ? name : "");
	link->kind = kind ? pool_text(pool, kind) : NULL;
	return link->name && (link->kind || !kind) ? 0 : error_memory(err);
}

static int link_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	struct reading *reading = context;
	struct host *host = reading->host;
	struct parts parts;
	struct link *link;

	if (message->nlmsg_type != RTM_NEWLINK || mnl_nlmsg_get_payload_len(message) < sizeof(*header))
		return 0;
	host->links = pool_grow(reading->pool, host->links, host->link_count, sizeof(*host->links));
	if (!host->links)
		return error_memory(err);
	link = &host->links[host->link_count++];
	*link = (struct link){
		.index = (uint32_t)header->ifi_index,
		.type = header->ifi_type,
		.up = header->ifi_flags & IFF_UP,
		.loopback = header->ifi_flags & IFF_LOOPBACK,
		.noarp = header->ifi_flags & IFF_NOARP,
	};
	parts_read_message(message, sizeof(*header), &parts);
	return link_fill(link, &parts, reading->pool, err);
}

/* On a point-to-point link IFA_ADDRESS is the other end, which the prefix is about, and IFA_LOCAL is ours. */
static int address_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	const struct ifaddrmsg *header = mnl_nlmsg_get_payload(message);
	struct reading *reading = context;
	struct host *host = reading->host;
	struct host_address held = {0};
	struct address far;
	struct parts parts;
	enum family family;

	if (message->nlmsg_type != RTM_NEWADDR || mnl_nlmsg_get_payload_len(message) < sizeof(*header) ||
	    !family_of(header->ifa_family, &family))
		return 0;
	parts_read_message(message, sizeof(*header), &parts);
	if (!parts_address(&parts, IFA_ADDRESS, family, &far))
		return 0;
	held.link = header->ifa_index;
	held.prefix = network_of(far, header->ifa_prefixlen);
	if (!parts_address(&parts, IFA_LOCAL, family, &held.address))
		held.address = far;
	host->addresses =
		pool_grow(reading->pool, host->addresses, host->address_count, sizeof(*host->addresses));
	if (!host->addresses)
		return error_memory(err);
	host->addresses[host->address_count++] = held;
	return 0;
}

/* Whether a switch of the kernel is on; one that is there and cannot be read is what `unread` says. */
static bool switch_is_on(const char *path, bool unread)
{
	CLEANUP(text_free) struct text read = {0};
	struct error err;

	if (file_read(path, SWITCH_SIZE_LIMIT, &read, &err) < 0)
		return unread && err.sys != ENOENT;
	return strcmp(text_string(&read), "0\n") != 0;
}

/* For an interface it is enough that its own switch or that of all is on. */
static void switches_read(struct host *host)
{
	static const char loose[] = "/proc/sys/net/netfilter/nf_conntrack_tcp_loose";
	bool all = switch_is_on("/proc/sys/net/ipv4/conf/all/route_localnet", false);

	host->tracks_midway = switch_is_on(loose, false);
	host->ignores_midway = !switch_is_on(loose, true);
	host->marks_replies = switch_is_on("/proc/sys/net/ipv4/tcp_fwmark_accept", true);
	for (size_t i = 0; i < host->link_count; i++)
		host->links[i].routes_loopback |= all;
}

/* The kernel's time zone is mostly UTC, and something else where the hardware's clock is kept in local time. */
static void clock_read(struct host *host)
{
	struct timezone zone = {0};
	struct timeval now = {0};

	if (syscall(SYS_gettimeofday, &now, &zone) < 0)
		return;
	host->now = now.tv_sec;
	host->minutes_west = zone.tz_minuteswest;
}

int host_read(struct pool *pool, struct host *out, struct error *err)
{
	CLEANUP(netlink_close) struct netlink netlink = {.fd = -1};
	struct host host = {0};
	struct reading reading = {.pool = pool, .host = &host};
	const int on = 1;

	if (netlink_open(&netlink, NETLINK_ROUTE, err) < 0)
		return -1;
	/* Without it the kernel also lists cached routes, one for each peer with a path of its own; since Linux 4.20. */
	(void)setsockopt(netlink.fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	if (links_list(&netlink, links_restart, link_take, &reading, err) < 0 ||
	    addresses_list(&netlink, AF_UNSPEC, addresses_restart, address_take, &reading, err) < 0 ||
	    routes_read(&netlink, pool, &host, err) < 0 || interceptors_read(&netlink, pool, &host, err) < 0)
		return -1;
	switches_read(&host);
	clock_read(&host);
	*out = host;
	return 0;
}
