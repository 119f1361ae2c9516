/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From one test on a field to the intervals of values it speaks about. A mask that is not a prefix's is tried out on every
 * value when the field is a port, and left aside when it is an address.
 */
#include "mention_op.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

enum { PORTS = 65536 };

static int interval_add(struct search *search, number first, number last, uint64_t predicate)
{
	struct intervals *out = search->out;
	struct interval *list;

	if (first > last || (first == 0 && last == field_max(search->field->length)))
		return 0;
	list = pool_grow(search->pool, out->list, out->count, sizeof(*list));
	if (!list)
		return -1;
	out->list = list;
	list[out->count++] = (struct interval){first, last, predicate};
	return 0;
}

/* Constants */

/* The field's value that a constant of the test stands for. */
static number constant(const struct search *search, const struct sight *sight, const uint8_t *bytes)
{
	number value = number_of_bytes(bytes + sight->position, sight->length);

	return value << (8 * (search->field->length - sight->length));
}

static number open_bits(const struct search *search, const struct sight *sight)
{
	return ~sight->mask & field_max(search->field->length);
}

/* The least value of the field that is, masked, not below the constant; where there is none, one behind the largest (or 0). */
static number least(const struct search *search, const struct sight *sight, number value)
{
	number open = open_bits(search, sight);

	return value & open ? (value | open) + 1 : value;
}

/* Is the field all that is tested? Then order comparisons are exact. */
static bool is_alone(const struct sight *sight)
{
	return sight->length == sight->tested;
}

static uint64_t next_predicate(struct search *search)
{
	return ++search->out->predicate;
}

/* Tests */

static int around(struct search *search, const struct sight *sight, number value)
{
	number open = open_bits(search, sight);

	if (value > 0 && interval_add(search, 0, value - 1, next_predicate(search)) < 0)
		return -1;
	return interval_add(search, value, value | open, next_predicate(search));
}

static int mention_cmp(struct search *search, const struct sight *sight, const struct op *op)
{
	number value = constant(search, sight, op->cmp.value.at), open = open_bits(search, sight);
	number max = field_max(search->field->length), from = least(search, sight, value);
	uint64_t predicate = next_predicate(search);

	if (op->cmp.test == NFT_CMP_EQ || op->cmp.test == NFT_CMP_NEQ)
		return value & open ? 0 : interval_add(search, value, value | open, predicate);
	if (!is_alone(sight))
		return around(search, sight, value);
	switch (op->cmp.test) {
	case NFT_CMP_LT:
		return from == 0 ? 0 : interval_add(search, 0, from - 1, predicate);
	case NFT_CMP_LTE:
		return interval_add(search, 0, value | open, predicate);
	case NFT_CMP_GT:
		return (value | open) == max ? 0 : interval_add(search, (value | open) + 1, max, predicate);
	case NFT_CMP_GTE:
		return interval_add(search, from, max, predicate);
	}
	return 0;
}

static int mention_range(struct search *search, const struct sight *sight, const struct op *op)
{
	number from = constant(search, sight, op->range.from.at),
	       to = constant(search, sight, op->range.to.at);

	if (!is_alone(sight))
		return around(search, sight, from) < 0 ? -1 : around(search, sight, to);
	return interval_add(search, least(search, sight, from), to | open_bits(search, sight),
			    next_predicate(search));
}

/* An interval set without key_end: from a start to just before the next key. */
static number end_of_interval(const struct search *search, const struct sight *sight, const struct set *set,
			      size_t at)
{
	const struct element *next = at + 1 < set->element_count ? &set->elements[at + 1] : NULL;
	number end;

	if (!next || next->catch_all || next->key.length < sight->position + sight->length)
		return field_max(search->field->length);
	end = constant(search, sight, next->key.at);
	return end > 0 ? end - 1 : 0;
}

static int mention_element(struct search *search, const struct sight *sight, const struct set *set, size_t at,
			   uint64_t predicate)
{
	const struct element *element = &set->elements[at];
	size_t behind = sight->position + sight->length;
	bool edge = set->flags & NFT_SET_INTERVAL && element->key_end.length == 0 && set->field_count <= 1;
	number first, last;

	if (element->catch_all || element->key.length < behind)
		return 0;
	first = constant(search, sight, element->key.at);
	if (edge && !is_alone(sight)) /* what is in between depends on the bytes before the field's */
		return around(search, sight, first);
	if (element->interval_end)
		return 0;
	last = element->key_end.length >= behind ? constant(search, sight, element->key_end.at) : first;
	if (edge)
		last = end_of_interval(search, sight, set, at);
	return interval_add(search, least(search, sight, first), last | open_bits(search, sight), predicate);
}

