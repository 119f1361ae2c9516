/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares the home that is wanted with the one that is there. Elements are compared as ports, not as intervals: one that
 * lies within what is wanted stays as it is, so that opening 443 beside 440-450 sends nothing.
 */
#include "home.h"

#include "fwport/port_set.h"
#include "home_check.h"
#include "home_policy.h"
#include "home_timed.h"
#include "policy_match.h"
#include "step_list.h"

#include <linux/netfilter/nf_tables.h>
#include <stdlib.h>
#include <string.h>

static struct step table_step(const struct table *table, bool remove)
{
	return (struct step){.remove = remove, .object = STEP_TABLE, .table = table};
}

static struct step chain_step(const struct chain *chain, bool remove)
{
	return (struct step){.remove = remove, .object = STEP_CHAIN, .table = chain->table, .chain = chain};
}

static struct step set_step(const struct set *set, bool remove)
{
	return (struct step){.remove = remove, .object = STEP_SET, .table = set->table, .set = set};
}

static struct step elements_step(const struct set *set, const struct port_range *ports, size_t count,
				 bool remove)
{
	return (struct step){.remove = remove,
			     .object = STEP_ELEMENTS,
			     .table = set->table,
			     .set = set,
			     .ports = ports,
			     .port_count = count};
}

static bool is_anonymous(const struct set *set)
{
	return set->flags & NFT_SET_ANONYMOUS;
}

static int set_remove(const struct set *set, int64_t read_at, struct steps *out, struct pool *pool,
		      struct error *err)
{
	struct port_range *ports;
	size_t count;

	if (set->flags & NFT_SET_TIMEOUT) {
		if (timed_elements_remove(set, read_at, pool, out, err) < 0)
			return -1;
	} else if (set->element_count) {
		if (port_set_ranges(set, pool, &ports, &count, err) < 0)
			return -1;
		if (count && steps_push(out, elements_step(set, ports, count, true), pool, err) < 0)
			return -1;
	}
	return steps_push(out, set_step(set, true), pool, err);
}

/* The last one first: what undoes it puts them back one behind the other. */
static int rules_remove(const struct chain *chain, struct steps *out, struct pool *pool, struct error *err)
{
	for (size_t i = chain->rule_count; i-- > 0;)
		if (steps_drop_rule(out, chain->rules[i], pool, err) < 0)
			return -1;
	return 0;
}

static int table_remove(const struct table *table, int64_t read_at, struct steps *out, struct pool *pool,
			struct error *err)
{
	for (size_t i = table->chain_count; i-- > 0;)
		if (rules_remove(table->chains[i], out, pool, err) < 0)
			return -1;
	for (size_t i = 0; i < table->set_count; i++)
		if (!is_anonymous(table->sets[i]) && set_remove(table->sets[i], read_at, out, pool, err) < 0)
			return -1;
	for (size_t i = table->chain_count; i-- > 0;)
		if (steps_push(out, chain_step(table->chains[i], true), pool, err) < 0)
			return -1;
	return steps_push(out, table_step(table, true), pool, err);
}

/* Cells within what is wanted stay, the others go, and what then is not covered is added in the cells that are wanted. */
static int elements_compare(const struct set *have, const struct home_set *want, struct pool *pool,
			    struct home_steps *out, struct error *err)
{
	struct port_range *cells, *stay, *go, *add, *merged;
	size_t count, stay_count = 0, go_count = 0, add_count, merged_count;

	if (port_set_ranges(have, pool, &cells, &count, err) < 0)
		return -1;
	stay = pool_alloc(pool, (count + 1) * sizeof(*stay));
	go = pool_alloc(pool, (count + 1) * sizeof(*go));
	merged = pool_copy(pool, want->ports, want->count * sizeof(*merged));
	if (!stay || !go || !merged)
		return error_memory(err);
	merged_count = port_ranges_merge(merged, want->count);
	for (size_t i = 0, j = 0; i < count; i++) {
		while (j < merged_count && merged[j].last < cells[i].first)
			j++;
		if (j < merged_count && merged[j].first <= cells[i].first && cells[i].last <= merged[j].last)
			stay[stay_count++] = cells[i];
		else
			go[go_count++] = cells[i];
	}
	if (ranges_subtract(want->ports, want->count, stay, stay_count, pool, &add, &add_count, err) < 0)
		return -1;
	/* An interval that is replaced by a part of itself has to be gone first. */
	if (go_count && steps_push(add_count ? &out->add : &out->remove,
				   elements_step(have, go, go_count, true), pool, err) < 0)
		return -1;
	if (add_count && steps_push(&out->add, elements_step(have, add, add_count, false), pool, err) < 0)
		return -1;
	return 0;
}

