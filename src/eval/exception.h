/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exceptions: peers that rules single out, and users. The general peer is a real address, so a rule about others does not match;
 * what it would have done to those others is noted here and told, never decided upon.
 */
#ifndef FWPORT_EVAL_EXCEPTION_H
#define FWPORT_EVAL_EXCEPTION_H

#include "match.h"

enum { EXCEPTION_LIMIT = 32 };

enum exception_effect {
	EXCEPTION_ACCEPTS,
	EXCEPTION_BLOCKS,
	EXCEPTION_SPARES, /* the general peer is blocked, these are not */
	EXCEPTION_MISSES, /* the general peer is accepted, these are not */
	EXCEPTION_TURNS,
	EXCEPTION_EXPIRES, /* it is so for everybody, as long as an element of a set is there, or the rule holds */
};

struct exception {
	const struct rule *rule;
	size_t test; /* the operation that tells them apart */
	enum exception_effect effect;
	bool others;      /* it is about those whom the test does not name */
	uint64_t expires; /* EXCEPTION_EXPIRES: milliseconds */
};

struct exceptions {
	struct exception list[EXCEPTION_LIMIT];
	size_t count, more;
};

/* The test of the rule at `at` did not hold for the general peer. */
void exception_consider(const struct scene *scene, const struct world *world, const struct rule *rule,
			size_t at, const struct registers *registers, struct exceptions *exceptions);
/* The rule's test at `at` held for the general peer and does not for everybody, who fare otherwise by it. */
void exception_held(const struct rule *rule, size_t at, enum exception_effect effect,
		    struct exceptions *exceptions);
/* The rule's lookup at `at` found an element that will be gone by then. */
void exception_expires(const struct rule *rule, size_t at, uint64_t expires, struct exceptions *exceptions);
/* A test that holds for all but those it names. */
bool test_is_inverted(const struct op *op);
/* Whether the operation leaves something behind that later rules may look at. */
bool op_leaves_trace(const struct op *op, const struct facts *facts);
bool test_asks_peer(const struct op *op, const struct registers *registers);
bool test_asks_owner(const struct op *op, const struct registers *registers);

#endif
