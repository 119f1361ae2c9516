/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One transaction: the old tables go, the new ones come, chains before sets (a map may lead to a chain) and rules last. What is
 * refused is found by its place in the batch.
 */
#include "wire.h"

#include "nft_batch.h"

#include "fwport/pool.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>

enum { ROOM = 16 << 10, PART_LIMIT = 4096 };

struct shipment {
	struct batch batch;
	struct refusal parts[PART_LIMIT]; /* by the step of the message */
	size_t count;
	struct error *err;
	bool failed;
};

static struct nlmsghdr *message_start(struct shipment *shipment, uint16_t type, uint16_t flags,
				      struct refusal part)
{
	struct nlmsghdr *message = NULL;

	if (shipment->count < PART_LIMIT)
		message = batch_add(&shipment->batch, shipment->count, type, part.table->family, flags, ROOM,
				    shipment->err);
	if (!message) {
		shipment->failed = true;
		return NULL;
	}
	memset(mnl_nlmsg_get_payload_tail(message), 0,
	       ROOM); /* what lies between attributes is printed too */
	shipment->parts[shipment->count++] = part;
	return message;
}

static void table_send(struct shipment *shipment, const struct table *table, bool remove)
{
	uint16_t type = remove ? NFT_MSG_DELTABLE : NFT_MSG_NEWTABLE;
	struct nlmsghdr *message =
		message_start(shipment, type, remove ? 0 : NLM_F_CREATE, (struct refusal){.table = table});

	if (!message)
		return;
	mnl_attr_put_strz(message, NFTA_TABLE_NAME, table->name);
	batch_close(&shipment->batch, message);
}

static uint32_t hook_number(const struct chain *chain)
{
	static const uint32_t numbers[] = {
		[HOOK_PREROUTING] = NF_INET_PRE_ROUTING,   [HOOK_INPUT] = NF_INET_LOCAL_IN,
		[HOOK_FORWARD] = NF_INET_FORWARD,          [HOOK_OUTPUT] = NF_INET_LOCAL_OUT,
		[HOOK_POSTROUTING] = NF_INET_POST_ROUTING,
	};

	if (chain->hook == HOOK_INGRESS)
		return chain->table->family == TABLE_INET ? NF_INET_INGRESS : NF_NETDEV_INGRESS;
	return chain->hook == HOOK_EGRESS ? NF_NETDEV_EGRESS : numbers[chain->hook];
}

static void hook_put(struct nlmsghdr *message, const struct chain *chain)
{
	struct nlattr *hook = mnl_attr_nest_start(message, NFTA_CHAIN_HOOK), *devices;

	mnl_attr_put_u32(message, NFTA_HOOK_HOOKNUM, htonl(hook_number(chain)));
	mnl_attr_put_u32(message, NFTA_HOOK_PRIORITY, htonl((uint32_t)chain->priority));
	if (chain->device_count > 0) {
		devices = mnl_attr_nest_start(message, NFTA_HOOK_DEVS);
		for (size_t i = 0; i < chain->device_count; i++)
			mnl_attr_put_strz(message, NFTA_DEVICE_NAME, chain->devices[i]);
		mnl_attr_nest_end(message, devices);
	}
	mnl_attr_nest_end(message, hook);
	mnl_attr_put_u32(message, NFTA_CHAIN_POLICY, htonl(chain->policy_drop ? NF_DROP : NF_ACCEPT));
	mnl_attr_put_strz(message, NFTA_CHAIN_TYPE, chain->type == CHAIN_NAT ? "nat" : "filter");
}

static void chain_send(struct shipment *shipment, const struct chain *chain)
{
	struct nlmsghdr *message = message_start(shipment, NFT_MSG_NEWCHAIN, NLM_F_CREATE,
						 (struct refusal){.table = chain->table, .chain = chain});

	if (!message)
		return;
	mnl_attr_put_strz(message, NFTA_CHAIN_TABLE, chain->table->name);
	mnl_attr_put_strz(message, NFTA_CHAIN_NAME, chain->name);
	if (chain->base)
		hook_put(message, chain);
	batch_close(&shipment->batch, message);
}

static void set_send(struct shipment *shipment, const struct set *set)
{
	const struct refusal part = {.table = set->table, .set = set};
	uint32_t number = wire_set_number(set);
	struct nlmsghdr *message = message_start(shipment, NFT_MSG_NEWSET, NLM_F_CREATE, part);

	if (!message)
		return;
	wire_set(message, set, number);
	batch_close(&shipment->batch, message);
	if (set->element_count == 0)
		return;
	message = message_start(shipment, NFT_MSG_NEWSETELEM, NLM_F_CREATE, part);
	if (!message)
		return;
	wire_elements(message, set, number);
	batch_close(&shipment->batch, message);
}

