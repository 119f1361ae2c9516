/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One test of a rule, and what it says of the field that is looked for.
 */
#ifndef FWPORT_EVAL_MENTION_OP_H
#define FWPORT_EVAL_MENTION_OP_H

#include "mention.h"
#include "trail.h"

struct search {
	const struct field *field;
	struct pool *pool;
	struct intervals *out;
	struct trail *trail;
};

/* A comparison, a range or a lookup in a set that is known; 0, or -1 when memory is gone. */
int mention_op(struct search *search, const struct op *op);

#endif
