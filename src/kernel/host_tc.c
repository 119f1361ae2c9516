/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Filters of traffic control where every packet of an interface comes by: those of the ingress and clsact qdiscs. Filters of
 * other qdiscs sort what leaves into queues, and are left out.
 */
#include "interceptors.h"
#include "rtnetlink.h"

#include "nft_attributes.h"

#include <libmnl/libmnl.h>
#include <linux/if_ether.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <arpa/inet.h>
#include <string.h>

/* Where filters hang: the ends of the interfaces that have such a qdisc. */
struct ends {
	struct pool *pool;
	struct tcmsg *list; /* as they are asked for */
	size_t count;
};

static void ends_restart(void *context)
{
	((struct ends *)context)->count = 0;
}

static int end_add(struct ends *ends, int link, uint32_t parent, struct error *err)
{
	ends->list = pool_grow(ends->pool, ends->list, ends->count, sizeof(*ends->list));
	if (!ends->list)
		return error_memory(err);
	ends->list[ends->count++] = (struct tcmsg){.tcm_ifindex = link, .tcm_parent = parent};
	return 0;
}

static int qdisc_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	const struct tcmsg *header = mnl_nlmsg_get_payload(message);
	struct ends *ends = context;
	struct parts parts;
	const char *kind;

	if (message->nlmsg_type != RTM_NEWQDISC || mnl_nlmsg_get_payload_len(message) < sizeof(*header))
		return 0;
	parts_read_message(message, sizeof(*header), &parts);
	kind = parts_text(&parts, TCA_KIND);
	if (!kind || header->tcm_parent != TC_H_INGRESS)
		return 0;
	if (strcmp(kind, "clsact") != 0)
		return end_add(ends, header->tcm_ifindex, TC_H_INGRESS, err);
	if (end_add(ends, header->tcm_ifindex, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS), err) < 0)
		return -1;
	return end_add(ends, header->tcm_ifindex, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS), err);
}

/* The filters of one end. */
struct filters {
	struct pool *pool;
	struct host *host;
	const struct tcmsg *end;
	size_t before; /* interceptors found earlier */
	/* Priority and protocol of the one taken last: a filter with tables of its own is listed in parts. */
	uint32_t last;
};

static void filters_restart(void *context)
{
	struct filters *filters = context;

	filters->host->interceptor_count = filters->before;
	filters->last = 0;
}

static unsigned families_of_ethernet(uint16_t type)
{
	switch (type) {
	case ETH_P_IP:
		return FAMILY_BIT(FAMILY_IPV4);
	case ETH_P_IPV6:
		return FAMILY_BIT(FAMILY_IPV6);
	case ETH_P_ARP:
		return 0;
	}
	return FAMILIES_BOTH;
}

static int filter_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	const struct tcmsg *header = mnl_nlmsg_get_payload(message);
	struct filters *filters = context;
	bool leaves = filters->end->tcm_parent == TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS);
	struct interceptor filter = {.kind = INTERCEPTOR_TC, .comes = !leaves, .goes = leaves};
	struct parts parts;
	const char *kind;

	if (message->nlmsg_type != RTM_NEWTFILTER || mnl_nlmsg_get_payload_len(message) < sizeof(*header) ||
	    header->tcm_info == filters->last)
		return 0;
	filters->last = header->tcm_info;
	parts_read_message(message, sizeof(*header), &parts);
	kind = parts_text(&parts, TCA_KIND);
	filter.families = families_of_ethernet(ntohs((uint16_t)TC_H_MIN(header->tcm_info)));
	filter.link = (uint32_t)filters->end->tcm_ifindex;
	filter.name = pool_format(filters->pool, "%s of preference %u", kind ? kind : "filter",
				  TC_H_MAJ(header->tcm_info) >> 16);
	return filter.name ? interceptor_add(filters->host, &filter, filters->pool, err) : error_memory(err);
}

static int filters_read(struct netlink *netlink, const struct tcmsg *end, struct pool *pool,
			struct host *host, struct error *err)
{
	struct filters filters = {.pool = pool, .host = host, .end = end, .before = host->interceptor_count};
	const struct listing listing = {
		.what = "cannot read the filters of traffic control",
		.type = RTM_GETTFILTER,
		.header = end,
		.header_size = sizeof(*end),
		.restart = filters_restart,
		.each = filter_take,
		.context = &filters,
	};

	return listing_read(netlink, &listing, err);
}

int traffic_control_read(struct netlink *netlink, struct pool *pool, struct host *host, struct error *err)
{
	const struct tcmsg header = {.tcm_family = AF_UNSPEC};
	struct ends ends = {.pool = pool};
	const struct listing listing = {
		.what = "cannot read the queueing disciplines",
		.type = RTM_GETQDISC,
		.header = &header,
		.header_size = sizeof(header),
		.restart = ends_restart,
		.each = qdisc_take,
		.context = &ends,
	};

	if (listing_read(netlink, &listing, err) < 0)
		return -1;
	for (size_t i = 0; i < ends.count; i++)
		if (filters_read(netlink, &ends.list[i], pool, host, err) < 0)
			return -1;
	return 0;
}
