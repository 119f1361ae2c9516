/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking neighbours: which of the openings they are to let through, what they have to be asked for that, and doing it.
 */
#ifndef FWPORT_ASK_H
#define FWPORT_ASK_H

#include "fwport/via.h"
#include "stages.h"

/*
 * What stands between the record and the one that is to be becomes the errands of the plan. An opening for which no rule of ours
 * can stand is left to the neighbour that holds the table, when nobody is named; where that cannot be, its answer says why. The
 * plan is made anew when that changes it.
 */
int ask_prepare(struct change *change, struct error *err);
/* The answers of the plan without those of what is only about to be asked for. */
int ask_known(const struct change *change, struct opening_answer **out, size_t *count, struct error *err);
/*
 * What has to be confirmed is asked for only as far as it does not outlast a boot. ERROR_USAGE where a neighbour knows nothing of
 * that kind.
 */
int ask_await(struct change *change, struct error *err);
/* In their order. Each neighbour that has done its part is noted in the log, where there is one (NULL: there is none). `lock` as in via_run. */
int ask_run(const struct errands *errands, int lock, const struct commit_log *log, struct error *err);
/* All of them the other way round, whether they were done or not. */
int ask_back(const struct errands *errands, int lock, struct pool *pool, struct error *err);

#endif
