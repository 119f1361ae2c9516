/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The matches that count: limit and quota; hashlimit and connlimit, which count for each key, like a meter of nft. What the
 * kernel drops since its table of keys is full is not known here, as the table's content is not; nor is hashlimit's way of
 * matching above a rate that it measured over an interval.
 */
#include "xt_decode.h"
#include "xt_key.h"

#include <string.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_connlimit.h>
#include <linux/netfilter/xt_hashlimit.h>
#include <linux/netfilter/xt_limit.h>
#include <linux/netfilter/xt_quota.h>

/* A rate is kept as the time between two packets, in fractions of a second; people say so many in a unit. */
static void rate_read(uint64_t between, uint64_t scale, struct op *limit)
{
	static const uint64_t units[] = {1, 60, 60 * 60, 24 * 60 * 60};

	for (size_t i = 0; i < COUNT(units); i++) {
		uint64_t rate = scale * units[i] / between;

		if (rate && scale * units[i] / rate == between) {
			limit->limit.rate = rate;
			limit->limit.unit = units[i];
			return;
		}
	}
	limit->limit.rate = scale;
	limit->limit.unit = between;
}

static bool limit_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_rateinfo *rate = in->info;
	struct op limit = {.kind = OP_LIMIT, .limit = {.burst = rate->burst}};

	if (!rate->avg)
		return false;
	rate_read(rate->avg, XT_LIMIT_SCALE, &limit);
	op_list_add(out, limit);
	return true;
}

/* What is left of it the kernel keeps to itself (xt_quota.c). */
static bool quota_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_quota_info *quota = in->info;

	op_list_add(out, (struct op){.kind = OP_QUOTA,
				     .invert = quota->flags & XT_QUOTA_INVERT,
				     .quota = {.bytes = quota->quota, .unread = true}});
	return !(quota->flags & ~(uint32_t)XT_QUOTA_MASK);
}

/* What the revisions of hashlimit have in common. */
struct hashlimit {
	const char *name;
	size_t name_size;
	uint64_t avg, burst, scale;
	uint32_t mode;
	uint8_t source_bits, destination_bits;
};

enum {
	HASHLIMIT_KEYS =
		XT_HASHLIMIT_HASH_DIP | XT_HASHLIMIT_HASH_DPT | XT_HASHLIMIT_HASH_SIP | XT_HASHLIMIT_HASH_SPT,
	HASHLIMIT_KNOWN = HASHLIMIT_KEYS | XT_HASHLIMIT_INVERT | XT_HASHLIMIT_BYTES,
};

/* Of bytes the kernel keeps what sixteen of them cost, and how often the second's worth of them is given at once. */
static void bytes_read(const struct hashlimit *hash, struct op *limit)
{
	uint64_t chunks = UINT32_MAX / hash->avg,
		 bytes = chunks ? (chunks - 1) << XT_HASHLIMIT_BYTE_SHIFT : 0;
	uint64_t burst = hash->burst < UINT32_MAX ? bytes * hash->burst : UINT32_MAX;

	limit->limit.bytes = true;
	limit->limit.rate = bytes;
	limit->limit.unit = 1;
	limit->limit.burst = burst < UINT32_MAX ? (uint32_t)burst : UINT32_MAX;
}

static void hashlimit_key(struct xt_key *key, const struct hashlimit *hash)
{
	if (hash->mode & XT_HASHLIMIT_HASH_SIP)
		xt_key_prefix(key, false, hash->source_bits);
	if (hash->mode & XT_HASHLIMIT_HASH_DIP)
		xt_key_prefix(key, true, hash->destination_bits);
	if (hash->mode & XT_HASHLIMIT_HASH_SPT)
		xt_key_port(key, false);
	if (hash->mode & XT_HASHLIMIT_HASH_DPT)
		xt_key_port(key, true);
}

