/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A transaction is told of as a whole once it is made, one message for each thing in it, and then who made it
 * (nf_tables_commit, nf_tables_gen_notify). A message that is not understood is one more reason
 * to look at the ruleset itself.
 */
#include "fwport/ruleset_ear.h"

#include "netlink.h"
#include "nft_attributes.h"
#include "nft_dump.h"

#include "fwport/nft_read.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	ROOM = 1 << 20,    /* bytes that wait to be read: a reload of some thousand rules */
	READS_MOST = 4096, /* at once: somebody who never stops is listened to again later */
};

/* What was heard of the transaction that is being told of. */
struct hearing {
	struct burst *burst;
	struct pool *pool;
	bool took_ours;
};

/* A socket without an address joins a group without an error, and hears nothing. */
static bool join(int fd)
{
	const struct sockaddr_nl any = {.nl_family = AF_NETLINK};
	const int group = NFNLGRP_NFTABLES;

	return bind(fd, (const struct sockaddr *)&any, sizeof(any)) == 0 &&
	       setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) == 0;
}

int ruleset_ear_open(struct ruleset_ear *ear, struct error *err)
{
	const int bytes = ROOM;

	ear->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER);
	if (ear->fd >= 0 && setsockopt(ear->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(ear->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (ear->fd >= 0 && join(ear->fd))
		return 0;
	error_system(err, errno, "cannot listen to changes of the ruleset");
	ruleset_ear_close(ear);
	return -1;
}

void ruleset_ear_close(struct ruleset_ear *ear)
{
	if (ear->fd >= 0)
		close(ear->fd);
	ear->fd = -1;
}

static bool is_home(const struct nft_message *told, const char *table)
{
	return told->family == TABLE_INET && table && !strcmp(table, HOME_TABLE);
}

static void note_ours(struct hearing *hearing)
{
	hearing->burst->hurt = hearing->took_ours = true;
}

static int hear_rule(const struct nlmsghdr *message, bool gone, struct hearing *hearing, struct error *err)
{
	static const enum attribute_form shape[] = {[NFTA_RULE_TABLE] = FORM_TEXT};
	struct burst_place place = {0};
	struct nft_message told;
	struct rule rule = {0};

	if (nft_message_read(message, shape, COUNT(shape), "rule", &told, err) < 0 ||
	    nft_decode_rule(message, hearing->pool, &rule, err) < 0)
		return -1;
	place.family = told.family;
	place.table = attribute_text(&told.attributes, NFTA_RULE_TABLE);
	if (gone && (rule.tag || is_home(&told, place.table)))
		note_ours(hearing);
	if (is_home(&told, place.table))
		hearing->burst->home_touched |= gone;
	else if (gone && rule.tag)
		burst_rule_gone(hearing->burst, &place, rule.tag);
	else if (!rule.tag)
		burst_sweep(hearing->burst, &place);
	return 0;
}

static int hear_chain(const struct nlmsghdr *message, struct hearing *hearing, struct error *err)
{
	static const enum attribute_form shape[] = {[NFTA_CHAIN_TABLE] = FORM_TEXT};
	struct burst_place place = {0};
	struct nft_message told;

	if (nft_message_read(message, shape, COUNT(shape), "chain", &told, err) < 0)
		return -1;
	place.family = told.family;
	place.table = attribute_text(&told.attributes, NFTA_CHAIN_TABLE);
	burst_sweep(hearing->burst, &place);
	return 0;
}

static int hear_table(const struct nlmsghdr *message, struct hearing *hearing, struct error *err)
{
	static const enum attribute_form shape[] = {[NFTA_TABLE_NAME] = FORM_TEXT};
	struct burst_place place = {0};
	struct nft_message told;

	if (nft_message_read(message, shape, COUNT(shape), "table", &told, err) < 0)
		return -1;
	place.family = told.family;
	place.table = attribute_text(&told.attributes, NFTA_TABLE_NAME);
	burst_sweep(hearing->burst, &place);
	if (is_home(&told, place.table)) {
		hearing->burst->home_swept = true;
		note_ours(hearing);
	}
	return 0;
}

static int hear_elements(const struct nlmsghdr *message, struct hearing *hearing, struct error *err)
{
	static const enum attribute_form shape[] = {[NFTA_SET_ELEM_LIST_TABLE] = FORM_TEXT};
	struct nft_message told;

	if (nft_message_read(message, shape, COUNT(shape), "set element", &told, err) < 0)
		return -1;
	if (is_home(&told, attribute_text(&told.attributes, NFTA_SET_ELEM_LIST_TABLE))) {
		hearing->burst->home_touched = true;
		note_ours(hearing);
	}
	return 0;
}

/* The end of a transaction, and who made it. */
static int hear_end(const struct nlmsghdr *message, struct hearing *hearing, struct error *err)
{
	static const enum attribute_form shape[] = {
		[NFTA_GEN_PROC_PID] = FORM_U32,
		[NFTA_GEN_PROC_NAME] = FORM_TEXT,
	};
	struct burst *burst = hearing->burst;
	struct nft_message told;
	const char *name;

	if (nft_message_read(message, shape, COUNT(shape), "generation", &told, err) < 0)
		return -1;
	name = attribute_text(&told.attributes, NFTA_GEN_PROC_NAME);
	burst->any = true;
	if (hearing->took_ours || !burst->hurt) {
		strncpy(burst->who, name ? name : "", sizeof(burst->who) - 1);
		burst->pid = attribute_u32(&told.attributes, NFTA_GEN_PROC_PID);
	}
	hearing->took_ours = false;
	return 0;
}

static int hear_message(const struct nlmsghdr *message, struct hearing *hearing, struct error *err)
{
	switch (message->nlmsg_type & 0xff) {
	case NFT_MSG_NEWRULE:
	case NFT_MSG_DELRULE:
		return hear_rule(message, (message->nlmsg_type & 0xff) == NFT_MSG_DELRULE, hearing, err);
	case NFT_MSG_NEWCHAIN:
	case NFT_MSG_DELCHAIN:
		return hear_chain(message, hearing, err);
	case NFT_MSG_DELTABLE:
		return hear_table(message, hearing, err);
	case NFT_MSG_DELSETELEM:
		return hear_elements(message, hearing, err);
	case NFT_MSG_NEWGEN:
		return hear_end(message, hearing, err);
	default:
		return 0;
	}
}

static void hear_datagram(const uint8_t *bytes, size_t length, struct hearing *hearing)
{
	const struct nlmsghdr *message = (const void *)bytes;
	int left = (int)length;
	struct error unread;

	for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
		if (message->nlmsg_type >> 8 == NFNL_SUBSYS_NFTABLES &&
		    hear_message(message, hearing, &unread) < 0)
			burst_lose(hearing->burst);
	hearing->burst->any = true;
}

/* Only the kernel is believed. */
static ssize_t receive(const struct ruleset_ear *ear, uint8_t *bytes, bool *from_kernel)
{
	struct sockaddr_nl sender = {0};
	struct iovec space = {.iov_base = bytes, .iov_len = NETLINK_RECEIVE_BYTES};
	struct msghdr message = {
		.msg_name = &sender, .msg_namelen = sizeof(sender), .msg_iov = &space, .msg_iovlen = 1};
	ssize_t length;

	do
		length = recvmsg(ear->fd, &message, 0);
	while (length < 0 && errno == EINTR);
	*from_kernel = sender.nl_pid == 0;
	return length;
}

int ruleset_ear_hear(const struct ruleset_ear *ear, struct burst *burst, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct hearing hearing = {.burst = burst, .pool = &pool};
	uint8_t *bytes = pool_alloc(&pool, NETLINK_RECEIVE_BYTES);
	bool from_kernel;

	if (!bytes)
		return error_memory(err);
	for (int i = 0; i < READS_MOST; i++) {
		const ssize_t length = receive(ear, bytes, &from_kernel);

		if (length < 0 && errno == ENOBUFS)
			burst_lose(burst);
		else if (length < 0)
			return errno == EAGAIN
				       ? 0
				       : error_system(err, errno, "cannot hear changes of the ruleset");
		else if (from_kernel)
			hear_datagram(bytes, (size_t)length, &hearing);
	}
	return 0;
}
