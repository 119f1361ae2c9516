/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nf_tables' way of asking and answering: message frames, dumps of one table or of all, rules chain by chain. One dump of
 * all rules would be quadratic in the kernel, which finds its place again by counting from the first rule.
 */
#include "nft_dump.h"
#include "nft_decode.h"

#include <errno.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

enum { QUESTION_BYTES = 1024 }; /* a table's name and another, of NFT_NAME_MAXLEN (256) at most each */

int nft_message_read(const struct nlmsghdr *message, const enum attribute_form *shape, size_t shape_count,
		     const char *noun, struct nft_message *out, struct error *err)
{
	const size_t head = NLMSG_LENGTH(sizeof(struct nfgenmsg));
	const struct nfgenmsg *about = NLMSG_DATA(message);

	if (message->nlmsg_len < head)
		return error_set(err, ERROR_SYSTEM, "the kernel's %s message is too short", noun);
	out->family = about->nfgen_family;
	attributes_read((const uint8_t *)message + head, message->nlmsg_len - head, shape, shape_count,
			&out->attributes);
	if (out->attributes.malformed)
		return error_set(err, ERROR_SYSTEM, "the kernel's %s message is malformed", noun);
	return 0;
}

static struct nlmsghdr *question_build(const struct nft_question *question, void *buffer)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct nfgenmsg *about = mnl_nlmsg_put_extra_header(message, sizeof(*about));

	message->nlmsg_type = (NFNL_SUBSYS_NFTABLES << 8) | question->message;
	about->nfgen_family = question->table ? (uint8_t)question->table->family : AF_UNSPEC;
	about->version = NFNETLINK_V0;
	if (question->table)
		mnl_attr_put_strz(message, (uint16_t)question->table_type, question->table->name);
	if (question->thing)
		mnl_attr_put_strz(message, (uint16_t)question->thing_type, question->thing);
	return message;
}

/* What is gone when it is asked for went while we were reading. */
int nft_dump(struct reading *reading, const struct nft_question *question, netlink_each *each, void *context,
	     struct error *err)
{
	_Alignas(struct nlmsghdr) uint8_t buffer[QUESTION_BYTES];
	enum netlink_dump_result result;
	struct nlmsghdr *message = question_build(question, buffer);

	if (reading->moved)
		return 0;
	if (netlink_dump(reading->netlink, message, question->what, each, context, &result, err) < 0) {
		if (err->sys != ENOENT)
			return -1;
		result = NETLINK_DUMP_INTERRUPTED;
	}
	if (result == NETLINK_DUMP_INTERRUPTED)
		reading->moved = true;
	return 0;
}

struct table *reading_table(struct reading *reading, uint8_t family, const char *name)
{
	struct table *last = reading->last;

	if (name && !(last && (uint8_t)last->family == family && !strcmp(last->name, name)))
		reading->last = last = ruleset_find_table(reading->ruleset, (enum table_family)family, name);
	if (!name || !last)
		reading->moved = true;
	return name ? last : NULL;
}

int reading_strange(struct reading *reading, const void *what, const char *noun, unsigned number,
		    struct error *err)
{
	struct strange *one;

	if (!number)
		return 0;
	reading->strange =
		pool_grow(reading->pool, reading->strange, reading->strange_count, sizeof(*reading->strange));
	if (!reading->strange)
		return error_memory(err);
	one = &reading->strange[reading->strange_count++];
	one->what = what;
	one->name = pool_format(reading->pool, "%s %u", noun, number);
	return one->name ? 0 : error_memory(err);
}

const char *reading_strange_name(const struct reading *reading, const struct chain *chain)
{
	for (size_t i = 0; i < reading->strange_count; i++)
		if (reading->strange[i].what == chain || reading->strange[i].what == chain->table)
			return reading->strange[i].name;
	return NULL;
}

struct rules_reading {
	struct decoding where;
	struct chain *chain;
};

static int rule_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	struct rules_reading *about = context;
	struct chain *chain = about->chain;
	struct rule *rule = pool_alloc(about->where.pool, sizeof(*rule));

	chain->rules = pool_grow(about->where.pool, chain->rules, chain->rule_count, sizeof(*chain->rules));
	if (!rule || !chain->rules)
		return error_memory(err);
	if (decode_rule(&about->where, message, rule) < 0)
		return error_in(err, "table %s, chain %s", chain->table->name, chain->name);
	chain->rules[chain->rule_count++] = rule;
	rule->chain = chain;
	rule->position = (unsigned)chain->rule_count;
	return 0;
}

int chain_read_rules(struct reading *reading, struct chain *chain, struct error *err)
{
	const struct nft_question question = {
		.message = NFT_MSG_GETRULE,
		.table = chain->table,
		.table_type = NFTA_RULE_TABLE,
		.thing_type = NFTA_RULE_CHAIN,
		.thing = chain->name,
		.what = "cannot read the rules of an nf_tables chain",
	};
	struct rules_reading about = {
		.where = {.pool = reading->pool,
			  .err = err,
			  .outside = reading->outside,
			  .stranger = reading_strange_name(reading, chain)},
		.chain = chain,
	};

	return nft_dump(reading, &question, rule_take, &about, err);
}
