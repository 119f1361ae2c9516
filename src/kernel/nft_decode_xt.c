/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The matches and targets of x_tables inside nf_tables, as iptables-nft leaves them: a name, a revision and a blob. The
 * comment, LOG, NFLOG and REJECT are understood; of the rest it is known whether it only matches.
 */
#include "nft_decode.h"

#include <string.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/xt_LOG.h>
#include <linux/netfilter/xt_NFLOG.h>
#include <linux/netfilter_ipv4/ipt_REJECT.h>
#include <linux/netfilter_ipv6/ip6t_REJECT.h>

enum { XT_ALIGNMENT = 8, COMMENT_BYTES = 256, CT_NOTRACK = 1, NO_LEVEL = -1, NO_GROUP = -1 };

struct extension {
	const char *name;
	enum opaque_effect effect;
	bool uses_conntrack;
};

/* A match may also drop what is too short to be looked at (hotdrop), which no packet of a conversation is. */
static const struct extension matches[] = {
	{"addrtype", OPAQUE_MATCHES, false},   {"ah", OPAQUE_MATCHES, false},
	{"bpf", OPAQUE_MATCHES, false},        {"cgroup", OPAQUE_MATCHES, false},
	{"cluster", OPAQUE_MATCHES, true},     {"connbytes", OPAQUE_MATCHES, true},
	{"connlabel", OPAQUE_MATCHES, true},   {"connlimit", OPAQUE_MATCHES, true},
	{"connmark", OPAQUE_MATCHES, true},    {"conntrack", OPAQUE_MATCHES, true},
	{"cpu", OPAQUE_MATCHES, false},        {"dccp", OPAQUE_MATCHES, false},
	{"devgroup", OPAQUE_MATCHES, false},   {"dscp", OPAQUE_MATCHES, false},
	{"ecn", OPAQUE_MATCHES, false},        {"esp", OPAQUE_MATCHES, false},
	{"eui64", OPAQUE_MATCHES, false},      {"frag", OPAQUE_MATCHES, false},
	{"hashlimit", OPAQUE_MATCHES, false},  {"hbh", OPAQUE_MATCHES, false},
	{"helper", OPAQUE_MATCHES, true},      {"hl", OPAQUE_MATCHES, false},
	{"icmp", OPAQUE_MATCHES, false},       {"icmp6", OPAQUE_MATCHES, false},
	{"ipcomp", OPAQUE_MATCHES, false},     {"iprange", OPAQUE_MATCHES, false},
	{"ipv6header", OPAQUE_MATCHES, false}, {"ipvs", OPAQUE_MATCHES, true},
	{"length", OPAQUE_MATCHES, false},     {"limit", OPAQUE_MATCHES, false},
	{"mac", OPAQUE_MATCHES, false},        {"mark", OPAQUE_MATCHES, false},
	{"mh", OPAQUE_MATCHES, false},         {"multiport", OPAQUE_MATCHES, false},
	{"nfacct", OPAQUE_MATCHES, false},     {"osf", OPAQUE_MATCHES, false},
	{"owner", OPAQUE_MATCHES, false},      {"physdev", OPAQUE_MATCHES, false},
	{"pkttype", OPAQUE_MATCHES, false},    {"policy", OPAQUE_MATCHES, false},
	{"quota", OPAQUE_MATCHES, false},      {"rateest", OPAQUE_MATCHES, false},
	{"realm", OPAQUE_MATCHES, false},      {"recent", OPAQUE_MATCHES, false},
	{"rpfilter", OPAQUE_MATCHES, false},   {"rt", OPAQUE_MATCHES, false},
	{"sctp", OPAQUE_MATCHES, false},       {"set", OPAQUE_MATCHES, false},
	{"socket", OPAQUE_MATCHES, false},     {"srh", OPAQUE_MATCHES, false},
	{"state", OPAQUE_MATCHES, true},       {"statistic", OPAQUE_MATCHES, false},
	{"string", OPAQUE_MATCHES, false},     {"tcp", OPAQUE_MATCHES, false},
	{"tcpmss", OPAQUE_MATCHES, false},     {"time", OPAQUE_MATCHES, false},
	{"tos", OPAQUE_MATCHES, false},        {"ttl", OPAQUE_MATCHES, false},
	{"u32", OPAQUE_MATCHES, false},        {"udp", OPAQUE_MATCHES, false},
};

