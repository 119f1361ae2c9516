/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules that come too late. The walk is done again as if the blocker were not there, then as if the next rule that decides were
 * not there either, and so on to the end of the base chain: what accepts on the way is an accept that is never reached.
 */
#include "shadow.h"
#include "judge.h"

enum { DECIDING_MOST = 16, TOLD_MOST = 8 };

static bool is_told(const struct family_answer *answer, const struct rule *accept)
{
	for (size_t i = 0; i < answer->never_reached_count; i++)
		if (answer->never_reached[i].accept == accept)
			return true;
	return false;
}

static int shadowed_add(struct family_answer *answer, enum packet_role role, const struct rule *accept,
			const struct decision *blocker, struct pool *pool)
{
	struct shadowed *list;

	if (is_told(answer, accept) || answer->never_reached_count >= TOLD_MOST)
		return 0;
	list = pool_grow(pool, answer->never_reached, answer->never_reached_count, sizeof(*list));
	if (!list)
		return -1;
	answer->never_reached = list;
	list[answer->never_reached_count++] = (struct shadowed){role, accept, blocker};
	return 0;
}

/* Who decides when the rules that the scene skips are not there. */
static int decide_again(const struct scene *scene, const struct worlds *entering, enum packet_role role,
			struct station *out)
{
	struct family_answer untold = {0};
	struct worlds worlds = {0};
	struct walk walk;

	*out = (struct station){.hook = scene->base->hook, .chain = scene->base};
	if (worlds_copy(&worlds, entering, scene->pool) < 0 || walk_run(scene, &worlds, &walk) < 0)
		return -1;
	return station_judge(&walk, role, out, &untold, scene->pool);
}

int shadow_find(const struct scene *scene, struct worlds *entering, enum packet_role role,
		const struct station *station, struct pool *pool, struct family_answer *answer)
{
	const struct rule *skipped[DECIDING_MOST];
	const struct decision *blocker = &station->decision;
	struct scene without = *scene;
	struct station again = *station;

	if (!fate_is_block(station->fate) || scene->base->type == CHAIN_NAT)
		return 0;
	without.skipped = skipped;
	while (again.decision.rule && without.skipped_count < DECIDING_MOST) {
		if (again.fate == FATE_PASS &&
		    shadowed_add(answer, role, again.decision.rule, blocker, pool) < 0)
			return -1;
		skipped[without.skipped_count++] = again.decision.rule;
		if (decide_again(&without, entering, role, &again) < 0)
			return -1;
	}
	return 0;
}

void move_find(const struct worlds *worlds, struct family_answer *answer)
{
	for (size_t i = 0; i < worlds->count && !answer->move.rule; i++) {
		const struct mapping *mapping = worlds->list[i].mapping;

		if (mapping)
			answer->move = (struct move){mapping->to.address, mapping->to.port, mapping->base,
						     mapping->rule};
	}
}
