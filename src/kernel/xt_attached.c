/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The matches on what the kernel attaches to a packet: its mark, its type, its links, whose socket it came from, and what it
 * takes of chance.
 */
#include "xt_decode.h"
#include "xt_lower.h"

#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_cpu.h>
#include <linux/netfilter/xt_devgroup.h>
#include <linux/netfilter/xt_mark.h>
#include <linux/netfilter/xt_owner.h>
#include <linux/netfilter/xt_physdev.h>
#include <linux/netfilter/xt_pkttype.h>
#include <linux/netfilter/xt_policy.h>
#include <linux/netfilter/xt_statistic.h>

enum { CERTAIN = 1u << 31 }; /* a probability of 1 */

static bool mark_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_mark_mtinfo1 *info = in->info;

	if (info->invert > 1)
		return false;
	xt_meta(out, NFT_META_MARK, sizeof(info->mark));
	xt_equal_masked(out, &info->mark, &info->mask, sizeof(info->mark), info->invert);
	return true;
}

static bool pkttype_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_pkttype_info *info = in->info;
	const uint8_t type = (uint8_t)info->pkttype;

	if (info->pkttype < 0 || info->pkttype > UINT8_MAX || info->invert < 0 || info->invert > 1)
		return false;
	xt_meta(out, NFT_META_PKTTYPE, sizeof(type));
	xt_equal(out, &type, sizeof(type), info->invert);
	return true;
}

static void group_test(uint32_t key, uint32_t group, uint32_t mask, bool invert, struct op_list *out)
{
	const uint32_t value = group & mask;

	xt_meta(out, key, sizeof(value));
	xt_equal_masked(out, &value, &mask, sizeof(value), invert);
}

static bool devgroup_decode(const struct xt_extension *in, struct op_list *out)
{
	const uint32_t known = XT_DEVGROUP_MATCH_SRC | XT_DEVGROUP_INVERT_SRC | XT_DEVGROUP_MATCH_DST |
			       XT_DEVGROUP_INVERT_DST;
	const struct xt_devgroup_info *info = in->info;

	if (info->flags & ~known)
		return false;
	if (info->flags & XT_DEVGROUP_MATCH_SRC)
		group_test(NFT_META_IIFGROUP, info->src_group, info->src_mask,
			   info->flags & XT_DEVGROUP_INVERT_SRC, out);
	if (info->flags & XT_DEVGROUP_MATCH_DST)
		group_test(NFT_META_OIFGROUP, info->dst_group, info->dst_mask,
			   info->flags & XT_DEVGROUP_INVERT_DST, out);
	return true;
}

static bool cpu_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_cpu_info *info = in->info;

	if (info->invert > 1)
		return false;
	xt_meta(out, NFT_META_CPU, sizeof(info->cpu));
	xt_equal_u32(out, info->cpu, info->invert);
	return true;
}

/* owner. What leaves has a socket, but that of the kernel's own messages is nobody's: there inverted tests hold. */

static const uint32_t nobody = UINT32_MAX;

static void id_test(uint32_t key, uint32_t first, uint32_t last, bool invert, struct op_list *out)
{
	const uint32_t from = htonl(first), to = htonl(last);

	xt_meta(out, key, sizeof(first));
	if (invert)
		xt_or_else(out, &nobody, sizeof(nobody));
	if (first == last) {
		xt_equal_u32(out, first, invert);
		return;
	}
	xt_swap(out, sizeof(first));
	xt_between(out, &from, &to, sizeof(from), invert);
}

static bool owner_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_owner_match_info *info = in->info;
	const uint8_t known = XT_OWNER_UID | XT_OWNER_GID | XT_OWNER_SOCKET;

	if ((info->match & ~known) || (info->invert & ~info->match) || info->uid_max == nobody ||
	    info->gid_max == nobody)
		return false;
	if (info->match & info->invert & XT_OWNER_SOCKET)
		xt_never(out);
	if (info->match & XT_OWNER_UID)
		id_test(NFT_META_SKUID, info->uid_min, info->uid_max, info->invert & XT_OWNER_UID, out);
	if (info->match & XT_OWNER_GID)
		id_test(NFT_META_SKGID, info->gid_min, info->gid_max, info->invert & XT_OWNER_GID, out);
	return true;
}

