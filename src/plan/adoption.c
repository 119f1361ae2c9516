/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The home tells most: its sets hold the openings to everyone, and it has a rule for each of the others. Guests tell the rest, and
 * the ids of those in the sets. A guest of several ports is as many openings.
 */
#include "fwport/adoption.h"

#include "fwport/policy.h"
#include "fwport/port_set.h"
#include "home_want.h"
#include "predicate_whole.h"

#include <stdlib.h>
#include <string.h>

enum { SECONDS_TOLERATED = 3 };

struct adoption {
	const struct ruleset *ruleset;
	struct pool *pool;
	struct opening *list;
	size_t count;
	const struct rule *unread;
};

static int add_opening(struct adoption *adoption, const struct opening *opening, struct error *err)
{
	adoption->list = pool_grow(adoption->pool, adoption->list, adoption->count, sizeof(*adoption->list));
	if (!adoption->list)
		return error_memory(err);
	adoption->list[adoption->count++] = *opening;
	return 0;
}

/* The sets */

/* When each range ends; 0 never. */
static int64_t *ends_of(const struct set *set, size_t count, int64_t read_at, struct pool *pool)
{
	int64_t *ends = pool_alloc(pool, (count + 1) * sizeof(*ends));
	size_t at = 0;

	for (size_t i = 0; ends && i < set->element_count; i++) {
		const struct element *element = &set->elements[i];

		if (!element->interval_end && !element->catch_all && at < count)
			ends[at++] =
				element->expires ? (read_at + (int64_t)element->expires + 500) / 1000 : 0;
	}
	return ends;
}

static int adopt_set(struct adoption *adoption, const struct set *set, enum protocol protocol,
		     enum direction direction, struct error *err)
{
	struct port_range *ports;
	int64_t *ends;
	size_t count;

	if (set->opaque || port_set_ranges(set, adoption->pool, &ports, &count, err) < 0)
		return set->opaque ? 0 : -1;
	ends = ends_of(set, count, adoption->ruleset->read_at, adoption->pool);
	if (!ends)
		return error_memory(err);
	for (size_t i = 0; i < count; i++) {
		const struct opening opening = {
			.port = {protocol, ports[i]},
			.scope = {.direction = direction, .families = FAMILIES_BOTH},
			.expires = ends[i],
		};

		if (add_opening(adoption, &opening, err) < 0)
			return -1;
	}
	return 0;
}

static int adopt_sets(struct adoption *adoption, const struct table *table, struct error *err)
{
	struct home *home = pool_alloc(adoption->pool, sizeof(*home));

	if (!home)
		return error_memory(err);
	home_start(home);
	for (int i = 0; i < HOME_SETS; i++) {
		const struct set *set = table_find_set(table, home->sets[i].set.name);

		if (set && adopt_set(adoption, set, home_set_protocol(i), home_set_direction(i), err) < 0)
			return -1;
	}
	return 0;
}

/* The rules */

static bool has_prefix(const struct prefix *list, size_t count, const struct prefix *wanted)
{
	for (size_t i = 0; i < count; i++)
		if (prefix_equal(&list[i], wanted))
			return true;
	return false;
}

static int add_prefix(const struct prefix **list, size_t *count, const struct prefix *prefix,
		      struct pool *pool, struct error *err)
{
	struct prefix *longer;

	if (!prefix || has_prefix(*list, *count, prefix))
		return 0;
	longer = pool_alloc(pool, (*count + 1) * sizeof(*longer));
	if (!longer)
		return error_memory(err);
	for (size_t i = 0; i < *count; i++)
		longer[i] = (*list)[i];
	longer[(*count)++] = *prefix;
	*list = longer;
	return 0;
}

/* What the rule says of each of its ports: an opening that would have such a rule. */
static int claim_make(const struct rule *rule, const struct predicate *predicate, struct pool *pool,
		      struct opening *out, struct error *err)
{
	const bool request = predicate->kind == PREDICATE_REQUEST, inbound = request != predicate->leaves;
	struct scope scope = {
		.direction = inbound ? DIRECTION_IN : DIRECTION_OUT,
		.families = predicate_families(predicate, rule->chain->table),
		.iface = predicate->iface,
	};

	if (add_prefix(&scope.from, &scope.from_count, inbound ? predicate->peer : predicate->local, pool,
		       err) < 0 ||
	    add_prefix(&scope.to, &scope.to_count, inbound ? predicate->local : predicate->peer, pool, err) <
		    0)
		return -1;
	*out = (struct opening){.id = rule->tag,
				.port = {.protocol = predicate->protocol},
				.scope = scope,
				.expires = predicate->until};
	return 0;
}

static bool is_within(const struct prefix *inner, size_t inner_count, const struct prefix *outer,
		      size_t outer_count)
{
	for (size_t i = 0; outer_count && i < inner_count; i++)
		if (!has_prefix(outer, outer_count, &inner[i]))
			return false;
	return inner_count > 0 || !outer_count;
}

