/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ties: hooks of equal priority. Of two the kernel runs the one first that was registered last, which it does not tell
 * (nf_hook_entries_grow), so where one of them may see what another does, every order is possible. Chains of one table are
 * no tie: they are as old as their handles say, unlike those of two tables.
 */
#ifndef FWPORT_EVAL_TIES_H
#define FWPORT_EVAL_TIES_H

#include "scene.h"

#include "fwport/text.h"

#include <linux/netfilter_ipv4.h>

enum {
	PLACE_TRACKING = NF_IP_PRI_CONNTRACK,
	PLACE_NAT_DESTINATION = NF_IP_PRI_NAT_DST,
	PLACE_NAT_SOURCE = NF_IP_PRI_NAT_SRC,
};
enum { TIE_LIMIT = 6, ORDER_LIMIT = 24 };

struct tied {
	const struct table *table; /* NULL: the kernel's own connection tracking or NAT */
	const struct chain *chain; /* one of the table's, to name it */
	uint8_t reads, writes;
};

struct tie {
	enum hook hook;
	int32_t place; /* where they run; of NAT chains among themselves, their own priority */
	bool among_nat;
	struct tied list[TIE_LIMIT];
	size_t count;
	bool more; /* there are others that did not fit into the list; their effects are those of its last */
	size_t orders; /* how many there are */
	size_t order[TIE_LIMIT];
};

struct ties {
	struct tie *list; /* only those where the order may matter */
	size_t count;
	size_t orders; /* of all together, at most ORDER_LIMIT */
	bool more;     /* there are orders that are not among them */
};

/* Those that a conversation of that direction meets. */
int ties_find(const struct ruleset *ruleset, enum family family, enum direction direction,
	      const struct facts *facts, struct pool *pool, struct ties *out);
/* Puts all into the order of that number. */
void ties_arrange(struct ties *ties, size_t number);
/* When the table's chains run there, counted from 0; -1 when the order there does not matter. `ties` may be NULL. */
int tie_rank(const struct ties *ties, enum hook hook, int32_t place, bool among_nat,
	     const struct table *table);
/* "which of inet a input, inet b input comes first" */
void ties_name(const struct ties *ties, struct text *out);
int32_t chain_place(const struct chain *chain);

#endif
