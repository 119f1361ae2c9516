/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds the home: a set per protocol and direction for openings to everyone, a rule per opening and pair of prefixes for the
 * others. It only accepts, and never asks connection tracking anything.
 */
#include "home_want.h"

#include "fwport/port_set.h"
#include "predicate.h"

#include <linux/netfilter/nf_tables.h>

enum { HOME_PRIORITY = -1 };

static const struct {
	enum protocol protocol;
	const char *set[HOME_CHAINS];
} protocols[HOME_PROTOCOLS] = {
	{PROTOCOL_TCP, {[DIRECTION_IN] = "tcp_in", [DIRECTION_OUT] = "tcp_out"}},
	{PROTOCOL_UDP, {[DIRECTION_IN] = "udp_in", [DIRECTION_OUT] = "udp_out"}},
	{PROTOCOL_SCTP, {[DIRECTION_IN] = "sctp_in", [DIRECTION_OUT] = "sctp_out"}},
};

static const struct {
	const char *name;
	enum hook hook;
} chains[HOME_CHAINS] = {
	[DIRECTION_IN] = {"input", HOOK_INPUT},
	[DIRECTION_OUT] = {"output", HOOK_OUTPUT},
};

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
			.name = protocols[i % HOME_PROTOCOLS].set[i / HOME_PROTOCOLS],
			.flags = NFT_SET_INTERVAL | NFT_SET_EXPR, /* a counter per element */
			.key_type = PORT_KEY_TYPE,
			.key_length = PORT_BYTES,
		};
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
		.protocol = protocols[set % HOME_PROTOCOLS].protocol,
		.leaves = set / HOME_PROTOCOLS == DIRECTION_OUT,
		.set = &home->sets[set].set,
	};
}

int home_set_rule(const struct home *home, int set, struct pool *pool, struct rule **out, struct error *err)
{
	struct predicate predicate = set_predicate(home, set);
	struct set *none;

	return predicate_rule(&predicate, &home->chains[set / HOME_PROTOCOLS], 0, pool, out, &none, err);
}

static int set_want(struct home *home, const struct group *group, struct pool *pool, struct error *err)
{
	enum direction direction = group->scope->direction;
	int set = (int)direction * HOME_PROTOCOLS;
	struct predicate predicate;
	struct rule *rule;

	while (protocols[set % HOME_PROTOCOLS].protocol != group->protocol)
		set++;
	if (group_cells(group, pool, &home->sets[set].ports, &home->sets[set].count, err) < 0)
		return -1;
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
