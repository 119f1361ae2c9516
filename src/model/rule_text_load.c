/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of what is seldom loaded: options and extension headers, what is attached to a packet, numbers. They are put
 * together from several words, some from what stands in a register when the load is met.
 */
#include "rule_text_match.h"

#include <linux/netfilter/nf_tables.h>
#include <netinet/in.h>

static const struct field presence = {"", {.kind = VALUE_WORD, .words = presence_words}};
static const struct field protocol = {"", {.kind = VALUE_WORD, .words = protocol_words}};
static const struct field number = {"", {.kind = VALUE_NUMBER}};
static const struct field host_number = {"", {.kind = VALUE_NUMBER, .host_order = true}};
static const struct field mark = {"", {.kind = VALUE_MARK, .host_order = true}};
static const struct field ipv4 = {"", {.kind = VALUE_IPV4}}, ipv6 = {"", {.kind = VALUE_IPV6}};
static const struct field string = {"", {.kind = VALUE_STRING}};

static const struct word extension_headers[] = {
	{IPPROTO_HOPOPTS, "hbh"}, {IPPROTO_ROUTING, "rt"}, {IPPROTO_FRAGMENT, "frag"},
	{IPPROTO_DSTOPTS, "dst"}, {IPPROTO_MH, "mh"},      {0, NULL},
};
static const struct word ip_options[] = {{7, "rr"}, {131, "lsrr"}, {137, "ssrr"}, {148, "ra"}, {0, NULL}};
static const struct word tcp_options[] = {{0, "eol"},       {1, "nop"},     {2, "maxseg"},    {3, "window"},
					  {4, "sack-perm"}, {5, "sack"},    {8, "timestamp"}, {30, "mptcp"},
					  {34, "fastopen"}, {19, "md5sig"}, {0, NULL}};
static const struct word chunks[] = {
	{0, "data"},          {1, "init"},        {2, "init-ack"}, {3, "sack"},         {4, "heartbeat"},
	{5, "heartbeat-ack"}, {6, "abort"},       {7, "shutdown"}, {8, "shutdown-ack"}, {9, "error"},
	{10, "cookie-echo"},  {11, "cookie-ack"}, {0, NULL},
};

static const struct {
	const char *kind, *kind_of_presence;
	const struct word *types;
} headers[] = {
	[NFT_EXTHDR_OP_IPV6] = {"", "exthdr ", extension_headers},
	[NFT_EXTHDR_OP_TCPOPT] = {"tcp option ", "tcp option ", tcp_options},
	[NFT_EXTHDR_OP_IPV4] = {"ip option ", "ip option ", ip_options},
	[NFT_EXTHDR_OP_SCTP] = {"sctp chunk ", "sctp chunk ", chunks},
	[NFT_EXTHDR_OP_SCTP + 1] = {"dccp option ", "dccp option ", NULL},
};

/* What stands at which bytes; a type of -1 is any. */
static const struct part {
	uint32_t header;
	int16_t type;
	uint8_t offset, length;
	const char *name;
	const struct field *field;
} parts[] = {
	{NFT_EXTHDR_OP_IPV6, -1, 0, 1, " nexthdr", &protocol},
	{NFT_EXTHDR_OP_IPV6, -1, 1, 1, " hdrlength", &number},
	{NFT_EXTHDR_OP_IPV6, IPPROTO_ROUTING, 2, 1, " type", &number},
	{NFT_EXTHDR_OP_IPV6, IPPROTO_ROUTING, 3, 1, " seg-left", &number},
	{NFT_EXTHDR_OP_IPV6, IPPROTO_FRAGMENT, 2, 2, " frag-off", &number},
	{NFT_EXTHDR_OP_IPV6, IPPROTO_FRAGMENT, 4, 4, " id", &number},
	{NFT_EXTHDR_OP_TCPOPT, -1, 0, 1, " kind", &number},
	{NFT_EXTHDR_OP_TCPOPT, -1, 1, 1, " length", &number},
	{NFT_EXTHDR_OP_TCPOPT, 2, 2, 2, " size", &number},
	{NFT_EXTHDR_OP_TCPOPT, 3, 2, 1, " count", &number},
	{NFT_EXTHDR_OP_TCPOPT, 5, 2, 4, " left", &number},
	{NFT_EXTHDR_OP_TCPOPT, 5, 6, 4, " right", &number},
	{NFT_EXTHDR_OP_TCPOPT, 8, 2, 4, " tsval", &number},
	{NFT_EXTHDR_OP_TCPOPT, 8, 6, 4, " tsecr", &number},
	{NFT_EXTHDR_OP_IPV4, -1, 0, 1, " type", &number},
	{NFT_EXTHDR_OP_IPV4, -1, 1, 1, " length", &number},
	{NFT_EXTHDR_OP_IPV4, -1, 2, 1, " ptr", &number},
	{NFT_EXTHDR_OP_IPV4, -1, 3, 4, " addr", &ipv4},
	{NFT_EXTHDR_OP_SCTP, -1, 0, 1, " type", &number},
	{NFT_EXTHDR_OP_SCTP, -1, 1, 1, " flags", &number},
	{NFT_EXTHDR_OP_SCTP, -1, 2, 2, " length", &number},
};

static const struct part *part_find(const struct op *op)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (parts[i].header == op->exthdr.header && parts[i].offset == op->exthdr.offset &&
		    parts[i].length == op->length &&
		    (parts[i].type < 0 || (uint32_t)parts[i].type == op->exthdr.type))
			return &parts[i];
	return NULL;
}

