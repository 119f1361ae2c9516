/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The match that looks into ipsets, and the target that adds to them. A set of fewer or other dimensions than are asked for has
 * nothing that matches (ip_set_test). Not understood are comparisons of counters, and maps.
 */
#include "outside.h"
#include "xt_decode.h"
#include "xt_key.h"
#include "xt_lower.h"

#include <linux/if.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_set.h>

enum { KNOWN_FLAGS = IPSET_FLAG_SKIP_COUNTER_UPDATE | IPSET_FLAG_SKIP_SUBCOUNTER_UPDATE | IPSET_FLAG_EXIST };

static bool asks_source(const struct xt_set_info *info, size_t part)
{
	return info->flags & 1u << (part + 1);
}

static void interface_add(struct xt_key *key, bool source)
{
	op_list_add(key->out, (struct op){.kind = OP_META,
					  .dreg = XT_REGISTER + key->length,
					  .length = IFNAMSIZ,
					  .meta = {.key = source ? NFT_META_IIFNAME : NFT_META_OIFNAME,
						   .direction = -1}});
	key->length += IFNAMSIZ;
}

static void protocol_add(struct xt_key *key)
{
	op_list_add(key->out, (struct op){.kind = OP_META,
					  .dreg = XT_REGISTER + key->length,
					  .length = sizeof(uint8_t),
					  .meta = {.key = NFT_META_L4PROTO, .direction = -1}});
	key->length += sizeof(uint32_t);
}

static void part_add(struct xt_key *key, const struct ipset *ipset, size_t part, bool source)
{
	switch (ipset->parts[part]) {
	case PART_ADDRESS:
	case PART_NETWORK:
		if (ipset->prefix)
			xt_key_prefix(key, !source, ipset->prefix);
		else
			xt_key_address(key, !source, NULL);
		break;
	case PART_PORT:
		if (!ipset->any_protocol)
			protocol_add(key);
		xt_key_port(key, !source);
		break;
	case PART_INTERFACE:
		interface_add(key, source);
		break;
	}
}

static void key_add(struct xt_key *key, const struct ipset *ipset, const struct xt_set_info *info)
{
	for (size_t i = 0; i < ipset->part_count; i++)
		part_add(key, ipset, i, asks_source(info, i));
	if (ipset->part_count == 1 && ipset->parts[0] == PART_PORT)
		key->length = ipset->set->key_length;
}

static bool can_match(const struct ipset *ipset, const struct xt_set_info *info, uint8_t family)
{
	return info->dim >= ipset->part_count && (ipset->family == NFPROTO_UNSPEC || ipset->family == family);
}

static void unread_add(struct op_list *out, const struct set *set)
{
	const char *name = pool_format(out->pool, "ipset %s", set->name);

	if (!name)
		op_list_fail(out);
	op_list_add(out, (struct op){.kind = OP_OPAQUE, .opaque = {.name = name, .effect = OPAQUE_MATCHES}});
}

static bool match_add(const struct xt_extension *in, const struct xt_set_info *info, struct op_list *out)
{
	const struct ipset *ipset = outside_ipset(out->outside, out->pool, info->index);
	struct xt_key key = {.out = out, .family = in->family};
	bool invert = info->flags & IPSET_INV_MATCH;

	if (!ipset) {
		op_list_fail(out);
		return true;
	}
	if (info->flags >> IPSET_BIT_RETURN_NOMATCH || !xt_address_length(in->family))
		return false;
	if (ipset->set->opaque) {
		unread_add(out, ipset->set);
	} else if (can_match(ipset, info, in->family)) {
		key_add(&key, ipset, info);
		xt_key_lookup(&key, ipset->set, invert);
	} else if (!invert) {
		xt_never(out);
	}
	return true;
}

static bool match_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_set_info_match_v1 *match = in->info;

	return match_add(in, &match->match_set, out);
}

static bool match_counters0_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_set_info_match_v3 *match = in->info;

	return match->packets.op == IPSET_COUNTER_NONE && match->bytes.op == IPSET_COUNTER_NONE &&
	       !(match->flags & ~(uint32_t)KNOWN_FLAGS) && match_add(in, &match->match_set, out);
}

static bool match_counters_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_set_info_match_v4 *match = in->info;

	return match->packets.op == IPSET_COUNTER_NONE && match->bytes.op == IPSET_COUNTER_NONE &&
	       !(match->flags & ~(uint32_t)KNOWN_FLAGS) && match_add(in, &match->match_set, out);
}

/* False when the set is one that nobody knows how to write. */
static bool write_add(const struct xt_extension *in, const struct xt_set_info *info, uint32_t op,
		      struct op_list *out)
{
	struct xt_key key = {.out = out, .family = in->family};
	const struct ipset *ipset;

	if (info->index == IPSET_INVALID_ID)
		return true;
	ipset = outside_ipset(out->outside, out->pool, info->index);
	if (!ipset) {
		op_list_fail(out);
		return true;
	}
	if (ipset->set->opaque || !xt_address_length(in->family))
		return false;
	if (!can_match(ipset, info, in->family))
		return true;
	key_add(&key, ipset, info);
	xt_key_write(&key, ipset->set, op);
	return true;
}

static bool target_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_set_info_target_v1 *target = in->info;

	return write_add(in, &target->add_set, NFT_DYNSET_OP_ADD, out) &&
	       write_add(in, &target->del_set, NFT_DYNSET_OP_DELETE, out);
}

/* This revision may also map what the packet gets. */
static bool target_map_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_set_info_target_v3 *target = in->info;

	return target->map_set.index == IPSET_INVALID_ID && target_decode(in, out);
}

static const struct xt_kind match_list[] = {
	{"set", 1, NFPROTO_UNSPEC, sizeof(struct xt_set_info_match_v1), match_decode},
	{"set", 2, NFPROTO_UNSPEC, sizeof(struct xt_set_info_match_v1), match_decode},
	{"set", 3, NFPROTO_UNSPEC, sizeof(struct xt_set_info_match_v3), match_counters0_decode},
	{"set", 4, NFPROTO_UNSPEC, sizeof(struct xt_set_info_match_v4), match_counters_decode},
};

static const struct xt_kind target_list[] = {
	{"SET", 1, NFPROTO_UNSPEC, sizeof(struct xt_set_info_target_v1), target_decode},
	{"SET", 2, NFPROTO_UNSPEC, sizeof(struct xt_set_info_target_v2), target_decode},
	{"SET", 3, NFPROTO_UNSPEC, sizeof(struct xt_set_info_target_v3), target_map_decode},
};

const struct xt_kinds xt_set_matches = {match_list, COUNT(match_list)};
const struct xt_kinds xt_set_targets = {target_list, COUNT(target_list)};
