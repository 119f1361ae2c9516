/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ports of the home that expire: those that are there, with what is left of their time, against those that are wanted.
 */
#ifndef FWPORT_PLAN_HOME_TIMED_H
#define FWPORT_PLAN_HOME_TIMED_H

#include "fwport/step.h"
#include "home.h"
#include "home_want.h"

/* Adds what is missing to a set of the wanted home's that is not there yet. */
int timed_elements_add(const struct home_set *want, struct pool *pool, struct steps *out, struct error *err);
/* `read_at`: of the ruleset that the set is in. */
int timed_elements_compare(const struct set *have, int64_t read_at, const struct home_set *want,
			   struct pool *pool, struct home_steps *out, struct error *err);
/* Removes all that is in the set. */
int timed_elements_remove(const struct set *have, int64_t read_at, struct pool *pool, struct steps *out,
			  struct error *err);

#endif
