/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Predicates to operations, byte for byte as nft 1.0.6 and iptables-nft 1.8.9 encode them. Everything goes through the
 * first register, as theirs does.
 */
#include "predicate.h"

#include "fwport/port_set.h"

#include <ctype.h>
#include <linux/if_ether.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/xt_multiport.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

enum {
	OPS_MOST = 32,
	SOURCE_PORT_OFFSET = 0,
	DESTINATION_PORT_OFFSET = 2,
	TCP_FLAGS_OFFSET = 13,
	TCP_FLAG_SYN = 0x02,
	TCP_FLAG_ACK = 0x10,
};

/* Operations under way. Failure sticks, so that the makers below can be written without checks. */
struct maker {
	struct op ops[OPS_MOST];
	size_t count;
	struct pool *pool;
	bool compat;
	uint8_t reg;
	bool failed;
};

/* In a table of iptables-nft what is put from here to the end is a match of x_tables. */
static void match_begin(struct maker *maker)
{
	maker->reg = maker->compat ? XT_REGISTER : 0;
}

static void match_end(struct maker *maker)
{
	maker->reg = 0;
}

static void put(struct maker *maker, struct op op)
{
	bool writes = op_writes_register(&op);

	if (maker->count == OPS_MOST) {
		maker->failed = true;
		return;
	}
	op.dreg = writes ? maker->reg : 0;
	op.sreg = !writes || op.kind == OP_BITWISE ? maker->reg : 0;
	maker->ops[maker->count++] = op;
}

static struct bytes keep(struct maker *maker, const void *at, size_t length)
{
	uint8_t *copy = pool_copy(maker->pool, at, length);

	maker->failed |= !copy;
	return (struct bytes){.at = copy, .length = (uint8_t)length};
}

static void put_meta(struct maker *maker, uint32_t key, uint8_t length)
{
	put(maker, (struct op){.kind = OP_META, .length = length, .meta = {.key = key, .direction = -1}});
}

static void put_payload(struct maker *maker, uint32_t base, uint32_t offset, uint8_t length)
{
	put(maker, (struct op){.kind = OP_PAYLOAD, .length = length, .payload = {base, offset}});
}

static void put_compare(struct maker *maker, uint32_t test, const void *value, size_t length)
{
	put(maker, (struct op){.kind = OP_CMP,
			       .length = (uint8_t)length,
			       .cmp = {.test = test, .value = keep(maker, value, length)}});
}

static void put_equal(struct maker *maker, const void *value, size_t length)
{
	put_compare(maker, NFT_CMP_EQ, value, length);
}

static void put_mask(struct maker *maker, const void *mask, size_t length)
{
	static const uint8_t zeros[16];

	put(maker, (struct op){.kind = OP_BITWISE,
			       .length = (uint8_t)length,
			       .bitwise = {.op = BITWISE_BOOL,
					   .mask = keep(maker, mask, length),
					   .xor = keep(maker, zeros, length)}});
}

static void put_meta_byte(struct maker *maker, uint32_t key, uint8_t value)
{
	put_meta(maker, key, 1);
	put_equal(maker, &value, 1);
}

