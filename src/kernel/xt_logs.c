/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The targets that tell somebody: LOG and NFLOG, which go on, and REJECT, which answers.
 */
#include "xt_decode.h"

#include <string.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_LOG.h>
#include <linux/netfilter/xt_NFLOG.h>
#include <linux/netfilter_ipv4/ipt_REJECT.h>
#include <linux/netfilter_ipv6/ip6t_REJECT.h>

enum { NO_LEVEL = -1, NO_GROUP = -1 };

/* Prefixes need not end in NUL. */
static const char *prefix_copy(struct op_list *out, const char *prefix, size_t limit)
{
	char *copy = pool_alloc(out->pool, limit + 1);

	if (copy)
		memcpy(copy, prefix, strnlen(prefix, limit));
	else
		op_list_fail(out);
	return copy;
}

static void log_add(struct op_list *out, const char *prefix, size_t limit, int32_t group, int32_t level)
{
	const char *copy = *prefix ? prefix_copy(out, prefix, limit) : NULL;

	op_list_add(out,
		    (struct op){.kind = OP_LOG, .log = {.prefix = copy, .group = group, .level = level}});
}

static bool log_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_log_info *log = in->info;

	log_add(out, log->prefix, sizeof(log->prefix), NO_GROUP, log->level);
	return true;
}

static bool nflog_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_nflog_info *log = in->info;

	log_add(out, log->prefix, sizeof(log->prefix), log->group, NO_LEVEL);
	return true;
}

/* x_tables counts its own kinds; ours are the codes that go out. */
struct reject_kind {
	uint32_t with;
	uint32_t type, code;
};

static const struct reject_kind reject_ipv4[] = {
	{IPT_ICMP_NET_UNREACHABLE, NFT_REJECT_ICMP_UNREACH, ICMP_NET_UNREACH},
	{IPT_ICMP_HOST_UNREACHABLE, NFT_REJECT_ICMP_UNREACH, ICMP_HOST_UNREACH},
	{IPT_ICMP_PROT_UNREACHABLE, NFT_REJECT_ICMP_UNREACH, ICMP_PROT_UNREACH},
	{IPT_ICMP_PORT_UNREACHABLE, NFT_REJECT_ICMP_UNREACH, ICMP_PORT_UNREACH},
	{IPT_ICMP_NET_PROHIBITED, NFT_REJECT_ICMP_UNREACH, ICMP_NET_ANO},
	{IPT_ICMP_HOST_PROHIBITED, NFT_REJECT_ICMP_UNREACH, ICMP_HOST_ANO},
	{IPT_ICMP_ADMIN_PROHIBITED, NFT_REJECT_ICMP_UNREACH, ICMP_PKT_FILTERED},
	{IPT_TCP_RESET, NFT_REJECT_TCP_RST, 0},
};

static const struct reject_kind reject_ipv6[] = {
	{IP6T_ICMP6_NO_ROUTE, NFT_REJECT_ICMP_UNREACH, ICMPV6_NOROUTE},
	{IP6T_ICMP6_ADM_PROHIBITED, NFT_REJECT_ICMP_UNREACH, ICMPV6_ADM_PROHIBITED},
	{IP6T_ICMP6_NOT_NEIGHBOUR, NFT_REJECT_ICMP_UNREACH, ICMPV6_NOT_NEIGHBOUR},
	{IP6T_ICMP6_ADDR_UNREACH, NFT_REJECT_ICMP_UNREACH, ICMPV6_ADDR_UNREACH},
	{IP6T_ICMP6_PORT_UNREACH, NFT_REJECT_ICMP_UNREACH, ICMPV6_PORT_UNREACH},
	{IP6T_ICMP6_POLICY_FAIL, NFT_REJECT_ICMP_UNREACH, ICMPV6_POLICY_FAIL},
	{IP6T_ICMP6_REJECT_ROUTE, NFT_REJECT_ICMP_UNREACH, ICMPV6_REJECT_ROUTE},
	{IP6T_TCP_RESET, NFT_REJECT_TCP_RST, 0},
};

static bool reject_add(struct op_list *out, uint32_t with, const struct reject_kind *kinds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (kinds[i].with == with) {
			op_list_add(out,
				    (struct op){.kind = OP_REJECT, .reject = {kinds[i].type, kinds[i].code}});
			return true;
		}
	return false;
}

static bool reject_ipv4_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct ipt_reject_info *reject = in->info;

	return reject_add(out, reject->with, reject_ipv4, COUNT(reject_ipv4));
}

static bool reject_ipv6_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct ip6t_reject_info *reject = in->info;

	return reject_add(out, reject->with, reject_ipv6, COUNT(reject_ipv6));
}

static const struct xt_kind kinds[] = {
	{"LOG", 0, NFPROTO_UNSPEC, sizeof(struct xt_log_info), log_decode},
	{"NFLOG", 0, NFPROTO_UNSPEC, sizeof(struct xt_nflog_info), nflog_decode},
	{"REJECT", 0, NFPROTO_IPV4, sizeof(struct ipt_reject_info), reject_ipv4_decode},
	{"REJECT", 0, NFPROTO_IPV6, sizeof(struct ip6t_reject_info), reject_ipv6_decode},
};

const struct xt_kinds xt_log_targets = {kinds, COUNT(kinds)};
