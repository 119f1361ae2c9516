/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ports that are alike: that no rule names alone, or the same rules do.
 */
#ifndef FWPORT_PLAN_ALIKE_H
#define FWPORT_PLAN_ALIKE_H

#include "survey.h"

/*
 * Splits classes of ports so that all ports of one are named by the same rules or by none, and all or none of them may go past
 * those. For verdicts they are one class when a set holds them all, 443 by its name and 8080 in 8000-9000.
 */
int classes_split_named(const struct ruleset *ruleset, const struct group *group, struct survey *survey,
			struct pool *pool, struct error *err);

#endif