/* Where there is no route yet there is no transformation. */
static void route_ipsec_load(struct op_list *out)
{
	static const uint8_t none;

	op_list_add(out, (struct op){.kind = OP_ATTACHED,
				     .dreg = XT_REGISTER,
				     .length = sizeof(none),
				     .attached = {.kind = ATTACHED_ROUTE, .key = NFT_RT_XFRM}});
	xt_or_else(out, &none, sizeof(none));
}

/*
 * Whether it came over IPsec, or will leave by it: what is asked of the transformation can only hold where there is one, so
 * that there is none says enough.
 */
static bool policy_decode(const struct xt_extension *in, struct op_list *out)
{
	const uint16_t known =
		XT_POLICY_MATCH_IN | XT_POLICY_MATCH_OUT | XT_POLICY_MATCH_NONE | XT_POLICY_MATCH_STRICT;
	const struct xt_policy_info *info = in->info;
	const uint8_t present = !(info->flags & XT_POLICY_MATCH_NONE);

	if (info->flags & ~known)
		return false;
	if (info->flags & XT_POLICY_MATCH_IN)
		xt_meta(out, NFT_META_SECPATH, sizeof(present));
	else
		route_ipsec_load(out);
	xt_equal(out, &present, sizeof(present), false);
	return true;
}

/* A random number of 31 bits is below the probability; nft's has 32. */
static void random_test(struct op_list *out, uint32_t probability, bool invert)
{
	const uint32_t below = htonl(probability << 1);

	if (probability < CERTAIN) {
		xt_meta(out, NFT_META_PRANDOM, sizeof(below));
		xt_compare(out, invert ? NFT_CMP_GTE : NFT_CMP_LT, &below, sizeof(below));
	} else if (invert) {
		xt_never(out);
	}
}

/* It counts packets up to `every` and begins again at 0, which is the one that matches. */
static void turn_test(struct op_list *out, uint32_t every, bool invert)
{
	op_list_add(out, (struct op){.kind = OP_NUMBER,
				     .dreg = XT_REGISTER,
				     .length = sizeof(every),
				     .number = {.source = NUMBER_IN_TURN, .modulus = every + 1}});
	xt_equal_u32(out, 0, invert);
}

static bool statistic_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_statistic_info *info = in->info;
	bool invert = info->flags & XT_STATISTIC_INVERT;

	if (info->flags & ~XT_STATISTIC_MASK)
		return false;
	switch (info->mode) {
	case XT_STATISTIC_MODE_RANDOM:
		random_test(out, info->u.random.probability, invert);
		return true;
	case XT_STATISTIC_MODE_NTH:
		turn_test(out, info->u.nth.every, invert);
		return info->u.nth.every < UINT32_MAX;
	}
	return false;
}

/*
 * Which port of a bridge it came by or leaves by: a packet that no bridge has handed on has none, and then it is enough that
 * each test is inverted. Of which of several ports a bridge's packet is of, nobody knows.
 */
static bool physdev_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_physdev_info *info = in->info;
	const uint8_t present = (info->bitmask & ~info->invert) != 0;

	if ((info->bitmask & ~XT_PHYSDEV_OP_MASK) || !info->bitmask)
		return false;
	xt_meta(out, META_BRIDGE_PORT, sizeof(present));
	xt_equal(out, &present, sizeof(present), false);
	return true;
}

static const struct xt_kind kinds[] = {
	{"mark", 1, NFPROTO_UNSPEC, sizeof(struct xt_mark_mtinfo1), mark_decode},
	{"pkttype", 0, NFPROTO_UNSPEC, sizeof(struct xt_pkttype_info), pkttype_decode},
	{"devgroup", 0, NFPROTO_UNSPEC, sizeof(struct xt_devgroup_info), devgroup_decode},
	{"cpu", 0, NFPROTO_UNSPEC, sizeof(struct xt_cpu_info), cpu_decode},
	{"owner", 1, NFPROTO_UNSPEC, sizeof(struct xt_owner_match_info), owner_decode},
	{"policy", 0, NFPROTO_UNSPEC, sizeof(struct xt_policy_info), policy_decode},
	{"statistic", 0, NFPROTO_UNSPEC, sizeof(struct xt_statistic_info), statistic_decode},
	{"physdev", 0, NFPROTO_UNSPEC, sizeof(struct xt_physdev_info), physdev_decode},
};

const struct xt_kinds xt_attached_matches = {kinds, COUNT(kinds)};
