/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules that look at the clock, as of the day that begins now. */
#ifndef FWPORT_EVAL_CLOCK_H
#define FWPORT_EVAL_CLOCK_H

#include "load.h"

/* How many answers to the load there may be that are few enough for a world each; 0: it gives what they have in common. */
uint32_t clock_choices(const struct op *op, const struct scene *scene);
enum truth clock_load(const struct op *op, const struct scene *scene, const struct world *world,
		      struct registers *registers);
/* "the time of day, now 16:25 UTC"; NULL when memory is gone. */
const char *clock_words(const char *what, const struct host *host, struct pool *pool);

#endif
