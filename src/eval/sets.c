/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Set lookups. Sets are in key order (ruleset.h), so a key that is known is searched, not walked; only concatenations of
 * ranges and keys with unknown bits are walked. A world's own additions come first.
 */
#include "sets.h"
#include "ration.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

/* The key as it is in the registers, and the smallest and largest it can be. */
struct key {
	uint8_t length;
	bool known;
	uint8_t low[REGISTER_BYTES], high[REGISTER_BYTES];
};

static void key_read(const struct registers *registers, uint8_t at, uint8_t length, struct key *key)
{
	key->length = length;
	key->known = true;
	for (size_t i = 0; i < length; i++) {
		key->low[i] = registers->bytes[at + i] & ~registers->unknown[at + i];
		key->high[i] = registers->bytes[at + i] | registers->unknown[at + i];
		key->known = key->known && registers->unknown[at + i] == 0;
	}
}

/* The number of elements whose key is not greater than `bytes`: the last of them is at that number - 1. */
static size_t count_not_greater(const struct set *set, const uint8_t *bytes, uint8_t length)
{
	size_t first = 0, behind = set->element_count;

	if (behind > 0 && set->elements[behind - 1].catch_all)
		behind--;
	while (first < behind) {
		size_t middle = first + (behind - first) / 2;
		const struct element *element = &set->elements[middle];

		if (!element->catch_all && memcmp(element->key.at, bytes, length) > 0)
			behind = middle;
		else
			first = middle + 1;
	}
	return first;
}

/* The catch-all element has no key: it stands before or behind all others. */
static const struct element *catch_all(const struct set *set)
{
	const struct element *elements = set->elements;
	size_t count = set->element_count;

	if (count > 0 && elements[0].catch_all)
		return &elements[0];
	return count > 0 && elements[count - 1].catch_all ? &elements[count - 1] : NULL;
}

static const struct element *find_exact(const struct set *set, const struct key *key)
{
	size_t count = count_not_greater(set, key->low, key->length);
	const struct element *element = count > 0 ? &set->elements[count - 1] : NULL;

	if (!element || element->catch_all || memcmp(element->key.at, key->low, key->length) != 0)
		return NULL;
	return element;
}

static const struct element *find_interval(const struct set *set, const uint8_t *bytes, uint8_t length)
{
	size_t count = count_not_greater(set, bytes, length);
	const struct element *element = count > 0 ? &set->elements[count - 1] : NULL;

	return element && !element->catch_all && !element->interval_end ? element : NULL;
}

static const uint8_t *upper_end(const struct element *element)
{
	return element->key_end.length ? element->key_end.at : element->key.at;
}

static bool field_overlaps(const struct element *element, const struct key *key, size_t at, size_t length,
			   bool *inside)
{
	const uint8_t *from = element->key.at + at, *to = upper_end(element) + at;

	if (memcmp(key->high + at, from, length) < 0 || memcmp(key->low + at, to, length) > 0)
		return false;
	*inside = *inside && memcmp(key->low + at, from, length) >= 0 &&
		  memcmp(key->high + at, to, length) <= 0;
	return true;
}

/* Whether the key lies in the element, each field for itself. Fields are padded to 4 bytes in the key. */
static enum truth element_holds(const struct set *set, const struct element *element, const struct key *key)
{
	bool inside = true;
	size_t at = 0;

	if (set->field_count == 0)
		return !field_overlaps(element, key, 0, key->length, &inside) ? NO : inside ? YES : MAYBE;
	for (size_t i = 0; i < set->field_count && at < key->length; i++) {
		size_t length = set->field_lengths[i];

		if (at + length > key->length)
			return MAYBE;
		if (!field_overlaps(element, key, at, length, &inside))
			return NO;
		at += (length + 3) & ~(size_t)3;
	}
	return inside ? YES : MAYBE;
}

/* Unknown bits in a key without ranges: byte by byte, since the smallest and largest key say too little. */
static bool key_may_equal(const struct element *element, const struct key *key)
{
	for (size_t i = 0; i < key->length; i++)
		if ((element->key.at[i] ^ key->low[i]) & ~(key->low[i] ^ key->high[i]))
			return false;
	return true;
}

static void candidate_add(struct hit *hit, const struct element *element)
{
	hit->truth = MAYBE;
	if (hit->candidate_count < CANDIDATE_LIMIT)
		hit->candidates[hit->candidate_count++] = element;
	else
		hit->more = true;
}

static bool is_interval(const struct set *set)
{
	return (set->flags & NFT_SET_INTERVAL) != 0;
}

