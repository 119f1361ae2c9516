/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guests that stand against guests that are wanted. A rule that says part of what is wanted is kept and the rest is said by
 * a rule beside it, so that opening one more port adds and never replaces.
 */
#include "guest.h"

#include "step_list.h"
#include "tail.h"

#include <stdlib.h>

struct standing {
	const struct rule *rule;
	struct predicate spoken;   /* its ports, and where they arrive */
	const struct group *group; /* that its tag belongs to; NULL: of nothing that is wanted */
	/* Families of it for which none would be placed today: they are not there, or are refused. */
	unsigned unplaced;
	bool kept;
	const struct guest *part_of; /* that it says part of; NULL: of none */
};

struct standings {
	struct standing *list;
	size_t count;
};

/* So many rules more than it takes are too many in a chain of our own: as many ports as one rule has room for. */
enum { SPARE = 15 };

struct owner_of_tag {
	uint32_t tag;
	const struct group *group;
};

static int tag_order(const void *a, const void *b)
{
	const struct owner_of_tag *x = a, *y = b;

	return x->tag < y->tag ? -1 : x->tag > y->tag;
}

static int tags_make(const struct wants *wants, struct pool *pool, struct owner_of_tag **out, size_t *count,
		     struct error *err)
{
	size_t room = 1, used = 0;

	for (size_t i = 0; i < wants->count; i++)
		room += wants->groups[i].wish_count;
	*out = pool_alloc(pool, room * sizeof(**out));
	if (!*out)
		return error_memory(err);
	for (size_t i = 0; i < wants->count; i++)
		for (size_t j = 0; j < wants->groups[i].wish_count; j++)
			(*out)[used++] = (struct owner_of_tag){wants->groups[i].wishes[j].opening->id,
							       &wants->groups[i]};
	qsort(*out, used, sizeof(**out), tag_order);
	*count = used;
	return 0;
}

static int standing_add(struct standings *standings, const struct rule *rule, const struct owner_of_tag *tags,
			size_t tag_count, struct pool *pool, struct error *err)
{
	struct owner_of_tag key = {.tag = rule->tag};
	const struct owner_of_tag *owner = bsearch(&key, tags, tag_count, sizeof(*tags), tag_order);
	struct standing *one;

	standings->list = pool_grow(pool, standings->list, standings->count, sizeof(*standings->list));
	if (!standings->list)
		return error_memory(err);
	one = &standings->list[standings->count++];
	*one = (struct standing){.rule = rule, .group = owner ? owner->group : NULL};
	return predicate_read(rule, pool, &one->spoken, err);
}

static unsigned refused_families(const struct standing *one, const struct refusals *refusals)
{
	unsigned families = 0;

	for (size_t i = 0; i < refusals->count; i++) {
		const struct refusal *refusal = &refusals->list[i];

		if (refusal->group == one->group && ranges_share(refusal->ports, refusal->port_count,
								 one->spoken.ports, one->spoken.port_count))
			families |= FAMILY_BIT(refusal->family);
	}
	return families;
}

static void standings_mark(struct standings *standings, const struct wants *wants,
			   const struct guests *guests, const struct refusals *refusals)
{
	for (size_t i = 0; i < standings->count; i++) {
		struct standing *one = &standings->list[i];

		if (one->group)
			one->unplaced =
				guests->unseen[one->group - wants->groups] | refused_families(one, refusals);
	}
}

/* In its own place, where it is compared by itself. */
static bool is_of_policy(const struct rule *rule)
{
	return rule->tag == POLICY_TAG && chain_is_of_policy(rule->chain);
}

static int standings_find(const struct ruleset *now, const struct wants *wants, struct pool *pool,
			  struct standings *out, struct error *err)
{
	struct steps drops = {0};
	struct owner_of_tag *tags = NULL;
	size_t tag_count = 0;

	*out = (struct standings){0};
	if (tags_make(wants, pool, &tags, &tag_count, err) < 0 || guests_drop_all(now, pool, &drops, err) < 0)
		return -1;
	for (size_t i = 0; i < drops.count; i++)
		if (!is_of_policy(drops.list[i].rule) &&
		    standing_add(out, drops.list[i].rule, tags, tag_count, pool, err) < 0)
			return -1;
	return 0;
}

static bool is_ours(const struct rule *rule)
{
	return rule->tag || rule_calls_home(rule);
}

bool stands_before(const struct rule *guest, const struct rule *before)
{
	const struct chain *chain = guest->chain;
	size_t i = guest->position;

	while (i < chain->rule_count && is_ours(chain->rules[i]))
		i++;
	return (i < chain->rule_count ? chain->rules[i]->handle : 0) == (before ? before->handle : 0);
}

