/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules, chains and priorities for people. Statements are written here; what they match on is in rule_text_match.c.
 */
#include "fwport/rule_text.h"
#include "rule_text_match.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

enum { PACKET_BURST = 5 }; /* what nft takes when none is given, and does not show */

const char *time_unit_name(uint64_t seconds)
{
	static const struct word units[] = {{1, "second"},  {60, "minute"},   {3600, "hour"},
					    {86400, "day"}, {604800, "week"}, {0, NULL}};

	for (const struct word *word = units; word->name; word++)
		if (word->value == seconds)
			return word->name;
	return NULL;
}

static void limit_text(const struct op *op, struct text *out)
{
	static const char *const sizes[] = {"bytes", "kbytes", "mbytes"};
	uint64_t rate = op->limit.rate;
	const char *unit = time_unit_name(op->limit.unit);
	size_t size = 0;

	while (op->limit.bytes && rate && rate % 1024 == 0 && size < 2) {
		rate /= 1024;
		size++;
	}
	text_add(out, "limit rate %s%llu%s%s/", op->invert ? "over " : "", (unsigned long long)rate,
		 op->limit.bytes ? " " : "", op->limit.bytes ? sizes[size] : "");
	if (unit)
		text_add(out, "%s", unit);
	else
		text_add(out, "%llu seconds", (unsigned long long)op->limit.unit);
	if (op->limit.burst != (op->limit.bytes ? 0 : PACKET_BURST))
		text_add(out, " burst %u %s", op->limit.burst, op->limit.bytes ? "bytes" : "packets");
}

/* In the largest unit that divides them. */
static void bytes_text(uint64_t bytes, struct text *out)
{
	static const char *const sizes[] = {"bytes", "kbytes", "mbytes"};
	size_t size = 0;

	while (bytes && bytes % 1024 == 0 && size < 2) {
		bytes /= 1024;
		size++;
	}
	text_add(out, "%llu %s", (unsigned long long)bytes, sizes[size]);
}

static void quota_text(const struct op *op, struct text *out)
{
	text_add(out, "quota %s", op->invert ? "over " : "");
	bytes_text(op->quota.bytes, out);
	if (op->quota.used) {
		text_add(out, " used ");
		bytes_text(op->quota.used, out);
	}
}

static void log_text(const struct op *op, struct text *out)
{
	static const char *const levels[] = {"emerg",  "alert", "crit",  "err",  "warn",
					     "notice", "info",  "debug", "audit"};

	text_add(out, "log");
	if (op->log.prefix) {
		text_add(out, " prefix ");
		text_add_quoted(out, op->log.prefix);
	}
	if (op->log.group >= 0)
		text_add(out, " group %d", op->log.group);
	else if (op->log.level >= 0 && op->log.level != NFT_LOGLEVEL_WARNING &&
		 (size_t)op->log.level < sizeof(levels) / sizeof(*levels))
		text_add(out, " level %s", levels[op->log.level]);
}

static const struct word reject_icmp[] = {
	{ICMP_NET_UNREACH, "net-unreachable"},   {ICMP_HOST_UNREACH, "host-unreachable"},
	{ICMP_PROT_UNREACH, "prot-unreachable"}, {ICMP_PORT_UNREACH, "port-unreachable"},
	{ICMP_NET_ANO, "net-prohibited"},        {ICMP_HOST_ANO, "host-prohibited"},
	{ICMP_PKT_FILTERED, "admin-prohibited"}, {0, NULL},
};
static const struct word reject_icmpv6[] = {
	{ICMPV6_NOROUTE, "no-route"},
	{ICMPV6_ADM_PROHIBITED, "admin-prohibited"},
	{ICMPV6_ADDR_UNREACH, "addr-unreachable"},
	{ICMPV6_PORT_UNREACH, "port-unreachable"},
	{ICMPV6_POLICY_FAIL, "policy-fail"},
	{ICMPV6_REJECT_ROUTE, "reject-route"},
	{0, NULL},
};
static const struct word reject_icmpx[] = {
	{NFT_REJECT_ICMPX_NO_ROUTE, "no-route"},
	{NFT_REJECT_ICMPX_PORT_UNREACH, "port-unreachable"},
	{NFT_REJECT_ICMPX_HOST_UNREACH, "host-unreachable"},
	{NFT_REJECT_ICMPX_ADMIN_PROHIBITED, "admin-prohibited"},
	{0, NULL},
};

/* What nft means by "reject" alone: in a table of both families that is icmpx. */
static bool is_default_reject(const struct op *op, bool both, bool ipv6)
{
	if (both != (op->reject.type == NFT_REJECT_ICMPX_UNREACH))
		return false;
	if (op->reject.type == NFT_REJECT_ICMPX_UNREACH)
		return op->reject.code == NFT_REJECT_ICMPX_PORT_UNREACH;
	return op->reject.type == NFT_REJECT_ICMP_UNREACH &&
	       op->reject.code == (ipv6 ? ICMPV6_PORT_UNREACH : ICMP_PORT_UNREACH);
}

