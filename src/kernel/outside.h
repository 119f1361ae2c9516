/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists that rules of x_tables look into and that are in no table: rules of all tables and both engines share those of one name.
 * Each is read when the first rule is met that names it, and is then the same for all.
 */
#ifndef FWPORT_KERNEL_OUTSIDE_H
#define FWPORT_KERNEL_OUTSIDE_H

#include "fwport/pool.h"
#include "fwport/ruleset.h"

struct outside {
	struct pool *pool;
	struct set **list;
	size_t count;
};

/*
 * A list of the recent match, with the sources that it holds now for the family (NFPROTO_IPV4 or NFPROTO_IPV6); one that cannot be
 * read is opaque. NULL when memory is gone. `outside` may be NULL: nothing is read.
 */
const struct set *outside_recent(struct outside *outside, struct pool *pool, const char *name,
				 uint8_t family);

#endif
