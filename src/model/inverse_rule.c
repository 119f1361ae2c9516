/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules that were added go, those that were removed come back to where they stood. In legacy tables, where a rule is known by
 * what it says, one that was moved seems to be there still.
 */
#include "inverse.h"

bool rule_is_taken(const struct undo *undo, const struct rule *rule)
{
	for (size_t i = 0; i < undo->taken_count; i++)
		if (undo->taken[i] == rule)
			return true;
	return false;
}

/* NULL: it is not there. */
static const struct rule *find_handle(const struct chain *chain, uint64_t handle)
{
	for (size_t i = 0; handle && chain && i < chain->rule_count; i++)
		if (chain->rules[i]->handle == handle)
			return chain->rules[i];
	return NULL;
}

/* What stood there before is not what the step added: the kernel may have done nothing of it. */
static const struct rule *rule_added(const struct undo *undo, const struct step *step)
{
	const struct chain *then = step->chain, *now = undo_chain_now(undo, step);

	for (size_t i = 0; now && i < now->rule_count; i++)
		if (rule_same(now->rules[i], step->rule) && !rule_is_taken(undo, now->rules[i]) &&
		    !find_handle(then, now->rules[i]->handle))
			return now->rules[i];
	return NULL;
}

static int take(struct undo *undo, const struct rule *rule)
{
	undo->taken = pool_grow(undo->pool, undo->taken, undo->taken_count, sizeof(*undo->taken));
	if (!undo->taken)
		return error_memory(undo->err);
	undo->taken[undo->taken_count++] = rule;
	return undo_push(undo, (struct step){.remove = true,
					     .object = STEP_RULE,
					     .table = rule->chain->table,
					     .chain = rule->chain,
					     .set = rule_own_set(rule),
					     .rule = rule});
}

int rule_unadd(struct undo *undo, const struct step *step)
{
	const struct rule *rule = rule_added(undo, step);

	return rule ? take(undo, rule) : 0;
}

/* The first of the rules that stood behind it then and are still there. */
static const struct rule *neighbour(const struct undo *undo, const struct step *step)
{
	const struct chain *then = step->rule->chain, *now = undo_chain_now(undo, step);

	for (size_t i = step->rule->position; now && i < then->rule_count; i++) {
		const struct rule *rule = find_handle(now, then->rules[i]->handle);

		if (rule && !rule_is_taken(undo, rule))
			return rule;
	}
	return NULL;
}

static size_t count_same(const struct chain *chain, const struct rule *rule)
{
	size_t count = 0;

	for (size_t i = 0; i < chain->rule_count; i++)
		count += rule_same(chain->rules[i], rule);
	return count;
}

static bool was_added_too(const struct undo *undo, const struct step *removal)
{
	for (size_t i = 0; i < undo->steps->count; i++) {
		const struct step *step = &undo->steps->list[i];

		if (step->object == STEP_RULE && !step->remove && chain_is(step->chain, removal->chain) &&
		    rule_same(step->rule, removal->rule))
			return true;
	}
	return false;
}

/* Whether it stands before the neighbour, and between them are only rules that came since. */
static bool stands_as_then(const struct rule *rule, const struct rule *neighbour, const struct chain *then)
{
	const struct chain *now = rule->chain;
	size_t i = rule->position;

	while (i < now->rule_count && now->rules[i] != neighbour && !find_handle(then, now->rules[i]->handle))
		i++;
	return neighbour ? i < now->rule_count && now->rules[i] == neighbour : i == now->rule_count;
}

/* A rule that was added and removed in one, and is the only one that says so, now as then. */
static bool was_moved(const struct undo *undo, const struct step *step, const struct rule *there)
{
	const struct chain *then = step->rule->chain;

	return was_added_too(undo, step) && count_same(then, step->rule) == 1 &&
	       count_same(there->chain, step->rule) == 1 &&
	       !stands_as_then(there, neighbour(undo, step), then);
}

int rule_unremove(struct undo *undo, const struct step *step)
{
	const struct rule *there = find_handle(undo_chain_now(undo, step), step->rule->handle);

	if (there && !was_moved(undo, step, there))
		return 0;
	if (there && take(undo, there) < 0)
		return -1;
	return undo_push(undo, (struct step){.object = STEP_RULE,
					     .table = step->table,
					     .chain = step->chain,
					     .set = step->set,
					     .rule = step->rule,
					     .before = neighbour(undo, step)});
}
