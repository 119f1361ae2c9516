/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy in operations: rules for both families in nf_tables, entries for one of them in a legacy table. Which ICMPv6 a host must not filter is RFC 4890, 4.4.1; conntrack has no
 * state for neighbour discovery, so that these types are asked for by themselves.
 */
#include "policy_rules.h"

#include "fwport/port_set.h"
#include "draft.h"
#include "header_fields.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <net/if.h>
#include <string.h>

enum {
	WORD = 4,           /* registers and the fields of a key are whole words */
	KEY_TYPE_ICMP = 14, /* nft's numbers */
	KEY_TYPE_ICMPV6 = 29,
	DHCP_SERVER = 67,
	DHCP_CLIENT = 68,
	DHCPV6_SERVER = 547,
	DHCPV6_CLIENT = 546,
};

static const struct {
	uint8_t source, destination, length;
} addresses[FAMILY_COUNT] = {[FAMILY_IPV4] = {IPV4_SOURCE, IPV4_DESTINATION, 4},
			     [FAMILY_IPV6] = {IPV6_SOURCE, IPV6_DESTINATION, 16}};

/* Errors, with those that path MTU discovery lives on, and echo requests. */
static const uint8_t icmp_types[] = {3, 8, 11, 12};
/* The same, groups of multicast listeners, routers and neighbours. */
static const uint8_t icmpv6_types[] = {1, 2, 3, 4, 128, 130, 131, 132, 133, 134, 135, 136, 143};

static void loopback(struct draft *rule)
{
	const char name[IFNAMSIZ] = "lo";

	draft_meta(rule, rule->direction == DIRECTION_IN ? NFT_META_IIFNAME : NFT_META_OIFNAME, IFNAMSIZ);
	draft_compare(rule, NFT_CMP_EQ, name, sizeof(name));
	draft_pass(rule);
}

static void known(struct draft *rule)
{
	draft_states(rule, NF_CT_STATE_BIT(IP_CT_ESTABLISHED) | NF_CT_STATE_BIT(IP_CT_RELATED));
	draft_pass(rule);
}

static void invalid(struct draft *rule)
{
	draft_states(rule, NF_CT_STATE_INVALID_BIT);
	draft_drop(rule, false);
}

/* A broadcast has no connection that its answer could belong to. */
static void put_dhcp(struct draft *rule, uint16_t server, uint16_t client)
{
	const bool in = rule->direction == DIRECTION_IN;

	draft_port(rule, false, in ? server : client);
	draft_port(rule, true, in ? client : server);
	draft_pass(rule);
}

static void dhcp(struct draft *rule)
{
	draft_family(rule, FAMILY_IPV4);
	draft_protocol(rule, IPPROTO_UDP);
	put_dhcp(rule, DHCP_SERVER, DHCP_CLIENT);
}

/* A client has no other address yet (RFC 8415, 17). */
static void put_own_link_local(struct draft *rule)
{
	static const uint8_t prefix[sizeof(struct in6_addr)] = {0xfe, 0x80},
						  mask[sizeof(prefix)] = {0xff, 0xc0};

	draft_payload(rule, NFT_PAYLOAD_NETWORK_HEADER,
		      rule->direction == DIRECTION_IN ? IPV6_DESTINATION : IPV6_SOURCE, sizeof(prefix), 0);
	draft_masked(rule, mask, sizeof(mask), NFT_CMP_EQ, prefix);
}

static void dhcpv6(struct draft *rule)
{
	draft_family(rule, FAMILY_IPV6);
	put_own_link_local(rule);
	draft_protocol(rule, IPPROTO_UDP);
	put_dhcp(rule, DHCPV6_SERVER, DHCPV6_CLIENT);
}

static void all_else(struct draft *rule)
{
	draft_drop(rule, true);
}

/* in nf_tables */

