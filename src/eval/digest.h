/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The digest of a rule: what is told of it before there is any packet. A ruleset is asked several times while a change is
 * planned, each time with another few rules; the others are looked at once.
 */
#ifndef FWPORT_EVAL_DIGEST_H
#define FWPORT_EVAL_DIGEST_H

#include "footprint.h"
#include "glance.h"
#include "mention.h"
#include "scene.h"

enum { DIGEST_PEERS = 2 };

/* The addresses that it mentions, when they are few and not in sets. */
struct digest_peers {
	bool known;
	bool computed;
	uint8_t count, predicates;       /* predicates: how many numbers it takes */
	uint8_t predicate[DIGEST_PEERS]; /* counted from 1 */
	struct {
		number first, last;
	} list[DIGEST_PEERS];
};

struct digest {
	struct digest_peers peers;
	uint64_t facts[FACTS_WORDS]; /* the flags of struct facts */
	struct effects effects;
	struct glance glance;
	bool known;
};

/* NULL: the rule has no room for one. */
const struct digest *digest_of(const struct rule *rule);
/* 0, or -1 when memory is gone. */
int digest_peers_add(const struct digest_peers *peers, struct pool *pool, struct intervals *out);

#endif
