/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding ties that matter: those where one hook writes what another reads or writes. What a chain reads and writes is
 * gathered from its rules, and from all other chains of its table when it calls any; two tables meet in no set but
 * those that are in no table.
 */
#include "ties.h"
#include "digest.h"

#include "fwport/rule_text.h"

static void effects_of_rules(const struct chain *chain, struct effects *effects)
{
	for (size_t i = 0; i < chain->rule_count; i++) {
		const struct digest *digest = digest_of(chain->rules[i]);

		effects_join(effects, digest ? digest->effects : effects_of_rule(chain->rules[i]));
	}
}

/* Of all that may be called in the table, once for all its base chains. */
struct called {
	bool known;
	struct effects effects;
};

static struct effects effects_of_called(const struct table *table, struct called *called)
{
	for (size_t i = 0; !called->known && i < table->chain_count; i++)
		if (!table->chains[i]->base)
			effects_of_rules(table->chains[i], &called->effects);
	called->known = true;
	return called->effects;
}

static struct effects effects_of_chain(const struct chain *chain, struct called *called)
{
	struct effects effects = {0}, more = {0};

	effects_of_rules(chain, &effects);
	if (effects.calls)
		more = effects_of_called(chain->table, called);
	effects.reads |= more.reads;
	effects.writes |= more.writes;
	if (chain->policy_drop)
		effects.reads |= SETUP;
	return effects;
}

int32_t chain_place(const struct chain *chain)
{
	if (chain->type != CHAIN_NAT)
		return chain->priority;
	return chain->hook == HOOK_PREROUTING || chain->hook == HOOK_OUTPUT ? PLACE_NAT_DESTINATION
									    : PLACE_NAT_SOURCE;
}

/* Gathering */

static struct tie *tie_at(struct ties *ties, enum hook hook, int32_t place, bool among_nat, struct pool *pool)
{
	struct tie *list;

	for (size_t i = 0; i < ties->count; i++)
		if (ties->list[i].hook == hook && ties->list[i].place == place &&
		    ties->list[i].among_nat == among_nat)
			return &ties->list[i];
	list = pool_grow(pool, ties->list, ties->count, sizeof(*list));
	if (!list)
		return NULL;
	ties->list = list;
	list[ties->count] = (struct tie){.hook = hook, .place = place, .among_nat = among_nat};
	return &list[ties->count++];
}

static void tie_take(struct tie *tie, struct tied tied)
{
	size_t at = 0;

	while (at < tie->count && tie->list[at].table != tied.table)
		at++;
	if (at == TIE_LIMIT) {
		tie->more = true;
		at--;
	}
	if (at == tie->count)
		tie->list[tie->count++] = tied;
	tie->list[at].reads |= tied.reads;
	tie->list[at].writes |= tied.writes;
}

/* A NAT chain runs inside the kernel's dispatcher, which may be tied with other chains, and its chains among themselves. */
static int chain_take(struct ties *ties, const struct chain *chain, struct called *called, struct pool *pool)
{
	struct effects effects = effects_of_chain(chain, called);
	bool nat = chain->type == CHAIN_NAT;
	uint8_t seen = nat ? ALL : ALL & ~SETUP;
	struct tied tied = {chain->table, chain, effects.reads & seen, effects.writes & seen};
	struct tie *tie = tie_at(ties, chain->hook, chain->priority, nat, pool);

	if (!tie)
		return -1;
	tie_take(tie, tied);
	if (!nat)
		return 0;
	tie = tie_at(ties, chain->hook, chain_place(chain), false, pool);
	if (!tie)
		return -1;
	tied = (struct tied){NULL, NULL, effects.reads & ~SETUP, effects.writes & ~SETUP};
	tie_take(tie, tied);
	return 0;
}

static int kernel_take(struct ties *ties, struct pool *pool)
{
	static const struct {
		enum hook hook;
		int32_t place;
		uint8_t reads, writes;
	} hooks[] = {
		{HOOK_PREROUTING, PLACE_TRACKING, TRACKING, TRACKING},
		{HOOK_OUTPUT, PLACE_TRACKING, TRACKING, TRACKING},
		{HOOK_PREROUTING, PLACE_NAT_DESTINATION, TRACKING, PACKET},
		{HOOK_POSTROUTING, PLACE_NAT_SOURCE, TRACKING, PACKET},
	};

	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++) {
		struct tie *tie = tie_at(ties, hooks[i].hook, hooks[i].place, false, pool);

		if (!tie)
			return -1;
		tie_take(tie, (struct tied){NULL, NULL, hooks[i].reads, hooks[i].writes});
	}
	return 0;
}

