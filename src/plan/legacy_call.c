/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a built-in chain of a legacy table calls the home, and which openings then may have a rule there. An opening is let
 * through from that place on, whether it was this one that it needed or another: so nothing may stand behind it that blocks.
 */
#include "legacy_home.h"
#include "legacy_stand.h"
#include "tail.h"

enum { PROTOCOLS = UINT8_MAX + 1 };

/* What it takes to weigh places in one chain. */
struct weighing {
	const struct home_chain *home;
	const struct home_chain *policy; /* NULL: none is wanted for this direction */
	const struct ruleset *now;
	const struct chain *base; /* without anything of ours */
	const struct wants *wants;
	const struct guests *guests;
	/* Of what somebody comes to: a rule that blocks all, or returns all, or the end of the chain; and whether it blocks. */
	size_t end;
	bool blocks_all;
	/* Per protocol: the first rule from the place on that may block; SIZE_MAX: not looked for yet. */
	size_t blocks[PROTOCOLS];
	struct pool *pool;
	struct error *err;
};

static size_t index_of(const struct chain *chain, const struct rule *rule)
{
	size_t i = 0;

	while (rule && i < chain->rule_count && chain->rules[i]->handle != rule->handle)
		i++;
	return rule ? i : chain->rule_count;
}

/* A rule of the home would do what the guest does, were it called there. */
static bool is_for_home(const struct weighing *weighing, const struct guest *guest)
{
	return chain_is(guest->chain, weighing->base) && guest->predicate.kind == PREDICATE_REQUEST &&
	       guest->predicate.leaves == (weighing->home->direction == DIRECTION_OUT) &&
	       !guest->predicate.arrives;
}

/* places */

static void place_begin(struct weighing *weighing)
{
	for (size_t i = 0; i < PROTOCOLS; i++)
		weighing->blocks[i] = SIZE_MAX;
}

static size_t next_block(struct weighing *weighing, size_t place, enum protocol protocol)
{
	const struct chain *base = weighing->base;
	const struct rule *rule;

	if (weighing->blocks[protocol] == SIZE_MAX) {
		rule = block_in(base, place, base->rule_count, (uint8_t)protocol);
		weighing->blocks[protocol] = rule ? rule->position - 1 : base->rule_count;
	}
	return weighing->blocks[protocol];
}

/* Whether it would stand before the place, or behind it with nothing between that blocks. */
static bool is_reached(struct weighing *weighing, size_t place, const struct guest *guest)
{
	return index_of(weighing->base, guest->before) <=
	       next_block(weighing, place, guest->predicate.protocol);
}

/* Whether none of the guests would be let past what blocks before its own place. */
static bool is_harmless(struct weighing *weighing, size_t place)
{
	place_begin(weighing);
	for (size_t i = 0; i < weighing->guests->count; i++) {
		const struct guest *guest = &weighing->guests->list[i];

		if (is_for_home(weighing, guest) && !is_reached(weighing, place, guest))
			return false;
	}
	return true;
}

/* The next place, from one on, that a guest would have; or the last one. */
static size_t next_place(const struct weighing *weighing, size_t from, size_t last)
{
	size_t next = last;

	for (size_t i = 0; i < weighing->guests->count; i++) {
		const struct guest *guest = &weighing->guests->list[i];
		size_t place = is_for_home(weighing, guest) ? index_of(weighing->base, guest->before) : last;

		if (place >= from && place < next)
			next = place;
	}
	return next;
}

/*
 * Where nothing blocks, or no opening meets what does, the last place is right: nothing is skipped there, and whoever appends a
 * block of everything finds the call before it. What else is appended finds the call moved behind it by the next change.
 */
static size_t last_place(const struct weighing *weighing)
{
	return weighing->blocks_all ? tail_start(weighing->base, weighing->end, NULL)
				    : weighing->base->rule_count;
}

static size_t place_find(struct weighing *weighing)
{
	const size_t last = last_place(weighing);
	size_t place = next_place(weighing, 0, last);

	while (place < last && !is_harmless(weighing, place))
		place = next_place(weighing, place + 1, last);
	return place;
}

/* rules */

static bool is_unseen(const struct weighing *weighing, const struct group *group)
{
	return weighing->guests->unseen[group - weighing->wants->groups] & FAMILY_BIT(weighing->home->family);
}

