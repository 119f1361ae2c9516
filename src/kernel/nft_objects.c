/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables, chains and rules as messages, built by libnftnl, whose objects live just as long as it takes to copy them into
 * the batch.
 */
#include "nft_objects.h"

#include "nft_elements.h"
#include "nft_expressions.h"

#include <ctype.h>
#include <string.h>
#include <libnftnl/chain.h>
#include <libnftnl/rule.h>
#include <libnftnl/table.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

enum {
	/* Names have at most 255 bytes each; a rule at most 128 expressions, none of ours above 300 bytes. */
	OBJECT_ROOM = 4 << 10,
	EXPRESSION_LIMIT = 128,
	EXPRESSION_ROOM = 320,
	COMMENT_LIMIT = 127, /* nft's own */
	UDATA_COMMENT = 0,   /* NFTNL_UDATA_RULE_COMMENT */
};

static void nftnl_table_drop(struct nftnl_table **table)
{
	if (*table)
		nftnl_table_free(*table);
}

static void nftnl_chain_drop(struct nftnl_chain **chain)
{
	if (*chain)
		nftnl_chain_free(*chain);
}

static void nftnl_rule_drop(struct nftnl_rule **rule)
{
	if (*rule)
		nftnl_rule_free(*rule);
}

int table_write(struct batch *batch, size_t number, const struct step *step, struct error *err)
{
	const struct table *table = step->table;
	CLEANUP(nftnl_table_drop) struct nftnl_table *out = nftnl_table_alloc();
	struct nlmsghdr *message;

	if (!out || nftnl_table_set_str(out, NFTNL_TABLE_NAME, table->name) < 0)
		return error_memory(err);
	if (!step->remove)
		nftnl_table_set_u32(out, NFTNL_TABLE_FLAGS, table->flags);
	message = batch_add(batch, number, step->remove ? NFT_MSG_DELTABLE : NFT_MSG_NEWTABLE, table->family,
			    step->remove ? 0 : NLM_F_CREATE, OBJECT_ROOM, err);
	if (!message)
		return -1;
	nftnl_table_nlmsg_build_payload(message, out);
	batch_close(batch, message);
	return 0;
}

/* Chains of devices are never ours; -1 has no number in the kernel. */
static const int hook_numbers[] = {
	[HOOK_INGRESS] = -1,
	[HOOK_PREROUTING] = NF_INET_PRE_ROUTING,
	[HOOK_INPUT] = NF_INET_LOCAL_IN,
	[HOOK_FORWARD] = NF_INET_FORWARD,
	[HOOK_OUTPUT] = NF_INET_LOCAL_OUT,
	[HOOK_POSTROUTING] = NF_INET_POST_ROUTING,
	[HOOK_EGRESS] = -1,
};

static int base_chain_fill(struct nftnl_chain *out, const struct chain *chain, struct error *err)
{
	int hook = hook_numbers[chain->hook];

	if (hook < 0 || chain->device_count)
		return error_set(err, ERROR_SYSTEM, "a chain on the %s hook of a device cannot be written",
				 hook_name(chain->hook));
	if (nftnl_chain_set_str(out, NFTNL_CHAIN_TYPE, chain_type_name(chain->type)) < 0)
		return error_memory(err);
	nftnl_chain_set_u32(out, NFTNL_CHAIN_HOOKNUM, (uint32_t)hook);
	nftnl_chain_set_s32(out, NFTNL_CHAIN_PRIO, chain->priority);
	nftnl_chain_set_u32(out, NFTNL_CHAIN_POLICY, chain->policy_drop ? NF_DROP : NF_ACCEPT);
	return 0;
}

int chain_write(struct batch *batch, size_t number, const struct step *step, struct error *err)
{
	const struct chain *chain = step->chain;
	CLEANUP(nftnl_chain_drop) struct nftnl_chain *out = nftnl_chain_alloc();
	struct nlmsghdr *message;

	if (!out || nftnl_chain_set_str(out, NFTNL_CHAIN_TABLE, step->table->name) < 0 ||
	    nftnl_chain_set_str(out, NFTNL_CHAIN_NAME, chain->name) < 0)
		return error_memory(err);
	if (!step->remove && chain->base && base_chain_fill(out, chain, err) < 0)
		return -1;
	message = batch_add(batch, number, step->remove ? NFT_MSG_DELCHAIN : NFT_MSG_NEWCHAIN,
			    step->table->family, step->remove ? 0 : NLM_F_CREATE, OBJECT_ROOM, err);
	if (!message)
		return -1;
	nftnl_chain_nlmsg_build_payload(message, out);
	batch_close(batch, message);
	return 0;
}