static void put_lookup(struct draft *rule, const struct set *set)
{
	draft_put(rule, (struct op){.kind = OP_LOOKUP,
				    .length = set->key_length,
				    .lookup = {.set_name = set->name, .set = set}});
}

/* Types of one byte in an anonymous set. */
static struct set *types_set(struct draft *rule, uint32_t key_type, const uint8_t *types, size_t count)
{
	struct set *set = pool_alloc(rule->pool, sizeof(*set));
	struct element *elements = pool_alloc(rule->pool, count * sizeof(*elements));

	rule->failed |= !set || !elements;
	if (rule->failed)
		return NULL;
	for (size_t i = 0; i < count; i++)
		elements[i].key = (struct bytes){&types[i], 1};
	*set = (struct set){
		.table = rule->chain->table,
		.name = "__set%d", /* the kernel puts the number in */
		.flags = NFT_SET_ANONYMOUS | NFT_SET_CONSTANT,
		.key_type = key_type,
		.key_length = 1,
		.elements = elements,
		.element_count = count,
	};
	return set;
}

static void put_types(struct draft *rule, const struct set *set)
{
	if (!set)
		return;
	draft_payload(rule, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1, 0);
	put_lookup(rule, set);
	draft_pass(rule);
}

static void icmp(struct draft *rule)
{
	draft_family(rule, FAMILY_IPV4);
	draft_protocol(rule, IPPROTO_ICMP);
	put_types(rule, types_set(rule, KEY_TYPE_ICMP, icmp_types, sizeof(icmp_types)));
}

static void icmpv6(struct draft *rule)
{
	draft_family(rule, FAMILY_IPV6);
	draft_protocol(rule, IPPROTO_ICMPV6);
	put_types(rule, types_set(rule, KEY_TYPE_ICMPV6, icmpv6_types, sizeof(icmpv6_types)));
}

/* The peer's address and port, then ours, wherever they stand in a packet of this direction. */
static void put_admitted(struct draft *rule, enum family family, const struct set *set)
{
	const bool in = rule->direction == DIRECTION_IN;
	const uint8_t peer = in ? addresses[family].source : addresses[family].destination,
		      local = in ? addresses[family].destination : addresses[family].source,
		      length = addresses[family].length, half = length + WORD;

	draft_family(rule, family);
	draft_protocol(rule, IPPROTO_TCP);
	draft_payload(rule, NFT_PAYLOAD_NETWORK_HEADER, peer, length, 0);
	draft_payload(rule, NFT_PAYLOAD_TRANSPORT_HEADER, in ? 0 : PORT_BYTES, PORT_BYTES, length);
	draft_payload(rule, NFT_PAYLOAD_NETWORK_HEADER, local, length, half);
	draft_payload(rule, NFT_PAYLOAD_TRANSPORT_HEADER, in ? PORT_BYTES : 0, PORT_BYTES, half + length);
	put_lookup(rule, set);
	draft_pass(rule);
}

typedef void rule_maker(struct draft *rule);

static int rules_make(rule_maker *const *makers, size_t maker_count, struct draft *draft,
		      struct policy_rules *out, struct error *err)
{
	for (size_t i = 0; i < maker_count; i++) {
		makers[i](draft);
		if (draft_end(draft, out->list, &out->count, err) < 0)
			return -1;
	}
	return 0;
}

/* Connections of before stand in the middle: where conntrack takes up none midway, they are invalid to it. */
static rule_maker *const before_them[] = {loopback, known};
enum { BEFORE = sizeof(before_them) / sizeof(*before_them) };

static int list_begin(struct policy_rules *out, size_t room, struct pool *pool, struct error *err)
{
	out->count = 0;
	out->list = pool_alloc(pool, room * sizeof(*out->list));
	return out->list ? 0 : error_memory(err);
}

