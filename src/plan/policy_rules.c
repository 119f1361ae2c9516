/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy in operations, as nft 1.0.6 encodes them. Which ICMPv6 a host must not filter is RFC 4890, 4.4.1; conntrack has no
 * state for neighbour discovery, so that these types are asked for by themselves.
 */
#include "policy_rules.h"

#include "fwport/policy.h"
#include "fwport/port_set.h"
#include "header_fields.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <net/if.h>
#include <string.h>

enum {
	OPS_MOST = 20,
	WORD = 4,           /* registers and the fields of a key are whole words */
	KEY_TYPE_ICMP = 14, /* nft's numbers */
	KEY_TYPE_ICMPV6 = 29,
	DHCP_SERVER = 67,
	DHCP_CLIENT = 68,
	DHCPV6_SERVER = 547,
	DHCPV6_CLIENT = 546,
};

/* Errors, with those that path MTU discovery lives on, and echo requests. */
static const uint8_t icmp_types[] = {3, 8, 11, 12};
/* The same, groups of multicast listeners, routers and neighbours. */
static const uint8_t icmpv6_types[] = {1, 2, 3, 4, 128, 130, 131, 132, 133, 134, 135, 136, 143};

/* A rule under way. Failure sticks. */
struct writing {
	enum direction direction;
	const struct chain *chain;
	struct op ops[OPS_MOST];
	size_t count;
	struct pool *pool;
	bool failed;
};

static void put(struct writing *rule, struct op op)
{
	if (rule->count == OPS_MOST)
		rule->failed = true;
	else
		rule->ops[rule->count++] = op;
}

static struct bytes keep(struct writing *rule, const void *at, size_t length)
{
	uint8_t *copy = pool_copy(rule->pool, at, length);

	rule->failed |= !copy;
	return (struct bytes){.at = copy, .length = (uint8_t)length};
}

static void put_meta(struct writing *rule, uint32_t key, uint8_t length)
{
	put(rule, (struct op){.kind = OP_META, .length = length, .meta = {.key = key, .direction = -1}});
}

static void put_payload(struct writing *rule, uint32_t base, uint32_t offset, uint8_t length, uint8_t reg)
{
	put(rule, (struct op){.kind = OP_PAYLOAD, .dreg = reg, .length = length, .payload = {base, offset}});
}

static void put_compare(struct writing *rule, uint32_t test, const void *value, size_t length)
{
	put(rule, (struct op){.kind = OP_CMP,
			      .length = (uint8_t)length,
			      .cmp = {.test = test, .value = keep(rule, value, length)}});
}

static void put_masked(struct writing *rule, const void *mask, size_t length, uint32_t test,
		       const void *value)
{
	static const uint8_t zeros[sizeof(struct in6_addr)];

	put(rule, (struct op){.kind = OP_BITWISE,
			      .length = (uint8_t)length,
			      .bitwise = {.op = BITWISE_BOOL,
					  .mask = keep(rule, mask, length),
					  .xor = keep(rule, zeros, length)}});
	put_compare(rule, test, value, length);
}

static void put_protocol(struct writing *rule, enum family family, uint8_t protocol)
{
	const uint8_t number = family == FAMILY_IPV4 ? NFPROTO_IPV4 : NFPROTO_IPV6;

	put_meta(rule, NFT_META_NFPROTO, 1);
	put_compare(rule, NFT_CMP_EQ, &number, 1);
	put_meta(rule, NFT_META_L4PROTO, 1);
	put_compare(rule, NFT_CMP_EQ, &protocol, 1);
}

static void put_verdict(struct writing *rule, enum nft_verdict_code code)
{
	put(rule, (struct op){.kind = OP_VERDICT, .verdict = {.code = code}});
}

static void put_lookup(struct writing *rule, const struct set *set)
{
	put(rule, (struct op){.kind = OP_LOOKUP,
			      .length = set->key_length,
			      .lookup = {.set_name = set->name, .set = set}});
}

