/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changing iptables-legacy, both families in one: the tables are held first, under the lock that all of iptables takes, and held
 * against what was planned on; they are written when everything else has been. Steps of nf_tables are passed over.
 */
#ifndef FWPORT_LEGACY_COMMIT_H
#define FWPORT_LEGACY_COMMIT_H

#include "fwport/step.h"

struct writing;

/* The lock, and the tables that steps change; empty, with lock -1, where none does. */
struct legacy_hold {
	int lock;
	struct writing *tables;
	size_t count;
};

/*
 * Takes the lock, unless no step is of a legacy table, and makes the changes to copies of the tables: the kernel has none of them
 * yet. COMMIT_STALE when some table is not what it was planned on, ERROR_BUSY when somebody keeps the lock. Whatever it returns,
 * the hold is released.
 */
int legacy_hold(const struct ruleset *planned_on, const struct steps *steps, struct pool *pool,
		struct legacy_hold *out, enum commit_result *result, struct error *err);
/*
 * Writes the tables of one family, each as a whole. When one fails its rules may stand all the same, and those of tables
 * before it do: COMMIT_UNKNOWN, beside the error if there is one.
 *
 * Counters of rules that were there go on as they were. libiptc takes them from the kernel as it replaces the table, and gives
 * them back by a second request; should that one fail, the rules stand and the counters of that table begin anew at 0: what they
 * had been is then known to nobody. It fails when memory is gone, or when somebody who heeds no lock changed the number of rules
 * between the two.
 */
int legacy_commit(struct legacy_hold *hold, enum family family, enum commit_result *result,
		  struct error *err);
void legacy_release(struct legacy_hold *hold); /* for CLEANUP */

#endif
