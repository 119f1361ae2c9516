/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A commit to whichever engines the steps are for, whoever keeps our home. */
#ifndef FWPORT_BACKEND_COMMIT_H
#define FWPORT_BACKEND_COMMIT_H

#include "fwport/backend.h"

/*
 * nf_tables is one transaction, and each legacy table is one for itself. When a later one does not come about, the earlier ones
 * stand: the result is COMMIT_UNKNOWN, beside the error if there is one, and what was added is to be looked up and taken back.
 * COMMIT_STALE: nothing was sent, or nothing came of it.
 */
int engines_commit(const struct ruleset *planned_on, const struct steps *steps, const struct commit_log *log,
		   struct pool *pool, enum commit_result *result, struct error *err);

#endif
