/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The targets of NAT tables: DNAT, SNAT, MASQUERADE, REDIRECT, NETMAP. Addresses and ports are put into registers, as nft does.
 * Ranges of ports that keep the distance from a base port are not understood.
 */
#include "xt_decode.h"
#include "xt_lower.h"

#include "fwport/port_set.h"

#include <string.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_nat.h>

enum {
	ADDRESS_MIN = XT_REGISTER,
	ADDRESS_MAX = ADDRESS_MIN + 16,
	PORT_MIN = ADDRESS_MAX + 16,
	PORT_MAX = PORT_MIN + 4,
	NOT_GIVEN = -1,
};

enum {
	KNOWN_FLAGS = NF_NAT_RANGE_MAP_IPS | NF_NAT_RANGE_PROTO_SPECIFIED | NF_NAT_RANGE_PROTO_RANDOM_ALL |
		      NF_NAT_RANGE_PERSISTENT,
	OWN_FLAGS = NF_NAT_RANGE_PROTO_RANDOM_ALL | NF_NAT_RANGE_PERSISTENT,
};

/* Where a range begins and ends; equal ends share a register. */
static void range_put(struct op_list *out, const void *min, const void *max, uint8_t length,
		      int16_t registers[2])
{
	xt_immediate(out, (uint8_t)registers[0], min, length);
	if (memcmp(min, max, length))
		xt_immediate(out, (uint8_t)registers[1], max, length);
	else
		registers[1] = registers[0];
}

static bool nat_add(struct op_list *out, enum nat_kind kind, uint8_t family, const struct nf_nat_range *range)
{
	uint8_t size = family == NFPROTO_IPV4 ? sizeof(range->min_addr.ip) : sizeof(range->min_addr);
	int16_t address[2] = {NOT_GIVEN, NOT_GIVEN}, port[2] = {NOT_GIVEN, NOT_GIVEN};

	if (range->flags & ~(uint32_t)KNOWN_FLAGS)
		return false;
	if (range->flags & NF_NAT_RANGE_MAP_IPS && kind != NAT_MASQUERADE && kind != NAT_REDIRECT) {
		address[0] = ADDRESS_MIN;
		address[1] = ADDRESS_MAX;
		range_put(out, &range->min_addr, &range->max_addr, size, address);
	}
	if (range->flags & NF_NAT_RANGE_PROTO_SPECIFIED) {
		port[0] = PORT_MIN;
		port[1] = PORT_MAX;
		range_put(out, &range->min_proto, &range->max_proto, PORT_BYTES, port);
	}
	op_list_add(out, (struct op){.kind = OP_NAT,
				     .nat = {.kind = kind,
					     .address_min = address[0],
					     .address_max = address[1],
					     .port_min = port[0],
					     .port_max = port[1],
					     .flags = range->flags & OWN_FLAGS,
					     .family = family}});
	return true;
}

/* A prefix: where it begins and ends. */
static bool netmap_add(struct op_list *out, uint8_t family, const struct nf_nat_range *range)
{
	if (range->flags != NF_NAT_RANGE_MAP_IPS || !nat_add(out, NAT_NETMAP, family, range))
		return false;
	if (!out->failed)
		out->at[out->count - 1].nat.flags = NF_NAT_RANGE_NETMAP;
	return true;
}

static enum nat_kind kind_of(const char *name)
{
	static const struct {
		const char *name;
		enum nat_kind kind;
	} names[] = {{"DNAT", NAT_DESTINATION}, {"SNAT", NAT_SOURCE}, {"REDIRECT", NAT_REDIRECT}};

	for (size_t i = 0; i < COUNT(names); i++)
		if (!strcmp(names[i].name, name))
			return names[i].kind;
	return NAT_MASQUERADE;
}

/* The oldest form has room for several ranges, of which the kernel has long taken one only (xt_nat_checkentry_v0). */
static bool compat_read(const struct xt_extension *in, struct nf_nat_range *out)
{
	const struct nf_nat_ipv4_multi_range_compat *multi = in->info;
	const struct nf_nat_ipv4_range *old = &multi->range[0];

	*out = (struct nf_nat_range){.flags = old->flags,
				     .min_addr = {.ip = old->min_ip},
				     .max_addr = {.ip = old->max_ip},
				     .min_proto = old->min,
				     .max_proto = old->max};
	return multi->rangesize == 1;
}

static bool compat_decode(const struct xt_extension *in, struct op_list *out)
{
	struct nf_nat_range range;

	return compat_read(in, &range) && nat_add(out, kind_of(in->name), NFPROTO_IPV4, &range);
}

static bool compat_netmap_decode(const struct xt_extension *in, struct op_list *out)
{
	struct nf_nat_range range;

	return compat_read(in, &range) && netmap_add(out, NFPROTO_IPV4, &range);
}

static bool netmap_decode(const struct xt_extension *in, struct op_list *out)
{
	return netmap_add(out, NFPROTO_IPV6, in->info);
}

/* The second revision has the base port behind what the first one has. */
static bool range_decode(const struct xt_extension *in, struct op_list *out)
{
	struct nf_nat_range range;

	if (in->family != NFPROTO_IPV4 && in->family != NFPROTO_IPV6)
		return false;
	memcpy(&range, in->info, sizeof(range));
	return nat_add(out, kind_of(in->name), in->family, &range);
}

enum { COMPAT = sizeof(struct nf_nat_ipv4_multi_range_compat) };

static const struct xt_kind kinds[] = {
	{"DNAT", 0, NFPROTO_IPV4, COMPAT, compat_decode},
	{"DNAT", 1, NFPROTO_UNSPEC, sizeof(struct nf_nat_range), range_decode},
	{"DNAT", 2, NFPROTO_UNSPEC, sizeof(struct nf_nat_range2), range_decode},
	{"SNAT", 0, NFPROTO_IPV4, COMPAT, compat_decode},
	{"SNAT", 1, NFPROTO_UNSPEC, sizeof(struct nf_nat_range), range_decode},
	{"SNAT", 2, NFPROTO_UNSPEC, sizeof(struct nf_nat_range2), range_decode},
	{"REDIRECT", 0, NFPROTO_IPV4, COMPAT, compat_decode},
	{"REDIRECT", 0, NFPROTO_IPV6, sizeof(struct nf_nat_range), range_decode},
	{"MASQUERADE", 0, NFPROTO_IPV4, COMPAT, compat_decode},
	{"MASQUERADE", 0, NFPROTO_IPV6, sizeof(struct nf_nat_range), range_decode},
	{"NETMAP", 0, NFPROTO_IPV4, COMPAT, compat_netmap_decode},
	{"NETMAP", 0, NFPROTO_IPV6, sizeof(struct nf_nat_range), netmap_decode},
};

const struct xt_kinds xt_nat_targets = {kinds, COUNT(kinds)};
