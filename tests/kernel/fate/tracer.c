/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads NFNLGRP_NFTRACE. Headers are in the first event of a packet in each base chain, and by them it is known; those that
 * follow have the same id. Behind some probes a bell is rung: a packet that the kernel takes up when it is through
 * with the others. The kernel's queue is short and shared, so packets may get lost before anybody sees them; then all are sent
 * again.
 */
#define _GNU_SOURCE /* SOL_NETLINK */

#include "tracer.h"
#include "wire.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RECEIVE_BYTES = 64 << 20, EVENT_BYTES = 8 << 10, BURST = 32, BELL = 0xffff };
enum { PATIENCE = 100, TRIES = 600 };

/* The last ones stand before the places (NF_IP6_PRI_LAST - 1 the first) where connections are confirmed. */
static const char own_tables[] =
	"table netdev " TRACER_TABLE " {\n"
	"	chain ingress {\n"
	"		type filter hook ingress devices = { eth0, eth1 } priority -1000000\n"
	"		meta nftrace set 1\n"
	"	}\n"
	"}\n"
	"table inet " TRACER_TABLE " {\n"
	"	chain output {\n"
	"		type filter hook output priority -1000000\n"
	"		meta priority 0:77 meta nftrace set 1 accept\n"
	"		drop\n"
	"	}\n"
	"	chain last {\n"
	"		meta l4proto { tcp, udp } th sport >= 61000 accept\n"
	"		meta l4proto { tcp, udp } th dport >= 61000 accept\n"
	"		drop\n"
	"	}\n"
	"	chain input {\n"
	"		type filter hook input priority 2147483645\n"
	"		goto last\n"
	"	}\n"
	"	chain postrouting {\n"
	"		type filter hook postrouting priority 2147483645\n"
	"		goto last\n"
	"	}\n"
	"}\n";

static int own_tables_load(struct error *err)
{
	FILE *nft = popen("nft -f -", "w");

	if (!nft)
		return error_system(err, errno, "cannot start nft");
	fputs(own_tables, nft);
	return pclose(nft) == 0 ? 0 : error_set(err, ERROR_SYSTEM, "nft does not load the tracer's tables");
}