int policy_rules_make(enum direction direction, const struct chain *chain,
		      const struct set *const admitted[FAMILY_COUNT], struct pool *pool,
		      struct policy_rules *out, struct error *err)
{
	static rule_maker *const then[] = {invalid, icmp, icmpv6, dhcp, dhcpv6, all_else};
	enum { THEN = sizeof(then) / sizeof(*then) };
	struct draft draft = {.direction = direction, .chain = chain, .pool = pool};

	out->chain = chain;
	if (list_begin(out, BEFORE + FAMILY_COUNT + THEN, pool, err) < 0 ||
	    rules_make(before_them, BEFORE, &draft, out, err) < 0)
		return -1;
	for (int family = 0; family < FAMILY_COUNT; family++) {
		if (!admitted[family])
			continue;
		put_admitted(&draft, (enum family)family, admitted[family]);
		if (draft_end(&draft, out->list, &out->count, err) < 0)
			return -1;
	}
	return rules_make(then, THEN, &draft, out, err);
}

/* in a legacy table */

static void put_address(struct draft *rule, uint8_t offset, const struct address *address)
{
	const uint8_t length = addresses[address->family].length;

	draft_payload(rule, NFT_PAYLOAD_NETWORK_HEADER, offset, length, 0);
	draft_compare(rule, NFT_CMP_EQ, address->bytes, length);
}

/* An entry has the source first. */
static void put_admission(struct draft *rule, enum family family, const struct admission *one)
{
	const struct connection *connection = &one->connection;
	const bool in = rule->direction == DIRECTION_IN;

	put_address(rule, addresses[family].source, in ? &connection->peer : &connection->local);
	put_address(rule, addresses[family].destination, in ? &connection->local : &connection->peer);
	draft_protocol(rule, IPPROTO_TCP);
	draft_port(rule, false, in ? connection->peer_port : connection->local_port);
	draft_port(rule, true, in ? connection->local_port : connection->peer_port);
	draft_until(rule, one->until);
	draft_pass(rule);
}

static int admissions_put(struct draft *draft, enum family family, const struct admissions *admissions,
			  struct policy_rules *out, struct error *err)
{
	for (size_t i = 0; i < admissions->count; i++) {
		put_admission(draft, family, &admissions->list[i]);
		if (draft_end(draft, out->list, &out->count, err) < 0)
			return -1;
	}
	return 0;
}

/* An entry asks for one type. */
static int icmp_types_put(struct draft *draft, enum family family, struct policy_rules *out,
			  struct error *err)
{
	const bool ipv4 = family == FAMILY_IPV4;
	const uint8_t *types = ipv4 ? icmp_types : icmpv6_types;
	const size_t count = ipv4 ? sizeof(icmp_types) : sizeof(icmpv6_types);

	for (size_t i = 0; i < count; i++) {
		draft_protocol(draft, ipv4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
		draft_payload(draft, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1, 0);
		draft_compare(draft, NFT_CMP_EQ, &types[i], 1);
		draft_pass(draft);
		if (draft_end(draft, out->list, &out->count, err) < 0)
			return -1;
	}
	return 0;
}

int policy_entries_make(enum direction direction, const struct chain *chain, enum family family,
			const struct admissions *admissions, struct pool *pool, struct policy_rules *out,
			struct error *err)
{
	rule_maker *const then[] = {invalid};
	rule_maker *const last[] = {family == FAMILY_IPV4 ? dhcp : dhcpv6, all_else};
	struct draft draft = {.direction = direction, .chain = chain, .pool = pool};

	out->chain = chain;
	if (list_begin(out, BEFORE + admissions->count + 1 + sizeof(icmpv6_types) + 2, pool, err) < 0 ||
	    rules_make(before_them, BEFORE, &draft, out, err) < 0 ||
	    admissions_put(&draft, family, admissions, out, err) < 0 ||
	    rules_make(then, 1, &draft, out, err) < 0 || icmp_types_put(&draft, family, out, err) < 0)
		return -1;
	return rules_make(last, 2, &draft, out, err);
}
