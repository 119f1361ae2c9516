/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules that come too late, or for another port. The walk is done again as if the blocker were not there, then as if the next
 * rule that decides were not there either, and so on to the end of the base chain: what accepts on the way is an accept that
 * is never reached.
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

static int shadowed_add(struct family_answer *answer, struct shadowed shadowed, struct pool *pool)
{
	struct shadowed *list;

	if (is_told(answer, shadowed.accept) || answer->never_reached_count >= TOLD_MOST)
		return 0;
	list = pool_grow(pool, answer->never_reached, answer->never_reached_count, sizeof(*list));
	if (!list)
		return -1;
	answer->never_reached = list;
	list[answer->never_reached_count++] = shadowed;
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

/* In the chains behind NAT an accept for the port that it left is as good as none. */
static int find_unmoved(const struct scene *scene, const struct worlds *entering, const struct packet *packet,
			const struct decision *blocker, struct pool *pool, struct family_answer *answer)
{
	struct worlds unmoved = {0};
	struct station again;
	bool moved = false;

	if (worlds_copy(&unmoved, entering, scene->pool) < 0)
		return -1;
	for (size_t i = 0; i < unmoved.count; i++) {
		moved |= unmoved.list[i].mapping != NULL;
		unmoved.list[i].mapping = NULL;
		unmoved.list[i].packet = packet;
	}
	if (!moved)
		return 0;
	if (decide_again(scene, &unmoved, packet->role, &again) < 0)
		return -1;
	if (again.fate != FATE_PASS || !again.decision.rule)
		return 0;
	return shadowed_add(answer, (struct shadowed){packet->role, again.decision.rule, blocker, true},
			    pool);
}

static int find_behind(const struct scene *scene, const struct worlds *entering, enum packet_role role,
		       const struct station *station, struct pool *pool, struct family_answer *answer)
{
	const struct rule *skipped[DECIDING_MOST];
	const struct decision *blocker = &station->decision;
	struct scene without = *scene;
	struct station again = *station;

	without.skipped = skipped;
	while (again.decision.rule && without.skipped_count < DECIDING_MOST) {
		const struct shadowed shadowed = {role, again.decision.rule, blocker, false};

		if (again.fate == FATE_PASS && shadowed_add(answer, shadowed, pool) < 0)
			return -1;
		skipped[without.skipped_count++] = again.decision.rule;
		if (decide_again(&without, entering, role, &again) < 0)
			return -1;
	}
	return 0;
}

int shadow_find(const struct scene *scene, const struct worlds *entering, const struct packet *packet,
		const struct station *station, struct pool *pool, struct family_answer *answer)
{
	if (!fate_is_block(station->fate) || scene->base->type == CHAIN_NAT)
		return 0;
	if (find_behind(scene, entering, packet->role, station, pool, answer) < 0)
		return -1;
	return find_unmoved(scene, entering, packet, &station->decision, pool, answer);
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