/* TCPMSS writes an option that only opaque matches ask for; the others that decide change what later rules may look at. */
static const struct extension targets[] = {
	{"AUDIT", OPAQUE_PASSES, false},        {"CHECKSUM", OPAQUE_PASSES, false},
	{"IDLETIMER", OPAQUE_PASSES, false},    {"LED", OPAQUE_PASSES, false},
	{"RATEEST", OPAQUE_PASSES, false},      {"TEE", OPAQUE_PASSES, false},
	{"TRACE", OPAQUE_PASSES, false},        {"TCPMSS", OPAQUE_MATCHES, false},
	{"CLASSIFY", OPAQUE_DECIDES, false},    {"CT", OPAQUE_DECIDES, true},
	{"DNPT", OPAQUE_DECIDES, false},        {"DSCP", OPAQUE_DECIDES, false},
	{"ECN", OPAQUE_DECIDES, false},         {"HL", OPAQUE_DECIDES, false},
	{"LOG", OPAQUE_PASSES, false},          {"MARK", OPAQUE_DECIDES, false},
	{"NFLOG", OPAQUE_PASSES, false},        {"NFQUEUE", OPAQUE_DECIDES, false},
	{"REJECT", OPAQUE_DECIDES, false},      {"SECMARK", OPAQUE_DECIDES, false},
	{"SET", OPAQUE_DECIDES, false},         {"SNPT", OPAQUE_DECIDES, false},
	{"TCPOPTSTRIP", OPAQUE_MATCHES, false}, {"TOS", OPAQUE_DECIDES, false},
	{"TPROXY", OPAQUE_DECIDES, false},      {"TTL", OPAQUE_DECIDES, false},
	{"CONNMARK", OPAQUE_DECIDES, true},     {"CONNSECMARK", OPAQUE_DECIDES, true},
	{"DNAT", OPAQUE_DECIDES, true},         {"MASQUERADE", OPAQUE_DECIDES, true},
	{"NETMAP", OPAQUE_DECIDES, true},       {"REDIRECT", OPAQUE_DECIDES, true},
	{"SNAT", OPAQUE_DECIDES, true},         {"SYNPROXY", OPAQUE_DECIDES, true},
};

static const struct extension *extension_find(const struct extension *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(list[i].name, name))
			return &list[i];
	return NULL;
}

static const enum attribute_form match_shape[] = {
	[NFTA_MATCH_NAME] = FORM_TEXT,
	[NFTA_MATCH_REV] = FORM_U32,
	[NFTA_MATCH_INFO] = FORM_BYTES,
};

/* The blob, when it is there whole: sizes are rounded up to 8 bytes by the kernel. */
static const void *blob(const struct nlattr *info, size_t size)
{
	size_t aligned = (size + XT_ALIGNMENT - 1) & ~(size_t)(XT_ALIGNMENT - 1);

	return info && attribute_length(info) == aligned ? attribute_bytes(info) : NULL;
}

static bool comment_take(const struct expression *in, uint32_t revision)
{
	const char *text = blob(in->attributes.at[NFTA_MATCH_INFO], COMMENT_BYTES);

	if (revision || !text || !memchr(text, '\0', COMMENT_BYTES))
		return false;
	in->where->comment = text;
	return true;
}

static enum decoded match_decode(const struct expression *in, struct op *out)
{
	const char *name = attribute_text(&in->attributes, NFTA_MATCH_NAME);
	uint32_t revision = attribute_u32(&in->attributes, NFTA_MATCH_REV);
	const struct extension *known;

	if (!name)
		return decode_malformed(in, out);
	if (!strcmp(name, "comment") && comment_take(in, revision))
		return DECODED_NOTHING;
	known = extension_find(matches, COUNT(matches), name);
	if (!known)
		return decode_opaque(in, out, OPAQUE_DECIDES, true, "xt match %s", name);
	return decode_opaque(in, out, known->effect, known->uses_conntrack, "xt match %s", name);
}

static const enum attribute_form target_shape[] = {
	[NFTA_TARGET_NAME] = FORM_TEXT,
	[NFTA_TARGET_REV] = FORM_U32,
	[NFTA_TARGET_INFO] = FORM_BYTES,
};

