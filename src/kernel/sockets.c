/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sock_diag: sockets by protocol, state and port. Knows nothing of processes.
 */
#include "sockets.h"

#include "nft_attributes.h"
#include "netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <string.h>

struct asking {
	uint16_t local_port, peer_port;
	socket_each *each;
	void *context;
};

/* A UDP socket that is not connected takes datagrams from anyone, which the kernel calls closed. */
static uint32_t state_bits(enum protocol protocol, enum socket_state state)
{
	if (state == SOCKET_ESTABLISHED)
		return 1u << TCP_ESTABLISHED;
	if (state == SOCKET_CONNECTED)
		return 1u << TCP_ESTABLISHED | 1u << TCP_FIN_WAIT1 | 1u << TCP_FIN_WAIT2 |
		       1u << TCP_CLOSE_WAIT;
	return protocol == PROTOCOL_UDP ? 1u << TCP_CLOSE : 1u << TCP_LISTEN;
}

static bool is_mapped(const uint8_t bytes[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	return memcmp(bytes, mapped, sizeof(mapped)) == 0;
}

static struct address diag_address(uint8_t number, const void *bytes)
{
	const uint8_t *at = bytes;
	struct address address = {.family = number == AF_INET6 && !is_mapped(at) ? FAMILY_IPV6 : FAMILY_IPV4};

	if (number == AF_INET6 && address.family == FAMILY_IPV4)
		at += 12;
	memcpy(address.bytes, at, address_size(address.family));
	return address;
}

static void options_read(const struct nlmsghdr *message, struct socket *out)
{
	const uint8_t *bytes = mnl_nlmsg_get_payload_offset(message, sizeof(struct inet_diag_msg));
	size_t length = mnl_nlmsg_get_payload_len(message) - NLMSG_ALIGN(sizeof(struct inet_diag_msg)),
	       at = 0;
	const struct nlattr *attribute;
	struct inet_diag_sockopt options;

	while ((attribute = attribute_next(bytes, length, &at))) {
		if (attribute_type(attribute) == INET_DIAG_SKV6ONLY && attribute_length(attribute))
			out->only_ipv6 = *(const uint8_t *)attribute_bytes(attribute);
		if (attribute_type(attribute) != INET_DIAG_SOCKOPT ||
		    attribute_length(attribute) < sizeof(options))
			continue;
		memcpy(&options, attribute_bytes(attribute), sizeof(options));
		out->transparent = options.transparent;
	}
}

static int message_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	const struct inet_diag_msg *said = mnl_nlmsg_get_payload(message);
	const struct asking *asking = context;
	struct socket found;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*said))
		return 0;
	found = (struct socket){
		.ends = {.local = diag_address(said->idiag_family, said->id.idiag_src),
			 .peer = diag_address(said->idiag_family, said->id.idiag_dst),
			 .local_port = ntohs(said->id.idiag_sport),
			 .peer_port = ntohs(said->id.idiag_dport)},
		.inode = said->idiag_inode,
		.link = said->id.idiag_if,
		.uid = said->idiag_uid,
	};
	options_read(message, &found);
	if ((asking->local_port && found.ends.local_port != asking->local_port) ||
	    (asking->peer_port && found.ends.peer_port != asking->peer_port))
		return 0;
	return asking->each(&found, asking->context, err);
}

static int family_read(struct netlink *netlink, struct inet_diag_req_v2 *request, struct asking *asking,
		       struct error *err)
{
	_Alignas(struct nlmsghdr)
		uint8_t buffer[MNL_ALIGN(sizeof(struct nlmsghdr)) + MNL_ALIGN(sizeof(*request))] = {0};
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	enum netlink_dump_result result;

	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	memcpy(mnl_nlmsg_put_extra_header(message, sizeof(*request)), request, sizeof(*request));
	if (netlink_dump(netlink, message, "cannot list the sockets", message_take, asking, &result, err) ==
	    0)
		return 0;
	/* Without the module that lists a protocol, or the protocol itself, nobody uses it. */
	return err->sys == ENOENT ? 0 : -1;
}

int sockets_read(enum protocol protocol, enum socket_state state, uint16_t local_port, uint16_t peer_port,
		 socket_each *each, void *context, struct error *err)
{
	static const uint8_t families[] = {AF_INET, AF_INET6};
	CLEANUP(netlink_close) struct netlink netlink = {.fd = -1};
	struct asking asking = {
		.local_port = local_port, .peer_port = peer_port, .each = each, .context = context};

	if (netlink_open(&netlink, NETLINK_SOCK_DIAG, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(families); i++) {
		struct inet_diag_req_v2 request = {
			.sdiag_family = families[i],
			.sdiag_protocol = (uint8_t)protocol,
			.idiag_states = state_bits(protocol, state),
			.id = {.idiag_sport = htons(local_port), .idiag_dport = htons(peer_port)},
		};

		if (family_read(&netlink, &request, &asking, err) < 0)
			return -1;
	}
	return 0;
}
