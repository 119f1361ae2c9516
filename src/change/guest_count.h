/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What rules of ours in legacy tables have counted, for openings that no home counts, or whose packets never come there. */
#ifndef FWPORT_CHANGE_GUEST_COUNT_H
#define FWPORT_CHANGE_GUEST_COUNT_H

#include "fwport/report.h"

/* Fills in packets and bytes where they are told for one opening alone: a rule for many ports counts for none of them. */
int guests_count(struct status_report *report, struct pool *pool, struct error *err);

#endif