static bool is_of_both_families(const struct rule *rule)
{
	return rule->chain && rule->chain->table->family != TABLE_IP &&
	       rule->chain->table->family != TABLE_IP6;
}

static void reject_text(const struct notation *in, const struct op *op)
{
	struct text *out = in->out;
	const struct value_type icmp = {.kind = VALUE_WORD, .words = reject_icmp},
				icmpv6 = {.kind = VALUE_WORD, .words = reject_icmpv6},
				icmpx = {.kind = VALUE_WORD, .words = reject_icmpx};
	bool ipv6 = in->network == NFPROTO_IPV6, both = op->reject.type == NFT_REJECT_ICMPX_UNREACH;
	const uint8_t code = (uint8_t)op->reject.code;
	const struct bytes value = {&code, 1};

	text_add(out, "reject");
	if (is_default_reject(op, is_of_both_families(in->rule), ipv6))
		return;
	if (op->reject.type == NFT_REJECT_TCP_RST) {
		text_add(out, " with tcp reset");
		return;
	}
	text_add(out, " with %s ", both ? "icmpx" : ipv6 ? "icmpv6" : "icmp");
	value_text(both ? &icmpx : ipv6 ? &icmpv6 : &icmp, false, &value, out);
}

static void set_statement_text(struct notation *in, const struct op *op)
{
	const struct field *field =
		op->kind == OP_META_SET ? field_of_meta(op->meta.key) : field_of_ct(op->meta.key);

	if (op->kind == OP_CT_SET)
		text_add(in->out, "ct %s",
			 op->meta.direction == 0   ? "original "
			 : op->meta.direction == 1 ? "reply "
						   : "");
	if (field)
		text_add(in->out, "%s set ", field->name);
	else
		text_add(in->out, "%skey %u set ", op->kind == OP_META_SET ? "meta " : "", op->meta.key);
	register_text(in, op->sreg, field ? &field->type : NULL);
}

/* "1h30m", as nft writes times */
static void duration_text(uint64_t milliseconds, struct text *out)
{
	static const struct {
		uint64_t size;
		const char *unit;
	} units[] = {{86400000, "d"}, {3600000, "h"}, {60000, "m"}, {1000, "s"}, {1, "ms"}};

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (milliseconds >= units[i].size) {
			text_add(out, "%llu%s", (unsigned long long)(milliseconds / units[i].size),
				 units[i].unit);
			milliseconds %= units[i].size;
		}
}

static void op_text(struct notation *in, const struct op *op);

static void dynset_text(struct notation *in, const struct op *op)
{
	static const char *const words[] = {[NFT_DYNSET_OP_ADD] = "add",
					    [NFT_DYNSET_OP_UPDATE] = "update",
					    [NFT_DYNSET_OP_DELETE] = "delete"};

	text_add(in->out, "%s @",
		 op->dynset.op < sizeof(words) / sizeof(*words) ? words[op->dynset.op] : "?");
	name_text(op->dynset.set_name, in->out);
	text_add(in->out, " { ");
	key_text(in, op->sreg, op->length);
	if (op->dynset.timeout) {
		text_add(in->out, " timeout ");
		duration_text(op->dynset.timeout, in->out);
	}
	for (size_t i = 0; i < op->dynset.op_count; i++)
		op_text(in, &op->dynset.ops[i]);
	if (op->dynset.has_data) {
		text_add(in->out, " : ");
		register_text(in, op->dynset.data_sreg,
			      op->dynset.set && field_of_type(op->dynset.set->data_type)
				      ? &field_of_type(op->dynset.set->data_type)->type
				      : NULL);
	}
	text_add(in->out, " }");
}

/* A register of the address or port, and the upper end when it is another one. */
static void nat_range_text(struct notation *in, int16_t low, int16_t high, const struct value_type *type)
{
	register_text(in, (uint8_t)low, type);
	if (high >= 0 && high != low) {
		text_add(in->out, "-");
		register_text(in, (uint8_t)high, type);
	}
}

