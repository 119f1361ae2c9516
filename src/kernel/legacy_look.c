/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel has no shorter answer than the whole table: of one that was restored with as many rules it tells the same size.
 */
#include "fwport/legacy_look.h"

#include "legacy_dump.h"

#include "fwport/host_read.h"
#include "fwport/ruleset.h"

#include <linux/netfilter/x_tables.h>
#include <stdlib.h>
#include <string.h>

enum { ENGINE = ENGINE_LEGACY };

static uint64_t mix(uint64_t sum, uint64_t more)
{
	sum = (sum ^ more) * 0x100000001b3u;
	return sum ^ sum >> 32;
}

static uint64_t mix_text(uint64_t sum, const char *text)
{
	for (; *text; text++)
		sum = mix(sum, (uint8_t)*text);
	return mix(sum, 0x100);
}

static uint32_t tag_of(const struct legacy_entry *entry)
{
	struct xt_extension match;
	bool broken;

	for (size_t at = 0; legacy_match_next(entry, &at, &match, &broken);) {
		const char *comment = xt_comment(&match);

		if (comment)
			return comment_tag(comment);
	}
	return 0;
}

static int add_tag(struct legacy_sight *sight, uint32_t tag, struct pool *pool)
{
	uint32_t *tags = pool_grow(pool, sight->tags, sight->tag_count, sizeof(*tags));

	if (!tags)
		return -1;
	sight->tags = tags;
	tags[sight->tag_count++] = tag;
	return 0;
}

/* A chain of ours, and jumps there, have no tag and are of no consequence to others. */
static int see_rule(const struct legacy_entry *entry, struct legacy_sight *sight, struct pool *pool)
{
	const uint64_t likeness = legacy_likeness(entry);
	const uint32_t tag = tag_of(entry);

	sight->rules = mix(sight->rules, likeness);
	if (tag)
		return add_tag(sight, tag, pool);
	sight->others = mix(sight->others, likeness);
	sight->counted += entry->counters->pcnt;
	return 0;
}

static int see_chain(const struct legacy_dump *dump, const struct dumped_chain *chain,
		     struct legacy_sight *sight, struct pool *pool)
{
	struct legacy_entry entry;

	sight->rules = mix(mix_text(sight->rules, chain->name), chain->policy_drop);
	sight->others = mix(mix_text(sight->others, chain->name), chain->policy_drop);
	for (size_t at = chain->first; at < chain->behind;)
		if (!legacy_dump_rule(dump, &at, &entry))
			return 0;
		else if (see_rule(&entry, sight, pool) < 0)
			return -1;
	return 0;
}

static int tag_order(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int see_table(enum family family, const char *name, struct legacy_look *look, struct error *err)
{
	CLEANUP(pool_free) struct pool own = {0};
	struct legacy_sight *sights = pool_grow(&look->pool, look->tables, look->count, sizeof(*sights));
	struct legacy_dump dump;

	if (!sights)
		return error_memory(err);
	look->tables = sights;
	if (legacy_dump_read(family, name, &own, &dump) < 0)
		return 0;
	sights[look->count] = (struct legacy_sight){.family = family, .table = name};
	for (size_t i = 0; i < dump.chain_count; i++)
		if (see_chain(&dump, &dump.chains[i], &sights[look->count], &look->pool) < 0)
			return error_memory(err);
	if (sights[look->count].tag_count)
		qsort(sights[look->count].tags, sights[look->count].tag_count, sizeof(uint32_t), tag_order);
	look->count++;
	return 0;
}

int legacy_look_take(struct legacy_look *out, struct error *err)
{
	*out = (struct legacy_look){0};
	for (int family = 0; family < FAMILY_COUNT; family++) {
		const char *listed = legacy_tables((enum family)family, &out->pool);
		char *names = pool_text(&out->pool, listed ? listed : ""), *rest = names;

		if (!names)
			return error_memory(err);
		for (const char *name; (name = strtok_r(rest, " ", &rest));)
			if (see_table((enum family)family, name, out, err) < 0)
				return -1;
	}
	return 0;
}

void legacy_look_free(struct legacy_look *look)
{
	pool_free(&look->pool);
	*look = (struct legacy_look){0};
}

static const struct legacy_sight *same_table(const struct legacy_look *look, const struct legacy_sight *table)
{
	for (size_t i = 0; i < look->count; i++)
		if (look->tables[i].family == table->family && !strcmp(look->tables[i].table, table->table))
			return &look->tables[i];
	return NULL;
}

/* As often as the tag stands in the first list more than in the second. */
static void tags_gone(const struct legacy_sight *before, const struct legacy_sight *now,
		      const struct burst_place *place, struct burst *burst)
{
	const size_t count = now ? now->tag_count : 0;

	for (size_t i = 0, j = 0; i < before->tag_count; i++) {
		while (j < count && now->tags[j] < before->tags[i])
			j++;
		if (j < count && now->tags[j] == before->tags[i])
			j++;
		else
			burst_rule_gone(burst, place, before->tags[i]);
	}
}

static bool others_stayed(const struct legacy_sight *before, const struct legacy_sight *now)
{
	return now && now->others == before->others && before->counted && now->counted >= before->counted;
}

void legacy_look_compare(const struct legacy_look *before, const struct legacy_look *now, struct burst *burst)
{
	for (size_t i = 0; i < before->count; i++) {
		const struct legacy_sight *was = &before->tables[i], *is = same_table(now, was);
		const struct burst_place place = {ENGINE, was->family, was->table};

		if (is && is->rules == was->rules)
			continue;
		burst->any = true;
		tags_gone(was, is, &place, burst);
		if (!others_stayed(was, is))
			burst_sweep(burst, &place);
	}
	for (size_t i = 0; i < now->count; i++)
		burst->any |= !same_table(before, &now->tables[i]);
}
