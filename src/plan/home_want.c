/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds the home: sets per protocol and direction for openings to everyone, one for those that stay and one whose elements the
 * kernel removes in time; a rule per opening and pair of prefixes for the others. It only accepts, and never asks connection
 * tracking anything.
 */
#include "home_want.h"

#include "fwport/port_set.h"
#include "predicate.h"

#include <linux/netfilter/nf_tables.h>

enum { HOME_PRIORITY = -1 };

static const struct {
	enum protocol protocol;
	const char *set[HOME_CHAINS], *timed_set[HOME_CHAINS];
} protocols[HOME_PROTOCOLS] = {
	{PROTOCOL_TCP,
	 {[DIRECTION_IN] = "tcp_in", [DIRECTION_OUT] = "tcp_out"},
	 {[DIRECTION_IN] = "tcp_in_timed", [DIRECTION_OUT] = "tcp_out_timed"}},
	{PROTOCOL_UDP,
	 {[DIRECTION_IN] = "udp_in", [DIRECTION_OUT] = "udp_out"},
	 {[DIRECTION_IN] = "udp_in_timed", [DIRECTION_OUT] = "udp_out_timed"}},
	{PROTOCOL_SCTP,
	 {[DIRECTION_IN] = "sctp_in", [DIRECTION_OUT] = "sctp_out"},
	 {[DIRECTION_IN] = "sctp_in_timed", [DIRECTION_OUT] = "sctp_out_timed"}},
};

static const struct {
	const char *name;
	enum hook hook;
} chains[HOME_CHAINS] = {
	[DIRECTION_IN] = {"input", HOOK_INPUT},
	[DIRECTION_OUT] = {"output", HOOK_OUTPUT},
};

enum protocol home_set_protocol(int set)
{
	return protocols[set % HOME_PROTOCOLS].protocol;
}

static bool is_timed(int set)
{
	return set >= HOME_SETS_THAT_STAY;
}

enum direction home_set_direction(int set)
{
	return (enum direction)(set / HOME_PROTOCOLS % HOME_CHAINS);
}

static const char *set_name(int set)
{
	const int protocol = set % HOME_PROTOCOLS;

	return is_timed(set) ? protocols[protocol].timed_set[home_set_direction(set)]
			     : protocols[protocol].set[home_set_direction(set)];
}

void home_start(struct home *home)
{
	*home = (struct home){
		.table = {.engine = ENGINE_NFT,
			  .family = TABLE_INET,
			  .name = HOME_TABLE,
			  .owner = OWNER_OURS,
			  .chains = home->chain_list,
			  .chain_count = HOME_CHAINS},
	};
	for (int direction = 0; direction < HOME_CHAINS; direction++) {
		home->chains[direction] = (struct chain){
			.table = &home->table,
			.name = chains[direction].name,
			.base = true,
			.hook = chains[direction].hook,
			.type = CHAIN_FILTER,
			.priority = HOME_PRIORITY,
		};
		home->chain_list[direction] = &home->chains[direction];
	}
	for (int i = 0; i < HOME_SETS; i++)
		home->sets[i].set = (struct set){
			.table = &home->table,
			.name = set_name(i),
			/* a counter per element */
			.flags = NFT_SET_INTERVAL | NFT_SET_EXPR | (is_timed(i) ? NFT_SET_TIMEOUT : 0),
			.key_type = PORT_KEY_TYPE,
			.key_length = PORT_BYTES,
		};
}

bool home_wants_chain(const struct home *home, int direction)
{
	return home->rule_counts[direction] || home->policy[direction].count;
}

static int rule_want(struct home *home, enum direction direction, const struct predicate *predicate,
		     uint32_t tag, struct pool *pool, struct rule **out, struct error *err)
{
	struct rule **list = home->rules[direction];
	struct set *none;

	list = pool_grow(pool, list, home->rule_counts[direction], sizeof(struct rule *));
	if (!list)
		return error_memory(err);
	home->rules[direction] = list;
	if (predicate_rule(predicate, &home->chains[direction], tag, pool, out, &none, err) < 0)
		return -1;
	list[home->rule_counts[direction]++] = *out;
	return 0;
}

static struct predicate set_predicate(const struct home *home, int set)
{
	return (struct predicate){
		.protocol = home_set_protocol(set),
		.leaves = home_set_direction(set) == DIRECTION_OUT,
		.set = &home->sets[set].set,
	};
}

int home_set_rule(const struct home *home, int set, struct pool *pool, struct rule **out, struct error *err)
{
	struct predicate predicate = set_predicate(home, set);
	struct set *none;

	return predicate_rule(&predicate, &home->chains[home_set_direction(set)], 0, pool, out, &none, err);
}

