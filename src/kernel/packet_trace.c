/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two sockets: one owns the table and is silent after that, the other hears what the kernel tells of marked packets. */
#include "fwport/packet_trace.h"

#include "trace_table.h"

#include "fwport/ruleset.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <libnftnl/trace.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { EVENTS_MOST = 256, RECEIVE_BYTES = 1 << 20, MESSAGE_BYTES = 16384 };

struct packet_trace {
	struct mnl_socket *owner, *ear;
};

struct hearing {
	struct pool *pool;
	struct trace_events events;
	bool failed;
};

static void socket_close(struct mnl_socket **socket)
{
	if (*socket)
		mnl_socket_close(*socket);
	*socket = NULL;
}

void packet_trace_drop(struct packet_trace **trace)
{
	if (!*trace)
		return;
	socket_close(&(*trace)->ear);
	socket_close(&(*trace)->owner); /* and the table with it */
	free(*trace);
	*trace = NULL;
}

static struct mnl_socket *open_socket(void)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);

	if (socket && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
		socket_close(&socket);
	return socket;
}

static bool listen_to_traces(struct mnl_socket *ear)
{
	const int bytes = RECEIVE_BYTES, group = NFNLGRP_NFTRACE;
	const int fd = mnl_socket_get_fd(ear);

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	return setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) == 0;
}

static int start(struct packet_trace *trace, uint8_t protocol, const struct address *remotes, size_t count,
		 uint16_t port, struct error *err)
{
	trace->owner = open_socket();
	trace->ear = open_socket();
	if (!trace->owner || !trace->ear || !listen_to_traces(trace->ear))
		return error_system(err, errno, "cannot listen to traces of packets");
	if (trace_table_make(trace->owner, protocol, remotes, count, port, err) == 0)
		return 0;
	return err->sys == EOPNOTSUPP
		       ? error_hint(err, "tables that go with their owner came with Linux 5.12")
		       : -1;
}

int packet_trace_begin(uint8_t protocol, const struct address *remotes, size_t count, uint16_t port,
		       struct packet_trace **out, struct error *err)
{
	struct packet_trace *trace = calloc(1, sizeof(*trace));

	if (!trace)
		return error_memory(err);
	if (start(trace, protocol, remotes, count, port, err) < 0) {
		packet_trace_drop(&trace);
		return -1;
	}
	*out = trace;
	return 0;
}

/* --- what is heard --- */

static const char *verdict_text(const struct nftnl_trace *heard, struct pool *pool)
{
	const bool policy = nftnl_trace_get_u32(heard, NFTNL_TRACE_TYPE) == NFT_TRACETYPE_POLICY;
	const uint32_t verdict =
		nftnl_trace_get_u32(heard, policy ? NFTNL_TRACE_POLICY : NFTNL_TRACE_VERDICT);
	const char *target = nftnl_trace_is_set(heard, NFTNL_TRACE_JUMP_TARGET)
				     ? nftnl_trace_get_str(heard, NFTNL_TRACE_JUMP_TARGET)
				     : "";

	switch ((int)verdict) {
	case NF_ACCEPT:
		return "accept";
	case NF_DROP:
		return "drop";
	case NF_STOLEN:
		return "stolen";
	case NF_QUEUE:
		return "queue";
	case NFT_CONTINUE:
		return "continue";
	case NFT_RETURN:
		return "return";
	case NFT_JUMP:
		return pool_format(pool, "jump %s", target);
	case NFT_GOTO:
		return pool_format(pool, "goto %s", target);
	default:
		return pool_format(pool, "verdict %d", (int)verdict);
	}
}

static const char *chain_text(const struct nftnl_trace *heard, struct pool *pool)
{
	return pool_format(
		pool, "%s %s %s",
		table_family_name((enum table_family)nftnl_trace_get_u32(heard, NFTNL_TRACE_FAMILY)),
		nftnl_trace_get_str(heard, NFTNL_TRACE_TABLE), nftnl_trace_get_str(heard, NFTNL_TRACE_CHAIN));
}

/* Ends of chains without a verdict say nothing, and of our own rules nobody wants to hear. */
static bool is_telling(const struct nftnl_trace *heard)
{
	const uint32_t type = nftnl_trace_get_u32(heard, NFTNL_TRACE_TYPE);

	return (type == NFT_TRACETYPE_POLICY ||
		(type == NFT_TRACETYPE_RULE && nftnl_trace_is_set(heard, NFTNL_TRACE_RULE_HANDLE))) &&
	       nftnl_trace_is_set(heard, NFTNL_TRACE_TABLE) && nftnl_trace_is_set(heard, NFTNL_TRACE_CHAIN) &&
	       strcmp(nftnl_trace_get_str(heard, NFTNL_TRACE_TABLE), TRACE_TABLE) != 0;
}

static void keep(struct hearing *hearing, const struct nftnl_trace *heard)
{
	const bool policy = nftnl_trace_get_u32(heard, NFTNL_TRACE_TYPE) == NFT_TRACETYPE_POLICY;
	struct trace_event event = {.chain = chain_text(heard, hearing->pool),
				    .verdict = verdict_text(heard, hearing->pool)};
	struct trace_event *events =
		pool_grow(hearing->pool, hearing->events.list, hearing->events.count, sizeof(*events));

	hearing->failed |= !event.chain || !event.verdict || !events;
	if (hearing->failed)
		return;
	event.handle = policy ? 0 : nftnl_trace_get_u64(heard, NFTNL_TRACE_RULE_HANDLE);
	event.stops = strcmp(event.verdict, "drop") == 0;
	hearing->events.list = events;
	events[hearing->events.count++] = event;
}

static int hear(const struct nlmsghdr *message, void *data)
{
	struct hearing *hearing = data;
	struct nftnl_trace *heard;

	if ((message->nlmsg_type & 0xff) != NFT_MSG_TRACE || hearing->events.count >= EVENTS_MOST)
		return MNL_CB_OK;
	heard = nftnl_trace_alloc();
	hearing->failed |= !heard;
	if (heard && nftnl_trace_nlmsg_parse(message, heard) == 0 && is_telling(heard))
		keep(hearing, heard);
	if (heard)
		nftnl_trace_free(heard);
	return MNL_CB_OK;
}

/* The kernel tells while the packet is under way, so that everything is there when the connection has ended. */
int packet_trace_end(struct packet_trace **trace, struct pool *pool, struct trace_events *out,
		     struct error *err)
{
	struct hearing hearing = {.pool = pool};
	char bytes[MESSAGE_BYTES];
	ssize_t length;

	while ((length = recv(mnl_socket_get_fd((*trace)->ear), bytes, sizeof(bytes), MSG_DONTWAIT)) > 0)
		mnl_cb_run(bytes, (size_t)length, 0, 0, hear, &hearing);
	packet_trace_drop(trace);
	if (hearing.failed)
		return error_memory(err);
	*out = hearing.events;
	return 0;
}
