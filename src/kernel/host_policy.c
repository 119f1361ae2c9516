/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules of policy routing. The three that every host has, which ask the tables local, main and default, are left out.
 */
#include "interceptors.h"
#include "rtnetlink.h"

#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

struct reading {
	struct pool *pool;
	struct host *host;
	size_t before; /* rules of the families read earlier */
};

static void restart(void *context)
{
	struct reading *reading = context;

	reading->host->policy_rule_count = reading->before;
}

/* What a rule may ask for beside addresses, marks and interfaces, with or without a name of its own here. */
static bool asks_for_more(const struct fib_rule_hdr *header, const struct parts *parts)
{
	static const unsigned known[] = {
		FRA_DST,   FRA_SRC,    FRA_IIFNAME, FRA_OIFNAME,  FRA_PRIORITY,          FRA_FWMARK,
		FRA_TABLE, FRA_FWMASK, FRA_PAD,     FRA_PROTOCOL, FRA_SUPPRESS_PREFIXLEN};
	size_t others = 0;

	for (unsigned type = 1; type < PARTS_LIMIT; type++)
		others += parts->at[type] != NULL;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		others -= parts->at[known[i]] != NULL;
	return others > 0 || header->tos;
}

static bool is_usual(const struct policy_rule *rule)
{
	static const struct {
		uint32_t priority, table;
	} usual[] = {{0, RT_TABLE_LOCAL}, {32766, RT_TABLE_MAIN}, {32767, RT_TABLE_DEFAULT}};

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (rule->priority == usual[i].priority && rule->table == usual[i].table)
			return rule->action == FR_ACT_TO_TBL && !rule->has_from && !rule->has_to &&
			       !rule->has_mark && !rule->comes_by && !rule->leaves_by && !rule->has_more;
	return false;
}

static bool prefix_of(const struct parts *parts, unsigned type, unsigned length, enum family family,
		      struct prefix *out)
{
	struct address address;

	if (length == 0 || !parts_address(parts, type, family, &address))
		return false;
	*out = network_of(address, length);
	return true;
}

static int interface_take(const struct parts *parts, unsigned type, const char **out, struct pool *pool,
			  struct error *err)
{
	const char *name = parts_text(parts, type);

	*out = name ? pool_text(pool, name) : NULL;
	return *out || !name ? 0 : error_memory(err);
}

static int rule_take(const struct nlmsghdr *message, void *context, struct error *err)
{
	const struct fib_rule_hdr *header = mnl_nlmsg_get_payload(message);
	struct reading *reading = context;
	struct host *host = reading->host;
	struct policy_rule rule = {0};
	struct parts parts;

	if (message->nlmsg_type != RTM_NEWRULE || mnl_nlmsg_get_payload_len(message) < sizeof(*header) ||
	    !family_of(header->family, &rule.family))
		return 0;
	parts_read_message(message, sizeof(*header), &parts);
	rule.priority = parts_u32(&parts, FRA_PRIORITY);
	rule.action = header->action;
	rule.table = parts.at[FRA_TABLE] ? parts_u32(&parts, FRA_TABLE) : header->table;
	rule.inverted = header->flags & FIB_RULE_INVERT;
	rule.has_from = prefix_of(&parts, FRA_SRC, header->src_len, rule.family, &rule.from);
	rule.has_to = prefix_of(&parts, FRA_DST, header->dst_len, rule.family, &rule.to);
	rule.mark = parts_u32(&parts, FRA_FWMARK);
	rule.mask = parts_u32(&parts, FRA_FWMASK);
	rule.has_mark = parts.at[FRA_FWMARK] && rule.mask;
	rule.has_more = asks_for_more(header, &parts);
	if (interface_take(&parts, FRA_IIFNAME, &rule.comes_by, reading->pool, err) < 0 ||
	    interface_take(&parts, FRA_OIFNAME, &rule.leaves_by, reading->pool, err) < 0)
		return -1;
	if (is_usual(&rule))
		return 0;
	host->policy_rules =
		pool_grow(reading->pool, host->policy_rules, host->policy_rule_count, sizeof(rule));
	if (!host->policy_rules)
		return error_memory(err);
	host->policy_rules[host->policy_rule_count++] = rule;
	return 0;
}

int policy_rules_read(struct netlink *netlink, struct pool *pool, struct host *host, struct error *err)
{
	for (enum family family = FAMILY_IPV4; family <= FAMILY_IPV6; family++) {
		const struct fib_rule_hdr header = {.family = family_number(family)};
		struct reading reading = {.pool = pool, .host = host, .before = host->policy_rule_count};
		const struct listing listing = {
			.what = "cannot read the rules of policy routing",
			.type = RTM_GETRULE,
			.header = &header,
			.header_size = sizeof(header),
			.restart = restart,
			.each = rule_take,
			.context = &reading,
		};

		if (listing_read(netlink, &listing, err) < 0)
			return -1;
	}
	return 0;
}