static bool is_mentioned(const struct search *search, const struct mentioned *wanted)
{
	for (size_t i = 0; i < search->out->set_count; i++) {
		const struct mentioned *old = &search->out->sets[i];

		if (old->set == wanted->set && old->field == wanted->field &&
		    old->position == wanted->position && old->mask == wanted->mask && old->map == wanted->map)
			return true;
	}
	return false;
}

/* Whether the lookup is to be looked into: 1, 0 when another rule had the same one, -1 when memory is gone. */
static int mention_set(struct search *search, const struct sight *sight, const struct op *op)
{
	const struct mentioned mentioned = {op->lookup.set, search->field, sight->position, sight->mask,
					    op->lookup.map};
	struct intervals *out = search->out;
	struct mentioned *sets;

	if (op->lookup.set->flags & NFT_SET_ANONYMOUS)
		return 1;
	if (is_mentioned(search, &mentioned))
		return 0;
	sets = pool_grow(search->pool, out->sets, out->set_count, sizeof(*sets));
	if (!sets)
		return -1;
	out->sets = sets;
	sets[out->set_count++] = mentioned;
	return 1;
}

static bool does_more_than_count(const struct element *element)
{
	for (size_t i = 0; i < element->op_count; i++)
		if (element->ops[i].kind != OP_COUNTER)
			return true;
	return false;
}

/* Members of a plain set are not told apart; those of a map, of a concatenation, or that do more than to count are. */
static int mention_lookup(struct search *search, const struct sight *sight, const struct op *op)
{
	const struct set *set = op->lookup.set;
	bool apart = op->lookup.map || !is_alone(sight) || set->field_count > 1;
	uint64_t predicate = next_predicate(search);
	int wanted = mention_set(search, sight, op);

	if (wanted <= 0)
		return wanted;
	for (size_t i = 0; i < set->element_count; i++) {
		bool own = apart || does_more_than_count(&set->elements[i]);

		if (mention_element(search, sight, set, i, own ? next_predicate(search) : predicate) < 0)
			return -1;
	}
	return 0;
}

/* Masks that are no prefix, on ports: every port is tried, and runs of ports with the same answer become intervals. */

static bool port_is_mentioned(const struct search *search, const struct sight *sight, const struct op *op,
			      size_t at, uint32_t port)
{
	const struct trail *trail = search->trail;
	const uint8_t bytes[] = {port >> 8 & 0xff, port & 0xff};
	uint8_t tested[2];

	for (size_t i = 0; i < sight->length; i++) {
		size_t byte = at + sight->position + i;

		tested[i] = (bytes[trail->index[byte]] & trail->mask[byte]) ^ trail->flip[byte];
	}
	if (op->kind == OP_RANGE)
		return memcmp(tested, op->range.from.at + sight->position, sight->length) >= 0 &&
		       memcmp(tested, op->range.to.at + sight->position, sight->length) <= 0;
	if (op->cmp.test == NFT_CMP_EQ || op->cmp.test == NFT_CMP_NEQ)
		return memcmp(tested, op->cmp.value.at + sight->position, sight->length) == 0;
	if (op->cmp.test == NFT_CMP_LT || op->cmp.test == NFT_CMP_GTE)
		return memcmp(tested, op->cmp.value.at + sight->position, sight->length) < 0;
	return memcmp(tested, op->cmp.value.at + sight->position, sight->length) <= 0;
}

static int mention_by_trying(struct search *search, const struct sight *sight, const struct op *op, size_t at)
{
	uint64_t predicate = next_predicate(search);
	uint32_t start = PORTS;

	if (op->kind == OP_LOOKUP || !is_alone(sight)) {
		search->out->computed = true;
		return 0;
	}
	for (uint32_t port = 0; port <= PORTS; port++) {
		bool in = port < PORTS && port_is_mentioned(search, sight, op, at, port);

		if (in && start == PORTS)
			start = port;
		if (in || start == PORTS)
			continue;
		if (interval_add(search, start, port - 1, predicate) < 0)
			return -1;
		start = PORTS;
	}
	return 0;
}

int mention_op(struct search *search, const struct op *op)
{
	struct sight sight;

	if (!sight_take(search->trail, op->sreg, op_tested_length(op), &sight))
		return 0;
	if (!sight.simple && search->field->length == 2 && sight.length <= 2)
		return mention_by_trying(search, &sight, op, op->sreg);
	if (!sight.simple) {
		search->out->computed = true;
		return 0;
	}
	if (op->kind == OP_CMP)
		return mention_cmp(search, &sight, op);
	return op->kind == OP_RANGE ? mention_range(search, &sight, op) : mention_lookup(search, &sight, op);
}
