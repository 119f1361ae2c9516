/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Harm: an opening that nobody asks about now, passes now, and would not any more.
 */
#ifndef FWPORT_HARM_H
#define FWPORT_HARM_H

#include "fwport/plan.h"
#include "record.h"

/* *out: the answer in `after` for the first opening that fares worse there, or NULL. */
int harm_find(const struct ruleset *before, const struct ruleset *after, const struct host *host,
	      const struct record *record, struct pool *pool, const struct opening_answer **out,
	      struct error *err);

#endif