/* Concatenations of ranges: elements carry both ends and are in no order that helps. */
static bool has_ranges(const struct set *set)
{
	if (set->element_count == 0)
		return false;
	return (is_interval(set) && set->field_count > 1) || set->elements[0].key_end.length > 0 ||
	       set->elements[set->element_count - 1].key_end.length > 0;
}

/* Elements that a key with unknown bits may be, in an interval set: those that start inside it, and the one it starts in. */
static void find_maybe_interval(const struct set *set, const struct key *key, struct hit *hit)
{
	size_t first = count_not_greater(set, key->low, key->length);
	size_t behind = count_not_greater(set, key->high, key->length);
	const struct element *here = find_interval(set, key->low, key->length);

	if (first == behind) { /* no boundary between the smallest and the largest */
		hit->truth = here ? YES : NO;
		hit->element = here;
		return;
	}
	if (here)
		candidate_add(hit, here);
	for (size_t i = first; i < behind && !hit->more; i++)
		if (!set->elements[i].interval_end && !set->elements[i].catch_all)
			candidate_add(hit, &set->elements[i]);
}

/* Whether it makes no difference which of them a lookup finds. */
static bool elements_alike(const struct set *set, const struct element *a, const struct element *b)
{
	bool opaque = false;

	if (element_ops_run(a->ops, a->op_count, NULL, &opaque) != YES ||
	    element_ops_run(b->ops, b->op_count, NULL, &opaque) != YES)
		return false;
	if (!(set->flags & NFT_SET_MAP))
		return true;
	return a->verdict.code == b->verdict.code && a->verdict.chain == b->verdict.chain &&
	       a->data.length == b->data.length &&
	       (a->data.length == 0 || memcmp(a->data.at, b->data.at, a->data.length) == 0);
}

/* Ranges of several fields may overlap, and which element the kernel then finds is not for us to know. */
static void overlaps_settle(const struct set *set, struct hit *hit)
{
	bool alike = !hit->more;

	if (!hit->element)
		return;
	for (size_t i = 0; i < hit->candidate_count; i++)
		alike = alike && elements_alike(set, hit->element, hit->candidates[i]);
	hit->truth = alike ? YES : MAYBE;
	hit->opaque = hit->overlap = !alike;
	if (!alike)
		hit->element = NULL;
}

static void find_walking(const struct set *set, const struct key *key, struct hit *hit)
{
	bool ranges = has_ranges(set);

	for (size_t i = 0; i < set->element_count && !hit->more; i++) {
		const struct element *element = &set->elements[i];
		enum truth truth;

		if (element->catch_all)
			continue;
		truth = ranges ? element_holds(set, element, key) : key_may_equal(element, key) ? MAYBE : NO;
		if (truth == YES && !hit->element)
			hit->element = element;
		else if (truth != NO && !(hit->element && elements_alike(set, hit->element, element)))
			candidate_add(hit, element);
	}
	overlaps_settle(set, hit);
}

static void find_in_elements(const struct set *set, const struct key *key, struct hit *hit)
{
	bool intervals = is_interval(set) && !has_ranges(set);

	if (key->known && !has_ranges(set)) {
		hit->element = intervals ? find_interval(set, key->low, key->length) : find_exact(set, key);
		hit->truth = hit->element ? YES : NO;
	} else if (intervals) {
		find_maybe_interval(set, key, hit);
	} else {
		find_walking(set, key, hit);
	}
}

/* YES or NO when the world itself has written this very key last, MAYBE when it may be one of those it wrote. */
static enum truth find_in_world(const struct set *set, const struct key *key, const struct world *world,
				bool *wrote)
{
	bool perhaps_added = false, perhaps_removed = false;

	for (const struct addition *addition = world->additions; addition; addition = addition->before) {
		bool differs = false, unknown = addition->unsure || !key->known;

		if (!set_is(addition->set, set))
			continue;
		for (size_t i = 0; i < key->length; i++) {
			uint8_t loose = addition->unknown[i] | (key->low[i] ^ key->high[i]);

			differs |= ((addition->key[i] ^ key->low[i]) & ~loose) != 0;
			unknown |= addition->unknown[i] != 0;
		}
		if (differs)
			continue;
		*wrote = true;
		if (!unknown && addition->removed)
			return perhaps_added ? MAYBE : NO;
		if (!unknown)
			return perhaps_removed ? MAYBE : YES;
		perhaps_added |= !addition->removed;
		perhaps_removed |= addition->removed;
	}
	return *wrote ? MAYBE : NO;
}

/* The key itself: what rests with the catch-all element is left out. */
static void find_key(const struct set *set, const struct key *key, const struct world *world, struct hit *hit)
{
	bool wrote = false;

	*hit = (struct hit){.truth = find_in_world(set, key, world, &wrote)};
	if (wrote)
		hit->more = hit->truth == MAYBE;
	else
		find_in_elements(set, key, hit);
}

