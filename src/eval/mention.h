/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mentions: which values of a packet's field the rules of a ruleset speak about, found without running them. A field's bytes
 * are followed through the registers into comparisons and sets; each comparison or set gives intervals of values. Values that
 * lie in the same intervals of the same predicates are not told apart by any rule.
 */
#ifndef FWPORT_EVAL_MENTION_H
#define FWPORT_EVAL_MENTION_H

#include "number.h"

#include "fwport/pool.h"
#include "fwport/ruleset.h"

struct field;

/* A set that has been looked into already: a second lookup of the same field says nothing new. */
struct mentioned {
	const struct set *set;
	const struct field *field;
	size_t position;
	number mask;
	bool map;
};

struct intervals {
	struct interval *list;
	size_t count;
	uint64_t predicate; /* the last one given */
	struct mentioned *sets;
	size_t set_count;
	bool computed; /* some rule computes with the field in a way that gives no intervals */
};

/* All 0, or -1 when memory is gone. */
/* Addresses that rules of the family mention, as sources and destinations alike. */
int peers_of_rule(const struct rule *rule, enum family family, struct pool *pool, struct intervals *out);
int peers_of_ruleset(const struct ruleset *ruleset, enum family family, struct pool *pool,
		     struct intervals *out);
int ports_of_ruleset(const struct ruleset *ruleset, struct pool *pool, struct intervals *out);

#endif
