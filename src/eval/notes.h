/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is noted while a rule runs and told as exceptions when it has ended: for whom, and until when, it ends otherwise. */
#ifndef FWPORT_EVAL_NOTES_H
#define FWPORT_EVAL_NOTES_H

#include "rule.h"

enum { HELD_LIMIT = 8 };

struct notes {
	size_t held[HELD_LIMIT]; /* tests on the peer that held, and do not for everybody: != and the like */
	size_t held_count;
	bool more;        /* there were too many of them */
	size_t broken_at; /* where the rule broke, if it did */
	size_t expiring; /* a test that holds until an element expires, or the rule itself, and in how long; 0 never */
	uint64_t expires;
	size_t traced; /* the last operation that left something behind */
};

/* The test at `at` asks for the general peer's address, and held. */
void notes_hold(struct notes *notes, const struct scene *scene, const struct rule *rule, size_t at);
/* The operation at `at` has been judged. */
void notes_judge(struct notes *notes, const struct scene *scene, const struct rule *rule, size_t at,
		 const struct judgement *judgement);
/* The rule has ended. */
void notes_tell(const struct notes *notes, const struct scene *scene, const struct world *world,
		const struct rule *rule, const struct ending *ending, struct exceptions *exceptions);

#endif