/* `have` is NULL: the set is not there yet. */
static int set_contents(const struct set *have, int64_t read_at, const struct home_set *want,
			struct pool *pool, struct home_steps *out, struct error *err)
{
	if (want->expires)
		return have ? timed_elements_compare(have, read_at, want, pool, out, err)
			    : timed_elements_add(want, pool, &out->add, err);
	if (have)
		return elements_compare(have, want, pool, out, err);
	return steps_push(&out->add, elements_step(&want->set, want->ports, want->count, false), pool, err);
}

static int sets_add(const struct table *have, int64_t read_at, struct home *home, struct pool *pool,
		    struct home_steps *out, struct error *err)
{
	for (int i = 0; i < HOME_SETS; i++) {
		struct home_set *want = &home->sets[i];
		const struct set *set = have && want->ports ? table_find_set(have, want->set.name) : NULL;

		if (want->ports && !set && steps_push(&out->add, set_step(&want->set, false), pool, err) < 0)
			return -1;
	}
	for (int i = 0; i < HOME_SETS; i++) {
		struct home_set *want = &home->sets[i];
		const struct set *set = have && want->ports ? table_find_set(have, want->set.name) : NULL;

		if (want->ports && set_contents(set, read_at, want, pool, out, err) < 0)
			return -1;
	}
	return 0;
}

static int tag_order(const void *a, const void *b)
{
	const struct rule *x = *(struct rule *const *)a, *y = *(struct rule *const *)b;

	return x->tag < y->tag ? -1 : x->tag > y->tag;
}

static struct rule **by_tag(struct rule *const *rules, size_t count, struct pool *pool)
{
	struct rule **sorted = pool_copy(pool, rules, count * sizeof(struct rule *));

	if (sorted)
		qsort(sorted, count, sizeof(struct rule *), tag_order);
	return sorted;
}

/* Sorted by tag on both sides, so that thousands of scoped openings are compared with their like only. */
static int rules_compare(const struct chain *have, struct home *home, int direction, struct pool *pool,
			 struct home_steps *out, struct error *err)
{
	size_t have_count = have ? have->rule_count : 0, want_count = home->rule_counts[direction], j = 0;
	struct rule **there = by_tag(have ? have->rules : NULL, have_count, pool);
	struct rule **want = by_tag(home->rules[direction], want_count, pool);
	const struct rule *before = policy_first(have, &home->policy[direction]);
	bool *kept = pool_alloc(pool, want_count + 1);

	if (!there || !want || !kept)
		return error_memory(err);
	for (size_t i = 0; i < have_count; i++) {
		bool found = false;

		if (there[i]->tag == POLICY_TAG)
			break; /* the greatest tag there is */
		while (j < want_count && want[j]->tag < there[i]->tag)
			j++;
		for (size_t k = j; k < want_count && want[k]->tag == there[i]->tag && !found; k++)
			if (!kept[k] && rule_same(want[k], there[i]))
				found = kept[k] = true;
		if (!found && steps_drop_rule(&out->remove, there[i], pool, err) < 0)
			return -1;
	}
	for (size_t k = 0; k < want_count; k++)
		if (!kept[k] && steps_push(&out->add,
					   (struct step){.object = STEP_RULE,
							 .table = have ? have->table : &home->table,
							 .chain = have ? have : &home->chains[direction],
							 .rule = want[k],
							 .before = before},
					   pool, err) < 0)
			return -1;
	return 0;
}

static bool is_wanted_set(const struct home *home, const struct set *set)
{
	for (int i = 0; i < HOME_SETS; i++) {
		const struct home_set *want = &home->sets[i];

		if (want->ports && !strcmp(want->set.name, set->name))
			return true;
	}
	for (int family = 0; family < FAMILY_COUNT; family++)
		if (home->admitted[family] && !strcmp(home->admitted[family]->name, set->name))
			return true;
	return false;
}

