/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the reader: one attempt to read the ruleset. When the kernel's state is seen to move, `moved` is set, and what was
 * read so far is thrown away by whoever started the attempt.
 */
#ifndef FWPORT_KERNEL_NFT_DUMP_H
#define FWPORT_KERNEL_NFT_DUMP_H

#include "netlink.h"
#include "nft_attributes.h"
#include "fwport/ruleset.h"
#include "fwport/step.h"

/* A chain with something about it, or about its table, that we do not know: it stands before each of its rules. */
struct strange {
	const void *what; /* the chain or the table */
	const char *name; /* "chain attribute 13" */
};

struct outside;

struct reading {
	struct netlink *netlink;
	struct pool *pool;
	struct ruleset *ruleset;
	struct outside *outside;
	bool moved;
	struct table *last; /* that a message named: they come table by table */
	struct strange *strange;
	size_t strange_count;
};

/* A message as nf_tables frames it: whose it is, and the attributes. False, with the error, when it is malformed. */
struct nft_message {
	uint8_t family;
	struct attributes attributes;
};
int nft_message_read(const struct nlmsghdr *message, const enum attribute_form *shape, size_t shape_count,
		     const char *noun, struct nft_message *out, struct error *err);

/* Asks for a dump of one type, of one table (and of one thing in it, by the attribute `type`), or of all: NULL. */
struct nft_question {
	uint16_t message; /* NFT_MSG_GET* */
	const struct table *table;
	unsigned table_type, thing_type;
	const char *thing;
	const char *what; /* for the sentence: "cannot read the chains" */
};
int nft_dump(struct reading *reading, const struct nft_question *question, netlink_each *each, void *context,
	     struct error *err);

/* The table that a message names; NULL, and `moved`, when it was not there a moment ago. */
struct table *reading_table(struct reading *reading, uint8_t family, const char *name);
int reading_strange(struct reading *reading, const void *what, const char *noun, unsigned number,
		    struct error *err);
const char *reading_strange_name(const struct reading *reading, const struct chain *chain);

/* All tables, chains, sets, objects and flowtables, without rules and elements (nft_tables.c, nft_set.c). */
int skeleton_read(struct reading *reading, struct error *err);
int sets_read(struct reading *reading, struct error *err);
int chain_read_rules(struct reading *reading, struct chain *chain, struct error *err);
int set_read_elements(struct reading *reading, struct set *set, struct error *err);

/* By signs that have been seen to hold; the kernel does not know (owners.c). */
enum owner table_owner(const struct table *table);

/*
 * What need not be read again (nft_share.c). A table of `before` in which nothing was touched and nothing moves by itself
 * takes the place of the skeleton's; in the others, chains and sets that are the same take rules and elements from there.
 * False: it has to be read.
 */
struct sharing {
	const struct ruleset *before;
	const struct steps *touched; /* with what the kernel told of them */
};
const struct table *share_table(const struct sharing *sharing, const struct table *table);
int share_rules(const struct sharing *sharing, const struct reading *reading, struct chain *chain,
		bool *shared, struct error *err);
int share_elements(const struct sharing *sharing, struct set *set, struct pool *pool, bool *shared,
		   struct error *err);
/* Puts elements into the order that ruleset.h promises. */
void elements_sort(struct element *elements, size_t count);

#endif
