/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of an entry, and what makes two of them alike. Behind the end of a name there is whatever was in memory, and a jump
 * holds an offset that moves with every change of the table; neither says anything.
 */
#include "legacy_entry.h"

#include <string.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>

#define FNV_BASIS 0xcbf29ce484222325u
#define FNV_PRIME 0x100000001b3u

static void target_see(struct legacy_entry *out, const void *bytes, const char *name)
{
	const struct xt_entry_target *target = bytes;
	const struct xt_standard_target *standard = bytes;

	out->target = (struct xt_extension){
		.name = target->u.user.name,
		.revision = target->u.user.revision,
		.family = out->family,
		.info = target->data,
		.length = target->u.target_size - sizeof(*target),
	};
	if (target->u.user.name[0] != '\0')
		return;
	out->name = name;
	out->jumps = standard->verdict >= 0 && *name;
}

struct legacy_entry legacy_entry_ipv4(const struct ipt_entry *entry, const char *target_name)
{
	const uint8_t *bytes = (const uint8_t *)entry;
	struct legacy_entry out = {
		.family = NFPROTO_IPV4,
		.head = &entry->ip,
		.head_length = sizeof(entry->ip),
		.matches = bytes + sizeof(*entry),
		.matches_length = entry->target_offset - sizeof(*entry),
		.counters = &entry->counters,
	};

	target_see(&out, bytes + entry->target_offset, target_name);
	return out;
}

struct legacy_entry legacy_entry_ipv6(const struct ip6t_entry *entry, const char *target_name)
{
	const uint8_t *bytes = (const uint8_t *)entry;
	struct legacy_entry out = {
		.family = NFPROTO_IPV6,
		.head = &entry->ipv6,
		.head_length = sizeof(entry->ipv6),
		.matches = bytes + sizeof(*entry),
		.matches_length = entry->target_offset - sizeof(*entry),
		.counters = &entry->counters,
	};

	target_see(&out, bytes + entry->target_offset, target_name);
	return out;
}

bool legacy_match_next(const struct legacy_entry *entry, size_t *at, struct xt_extension *out, bool *broken)
{
	const struct xt_entry_match *match = (const void *)(entry->matches + *at);
	size_t left = entry->matches_length - *at, size;

	*broken = left > 0 && left < sizeof(*match);
	if (left < sizeof(*match))
		return false;
	size = match->u.match_size;
	*broken = size < sizeof(*match) || size > left || size % _Alignof(struct xt_entry_match) ||
		  !memchr(match->u.user.name, '\0', sizeof(match->u.user.name));
	if (*broken)
		return false;
	*out = (struct xt_extension){
		.name = match->u.user.name,
		.revision = match->u.user.revision,
		.family = entry->family,
		.info = match->data,
		.length = size - sizeof(*match),
	};
	*at += size;
	return true;
}

/* FNV-1a, in words as long as there are some; parts do not run into each other, since each has its own length. */
static void liken(uint64_t *likeness, const void *bytes, size_t length)
{
	const uint8_t *at = bytes;
	uint64_t word;

	for (size_t i = 0; i + sizeof(word) <= length; i += sizeof(word)) {
		memcpy(&word, at + i, sizeof(word));
		*likeness = (*likeness ^ word) * FNV_PRIME;
		*likeness ^= *likeness >> 32;
	}
	for (size_t i = length / sizeof(word) * sizeof(word); i < length; i++)
		*likeness = (*likeness ^ at[i]) * FNV_PRIME;
	*likeness = (*likeness ^ length) * FNV_PRIME;
}

static void extension_liken(uint64_t *likeness, const struct xt_extension *in)
{
	liken(likeness, in->name, strlen(in->name));
	liken(likeness, &in->revision, sizeof(in->revision));
	liken(likeness, in->info, in->length);
}

uint64_t legacy_likeness(const struct legacy_entry *entry)
{
	uint64_t likeness = FNV_BASIS;
	struct xt_extension match;
	bool broken;

	liken(&likeness, entry->head, entry->head_length);
	for (size_t at = 0; legacy_match_next(entry, &at, &match, &broken);)
		extension_liken(&likeness, &match);
	if (entry->name)
		liken(&likeness, entry->name, strlen(entry->name));
	else
		extension_liken(&likeness, &entry->target);
	return likeness ? likeness : FNV_BASIS;
}
