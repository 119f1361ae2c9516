/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From an extension of x_tables to its decoder, and what is known of those that have none: whether they only match, what they
 * change, and whether they keep connection tracking on.
 */
#include "xt_decode.h"

#include <string.h>
#include <linux/netfilter.h>
#include <linux/netfilter/x_tables.h>

enum { INFO_LIMIT = 512, RAW_LIMIT = 255, COMMENT_BYTES = 256, CT_NOTRACK = 1 };

struct xt_opaque {
	const char *name;
	enum opaque_effect effect;
	bool uses_conntrack;
	enum opaque_change change;
};

/*
 * A match may also drop what is too short to be looked at (hotdrop), which no packet of a conversation is. Some have no row of
 * their own on purpose: string, u32 and bpf look at content, socket finds listeners of a SYN beside connections, and cgroup, unlike
 * nft's, knows no socket of a SYN-ACK.
 */
static const struct xt_opaque matches[] = {
	{"addrtype", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"ah", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"bpf", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"cgroup", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"cluster", OPAQUE_MATCHES, true, OPAQUE_CHANGES_ALL},
	{"connbytes", OPAQUE_MATCHES, true, OPAQUE_CHANGES_ALL},
	{"connlabel", OPAQUE_MATCHES, true, OPAQUE_CHANGES_ALL},
	{"connlimit", OPAQUE_MATCHES, true, OPAQUE_CHANGES_ALL},
	{"connmark", OPAQUE_MATCHES, true, OPAQUE_CHANGES_ALL},
	{"conntrack", OPAQUE_MATCHES, true, OPAQUE_CHANGES_ALL},
	{"cpu", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"dccp", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"devgroup", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"dscp", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"dst", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"ecn", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"esp", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"eui64", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"frag", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"hashlimit", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"hbh", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"helper", OPAQUE_MATCHES, true, OPAQUE_CHANGES_ALL},
	{"hl", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"icmp", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"icmp6", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"ipcomp", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"iprange", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"ipv6header", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"ipvs", OPAQUE_MATCHES, true, OPAQUE_CHANGES_ALL},
	{"length", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"limit", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"mac", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"mark", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"mh", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"multiport", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"nfacct", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"osf", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"owner", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"physdev", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"pkttype", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"policy", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"quota", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"rateest", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"realm", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"recent", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"rpfilter", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"rt", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"sctp", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"set", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"socket", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"srh", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"state", OPAQUE_MATCHES, true, OPAQUE_CHANGES_ALL},
	{"statistic", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"string", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"tcp", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"tcpmss", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"time", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"tos", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"ttl", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"u32", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"udp", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"udplite", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
};

/*
 * Those that decide change what later rules may look at. SNPT and DNPT have no row of their own on purpose: they give a packet
 * another address behind the back of connection tracking, and who answers it then is not known.
 */
static const struct xt_opaque targets[] = {
	{"AUDIT", OPAQUE_PASSES, false, OPAQUE_CHANGES_ALL},
	{"CHECKSUM", OPAQUE_PASSES, false, OPAQUE_CHANGES_ALL},
	{"IDLETIMER", OPAQUE_PASSES, false, OPAQUE_CHANGES_ALL},
	{"LED", OPAQUE_PASSES, false, OPAQUE_CHANGES_ALL},
	{"RATEEST", OPAQUE_PASSES, false, OPAQUE_CHANGES_ALL},
	{"TEE", OPAQUE_PASSES, false, OPAQUE_CHANGES_ALL},
	{"TRACE", OPAQUE_PASSES, false, OPAQUE_CHANGES_ALL},
	{"TCPMSS", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"CLASSIFY", OPAQUE_DECIDES, false, OPAQUE_CHANGES_MARKS},
	{"CT", OPAQUE_DECIDES, true, OPAQUE_CHANGES_ALL},
	{"DNPT", OPAQUE_DECIDES, false, OPAQUE_CHANGES_ALL},
	{"DSCP", OPAQUE_DECIDES, false, OPAQUE_CHANGES_SERVICE},
	{"ECN", OPAQUE_DECIDES, false, OPAQUE_CHANGES_SERVICE},
	{"HL", OPAQUE_DECIDES, false, OPAQUE_CHANGES_ALL},
	{"LOG", OPAQUE_PASSES, false, OPAQUE_CHANGES_ALL},
	{"MARK", OPAQUE_DECIDES, false, OPAQUE_CHANGES_MARKS},
	{"NFLOG", OPAQUE_PASSES, false, OPAQUE_CHANGES_ALL},
	{"NFQUEUE", OPAQUE_DECIDES, false, OPAQUE_CHANGES_ALL},
	{"REJECT", OPAQUE_DECIDES, false, OPAQUE_CHANGES_MARKS},
	{"SECMARK", OPAQUE_PASSES, false, OPAQUE_CHANGES_ALL},
	{"SET", OPAQUE_DECIDES, false, OPAQUE_CHANGES_MARKS},
	{"SNPT", OPAQUE_DECIDES, false, OPAQUE_CHANGES_ALL},
	{"TCPOPTSTRIP", OPAQUE_MATCHES, false, OPAQUE_CHANGES_ALL},
	{"TOS", OPAQUE_DECIDES, false, OPAQUE_CHANGES_SERVICE},
	{"TPROXY", OPAQUE_DECIDES, false, OPAQUE_CHANGES_MARKS},
	{"TTL", OPAQUE_DECIDES, false, OPAQUE_CHANGES_ALL},
	{"CONNMARK", OPAQUE_DECIDES, true, OPAQUE_CHANGES_MARKS},
	{"CONNSECMARK", OPAQUE_DECIDES, true, OPAQUE_CHANGES_ALL},
	{"DNAT", OPAQUE_DECIDES, true, OPAQUE_CHANGES_ALL},
	{"MASQUERADE", OPAQUE_DECIDES, true, OPAQUE_CHANGES_ALL},
	{"NETMAP", OPAQUE_DECIDES, true, OPAQUE_CHANGES_ALL},
	{"REDIRECT", OPAQUE_DECIDES, true, OPAQUE_CHANGES_ALL},
	{"SNAT", OPAQUE_DECIDES, true, OPAQUE_CHANGES_ALL},
	{"SYNPROXY", OPAQUE_DECIDES, true, OPAQUE_CHANGES_ALL},
};

static const struct xt_kinds *const match_kinds[] = {
	&xt_port_matches,     &xt_tracking_matches, &xt_header_matches, &xt_route_matches,
	&xt_attached_matches, &xt_ipv6_matches,     &xt_time_matches,   &xt_rate_matches,
	&xt_recent_matches,   &xt_set_matches,      &xt_option_matches};
static const struct xt_kinds *const target_kinds[] = {
	&xt_log_targets, &xt_nat_targets,    &xt_mark_targets,   &xt_flow_targets,
	&xt_set_targets, &xt_header_targets, &xt_option_targets, &xt_proxy_targets};

static const struct xt_opaque *opaque_find(const struct xt_opaque *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(list[i].name, name))
			return &list[i];
	return NULL;
}