/*
 * The ports of a lane that guests in the chain are for: others pass it anyway, or shall not. When that does not show, those that
 * have a rule keep it. Who stands behind a block stays there, as a guest.
 */
static int placed_ports(struct weighing *weighing, size_t place, const struct guest *lane,
			struct port_range **out, size_t *count)
{
	const struct group *group = lane->group;
	struct port_range *rest = group->ports;
	size_t rest_count = group->port_count;

	for (size_t i = 0; i < weighing->guests->count; i++) {
		const struct guest *guest = &weighing->guests->list[i];
		const struct predicate *predicate = &guest->predicate;

		if (guest->group != group || !is_for_home(weighing, guest) ||
		    predicate->peer != lane->predicate.peer || predicate->local != lane->predicate.local ||
		    !is_reached(weighing, place, guest))
			continue;
		if (ranges_subtract(rest, rest_count, predicate->ports, predicate->port_count, weighing->pool,
				    &rest, &rest_count, weighing->err) < 0)
			return -1;
	}
	if (is_unseen(weighing, group) &&
	    legacy_stand_subtract(weighing->now, lane, &rest, &rest_count, weighing->pool, weighing->err) < 0)
		return -1;
	return ranges_subtract(group->ports, group->port_count, rest, rest_count, weighing->pool, out, count,
			       weighing->err);
}

static int plain_want(const struct weighing *weighing, struct guest guest, struct guests *out)
{
	return guest.predicate.port_count ? guests_push(out, &guest, weighing->pool, weighing->err) : 0;
}

/* A rule for each opening of a scope, so that each is counted: of those that are among the ports, or that are not. */
static int scoped_want(const struct weighing *weighing, struct guest guest, bool among, struct guests *out)
{
	const struct predicate lane = guest.predicate;

	guest.predicate.port_count = 1;
	for (size_t i = 0; i < guest.group->wish_count; i++) {
		guest.opening = guest.group->wishes[i].opening;
		guest.predicate.ports = &guest.opening->port.ports;
		if (ranges_cover(lane.ports, lane.port_count, guest.predicate.ports, 1) == among &&
		    guests_push(out, &guest, weighing->pool, weighing->err) < 0)
			return -1;
	}
	return 0;
}

/* What has no rule in the chain of openings comes to the policy, and shall go on from there. */
static int rest_want(const struct weighing *weighing, struct guest guest, struct guests *out)
{
	struct port_range *rest;

	guest.chain = weighing->policy->chain;
	guest.predicate.returns = true;
	if (!guest.group->plain)
		return scoped_want(weighing, guest, false, out);
	if (ranges_subtract(guest.group->ports, guest.group->port_count, guest.predicate.ports,
			    guest.predicate.port_count, weighing->pool, &rest, &guest.predicate.port_count,
			    weighing->err) < 0)
		return -1;
	guest.predicate.ports = rest;
	return plain_want(weighing, guest, out);
}

static int lane_want(struct weighing *weighing, size_t place, const struct group *group,
		     const struct lane *lane, struct guests *out)
{
	const struct home_chain *home = weighing->home;
	struct guest guest = {
		.group = group,
		.predicate = {.protocol = group->protocol,
			      .leaves = home->direction == DIRECTION_OUT,
			      .one_family = true,
			      .family = home->family,
			      .peer = lane->peer,
			      .local = lane->local,
			      .iface = group->scope->iface,
			      .until = group->expires},
		.chain = home->chain,
	};
	struct port_range *ports = group->ports;
	size_t count = group->port_count;

	if (next_block(weighing, place, group->protocol) < weighing->end &&
	    placed_ports(weighing, place, &guest, &ports, &count) < 0)
		return -1;
	guest.predicate.ports = ports;
	guest.predicate.port_count = count;
	if (group->plain ? plain_want(weighing, guest, out) : scoped_want(weighing, guest, true, out))
		return -1;
	return weighing->policy ? rest_want(weighing, guest, out) : 0;
}

