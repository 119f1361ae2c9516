/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing iptables-legacy: the steps of one family's tables, under the lock that all of iptables takes. Other steps are passed
 * over.
 */
#ifndef FWPORT_LEGACY_WRITE_H
#define FWPORT_LEGACY_WRITE_H

#include "fwport/step.h"

/*
 * COMMIT_STALE when a table is not what it was planned on, ERROR_BUSY when somebody keeps the lock. A table's rules are written
 * as a whole; when that fails they may stand all the same, and those of a table before it do: COMMIT_UNKNOWN, beside the error
 * if there is one.
 */
int legacy_commit(enum family family, const struct ruleset *planned_on, const struct steps *steps,
		  enum commit_result *result, struct error *err);

#endif
