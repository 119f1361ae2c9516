/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statements that write into a packet, or hand it or a copy of it to somebody else.
 */
#include "rule_text_match.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_synproxy.h>
#include <linux/netfilter/nf_tables.h>

/* The six bits of the traffic class, out of the two bytes that are written back with them. */
static bool service_text(struct notation *in, const struct op *op)
{
	static const uint8_t cleared_ipv4[] = {0x00, 0xfc}, cleared_ipv6[] = {0x0f, 0xc0};
	const struct loaded *loaded = register_at(in, op->sreg);
	bool ipv6 = in->network == NFPROTO_IPV6;
	const uint8_t *cleared = ipv6 ? cleared_ipv6 : cleared_ipv4;
	const struct op *mask = loaded->mask;
	struct op load = {.kind = OP_PAYLOAD, .payload = {NFT_PAYLOAD_NETWORK_HEADER, ipv6 ? 0 : 1}};
	struct op field_mask = {.bitwise.mask = {ipv6 ? cleared : cleared + 1, ipv6 ? 2 : 1}};
	const struct field *field;

	if (op->payload.base != NFT_PAYLOAD_NETWORK_HEADER || op->payload.offset || op->length != 2 ||
	    !mask || mask->bitwise.mask.length < 2 || mask->bitwise.xor.length < 2)
		return false;
	for (size_t i = 0; i < 2; i++)
		if ((mask->bitwise.mask.at[i] ^ cleared[i]) != 0xff)
			return false;
	field = field_of_dscp(&load, &field_mask, in->network);
	if (!field)
		return false;
	text_add(in->out, "%s set ", field->name);
	value_text(&field->type, false, &(struct bytes){mask->bitwise.xor.at + (ipv6 ? 0 : 1), ipv6 ? 2 : 1},
		   in->out);
	return true;
}

void payload_set_text(struct notation *in, const struct op *op)
{
	const struct field *field = field_of_payload(op, in->network, in->transport);

	if (service_text(in, op))
		return;
	if (field)
		text_add(in->out, "%s", field->name);
	else
		payload_text(op, in->out);
	text_add(in->out, " set ");
	register_text(in, op->sreg, field ? &field->type : NULL);
}

void option_set_text(struct notation *in, const struct op *op)
{
	struct op named = *op;
	const struct field *field;

	if (op->exthdr.present) {
		text_add(in->out, "reset ");
		exthdr_text(&named, in->out);
		return;
	}
	field = exthdr_text(&named, in->out);
	text_add(in->out, " set ");
	register_text(in, op->sreg, &field->type);
}

static const struct value_type ipv4 = {.kind = VALUE_IPV4}, ipv6 = {.kind = VALUE_IPV6},
			       port = {.kind = VALUE_NUMBER};

static void device_text(struct notation *in, int16_t offset)
{
	register_text(in, (uint8_t)offset, &field_of_meta(NFT_META_OIF)->type);
}

static const struct value_type *address_type(const struct notation *in, int16_t family)
{
	bool six = family == NFPROTO_IPV6 ||
		   (family < 0 && in->rule->chain && in->rule->chain->table->family == TABLE_IP6);

	return six ? &ipv6 : &ipv4;
}

void aside_text(struct notation *in, const struct op *op)
{
	struct text *out = in->out;

	switch (op->aside.kind) {
	case ASIDE_LAST:
		text_add(out, "last");
		break;
	case ASIDE_FLOWTABLE:
		text_add(out, "flow add @");
		name_text(op->aside.flowtable, out);
		break;
	case ASIDE_COPY:
		text_add(out, "dup to ");
		if (op->aside.address >= 0)
			register_text(in, (uint8_t)op->aside.address, address_type(in, -1));
		if (op->aside.address >= 0 && op->aside.device >= 0)
			text_add(out, " device ");
		if (op->aside.device >= 0)
			device_text(in, op->aside.device);
		break;
	case ASIDE_CONNECTION:
	case ASIDE_EXPECTATION:
	case ASIDE_SECMARK: /* those of objects, which have a text of their own */
		break;
	}
}

static void queue_text(struct notation *in, const struct op *op)
{
	struct text *out = in->out;
	uint32_t flags = op->handover.flags;

	text_add(out, "queue");
	if (flags & NFT_QUEUE_FLAG_MASK)
		text_add(out, " flags %s%s%s", flags & NFT_QUEUE_FLAG_BYPASS ? "bypass" : "",
			 (flags & NFT_QUEUE_FLAG_MASK) == NFT_QUEUE_FLAG_MASK ? "," : "",
			 flags & NFT_QUEUE_FLAG_CPU_FANOUT ? "fanout" : "");
	text_add(out, " to ");
	if (op->handover.port >= 0)
		register_text(in, (uint8_t)op->handover.port, NULL);
	else if (op->handover.total > 1)
		text_add(out, "%u-%u", op->handover.number, op->handover.number + op->handover.total - 1);
	else
		text_add(out, "%u", op->handover.number);
}

static void family_text(const struct notation *in, int16_t family, struct text *out)
{
	bool both = !in->rule->chain || (in->rule->chain->table->family != TABLE_IP &&
					 in->rule->chain->table->family != TABLE_IP6);

	if (both && family > 0)
		text_add(out, family == NFPROTO_IPV6 ? "ip6 " : "ip ");
}

static void forward_text(struct notation *in, const struct op *op)
{
	text_add(in->out, "fwd ");
	if (op->handover.address >= 0) {
		family_text(in, op->handover.family, in->out);
		text_add(in->out, "to ");
		register_text(in, (uint8_t)op->handover.address, address_type(in, op->handover.family));
		text_add(in->out, " device ");
	} else {
		text_add(in->out, "to ");
	}
	device_text(in, op->handover.port);
}

static void proxy_text(struct notation *in, const struct op *op)
{
	bool brackets = op->handover.address >= 0 && op->handover.family == NFPROTO_IPV6;

	text_add(in->out, "tproxy ");
	family_text(in, op->handover.family, in->out);
	text_add(in->out, "to %s", brackets ? "[" : "");
	if (op->handover.address >= 0)
		register_text(in, (uint8_t)op->handover.address, address_type(in, op->handover.family));
	text_add(in->out, "%s", brackets ? "]" : "");
	if (op->handover.port >= 0) {
		text_add(in->out, ":");
		register_text(in, (uint8_t)op->handover.port, &port);
	}
	if (op->handover.or_drops)
		text_add(in->out, " or drop");
}

static void synproxy_text(const struct op *op, struct text *out)
{
	uint32_t flags = op->handover.flags;

	text_add(out, "synproxy");
	if (flags & NF_SYNPROXY_OPT_MSS)
		text_add(out, " mss %u", op->handover.number);
	if (flags & NF_SYNPROXY_OPT_WSCALE)
		text_add(out, " wscale %u", op->handover.total);
	if (flags & NF_SYNPROXY_OPT_TIMESTAMP)
		text_add(out, " timestamp");
	if (flags & NF_SYNPROXY_OPT_SACK_PERM)
		text_add(out, " sack-perm");
}

void handover_text(struct notation *in, const struct op *op)
{
	switch (op->handover.kind) {
	case HANDOVER_QUEUE:
		queue_text(in, op);
		break;
	case HANDOVER_DEVICE:
		forward_text(in, op);
		break;
	case HANDOVER_SOCKET:
		proxy_text(in, op);
		break;
	case HANDOVER_SYNPROXY:
		synproxy_text(op, in->out);
		break;
	}
}
