/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets and maps: of single keys, of intervals, of concatenations with and without ranges, with and without an element for all the
 * rest. Elements are in the order of the keys, an end before a start, as rulesets are read.
 */
#include "author.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

enum { ELEMENT_LIMIT = 6, TYPE_BITS = 6 };

/* What the keys of a set are made of. */
struct pattern {
	struct pen *pen;
	const struct field *const *fields;
	size_t count;
	uint8_t at;
};

static void key_draw(const struct pattern *pattern, uint8_t *out)
{
	uint8_t at = 0;

	for (size_t i = 0; i < pattern->count; i++) {
		uint8_t length = pattern->fields[i]->load.length;

		memset(out + at, 0, padded(length));
		pen_constant(pattern->pen, pattern->at + at, length, pattern->fields[i]->values, out + at);
		at += padded(length);
	}
}

/* Puts it among keys that are in order, but not twice; returns how many there are. */
static size_t key_insert(uint8_t keys[][NFT_REGISTER_BYTES], size_t count, const uint8_t *key, uint8_t length)
{
	size_t at = 0;

	while (at < count && memcmp(keys[at], key, length) < 0)
		at++;
	if (at < count && memcmp(keys[at], key, length) == 0)
		return count;
	memmove(keys + at + 1, keys + at, (count - at) * sizeof(keys[0]));
	memcpy(keys[at], key, length);
	return count + 1;
}

/* Different keys, in order; returns how many. */
static size_t keys_draw(const struct pattern *pattern, uint8_t length, uint8_t keys[][NFT_REGISTER_BYTES])
{
	size_t wanted = 1 + chance_below(pattern->pen->author->chance, ELEMENT_LIMIT), count = 0;
	uint8_t key[NFT_REGISTER_BYTES];

	for (size_t i = 0; i < wanted; i++) {
		key_draw(pattern, key);
		count = key_insert(keys, count, key, length);
	}
	return count;
}

static struct element *element_add(struct set *set)
{
	return &set->elements[set->element_count++];
}

static void elements_single(const struct pattern *pattern, struct set *set)
{
	struct author *author = pattern->pen->author;
	uint8_t keys[ELEMENT_LIMIT][NFT_REGISTER_BYTES];
	size_t count = keys_draw(pattern, set->key_length, keys);

	for (size_t i = 0; i < count; i++)
		element_add(set)->key = author_bytes(author, keys[i], set->key_length);
}

static void end_add(struct author *author, struct set *set, const uint8_t *key)
{
	struct element *end = element_add(set);

	end->key = author_bytes(author, key, set->key_length);
	end->interval_end = true;
}

/* Every key begins an interval or ends one; some do both. The last may go on for ever. */
static void elements_interval(const struct pattern *pattern, struct set *set)
{
	struct author *author = pattern->pen->author;
	uint8_t keys[ELEMENT_LIMIT][NFT_REGISTER_BYTES];
	size_t count = keys_draw(pattern, set->key_length, keys);
	bool open = false;

	for (size_t i = 0; i < count; i++) {
		bool begins = !open || chance_percent(author->chance, 30);

		if (open)
			end_add(author, set, keys[i]);
		if (begins)
			element_add(set)->key = author_bytes(author, keys[i], set->key_length);
		open = begins;
	}
	if (open && set->element_count > 1 && chance_percent(author->chance, 80))
		set->element_count--;
}

/* Field by field the smaller of two keys is made the start, and the larger the end. */
static void range_order(const struct pattern *pattern, uint8_t *from, uint8_t *to)
{
	uint8_t swap[NFT_REGISTER_BYTES], at = 0;

	for (size_t i = 0; i < pattern->count; i++) {
		uint8_t length = pattern->fields[i]->load.length;

		if (memcmp(from + at, to + at, length) > 0) {
			memcpy(swap, from + at, length);
			memcpy(from + at, to + at, length);
			memcpy(to + at, swap, length);
		}
		at += padded(length);
	}
}

/* The kernel takes no ranges that overlap in all fields. */
static bool overlaps(const struct pattern *pattern, const struct set *set, const uint8_t *from,
		     const uint8_t *to)
{
	for (size_t i = 0; i < set->element_count; i++) {
		const struct element *element = &set->elements[i];
		bool apart = false;
		uint8_t at = 0;

		for (size_t j = 0; j < pattern->count; j++) {
			uint8_t length = pattern->fields[j]->load.length;

			apart |= memcmp(to + at, element->key.at + at, length) < 0 ||
				 memcmp(from + at, element->key_end.at + at, length) > 0;
			at += padded(length);
		}
		if (!apart)
			return true;
	}
	return false;
}

