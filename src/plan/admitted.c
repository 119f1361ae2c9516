/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Established connections to elements of a set: the peer's address and port, then ours.
 */
#include "admitted.h"

#include "fwport/port_set.h"
#include "policy_rules.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

/* nft's numbers of types, and how many bits one takes in that of a concatenation. */
enum { TYPE_IPV4 = 7, TYPE_IPV6 = 8, TYPE_BITS = 6, WORD = 4 };

enum { MILLISECONDS = 1000 };

static const struct {
	const char *name;
	uint32_t address_type;
	uint8_t key_length;
} shapes[FAMILY_COUNT] = {
	[FAMILY_IPV4] = {ADMITTED_SET "ipv4", TYPE_IPV4, ADMITTED_KEY_IPV4},
	[FAMILY_IPV6] = {ADMITTED_SET "ipv6", TYPE_IPV6, ADMITTED_KEY_IPV6},
};

struct set admitted_set(const struct table *table, enum family family)
{
	const uint32_t half = shapes[family].address_type << TYPE_BITS | PORT_KEY_TYPE;

	return (struct set){
		.table = (struct table *)table,
		.name = shapes[family].name,
		.flags = NFT_SET_TIMEOUT,
		.key_type = half << 2 * TYPE_BITS | half,
		.key_length = shapes[family].key_length,
		.timeout = (uint64_t)ADMITTED_SECONDS * MILLISECONDS,
	};
}

static void half_put(uint8_t *at, const struct address *address, uint16_t port)
{
	const unsigned length = address_size(address->family);

	memcpy(at, address->bytes, length);
	at[length] = (uint8_t)(port >> 8);
	at[length + 1] = (uint8_t)port;
}

static int element_add(struct set *set, const struct connection *connection, struct pool *pool,
		       struct error *err)
{
	uint8_t *key = pool_alloc(pool, set->key_length);

	if (set->connection_count == ADMITTED_MOST) {
		error_set(
			err, ERROR_BLOCKED,
			"more than %d established connections would be cut when connection tracking comes on",
			ADMITTED_MOST);
		return error_hint(err, "open the ports they use first");
	}
	set->connections =
		pool_grow(pool, set->connections, set->connection_count, sizeof(*set->connections));
	if (!key || !set->connections)
		return error_memory(err);
	half_put(key, &connection->peer, connection->peer_port);
	half_put(key + set->key_length / 2, &connection->local, connection->local_port);
	set->connections[set->connection_count++] = (struct element){.key = {key, set->key_length}};
	return 0;
}

static bool is_open_to_anyone(const struct wants *wants, uint16_t port)
{
	const struct port_range one = {port, port};

	for (size_t i = 0; i < wants->count; i++) {
		const struct group *group = &wants->groups[i];

		if (group->plain && group->protocol == PROTOCOL_TCP &&
		    group->scope->direction == DIRECTION_IN &&
		    ranges_cover(group->ports, group->port_count, &one, 1))
			return true;
	}
	return false;
}

/* What goes out from an open port is an answer, which only connection tracking tells. */
bool connection_needs_admission(const struct connection *connection, const struct wishes *wishes,
				const struct wants *wants)
{
	if (address_is_loopback(&connection->peer) || address_equal(&connection->peer, &connection->local))
		return false;
	return wishes->policy.drop[DIRECTION_OUT] || !is_open_to_anyone(wants, connection->local_port);
}

int admitted_make(const struct wishes *wishes, const struct wants *wants, const struct table *table,
		  enum family family, struct pool *pool, struct set **out, struct error *err)
{
	const struct connections *established = wishes->established;
	struct set *set = pool_alloc(pool, sizeof(*set));

	*out = NULL;
	if (!set)
		return error_memory(err);
	*set = admitted_set(table, family);
	for (size_t i = 0; established && i < established->count; i++) {
		const struct connection *one = &established->list[i];

		if (one->peer.family == family && connection_needs_admission(one, wishes, wants) &&
		    element_add(set, one, pool, err) < 0)
			return -1;
	}
	if (set->connection_count)
		*out = set;
	return 0;
}
