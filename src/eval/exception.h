/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exceptions: peers that rules single out. The general peer is a real address, so a rule about others simply does not match;
 * what it would have done to those others is noted here and told, never decided upon.
 */
#ifndef FWPORT_EVAL_EXCEPTION_H
#define FWPORT_EVAL_EXCEPTION_H

#include "match.h"

enum { EXCEPTION_LIMIT = 32 };

enum exception_effect { EXCEPTION_ACCEPTS, EXCEPTION_BLOCKS, EXCEPTION_SPARES, EXCEPTION_TURNS };

struct exception {
	const struct rule *rule;
	size_t test; /* the operation that tells them apart */
	enum exception_effect effect;
};

struct exceptions {
	struct exception list[EXCEPTION_LIMIT];
	size_t count, more;
};

/* The test of the rule at `at` did not hold for the general peer. */
void exception_consider(const struct scene *scene, const struct world *world, const struct rule *rule,
			size_t at, const struct registers *registers, struct exceptions *exceptions);
/* The rule blocked the general peer, and its test at `at` spares others. */
void exception_spared(const struct rule *rule, size_t at, struct exceptions *exceptions);
bool test_asks_peer(const struct op *op, const struct registers *registers);

#endif
