/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a rule, or all rules of a ruleset, to the intervals of values that its tests on a field speak about: which tests there
 * are, and where the field's bytes stand when they are made.
 */
#include "digest.h"
#include "mention.h"
#include "mention_op.h"

#include "fwport/policy.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

/* "gte A, lte B" on one register is the range A-B, which speaks of much less than its two halves. */
static bool is_split_range(const struct op *low, const struct op *high)
{
	return low->kind == OP_CMP && high->kind == OP_CMP && low->cmp.test == NFT_CMP_GTE &&
	       high->cmp.test == NFT_CMP_LTE && low->sreg == high->sreg &&
	       low->cmp.value.length == high->cmp.value.length;
}

static int follow(struct search *search, const struct rule *rule, size_t *at)
{
	const struct op *op = &rule->ops[*at];
	const struct op *next = *at + 1 < rule->op_count ? op + 1 : NULL;

	if (op->kind == OP_CMP && next && is_split_range(op, next)) {
		const struct op range = {
			.kind = OP_RANGE,
			.sreg = op->sreg,
			.range = {op->cmp.value, next->cmp.value},
		};

		++*at;
		return mention_op(search, &range);
	}
	if ((op->kind == OP_CMP || op->kind == OP_RANGE || (op->kind == OP_LOOKUP && op->lookup.set)) &&
	    mention_op(search, op) < 0)
		return -1;
	trail_follow(search->trail, op);
	return 0;
}

/* Does the rule begin by asking for another family? */
static bool is_for_other_family(const struct rule *rule, uint8_t nfproto)
{
	for (size_t i = 0; nfproto && i + 1 < rule->op_count; i++) {
		const struct op *load = &rule->ops[i], *test = &rule->ops[i + 1];

		if (load->kind == OP_META && load->meta.key == NFT_META_NFPROTO && test->kind == OP_CMP &&
		    test->cmp.test == NFT_CMP_EQ && test->cmp.value.length == 1 && test->sreg == load->dreg)
			return test->cmp.value.at[0] != nfproto;
	}
	return false;
}

/* Most rules never load the field; they are passed over quickly. */
static size_t first_load(const struct rule *rule, const struct field *field)
{
	size_t at = 0;

	while (at < rule->op_count && !field_is_loaded(field, &rule->ops[at]))
		at++;
	return at;
}

static int mentions_of_rule(const struct rule *rule, const struct field *field, struct pool *pool,
			    struct intervals *out)
{
	struct trail trail;
	struct search search = {.field = field, .pool = pool, .out = out, .trail = &trail};
	size_t start = first_load(rule, field);

	if (start == rule->op_count || is_for_other_family(rule, field->nfproto))
		return 0;
	trail_start(&trail, field);
	for (size_t at = start; at < rule->op_count; at++)
		if (follow(&search, rule, &at) < 0)
			return -1;
	out->computed |= trail.computed;
	return 0;
}

static const struct field address_fields[FAMILY_COUNT][2] = {
	[FAMILY_IPV4] = {{NFT_PAYLOAD_NETWORK_HEADER, 12, 4, NFPROTO_IPV4},
			 {NFT_PAYLOAD_NETWORK_HEADER, 16, 4, NFPROTO_IPV4}},
	[FAMILY_IPV6] = {{NFT_PAYLOAD_NETWORK_HEADER, 8, 16, NFPROTO_IPV6},
			 {NFT_PAYLOAD_NETWORK_HEADER, 24, 16, NFPROTO_IPV6}},
};

static const struct field port_fields[] = {
	{NFT_PAYLOAD_TRANSPORT_HEADER, 0, 2, 0},
	{NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, 0},
};

int peers_of_rule(const struct rule *rule, enum family family, struct pool *pool, struct intervals *out)
{
	if (mentions_of_rule(rule, &address_fields[family][0], pool, out) < 0)
		return -1;
	return mentions_of_rule(rule, &address_fields[family][1], pool, out);
}

static int ports_of_rule(const struct rule *rule, enum family family, struct pool *pool,
			 struct intervals *out)
{
	(void)family;
	if (mentions_of_rule(rule, &port_fields[0], pool, out) < 0)
		return -1;
	return mentions_of_rule(rule, &port_fields[1], pool, out);
}

typedef int rule_function(const struct rule *rule, enum family family, struct pool *pool,
			  struct intervals *out);

/* The ends of connections that are there are left out: no new one has them, as with those that sets hold. */
static int of_table(const struct table *table, enum family family, rule_function *of_rule, struct pool *pool,
		    struct intervals *out)
{
	for (size_t i = 0; i < table->chain_count; i++)
		for (size_t j = 0; j < table->chains[i]->rule_count; j++)
			if (!rule_admits(table->chains[i]->rules[j]) &&
			    of_rule(table->chains[i]->rules[j], family, pool, out) < 0)
				return -1;
	return 0;
}

static int peers_take(const struct rule *rule, enum family family, struct pool *pool, struct intervals *out)
{
	const struct digest *digest = digest_of(rule);

	return digest && digest->peers.known ? digest_peers_add(&digest->peers, pool, out)
					     : peers_of_rule(rule, family, pool, out);
}

int peers_of_ruleset(const struct ruleset *ruleset, enum family family, struct pool *pool,
		     struct intervals *out)
{
	for (size_t i = 0; i < ruleset->table_count; i++)
		if (table_sees_family(ruleset->tables[i], family) &&
		    of_table(ruleset->tables[i], family, peers_take, pool, out) < 0)
			return -1;
	return 0;
}

int ports_of_ruleset(const struct ruleset *ruleset, struct pool *pool, struct intervals *out)
{
	for (size_t i = 0; i < ruleset->table_count; i++)
		if (of_table(ruleset->tables[i], FAMILY_IPV4, ports_of_rule, pool, out) < 0)
			return -1;
	return 0;
}
