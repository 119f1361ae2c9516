/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Judging one operation of a rule: does the rule go on behind it? Effects on the world are not its business. */
#ifndef FWPORT_EVAL_MATCH_H
#define FWPORT_EVAL_MATCH_H

#include "load.h"
#include "sets.h"

struct judgement {
	enum truth truth;   /* NO breaks the rule */
	bool opaque;        /* MAYBE, because it is not understood */
	const char *unsure; /* MAYBE, because of a connection: what about it */
	bool test;          /* it looked at registers, not at the packet */
	struct hit hit;     /* lookups */
};

void op_judge(const struct op *op, const struct scene *scene, const struct world *world,
	      struct registers *registers, struct judgement *out);
/* What a doubt about this operation of the rule is about, in words. */
void doubt_describe(const struct rule *rule, size_t at, const struct judgement *judgement, struct doubt *out);
/*
 * The smallest client port in (first, last] of the world from which on a test on the client's port, of whose bytes `sreg` holds
 * the registers, may come out otherwise; 0 when it comes out the same for all of them. *exact is false when that cannot be told.
 */
uint16_t port_boundary(const struct op *op, const struct registers *registers, const struct world *world,
		       bool *exact);

#endif