static bool is_readable(const struct set *set, uint8_t at)
{
	return set && !set->opaque && registers_fit(at, set->key_length);
}

static void catch_all_join(const struct set *set, struct hit *hit)
{
	const struct element *rest = hit->truth == YES || hit->overlap ? NULL : catch_all(set);

	if (!rest)
		return;
	if (hit->truth == MAYBE) {
		candidate_add(hit, rest);
		hit->truth = set->flags & NFT_SET_MAP ? MAYBE : YES;
		return;
	}
	hit->truth = YES;
	hit->element = rest;
}

/* Only what is asked about a connection that is there has ends of which nothing is left open. */
static bool is_of_connection(const struct set *set, const struct registers *registers, uint8_t at)
{
	if (set->connection_count && registers_origin(registers, at, set->key_length) != ORIGIN_FIXED)
		return false;
	for (size_t i = 0; i < set->connection_count; i++)
		if (memcmp(set->connections[i].key.at, registers->bytes + at, set->key_length) == 0)
			return true;
	return false;
}

void set_find(const struct set *set, const struct registers *registers, uint8_t at, const struct world *world,
	      struct hit *hit)
{
	struct key key;

	if (!is_readable(set, at)) {
		*hit = (struct hit){.truth = MAYBE, .opaque = true, .more = true};
		return;
	}
	key_read(registers, at, set->key_length, &key);
	find_key(set, &key, world, hit);
	hit->truth = is_of_connection(set, registers, at) ? YES : hit->truth;
	catch_all_join(set, hit);
	if (hit->truth == YES && hit->element)
		hit->truth = element_ops_run(hit->element->ops, hit->element->op_count, NULL, &hit->opaque);
}

/*
 * Room for one more. Less than a sixteenth of a set may be gone before the packet comes, and what has a timeout leaves by itself.
 * The catch-all element does not count.
 */
static enum truth set_room(const struct set *set, const struct world *world)
{
	uint64_t held = set->element_count - (catch_all(set) != NULL), added = 0, removed = 0;

	for (const struct addition *addition = world->additions; addition; addition = addition->before) {
		added += set_is(addition->set, set) && !addition->removed;
		removed += set_is(addition->set, set) && addition->removed;
	}
	if (set->size == 0)
		return YES;
	if (held >= set->size + removed && !(set->flags & NFT_SET_TIMEOUT))
		return NO;
	return held + added >= set->size || (set->size - held - added) * 16 < set->size ? MAYBE : YES;
}

enum truth set_takes(const struct op *op, const struct registers *registers, const struct world *world)
{
	const struct set *set = op->dynset.set;
	enum truth room;
	struct key key;
	struct hit hit;

	if (set && set->keeper == SET_OF_RECENT)
		return YES; /* the oldest makes room */
	if (!is_readable(set, op->sreg))
		return MAYBE;
	room = set_room(set, world);
	if (room == YES)
		return YES;
	key_read(registers, op->sreg, set->key_length, &key);
	find_key(set, &key, world, &hit);
	return hit.truth == NO ? room : hit.truth;
}

/* Into its rule's own set nobody looks. What a list holds that could not be read is not known, but what is added is. */
static bool is_followed(const struct set *set, uint8_t at)
{
	if (set && set->keeper == SET_OF_RECENT)
		return registers_fit(at, set->key_length);
	return is_readable(set, at) && !(set->flags & NFT_SET_ANONYMOUS);
}

/* A list counts how often it is told of what it has. */
static bool is_change(const struct set *set, bool remove, enum truth held)
{
	return remove ? held != NO : held != YES || set->keeper == SET_OF_RECENT;
}

int set_write(struct world *world, const struct op *op, const struct registers *registers, struct pool *pool)
{
	const struct set *set = op->dynset.set;
	bool remove = op->dynset.op == NFT_DYNSET_OP_DELETE;
	enum truth takes = remove ? YES : set_takes(op, registers, world);
	struct addition *addition;
	struct key key;
	struct hit hit;

	if (!is_followed(set, op->sreg) || takes == NO)
		return 0;
	key_read(registers, op->sreg, set->key_length, &key);
	find_key(set, &key, world, &hit);
	if (!is_change(set, remove, hit.truth))
		return 0;
	addition = pool_alloc(pool, sizeof(*addition));
	if (!addition)
		return -1;
	addition->before = world->additions;
	addition->set = set;
	addition->removed = remove;
	addition->unsure = takes == MAYBE;
	addition->length = set->key_length;
	memcpy(addition->key, registers->bytes + op->sreg, set->key_length);
	memcpy(addition->unknown, registers->unknown + op->sreg, set->key_length);
	world->additions = addition;
	return 0;
}
