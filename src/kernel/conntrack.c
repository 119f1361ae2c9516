/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries of connection tracking, by ctnetlink. A socket sends along one of the two tuples of its entry, whoever began and wherever
 * NAT moved the other end, so that is the one that is looked for. Only a kernel that has connection tracking loaded is asked,
 * since the question loads it; zones other than the default one are not looked into.
 */
#include "netlink.h"
#include "nft_attributes.h"
#include "rtnetlink.h"

#include "fwport/host_read.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

enum { QUESTION_BYTES = 256 };

static const char loaded[] = "/proc/sys/net/netfilter/nf_conntrack_count";

struct tuple {
	struct address source, destination;
	uint16_t source_port, destination_port;
	uint8_t protocol;
};

static bool port_read(const struct parts *parts, unsigned type, uint16_t *out)
{
	const struct nlattr *attribute = parts->at[type];
	uint16_t port;

	if (!attribute || attribute_length(attribute) != sizeof(port))
		return false;
	memcpy(&port, attribute_bytes(attribute), sizeof(port));
	*out = ntohs(port);
	return true;
}

static uint8_t byte_read(const struct parts *parts, unsigned type)
{
	const struct nlattr *attribute = parts->at[type];

	return attribute && attribute_length(attribute) ? *(const uint8_t *)attribute_bytes(attribute) : 0;
}

static bool tuple_read(const struct parts *message, unsigned type, enum family family, struct tuple *out)
{
	bool wide = family == FAMILY_IPV6;
	struct parts tuple, addresses, ports;

	part_nested(message, type, &tuple);
	part_nested(&tuple, CTA_TUPLE_IP, &addresses);
	part_nested(&tuple, CTA_TUPLE_PROTO, &ports);
	out->protocol = byte_read(&ports, CTA_PROTO_NUM);
	return parts_address(&addresses, wide ? CTA_IP_V6_SRC : CTA_IP_V4_SRC, family, &out->source) &&
	       parts_address(&addresses, wide ? CTA_IP_V6_DST : CTA_IP_V4_DST, family, &out->destination) &&
	       port_read(&ports, CTA_PROTO_SRC_PORT, &out->source_port) &&
	       port_read(&ports, CTA_PROTO_DST_PORT, &out->destination_port);
}

static int entry_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	struct connection *connection = context;
	struct tracking *tracking = &connection->tracking;
	struct tuple tuple;
	struct parts parts;

	(void)err;
	if (mnl_nlmsg_get_payload_len(message) < sizeof(struct nfgenmsg))
		return 0;
	parts_read_message(message, sizeof(struct nfgenmsg), &parts);
	if (!tuple_read(&parts, CTA_TUPLE_ORIG, connection->local.family, &tuple))
		return 0;
	*tracking = (struct tracking){
		.known = TRACKING_ENTRY,
		.begun_here = address_equal(&tuple.source, &connection->local) &&
			      tuple.source_port == connection->local_port,
		.answered = ntohl(parts_u32(&parts, CTA_STATUS)) & IPS_SEEN_REPLY,
		.mark = ntohl(parts_u32(&parts, CTA_MARK)),
		.asked = tuple.destination,
		.asked_port = tuple.destination_port,
	};
	return 0;
}

static void tuple_put(struct nlmsghdr *message, const struct connection *connection)
{
	bool wide = connection->local.family == FAMILY_IPV6;
	size_t size = address_size(connection->local.family);
	struct nlattr *tuple = mnl_attr_nest_start(message, CTA_TUPLE_ORIG), *part;

	part = mnl_attr_nest_start(message, CTA_TUPLE_IP);
	mnl_attr_put(message, wide ? CTA_IP_V6_SRC : CTA_IP_V4_SRC, size, connection->local.bytes);
	mnl_attr_put(message, wide ? CTA_IP_V6_DST : CTA_IP_V4_DST, size, connection->peer.bytes);
	mnl_attr_nest_end(message, part);
	part = mnl_attr_nest_start(message, CTA_TUPLE_PROTO);
	mnl_attr_put_u8(message, CTA_PROTO_NUM, connection->datagrams ? IPPROTO_UDP : IPPROTO_TCP);
	mnl_attr_put_u16(message, CTA_PROTO_SRC_PORT, htons(connection->local_port));
	mnl_attr_put_u16(message, CTA_PROTO_DST_PORT, htons(connection->peer_port));
	mnl_attr_nest_end(message, part);
	mnl_attr_nest_end(message, tuple);
}

