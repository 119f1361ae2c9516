/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of one table: rules and verdict maps name chains and sets, and here they get to them. And which of them anybody
 * gets to at all, so that nobody reads 100,000 elements that no packet is looked up in.
 */
#ifndef FWPORT_KERNEL_NFT_NAMES_H
#define FWPORT_KERNEL_NFT_NAMES_H

#include "nft_dump.h"

struct name {
	const char *name;
	uint32_t type; /* of objects, which may share a name if they are of different types */
	void *thing;
	bool met;
};

/* Sorted: a host may have ten thousand anonymous sets. */
struct names {
	struct name *list;
	size_t count;
};

struct table_names {
	struct names chains, sets, objects;
};

int table_names_find(const struct table *table, struct pool *pool, struct table_names *out,
		     struct error *err);
/* NULL: there is none. */
struct name *name_find(const struct names *names, const char *name);

/* What is not there, or does not fit into the registers, stays NULL. */
void rules_resolve(const struct table_names *names, struct table *table);
void elements_resolve(const struct table_names *names, struct set *set);

/* Both, of a table that is read already. */
int table_resolve(struct table *table, struct pool *pool, struct error *err);

/*
 * The elements of the table's sets; its rules are read and resolved. Those of a named set that no rule looks into which a
 * packet can come to are left where they are, and the set says so.
 */
int elements_fill(struct reading *reading, const struct sharing *sharing, struct table *table,
		  const struct table_names *names, struct error *err);

#endif