/* Prefixes need not end in NUL. */
static const char *prefix_copy(const struct expression *in, const char *prefix, size_t limit)
{
	char *copy = pool_alloc(in->where->pool, limit + 1);

	if (copy)
		memcpy(copy, prefix, strnlen(prefix, limit));
	else
		error_memory(in->where->err);
	return copy;
}

static enum decoded log_op(const struct expression *in, struct op *out, const char *prefix, size_t limit,
			   int32_t group, int32_t level)
{
	out->kind = OP_LOG;
	out->log.group = group;
	out->log.level = level;
	if (!*prefix)
		return DECODED_OP;
	out->log.prefix = prefix_copy(in, prefix, limit);
	return out->log.prefix ? DECODED_OP : DECODED_FAILED;
}

static enum decoded log_target(const struct expression *in, const void *info, struct op *out)
{
	struct xt_log_info log;

	memcpy(&log, info, sizeof(log));
	return log_op(in, out, log.prefix, sizeof(log.prefix), NO_GROUP, log.level);
}

static enum decoded nflog_target(const struct expression *in, const void *info, struct op *out)
{
	struct xt_nflog_info log;

	memcpy(&log, info, sizeof(log));
	return log_op(in, out, log.prefix, sizeof(log.prefix), log.group, NO_LEVEL);
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

static enum decoded reject_target(const struct expression *in, const void *info, struct op *out)
{
	bool ipv4 = in->where->family == NFPROTO_IPV4;
	const struct reject_kind *kinds = ipv4 ? reject_ipv4 : reject_ipv6;
	size_t count = ipv4 ? COUNT(reject_ipv4) : COUNT(reject_ipv6);
	uint32_t with;

	memcpy(&with, info, sizeof(with));
	for (size_t i = 0; i < count && (ipv4 || in->where->family == NFPROTO_IPV6); i++)
		if (kinds[i].with == with) {
			out->kind = OP_REJECT;
			out->reject.type = kinds[i].type;
			out->reject.code = kinds[i].code;
			return DECODED_OP;
		}
	return decode_opaque(in, out, OPAQUE_DECIDES, false, "xt target REJECT");
}

static const struct {
	const char *name;
	size_t size; /* of revision 0 */
	enum decoded (*decode)(const struct expression *in, const void *info, struct op *out);
} understood[] = {
	{"LOG", sizeof(struct xt_log_info), log_target},
	{"NFLOG", sizeof(struct xt_nflog_info), nflog_target},
	{"REJECT", sizeof(struct ipt_reject_info), reject_target},
};

/* CT with --notrack is the one form that leaves connection tracking off; flags are the first field of all revisions. */
static bool ct_target_tracks(const struct nlattr *info)
{
	uint16_t flags = 0;

	if (info && attribute_length(info) >= sizeof(flags))
		memcpy(&flags, attribute_bytes(info), sizeof(flags));
	return !(flags & CT_NOTRACK);
}

static enum decoded target_opaque(const struct expression *in, const char *name, struct op *out)
{
	const struct extension *known = extension_find(targets, COUNT(targets), name);
	bool tracks = !known || known->uses_conntrack;

	if (!strcmp(name, "CT"))
		tracks = ct_target_tracks(in->attributes.at[NFTA_TARGET_INFO]);
	return decode_opaque(in, out, known ? known->effect : OPAQUE_DECIDES, tracks, "xt target %s", name);
}

static enum decoded target_decode(const struct expression *in, struct op *out)
{
	const char *name = attribute_text(&in->attributes, NFTA_TARGET_NAME);
	const void *info;

	if (!name)
		return decode_malformed(in, out);
	for (size_t i = 0; i < COUNT(understood); i++) {
		if (strcmp(understood[i].name, name) || attribute_u32(&in->attributes, NFTA_TARGET_REV))
			continue;
		info = blob(in->attributes.at[NFTA_TARGET_INFO], understood[i].size);
		if (info)
			return understood[i].decode(in, info, out);
	}
	return target_opaque(in, name, out);
}

static const struct expression_kind kinds[] = {
	{"match", match_shape, COUNT(match_shape), match_decode},
	{"target", target_shape, COUNT(target_shape), target_decode},
};

const struct expression_kinds xt_kinds = {kinds, COUNT(kinds)};
