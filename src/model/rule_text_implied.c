/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nft adds by itself to make a match safe ("meta l4proto tcp" before a port), and leaves out again when it lists the
 * rule; and what the rule has said so far about the packet's protocols.
 */
#include "rule_text_match.h"

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <stddef.h>

static bool is_payload(const struct op *op)
{
	return op->kind == OP_PAYLOAD || op->kind == OP_PAYLOAD_SET;
}

/* A load that begins with the protocol's ports is enough: nft may have merged several fields into it. */
static bool is_transport_load(const struct op *op, uint8_t protocol)
{
	struct op ports = *op;
	const struct field *named, *general;

	if (!is_payload(op) || op->payload.base != NFT_PAYLOAD_TRANSPORT_HEADER)
		return false;
	if (op->length > 2 && op->payload.offset < 4)
		ports.length = 2;
	named = field_of_payload(&ports, 0, protocol);
	general = field_of_payload(&ports, 0, 0);
	return named && named != general;
}

static bool is_network_load(const struct op *op)
{
	return is_payload(op) && op->payload.base == NFT_PAYLOAD_NETWORK_HEADER;
}

/* A load that will be written "ip ..." or "ip6 ...", in whole or in its first part; the traffic class has its mask in the name. */
static bool is_named_network_load(const struct op *op, uint8_t network)
{
	static const uint8_t lengths[] = {16, 4, 2, 1};
	bool dscp = network == NFPROTO_IPV4 ? op->payload.offset == 1 && op->length == 1
					    : op->payload.offset == 0 && op->length == 2;
	struct op part = *op;

	if (!is_network_load(op))
		return false;
	for (size_t i = 0; i < sizeof(lengths); i++) {
		part.length = lengths[i];
		if (lengths[i] <= op->length && field_of_payload(&part, network, 0))
			return true;
	}
	return dscp || field_of_payload(op, network, 0);
}

static bool is_ether_load(const struct op *op)
{
	return is_payload(op) && op->payload.base == NFT_PAYLOAD_LL_HEADER;
}

/* An ICMP error of one family; icmpx is for both. */
static bool is_family_reject(const struct op *op)
{
	return op->kind == OP_REJECT && op->reject.type == NFT_REJECT_ICMP_UNREACH;
}

/* "icmp type" implies IPv4 as well as ICMP. */
static bool is_icmp_test(const struct op *op, const struct op *next, uint8_t network)
{
	uint8_t wanted = network == NFPROTO_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;

	return op->kind == OP_META && op->meta.key == NFT_META_L4PROTO && next && next->kind == OP_CMP &&
	       next->cmp.value.length == 1 && next->cmp.value.at[0] == wanted;
}

static bool transport_is_implied(const struct rule *rule, size_t behind, uint8_t protocol)
{
	for (size_t i = behind; i < rule->op_count; i++)
		if (is_transport_load(&rule->ops[i], protocol))
			return true;
	return false;
}

static bool is_option_load(const struct op *op, uint8_t network)
{
	return op->kind == OP_EXTHDR &&
	       op->exthdr.header == (network == NFPROTO_IPV6 ? NFT_EXTHDR_OP_IPV6 : NFT_EXTHDR_OP_IPV4);
}

static bool network_is_implied(const struct rule *rule, size_t behind, uint8_t network)
{
	for (size_t i = behind; i < rule->op_count; i++) {
		const struct op *next = i + 1 < rule->op_count ? &rule->ops[i + 1] : NULL;

		if (is_named_network_load(&rule->ops[i], network) || is_option_load(&rule->ops[i], network) ||
		    is_family_reject(&rule->ops[i]) || is_icmp_test(&rule->ops[i], next, network))
			return true;
	}
	return false;
}

static bool link_is_implied(const struct rule *rule, size_t behind)
{
	for (size_t i = behind; i < rule->op_count; i++)
		if (is_ether_load(&rule->ops[i]))
			return true;
	return false;
}

enum about { ABOUT_OTHER, ABOUT_LINK, ABOUT_NETWORK, ABOUT_ETHER_TYPE, ABOUT_TRANSPORT };

static enum about meta_about(uint32_t key)
{
	static const struct {
		uint32_t key;
		enum about about;
	} keys[] = {
		{NFT_META_IIFTYPE, ABOUT_LINK},
		{NFT_META_NFPROTO, ABOUT_NETWORK},
		{NFT_META_PROTOCOL, ABOUT_ETHER_TYPE},
		{NFT_META_L4PROTO, ABOUT_TRANSPORT},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (keys[i].key == key)
			return keys[i].about;
	return ABOUT_OTHER;
}

enum { IPV4_PROTOCOL_AT = 9, IPV6_NEXT_HEADER_AT = 6 };

/* What a load says about the packet's protocols when it is compared. */
static enum about load_about(const struct op *load, uint8_t network)
{
	uint32_t offset = load->payload.offset;

	if (load->kind == OP_META)
		return meta_about(load->meta.key);
	if (is_ether_load(load) && offset == offsetof(struct ethhdr, h_proto) && load->length == 2)
		return ABOUT_ETHER_TYPE;
	if (!is_network_load(load) || load->length != 1)
		return ABOUT_OTHER;
	if ((network == NFPROTO_IPV4 && offset == IPV4_PROTOCOL_AT) ||
	    (network == NFPROTO_IPV6 && offset == IPV6_NEXT_HEADER_AT))
		return ABOUT_TRANSPORT;
	return ABOUT_OTHER;
}

static uint8_t network_of_ether(uint64_t type)
{
	return type == ETH_P_IP ? NFPROTO_IPV4 : type == ETH_P_IPV6 ? NFPROTO_IPV6 : 0;
}

/*
 * "ip protocol tcp" also says IPv4, which the port behind it does not, except in a table of that family; "ip6 nexthdr" says
 * more than "meta l4proto" everywhere.
 */
static bool transport_is_ours_to_hide(const struct notation *in, const struct op *load)
{
	return load->kind == OP_META || (in->rule->chain && in->rule->chain->table->family == TABLE_IP);
}

bool is_implied(struct notation *in, size_t at)
{
	const struct op *op = &in->rule->ops[at];
	const struct loaded *loaded = register_at(in, op->sreg);
	enum about about;
	uint8_t value;

	if (op->cmp.test != NFT_CMP_EQ || !loaded->load || loaded->mask || loaded->shift)
		return false;
	about = load_about(loaded->load, in->network);
	if (about == ABOUT_OTHER || !op->cmp.value.length || op->cmp.value.length > 2)
		return false;
	value = op->cmp.value.at[0];
	if (about == ABOUT_LINK)
		return link_is_implied(in->rule, at + 1);
	if (about == ABOUT_ETHER_TYPE)
		value = network_of_ether(value_number(&op->cmp.value, false));
	if (about == ABOUT_TRANSPORT) {
		in->transport = value;
		return transport_is_ours_to_hide(in, loaded->load) &&
		       transport_is_implied(in->rule, at + 1, value);
	}
	in->network = value;
	return value && network_is_implied(in->rule, at + 1, value);
}

void notation_learn(struct notation *in, const struct op *load, const struct bytes *value)
{
	enum about about = load_about(load, in->network);

	if (about == ABOUT_TRANSPORT)
		in->transport = value->at[0];
	if (about == ABOUT_ETHER_TYPE)
		in->network = network_of_ether(value_number(value, false));
}