/* netdev has no nfproto before the packet is sorted by family, but the frame's protocol. */
static void put_family(struct maker *maker, const struct table *table, enum family family)
{
	bool ipv4 = family == FAMILY_IPV4;
	uint16_t frame = ipv4 ? ETH_P_IP : ETH_P_IPV6;
	uint8_t wire[2] = {(uint8_t)(frame >> 8), (uint8_t)frame};

	if (table->family == TABLE_INET) {
		put_meta_byte(maker, NFT_META_NFPROTO, ipv4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
	} else if (table->family == TABLE_NETDEV) {
		put_meta(maker, NFT_META_PROTOCOL, sizeof(wire));
		put_equal(maker, wire, sizeof(wire));
	}
}

/* Whole bytes are a shorter load, other lengths a mask. */
static void put_prefix(struct maker *maker, const struct prefix *prefix, bool source)
{
	static const uint32_t offsets[FAMILY_COUNT][2] = {
		[FAMILY_IPV4] = {16, 12},
		[FAMILY_IPV6] = {24, 8},
	};
	uint8_t size = (uint8_t)address_size(prefix->address.family), mask[16] = {0};
	bool whole = prefix->length % 8 == 0 && prefix->length;
	uint8_t length = whole ? prefix->length / 8 : size;

	put_payload(maker, NFT_PAYLOAD_NETWORK_HEADER, offsets[prefix->address.family][source], length);
	if (!whole) {
		for (unsigned bit = 0; bit < prefix->length; bit++)
			mask[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
		put_mask(maker, mask, size);
	}
	put_equal(maker, prefix->address.bytes, length);
}

/* nft compares the whole padded name, iptables-nft the name with its NUL. */
static void put_interface(struct maker *maker, const struct predicate *predicate, const struct table *table)
{
	char name[IFNAMSIZ] = {0};
	size_t length = strnlen(predicate->iface, IFNAMSIZ - 1);

	memcpy(name, predicate->iface, length);
	put_meta(maker, predicate->leaves ? NFT_META_OIFNAME : NFT_META_IIFNAME, IFNAMSIZ);
	put_equal(maker, name, table_is_compat(table) ? length + 1 : IFNAMSIZ);
}

static void put_local(struct maker *maker, bool leaves)
{
	uint32_t type = RTN_LOCAL;

	match_begin(maker);
	put(maker, (struct op){.kind = OP_FIB,
			       .length = sizeof(type),
			       .fib = {.flags = leaves ? NFTA_FIB_F_SADDR : NFTA_FIB_F_DADDR,
				       .result = NFT_FIB_RESULT_ADDRTYPE}});
	put_equal(maker, &type, sizeof(type));
	match_end(maker);
}

static void put_ct(struct maker *maker, uint32_t key, int16_t direction, uint8_t length)
{
	put(maker,
	    (struct op){.kind = OP_CT, .length = length, .meta = {.key = key, .direction = direction}});
}

static void put_tracked_reply(struct maker *maker)
{
	uint32_t established = NF_CT_STATE_BIT(IP_CT_ESTABLISHED), none = 0;
	uint8_t reply = IP_CT_DIR_REPLY;

	match_begin(maker);
	put_ct(maker, NFT_CT_STATE, -1, sizeof(established));
	put_mask(maker, &established, sizeof(established));
	put_compare(maker, NFT_CMP_NEQ, &none, sizeof(none));
	put_ct(maker, NFT_CT_DIRECTION, -1, sizeof(reply));
	put_equal(maker, &reply, sizeof(reply));
	match_end(maker);
}

static void put_flags(struct maker *maker, uint8_t flags)
{
	put_payload(maker, NFT_PAYLOAD_TRANSPORT_HEADER, TCP_FLAGS_OFFSET, 1);
	put_mask(maker, &flags, 1);
	put_equal(maker, &flags, 1);
}

static void put_port(struct maker *maker, uint16_t port)
{
	const uint8_t wire[PORT_BYTES] = {(uint8_t)(port >> 8), (uint8_t)port};

	put_equal(maker, wire, PORT_BYTES);
}

static void put_range(struct maker *maker, struct port_range range)
{
	uint8_t first[PORT_BYTES] = {(uint8_t)(range.first >> 8), (uint8_t)range.first};
	uint8_t last[PORT_BYTES] = {(uint8_t)(range.last >> 8), (uint8_t)range.last};

	if (range.first == range.last) {
		put_port(maker, range.first);
	} else if (maker->compat) {
		put(maker, (struct op){.kind = OP_RANGE,
				       .length = PORT_BYTES,
				       .range = {.from = keep(maker, first, PORT_BYTES),
						 .to = keep(maker, last, PORT_BYTES)}});
	} else {
		put_compare(maker, NFT_CMP_GTE, first, PORT_BYTES);
		put_compare(maker, NFT_CMP_LTE, last, PORT_BYTES);
	}
}

static void put_port_test(struct maker *maker, const struct predicate *predicate, const struct set *set)
{
	if (set)
		put(maker, (struct op){.kind = OP_LOOKUP,
				       .length = PORT_BYTES,
				       .lookup = {.set_name = set->name, .set = set}});
	else
		put_range(maker, predicate->ports[0]);
}

static void put_port_load(struct maker *maker, const struct predicate *predicate)
{
	put_payload(maker, NFT_PAYLOAD_TRANSPORT_HEADER,
		    predicate->kind == PREDICATE_REQUEST ? DESTINATION_PORT_OFFSET : SOURCE_PORT_OFFSET,
		    PORT_BYTES);
}

/* Behind NAT packets have the port it gave them, and connection tracking knows the one that was asked for. */
static void put_moved_ports(struct maker *maker, const struct predicate *predicate, const struct set *set)
{
	put_port_load(maker, predicate);
	put_port(maker, predicate->arrives);
	match_begin(maker);
	put_ct(maker, NFT_CT_PROTO_DST, IP_CT_DIR_ORIGINAL, PORT_BYTES);
	put_port_test(maker, predicate, set);
	match_end(maker);
}

/* iptables knows several ports at once as a match. */
static void put_ports(struct maker *maker, const struct predicate *predicate, const struct set *set)
{
	if (predicate->arrives) {
		put_moved_ports(maker, predicate, set);
		return;
	}
	if (set)
		match_begin(maker);
	put_port_load(maker, predicate);
	put_port_test(maker, predicate, set);
	match_end(maker);
}

static void put_predicate(struct maker *maker, const struct predicate *predicate, const struct table *table,
			  const struct set *set)
{
	bool leaves = predicate->leaves;

	if (predicate->iface)
		put_interface(maker, predicate, table);
	if (predicate->one_family || predicate->peer || predicate->local)
		put_family(maker, table, predicate->family);
	if (predicate->kind == PREDICATE_REPLY_TRACKED)
		put_tracked_reply(maker);
	if (predicate->local_only)
		put_local(maker, leaves);
	if (predicate->peer && !leaves)
		put_prefix(maker, predicate->peer, true);
	if (predicate->local)
		put_prefix(maker, predicate->local, leaves);
	if (predicate->peer && leaves)
		put_prefix(maker, predicate->peer, false);
	put_meta_byte(maker, NFT_META_L4PROTO, (uint8_t)predicate->protocol);
	put_ports(maker, predicate, set);
	if (predicate->kind == PREDICATE_REPLY_SYN_ACK)
		put_flags(maker, TCP_FLAG_SYN | TCP_FLAG_ACK);
	if (predicate->kind == PREDICATE_REPLY_ACK)
		put_flags(maker, TCP_FLAG_ACK);
	if (predicate->counter || maker->compat)
		put(maker, (struct op){.kind = OP_COUNTER});
	put(maker, (struct op){.kind = OP_VERDICT, .verdict = {.code = VERDICT_ACCEPT}});
}

bool table_is_compat(const struct table *table)
{
	if (table->engine != ENGINE_NFT || (table->family != TABLE_IP && table->family != TABLE_IP6))
		return false;
	switch (table->owner) {
	case OWNER_OURS:
	case OWNER_ADMIN:
	case OWNER_FIREWALLD:
	case OWNER_LEGACY:
		return false;
	case OWNER_IPTABLES_NFT:
	case OWNER_UFW:
	case OWNER_DOCKER:
	case OWNER_FAIL2BAN:
	case OWNER_LIBVIRT:
	case OWNER_KUBERNETES:
		break;
	}
	for (size_t i = 0; i < table->chain_count; i++)
		if (table->chains[i]->base && !isupper((unsigned char)table->chains[i]->name[0]))
			return false;
	return true;
}

/* An interval set also for single ports: a plain port set costs the kernel a list walk per insertion. */
static int ports_set(const struct predicate *predicate, const struct chain *chain, bool compat,
		     struct pool *pool, struct set **out, struct error *err)
{
	const char *name = compat ? NULL : "__set%d"; /* the kernel puts the number in */

	if (port_set_make(name, predicate->ports, predicate->port_count, pool, out, err) < 0)
		return -1;
	(*out)->table = compat ? NULL : chain->table;
	return 0;
}

/* iptables tests the ports of SCTP by matches only. */
static bool needs_set(const struct predicate *predicate, bool compat)
{
	bool by_match = compat && predicate->protocol == PROTOCOL_SCTP && !predicate->arrives;

	return !predicate->set && (predicate->port_count > 1 || by_match);
}

/* A multiport has so many slots, and a range takes two; a conntrack match has one range. */
size_t predicate_slice(const struct predicate *predicate, const struct table *table,
		       const struct port_range *ports, size_t count)
{
	size_t slots = 0, taken = 0;

	if (!table_is_compat(table))
		return count;
	if (predicate->arrives)
		return count ? 1 : 0;
	while (taken < count) {
		slots += ports[taken].first == ports[taken].last ? 1 : 2;
		if (slots > XT_MULTI_PORTS)
			break;
		taken++;
	}
	return taken;
}

int predicate_rule(const struct predicate *predicate, const struct chain *chain, uint32_t tag,
		   struct pool *pool, struct rule **out, struct set **anonymous, struct error *err)
{
	struct maker maker = {.pool = pool, .compat = table_is_compat(chain->table)};
	struct rule *rule = pool_alloc(pool, sizeof(*rule));
	struct set *set = NULL;

	if (!rule)
		return error_memory(err);
	if (needs_set(predicate, maker.compat) &&
	    ports_set(predicate, chain, maker.compat, pool, &set, err) < 0)
		return -1;
	put_predicate(&maker, predicate, chain->table, predicate->set ? predicate->set : set);
	*rule = (struct rule){
		.chain = (struct chain *)chain,
		.ops = pool_copy(pool, maker.ops, maker.count * sizeof(maker.ops[0])),
		.op_count = maker.count,
		.comment = tag ? pool_format(pool, TAG_PREFIX "%u", tag) : NULL,
		.tag = tag,
	};
	if (maker.failed || !rule->ops || (tag && !rule->comment))
		return error_memory(err);
	*out = rule;
	*anonymous = maker.compat ? NULL : set;
	return 0;
}
