/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds what rules ask first, and passes over those that break by it. Only operations that leave nothing behind, in no world
 * and as no exception, may come before what is asked; where one comes that might, the glance ends. So a rule that is passed
 * over is one whose every run ends broken, and the worlds that its tests would have split are one again behind it.
 */
#include "digest.h"

#include "fwport/port_set.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>

enum { WORD = 4 };

static const struct span all_ports = {0, PORT_LAST};

/* What a word of the registers begins with. */
enum content { CONTENT_OTHER, CONTENT_NFPROTO, CONTENT_PROTOCOL, CONTENT_SOURCE, CONTENT_DESTINATION };

struct look {
	enum content words[REGISTER_BYTES / WORD];
	bool netdev; /* its chains are of a family of their own */
	struct glance glance;
};

static void span_cut(struct span *span, uint32_t first, uint32_t last)
{
	span->first = first > span->first ? (uint16_t)first : span->first;
	span->last = last < span->last ? (uint16_t)last : span->last;
}

/* No port at all. */
static void span_clear(struct span *span)
{
	*span = (struct span){1, 0};
}

/* Loads */

static enum content content_of(const struct look *look, const struct op *op)
{
	if (op->kind == OP_META && op->meta.key == NFT_META_NFPROTO)
		return look->netdev ? CONTENT_OTHER : CONTENT_NFPROTO;
	if (op->kind == OP_META && op->meta.key == NFT_META_L4PROTO)
		return CONTENT_PROTOCOL;
	if (op->kind != OP_PAYLOAD || op->payload.base != NFT_PAYLOAD_TRANSPORT_HEADER ||
	    op->length != PORT_BYTES)
		return CONTENT_OTHER;
	if (op->payload.offset == 0)
		return CONTENT_SOURCE;
	return op->payload.offset == PORT_BYTES ? CONTENT_DESTINATION : CONTENT_OTHER;
}

/* Writes reach as far as the operation says, and to the end where it does not. */
static void look_write(struct look *look, const struct op *op)
{
	size_t behind = op->length ? (size_t)op->dreg + op->length : REGISTER_BYTES;

	for (size_t at = op->dreg; at < behind && at < REGISTER_BYTES; at++)
		look->words[at / WORD] = CONTENT_OTHER;
	if (op->dreg % WORD == 0 && op->dreg < REGISTER_BYTES)
		look->words[op->dreg / WORD] = content_of(look, op);
}

/* Tests */

static enum content content_at(const struct look *look, uint8_t sreg)
{
	return sreg % WORD == 0 && sreg < REGISTER_BYTES ? look->words[sreg / WORD] : CONTENT_OTHER;
}

static struct span *span_at(struct look *look, uint8_t sreg)
{
	switch (content_at(look, sreg)) {
	case CONTENT_SOURCE:
		return &look->glance.source;
	case CONTENT_DESTINATION:
		return &look->glance.destination;
	case CONTENT_OTHER:
	case CONTENT_NFPROTO:
	case CONTENT_PROTOCOL:
		break;
	}
	return NULL;
}

static void cut_by_test(struct span *span, uint32_t test, uint32_t port)
{
	switch (test) {
	case NFT_CMP_EQ:
		span_cut(span, port, port);
		break;
	case NFT_CMP_LT:
		if (port == 0)
			span_clear(span);
		else
			span_cut(span, 0, port - 1);
		break;
	case NFT_CMP_LTE:
		span_cut(span, 0, port);
		break;
	case NFT_CMP_GT:
		if (port == PORT_LAST)
			span_clear(span);
		else
			span_cut(span, port + 1, PORT_LAST);
		break;
	case NFT_CMP_GTE:
		span_cut(span, port, PORT_LAST);
		break;
	default: /* what is not equal may be anything else */
		break;
	}
}