static int cell_add(struct home_set *set, struct port_range cell, int64_t expires, struct pool *pool,
		    struct error *err)
{
	set->ports = pool_grow(pool, set->ports, set->count, sizeof(*set->ports));
	set->expires = pool_grow(pool, set->expires, set->count, sizeof(*set->expires));
	if (!set->ports || !set->expires)
		return error_memory(err);
	set->ports[set->count] = cell;
	set->expires[set->count++] = expires;
	return 0;
}

/* Without those that another set, or the set itself, holds for longer. */
static int cells_subtract(const struct home_set *longer, struct port_range **cells, size_t *count,
			  struct pool *pool, struct error *err)
{
	struct port_range *there = pool_copy(pool, longer->ports, longer->count * sizeof(*there));

	if (!there)
		return error_memory(err);
	return ranges_subtract(*cells, *count, there, port_ranges_merge(there, longer->count), pool, cells,
			       count, err);
}

/* Groups come in the order of their ends, the last first. */
static int timed_set_want(struct home *home, const struct group *group, int set, struct pool *pool,
			  struct error *err)
{
	struct port_range *cells;
	size_t count;

	if (group_cells(group, pool, &cells, &count, err) < 0 ||
	    cells_subtract(&home->sets[set % HOME_SETS_THAT_STAY], &cells, &count, pool, err) < 0 ||
	    cells_subtract(&home->sets[set], &cells, &count, pool, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (cell_add(&home->sets[set], cells[i], group->expires, pool, err) < 0)
			return -1;
	return 0;
}

static int set_fill(struct home *home, const struct group *group, int set, struct pool *pool,
		    struct error *err)
{
	if (is_timed(set))
		return timed_set_want(home, group, set, pool, err);
	return group_cells(group, pool, &home->sets[set].ports, &home->sets[set].count, err);
}

static int set_want(struct home *home, const struct group *group, struct pool *pool, struct error *err)
{
	enum direction direction = group->scope->direction;
	int set = (int)direction * HOME_PROTOCOLS + (group->expires ? HOME_SETS_THAT_STAY : 0);
	struct predicate predicate;
	bool is_first;
	struct rule *rule;

	while (home_set_protocol(set) != group->protocol)
		set++;
	is_first = !home->sets[set].ports;
	if (set_fill(home, group, set, pool, err) < 0)
		return -1;
	if (!is_first || !home->sets[set].ports)
		return 0;
	predicate = set_predicate(home, set);
	return rule_want(home, direction, &predicate, 0, pool, &rule, err);
}

static int lane_want(struct home *home, const struct opening *opening, const struct lane *lane,
		     bool one_family, struct pool *pool, struct error *err)
{
	struct rule *rule;

	return rule_want(home, opening->scope.direction,
			 &(struct predicate){.protocol = opening->port.protocol,
					     .leaves = opening->scope.direction == DIRECTION_OUT,
					     .one_family = one_family,
					     .family = lane->family,
					     .peer = lane->peer,
					     .local = lane->local,
					     .iface = opening->scope.iface,
					     .counter = true,
					     .until = opening->expires,
					     .ports = &opening->port.ports,
					     .port_count = 1},
			 opening->id, pool, &rule, err);
}

/* One rule per pair of prefixes; without prefixes one for both families when both are wanted. */
static int scoped_want(struct home *home, const struct opening *opening, struct pool *pool, struct error *err)
{
	const struct scope *scope = &opening->scope;
	bool bare = !scope->from_count && !scope->to_count;

	if (bare && scope->families == FAMILIES_BOTH)
		return lane_want(home, opening, &(struct lane){0}, false, pool, err);
	for (int family = 0; family < FAMILY_COUNT; family++) {
		struct lane *lanes;
		size_t count;

		if (scope_lanes(scope, (enum family)family, pool, &lanes, &count, err) < 0)
			return -1;
		for (size_t i = 0; i < count; i++)
			if (lane_want(home, opening, &lanes[i], true, pool, err) < 0)
				return -1;
	}
	return 0;
}

int home_want(const struct wants *wants, struct home *home, struct pool *pool, struct error *err)
{
	home_start(home);
	for (size_t i = 0; i < wants->count; i++) {
		const struct group *group = &wants->groups[i];

		if (group->plain && set_want(home, group, pool, err) < 0)
			return -1;
		for (size_t j = 0; !group->plain && j < group->wish_count; j++)
			if (scoped_want(home, group->wishes[j].opening, pool, err) < 0)
				return -1;
	}
	return 0;
}
