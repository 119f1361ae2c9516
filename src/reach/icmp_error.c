/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IP_RECVERR queues what ICMP says of a socket's packets, with the router that said it. */
#include "icmp_error.h"

#include "socket_address.h"

#include <linux/errqueue.h>
#include <sys/socket.h>

void icmp_errors_tell(int socket, enum family family, bool on)
{
	const int value = on;

	if (family == FAMILY_IPV4)
		setsockopt(socket, IPPROTO_IP, IP_RECVERR, &value, sizeof(value));
	else
		setsockopt(socket, IPPROTO_IPV6, IPV6_RECVERR, &value, sizeof(value));
}

static void take_icmp_error(const struct sock_extended_err *error, struct icmp_error *out)
{
	uint16_t port;

	if (error->ee_origin != SO_EE_ORIGIN_ICMP && error->ee_origin != SO_EE_ORIGIN_ICMP6)
		return;
	out->known = true;
	out->type = error->ee_type;
	out->code = error->ee_code;
	out->from_known = socket_address_read(SO_EE_OFFENDER(error), &out->from, &port);
}

void icmp_error_read(int socket, struct icmp_error *out)
{
	union {
		char bytes[512];
		struct cmsghdr aligned;
	} control;
	char quoted[128];
	struct iovec part = {.iov_base = quoted, .iov_len = sizeof(quoted)};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};

	if (recvmsg(socket, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return;
	for (struct cmsghdr *at = CMSG_FIRSTHDR(&message); at; at = CMSG_NXTHDR(&message, at))
		if ((at->cmsg_level == IPPROTO_IP && at->cmsg_type == IP_RECVERR) ||
		    (at->cmsg_level == IPPROTO_IPV6 && at->cmsg_type == IPV6_RECVERR))
			take_icmp_error((const struct sock_extended_err *)CMSG_DATA(at), out);
}