static void type_text(const struct op *op, struct text *out)
{
	const struct word *word = headers[op->exthdr.header].types;

	while (word && word->name && word->value != op->exthdr.type)
		word++;
	if (word && word->name)
		text_add(out, "%s", word->name);
	else
		text_add(out, "%u", op->exthdr.type);
}

const struct field *exthdr_text(const struct op *op, struct text *out)
{
	const struct part *part = part_find(op);

	if (op->exthdr.header >= sizeof(headers) / sizeof(*headers)) {
		text_add(out, "exthdr %u", op->exthdr.header);
		return &number;
	}
	text_add(out, "%s",
		 op->exthdr.present ? headers[op->exthdr.header].kind_of_presence
				    : headers[op->exthdr.header].kind);
	if (op->exthdr.present || part) {
		type_text(op, out);
		text_add(out, "%s", op->exthdr.present ? "" : part->name);
		return op->exthdr.present ? &presence : part->field;
	}
	text_add(out, "@%u,%u,%u", op->exthdr.type, op->exthdr.offset * 8, op->length * 8);
	return &number;
}

static const struct field *route_text(const struct notation *in, const struct op *op, struct text *out)
{
	static const struct {
		const char *name;
		const struct field *field;
	} keys[] = {
		[NFT_RT_CLASSID] = {"classid", &host_number}, [NFT_RT_NEXTHOP4] = {"nexthop", &ipv4},
		[NFT_RT_NEXTHOP6] = {"nexthop", &ipv6},       [NFT_RT_TCPMSS] = {"mtu", &host_number},
		[NFT_RT_XFRM] = {"ipsec", &presence},
	};
	bool both = !in->rule->chain || in->rule->chain->table->family == TABLE_INET;
	const char *family = op->attached.key == NFT_RT_NEXTHOP4   ? "ip "
			     : op->attached.key == NFT_RT_NEXTHOP6 ? "ip6 "
								   : "";

	text_add(out, "rt %s%s", both ? family : "", keys[op->attached.key].name);
	return keys[op->attached.key].field;
}

static const struct field *socket_text(const struct op *op, struct text *out)
{
	static const struct {
		const char *name;
		const struct field *field;
	} keys[] = {
		[NFT_SOCKET_TRANSPARENT] = {"transparent", &number},
		[NFT_SOCKET_MARK] = {"mark", &mark},
		[NFT_SOCKET_WILDCARD] = {"wildcard", &number},
		[NFT_SOCKET_CGROUPV2] = {"cgroupv2", &host_number},
	};

	text_add(out, "socket %s", keys[op->attached.key].name);
	if (op->attached.key == NFT_SOCKET_CGROUPV2)
		text_add(out, " level %u", op->attached.detail);
	return keys[op->attached.key].field;
}

static const struct field *system_text(const struct op *op, struct text *out)
{
	static const char *const takes[] = {"", " ttl loose", " ttl skip"};

	text_add(out, "osf%s %s",
		 op->attached.detail < sizeof(takes) / sizeof(*takes) ? takes[op->attached.detail] : "",
		 op->attached.key & NFT_OSF_F_VERSION ? "version" : "name");
	return &string;
}

static const struct field *ipsec_text(const struct op *op, struct text *out)
{
	static const struct {
		const char *name;
		const struct field *field;
	} keys[] = {
		[NFT_XFRM_KEY_DADDR_IP4] = {"ip daddr", &ipv4},
		[NFT_XFRM_KEY_DADDR_IP6] = {"ip6 daddr", &ipv6},
		[NFT_XFRM_KEY_SADDR_IP4] = {"ip saddr", &ipv4},
		[NFT_XFRM_KEY_SADDR_IP6] = {"ip6 saddr", &ipv6},
		[NFT_XFRM_KEY_REQID] = {"reqid", &host_number},
		[NFT_XFRM_KEY_SPI] = {"spi", &number},
	};

	text_add(out, "ipsec %s", op->attached.outbound ? "out " : "in ");
	if (op->attached.detail)
		text_add(out, "spnum %u ", op->attached.detail);
	text_add(out, "%s", keys[op->attached.key].name);
	return keys[op->attached.key].field;
}

const struct field *attached_text(const struct notation *in, const struct op *op, struct text *out)
{
	switch (op->attached.kind) {
	case ATTACHED_ROUTE:
		return route_text(in, op, out);
	case ATTACHED_SOCKET:
		return socket_text(op, out);
	case ATTACHED_SYSTEM:
		return system_text(op, out);
	case ATTACHED_IPSEC:
		return ipsec_text(op, out);
	case ATTACHED_TUNNEL:
		break;
	}
	text_add(out, "tunnel %s", op->attached.key == NFT_TUNNEL_PATH ? "path" : "id");
	return op->attached.key == NFT_TUNNEL_PATH ? &presence : &host_number;
}

const struct field *number_text(struct notation *in, const struct op *op)
{
	static const char *const sources[] = {
		[NUMBER_IN_TURN] = "numgen inc",
		[NUMBER_RANDOM] = "numgen random",
		[NUMBER_HASH] = "jhash ",
		[NUMBER_FLOW_HASH] = "symhash",
	};
	struct text *out = in->out;

	text_add(out, "%s", sources[op->number.source]);
	if (op->number.source == NUMBER_HASH)
		key_text(in, op->sreg, op->number.hashed);
	text_add(out, " mod %u", op->number.modulus);
	if (op->number.seeded)
		text_add(out, " seed 0x%x", op->number.seed);
	if (op->number.offset)
		text_add(out, " offset %u", op->number.offset);
	return &host_number;
}
