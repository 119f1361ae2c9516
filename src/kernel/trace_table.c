/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inet fwport-trace, with the owner flag: a chain before all others where packets leave, one where they come in, and in each rules
 * that match the conversations and set nftrace. Nothing is counted, tracked or decided.
 */
#include "trace_table.h"

#include "fwport/pool.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/table.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Before everything, defragmentation too: NF_IP_PRI_CONNTRACK_DEFRAG is -400. */
enum { BATCH_BYTES = 32768, ANSWER_BYTES = 8192, PRIORITY_FIRST = -450, TABLE_OWNER = 0x2 };

static const struct direction {
	const char *chain;
	uint32_t hook;
	bool out;
} directions[] = {{"output", NF_INET_LOCAL_OUT, true}, {"prerouting", NF_INET_PRE_ROUTING, false}};

enum { DIRECTION_COUNT = sizeof(directions) / sizeof(directions[0]) };

struct writer {
	struct mnl_nlmsg_batch *batch;
	uint32_t sequence;
	bool failed; /* memory, or more than the batch has room for */
};

static void batch_stop(struct mnl_nlmsg_batch **batch)
{
	if (*batch)
		mnl_nlmsg_batch_stop(*batch);
}

static struct nlmsghdr *message(struct writer *writer, uint16_t type, uint16_t flags)
{
	return nftnl_nlmsg_build_hdr(mnl_nlmsg_batch_current(writer->batch), type, NFPROTO_INET,
				     flags | NLM_F_ACK, writer->sequence++);
}

static void keep_message(struct writer *writer)
{
	writer->failed |= !mnl_nlmsg_batch_next(writer->batch);
}

static void put_table(struct writer *writer)
{
	struct nftnl_table *table = nftnl_table_alloc();

	writer->failed |= !table || nftnl_table_set_str(table, NFTNL_TABLE_NAME, TRACE_TABLE) < 0;
	if (!writer->failed) {
		nftnl_table_set_u32(table, NFTNL_TABLE_FLAGS, TABLE_OWNER);
		nftnl_table_nlmsg_build_payload(message(writer, NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL),
						table);
		keep_message(writer);
	}
	nftnl_table_free(table);
}

static void put_chain(struct writer *writer, const struct direction *direction)
{
	struct nftnl_chain *chain = nftnl_chain_alloc();

	writer->failed |= !chain || nftnl_chain_set_str(chain, NFTNL_CHAIN_TABLE, TRACE_TABLE) < 0 ||
			  nftnl_chain_set_str(chain, NFTNL_CHAIN_NAME, direction->chain) < 0 ||
			  nftnl_chain_set_str(chain, NFTNL_CHAIN_TYPE, "filter") < 0;
	if (!writer->failed) {
		nftnl_chain_set_u32(chain, NFTNL_CHAIN_HOOKNUM, direction->hook);
		nftnl_chain_set_s32(chain, NFTNL_CHAIN_PRIO, PRIORITY_FIRST);
		nftnl_chain_nlmsg_build_payload(message(writer, NFT_MSG_NEWCHAIN, NLM_F_CREATE), chain);
		keep_message(writer);
	}
	nftnl_chain_free(chain);
}

static struct nftnl_expr *add(struct writer *writer, struct nftnl_rule *rule, const char *kind)
{
	struct nftnl_expr *expr = rule ? nftnl_expr_alloc(kind) : NULL;

	writer->failed |= !expr;
	if (expr)
		nftnl_rule_add_expr(rule, expr);
	return expr;
}

static void add_compare(struct writer *writer, struct nftnl_rule *rule, const void *value, uint32_t length)
{
	struct nftnl_expr *expr = add(writer, rule, "cmp");

	if (!expr)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_OP, NFT_CMP_EQ);
	writer->failed |= nftnl_expr_set(expr, NFTNL_EXPR_CMP_DATA, value, length) < 0;
}

static void add_meta(struct writer *writer, struct nftnl_rule *rule, uint32_t key, uint8_t value)
{
	struct nftnl_expr *expr = add(writer, rule, "meta");

	if (!expr)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_KEY, key);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_DREG, NFT_REG_1);
	add_compare(writer, rule, &value, sizeof(value));
}

static void add_payload(struct writer *writer, struct nftnl_rule *rule, uint32_t base, uint32_t offset,
			const void *value, uint32_t length)
{
	struct nftnl_expr *expr = add(writer, rule, "payload");

	if (!expr)
		return;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_BASE, base);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_OFFSET, offset);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_LEN, length);
	add_compare(writer, rule, value, length);
}