static void elements_ranges(const struct pattern *pattern, struct set *set)
{
	struct author *author = pattern->pen->author;
	size_t count = 1 + chance_below(author->chance, 4);

	for (size_t i = 0; i < count; i++) {
		uint8_t from[NFT_REGISTER_BYTES], to[NFT_REGISTER_BYTES];
		struct element *element;

		key_draw(pattern, from);
		key_draw(pattern, to);
		range_order(pattern, from, to);
		if (overlaps(pattern, set, from, to))
			continue;
		element = element_add(set);
		element->key = author_bytes(author, from, set->key_length);
		element->key_end = author_bytes(author, to, set->key_length);
	}
}

static void data_give(const struct pattern *pattern, const struct field *data, struct set *set)
{
	struct author *author = pattern->pen->author;
	uint8_t bytes[NFT_REGISTER_BYTES];

	for (size_t i = 0; i < set->element_count; i++) {
		struct element *element = &set->elements[i];

		if (element->interval_end)
			continue;
		if (set->data_length) {
			value_draw(author->chance, data->values, set->data_length, bytes);
			element->data = author_bytes(author, bytes, set->data_length);
		} else {
			element->verdict =
				author_verdict(author, set->table, chain_depth(pattern->pen->chain));
		}
	}
}

static void elements_draw(const struct pattern *pattern, const struct field *data, struct set *set)
{
	struct author *author = pattern->pen->author;

	set->elements = author_alloc(author, (2 * ELEMENT_LIMIT + 1) * sizeof(set->elements[0]));
	if (!(set->flags & NFT_SET_INTERVAL))
		elements_single(pattern, set);
	else if (set->field_count > 1)
		elements_ranges(pattern, set);
	else
		elements_interval(pattern, set);
	if (chance_percent(author->chance, 12))
		element_add(set)->catch_all = true;
	if (data)
		data_give(pattern, data, set);
}

static void key_describe(const struct pattern *pattern, struct set *set)
{
	for (size_t i = 0; i < pattern->count; i++) {
		const struct field *field = pattern->fields[i];

		set->key_type = set->key_type << TYPE_BITS | field->key_type;
		set->key_length += padded(field->load.length);
		set->field_lengths[i] = field->load.length;
	}
	set->field_count = (uint8_t)(pattern->count > 1 ? pattern->count : 0);
	if (pattern->count == 1)
		set->key_length = pattern->fields[0]->load.length;
}

/* One that is there already and has the same keys, and no verdicts, which might lead in circles. */
static const struct set *find_alike(const struct set *wanted)
{
	const struct table *table = wanted->table;

	for (size_t i = 0; i < table->set_count; i++) {
		const struct set *set = table->sets[i];

		if (!(set->flags & (NFT_SET_ANONYMOUS | NFT_SET_MAP)) && !(wanted->flags & NFT_SET_MAP) &&
		    set->key_type == wanted->key_type && set->key_length == wanted->key_length)
			return set;
	}
	return NULL;
}

static uint32_t flags_draw(struct chance *chance, const struct field *data, size_t count)
{
	uint32_t flags = chance_percent(chance, 60) ? NFT_SET_ANONYMOUS | NFT_SET_CONSTANT : 0;

	if (chance_percent(chance, 45))
		flags |= NFT_SET_INTERVAL | (count > 1 ? NFT_SET_CONCAT : 0);
	return flags | (data ? NFT_SET_MAP : 0);
}

const struct set *author_set(struct pen *pen, uint8_t at, const struct field *const *fields, size_t count,
			     const struct field *data)
{
	const struct pattern pattern = {pen, fields, count, at};
	struct author *author = pen->author;
	struct table *table = pen->table;
	struct set *set = author_alloc(author, sizeof(*set));
	const char *name = pool_format(author->pool, "s%zu", table->set_count);
	const struct set *alike;

	set->table = table;
	set->name = name ? name : "s";
	set->flags = flags_draw(author->chance, data, count);
	key_describe(&pattern, set);
	if (data) {
		set->data_length = data->load.length;
		set->data_type = data->load.length ? data->key_type : (uint32_t)NFT_DATA_VERDICT;
	}
	alike = set->flags & NFT_SET_ANONYMOUS ? NULL : find_alike(set);
	if (alike)
		return alike;
	elements_draw(&pattern, data, set);
	table->sets[table->set_count++] = set;
	return set;
}
