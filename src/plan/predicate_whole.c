/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a rule piece by piece, without asking how the pieces are ordered. What then shows that nothing was misread or left out is
 * that the rule made of it is the one that was read.
 */
#include "predicate_whole.h"

#include "fwport/step.h"
#include "header_fields.h"
#include "ways.h"

#include <endian.h>
#include <linux/netfilter/nf_tables.h>
#include <net/if.h>
#include <string.h>

enum { SECOND = 1000 * 1000 * 1000 }; /* in nanoseconds */

/* What stands in a rule, whichever way its packets go. */
struct pieces {
	struct prefix *source, *destination;
	bool source_port, tracked;
	uint8_t flags;
};

/* Values */

/* The comparison with one value behind a load, and the mask between them if there is one. */
static const struct op *value_behind(const struct op *load, const struct op *end, struct bytes *mask)
{
	const struct op *next = load + 1;

	*mask = (struct bytes){0};
	if (next < end && next->kind == OP_BITWISE && next->bitwise.op == BITWISE_BOOL) {
		*mask = next->bitwise.mask;
		next++;
	}
	return next < end && next->kind == OP_CMP && next->cmp.test == NFT_CMP_EQ ? next : NULL;
}

static uint8_t mask_length(struct bytes mask)
{
	uint8_t bits = 0;

	for (size_t i = 0; i < mask.length; i++)
		bits += (uint8_t)__builtin_popcount(mask.at[i]);
	return bits;
}

static struct prefix *prefix_of(const struct op *test, struct bytes mask, enum family family,
				struct pool *pool)
{
	struct prefix *prefix = pool_alloc(pool, sizeof(*prefix));
	struct bytes value = test->cmp.value;

	if (!prefix || value.length > address_size(family))
		return NULL;
	prefix->address.family = family;
	memcpy(prefix->address.bytes, value.at, value.length);
	prefix->length = mask.length ? mask_length(mask) : (uint8_t)(value.length * 8);
	return prefix;
}

static const char *name_of(const struct op *test, struct pool *pool)
{
	char name[IFNAMSIZ] = "";

	if (test->cmp.value.length <= sizeof(name))
		memcpy(name, test->cmp.value.at, test->cmp.value.length);
	name[sizeof(name) - 1] = '\0';
	return pool_text(pool, name);
}

/* Pieces */

static int read_address(const struct op *load, const struct op *test, struct bytes mask, struct pool *pool,
			struct pieces *pieces, struct predicate *out, struct error *err)
{
	const uint32_t offset = load->payload.offset;
	const bool ipv4 = offset == IPV4_SOURCE || offset == IPV4_DESTINATION;
	struct prefix *prefix = prefix_of(test, mask, ipv4 ? FAMILY_IPV4 : FAMILY_IPV6, pool);

	if (!prefix)
		return error_memory(err);
	if (offset == IPV4_SOURCE || offset == IPV6_SOURCE)
		pieces->source = prefix;
	else
		pieces->destination = prefix;
	out->family = prefix->address.family;
	return 0;
}

static int read_payload(const struct op *load, const struct op *test, struct bytes mask, struct pool *pool,
			struct pieces *pieces, struct predicate *out, struct error *err)
{
	if (load->payload.base == NFT_PAYLOAD_NETWORK_HEADER && test)
		return read_address(load, test, mask, pool, pieces, out, err);
	if (load->payload.base != NFT_PAYLOAD_TRANSPORT_HEADER)
		return 0;
	if (load->payload.offset == SOURCE_PORT_OFFSET)
		pieces->source_port = true;
	if (load->payload.offset == TCP_FLAGS_OFFSET && test && test->cmp.value.length == 1)
		pieces->flags = test->cmp.value.at[0];
	return 0;
}

static int read_meta(const struct op *load, const struct op *test, struct pool *pool, struct predicate *out,
		     struct error *err)
{
	if (!test || !test->cmp.value.length)
		return 0;
	switch (load->meta.key) {
	case NFT_META_L4PROTO:
		out->protocol = (enum protocol)test->cmp.value.at[0];
		return 0;
	case NFT_META_NFPROTO:
		out->one_family = true;
		out->family = test->cmp.value.at[0] == TABLE_IP6 ? FAMILY_IPV6 : FAMILY_IPV4;
		return 0;
	case NFT_META_IIFNAME:
	case NFT_META_OIFNAME:
		out->iface = name_of(test, pool);
		return out->iface ? 0 : error_memory(err);
	}
	return 0;
}

/* "before" as a comparison, or as the end of a range; between the clock and it stands a change of byte order. */
static void read_until(const struct op *load, const struct op *end, struct predicate *out)
{
	const struct op *test = load + 2;
	uint64_t moment = 0;

	if (load->meta.key != NFT_META_TIME_NS || test >= end)
		return;
	if (test->kind == OP_CMP && test->cmp.value.length == sizeof(moment)) {
		memcpy(&moment, test->cmp.value.at, sizeof(moment));
		moment = be64toh(moment);
	} else if (test->kind == OP_RANGE && test->range.to.length == sizeof(moment)) {
		memcpy(&moment, test->range.to.at, sizeof(moment));
		moment = be64toh(moment) + 1;
	}
	out->until = (int64_t)(moment / SECOND);
}