int tracer_open(struct tracer *tracer, struct error *err)
{
	const struct sockaddr_nl at = {.nl_family = AF_NETLINK};
	const int bytes = RECEIVE_BYTES, group = NFNLGRP_NFTRACE;

	memset(tracer, 0, sizeof(*tracer));
	tracer->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER);
	if (tracer->fd < 0 || bind(tracer->fd, (const struct sockaddr *)&at, sizeof(at)) < 0 ||
	    setsockopt(tracer->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
		return error_system(err, errno, "cannot listen to traces");
	if (setsockopt(tracer->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		(void)setsockopt(tracer->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	return own_tables_load(err);
}

static uint32_t number32(const struct nlattr *attribute)
{
	return attribute ? ntohl(mnl_attr_get_u32(attribute)) : 0;
}

/* 0 for packets that are not probes. */
static uint32_t probe_number(const struct nlattr *network)
{
	const uint8_t *header = mnl_attr_get_payload(network);

	if (mnl_attr_get_payload_len(network) < 20)
		return 0;
	if (header[0] >> 4 == 4)
		return (uint32_t)header[4] << 8 | header[5];
	return (uint32_t)(header[1] & 0x0f) << 16 | (uint32_t)header[2] << 8 | header[3];
}

static uint32_t owner_of(struct tracer *tracer, const struct nlattr *const *given)
{
	uint32_t id = number32(given[NFTA_TRACE_ID]), place = (id ^ id >> 8 ^ id >> 16 ^ id >> 24) & 0xff;

	if (given[NFTA_TRACE_NETWORK_HEADER]) {
		tracer->id[place] = id;
		tracer->owner[place] = probe_number(given[NFTA_TRACE_NETWORK_HEADER]);
	}
	return tracer->id[place] == id ? tracer->owner[place] : 0;
}

static enum nft_verdict_code verdict_of(uint32_t code)
{
	switch ((int32_t)code) {
	case NFT_CONTINUE:
		return VERDICT_CONTINUE;
	case NFT_BREAK:
		return VERDICT_BREAK;
	case NFT_JUMP:
		return VERDICT_JUMP;
	case NFT_GOTO:
		return VERDICT_GOTO;
	case NFT_RETURN:
		return VERDICT_RETURN;
	}
	return (code & NF_VERDICT_MASK) == NF_ACCEPT ? VERDICT_ACCEPT
	       : (code & NF_VERDICT_MASK) == NF_DROP ? VERDICT_DROP
						     : VERDICT_QUEUE;
}

static int nested_code(const struct nlattr *attribute, void *code)
{
	if (mnl_attr_get_type(attribute) == NFTA_VERDICT_CODE)
		*(uint32_t *)code = number32(attribute);
	return MNL_CB_OK;
}

static int attribute_take(const struct nlattr *attribute, void *given)
{
	if (mnl_attr_get_type(attribute) <= NFTA_TRACE_MAX)
		((const struct nlattr **)given)[mnl_attr_get_type(attribute)] = attribute;
	return MNL_CB_OK;
}

static void name_copy(char out[TRACER_NAME], const struct nlattr *attribute)
{
	if (attribute)
		snprintf(out, TRACER_NAME, "%s", mnl_attr_get_str(attribute));
}

/* The end of a chain is told too, as a return of no rule; it is no news. */
static bool is_news(const struct event *event, uint32_t type)
{
	return strcmp(event->table, TRACER_TABLE) != 0 && (event->handle || type == NFT_TRACETYPE_POLICY);
}

static int event_keep(struct tracer *tracer, uint32_t owner, const struct event *event, struct error *err)
{
	struct event *kept = pool_copy(&tracer->pool, event, sizeof(*event));

	if (!kept)
		return error_memory(err);
	if (tracer->last[owner])
		tracer->last[owner]->next = kept;
	else
		tracer->first[owner] = kept;
	tracer->last[owner] = kept;
	return 0;
}

static int event_take(struct tracer *tracer, const struct nlmsghdr *message, struct error *err)
{
	const struct nlattr *given[NFTA_TRACE_MAX + 1] = {0};
	struct event event = {.verdict = VERDICT_CONTINUE};
	uint32_t owner, type, code;

	if (message->nlmsg_type != ((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_TRACE) ||
	    mnl_attr_parse(message, sizeof(struct nfgenmsg), attribute_take, given) < 0)
		return 0;
	owner = owner_of(tracer, given);
	type = number32(given[NFTA_TRACE_TYPE]);
	code = number32(given[NFTA_TRACE_POLICY]);
	name_copy(event.table, given[NFTA_TRACE_TABLE]);
	name_copy(event.chain, given[NFTA_TRACE_CHAIN]);
	if (given[NFTA_TRACE_RULE_HANDLE])
		event.handle = be64toh(mnl_attr_get_u64(given[NFTA_TRACE_RULE_HANDLE]));
	if (given[NFTA_TRACE_VERDICT])
		mnl_attr_parse_nested(given[NFTA_TRACE_VERDICT], nested_code, &code);
	event.verdict = verdict_of(code);
	tracer->rang |= owner == BELL;
	if (owner == 0 || owner > TRACER_PROBES)
		return 0;
	tracer->seen[owner] = true;
	tracer->ended[owner] |= strcmp(event.table, TRACER_TABLE) == 0 && strcmp(event.chain, "last") == 0;
	if (!is_news(&event, type))
		return 0;
	return event_keep(tracer, owner, &event, err);
}

/* All that is there. */
static int events_take(struct tracer *tracer, struct error *err)
{
	static char buffer[EVENT_BYTES];
	ssize_t length;

	for (;;) {
		length = recv(tracer->fd, buffer, sizeof(buffer), 0);
		if (length < 0)
			return errno == EAGAIN ? 0 : error_system(err, errno, "cannot read traces");
		if (mnl_nlmsg_ok((const struct nlmsghdr *)buffer, (int)length) &&
		    event_take(tracer, (const struct nlmsghdr *)buffer, err) < 0)
			return -1;
	}
}

static void bell_send(const struct stage *stage)
{
	struct chance chance = {BELL};
	struct probe bell;

	do
		probe_draw(&chance, stage, BELL, &bell);
	while (bell.packet.leaves);
	probe_send(&bell, stage);
}

/* Rings again where the bell itself got lost. */
static int bell_wait(struct tracer *tracer, const struct stage *stage, struct error *err)
{
	struct pollfd events = {.fd = tracer->fd, .events = POLLIN};

	tracer->rang = false;
	for (unsigned tries = 0; tries < TRIES; tries++) {
		bell_send(stage);
		do
			if (events_take(tracer, err) < 0)
				return -1;
		while (!tracer->rang && poll(&events, 1, PATIENCE) > 0);
		if (tracer->rang)
			return 0;
	}
	return error_set(err, ERROR_SYSTEM, "the kernel tells nothing of the last packet");
}

static void forget(struct tracer *tracer)
{
	pool_free(&tracer->pool);
	memset(tracer->first, 0, sizeof(tracer->first));
	memset(tracer->last, 0, sizeof(tracer->last));
	memset(tracer->seen, 0, sizeof(tracer->seen));
	memset(tracer->ended, 0, sizeof(tracer->ended));
}

static int probes_send(struct tracer *tracer, const struct stage *stage, const struct probe *probes,
		       size_t count, struct error *err)
{
	if (events_take(tracer, err) < 0) /* what the bell before left behind */
		return -1;
	forget(tracer);
	for (size_t i = 0; i < count; i++) {
		probe_send(&probes[i], stage);
		if ((i + 1 == count || i % BURST == BURST - 1) && bell_wait(tracer, stage, err) < 0)
			return -1;
	}
	return 0;
}

static bool all_seen(const struct tracer *tracer, const struct probe *probes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!tracer->seen[probes[i].number])
			return false;
	return true;
}

int tracer_run(struct tracer *tracer, const struct stage *stage, const struct probe *probes, size_t count,
	       struct error *err)
{
	for (unsigned tries = 0; tries < TRIES; tries++) {
		if (wire_forget_connections(err) < 0 || probes_send(tracer, stage, probes, count, err) < 0)
			return -1;
		if (all_seen(tracer, probes, count))
			return 0;
	}
	return error_set(err, ERROR_SYSTEM, "packets get lost again and again");
}

bool tracer_saw_to_the_end(const struct tracer *tracer, const struct probe *probe)
{
	return tracer->ended[probe->number];
}