static bool is_wanted_chain(const struct home *home, const struct chain *chain)
{
	for (int i = 0; i < HOME_CHAINS; i++)
		if (home_wants_chain(home, i) && !strcmp(home->chains[i].name, chain->name))
			return true;
	return false;
}

/* Chains, sets and, in chains that go, their rules, that nothing wants. */
static int surplus_remove(const struct table *have, int64_t read_at, const struct home *home,
			  struct pool *pool, struct home_steps *out, struct error *err)
{
	for (size_t i = have->chain_count; i-- > 0;)
		if (!is_wanted_chain(home, have->chains[i]) &&
		    rules_remove(have->chains[i], &out->remove, pool, err) < 0)
			return -1;
	for (size_t i = 0; i < have->set_count; i++)
		if (!is_anonymous(have->sets[i]) && !is_wanted_set(home, have->sets[i]) &&
		    set_remove(have->sets[i], read_at, &out->remove, pool, err) < 0)
			return -1;
	for (size_t i = have->chain_count; i-- > 0;)
		if (!is_wanted_chain(home, have->chains[i]) &&
		    steps_push(&out->remove, chain_step(have->chains[i], true), pool, err) < 0)
			return -1;
	return 0;
}

static int home_compare(const struct table *have, int64_t read_at, struct home *home, struct pool *pool,
			struct home_steps *out, struct error *err)
{
	if (!have && steps_push(&out->add, table_step(&home->table, false), pool, err) < 0)
		return -1;
	for (int i = 0; i < HOME_CHAINS; i++)
		if (home_wants_chain(home, i) && !(have && table_find_chain(have, home->chains[i].name)) &&
		    steps_push(&out->add, chain_step(&home->chains[i], false), pool, err) < 0)
			return -1;
	if (sets_add(have, read_at, home, pool, out, err) < 0 ||
	    home_admitted_add(have, home, pool, &out->add, err) < 0)
		return -1;
	for (int i = 0; i < HOME_CHAINS; i++) {
		const struct chain *chain = have ? table_find_chain(have, home->chains[i].name) : NULL;

		if (home_wants_chain(home, i) &&
		    (rules_compare(chain, home, i, pool, out, err) < 0 ||
		     policy_compare(chain, &home->policy[i], pool, &out->add, &out->remove, err) < 0))
			return -1;
	}
	return have ? surplus_remove(have, read_at, home, pool, out, err) : 0;
}

/* The way back must not depend on what others do meanwhile, so what is ours goes also when there is something of theirs beside it. */
static int plan_beside(const struct error *guests, struct home_steps *out, struct pool *pool,
		       struct error *err)
{
	if (guests->kind == ERROR_NONE)
		return 0;
	if (guests->kind != ERROR_BLOCKED || out->add.count) {
		*err = *guests;
		return -1;
	}
	return home_spare_guests(&out->remove, pool, err);
}

static int plan_steps(const struct ruleset *now, const struct wishes *wishes, const struct wants *wants,
		      const struct table *have, struct home *home, struct pool *pool, struct home_steps *out,
		      struct error *err)
{
	if (home_want(wants, home, pool, err) < 0 ||
	    home_policy_want(now, wishes, wants, home, pool, err) < 0)
		return -1;
	if ((!wants->count && !policy_drops(wishes->policy)) || wishes->place != HOME_NFT)
		return have ? table_remove(have, now->read_at, &out->remove, pool, err) : 0;
	return home_compare(have, now->read_at, home, pool, out, err);
}

int home_plan(const struct ruleset *now, const struct wishes *wishes, const struct wants *wants,
	      struct pool *pool, struct home_steps *out, struct error *err)
{
	const struct table *have = ruleset_find_table(now, TABLE_INET, HOME_TABLE);
	struct home *home = pool_alloc(pool, sizeof(*home));
	struct error guests = {0};

	*out = (struct home_steps){0};
	if (!home)
		return error_memory(err);
	if (home_place_check(now, wishes, err) < 0 || (have && home_check(have, pool, &guests, err) < 0) ||
	    plan_steps(now, wishes, wants, have, home, pool, out, err) < 0)
		return -1;
	return plan_beside(&guests, out, pool, err);
}