static int read_pieces(const struct rule *rule, struct pool *pool, struct pieces *pieces,
		       struct predicate *out, struct error *err)
{
	const struct op *end = rule->ops + rule->op_count;

	for (const struct op *op = rule->ops; op < end; op++) {
		struct bytes mask;
		const struct op *test = value_behind(op, end, &mask);

		if (op->kind == OP_PAYLOAD && read_payload(op, test, mask, pool, pieces, out, err) < 0)
			return -1;
		if (op->kind == OP_META && read_meta(op, test, pool, out, err) < 0)
			return -1;
		if (op->kind == OP_META)
			read_until(op, end, out);
		pieces->tracked |= op->kind == OP_CT && op->meta.key == NFT_CT_STATE;
		out->local_only |= op->kind == OP_FIB;
		out->counter |= op->kind == OP_COUNTER;
	}
	return 0;
}

/* The whole */

static enum predicate_kind kind_of(const struct pieces *pieces)
{
	if (!pieces->source_port)
		return PREDICATE_REQUEST;
	if (pieces->tracked)
		return PREDICATE_REPLY_TRACKED;
	return pieces->flags == (TCP_FLAG_SYN | TCP_FLAG_ACK) ? PREDICATE_REPLY_SYN_ACK : PREDICATE_REPLY_ACK;
}

/* Whether the rule made of what was read is the one that was read. */
static int is_made_of(const struct rule *rule, const struct predicate *predicate, struct pool *pool,
		      bool *out, struct error *err)
{
	struct rule *made;
	struct set *set;

	if (predicate_slice(predicate, rule->chain->table, predicate->ports, predicate->port_count) !=
	    predicate->port_count) {
		*out = false;
		return 0;
	}
	if (predicate_rule(predicate, rule->chain, rule->tag, pool, &made, &set, err) < 0)
		return -1;
	*out = rule_same(made, rule);
	return 0;
}

static bool hook_leaves(enum hook hook)
{
	return hook == HOOK_OUTPUT || hook == HOOK_POSTROUTING || hook == HOOK_EGRESS;
}

/* Whether packets that leave, or that come, get to the chain. */
static int chain_serves(const struct ruleset *ruleset, const struct chain *chain, bool leaves,
			struct pool *pool, bool *out, struct error *err)
{
	*out = false;
	for (size_t i = 0; i < ruleset->table_count && !*out; i++)
		for (size_t j = 0; j < ruleset->tables[i]->chain_count && !*out; j++) {
			const struct chain *base = ruleset->tables[i]->chains[j];
			unsigned ways;

			if (base->table != chain->table || !base->base || base->hook == HOOK_FORWARD ||
			    hook_leaves(base->hook) != leaves)
				continue;
			if (ways_into(base, chain, 0, pool, &ways, err) < 0)
				return -1;
			*out = ways > 0;
		}
	return 0;
}

static int try_way(const struct ruleset *ruleset, const struct rule *rule, const struct pieces *pieces,
		   bool leaves, struct pool *pool, struct predicate *predicate, bool *fits, struct error *err)
{
	predicate->leaves = leaves;
	predicate->peer = leaves ? pieces->destination : pieces->source;
	predicate->local = leaves ? pieces->source : pieces->destination;
	if (chain_serves(ruleset, rule->chain, leaves, pool, fits, err) < 0)
		return -1;
	return *fits ? is_made_of(rule, predicate, pool, fits, err) : 0;
}

int predicate_read_whole(const struct ruleset *ruleset, const struct rule *rule, struct pool *pool,
			 struct predicate *out, struct error *err)
{
	struct predicate whole;
	struct pieces pieces = {0};
	bool fits = false;

	*out = (struct predicate){0};
	if (predicate_read(rule, pool, &whole, err) < 0 || read_pieces(rule, pool, &pieces, &whole, err) < 0)
		return -1;
	whole.kind = kind_of(&pieces);
	whole.returns = rule_ends_with(rule, VERDICT_RETURN);
	for (int leaves = 0; leaves < 2 && !fits && whole.port_count; leaves++)
		if (try_way(ruleset, rule, &pieces, leaves, pool, &whole, &fits, err) < 0)
			return -1;
	if (fits)
		*out = whole;
	return 0;
}

unsigned predicate_families(const struct predicate *predicate, const struct table *table)
{
	if (predicate->one_family || predicate->peer || predicate->local)
		return FAMILY_BIT(predicate->family);
	switch (table->family) {
	case TABLE_IP:
		return FAMILY_BIT(FAMILY_IPV4);
	case TABLE_IP6:
		return FAMILY_BIT(FAMILY_IPV6);
	case TABLE_INET:
	case TABLE_ARP:
	case TABLE_NETDEV:
	case TABLE_BRIDGE:
		break;
	}
	return FAMILIES_BOTH;
}
