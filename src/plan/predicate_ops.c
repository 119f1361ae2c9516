/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Predicates to operations, byte for byte as nft 1.0.6 and iptables-nft 1.8.9 encode them. Everything goes through the
 * first register, as theirs does.
 */
#include "predicate_ops.h"

#include "fwport/port_set.h"
#include "header_fields.h"

#include <endian.h>
#include <limits.h>
#include <linux/if_ether.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

enum {
	OPS_MOST = 32,
	SECOND = 1000 * 1000 * 1000, /* in nanoseconds */
};

/* Operations under way. Failure sticks, so that the makers below can be written without checks. */
struct maker {
	struct op ops[OPS_MOST];
	size_t count;
	struct pool *pool;
	bool matches; /* what nf_tables has operations for is a match of x_tables here */
	bool entry;   /* and the rest is, too: the table is a legacy one */
	uint8_t reg;
	bool failed;
};

/* In a table of iptables-nft what is put from here to the end is a match of x_tables. */
static void match_begin(struct maker *maker)
{
	maker->reg = maker->matches ? XT_REGISTER : 0;
}

static void match_end(struct maker *maker)
{
	maker->reg = maker->entry ? XT_REGISTER : 0;
}

static void put(struct maker *maker, struct op op)
{
	bool writes = op_writes_register(&op);

	if (maker->count == OPS_MOST) {
		maker->failed = true;
		return;
	}
	op.dreg = writes ? maker->reg : 0;
	op.sreg = !writes || op.kind == OP_BITWISE || op.kind == OP_BYTEORDER ? maker->reg : 0;
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

/*
 * Whole bytes are a shorter load, other lengths a mask; an entry loads all and has a mask. What holds for every address is not
 * tested: an entry cannot say it, nor can it be read back.
 */
static void put_prefix(struct maker *maker, const struct prefix *prefix, bool source)
{
	static const uint32_t offsets[FAMILY_COUNT][2] = {
		[FAMILY_IPV4] = {IPV4_DESTINATION, IPV4_SOURCE},
		[FAMILY_IPV6] = {IPV6_DESTINATION, IPV6_SOURCE},
	};
	uint8_t size = (uint8_t)address_size(prefix->address.family), mask[16] = {0};
	bool whole = prefix->length == size * 8 || (!maker->entry && prefix->length % 8 == 0);
	uint8_t length = whole ? prefix->length / 8 : size;

	if (!prefix->length)
		return;
	put_payload(maker, NFT_PAYLOAD_NETWORK_HEADER, offsets[prefix->address.family][source], length);
	if (!whole) {
		for (unsigned bit = 0; bit < prefix->length; bit++)
			mask[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
		put_mask(maker, mask, size);
	}
	put_equal(maker, prefix->address.bytes, length);
}

/* nft compares the whole padded name, iptables-nft the name with its NUL. */
static void put_interface(struct maker *maker, const struct predicate *predicate)
{
	char name[IFNAMSIZ] = {0};
	size_t length = strnlen(predicate->iface, IFNAMSIZ - 1);

	memcpy(name, predicate->iface, length);
	put_meta(maker, predicate->leaves ? NFT_META_OIFNAME : NFT_META_IIFNAME, IFNAMSIZ);
	put_equal(maker, name, maker->matches && !maker->entry ? length + 1 : IFNAMSIZ);
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
	} else if (maker->matches) {
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

/*
 * The kernel's clock, a number of the host, is held against the last moment, or the first one too late, as xt_time and nft do. A
 * date of INT_MAX is how iptables writes none, and it reads none behind 2038.
 */
static void put_until(struct maker *maker, int64_t until)
{
	const int64_t most = maker->matches ? INT_MAX : INT64_MAX / SECOND;
	const uint64_t first = 0, end = (uint64_t)(until < most ? until : most) * SECOND,
		       too_late = htobe64(end), last = htobe64(end - 1);

	match_begin(maker);
	put_meta(maker, NFT_META_TIME_NS, sizeof(end));
	put(maker, (struct op){.kind = OP_BYTEORDER,
			       .length = sizeof(end),
			       .byteorder = {.op = NFT_BYTEORDER_HTON, .size = sizeof(end)}});
	if (maker->matches)
		put(maker, (struct op){.kind = OP_RANGE,
				       .length = sizeof(end),
				       .range = {.from = keep(maker, &first, sizeof(first)),
						 .to = keep(maker, &last, sizeof(last))}});
	else
		put_compare(maker, NFT_CMP_LT, &too_late, sizeof(too_late));
	match_end(maker);
}

static void put_end(struct maker *maker, const struct predicate *predicate)
{
	if (predicate->until)
		put_until(maker, predicate->until);
	if (predicate->counter || maker->matches)
		put(maker, (struct op){.kind = OP_COUNTER});
	put(maker, (struct op){.kind = OP_VERDICT,
			       .verdict = {.code = predicate->returns ? VERDICT_RETURN : VERDICT_ACCEPT}});
}

static void put_tcp_flags(struct maker *maker, const struct predicate *predicate)
{
	if (predicate->kind == PREDICATE_REPLY_SYN_ACK)
		put_flags(maker, TCP_FLAG_SYN | TCP_FLAG_ACK);
	if (predicate->kind == PREDICATE_REPLY_ACK)
		put_flags(maker, TCP_FLAG_ACK);
}

static void put_prefixes(struct maker *maker, const struct predicate *predicate)
{
	bool leaves = predicate->leaves;

	if (predicate->peer && !leaves)
		put_prefix(maker, predicate->peer, true);
	if (predicate->local)
		put_prefix(maker, predicate->local, leaves);
	if (predicate->peer && leaves)
		put_prefix(maker, predicate->peer, false);
}

/* An entry has its own conditions first, in one order, and its matches behind them. */
static void put_entry(struct maker *maker, const struct predicate *predicate, const struct set *set)
{
	if (predicate->iface)
		put_interface(maker, predicate);
	put_prefixes(maker, predicate);
	put_meta_byte(maker, NFT_META_L4PROTO, (uint8_t)predicate->protocol);
	put_ports(maker, predicate, set);
	put_tcp_flags(maker, predicate);
	if (predicate->kind == PREDICATE_REPLY_TRACKED)
		put_tracked_reply(maker);
	if (predicate->local_only)
		put_local(maker, predicate->leaves);
	put_end(maker, predicate);
}

static void put_predicate(struct maker *maker, const struct predicate *predicate, const struct table *table,
			  const struct set *set)
{
	if (predicate->iface)
		put_interface(maker, predicate);
	if (predicate->one_family || predicate->peer || predicate->local)
		put_family(maker, table, predicate->family);
	if (predicate->kind == PREDICATE_REPLY_TRACKED)
		put_tracked_reply(maker);
	if (predicate->local_only)
		put_local(maker, predicate->leaves);
	put_prefixes(maker, predicate);
	put_meta_byte(maker, NFT_META_L4PROTO, (uint8_t)predicate->protocol);
	put_ports(maker, predicate, set);
	put_tcp_flags(maker, predicate);
	put_end(maker, predicate);
}

int predicate_ops(const struct predicate *predicate, const struct table *table, const struct set *set,
		  struct pool *pool, const struct op **ops, size_t *count, struct error *err)
{
	struct maker maker = {
		.pool = pool,
		.matches = table_takes_matches(table),
		.entry = table->engine == ENGINE_LEGACY,
	};

	match_end(&maker);
	if (maker.entry)
		put_entry(&maker, predicate, set);
	else
		put_predicate(&maker, predicate, table, set);
	*ops = pool_copy(pool, maker.ops, maker.count * sizeof(maker.ops[0]));
	*count = maker.count;
	return maker.failed || !*ops ? error_memory(err) : 0;
}