static void loopback(struct writing *rule)
{
	const char name[IFNAMSIZ] = "lo";

	put_meta(rule, rule->direction == DIRECTION_IN ? NFT_META_IIFNAME : NFT_META_OIFNAME, IFNAMSIZ);
	put_compare(rule, NFT_CMP_EQ, name, sizeof(name));
	put_verdict(rule, VERDICT_ACCEPT);
}

static void put_state(struct writing *rule, uint32_t states, enum nft_verdict_code code)
{
	const uint32_t none = 0;

	put(rule, (struct op){.kind = OP_CT,
			      .length = sizeof(states),
			      .meta = {.key = NFT_CT_STATE, .direction = -1}});
	put_masked(rule, &states, sizeof(states), NFT_CMP_NEQ, &none);
	put_verdict(rule, code);
}

static void known(struct writing *rule)
{
	put_state(rule, NF_CT_STATE_BIT(IP_CT_ESTABLISHED) | NF_CT_STATE_BIT(IP_CT_RELATED), VERDICT_ACCEPT);
}

static void invalid(struct writing *rule)
{
	put_state(rule, NF_CT_STATE_INVALID_BIT, VERDICT_DROP);
}

/* Types of one byte in an anonymous set. */
static struct set *types_set(struct writing *rule, uint32_t key_type, const uint8_t *types, size_t count)
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

static void put_types(struct writing *rule, const struct set *set)
{
	if (!set)
		return;
	put_payload(rule, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1, 0);
	put_lookup(rule, set);
	put_verdict(rule, VERDICT_ACCEPT);
}

static void icmp(struct writing *rule)
{
	put_protocol(rule, FAMILY_IPV4, IPPROTO_ICMP);
	put_types(rule, types_set(rule, KEY_TYPE_ICMP, icmp_types, sizeof(icmp_types)));
}

static void icmpv6(struct writing *rule)
{
	put_protocol(rule, FAMILY_IPV6, IPPROTO_ICMPV6);
	put_types(rule, types_set(rule, KEY_TYPE_ICMPV6, icmpv6_types, sizeof(icmpv6_types)));
}

static void put_port(struct writing *rule, bool destination, uint16_t port)
{
	const uint8_t wire[PORT_BYTES] = {(uint8_t)(port >> 8), (uint8_t)port};

	put_payload(rule, NFT_PAYLOAD_TRANSPORT_HEADER, destination ? PORT_BYTES : 0, PORT_BYTES, 0);
	put_compare(rule, NFT_CMP_EQ, wire, PORT_BYTES);
}

/* A broadcast has no connection that its answer could belong to. */
static void put_dhcp(struct writing *rule, uint16_t server, uint16_t client)
{
	const bool in = rule->direction == DIRECTION_IN;

	put_port(rule, false, in ? server : client);
	put_port(rule, true, in ? client : server);
	put_verdict(rule, VERDICT_ACCEPT);
}

static void dhcp(struct writing *rule)
{
	put_protocol(rule, FAMILY_IPV4, IPPROTO_UDP);
	put_dhcp(rule, DHCP_SERVER, DHCP_CLIENT);
}

/* A client has no other address yet (RFC 8415, 17). */
static void put_own_link_local(struct writing *rule)
{
	static const uint8_t prefix[sizeof(struct in6_addr)] = {0xfe, 0x80},
						  mask[sizeof(prefix)] = {0xff, 0xc0};

	put_payload(rule, NFT_PAYLOAD_NETWORK_HEADER, rule->direction == DIRECTION_IN ? 24 : 8,
		    sizeof(prefix), 0);
	put_masked(rule, mask, sizeof(mask), NFT_CMP_EQ, prefix);
}

static void dhcpv6(struct writing *rule)
{
	const uint8_t number = NFPROTO_IPV6, protocol = IPPROTO_UDP;

	put_meta(rule, NFT_META_NFPROTO, 1);
	put_compare(rule, NFT_CMP_EQ, &number, 1);
	put_own_link_local(rule);
	put_meta(rule, NFT_META_L4PROTO, 1);
	put_compare(rule, NFT_CMP_EQ, &protocol, 1);
	put_dhcp(rule, DHCPV6_SERVER, DHCPV6_CLIENT);
}

