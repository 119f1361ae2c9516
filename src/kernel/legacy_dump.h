/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A legacy table as the kernel hands it out: all of its entries in one piece, chain by chain. libiptc, which writes tables, makes
 * an object of each entry first; who only reads can do without, which is half the time of reading.
 */
#ifndef FWPORT_KERNEL_LEGACY_DUMP_H
#define FWPORT_KERNEL_LEGACY_DUMP_H

#include "legacy_entry.h"

#include "fwport/ruleset.h"

/* Its rules stand from `first` to just before `behind`; behind them is a built-in chain's policy, or what a user's chain ends with. */
struct dumped_chain {
	const char *name;
	bool builtin, policy_drop;
	size_t first, behind;
};

struct legacy_dump {
	enum family family;
	const uint8_t *bytes;
	size_t size;
	struct dumped_chain *chains;
	size_t chain_count;
};

/* All of it lives in the pool. -1 and errno when it could not be read; errno is 0 when it holds what nobody knows. */
int legacy_dump_read(enum family family, const char *table, struct pool *pool, struct legacy_dump *out);
/* The rule there, and where the next one would be; false when it leads to what is no chain. */
bool legacy_dump_rule(const struct legacy_dump *dump, size_t *at, struct legacy_entry *out);

#endif