static bool is_of_kind(const struct xt_extension *in, const struct xt_kind *kind)
{
	return kind->revision == in->revision && XT_ALIGN(kind->size) == in->length &&
	       in->length <= INFO_LIMIT && !strcmp(kind->name, in->name) &&
	       (kind->family == NFPROTO_UNSPEC || kind->family == in->family);
}

static const struct xt_kind *kind_find(const struct xt_extension *in, const struct xt_kinds *const *lists,
				       size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < lists[i]->count; j++)
			if (is_of_kind(in, &lists[i]->list[j]))
				return &lists[i]->list[j];
	return NULL;
}

/* Operations of one that turns out not to be understood are dropped again. */
static bool kind_decode(const struct xt_extension *in, const struct xt_kind *kind, struct op_list *out)
{
	_Alignas(struct _xt_align) uint8_t info[INFO_LIMIT];
	struct xt_extension copy = *in;
	size_t before = out->count;

	if (!kind)
		return false;
	memcpy(info, in->info, in->length);
	copy.info = info;
	if (kind->decode(&copy, out) || out->failed)
		return true;
	out->count = before;
	return false;
}

static void opaque_add(const struct xt_extension *in, const char *what, const struct xt_opaque *known,
		       bool uses_conntrack, struct op_list *out)
{
	const char *name = pool_format(out->pool, "xt %s %s", what, in->name);
	uint8_t length = in->length < RAW_LIMIT ? (uint8_t)in->length : RAW_LIMIT;

	if (!name)
		op_list_fail(out);
	op_list_add(out, (struct op){.kind = OP_OPAQUE,
				     .opaque = {
					     .name = name,
					     .effect = known ? known->effect : OPAQUE_DECIDES,
					     .change = known ? known->change : OPAQUE_CHANGES_ALL,
					     .uses_conntrack = uses_conntrack,
					     .raw = op_list_bytes(out, in->info, length),
				     }});
}

void xt_match_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_opaque *known;

	if (kind_decode(in, kind_find(in, match_kinds, COUNT(match_kinds)), out))
		return;
	known = opaque_find(matches, COUNT(matches), in->name);
	opaque_add(in, "match", known, !known || known->uses_conntrack, out);
}

/* CT with --notrack is the one form that leaves connection tracking off; flags are the first field of all revisions. */
static bool ct_target_tracks(const struct xt_extension *in)
{
	uint16_t flags = 0;

	if (in->length >= sizeof(flags))
		memcpy(&flags, in->info, sizeof(flags));
	return !(flags & CT_NOTRACK);
}

void xt_target_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_opaque *known;
	bool tracks;

	if (kind_decode(in, kind_find(in, target_kinds, COUNT(target_kinds)), out))
		return;
	known = opaque_find(targets, COUNT(targets), in->name);
	tracks = !known || known->uses_conntrack;
	if (!strcmp(in->name, "CT"))
		tracks = ct_target_tracks(in);
	opaque_add(in, "target", known, tracks, out);
}

const char *xt_comment(const struct xt_extension *in)
{
	if (strcmp(in->name, "comment") || in->revision || in->length != COMMENT_BYTES ||
	    !memchr(in->info, '\0', COMMENT_BYTES))
		return NULL;
	return in->info;
}
