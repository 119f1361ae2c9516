/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One entry of a legacy table as operations: addresses, interfaces and protocol that the entry itself holds, its matches, a
 * counter, and its target. An entry whose flags are not all known begins with an operation that nobody understands.
 */
#include "legacy_entry.h"
#include "xt_key.h"
#include "xt_lower.h"

#include <stddef.h>
#include <string.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>

enum { IPV4_FRAGMENT = 6 };

static void strange(struct op_list *out)
{
	op_list_add(out, (struct op){.kind = OP_OPAQUE,
				     .opaque = {.name = "an entry",
						.effect = OPAQUE_DECIDES,
						.uses_conntrack = true}});
}

static bool is_zero(const uint8_t *bytes, uint8_t length)
{
	for (uint8_t i = 0; i < length; i++)
		if (bytes[i])
			return false;
	return true;
}

struct masked {
	const void *value, *mask;
	bool destination, invert;
};

static void address_add(struct op_list *out, uint8_t family, struct masked address)
{
	const uint8_t length = xt_address_length(family);

	if (is_zero(address.mask, length) && is_zero(address.value, length) && !address.invert)
		return;
	xt_payload(out, NFT_PAYLOAD_NETWORK_HEADER, xt_address_offset(family, address.destination), length);
	xt_equal_masked(out, address.value, address.mask, length, address.invert);
}

/* The mask covers the name's end, too, unless any name that begins so is meant. */
static void interface_add(struct op_list *out, uint32_t key, const char *name, const unsigned char *mask,
			  bool invert)
{
	uint8_t length = 0;

	while (length < IFNAMSIZ && mask[length])
		length++;
	if (!length && invert) /* no interface is another than any */
		xt_never(out);
	if (!length)
		return;
	if (memchr(name, '\0', length))
		length = IFNAMSIZ;
	xt_meta(out, key, IFNAMSIZ);
	xt_equal(out, name, length, invert);
}

static void protocol_add(struct op_list *out, uint16_t protocol, bool invert)
{
	const uint8_t byte = (uint8_t)protocol;

	xt_meta(out, NFT_META_L4PROTO, sizeof(byte));
	xt_equal(out, &byte, sizeof(byte), invert);
}

/* -f: a fragment that is not the first; ! -f: any other packet. */
static void fragment_add(struct op_list *out, bool invert)
{
	static const uint8_t offset[] = {0x1f, 0xff}, zero[sizeof(offset)];

	xt_payload(out, NFT_PAYLOAD_NETWORK_HEADER, IPV4_FRAGMENT, sizeof(offset));
	xt_mask(out, offset, sizeof(offset));
	xt_equal(out, zero, sizeof(zero), !invert);
}

static void verdict_add(struct op_list *out, enum nft_verdict_code code, const char *chain_name)
{
	const char *copy = chain_name ? pool_text(out->pool, chain_name) : NULL;

	if (chain_name && !copy)
		op_list_fail(out);
	op_list_add(out, (struct op){.kind = OP_VERDICT, .verdict = {.code = code, .chain_name = copy}});
}

static void standard_add(struct op_list *out, const char *verdict)
{
	static const struct {
		const char *name;
		enum nft_verdict_code code;
	} verdicts[] = {
		{"ACCEPT", VERDICT_ACCEPT},
		{"DROP", VERDICT_DROP},
		{"QUEUE", VERDICT_QUEUE},
		{"RETURN", VERDICT_RETURN},
	};

	for (size_t i = 0; i < COUNT(verdicts); i++)
		if (!strcmp(verdicts[i].name, verdict))
			verdict_add(out, verdicts[i].code, NULL);
}

static void matches_add(struct op_list *out, const struct legacy_entry *entry, const char **comment)
{
	struct xt_extension match;
	bool broken;

	for (size_t at = 0; legacy_match_next(entry, &at, &match, &broken);)
		if (xt_comment(&match))
			*comment = xt_comment(&match);
		else
			xt_match_decode(&match, out);
	if (broken)
		strange(out);
}

static bool ipv4_goes(const struct legacy_entry *entry)
{
	return entry->family == NFPROTO_IPV4 && ((const struct ipt_ip *)entry->head)->flags & IPT_F_GOTO;
}

static bool ipv6_goes(const struct legacy_entry *entry)
{
	return entry->family == NFPROTO_IPV6 && ((const struct ip6t_ip6 *)entry->head)->flags & IP6T_F_GOTO;
}

static void end_add(struct op_list *out, const struct legacy_entry *entry)
{
	if (entry->jumps)
		verdict_add(out, ipv4_goes(entry) || ipv6_goes(entry) ? VERDICT_GOTO : VERDICT_JUMP,
			    entry->name);
	else if (entry->name)
		standard_add(out, entry->name);
	else
		xt_target_decode(&entry->target, out);
}

static void head_ipv4(struct op_list *out, const struct ipt_ip *ip)
{
	if ((ip->flags & ~IPT_F_MASK) || (ip->invflags & ~IPT_INV_MASK))
		strange(out);
	interface_add(out, NFT_META_IIFNAME, ip->iniface, ip->iniface_mask, ip->invflags & IPT_INV_VIA_IN);
	interface_add(out, NFT_META_OIFNAME, ip->outiface, ip->outiface_mask, ip->invflags & IPT_INV_VIA_OUT);
	address_add(out, NFPROTO_IPV4,
		    (struct masked){&ip->src, &ip->smsk, false, ip->invflags & IPT_INV_SRCIP});
	address_add(out, NFPROTO_IPV4,
		    (struct masked){&ip->dst, &ip->dmsk, true, ip->invflags & IPT_INV_DSTIP});
	if (ip->proto)
		protocol_add(out, ip->proto, ip->invflags & IPT_INV_PROTO);
	if (ip->flags & IPT_F_FRAG)
		fragment_add(out, ip->invflags & IPT_INV_FRAG);
}

static void head_ipv6(struct op_list *out, const struct ip6t_ip6 *ip)
{
	if ((ip->flags & ~(IP6T_F_MASK & ~IP6T_F_TOS)) || (ip->invflags & ~IP6T_INV_MASK))
		strange(out);
	interface_add(out, NFT_META_IIFNAME, ip->iniface, ip->iniface_mask, ip->invflags & IP6T_INV_VIA_IN);
	interface_add(out, NFT_META_OIFNAME, ip->outiface, ip->outiface_mask,
		      ip->invflags & IP6T_INV_VIA_OUT);
	address_add(out, NFPROTO_IPV6,
		    (struct masked){&ip->src, &ip->smsk, false, ip->invflags & IP6T_INV_SRCIP});
	address_add(out, NFPROTO_IPV6,
		    (struct masked){&ip->dst, &ip->dmsk, true, ip->invflags & IP6T_INV_DSTIP});
	if ((ip->flags & IP6T_F_PROTO) && ip->proto)
		protocol_add(out, ip->proto, ip->invflags & IP6T_INV_PROTO);
}

void legacy_decode(const struct legacy_entry *entry, struct op_list *out, const char **comment)
{
	*comment = NULL;
	if (entry->family == NFPROTO_IPV4)
		head_ipv4(out, entry->head);
	else
		head_ipv6(out, entry->head);
	matches_add(out, entry, comment);
	op_list_add(out, (struct op){.kind = OP_COUNTER,
				     .counter = {.packets = entry->counters->pcnt,
						 .bytes = entry->counters->bcnt}});
	end_add(out, entry);
}
