/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leaves out one thing after the other, large ones first, and keeps what still disagrees. Things are counted through: number n of a
 * smaller ruleset is another one than before.
 */
#include "shrink.h"
#include "prune.h"

static bool take_table(struct ruleset *ruleset, size_t *number)
{
	if (*number < ruleset->table_count) {
		prune_table(ruleset, *number);
		return true;
	}
	*number -= ruleset->table_count;
	return false;
}

static bool take_chain(struct table *table, size_t *number)
{
	if (*number < table->chain_count) {
		prune_chain(table, table->chains[*number]);
		return true;
	}
	*number -= table->chain_count;
	return false;
}

static bool take_set(struct table *table, size_t *number)
{
	if (*number < table->set_count) {
		prune_set(table, table->sets[*number]);
		return true;
	}
	*number -= table->set_count;
	return false;
}

static bool take_rule(struct table *table, size_t *number)
{
	for (size_t i = 0; i < table->chain_count; i++) {
		if (*number < table->chains[i]->rule_count) {
			prune_rule(table->chains[i], *number);
			return true;
		}
		*number -= table->chains[i]->rule_count;
	}
	return false;
}

static bool take_op(struct table *table, size_t *number)
{
	for (size_t i = 0; i < table->chain_count; i++)
		for (size_t j = 0; j < table->chains[i]->rule_count; j++) {
			struct rule *rule = table->chains[i]->rules[j];

			if (*number < rule->op_count) {
				prune_op(rule, *number);
				return true;
			}
			*number -= rule->op_count;
		}
	return false;
}

static bool take_element(struct table *table, size_t *number)
{
	for (size_t i = 0; i < table->set_count; i++) {
		if (*number < table->sets[i]->element_count) {
			prune_element(table->sets[i], *number);
			return true;
		}
		*number -= table->sets[i]->element_count;
	}
	return false;
}

typedef bool take_function(struct table *table, size_t *number);

/* False when there is no such thing any more. */
static bool take(struct ruleset *ruleset, size_t number)
{
	static take_function *const takes[] = {take_chain, take_rule, take_set, take_op, take_element};

	if (take_table(ruleset, &number))
		return true;
	for (size_t i = 0; i < sizeof(takes) / sizeof(takes[0]); i++)
		for (size_t j = 0; j < ruleset->table_count; j++)
			if (takes[i](ruleset->tables[j], &number))
				return true;
	return false;
}

int shrink(struct trial *trial, const struct ruleset *ruleset, const struct probe *probes, size_t count,
	   struct pool *pool, struct ruleset **out, struct error *err)
{
	struct ruleset *best = ruleset_copy(ruleset, pool);
	size_t number = 0;
	bool better = false;

	while (best) {
		struct ruleset *smaller = ruleset_copy(best, pool);
		int still;

		if (!smaller)
			return error_memory(err);
		if (!take(smaller, number)) {
			if (!better)
				break;
			better = false; /* what was needed before may not be any more */
			number = 0;
			continue;
		}
		still = trial_disagrees(trial, smaller, probes, count, pool, err);
		if (still < 0)
			return -1;
		better |= still;
		if (still)
			best = smaller;
		else
			number++;
	}
	*out = best;
	return best ? trial_load(trial, best, pool, err) : error_memory(err);
}
