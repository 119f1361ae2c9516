/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rule of the policy under way: its operations one by one, in the language of the table it is for. In a legacy table all of
 * them are parts of an entry, and what the rule lets pass it returns to whoever called its chain: others have the last word,
 * as they have it behind a chain of nf_tables.
 */
#ifndef FWPORT_PLAN_DRAFT_H
#define FWPORT_PLAN_DRAFT_H

#include "fwport/opening.h"
#include "fwport/pool.h"
#include "fwport/ruleset.h"

enum { DRAFT_MOST = 20 };

/* Failure sticks, so that makers of rules can be written without checks. */
struct draft {
	enum direction direction;
	const struct chain *chain;
	struct op ops[DRAFT_MOST];
	size_t count;
	struct pool *pool;
	bool failed;
};

/* Whether it is for a legacy table. */
bool draft_is_entry(const struct draft *draft);
void draft_put(struct draft *draft, struct op op);
void draft_meta(struct draft *draft, uint32_t key, uint8_t length);
/* To the register that all others use, or to one behind it. */
void draft_payload(struct draft *draft, uint32_t base, uint32_t offset, uint8_t length, uint8_t behind);
void draft_compare(struct draft *draft, uint32_t test, const void *value, size_t length);
void draft_masked(struct draft *draft, const void *mask, size_t length, uint32_t test, const void *value);
/* Nothing in a table that has one family only. */
void draft_family(struct draft *draft, enum family family);
void draft_protocol(struct draft *draft, uint8_t protocol);
void draft_port(struct draft *draft, bool destination, uint16_t port);
/* One of these states of a connection. */
void draft_states(struct draft *draft, uint32_t states);
/* Until then, in seconds since the epoch. Of entries only. */
void draft_until(struct draft *draft, int64_t until);
/* What it ends with. */
void draft_pass(struct draft *draft);
void draft_drop(struct draft *draft, bool counted);
/* Adds the rule to the list, and begins another. */
int draft_end(struct draft *draft, struct rule **list, size_t *count, struct error *err);

#endif
