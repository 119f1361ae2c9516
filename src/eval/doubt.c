/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words for doubts: what an operation that may go either way is about. They are those of the load whose value it tests.
 */
#include "match.h"

#include <linux/netfilter/nf_tables.h>

struct words {
	uint32_t key;
	enum condition_kind kind;
	const char *what;
};

static const struct words meta_words[] = {
	{NFT_META_TIME_NS, CONDITION_TIME, "the date"},
	{NFT_META_TIME_DAY, CONDITION_TIME, "the day of the week"},
	{META_UTC_DAY, CONDITION_TIME, "the day of the week"},
	{NFT_META_TIME_HOUR, CONDITION_TIME, "the time of day"},
	{NFT_META_IIF, CONDITION_INTERFACE, "the interface"},
	{NFT_META_OIF, CONDITION_INTERFACE, "the interface"},
	{NFT_META_IIFNAME, CONDITION_INTERFACE, "the interface"},
	{NFT_META_OIFNAME, CONDITION_INTERFACE, "the interface"},
	{NFT_META_IIFTYPE, CONDITION_INTERFACE, "the type of the interface"},
	{NFT_META_OIFTYPE, CONDITION_INTERFACE, "the type of the interface"},
	{NFT_META_IIFGROUP, CONDITION_INTERFACE, "the group of the interface"},
	{NFT_META_OIFGROUP, CONDITION_INTERFACE, "the group of the interface"},
	{NFT_META_IIFKIND, CONDITION_INTERFACE, "the kind of the interface"},
	{NFT_META_OIFKIND, CONDITION_INTERFACE, "the kind of the interface"},
	{META_BRIDGE_PORT, CONDITION_INTERFACE, "the port of a bridge"},
	{NFT_META_RTCLASSID, CONDITION_OTHER, "the realm of the route"},
	{NFT_META_PRANDOM, CONDITION_OTHER, "a random number"},
	{NFT_META_CPU, CONDITION_OTHER, "the processor"},
	{NFT_META_MARK, CONDITION_OTHER, "the mark of the packet"},
	{NFT_META_PRIORITY, CONDITION_OTHER, "the priority of the packet"},
	{NFT_META_LEN, CONDITION_OTHER, "the length of the packet"},
	{NFT_META_SKUID, CONDITION_OTHER, "the user of the socket"},
	{NFT_META_SKGID, CONDITION_OTHER, "the group of the socket"},
	{NFT_META_CGROUP, CONDITION_OTHER, "the cgroup of the socket"},
};

static const char *const payload_words[] = {
	[NFT_PAYLOAD_LL_HEADER] = "the link layer's header",
	[NFT_PAYLOAD_NETWORK_HEADER] = "the IP header",
	[NFT_PAYLOAD_TRANSPORT_HEADER] = "the transport header",
	[NFT_PAYLOAD_INNER_HEADER] = "the payload",
};

static const char *const attached_words[] = {
	[ATTACHED_ROUTE] = "the route of the packet",
	[ATTACHED_SOCKET] = "the socket of the packet",
	[ATTACHED_SYSTEM] = "the operating system of the sender",
	[ATTACHED_TUNNEL] = "the tunnel of the packet",
	[ATTACHED_IPSEC] = "the IPsec of the packet",
};

static bool op_is_tcp_option(const struct op *op)
{
	return op->exthdr.header == NFT_EXTHDR_OP_TCPOPT;
}

static void describe_load(const struct op *load, struct doubt *out)
{
	switch (load->kind) {
	case OP_META:
		for (size_t i = 0; i < sizeof(meta_words) / sizeof(meta_words[0]); i++) {
			if (meta_words[i].key == load->meta.key) {
				out->kind = meta_words[i].kind;
				out->what = meta_words[i].what;
			}
		}
		break;
	case OP_PAYLOAD:
		if (load->payload.base < sizeof(payload_words) / sizeof(payload_words[0]))
			out->what = payload_words[load->payload.base];
		break;
	case OP_CT:
		out->what = load->meta.key == NFT_CT_MARK ? "the mark of the connection" : "the connection";
		break;
	case OP_FIB:
		out->what = "the routing tables";
		break;
	case OP_EXTHDR:
		out->what = op_is_tcp_option(load) ? "the options of TCP" : "the options of the packet";
		break;
	case OP_ATTACHED:
		out->what = attached_words[load->attached.kind];
		break;
	case OP_NUMBER:
		out->what = "chance";
		out->chance = load;
		break;
	case OP_LOOKUP:
		out->what = "the data of a map";
		break;
	case OP_OPAQUE:
		out->what = load->opaque.name;
		break;
	case OP_IMMEDIATE:
	case OP_BITWISE:
	case OP_BYTEORDER:
	case OP_CMP:
	case OP_RANGE:
	case OP_LIMIT:
	case OP_QUOTA:
	case OP_CONNLIMIT:
	case OP_COUNTER:
	case OP_LOG:
	case OP_META_SET:
	case OP_CT_SET:
	case OP_PAYLOAD_SET:
	case OP_OPTION_SET:
	case OP_ASIDE:
	case OP_NOTRACK:
	case OP_DYNSET:
	case OP_VERDICT:
	case OP_REJECT:
	case OP_NAT:
	case OP_HANDOVER:
		break;
	}
}

static bool op_loads(const struct op *op)
{
	return op->kind == OP_PAYLOAD || op->kind == OP_META || op->kind == OP_CT || op->kind == OP_FIB ||
	       op->kind == OP_EXTHDR || op->kind == OP_ATTACHED || op->kind == OP_NUMBER ||
	       op->kind == OP_OPAQUE;
}

void doubt_describe(const struct rule *rule, size_t at, const struct judgement *judgement, struct doubt *out)
{
	const struct op *op = &rule->ops[at];

	*out = (struct doubt){
		.kind = CONDITION_OTHER, .opaque = judgement->opaque, .rule = rule, .what = "the packet"};
	if (judgement->truth == USUALLY || judgement->truth == RARELY) {
		out->kind = CONDITION_RATE;
		out->what = "a rate";
		return;
	}
	if (op->kind == OP_LIMIT) {
		out->what = "how soon its own packets follow each other";
		return;
	}
	if (op->kind == OP_HANDOVER) {
		out->what = "whether a proxy takes it (tproxy)";
		return;
	}
	if (op->kind == OP_QUOTA) {
		out->what = op->quota.unread ? "what is left of a quota" : "how little is left of a quota";
		return;
	}
	if (op->kind == OP_LOOKUP && judgement->opaque) {
		out->kind = CONDITION_SET;
		out->what = op->lookup.set_name;
		return;
	}
	if (op->kind == OP_DYNSET) {
		out->kind = CONDITION_SET;
		out->what = judgement->opaque ? op->dynset.set_name : "the room in a set";
		return;
	}
	if (judgement->unsure) {
		out->what = judgement->unsure;
		return;
	}
	while (at > 0 && !op_loads(op))
		op = &rule->ops[--at];
	describe_load(op, out);
}