static void entry_read(struct netlink *netlink, struct connection *connection)
{
	const struct nfgenmsg header = {.nfgen_family = family_number(connection->local.family),
					.version = NFNETLINK_V0};
	_Alignas(struct nlmsghdr) uint8_t buffer[QUESTION_BYTES] = {0};
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct error refusal;

	message->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET;
	memcpy(mnl_nlmsg_put_extra_header(message, sizeof(header)), &header, sizeof(header));
	tuple_put(message, connection);
	if (netlink_request(netlink, message, "cannot ask for an entry of conntrack", entry_take, connection,
			    &refusal) < 0 &&
	    refusal.sys == ENOENT)
		connection->tracking.known = TRACKING_NONE;
}

void connections_track(struct connections *connections)
{
	CLEANUP(netlink_close) struct netlink netlink = {.fd = -1};
	bool tracks = access(loaded, F_OK) == 0;
	struct error ignored;

	if (tracks && netlink_open(&netlink, NETLINK_NETFILTER, &ignored) < 0)
		return;
	for (size_t i = 0; i < connections->count; i++) {
		struct connection *connection = &connections->list[i];

		connection->tracking = (struct tracking){.known = tracks ? TRACKING_UNKNOWN : TRACKING_NONE};
		if (tracks)
			entry_read(&netlink, connection);
	}
}

struct senders {
	enum family family;
	uint16_t port;
	struct pool *pool;
	struct connections *out;
};

/* The answer's source is what the socket is, wherever NAT had the question go. */
static int sender_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	const struct senders *senders = context;
	struct connections *out = senders->out;
	struct parts parts;
	struct tuple answer;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(struct nfgenmsg))
		return 0;
	parts_read_message(message, sizeof(struct nfgenmsg), &parts);
	if (!tuple_read(&parts, CTA_TUPLE_REPLY, senders->family, &answer) ||
	    answer.protocol != IPPROTO_UDP || answer.source_port != senders->port)
		return 0;
	out->list = pool_grow(senders->pool, out->list, out->count, sizeof(*out->list));
	if (!out->list)
		return error_memory(err);
	out->list[out->count++] = (struct connection){
		.local = answer.source,
		.peer = answer.destination,
		.local_port = answer.source_port,
		.peer_port = answer.destination_port,
		.datagrams = true,
	};
	return 0;
}

void datagrams_read(uint16_t port, struct pool *pool, struct connections *out)
{
	CLEANUP(netlink_close) struct netlink netlink = {.fd = -1};
	struct error ignored;

	if (access(loaded, F_OK) < 0 || netlink_open(&netlink, NETLINK_NETFILTER, &ignored) < 0)
		return;
	for (int family = 0; family < FAMILY_COUNT; family++) {
		const struct nfgenmsg header = {.nfgen_family = family_number((enum family)family),
						.version = NFNETLINK_V0};
		struct senders senders = {(enum family)family, port, pool, out};
		_Alignas(struct nlmsghdr) uint8_t buffer[QUESTION_BYTES] = {0};
		struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
		enum netlink_dump_result result;

		message->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET;
		memcpy(mnl_nlmsg_put_extra_header(message, sizeof(header)), &header, sizeof(header));
		(void)!netlink_dump(&netlink, message, "cannot list what conntrack knows", sender_take,
				    &senders, &result, &ignored);
	}
}