static void look_compare(struct look *look, const struct op *op)
{
	const struct bytes *value = &op->cmp.value;
	enum content content = content_at(look, op->sreg);
	struct span *span = span_at(look, op->sreg);

	if (span && value->length == PORT_BYTES)
		cut_by_test(span, op->cmp.test, port_of_key(*value));
	if (value->length != 1 || op->cmp.test != NFT_CMP_EQ)
		return;
	if (content == CONTENT_NFPROTO)
		look->glance.nfproto = value->at[0];
	if (content == CONTENT_PROTOCOL)
		look->glance.protocol = value->at[0];
}

static void look_range(struct look *look, const struct op *op)
{
	struct span *span = span_at(look, op->sreg);

	if (span && !op->invert && op->range.from.length == PORT_BYTES && op->range.to.length == PORT_BYTES)
		span_cut(span, port_of_key(op->range.from), port_of_key(op->range.to));
}

/* Nothing is ever added to it, no element of it goes, none has operations of its own, and none is a range by itself. */
static bool set_is_plain(const struct set *set)
{
	if (!set || set->opaque || !(set->flags & NFT_SET_ANONYMOUS) ||
	    set->flags & (NFT_SET_EVAL | NFT_SET_TIMEOUT) || set->op_count)
		return false;
	for (size_t i = 0; i < set->element_count; i++)
		if (set->elements[i].op_count || set->elements[i].catch_all ||
		    set->elements[i].key_end.length)
			return false;
	return true;
}

/* From the least to the greatest of its ports. Elements are in order, and in a set of intervals the last one may be an end. */
static void look_up(struct look *look, const struct op *op)
{
	const struct set *set = op->lookup.set;
	struct span *span = span_at(look, op->sreg);
	const struct element *first = set->elements, *last;

	if (!span || op->invert || set->key_length != PORT_BYTES || set->element_count == 0)
		return;
	last = first + set->element_count - 1;
	while (first < last && first->interval_end)
		first++;
	if (last->interval_end)
		span_cut(span, port_of_key(first->key), port_of_key(last->key) - 1u);
	else
		span_cut(span, port_of_key(first->key),
			 set->flags & NFT_SET_INTERVAL ? PORT_LAST : port_of_key(last->key));
}

/* Whether the glance goes on behind the operation. */
static bool look_on(struct look *look, const struct op *op)
{
	switch (op->kind) {
	case OP_PAYLOAD:
	case OP_META:
	case OP_CT:
	case OP_FIB:
	case OP_IMMEDIATE:
	case OP_EXTHDR:
	case OP_ATTACHED:
	case OP_NUMBER:
	case OP_BITWISE:
	case OP_BYTEORDER:
		look_write(look, op);
		return true;
	case OP_CMP:
		look_compare(look, op);
		return true;
	case OP_RANGE:
		look_range(look, op);
		return true;
	case OP_LOOKUP:
		if (op->lookup.map || op->lookup.objects || !set_is_plain(op->lookup.set))
			return false;
		look_up(look, op);
		return true;
	case OP_COUNTER:
	case OP_LOG:
		return true;
	case OP_LIMIT:
	case OP_QUOTA:
	case OP_CONNLIMIT:
	case OP_PAYLOAD_SET:
	case OP_OPTION_SET:
	case OP_ASIDE:
	case OP_HANDOVER:
	case OP_META_SET:
	case OP_CT_SET:
	case OP_NOTRACK:
	case OP_DYNSET:
	case OP_VERDICT:
	case OP_REJECT:
	case OP_NAT:
	case OP_OPAQUE:
		break;
	}
	return false;
}

struct glance glance_at(const struct rule *rule)
{
	struct look look = {
		.netdev = rule->chain->table->family == TABLE_NETDEV,
		.glance = {.source = all_ports, .destination = all_ports},
	};

	for (size_t i = 0; i < rule->op_count && look_on(&look, &rule->ops[i]); i++)
		continue;
	return look.glance;
}

/* Chains */

