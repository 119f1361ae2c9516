/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Undo as steps: what is known while the inverse grows, and the part of it that is about rules.
 */
#ifndef FWPORT_MODEL_INVERSE_H
#define FWPORT_MODEL_INVERSE_H

#include "fwport/step.h"

struct undo {
	const struct ruleset *now;
	const struct steps *steps; /* that are taken back */
	const struct rule **taken; /* rules that a step of the inverse removes already */
	size_t taken_count;
	struct steps *out;
	struct pool *pool;
	struct error *err;
};

int undo_push(struct undo *undo, struct step step);
struct chain *undo_chain_now(const struct undo *undo, const struct step *step);

bool rule_is_taken(const struct undo *undo, const struct rule *rule);
/* For a step that added a rule, or removed one. */
int rule_unadd(struct undo *undo, const struct step *step);
int rule_unremove(struct undo *undo, const struct step *step);

#endif
