/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing nf_tables: steps become one netlink transaction that carries the generation they were planned on.
 */
#ifndef FWPORT_NFT_WRITE_H
#define FWPORT_NFT_WRITE_H

#include "fwport/step.h"

/*
 * All or nothing. COMMIT_STALE when the kernel's generation is not planned_on->number, COMMIT_UNKNOWN when its answer was lost.
 * Errors name the step's line. What the kernel tells of the rules it has then is noted in the steps, and lives in the pool.
 */
int nft_commit(const struct ruleset *planned_on, const struct steps *steps, struct pool *pool,
	       enum commit_result *result, struct error *err);

#endif
