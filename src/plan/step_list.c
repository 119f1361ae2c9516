/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A growing list of steps.
 */
#include "step_list.h"

int steps_push(struct steps *steps, struct step step, struct pool *pool, struct error *err)
{
	struct step *list = pool_grow(pool, steps->list, steps->count, sizeof(*list));

	if (!list)
		return error_memory(err);
	steps->list = list;
	steps->list[steps->count++] = step;
	return 0;
}

int steps_append(struct steps *steps, const struct steps *more, struct pool *pool, struct error *err)
{
	for (size_t i = 0; i < more->count; i++)
		if (steps_push(steps, more->list[i], pool, err) < 0)
			return -1;
	return 0;
}

int steps_drop_rule(struct steps *steps, const struct rule *rule, struct pool *pool, struct error *err)
{
	return steps_push(steps,
			  (struct step){
				  .remove = true,
				  .object = STEP_RULE,
				  .table = rule->chain->table,
				  .chain = rule->chain,
				  .set = rule_own_set(rule),
				  .rule = rule,
			  },
			  pool, err);
}
