/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking a register up in a set: what the set held when it was read, and what the world has added to it since. */
#ifndef FWPORT_EVAL_SETS_H
#define FWPORT_EVAL_SETS_H

#include "registers.h"
#include "world.h"

enum { CANDIDATE_LIMIT = 16 };

struct hit {
	enum truth truth;              /* is it in the set? */
	bool opaque;                   /* cannot be told, as something is not understood */
	bool overlap;                  /* that is since several elements hold the key and differ */
	const struct element *element; /* YES, USUALLY, RARELY: the element; NULL when the world added it */
	const struct element *candidates[CANDIDATE_LIMIT]; /* MAYBE in a map: elements that it may be */
	size_t candidate_count;
	bool more; /* there are more of them than fit */
};

void set_find(const struct set *set, const struct registers *registers, uint8_t at, const struct world *world,
	      struct hit *hit);
/* Whether a rule that adds the key finds it there, or room for it. */
enum truth set_takes(const struct op *op, const struct registers *registers, const struct world *world);
/* Adds the key to the set in this world, if there is room, or takes it out. */
int set_write(struct world *world, const struct op *op, const struct registers *registers, struct pool *pool);

#endif
