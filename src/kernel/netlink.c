/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Netlink conversations. Knows headers, acknowledgements and interrupted dumps; knows nothing of what the messages say.
 */
#include "netlink.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <libmnl/libmnl.h>

#ifndef NETLINK_EXT_ACK
#define NETLINK_EXT_ACK 11
#endif

int netlink_open(struct netlink *netlink, int bus, struct error *err)
{
	const int on = 1;

	*netlink = (struct netlink){.fd = -1};
	netlink->buffer = malloc(NETLINK_RECEIVE_BYTES);
	if (!netlink->buffer)
		return error_memory(err);
	netlink->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, bus);
	if (netlink->fd < 0) {
		error_system(err, errno, "cannot open a netlink socket");
		netlink_close(netlink);
		return -1;
	}
	/* Kernels before 4.12 have no extended acknowledgements, and refusals are then told by errno alone. */
	(void)setsockopt(netlink->fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	return 0;
}

void netlink_close(struct netlink *netlink)
{
	if (netlink->fd >= 0)
		close(netlink->fd);
	free(netlink->buffer);
	*netlink = (struct netlink){.fd = -1};
}

int netlink_send(struct netlink *netlink, const void *bytes, size_t length, struct error *err)
{
	const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	ssize_t sent;

	do
		sent = sendto(netlink->fd, bytes, length, 0, (const struct sockaddr *)&kernel,
			      sizeof(kernel));
	while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return error_system(err, errno, "cannot send %zu bytes to the kernel by netlink", length);
	return 0;
}

static int wait_readable(int fd, int milliseconds, struct error *err)
{
	struct pollfd wanted = {.fd = fd, .events = POLLIN};
	int ready;

	do
		ready = poll(&wanted, 1, milliseconds);
	while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return error_system(err, errno, "cannot wait for the kernel's answer");
	return ready;
}

/* Only the kernel (port 0) is believed; a stranger's datagram is read as nothing and the next one is awaited. */
int netlink_receive(struct netlink *netlink, int milliseconds, size_t *length, struct error *err)
{
	struct sockaddr_nl sender = {0};
	struct iovec space = {.iov_base = netlink->buffer, .iov_len = NETLINK_RECEIVE_BYTES};
	struct msghdr message;
	ssize_t got;
	int ready;

	*length = 0;
	do {
		ready = milliseconds < 0 ? 1 : wait_readable(netlink->fd, milliseconds, err);
		if (ready <= 0)
			return ready;
		message = (struct msghdr){.msg_name = &sender,
					  .msg_namelen = sizeof(sender),
					  .msg_iov = &space,
					  .msg_iovlen = 1};
		got = recvmsg(netlink->fd, &message, 0);
	} while ((got < 0 && errno == EINTR) || (got >= 0 && sender.nl_pid != 0));
	if (got < 0)
		return error_system(err, errno, "cannot read the kernel's answer");
	if (message.msg_flags & MSG_TRUNC)
		return error_set(err, ERROR_SYSTEM, "the kernel's answer is longer than the %d bytes allowed",
				 NETLINK_RECEIVE_BYTES);
	*length = (size_t)got;
	return 0;
}

static void refusal_attributes(const uint8_t *at, size_t length, struct netlink_refusal *out)
{
	while (length >= sizeof(struct nlattr)) {
		const struct nlattr *attr = (const void *)at;
		size_t size = attr->nla_len, step = NLA_ALIGN(size), payload;

		if (size < sizeof(*attr) || size > length)
			return;
		payload = size - NLA_HDRLEN;
		if ((attr->nla_type & NLA_TYPE_MASK) == NLMSGERR_ATTR_MSG && payload && at[size - 1] == '\0')
			out->words = (const char *)at + NLA_HDRLEN;
		if ((attr->nla_type & NLA_TYPE_MASK) == NLMSGERR_ATTR_OFFS && payload == sizeof(out->offset))
			memcpy(&out->offset, at + NLA_HDRLEN, sizeof(out->offset));
		if (step >= length)
			return;
		at += step;
		length -= step;
	}
}

