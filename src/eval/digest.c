/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes digests, and puts what they hold of addresses where the addresses of all rules are gathered.
 */
#include "digest.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static_assert(sizeof(struct digest) <= RULE_NOTES, "a digest fits into the notes of a rule");

static_assert(offsetof(struct facts, ties) == sizeof(((struct facts *)NULL)->flags),
	      "the words are all of the flags");

static bool looks_up(const struct rule *rule)
{
	for (size_t i = 0; i < rule->op_count; i++)
		if (rule->ops[i].kind == OP_LOOKUP)
			return true;
	return false;
}

/* A set is looked into once for all rules that name it, which is not for one of them to do. */
static void peers_note(const struct rule *rule, enum family family, struct digest_peers *out)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct intervals found = {0};

	if (looks_up(rule) || peers_of_rule(rule, family, &pool, &found) < 0 || found.count > DIGEST_PEERS ||
	    found.predicate > UINT8_MAX)
		return;
	for (size_t i = 0; i < found.count; i++) {
		out->list[i].first = found.list[i].first;
		out->list[i].last = found.list[i].last;
		out->predicate[i] = (uint8_t)found.list[i].predicate;
	}
	out->count = (uint8_t)found.count;
	out->predicates = (uint8_t)found.predicate;
	out->computed = found.computed;
	out->known = true;
}

/* Legacy tables, whose rules have notes, are of one family each. */
static void digest_make(const struct rule *rule, struct digest *out)
{
	const enum family family = rule->chain->table->family == TABLE_IP6 ? FAMILY_IPV6 : FAMILY_IPV4;
	struct facts facts = {0};

	facts_of_rule(rule, family, &facts);
	memcpy(out->facts, facts.flags, sizeof(out->facts));
	out->effects = effects_of_rule(rule);
	out->glance = glance_at(rule);
	peers_note(rule, family, &out->peers);
	out->known = true;
}

const struct digest *digest_of(const struct rule *rule)
{
	struct digest *digest = rule->notes;

	if (digest && !digest->known)
		digest_make(rule, digest);
	return digest;
}

int digest_peers_add(const struct digest_peers *peers, struct pool *pool, struct intervals *out)
{
	for (size_t i = 0; i < peers->count; i++) {
		out->list = pool_grow(pool, out->list, out->count, sizeof(*out->list));
		if (!out->list)
			return -1;
		out->list[out->count++] = (struct interval){peers->list[i].first, peers->list[i].last,
							    out->predicate + peers->predicate[i]};
	}
	out->predicate += peers->predicates;
	out->computed |= peers->computed;
	return 0;
}
