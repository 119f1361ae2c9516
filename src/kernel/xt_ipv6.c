/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The matches on IPv6's further headers. No packet of a conversation has any: what asks for one does not match, whatever it
 * inverts (ipv6_find_hdr), and which headers there are is known.
 */
#include "xt_decode.h"
#include "xt_lower.h"

#include <linux/netfilter.h>
#include <linux/netfilter_ipv6/ip6t_ah.h>
#include <linux/netfilter_ipv6/ip6t_frag.h>
#include <linux/netfilter_ipv6/ip6t_ipv6header.h>
#include <linux/netfilter_ipv6/ip6t_mh.h>
#include <linux/netfilter_ipv6/ip6t_opts.h>
#include <linux/netfilter_ipv6/ip6t_rt.h>

static bool absent_decode(const struct xt_extension *in, struct op_list *out)
{
	(void)in;
	xt_never(out);
	return true;
}

/* Soft: each header that is named is there, or with its inversion is not. Else the headers are those named, or are not. */
static bool ipv6header_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct ip6t_ipv6header_info *info = in->info;
	const uint8_t headers = MASK_PROTO;
	bool matches = (headers == info->matchflags) != (info->invflags != 0);

	if (info->modeflag)
		matches = !((headers ^ info->matchflags ^ info->invflags) & info->matchflags);
	if (!matches)
		xt_never(out);
	return true;
}

static const struct xt_kind kinds[] = {
	{"ah", 0, NFPROTO_IPV6, sizeof(struct ip6t_ah), absent_decode},
	{"frag", 0, NFPROTO_IPV6, sizeof(struct ip6t_frag), absent_decode},
	{"hbh", 0, NFPROTO_IPV6, sizeof(struct ip6t_opts), absent_decode},
	{"dst", 0, NFPROTO_IPV6, sizeof(struct ip6t_opts), absent_decode},
	{"rt", 0, NFPROTO_IPV6, sizeof(struct ip6t_rt), absent_decode},
	{"mh", 0, NFPROTO_IPV6, sizeof(struct ip6t_mh), absent_decode},
	{"ipv6header", 0, NFPROTO_IPV6, sizeof(struct ip6t_ipv6header_info), ipv6header_decode},
};

const struct xt_kinds xt_ipv6_matches = {kinds, COUNT(kinds)};
