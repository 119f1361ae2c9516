/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RTM_GETROUTE, RTM_GETLINK and RTM_GETNEIGH for one thing each. A route of a type that refuses is answered with the errno that
 * senders get: fib_props in net/ipv4/fib_semantics.c, and the same in IPv6.
 */
#include "fwport/route_lookup.h"

#include "link_state.h"
#include "nft_attributes.h"
#include "rtnetlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

enum { REQUEST_BYTES = 256, PROBES_ENOUGH = 2 };

static struct nlmsghdr *begin(void *buffer, uint16_t type, const void *header, size_t size)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = type;
	memcpy(mnl_nlmsg_put_extra_header(message, size), header, size);
	return message;
}

/* Of an IPv4 route, the next hop may be one of IPv6. */
static bool via_read(const struct parts *parts, struct address *out)
{
	const struct nlattr *attribute = parts->at[RTA_VIA];
	struct rtvia via;
	enum family family;

	if (!attribute || attribute_length(attribute) < sizeof(via))
		return false;
	memcpy(&via, attribute_bytes(attribute), sizeof(via));
	if (via.rtvia_family > UINT8_MAX || !family_of((uint8_t)via.rtvia_family, &family) ||
	    attribute_length(attribute) != sizeof(via) + address_size(family))
		return false;
	*out = (struct address){.family = family};
	memcpy(out->bytes, (const uint8_t *)attribute_bytes(attribute) + sizeof(via), address_size(family));
	return true;
}

static int way_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	struct route_way *way = context;
	struct parts parts, metrics;
	enum family family;

	(void)err;
	if (message->nlmsg_type != RTM_NEWROUTE || mnl_nlmsg_get_payload_len(message) < sizeof(*header) ||
	    !family_of(header->rtm_family, &family))
		return 0;
	parts_read_message(message, sizeof(*header), &parts);
	part_nested(&parts, RTA_METRICS, &metrics);
	way->local = header->rtm_type == RTN_LOCAL;
	way->link.index = parts_u32(&parts, RTA_OIF);
	way->mtu = parts_u32(&metrics, RTAX_MTU);
	way->has_source = parts_address(&parts, RTA_PREFSRC, family, &way->source);
	way->has_gateway =
		parts_address(&parts, RTA_GATEWAY, family, &way->gateway) || via_read(&parts, &way->gateway);
	return 0;
}

static bool refusal_read(int sys, enum route_found *out)
{
	static const struct {
		int sys;
		enum route_found found;
	} refusals[] = {
		{ENETUNREACH, ROUTE_FOUND_NONE},
		{EHOSTUNREACH, ROUTE_FOUND_UNREACHABLE},
		{EACCES, ROUTE_FOUND_PROHIBIT},
		{EINVAL, ROUTE_FOUND_BLACKHOLE},
	};

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (refusals[i].sys == sys) {
			*out = refusals[i].found;
			return true;
		}
	return false;
}

static int ask_way(struct netlink *netlink, const struct route_question *question, struct route_way *way,
		   struct error *err)
{
	_Alignas(struct nlmsghdr) uint8_t buffer[REQUEST_BYTES] = {0};
	const unsigned size = address_size(question->to.family);
	const struct rtmsg header = {.rtm_family = family_number(question->to.family),
				     .rtm_dst_len = (uint8_t)(8 * size),
				     .rtm_src_len = (uint8_t)(way->has_source ? 8 * size : 0)};
	struct nlmsghdr *message = begin(buffer, RTM_GETROUTE, &header, sizeof(header));

	mnl_attr_put(message, RTA_DST, size, question->to.bytes);
	if (way->has_source)
		mnl_attr_put(message, RTA_SRC, size, way->source.bytes);
	mnl_attr_put_u32(message, RTA_UID, question->uid);
	mnl_attr_put_u8(message, RTA_IP_PROTO, question->protocol);
	mnl_attr_put_u16(message, RTA_DPORT, htons(question->port));
	if (netlink_request(netlink, message, "cannot ask for the route", way_take, way, err) == 0 ||
	    refusal_read(err->sys, &way->found))
		return 0;
	return -1;
}

