/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Places are kept as hashes of their names: a reload sweeps hundreds, and all that is asked is whether one is among them.
 */
#include "fwport/burst.h"

static uint64_t mix(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 0x100000001b3u;
	return (hash ^ 0xff) * 0x100000001b3u;
}

static uint64_t table_key(const struct burst_place *place)
{
	const uint64_t begin = 0xcbf29ce484222325u ^ (place->engine << 8 | place->family);

	return mix(begin * 0x100000001b3u, place->table ? place->table : "");
}

static bool is_swept(const struct burst *burst, uint64_t key)
{
	for (size_t i = 0; i < burst->swept_count; i++)
		if (burst->swept[i] == key)
			return true;
	return false;
}

static void sweep(struct burst *burst, uint64_t key)
{
	if (is_swept(burst, key))
		return;
	if (burst->swept_count < BURST_PLACES)
		burst->swept[burst->swept_count++] = key;
	else
		burst->lost = true;
}

void burst_rule_gone(struct burst *burst, const struct burst_place *place, uint32_t tag)
{
	burst->any = true;
	if (!tag) {
		sweep(burst, table_key(place));
		return;
	}
	burst->hurt = true;
	if (burst->our_count < BURST_RULES)
		burst->ours[burst->our_count++] = (struct burst_rule){.tag = tag, .table = table_key(place)};
	else
		burst->lost = true;
}

void burst_sweep(struct burst *burst, const struct burst_place *place)
{
	burst->any = true;
	sweep(burst, table_key(place));
}

void burst_lose(struct burst *burst)
{
	burst->any = burst->hurt = burst->lost = true;
}

bool burst_singled_out(const struct burst *burst, uint32_t tag)
{
	bool any = false;

	for (size_t i = 0; i < burst->our_count && !burst->lost; i++) {
		const struct burst_rule *rule = &burst->ours[i];

		if (rule->tag != tag)
			continue;
		if (is_swept(burst, rule->table))
			return false;
		any = true;
	}
	return any;
}