bool netlink_refusal_parse(const struct nlmsghdr *message, struct netlink_refusal *out)
{
	const struct nlmsgerr *answer = NLMSG_DATA(message);
	size_t head = sizeof(struct nlmsgerr), length;

	*out = (struct netlink_refusal){0};
	if (message->nlmsg_type != NLMSG_ERROR || message->nlmsg_len < NLMSG_LENGTH(sizeof(*answer)))
		return false;
	length = message->nlmsg_len - NLMSG_HDRLEN;
	out->sys = answer->error < 0 ? -answer->error : answer->error;
	/* The refused message is echoed whole between the error and its attributes, unless capped. */
	if (!(message->nlmsg_flags & NLM_F_CAPPED) && answer->error && answer->msg.nlmsg_len >= NLMSG_HDRLEN)
		head += NLMSG_ALIGN(answer->msg.nlmsg_len) - NLMSG_HDRLEN;
	if (message->nlmsg_flags & NLM_F_ACK_TLVS && head < length)
		refusal_attributes((const uint8_t *)answer + head, length - head, out);
	return true;
}

/* One conversation, while it goes on. */
struct exchange {
	const char *what;
	uint32_t sequence;
	bool ended, interrupted;
	netlink_each *each;
	void *context;
};

static int refused(const struct exchange *exchange, int sys, const char *words, struct error *err)
{
	if (words)
		return error_system(err, sys, "%s: %s", exchange->what, words);
	return error_system(err, sys, "%s", exchange->what);
}

/* A dump ends with the errno of its last step, negative, or with nothing. */
static int dump_end(struct exchange *exchange, const struct nlmsghdr *message, struct error *err)
{
	int status = 0;

	exchange->ended = true;
	if (message->nlmsg_len >= NLMSG_LENGTH(sizeof(status)))
		memcpy(&status, NLMSG_DATA(message), sizeof(status));
	if (status < 0)
		return refused(exchange, -status, NULL, err);
	return 0;
}

static int answer_end(struct exchange *exchange, const struct nlmsghdr *message, struct error *err)
{
	struct netlink_refusal refusal;

	exchange->ended = true;
	if (!netlink_refusal_parse(message, &refusal))
		return error_set(err, ERROR_SYSTEM, "%s: the kernel's answer is too short", exchange->what);
	if (refusal.sys)
		return refused(exchange, refusal.sys, refusal.words, err);
	return 0;
}

static int message_take(struct exchange *exchange, const struct nlmsghdr *message, struct error *err)
{
	if (message->nlmsg_seq != exchange->sequence)
		return 0; /* the rest of an older conversation */
	if (message->nlmsg_flags & NLM_F_DUMP_INTR)
		exchange->interrupted = true;
	if (message->nlmsg_type == NLMSG_DONE)
		return dump_end(exchange, message, err);
	if (message->nlmsg_type == NLMSG_ERROR)
		return answer_end(exchange, message, err);
	if (message->nlmsg_type < NLMSG_MIN_TYPE || !exchange->each || exchange->interrupted)
		return 0;
	return exchange->each(message, exchange->context, err);
}

static int converse(struct netlink *netlink, struct nlmsghdr *message, struct exchange *exchange,
		    struct error *err)
{
	message->nlmsg_seq = exchange->sequence = ++netlink->sequence;
	if (netlink_send(netlink, message, message->nlmsg_len, err) < 0)
		return error_in(err, "%s", exchange->what);
	while (!exchange->ended) {
		const struct nlmsghdr *answer = (const void *)netlink->buffer;
		size_t got;
		int left;

		if (netlink_receive(netlink, -1, &got, err) < 0)
			return error_in(err, "%s", exchange->what);
		for (left = (int)got; mnl_nlmsg_ok(answer, left); answer = mnl_nlmsg_next(answer, &left))
			if (message_take(exchange, answer, err) < 0)
				return -1;
	}
	return 0;
}

int netlink_request(struct netlink *netlink, struct nlmsghdr *message, const char *what, netlink_each *each,
		    void *context, struct error *err)
{
	struct exchange exchange = {.what = what, .each = each, .context = context};

	message->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	return converse(netlink, message, &exchange, err);
}

int netlink_dump(struct netlink *netlink, struct nlmsghdr *message, const char *what, netlink_each *each,
		 void *context, enum netlink_dump_result *result, struct error *err)
{
	struct exchange exchange = {.what = what, .each = each, .context = context};

	message->nlmsg_flags |= NLM_F_REQUEST | NLM_F_DUMP;
	if (converse(netlink, message, &exchange, err) < 0)
		return -1;
	*result = exchange.interrupted ? NETLINK_DUMP_INTERRUPTED : NETLINK_DUMP_WHOLE;
	return 0;
}