bool skips_block(const struct rule *guest, const struct rule *before, uint8_t protocol)
{
	const struct chain *chain = guest->chain;
	const size_t end = before ? before->position - 1 : chain->rule_count;

	for (size_t from = guest->position, to; from < end; from = to + 1) {
		for (to = from; to < end && !is_ours(chain->rules[to]);)
			to++;
		if (block_in(chain, from, to, protocol))
			return true;
	}
	return false;
}

static int says(const struct standing *standing, const struct predicate *predicate, struct pool *pool,
		bool *out, struct error *err)
{
	struct rule *rule;
	struct set *set;

	if (predicate_rule(predicate, standing->rule->chain, standing->rule->tag, pool, &rule, &set, err) < 0)
		return -1;
	*out = rule_same(rule, standing->rule);
	return 0;
}

/* Likewise, or without an end. */
static int says_or_longer(const struct standing *standing, struct predicate predicate, struct pool *pool,
			  bool *out, struct error *err)
{
	predicate.ports = standing->spoken.ports;
	predicate.port_count = standing->spoken.port_count;
	if (says(standing, &predicate, pool, out, err) < 0)
		return -1;
	predicate.until = 0;
	return *out ? 0 : says(standing, &predicate, pool, out, err);
}

int guest_is_said(const struct guest *guest, const struct chain *chain, struct pool *pool, bool *out,
		  struct error *err)
{
	struct port_range *rest = (struct port_range *)guest->predicate.ports;
	size_t rest_count = guest->predicate.port_count;
	bool fits;

	for (size_t i = 0; i < chain->rule_count; i++) {
		struct standing one = {.rule = chain->rules[i]};

		if (!rule_is_of_opening(one.rule))
			continue;
		if (predicate_read(one.rule, pool, &one.spoken, err) < 0 ||
		    says_or_longer(&one, guest->predicate, pool, &fits, err) < 0)
			return -1;
		if (fits && ranges_subtract(rest, rest_count, one.spoken.ports, one.spoken.port_count, pool,
					    &rest, &rest_count, err) < 0)
			return -1;
	}
	*out = !rest_count;
	return 0;
}

/* Whether the standing rule is what the guest's predicate says of its ports, or of both families while the other is not placed. */
static int says_part(const struct standing *standing, const struct guest *guest, struct pool *pool, bool *out,
		     struct error *err)
{
	struct predicate predicate = guest->predicate;

	*out = false;
	if (!standing->spoken.port_count || !standing->group ||
	    !chain_is(standing->rule->chain, guest->chain))
		return 0;
	predicate.ports = standing->spoken.ports;
	predicate.port_count = standing->spoken.port_count;
	if (says(standing, &predicate, pool, out, err) < 0)
		return -1;
	if (*out || !predicate.one_family || !(standing->unplaced & ~FAMILY_BIT(predicate.family)))
		return 0;
	predicate.one_family = false;
	return says(standing, &predicate, pool, out, err);
}

static size_t rules_of(const struct predicate *predicate, const struct table *table)
{
	size_t count = 0;

	for (size_t at = 0; at < predicate->port_count; count++)
		at += predicate_slice(predicate, table, predicate->ports + at, predicate->port_count - at);
	return count;
}

/* Whether the guest's rules could be far fewer, were those that stand made anew; where they stand, none is missed meanwhile. */
static bool is_scattered(const struct guest *guest, const struct predicate *missing,
			 const struct standings *standings)
{
	const struct table *table = guest->chain->table;
	size_t count = rules_of(missing, table);

	if (table->engine != ENGINE_LEGACY || !chain_is_home(guest->chain))
		return false;
	for (size_t i = 0; i < standings->count; i++)
		if (standings->list[i].part_of == guest)
			count += !standings->list[i].unplaced;
	return count >= rules_of(&guest->predicate, table) + SPARE;
}

static void give_up(const struct guest *guest, struct standings *standings)
{
	for (size_t i = 0; i < standings->count; i++)
		if (standings->list[i].part_of == guest)
			standings->list[i].kept = false;
}

static int guest_match(const struct ruleset *now, const struct guest *guest, struct standings *standings,
		       bool strict, struct pool *pool, struct steps *add, struct stayed *stayed,
		       struct error *err)
{
	const struct rule *before = guest->before ? rule_as_in(now, guest->before) : NULL;
	struct port_range *rest = (struct port_range *)guest->predicate.ports;
	size_t rest_count = guest->predicate.port_count;
	struct guest missing = *guest;
	bool fits;

