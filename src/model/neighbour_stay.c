/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long rules of ours live beside a neighbour. Each line was seen with the program itself, or with the very commands that it
 * runs (tests/boot/neighbours_first.sh, tests/cli/neighbours.bats).
 */
#include "fwport/neighbour.h"

/* Where a rule stands, as a neighbour sees it. */
enum spot { SPOT_MADE, SPOT_BESIDE, SPOT_ELSEWHERE, SPOT_COUNT };

enum { EVENT_LIMIT = 4 };
typedef struct neighbour_event events[EVENT_LIMIT];

/* What is not told here does nothing to a rule of ours. */
static const events table[NEIGHBOUR_KIND_COUNT][SPOT_COUNT] = {
	[NEIGHBOUR_UFW] = {[SPOT_MADE] = {{"ufw reload", GUEST_GOES},
					  {"systemctl restart ufw", GUEST_RETURNS}},
			   [SPOT_BESIDE] = {{"ufw reload", GUEST_STAYS}, {"ufw disable", GUEST_STAYS}}},
	[NEIGHBOUR_FIREWALLD] = {[SPOT_MADE] = {{"firewall-cmd --reload", GUEST_GOES},
						{"systemctl reload firewalld", GUEST_RETURNS},
						{"systemctl restart firewalld", GUEST_RETURNS}},
				 [SPOT_BESIDE] = {{"firewall-cmd --reload", GUEST_GOES}}},
};

static enum spot spot_of(const struct neighbour *neighbour, const struct chain *chain)
{
	if (neighbour_made(neighbour, chain))
		return SPOT_MADE;
	for (size_t i = 0; i < neighbour->table_count; i++)
		if (neighbour->tables[i] == chain->table)
			return SPOT_BESIDE;
	return SPOT_ELSEWHERE;
}

static size_t events_count(const struct neighbour_event *list)
{
	size_t count = 0;

	while (count < EVENT_LIMIT && list[count].command)
		count++;
	return count;
}

static size_t rules_of_ours(const struct chain *chain)
{
	size_t count = 0;

	for (size_t i = 0; i < chain->rule_count; i++)
		count += chain->rules[i]->tag != 0;
	return count;
}

/* Where the neighbour does nothing to them, there is nothing to tell. */
static int chain_look(const struct neighbour *neighbour, const struct chain *chain, struct pool *pool,
		      struct guest_stay **out, size_t *count, struct error *err)
{
	const struct neighbour_event *list = table[neighbour->kind][spot_of(neighbour, chain)];
	const struct guest_stay stay = {.chain = chain,
					.rule_count = rules_of_ours(chain),
					.events = list,
					.event_count = events_count(list)};
	struct guest_stay *grown;

	if (!stay.rule_count || !stay.event_count)
		return 0;
	grown = pool_grow(pool, *out, *count, sizeof(*grown));
	if (!grown)
		return error_memory(err);
	*out = grown;
	grown[(*count)++] = stay;
	return 0;
}

int neighbour_stays(const struct neighbour *neighbour, const struct ruleset *ruleset, struct pool *pool,
		    struct guest_stay **out, size_t *count, struct error *err)
{
	*out = NULL;
	*count = 0;
	for (size_t i = 0; i < ruleset->table_count; i++)
		for (size_t j = 0; j < ruleset->tables[i]->chain_count; j++)
			if (chain_look(neighbour, ruleset->tables[i]->chains[j], pool, out, count, err) < 0)
				return -1;
	return 0;
}