/* nft prints comments as they are: a quote or a newline in one makes a listing that nft cannot read back. */
static int comment_check(const char *comment, struct error *err)
{
	if (strlen(comment) > COMMENT_LIMIT)
		return error_set(err, ERROR_SYSTEM,
				 "a comment of %zu bytes is too long, at most %d are allowed",
				 strlen(comment), COMMENT_LIMIT);
	for (const char *c = comment; *c; c++)
		if (*c == '"' || iscntrl((unsigned char)*c))
			return error_set(err, ERROR_SYSTEM,
					 "a comment may hold neither quotes nor control characters");
	return 0;
}

static int comment_put(struct nftnl_rule *out, const char *comment, struct error *err)
{
	uint8_t userdata[2 + COMMENT_LIMIT + 1] = {UDATA_COMMENT};
	size_t length;

	if (comment_check(comment, err) < 0)
		return -1;
	length = strlen(comment) + 1;
	userdata[1] = (uint8_t)length;
	memcpy(userdata + 2, comment, length);
	if (nftnl_rule_set_data(out, NFTNL_RULE_USERDATA, userdata, (uint32_t)length + 2) < 0)
		return error_memory(err);
	return 0;
}

/* Without NLM_F_APPEND the kernel puts a rule before the one whose handle is given. */
static int position_put(struct nftnl_rule *out, const struct rule *before, struct error *err)
{
	if (!before)
		return 0;
	if (!before->handle)
		return error_set(err, ERROR_SYSTEM,
				 "the rule it shall stand before is not in the kernel yet and has no handle");
	nftnl_rule_set_u64(out, NFTNL_RULE_POSITION, before->handle);
	return 0;
}

static struct nftnl_rule *rule_start(const struct step *step, struct error *err)
{
	struct nftnl_rule *out = nftnl_rule_alloc();

	if (out && nftnl_rule_set_str(out, NFTNL_RULE_TABLE, step->table->name) == 0 &&
	    nftnl_rule_set_str(out, NFTNL_RULE_CHAIN, step->chain->name) == 0)
		return out;
	nftnl_rule_drop(&out);
	error_memory(err);
	return NULL;
}

static int rule_remove(struct batch *batch, size_t number, const struct step *step, struct error *err)
{
	CLEANUP(nftnl_rule_drop) struct nftnl_rule *out = rule_start(step, err);
	struct nlmsghdr *message;

	if (!out)
		return -1;
	/* Without a handle the kernel would take it for "all rules of the chain". */
	if (!step->rule->handle)
		return error_set(err, ERROR_SYSTEM, "the rule to remove has no handle");
	nftnl_rule_set_u64(out, NFTNL_RULE_HANDLE, step->rule->handle);
	message = batch_add(batch, number, NFT_MSG_DELRULE, step->table->family, 0, OBJECT_ROOM, err);
	if (!message)
		return -1;
	nftnl_rule_nlmsg_build_payload(message, out);
	batch_close(batch, message);
	return 0;
}

static int rule_fill(struct nftnl_rule *out, const struct step *step, struct fresh_set fresh,
		     struct error *err)
{
	const struct rule *rule = step->rule;

	if (rule->op_count > EXPRESSION_LIMIT)
		return error_set(err, ERROR_SYSTEM,
				 "a rule of %zu operations is too long, at most %d are allowed",
				 rule->op_count, EXPRESSION_LIMIT);
	if (position_put(out, step->before, err) < 0)
		return -1;
	if (rule->comment && comment_put(out, rule->comment, err) < 0)
		return -1;
	return expressions_add(out, rule, fresh, err);
}

static int rule_add(struct batch *batch, size_t number, const struct step *step, struct error *err)
{
	/* Any number that no other set of this transaction has. */
	const struct fresh_set fresh = {.set = step->set, .id = (uint32_t)number + 1};
	const uint16_t flags = NLM_F_CREATE | (step->before ? 0 : NLM_F_APPEND);
	CLEANUP(nftnl_rule_drop) struct nftnl_rule *out = rule_start(step, err);
	struct nlmsghdr *message;

	if (!out || rule_fill(out, step, fresh, err) < 0)
		return -1;
	if (fresh.set && fresh_set_write(batch, number, step, fresh, err) < 0)
		return -1;
	message = batch_add(batch, number, NFT_MSG_NEWRULE, step->table->family, flags,
			    OBJECT_ROOM + step->rule->op_count * EXPRESSION_ROOM, err);
	if (!message)
		return -1;
	nftnl_rule_nlmsg_build_payload(message, out);
	batch_ask_echo(batch, message);
	batch_close(batch, message);
	return 0;
}

int rule_write(struct batch *batch, size_t number, const struct step *step, struct error *err)
{
	return step->remove ? rule_remove(batch, number, step, err) : rule_add(batch, number, step, err);
}