static int rules_want(struct weighing *weighing, size_t place, struct guests *out)
{
	place_begin(weighing);
	for (size_t i = 0; i < weighing->wants->count; i++) {
		const struct group *group = &weighing->wants->groups[i];
		struct lane *lanes;
		size_t count;

		if (group->scope->direction != weighing->home->direction)
			continue;
		if (scope_lanes(group->scope, weighing->home->family, weighing->pool, &lanes, &count,
				weighing->err) < 0)
			return -1;
		for (size_t j = 0; j < count; j++)
			if (lane_want(weighing, place, group, &lanes[j], out) < 0)
				return -1;
	}
	return 0;
}

static void note_unseen(const struct weighing *weighing, struct home_chain *home)
{
	home->some_unseen = false;
	home->all_unseen = true;
	for (size_t i = 0; i < weighing->wants->count; i++) {
		const struct group *group = &weighing->wants->groups[i];
		const struct scope *scope = group->scope;
		bool unseen = is_unseen(weighing, group);

		if (scope->direction != home->direction || !scope_has_family(scope, home->family))
			continue;
		home->some_unseen |= unseen;
		home->all_unseen &= unseen;
	}
}

static bool any_rule_of(const struct guests *rules, size_t from, const struct chain *chain)
{
	while (from < rules->count && rules->list[from].chain != chain)
		from++;
	return from < rules->count;
}

/* What is let through in a chain would be for whoever else calls it. */
static int check_strange(const struct weighing *weighing, const struct guests *rules, size_t from)
{
	for (size_t i = from; i < rules->count; i++) {
		const struct guest *rule = &rules->list[i];
		const struct home_chain *home =
			rule->chain == weighing->home->chain ? weighing->home : weighing->policy;
		bool said = true;

		if (home->strange &&
		    guest_is_said(rule, home->chain, weighing->pool, &said, weighing->err) < 0)
			return -1;
		if (!said)
			return legacy_home_refuse(home, weighing->err);
	}
	return 0;
}

static int chain_want(struct legacy_home *all, struct home_chain *home, struct weighing *weighing,
		      size_t place, size_t before)
{
	all->rules.count = before;
	if (rules_want(weighing, place, &all->rules) < 0)
		return -1;
	home->wanted = any_rule_of(&all->rules, before, home->chain);
	return 0;
}

/*
 * A call that may stay where it stands lets past what blocks behind it, whatever place is found. Without anything to let through
 * there it does not stay.
 */
static int chain_weigh(struct legacy_home *all, struct home_chain *home, struct weighing *weighing,
		       size_t place, size_t before)
{
	size_t stands = home->some_unseen ? legacy_stand_place(home, weighing->base) : SIZE_MAX;

	if (stands >= place)
		return chain_want(all, home, weighing, place, before);
	if (chain_want(all, home, weighing, stands, before) < 0)
		return -1;
	if (home->wanted)
		return 0;
	home->moves = true;
	return chain_want(all, home, weighing, place, before);
}

static int chain_place(struct legacy_home *all, struct home_chain *home, struct weighing *weighing)
{
	const size_t before = all->rules.count;
	const struct rule *last;
	size_t place;

	weighing->blocks_all = chain_end_blocks(weighing->base, &last);
	weighing->end = last ? last->position - 1 : weighing->base->rule_count;
	place = place_find(weighing);
	if (place < weighing->base->rule_count)
		home->before = home->base->rules[index_of(home->base, weighing->base->rules[place])];
	note_unseen(weighing, home);
	if (chain_weigh(all, home, weighing, place, before) < 0)
		return -1;
	return check_strange(weighing, &all->rules, before);
}

int legacy_home_place(struct legacy_home *home, const struct ruleset *now, const struct ruleset *bare,
		      const struct wants *wants, const struct guests *guests, struct pool *pool,
		      struct error *err)
{
	for (size_t i = 0; i < home->count; i += 2) {
		struct home_chain *chain = &home->chains[i];
		struct weighing weighing = {
			.home = chain,
			.policy = chain[1].wanted ? &chain[1] : NULL,
			.now = now,
			.base = table_find_chain(ruleset_same_table(bare, chain->base->table),
						 chain->base->name),
			.wants = wants,
			.guests = guests,
			.pool = pool,
			.err = err,
		};

		if (chain->wanted && chain_place(home, chain, &weighing) < 0)
			return -1;
	}
	return 0;
}