/* NAT chains see a conversation's first packet alone, and what it goes by depends on who began. */
static bool is_asked(const struct chain *chain, enum direction direction, bool tracks)
{
	bool arrives = chain->hook == HOOK_PREROUTING || chain->hook == HOOK_INPUT;

	if (!chain->base || chain->hook == HOOK_FORWARD)
		return false;
	return chain->type != CHAIN_NAT || (tracks && arrives == (direction == DIRECTION_IN));
}

static int table_take(struct ties *ties, const struct table *table, enum direction direction, bool tracks,
		      struct pool *pool)
{
	struct called called = {0};

	for (size_t i = 0; i < table->chain_count; i++)
		if (is_asked(table->chains[i], direction, tracks) &&
		    chain_take(ties, table->chains[i], &called, pool) < 0)
			return -1;
	return 0;
}

/* Choosing */

static bool conflict(const struct tied *a, const struct tied *b)
{
	uint8_t both = a->writes & b->writes & (ALL & ~SETUP);

	return both || (a->writes & b->reads) || (b->writes & a->reads);
}

static bool matters(const struct tie *tie, size_t at)
{
	for (size_t i = 0; i < tie->count; i++)
		if (i != at && conflict(&tie->list[i], &tie->list[at]))
			return true;
	return false;
}

/* Leaves those in the list that some other one has to do with; where the others run makes no difference. */
static void keep_those_that_matter(struct tie *tie)
{
	struct tie all = *tie;

	tie->count = 0;
	for (size_t i = 0; i < all.count; i++)
		if (matters(&all, i))
			tie->list[tie->count++] = all.list[i];
}

static size_t factorial(size_t of)
{
	return of < 2 ? 1 : of * factorial(of - 1);
}

static void keep_what_matters(struct ties *ties)
{
	size_t kept = 0;

	ties->orders = 1;
	for (size_t i = 0; i < ties->count; i++) {
		struct tie *tie = &ties->list[i];

		keep_those_that_matter(tie);
		if (tie->count == 0)
			continue;
		tie->orders = factorial(tie->count);
		ties->orders *= tie->orders;
		ties->more |= tie->more || ties->orders > ORDER_LIMIT;
		ties->orders = ties->orders > ORDER_LIMIT ? ORDER_LIMIT : ties->orders;
		ties->list[kept++] = *tie;
	}
	ties->count = kept;
}

int ties_find(const struct ruleset *ruleset, enum family family, enum direction direction,
	      const struct facts *facts, struct pool *pool, struct ties *out)
{
	*out = (struct ties){0};
	if (facts->tracks && kernel_take(out, pool) < 0)
		return -1;
	for (size_t i = 0; i < ruleset->table_count; i++) {
		const struct table *table = ruleset->tables[i];

		if (!table_is_dormant(table) && table_sees_family(table, family) &&
		    table_take(out, table, direction, facts->tracks, pool) < 0)
			return -1;
	}
	keep_what_matters(out);
	ties_arrange(out, 0);
	return 0;
}

/* Using */

/* The nth permutation: each digit of it says which of those that are left comes next. */
static void tie_arrange(struct tie *tie, size_t nth)
{
	size_t left[TIE_LIMIT];

	for (size_t i = 0; i < tie->count; i++)
		left[i] = i;
	for (size_t i = 0; i < tie->count; i++) {
		size_t next = nth % (tie->count - i);

		nth /= tie->count - i;
		tie->order[left[next]] = i;
		for (size_t j = next; j + 1 < tie->count - i; j++)
			left[j] = left[j + 1];
	}
}

void ties_arrange(struct ties *ties, size_t nth)
{
	for (size_t i = 0; i < ties->count; i++) {
		tie_arrange(&ties->list[i], nth % ties->list[i].orders);
		nth /= ties->list[i].orders;
	}
}

int tie_rank(const struct ties *ties, enum hook hook, int32_t place, bool among_nat,
	     const struct table *table)
{
	for (size_t i = 0; ties && i < ties->count; i++) {
		const struct tie *tie = &ties->list[i];

		if (tie->hook != hook || tie->place != place || tie->among_nat != among_nat)
			continue;
		for (size_t j = 0; j < tie->count; j++)
			if (tie->list[j].table == table)
				return (int)tie->order[j];
	}
	return -1;
}

static void tied_name(const struct tie *tie, const struct tied *tied, struct text *out)
{
	if (tied->chain)
		chain_name_in_engine(tied->chain, out);
	else
		text_add(out, "%s", tie->place == PLACE_TRACKING ? "connection tracking" : "NAT");
}

void ties_name(const struct ties *ties, struct text *out)
{
	for (size_t i = 0; i < ties->count; i++) {
		const struct tie *tie = &ties->list[i];

		text_add(out, "%swhich of ", i ? " and " : "");
		for (size_t j = 0; j < tie->count; j++) {
			text_add(out, "%s", j ? ", " : "");
			tied_name(tie, &tie->list[j], out);
		}
		text_add(out, " comes first");
	}
}