/*
 * connect() of IPv4 looks for the route again once it knows the source (ip_route_connect), and rules of policy routing may tell
 * sources apart; that of IPv6 does not.
 */
static int ask_way_twice(struct netlink *netlink, const struct route_question *question,
			 struct route_way *way, struct error *err)
{
	struct route_way second;

	if (ask_way(netlink, question, way, err) < 0)
		return -1;
	if (way->found != ROUTE_FOUND || !way->has_source || way->local || question->to.family != FAMILY_IPV4)
		return 0;
	second = (struct route_way){.has_source = true, .source = way->source};
	if (ask_way(netlink, question, &second, err) < 0)
		return -1;
	second.has_source = true;
	second.source = way->source;
	*way = second;
	return 0;
}

static int link_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	(void)err;
	(void)link_state_read(message, context);
	return 0;
}

static int ask_link(struct netlink *netlink, struct link_state *link, struct error *err)
{
	_Alignas(struct nlmsghdr) uint8_t buffer[REQUEST_BYTES] = {0};
	const struct ifinfomsg header = {.ifi_family = AF_UNSPEC, .ifi_index = (int)link->index};
	struct nlmsghdr *message = begin(buffer, RTM_GETLINK, &header, sizeof(header));

	return netlink_request(netlink, message, "cannot ask for the interface", link_take, link, err);
}

int route_lookup(const struct route_question *question, struct route_way *out, struct error *err)
{
	CLEANUP(netlink_close) struct netlink netlink = {.fd = -1};
	struct route_way way = {0};

	if (netlink_open(&netlink, NETLINK_ROUTE, err) < 0)
		return -1;
	if (ask_way_twice(&netlink, question, &way, err) < 0)
		return -1;
	if (way.link.index && ask_link(&netlink, &way.link, err) < 0)
		return -1;
	if (!way.mtu)
		way.mtu = way.link.mtu;
	*out = way;
	return 0;
}

/* Probing goes on for three seconds; a neighbour that let two questions pass is not there, as far as anyone can tell. */
static enum neighbour_state state_of(uint16_t state, uint32_t probes)
{
	if (state & (NUD_PERMANENT | NUD_NOARP))
		return NEIGHBOUR_STATE_FIXED;
	if (state & NUD_REACHABLE)
		return NEIGHBOUR_STATE_CURRENT;
	if (state & NUD_FAILED)
		return NEIGHBOUR_STATE_FAILED;
	if (state & NUD_INCOMPLETE || (state & NUD_PROBE && probes >= PROBES_ENOUGH))
		return NEIGHBOUR_STATE_ASKED;
	return state & (NUD_STALE | NUD_DELAY | NUD_PROBE) ? NEIGHBOUR_STATE_KNOWN : NEIGHBOUR_STATE_NONE;
}

static int neighbour_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	const struct ndmsg *header = mnl_nlmsg_get_payload(message);
	enum neighbour_state *out = context;
	struct parts parts;

	(void)err;
	if (message->nlmsg_type != RTM_NEWNEIGH || mnl_nlmsg_get_payload_len(message) < sizeof(*header))
		return 0;
	parts_read_message(message, sizeof(*header), &parts);
	*out = state_of(header->ndm_state, parts_u32(&parts, NDA_PROBES));
	return 0;
}

int neighbour_lookup(uint32_t link, const struct address *address, enum neighbour_state *out,
		     struct error *err)
{
	CLEANUP(netlink_close) struct netlink netlink = {.fd = -1};
	_Alignas(struct nlmsghdr) uint8_t buffer[REQUEST_BYTES] = {0};
	const struct ndmsg header = {.ndm_family = family_number(address->family), .ndm_ifindex = (int)link};
	struct nlmsghdr *message = begin(buffer, RTM_GETNEIGH, &header, sizeof(header));

	*out = NEIGHBOUR_STATE_NONE;
	mnl_attr_put(message, NDA_DST, address_size(address->family), address->bytes);
	if (netlink_open(&netlink, NETLINK_ROUTE, err) < 0)
		return -1;
	if (netlink_request(&netlink, message, "cannot ask for the neighbour", neighbour_take, out, err) <
		    0 &&
	    err->sys != ENOENT)
		return -1;
	return 0;
}