	for (size_t i = 0; i < standings->count; i++) {
		struct standing *one = &standings->list[i];

		if (guest->opening && guest->opening->id != one->rule->tag)
			continue;
		if (one->kept || !ranges_cover(rest, rest_count, one->spoken.ports, one->spoken.port_count))
			continue;
		if (says_part(one, guest, pool, &fits, err) < 0)
			return -1;
		if (!fits || (strict && !stands_before(one->rule, before)))
			continue;
		if (ranges_subtract(rest, rest_count, one->spoken.ports, one->spoken.port_count, pool, &rest,
				    &rest_count, err) < 0)
			return -1;
		one->kept = true;
		one->part_of = guest;
		stayed->any |= !stands_before(one->rule, before);
		stayed->skips |= !one->unplaced && skips_block(one->rule, before, guest->predicate.protocol);
	}
	if (!rest_count)
		return 0;
	missing.predicate.ports = rest;
	missing.predicate.port_count = rest_count;
	missing.before = before;
	if (is_scattered(guest, &missing.predicate, standings)) {
		give_up(guest, standings);
		missing.predicate = guest->predicate;
	}
	return guest_steps(&missing, pool, add, err);
}

/* what stays although today it would not be placed */

/* The rule in each form that a guest of the lane may have. */
static int says_lane(const struct standing *one, const struct lane *lane, struct pool *pool, bool *out,
		     struct error *err)
{
	const struct scope *scope = one->group->scope;

	for (unsigned form = 0; form < 4 * 2 * 2 && !*out; form++) {
		enum predicate_kind kind = form / 4;
		bool reply = kind != PREDICATE_REQUEST;
		const struct predicate predicate = {
			.kind = kind,
			.protocol = one->group->protocol,
			.leaves = reply == (scope->direction == DIRECTION_IN),
			.one_family = form & 1 || scope->families != FAMILIES_BOTH,
			.family = lane->family,
			.peer = lane->peer,
			.local = lane->local,
			.iface = scope->iface,
			.local_only = form & 2,
			.ports = one->spoken.ports,
			.port_count = one->spoken.port_count,
			.arrives = one->spoken.arrives,
			.until = one->group->expires,
		};

		if (says(one, &predicate, pool, out, err) < 0)
			return -1;
	}
	return 0;
}

/* Whether it says nothing but what is wanted: an opening whose id was given before may have had another scope. */
static int says_wanted(const struct standing *one, struct pool *pool, bool *out, struct error *err)
{
	*out = false;
	if (!one->group || !one->spoken.port_count ||
	    !ranges_cover(one->group->ports, one->group->port_count, one->spoken.ports,
			  one->spoken.port_count))
		return 0;
	for (int family = 0; family < FAMILY_COUNT && !*out; family++) {
		struct lane *lanes;
		size_t count;

		if (scope_lanes(one->group->scope, (enum family)family, pool, &lanes, &count, err) < 0)
			return -1;
		for (size_t i = 0; i < count && !*out; i++)
			if (says_lane(one, &lanes[i], pool, out, err) < 0)
				return -1;
	}
	return 0;
}

/* A chain of our own goes with the last rule that is wanted in it. */
static bool chain_goes(const struct chain *chain, const struct guests *guests)
{
	for (size_t i = 0; i < guests->count; i++)
		if (chain_is(guests->list[i].chain, chain))
			return false;
	return chain_is_home(chain);
}

/*
 * Without an address of its family nothing shows whether a guest is needed, and a network that is down for a minute must not
 * cost anybody a rule. Nor must a rule that somebody put behind it since, and that a new one would not be placed before: those
 * who came later know what stands there.
 */
static int stays(const struct standing *one, const struct guests *guests, struct pool *pool, bool *out,
		 struct error *err)
{
	*out = false;
	if (chain_goes(one->rule->chain, guests))
		return 0;
	for (int family = 0; family < FAMILY_COUNT; family++)
		if ((one->unplaced & FAMILY_BIT(family)) &&
		    table_sees_family(one->rule->chain->table, (enum family)family))
			return says_wanted(one, pool, out, err);
	return 0;
}

int guests_match(const struct ruleset *now, const struct wants *wants, const struct guests *guests,
		 const struct refusals *refusals, bool strict, struct pool *pool, struct steps *add,
		 struct steps *remove, struct stayed *stayed, struct error *err)
{
	struct standings standings;

	*stayed = (struct stayed){0};
	if (standings_find(now, wants, pool, &standings, err) < 0)
		return -1;
	standings_mark(&standings, wants, guests, refusals);
	for (size_t i = 0; i < guests->count; i++)
		if (guest_match(now, &guests->list[i], &standings, strict, pool, add, stayed, err) < 0)
			return -1;
	for (size_t i = 0; i < standings.count; i++) {
		struct standing *one = &standings.list[i];

		if (!one->kept && stays(one, guests, pool, &one->kept, err) < 0)
			return -1;
		if (!one->kept && steps_drop_rule(remove, one->rule, pool, err) < 0)
			return -1;
	}
	return 0;
}