static void add_nftrace(struct writer *writer, struct nftnl_rule *rule)
{
	struct nftnl_expr *value = add(writer, rule, "immediate"), *set = add(writer, rule, "meta");
	const uint8_t on = 1;

	if (!value || !set)
		return;
	nftnl_expr_set_u32(value, NFTNL_EXPR_IMM_DREG, NFT_REG_1);
	writer->failed |= nftnl_expr_set(value, NFTNL_EXPR_IMM_DATA, &on, sizeof(on)) < 0;
	nftnl_expr_set_u32(set, NFTNL_EXPR_META_KEY, NFT_META_NFTRACE);
	nftnl_expr_set_u32(set, NFTNL_EXPR_META_SREG, NFT_REG_1);
}

/* Where the remote side stands in the headers: source of what comes, destination of what goes. */
static void put_rule(struct writer *writer, const struct direction *direction, uint8_t protocol,
		     const struct address *remote, uint16_t port)
{
	static const uint32_t offsets[][2] = {[FAMILY_IPV4] = {12, 16}, [FAMILY_IPV6] = {8, 24}};
	const uint16_t wire_port = htons(port);
	struct nftnl_rule *rule = nftnl_rule_alloc();

	writer->failed |= !rule || nftnl_rule_set_str(rule, NFTNL_RULE_TABLE, TRACE_TABLE) < 0 ||
			  nftnl_rule_set_str(rule, NFTNL_RULE_CHAIN, direction->chain) < 0;
	add_meta(writer, rule, NFT_META_NFPROTO, remote->family == FAMILY_IPV4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
	add_payload(writer, rule, NFT_PAYLOAD_NETWORK_HEADER, offsets[remote->family][direction->out],
		    remote->bytes, address_size(remote->family));
	add_meta(writer, rule, NFT_META_L4PROTO, protocol);
	add_payload(writer, rule, NFT_PAYLOAD_TRANSPORT_HEADER, direction->out ? 2 : 0, &wire_port,
		    sizeof(wire_port));
	add_nftrace(writer, rule);
	if (!writer->failed) {
		nftnl_rule_nlmsg_build_payload(message(writer, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND),
					       rule);
		keep_message(writer);
	}
	nftnl_rule_free(rule);
}

/* Of a table that is there already: somebody's, or held by another process that traces. */
static int refused(int sys, struct error *err)
{
	if (sys == EEXIST || sys == EPERM)
		return error_set(err, ERROR_BUSY, "another trace is running: table inet %s is there",
				 TRACE_TABLE);
	return error_system(err, sys, "cannot make the table that traces packets");
}

/* An acknowledgement for each message, or the first refusal. */
static int read_answers(struct mnl_socket *owner, size_t messages, struct error *err)
{
	char answer[ANSWER_BYTES];

	for (size_t acknowledged = 0; acknowledged < messages; acknowledged++) {
		const ssize_t length = mnl_socket_recvfrom(owner, answer, sizeof(answer));

		if (length < 0 ||
		    mnl_cb_run(answer, (size_t)length, 0, mnl_socket_get_portid(owner), NULL, NULL) < 0)
			return refused(errno, err);
	}
	return 0;
}

int trace_table_make(struct mnl_socket *owner, uint8_t protocol, const struct address *remotes, size_t count,
		     uint16_t port, struct error *err)
{
	char bytes[2 * BATCH_BYTES];
	CLEANUP(batch_stop) struct mnl_nlmsg_batch *batch = mnl_nlmsg_batch_start(bytes, BATCH_BYTES);
	struct writer writer = {.batch = batch, .sequence = (uint32_t)time(NULL)};

	if (!batch)
		return error_memory(err);
	nftnl_batch_begin(mnl_nlmsg_batch_current(batch), writer.sequence++);
	keep_message(&writer);
	put_table(&writer);
	for (size_t i = 0; i < DIRECTION_COUNT; i++)
		put_chain(&writer, &directions[i]);
	for (size_t i = 0; i < DIRECTION_COUNT * count; i++)
		put_rule(&writer, &directions[i % DIRECTION_COUNT], protocol, &remotes[i / DIRECTION_COUNT],
			 port);
	nftnl_batch_end(mnl_nlmsg_batch_current(batch), writer.sequence++);
	keep_message(&writer);
	if (writer.failed)
		return error_memory(err);
	if (mnl_socket_sendto(owner, mnl_nlmsg_batch_head(batch), mnl_nlmsg_batch_size(batch)) < 0)
		return error_system(err, errno, "cannot make the table that traces packets");
	return read_answers(owner, 1 + DIRECTION_COUNT + DIRECTION_COUNT * count, err);
}