static void all_else(struct writing *rule)
{
	put(rule, (struct op){.kind = OP_COUNTER});
	put_verdict(rule, VERDICT_DROP);
}

/* The peer's address and port, then ours, wherever they stand in a packet of this direction. */
static void put_admitted(struct writing *rule, enum family family, const struct set *set)
{
	static const struct {
		uint8_t source, destination, length;
	} addresses[FAMILY_COUNT] = {[FAMILY_IPV4] = {IPV4_SOURCE, IPV4_DESTINATION, 4},
				     [FAMILY_IPV6] = {IPV6_SOURCE, IPV6_DESTINATION, 16}};
	const bool in = rule->direction == DIRECTION_IN;
	const uint8_t peer = in ? addresses[family].source : addresses[family].destination,
		      local = in ? addresses[family].destination : addresses[family].source,
		      length = addresses[family].length, half = length + WORD;

	put_protocol(rule, family, IPPROTO_TCP);
	put_payload(rule, NFT_PAYLOAD_NETWORK_HEADER, peer, length, 0);
	put_payload(rule, NFT_PAYLOAD_TRANSPORT_HEADER, in ? 0 : PORT_BYTES, PORT_BYTES, length);
	put_payload(rule, NFT_PAYLOAD_NETWORK_HEADER, local, length, half);
	put_payload(rule, NFT_PAYLOAD_TRANSPORT_HEADER, in ? PORT_BYTES : 0, PORT_BYTES, half + length);
	put_lookup(rule, set);
	put_verdict(rule, VERDICT_ACCEPT);
}

static int rule_end(struct writing *writing, struct rule **list, size_t *count, struct error *err)
{
	struct rule *rule = pool_alloc(writing->pool, sizeof(*rule));

	if (!rule)
		return error_memory(err);
	*rule = (struct rule){
		.chain = (struct chain *)writing->chain,
		.comment = POLICY_COMMENT,
		.tag = POLICY_TAG,
		.ops = pool_copy(writing->pool, writing->ops, writing->count * sizeof(writing->ops[0])),
		.op_count = writing->count,
	};
	if (writing->failed || !rule->ops)
		return error_memory(err);
	list[(*count)++] = rule;
	writing->count = 0;
	return 0;
}

typedef void rule_maker(struct writing *rule);

static int rules_make(rule_maker *const *makers, size_t maker_count, struct writing *writing,
		      struct rule **list, size_t *count, struct error *err)
{
	for (size_t i = 0; i < maker_count; i++) {
		makers[i](writing);
		if (rule_end(writing, list, count, err) < 0)
			return -1;
	}
	return 0;
}

int policy_rules_make(enum direction direction, const struct chain *chain,
		      const struct set *const admitted[FAMILY_COUNT], struct pool *pool, struct rule ***out,
		      size_t *count, struct error *err)
{
	/* Connections of before stand between: where conntrack takes up none midway, they are invalid to it. */
	static rule_maker *const first[] = {loopback, known};
	static rule_maker *const then[] = {invalid, icmp, icmpv6, dhcp, dhcpv6, all_else};
	enum { FIRST = sizeof(first) / sizeof(*first), THEN = sizeof(then) / sizeof(*then) };
	struct writing writing = {.direction = direction, .chain = chain, .pool = pool};
	struct rule **list = pool_alloc(pool, (FIRST + FAMILY_COUNT + THEN) * sizeof(*list));

	if (!list)
		return error_memory(err);
	*count = 0;
	if (rules_make(first, FIRST, &writing, list, count, err) < 0)
		return -1;
	for (int family = 0; family < FAMILY_COUNT; family++) {
		if (!admitted[family])
			continue;
		put_admitted(&writing, (enum family)family, admitted[family]);
		if (rule_end(&writing, list, count, err) < 0)
			return -1;
	}
	if (rules_make(then, THEN, &writing, list, count, err) < 0)
		return -1;
	*out = list;
	return 0;
}
