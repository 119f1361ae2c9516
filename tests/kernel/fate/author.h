/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing random rulesets, with an eye on the packets that will meet them: constants are often what a packet has in that place,
 * or the one beside it.
 */
#ifndef FWPORT_FATE_AUTHOR_H
#define FWPORT_FATE_AUTHOR_H

#include "probe.h"
#include "values.h"

#include "fwport/ruleset.h"

struct author {
	struct chance *chance;
	struct pool *pool;
	const struct probe *probes;
	size_t probe_count;
	struct ruleset *ruleset;
	bool failed; /* memory is gone */
};

/* What a rule may load and test. */
struct field {
	struct op load;
	enum value_kind values;
	unsigned families; /* of tables: bits of enum table_family, 0 all */
	uint8_t weight;
	uint32_t key_type; /* as nft names it, for listings */
};

/* A rule that is being written, and what its registers would hold for one of the packets, as far as an author can guess. */
enum { PEN_OPS = 32 };
struct pen {
	struct author *author;
	struct table *table;
	const struct chain *chain;
	const struct packet *packet;
	struct op ops[PEN_OPS];
	size_t count;
	uint8_t guess[NFT_REGISTER_BYTES];
	bool written[NFT_REGISTER_BYTES / 4];
};

/* Tables, chains and sets: author.c, author_sets.c */
struct ruleset *author_write(struct chance *chance, const struct probe *probes, size_t count,
			     struct pool *pool);
void *author_alloc(struct author *author, size_t size);
struct bytes author_bytes(struct author *author, const void *bytes, size_t length);
/* A verdict, of the table's chains to one further down than `from` (-1: a base chain), so that there are no loops. */
struct nft_verdict author_verdict(struct author *author, const struct table *table, int from);
/* Whether the chain may be come to from hooks of that set only: bits of enum hook. */
bool chain_is_of_hooks(const struct chain *chain, unsigned hooks);
int chain_depth(const struct chain *chain); /* its place among those that may be jumped to; -1 a base chain */
/*
 * A set of keys as they are in the registers from `at` on, with one or more fields. `data` NULL: no map; else what the map
 * gives, a verdict if its load has no length.
 */
const struct set *author_set(struct pen *pen, uint8_t at, const struct field *const *fields, size_t count,
			     const struct field *data);

/* Rules: author_rules.c (as nft writes them), author_bytes.c (as it does not) */
void rule_write(struct pen *pen);
void rule_write_bytes(struct pen *pen);
/* Ends the rule, or leaves it open. */
void pen_end(struct pen *pen);

/* pen.c */
const struct field *field_draw(struct pen *pen);
const struct field *field_of_marks(void);
uint8_t padded(uint8_t length);
struct op *pen_add(struct pen *pen, struct op op);
void pen_load(struct pen *pen, const struct field *field, uint8_t at);
void pen_mask(struct pen *pen, uint8_t from, uint8_t to, uint8_t length);
/* A constant to compare register bytes with. */
void pen_constant(struct pen *pen, uint8_t at, uint8_t length, enum value_kind kind, uint8_t *out);
void pen_compare(struct pen *pen, uint8_t at, uint8_t length, enum value_kind kind);
bool pen_has_written(const struct pen *pen, uint8_t at, uint8_t length);

#endif