static bool hashlimit_add(const struct xt_extension *in, const struct hashlimit *hash, struct op_list *out)
{
	struct op limit = {.kind = OP_LIMIT, .invert = hash->mode & XT_HASHLIMIT_INVERT};
	unsigned most = xt_address_length(in->family) * 8u;
	struct xt_key key = {.out = out, .family = in->family};

	if (hash->mode & ~(uint32_t)HASHLIMIT_KNOWN || !hash->avg || !most || hash->source_bits > most ||
	    hash->destination_bits > most || !memchr(hash->name, '\0', hash->name_size))
		return false;
	if (hash->mode & XT_HASHLIMIT_BYTES) {
		bytes_read(hash, &limit);
	} else {
		rate_read(hash->avg, hash->scale, &limit);
		limit.limit.burst = hash->burst < UINT32_MAX ? (uint32_t)hash->burst : UINT32_MAX;
	}
	hashlimit_key(&key, hash);
	if (key.length)
		xt_key_meter(&key, pool_text(out->pool, hash->name), NFT_DYNSET_OP_UPDATE, &limit);
	else
		op_list_add(out, limit);
	return true;
}

static bool hashlimit1_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_hashlimit_mtinfo1 *info = in->info;
	const struct hashlimit hash = {info->name,        sizeof(info->name), info->cfg.avg,
				       info->cfg.burst,   XT_HASHLIMIT_SCALE, info->cfg.mode,
				       info->cfg.srcmask, info->cfg.dstmask};

	return hashlimit_add(in, &hash, out);
}

static bool hashlimit2_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_hashlimit_mtinfo2 *info = in->info;
	const struct hashlimit hash = {info->name,        sizeof(info->name),    info->cfg.avg,
				       info->cfg.burst,   XT_HASHLIMIT_SCALE_v2, info->cfg.mode,
				       info->cfg.srcmask, info->cfg.dstmask};

	return hashlimit_add(in, &hash, out);
}

static bool hashlimit3_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_hashlimit_mtinfo3 *info = in->info;
	const struct hashlimit hash = {info->name,        sizeof(info->name),    info->cfg.avg,
				       info->cfg.burst,   XT_HASHLIMIT_SCALE_v2, info->cfg.mode,
				       info->cfg.srcmask, info->cfg.dstmask};

	return hashlimit_add(in, &hash, out);
}

static bool connlimit_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_connlimit_info *info = in->info;
	const struct op count = {.kind = OP_CONNLIMIT,
				 .invert = !(info->flags & XT_CONNLIMIT_INVERT),
				 .connlimit = {.count = info->limit}};
	struct xt_key key = {.out = out, .family = in->family};

	if (info->flags & ~(uint32_t)(XT_CONNLIMIT_INVERT | XT_CONNLIMIT_DADDR) ||
	    !xt_address_length(in->family))
		return false;
	xt_key_address(&key, info->flags & XT_CONNLIMIT_DADDR, &info->mask);
	xt_key_meter(&key, "connlimit", NFT_DYNSET_OP_ADD, &count);
	return true;
}

static const struct xt_kind kinds[] = {
	{"limit", 0, NFPROTO_UNSPEC, sizeof(struct xt_rateinfo), limit_decode},
	{"quota", 0, NFPROTO_UNSPEC, sizeof(struct xt_quota_info), quota_decode},
	{"hashlimit", 1, NFPROTO_UNSPEC, sizeof(struct xt_hashlimit_mtinfo1), hashlimit1_decode},
	{"hashlimit", 2, NFPROTO_UNSPEC, sizeof(struct xt_hashlimit_mtinfo2), hashlimit2_decode},
	{"hashlimit", 3, NFPROTO_UNSPEC, sizeof(struct xt_hashlimit_mtinfo3), hashlimit3_decode},
	{"connlimit", 1, NFPROTO_UNSPEC, sizeof(struct xt_connlimit_info), connlimit_decode},
};

const struct xt_kinds xt_rate_matches = {kinds, COUNT(kinds)};