static void nat_text(struct notation *in, const struct op *op)
{
	static const char *const words[] = {[NAT_SOURCE] = "snat",
					    [NAT_DESTINATION] = "dnat",
					    [NAT_MASQUERADE] = "masquerade",
					    [NAT_REDIRECT] = "redirect",
					    [NAT_NETMAP] = "netmap"};
	static const struct {
		uint32_t flag;
		const char *word;
	} flags[] = {{NF_NAT_RANGE_PROTO_RANDOM, "random"},
		     {NF_NAT_RANGE_PROTO_RANDOM_FULLY, "fully-random"},
		     {NF_NAT_RANGE_PERSISTENT, "persistent"}};
	const struct value_type ipv4 = {.kind = VALUE_IPV4}, ipv6 = {.kind = VALUE_IPV6},
				port = {.kind = VALUE_NUMBER};
	bool both = in->rule->chain && in->rule->chain->table->family == TABLE_INET;
	bool is_ipv6 = op->nat.family == NFPROTO_IPV6;

	text_add(in->out, "%s", words[op->nat.kind]);
	if (both && op->nat.address_min >= 0 && op->nat.family >= 0)
		text_add(in->out, is_ipv6 ? " ip6" : " ip");
	if (op->nat.address_min >= 0 || op->nat.port_min >= 0)
		text_add(in->out, " to ");
	if (op->nat.address_min >= 0) {
		text_add(in->out, "%s", is_ipv6 && op->nat.port_min >= 0 ? "[" : "");
		nat_range_text(in, op->nat.address_min, op->nat.address_max, is_ipv6 ? &ipv6 : &ipv4);
		text_add(in->out, "%s", is_ipv6 && op->nat.port_min >= 0 ? "]" : "");
	}
	if (op->nat.port_min >= 0) {
		text_add(in->out, ":");
		nat_range_text(in, op->nat.port_min, op->nat.port_max, &port);
	}
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (op->nat.flags & flags[i].flag)
			text_add(in->out, " %s", flags[i].word);
}

/* An opaque match may have written any register, so that nothing is known of them behind it. */
static void opaque_text(struct notation *in, const struct op *op)
{
	text_add(in->out, "[opaque ");
	if (strpbrk(op->opaque.name, "[]\"\\") || strspn(op->opaque.name, " ") == strlen(op->opaque.name))
		text_add_quoted(in->out, op->opaque.name);
	else
		for (const char *c = op->opaque.name; *c; c++)
			text_add(in->out, (unsigned char)*c < 0x20 || *c == 0x7f ? "\\x%02x" : "%c",
				 (unsigned char)*c);
	text_add(in->out, "]");
	memset(in->registers, 0, sizeof(in->registers));
}

static void op_text(struct notation *in, const struct op *op)
{
	if (register_load(in, op))
		return;
	piece_start(in);
	if (op->object) {
		object_text(op->object, in->out);
		return;
	}
	switch (op->kind) {
	case OP_LIMIT:
		limit_text(op, in->out);
		break;
	case OP_QUOTA:
		quota_text(op, in->out);
		break;
	case OP_CONNLIMIT:
		text_add(in->out, "ct count %s%u", op->invert ? "over " : "", op->connlimit.count);
		break;
	case OP_LOOKUP: /* of objects: others are matches, or write a register */
		object_map_text(in, op);
		break;
	case OP_COUNTER:
		text_add(in->out, "counter");
		break;
	case OP_LOG:
		log_text(op, in->out);
		break;
	case OP_META_SET:
	case OP_CT_SET:
		set_statement_text(in, op);
		break;
	case OP_NOTRACK:
		text_add(in->out, "notrack");
		break;
	case OP_PAYLOAD_SET:
		payload_set_text(in, op);
		break;
	case OP_OPTION_SET:
		option_set_text(in, op);
		break;
	case OP_ASIDE:
		aside_text(in, op);
		break;
	case OP_HANDOVER:
		handover_text(in, op);
		break;
	case OP_DYNSET:
		dynset_text(in, op);
		break;
	case OP_VERDICT:
		verdict_text(&op->verdict, in->out);
		break;
	case OP_REJECT:
		reject_text(in, op);
		break;
	case OP_NAT:
		nat_text(in, op);
		break;
	case OP_OPAQUE:
		opaque_text(in, op);
		break;
	case OP_PAYLOAD:
	case OP_META:
	case OP_CT:
	case OP_FIB:
	case OP_IMMEDIATE:
	case OP_EXTHDR:
	case OP_ATTACHED:
	case OP_NUMBER:
	case OP_BITWISE:
	case OP_BYTEORDER:
	case OP_CMP:
	case OP_RANGE:
		break;
	}
}

static uint8_t table_network(const struct rule *rule)
{
	enum table_family family = rule->chain ? rule->chain->table->family : TABLE_INET;

	return family == TABLE_IP ? NFPROTO_IPV4 : family == TABLE_IP6 ? NFPROTO_IPV6 : 0;
}

static bool is_match(const struct op *op)
{
	bool loads = op->kind == OP_LOOKUP && op->lookup.map &&
		     !(op->lookup.set && op->lookup.set->data_type == NFT_DATA_VERDICT);

	return op->kind == OP_CMP || op->kind == OP_RANGE ||
	       (op->kind == OP_LOOKUP && !loads && !op->lookup.objects);
}

void rule_text(const struct rule *rule, struct text *out)
{
	struct notation in = {.rule = rule, .out = out, .start = out->length, .network = table_network(rule)};

	for (size_t i = 0; i < rule->op_count;)
		if (is_match(&rule->ops[i]))
			i += match_text(&in, i);
		else
			op_text(&in, &rule->ops[i++]);
	if (rule->comment) {
		piece_start(&in);
		text_add(out, "comment ");
		text_add_quoted(out, rule->comment);
	}
	out->failed = out->failed || in.kept.failed;
	text_free(&in.kept);
}
