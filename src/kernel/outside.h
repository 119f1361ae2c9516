/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists that rules of x_tables look into and that are in no table: rules of all tables and both engines share those of one name.
 * Each is read when the first rule is met that names it, and is then the same for all.
 */
#ifndef FWPORT_KERNEL_OUTSIDE_H
#define FWPORT_KERNEL_OUTSIDE_H

#include "fwport/pool.h"
#include "fwport/ruleset.h"

/* What an ipset's elements are made of, in the order of its dimensions; each may be asked of the source or of the destination. */
enum ipset_part { PART_ADDRESS, PART_NETWORK, PART_PORT, PART_INTERFACE };
enum { IPSET_PARTS = 3, RECENT_MASK = 16 };

struct ipset {
	struct set *set; /* where it is opaque, nothing else is known of it */
	enum ipset_part parts[IPSET_PARTS];
	size_t part_count;
	uint8_t family;    /* NFPROTO_*, UNSPEC where it has no addresses */
	uint8_t prefix;    /* addresses are cut to so many bits; 0: they are not */
	bool any_protocol; /* ports alone; else with their protocol before them */
};

/* A list of the recent match, of one family; its name has another of the other family, with the same mask. */
struct recent_list {
	struct set *set;
	uint8_t mask[RECENT_MASK];
};

struct outside {
	struct pool *pool;
	struct recent_list *list;
	size_t count;
	struct ipset **ipsets;
	size_t ipset_count;
};

/*
 * A list of the recent match, with the sources that it holds now for the family (NFPROTO_IPV4 or NFPROTO_IPV6); one that cannot be
 * read is opaque. The kernel keeps the mask of the rule that made the list and masks with it for all others; which rule that was
 * it does not tell, so a list is opaque, too, when rules name it with different masks. NULL when memory is gone. The pool is
 * that of `outside`, which may be NULL: then nothing is read.
 */
const struct set *outside_recent(struct outside *outside, struct pool *pool, const char *name, uint8_t family,
				 const uint8_t mask[RECENT_MASK]);
/* The ipset with that index; likewise. */
const struct ipset *outside_ipset(struct outside *outside, struct pool *pool, uint16_t index);

#endif