static int chain_add(struct glances *glances, const struct chain *chain, struct pool *pool)
{
	struct chain_glances *chains = pool_grow(pool, glances->chains, glances->count, sizeof(*chains));
	struct glance *list = pool_alloc(pool, (chain->rule_count + 1) * sizeof(*list));

	if (!chains || !list)
		return -1;
	for (size_t i = 0; i < chain->rule_count; i++) {
		const struct digest *digest = digest_of(chain->rules[i]);

		list[i] = digest ? digest->glance : glance_at(chain->rules[i]);
	}
	glances->chains = chains;
	chains[glances->count++] = (struct chain_glances){chain, list};
	return 0;
}

static int by_chain(const void *left, const void *right)
{
	const struct chain_glances *a = left, *b = right;
	uintptr_t x = (uintptr_t)a->chain, y = (uintptr_t)b->chain;

	return (x > y) - (x < y);
}

int glances_find(const struct ruleset *ruleset, enum family family, struct pool *pool, struct glances *out)
{
	*out = (struct glances){0};
	for (size_t i = 0; i < ruleset->table_count; i++) {
		const struct table *table = ruleset->tables[i];

		for (size_t j = 0; table_sees_family(table, family) && j < table->chain_count; j++)
			if (chain_add(out, table->chains[j], pool) < 0)
				return -1;
	}
	if (out->count > 1)
		qsort(out->chains, out->count, sizeof(*out->chains), by_chain);
	return 0;
}

const struct glance *glances_of(const struct glances *glances, const struct chain *chain)
{
	const struct chain_glances wanted = {.chain = chain}, *found;

	if (!glances || glances->count == 0)
		return NULL;
	found = bsearch(&wanted, glances->chains, glances->count, sizeof(wanted), by_chain);
	return found ? found->list : NULL;
}

/* Worlds */

static struct span ports_in(const struct world *world, bool source)
{
	const struct endpoint end = packet_end(world->packet, source);

	if (packet_is_discovery(world->packet) || end.port_origin & ORIGIN_UNKNOWN)
		return all_ports;
	if (end.port_origin & ORIGIN_PEER_PORT)
		return (struct span){world->port_first, world->port_last};
	return (struct span){end.port, end.port};
}

static void span_widen(struct span *span, struct span more)
{
	span->first = more.first < span->first ? more.first : span->first;
	span->last = more.last > span->last ? more.last : span->last;
}

/* What the worlds show: they are of one packet, and their ports are some of these. There is at least one. */
static struct glance shown_by(const struct worlds *worlds)
{
	static const uint8_t nfprotos[] = {[FAMILY_IPV4] = NFPROTO_IPV4, [FAMILY_IPV6] = NFPROTO_IPV6};
	const struct packet *packet = worlds->list[0].packet;
	struct glance shown = {
		.nfproto = nfprotos[packet->family],
		.protocol = packet->protocol,
		.source = ports_in(&worlds->list[0], true),
		.destination = ports_in(&worlds->list[0], false),
	};

	for (size_t i = 1; i < worlds->count; i++) {
		span_widen(&shown.source, ports_in(&worlds->list[i], true));
		span_widen(&shown.destination, ports_in(&worlds->list[i], false));
	}
	return shown;
}

static bool spans_meet(struct span a, struct span b)
{
	return a.first <= b.last && b.first <= a.last;
}

static bool may_match(const struct glance *asked, const struct glance *shown)
{
	return spans_meet(asked->destination, shown->destination) &&
	       spans_meet(asked->source, shown->source) &&
	       (!asked->protocol || asked->protocol == shown->protocol) &&
	       (!asked->nfproto || asked->nfproto == shown->nfproto);
}

size_t glance_next(const struct glance *list, size_t count, size_t at, const struct worlds *worlds)
{
	struct glance shown;

	if (worlds->count == 0)
		return count;
	if (!list)
		return at;
	shown = shown_by(worlds);
	while (at < count && !may_match(&list[at], &shown))
		at++;
	return at;
}