static void rule_send(struct shipment *shipment, const struct rule *rule)
{
	const struct chain *chain = rule->chain;
	struct nlmsghdr *message =
		message_start(shipment, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND,
			      (struct refusal){.table = chain->table, .chain = chain, .rule = rule});

	if (!message)
		return;
	mnl_attr_put_strz(message, NFTA_RULE_TABLE, chain->table->name);
	mnl_attr_put_strz(message, NFTA_RULE_CHAIN, chain->name);
	wire_ops(message, NFTA_RULE_EXPRESSIONS, rule->ops, rule->op_count);
	batch_close(&shipment->batch, message);
}

static void table_contents_send(struct shipment *shipment, const struct table *table)
{
	for (size_t i = 0; i < table->chain_count; i++)
		chain_send(shipment, table->chains[i]);
	for (size_t i = 0; i < table->set_count; i++)
		set_send(shipment, table->sets[i]);
	for (size_t i = 0; i < table->chain_count; i++)
		for (size_t j = 0; j < table->chains[i]->rule_count; j++)
			rule_send(shipment, table->chains[i]->rules[j]);
}

static int ship(struct shipment *shipment, struct refusal *refusal, struct error *err)
{
	CLEANUP(netlink_close) struct netlink netlink = {.fd = -1};
	struct batch_refusal refused = {0};
	enum batch_result result;

	*refusal = (struct refusal){0};
	if (netlink_open(&netlink, NETLINK_NETFILTER, err) < 0 ||
	    batch_send(&shipment->batch, &netlink, NULL, NULL, &result, &refused, err) < 0)
		return -1;
	if (result == BATCH_DONE)
		return 0;
	if (result != BATCH_REFUSED || refused.step >= shipment->count)
		return error_set(err, ERROR_SYSTEM, "the kernel does not take the batch");
	*refusal = shipment->parts[refused.step];
	refusal->sys = refused.sys;
	return 0;
}

static int shipment_fill(struct shipment *shipment, const struct ruleset *before,
			 const struct ruleset *ruleset, struct error *err)
{
	shipment->err = err;
	if (batch_begin(&shipment->batch, 0, err) < 0)
		return -1;
	for (size_t i = 0; before && i < before->table_count; i++)
		table_send(shipment, before->tables[i], true);
	for (size_t i = 0; i < ruleset->table_count; i++) {
		table_send(shipment, ruleset->tables[i], false);
		table_contents_send(shipment, ruleset->tables[i]);
	}
	return shipment->failed ? -1 : batch_end(&shipment->batch, err);
}

int wire_replace(const struct ruleset *before, const struct ruleset *ruleset, struct refusal *refusal,
		 struct error *err)
{
	struct shipment shipment = {0};
	int result = shipment_fill(&shipment, before, ruleset, err);

	*refusal = (struct refusal){0};
	if (result == 0 && !batch_is_empty(&shipment.batch))
		result = ship(&shipment, refusal, err);
	batch_free(&shipment.batch);
	return result;
}

int wire_print(const struct ruleset *ruleset, FILE *out, struct error *err)
{
	struct shipment shipment = {0};
	int result = shipment_fill(&shipment, NULL, ruleset, err);
	const struct batch *batch = &shipment.batch;

	for (size_t i = 0; result == 0 && i < batch->message_count; i++) {
		size_t behind = i + 1 < batch->message_count ? batch->messages[i + 1].at : batch->length;

		fputs("message ", out);
		for (size_t j = batch->messages[i].at; j < behind; j++)
			fprintf(out, "%02x", batch->bytes[j]);
		fputc('\n', out);
	}
	batch_free(&shipment.batch);
	return result;
}

int wire_send(const uint8_t *messages, size_t length, struct error *err)
{
	CLEANUP(batch_free) struct batch batch = {0};
	CLEANUP(netlink_close) struct netlink netlink = {.fd = -1};
	struct batch_refusal refused;
	enum batch_result result;
	struct nlmsghdr *message;

	for (size_t at = 0; at < length; at += MNL_ALIGN(message->nlmsg_len)) {
		const struct nlmsghdr *from = (const struct nlmsghdr *)(messages + at);

		message = batch_add(&batch, BATCH_NO_STEP, 0, 0, 0, ROOM, err);
		if (!message)
			return -1;
		memcpy(message, from, from->nlmsg_len);
		batch_close(&batch, message);
	}
	if (netlink_open(&netlink, NETLINK_NETFILTER, err) < 0 ||
	    batch_send(&batch, &netlink, NULL, NULL, &result, &refused, err) < 0)
		return -1;
	return result == BATCH_DONE ? 0 : error_set(err, ERROR_SYSTEM, "the kernel does not take the batch");
}

int wire_forget_connections(struct error *err)
{
	CLEANUP(netlink_close) struct netlink netlink = {.fd = -1};
	_Alignas(struct nlmsghdr) char buffer[64];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct nfgenmsg *family;

	message->nlmsg_type = (NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_DELETE;
	family = mnl_nlmsg_put_extra_header(message, sizeof(*family));
	family->version = NFNETLINK_V0;
	if (netlink_open(&netlink, NETLINK_NETFILTER, err) < 0)
		return -1;
	return netlink_request(&netlink, message, "cannot forget connections", NULL, NULL, err);
}
