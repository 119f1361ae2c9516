/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The match that remembers addresses: recent. Its list is looked up and written like a dynamic set; how often and how lately an
 * address must have been seen goes with the look-up. Not understood are the inverted forms of update and remove, which write
 * where the rule ends too.
 */
#include "outside.h"
#include "xt_decode.h"
#include "xt_key.h"
#include "xt_lower.h"

#include <string.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_recent.h>

struct recent {
	const struct xt_recent_mtinfo *info;
	const struct set *list;
	struct xt_key *key;
};

static void seen_add(const struct recent *recent)
{
	struct op_list *out = recent->key->out;

	xt_key_lookup(recent->key, recent->list, recent->info->invert);
	if (out->failed)
		return;
	out->at[out->count - 1].lookup.hits = recent->info->hit_count;
	out->at[out->count - 1].lookup.within = recent->info->seconds;
	out->at[out->count - 1].lookup.same_ttl = recent->info->check_set & XT_RECENT_TTL;
}

/* What is set matches always, and inverted never; it is set all the same. */
static bool set_add(const struct recent *recent)
{
	xt_key_write(recent->key, recent->list, NFT_DYNSET_OP_UPDATE);
	if (recent->info->invert)
		xt_never(recent->key->out);
	return true;
}

static bool recent_add(const struct recent *recent)
{
	switch (recent->info->check_set & ~(XT_RECENT_TTL | XT_RECENT_REAP)) {
	case XT_RECENT_SET:
		return set_add(recent);
	case XT_RECENT_CHECK:
		seen_add(recent);
		return true;
	case XT_RECENT_UPDATE:
		seen_add(recent);
		xt_key_write(recent->key, recent->list, NFT_DYNSET_OP_UPDATE);
		return !recent->info->invert;
	case XT_RECENT_REMOVE:
		seen_add(recent);
		xt_key_write(recent->key, recent->list, NFT_DYNSET_OP_DELETE);
		return !recent->info->invert;
	}
	return false;
}

static bool recent_read(const struct xt_extension *in, const void *mask, struct op_list *out)
{
	static const uint8_t whole[RECENT_MASK] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
						   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	const struct xt_recent_mtinfo *info = in->info;
	struct xt_key key = {.out = out, .family = in->family};
	struct recent recent = {.info = info, .key = &key};

	if (!xt_address_length(in->family) || info->side > XT_RECENT_DEST || info->invert > 1 ||
	    !*info->name || !memchr(info->name, '\0', sizeof(info->name)))
		return false;
	recent.list = outside_recent(out->outside, out->pool, info->name, in->family, mask ? mask : whole);
	if (!recent.list) {
		op_list_fail(out);
		return true;
	}
	xt_key_address(&key, info->side == XT_RECENT_DEST, mask);
	return recent_add(&recent);
}

static bool recent_decode(const struct xt_extension *in, struct op_list *out)
{
	return recent_read(in, NULL, out);
}

/* This revision has a mask behind what the first one has. */
static bool recent_masked_decode(const struct xt_extension *in, struct op_list *out)
{
	const struct xt_recent_mtinfo_v1 *info = in->info;

	return recent_read(in, &info->mask, out);
}

static const struct xt_kind kinds[] = {
	{"recent", 0, NFPROTO_UNSPEC, sizeof(struct xt_recent_mtinfo), recent_decode},
	{"recent", 1, NFPROTO_UNSPEC, sizeof(struct xt_recent_mtinfo_v1), recent_masked_decode},
};

const struct xt_kinds xt_recent_matches = {kinds, COUNT(kinds)};
