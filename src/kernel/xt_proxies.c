/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The targets that let a proxy answer: TPROXY gives the packet to a socket of its own, and drops it where there is none; SYNPROXY
 * stands in for the host until the peer has shown that it is real. What TPROXY writes into the mark goes with the packet to the
 * proxy.
 */
#include "xt_decode.h"
#include "xt_lower.h"

#include <string.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_synproxy.h>
#include <linux/netfilter/xt_SYNPROXY.h>
#include <linux/netfilter/xt_TPROXY.h>

enum { ADDRESS = XT_REGISTER, PORT = ADDRESS + 16, NOT_GIVEN = -1 };
enum {
	SYNPROXY_KNOWN = NF_SYNPROXY_OPT_MSS | NF_SYNPROXY_OPT_WSCALE | NF_SYNPROXY_OPT_SACK_PERM |
			 NF_SYNPROXY_OPT_TIMESTAMP
};

/* An address or port of zeros is that of the packet, or of its interface. */
static int16_t put_unless_zero(struct op_list *out, uint8_t at, const void *value, uint8_t length)
{
	static const uint8_t zeros[sizeof(union nf_inet_addr)];

	if (!memcmp(value, zeros, length))
		return NOT_GIVEN;
	xt_immediate(out, at, value, length);
	return at;
}

static bool proxy_add(const struct xt_extension *in, const void *address, const __be16 *port,
		      struct op_list *out)
{
	bool ipv6 = in->family == NFPROTO_IPV6;
	uint8_t length = ipv6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
	int16_t address_at = put_unless_zero(out, ADDRESS, address, length);
	int16_t port_at = put_unless_zero(out, PORT, port, sizeof(*port));

	op_list_add(out, (struct op){.kind = OP_HANDOVER,
				     .handover = {.kind = HANDOVER_SOCKET,
						  .address = address_at,
						  .port = port_at,
						  .family = in->family,
						  .or_drops = true}});
	return ipv6 || in->family == NFPROTO_IPV4;
}

static bool tproxy_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_tproxy_target_info *proxy = in->info;

	return proxy_add(in, &proxy->laddr, &proxy->lport, out);
}

static bool tproxy_any_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_tproxy_target_info_v1 *proxy = in->info;

	return proxy_add(in, &proxy->laddr, &proxy->lport, out);
}

static bool synproxy_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_synproxy_info *proxy = in->info;

	op_list_add(out, (struct op){.kind = OP_HANDOVER,
				     .handover = {.kind = HANDOVER_SYNPROXY,
						  .address = NOT_GIVEN,
						  .port = NOT_GIVEN,
						  .family = NOT_GIVEN,
						  .number = proxy->mss,
						  .total = proxy->wscale,
						  .flags = proxy->options}});
	return !(proxy->options & ~SYNPROXY_KNOWN);
}

static const struct xt_kind kinds[] = {
	{"TPROXY", 0, NFPROTO_IPV4, sizeof(struct xt_tproxy_target_info), tproxy_decode},
	{"TPROXY", 1, NFPROTO_UNSPEC, sizeof(struct xt_tproxy_target_info_v1), tproxy_any_decode},
	{"SYNPROXY", 0, NFPROTO_UNSPEC, sizeof(struct xt_synproxy_info), synproxy_decode},
};

const struct xt_kinds xt_proxy_targets = {kinds, COUNT(kinds)};
