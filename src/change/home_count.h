/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the home has counted for an opening. */
#ifndef FWPORT_CHANGE_HOME_COUNT_H
#define FWPORT_CHANGE_HOME_COUNT_H

#include "fwport/report.h"

/* Adds to packets and bytes what is counted for it alone, in either engine; item->counted says whether anything is. */
int home_count(const struct ruleset *ruleset, struct status_item *item, struct pool *pool, struct error *err);

#endif