static bool is_same_interface(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* The kernel's elements have a clock of their own, so that seconds do not count. */
static bool ends_like(const struct opening *opening, const struct opening *claim)
{
	if (!opening->expires || !claim->expires)
		return opening->expires == claim->expires;
	return llabs((long long)(opening->expires - claim->expires)) <= SECONDS_TOLERATED;
}

/* Whether the opening, as it is known by now, would have had such a rule. */
static bool covers(const struct opening *opening, const struct opening *claim)
{
	const struct scope *scope = &opening->scope, *wanted = &claim->scope;
	const struct port_range ports = claim->port.ports;

	return opening->port.protocol == claim->port.protocol && ends_like(opening, claim) &&
	       scope->direction == wanted->direction && port_contains(opening->port.ports, ports.first) &&
	       port_contains(opening->port.ports, ports.last) && !(wanted->families & ~scope->families) &&
	       is_same_interface(scope->iface, wanted->iface) &&
	       is_within(wanted->from, wanted->from_count, scope->from, scope->from_count) &&
	       is_within(wanted->to, wanted->to_count, scope->to, scope->to_count);
}

static struct opening *find_id(struct adoption *adoption, uint32_t id)
{
	for (size_t i = 0; i < adoption->count; i++)
		if (adoption->list[i].id == id)
			return &adoption->list[i];
	return NULL;
}

/* A rule for another pair of prefixes, or in the table of the other family. */
static int widen(struct adoption *adoption, struct opening *opening, const struct scope *more,
		 struct error *err)
{
	struct scope *scope = &opening->scope;

	scope->families |= more->families;
	for (size_t i = 0; i < more->from_count; i++)
		if (add_prefix(&scope->from, &scope->from_count, &more->from[i], adoption->pool, err) < 0)
			return -1;
	for (size_t i = 0; i < more->to_count; i++)
		if (add_prefix(&scope->to, &scope->to_count, &more->to[i], adoption->pool, err) < 0)
			return -1;
	return 0;
}

static bool is_more_of(const struct opening *opening, const struct opening *claim)
{
	const struct scope *scope = &opening->scope, *more = &claim->scope;

	return opening->port.protocol == claim->port.protocol && ends_like(opening, claim) &&
	       scope->direction == more->direction && opening->port.ports.first == claim->port.ports.first &&
	       opening->port.ports.last == claim->port.ports.last &&
	       !scope->from_count == !more->from_count && !scope->to_count == !more->to_count &&
	       is_same_interface(scope->iface, more->iface);
}

static int take_claim(struct adoption *adoption, struct opening *claim, struct error *err)
{
	const uint32_t id = claim->id;
	struct opening *bears_it = find_id(adoption, id);

	for (size_t i = 0; i < adoption->count; i++)
		if (covers(&adoption->list[i], claim)) {
			if (!adoption->list[i].id && !bears_it)
				adoption->list[i].id = id;
			adoption->list[i].expires = claim->expires;
			return 0;
		}
	for (size_t i = 0; i < adoption->count; i++)
		if (is_more_of(&adoption->list[i], claim) && (&adoption->list[i] == bears_it || !bears_it))
			return widen(adoption, &adoption->list[i], &claim->scope, err);
	if (bears_it)
		claim->id = 0;
	return add_opening(adoption, claim, err);
}

static int adopt_rule(struct adoption *adoption, const struct rule *rule, struct error *err)
{
	struct predicate predicate;
	struct opening claim;

	if (predicate_read_whole(adoption->ruleset, rule, adoption->pool, &predicate, err) < 0 ||
	    claim_make(rule, &predicate, adoption->pool, &claim, err) < 0)
		return -1;
	if (!predicate.port_count && !adoption->unread)
		adoption->unread = rule;
	for (size_t i = 0; i < predicate.port_count; i++) {
		claim.id = rule->tag;
		claim.port.ports = predicate.ports[i];
		if (take_claim(adoption, &claim, err) < 0)
			return -1;
	}
	return 0;
}

static int adopt_rules(struct adoption *adoption, const struct table *table, struct error *err)
{
	for (size_t i = 0; i < table->chain_count; i++)
		for (size_t j = 0; j < table->chains[i]->rule_count; j++)
			if (rule_is_of_opening(table->chains[i]->rules[j]) &&
			    adopt_rule(adoption, table->chains[i]->rules[j], err) < 0)
				return -1;
	return 0;
}

/* Together */

static int adopt_home(struct adoption *adoption, struct error *err)
{
	const struct table *home = ruleset_find_table(adoption->ruleset, TABLE_INET, HOME_TABLE);

	if (!home)
		return 0;
	return adopt_sets(adoption, home, err) < 0 ? -1 : adopt_rules(adoption, home, err);
}

int openings_adopt(const struct ruleset *ruleset, uint32_t *next_id, struct pool *pool, struct adopted *out,
		   struct error *err)
{
	struct adoption adoption = {.ruleset = ruleset, .pool = pool};

	if (adopt_home(&adoption, err) < 0)
		return -1;
	for (size_t i = 0; i < ruleset->table_count; i++)
		if (!table_is_home(ruleset->tables[i]) && adopt_rules(&adoption, ruleset->tables[i], err) < 0)
			return -1;
	for (size_t i = 0; i < adoption.count; i++)
		if (!adoption.list[i].id)
			adoption.list[i].id = (*next_id)++;
	*out = (struct adopted){.openings = {.list = adoption.list, .count = adoption.count},
				.unread = adoption.unread};
	return 0;
}
