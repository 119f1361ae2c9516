/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connections of before in legacy tables, which have no sets: an entry for each, until a date.
 */
#ifndef FWPORT_PLAN_ADMISSION_H
#define FWPORT_PLAN_ADMISSION_H

#include "fwport/plan.h"
#include "want.h"

enum { ADMISSIONS_MOST = 4096 };

struct admission {
	struct connection connection;
	int64_t until; /* seconds since the epoch */
};

struct admissions {
	struct admission *list;
	size_t count;
};

/*
 * Of one family: those that stand in the chains of the policy, by direction, NULL where there is none, and whose date has not
 * come; and where nothing tracked connections, those that nothing else will let go on. ERROR_BLOCKED when they are more than
 * ADMISSIONS_MOST.
 */
int admissions_find(const struct ruleset *now, const struct wishes *wishes, const struct wants *wants,
		    enum family family, const struct chain *const chains[2], struct pool *pool,
		    struct admissions *out, struct error *err);

/* How many connections the steps let go on that nothing let go on before, in either engine. */
size_t admitted_count(const struct steps *steps);

#endif
