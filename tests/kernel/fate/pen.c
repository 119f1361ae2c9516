/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing operations one behind the other. The pen remembers which registers were written, since the kernel takes no rule that
 * reads others, and guesses what they hold.
 */
#include "author.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

enum {
	IP = 1 << TABLE_IP | 1 << TABLE_INET | 1 << TABLE_NETDEV,
	IP6 = 1 << TABLE_IP6 | 1 << TABLE_INET | 1 << TABLE_NETDEV
};
enum { INETS = 1 << TABLE_IP | 1 << TABLE_IP6 | 1 << TABLE_INET };
enum { TYPE_IPV4 = 7, TYPE_IPV6 = 8, TYPE_PROTOCOL = 12, TYPE_SERVICE = 13, TYPE_MARK = 19, TYPE_NAME = 41 };

#define PAYLOAD(from, at, bytes)                                    \
	{                                                           \
		.kind = OP_PAYLOAD, .length = (bytes), .payload = { \
			.base = NFT_PAYLOAD_##from##_HEADER,        \
			.offset = (at)                              \
		}                                                   \
	}
#define META(what, bytes)                                                                              \
	{                                                                                              \
		.kind = OP_META, .length = (bytes), .meta = {.key = NFT_META_##what, .direction = -1 } \
	}
#define CT(what, bytes, way)                                                                          \
	{                                                                                             \
		.kind = OP_CT, .length = (bytes), .meta = {.key = NFT_CT_##what, .direction = (way) } \
	}
#define FIB(of, what)                                     \
	{                                                 \
		.kind = OP_FIB, .length = 4,              \
		.fib = {.flags = NFTA_FIB_F_##of,         \
			.result = NFT_FIB_RESULT_##what } \
	}

static const struct field fields[] = {
	{PAYLOAD(TRANSPORT, 2, 2), VALUE_PORT, 0, 24, TYPE_SERVICE},
	{PAYLOAD(TRANSPORT, 0, 2), VALUE_PORT, 0, 8, TYPE_SERVICE},
	{PAYLOAD(TRANSPORT, 13, 1), VALUE_FLAGS, 0, 5, TYPE_PROTOCOL},
	{PAYLOAD(TRANSPORT, 0, 1), VALUE_BYTE, 0, 2, TYPE_PROTOCOL},
	{PAYLOAD(NETWORK, 12, 4), VALUE_ADDRESS4, IP, 12, TYPE_IPV4},
	{PAYLOAD(NETWORK, 16, 4), VALUE_ADDRESS4, IP, 6, TYPE_IPV4},
	{PAYLOAD(NETWORK, 8, 16), VALUE_ADDRESS6, IP6, 10, TYPE_IPV6},
	{PAYLOAD(NETWORK, 24, 16), VALUE_ADDRESS6, IP6, 5, TYPE_IPV6},
	{PAYLOAD(NETWORK, 8, 1), VALUE_BYTE, IP, 1, TYPE_PROTOCOL},
	{PAYLOAD(NETWORK, 9, 1), VALUE_PROTOCOL, IP, 2, TYPE_PROTOCOL},
	{PAYLOAD(NETWORK, 6, 1), VALUE_PROTOCOL, IP6, 2, TYPE_PROTOCOL},
	{PAYLOAD(LL, 12, 2), VALUE_ETHERTYPE, 0, 1, TYPE_SERVICE},
	{META(L4PROTO, 1), VALUE_PROTOCOL, 0, 10, TYPE_PROTOCOL},
	{META(NFPROTO, 1), VALUE_NFPROTO, 0, 4, TYPE_PROTOCOL},
	{META(PROTOCOL, 2), VALUE_ETHERTYPE, 0, 2, TYPE_SERVICE},
	{META(IIFNAME, 16), VALUE_LINK_NAME, 0, 6, TYPE_NAME},
	{META(OIFNAME, 16), VALUE_LINK_NAME, 0, 4, TYPE_NAME},
	{META(IIF, 4), VALUE_LINK_INDEX, 0, 2, TYPE_MARK},
	{META(OIF, 4), VALUE_LINK_INDEX, 0, 2, TYPE_MARK},
	{META(IIFTYPE, 2), VALUE_SMALL, 0, 1, TYPE_SERVICE},
	{META(OIFTYPE, 2), VALUE_SMALL, 0, 1, TYPE_SERVICE},
	{META(IIFGROUP, 4), VALUE_MARK, 0, 1, TYPE_MARK},
	{META(OIFGROUP, 4), VALUE_MARK, 0, 1, TYPE_MARK},
	{META(IIFKIND, 16), VALUE_LINK_NAME, 0, 1, TYPE_NAME},
	{META(MARK, 4), VALUE_MARK, 0, 18, TYPE_MARK},
	{META(LEN, 4), VALUE_LENGTH, 0, 2, TYPE_MARK},
	{META(PKTTYPE, 1), VALUE_SMALL, 0, 2, TYPE_PROTOCOL},
	{META(SKUID, 4), VALUE_MARK, 0, 1, TYPE_MARK},
	{META(SKGID, 4), VALUE_MARK, 0, 1, TYPE_MARK},
	{CT(STATE, 4, -1), VALUE_STATE, INETS, 12, TYPE_MARK},
	{CT(DIRECTION, 1, -1), VALUE_SMALL, INETS, 2, TYPE_PROTOCOL},
	{CT(MARK, 4, -1), VALUE_MARK, INETS, 4, TYPE_MARK},
	{CT(PROTO_DST, 2, 0), VALUE_PORT, INETS, 2, TYPE_SERVICE},
	{CT(PROTO_SRC, 2, 1), VALUE_PORT, INETS, 2, TYPE_SERVICE},
	{CT(SRC_IP, 4, 0), VALUE_ADDRESS4, INETS, 2, TYPE_IPV4},
	{CT(DST_IP6, 16, 1), VALUE_ADDRESS6, INETS, 2, TYPE_IPV6},
	{CT(PROTOCOL, 1, -1), VALUE_PROTOCOL, INETS, 1, TYPE_PROTOCOL},
	{CT(L3PROTOCOL, 1, -1), VALUE_NFPROTO, INETS, 1, TYPE_PROTOCOL},
	{CT(ZONE, 2, -1), VALUE_SMALL, INETS, 1, TYPE_SERVICE},
	{CT(STATUS, 4, -1), VALUE_MARK, INETS, 1, TYPE_MARK},
	{FIB(DADDR, ADDRTYPE), VALUE_ADDRESS_TYPE, INETS, 3, TYPE_MARK},
	{FIB(SADDR, ADDRTYPE), VALUE_ADDRESS_TYPE, INETS, 2, TYPE_MARK},
	{FIB(SADDR, OIF), VALUE_LINK_INDEX, INETS, 2, TYPE_MARK},
	{FIB(DADDR, OIF), VALUE_LINK_INDEX, INETS, 1, TYPE_MARK},
};

enum { FIELD_COUNT = sizeof(fields) / sizeof(fields[0]) };

const struct field *field_of_marks(void)
{
	static const struct field marks = {META(MARK, 4), VALUE_MARK, 0, 0, TYPE_MARK};

	return &marks;
}

/* By the kernel (nft_fib_validate, nft_ct_get_init). */
static bool field_is_allowed(const struct pen *pen, const struct field *field)
{
	const unsigned arrives = 1 << HOOK_PREROUTING | 1 << HOOK_INPUT | 1 << HOOK_FORWARD;

	if (field->families && !(field->families & 1u << pen->table->family))
		return false;
	if (field->load.kind != OP_FIB)
		return true;
	return chain_is_of_hooks(pen->chain, field->load.fib.result == NFT_FIB_RESULT_OIF
						     ? arrives
						     : arrives | 1 << HOOK_OUTPUT | 1 << HOOK_POSTROUTING);
}

const struct field *field_draw(struct pen *pen)
{
	uint32_t total = 0, drawn;

	for (size_t i = 0; i < FIELD_COUNT; i++)
		total += fields[i].weight;
	for (;;) {
		const struct field *field = fields;

		drawn = chance_below(pen->author->chance, total);
		while (drawn >= field->weight)
			drawn -= field++->weight;
		if (field_is_allowed(pen, field))
			return field;
	}
}

uint8_t padded(uint8_t length)
{
	return (uint8_t)((length + 3) & ~3);
}

struct op *pen_add(struct pen *pen, struct op op)
{
	if (pen->count < PEN_OPS)
		pen->ops[pen->count++] = op;
	return &pen->ops[pen->count - 1];
}

static void mark_written(struct pen *pen, uint8_t at, uint8_t length)
{
	for (size_t i = 0; i < padded(length); i += 4)
		pen->written[(at + i) / 4] = true;
}

bool pen_has_written(const struct pen *pen, uint8_t at, uint8_t length)
{
	for (size_t i = 0; i < padded(length); i += 4)
		if (at + i >= NFT_REGISTER_BYTES || !pen->written[(at + i) / 4])
			return false;
	return true;
}

/* Bytes of the packet that the rule is written for; zeros behind its end. */
static void guess_payload(struct pen *pen, const struct op *load, uint8_t at)
{
	const struct packet *packet = pen->packet;
	bool transport = load->payload.base == NFT_PAYLOAD_TRANSPORT_HEADER;
	uint8_t whole[PACKET_NETWORK_BYTES + PACKET_TRANSPORT_BYTES] = {0};
	size_t from = load->payload.offset + (transport ? packet->network_length : 0);

	memcpy(whole, packet->network, packet->network_length);
	memcpy(whole + packet->network_length, packet->transport, packet->transport_length);
	for (size_t i = 0; i < load->length; i++)
		pen->guess[at + i] = from + i < sizeof(whole) ? whole[from + i] : 0;
}

void pen_load(struct pen *pen, const struct field *field, uint8_t at)
{
	struct op load = field->load;

	load.dreg = at;
	pen_add(pen, load);
	memset(pen->guess + at, 0, padded(load.length));
	if (load.kind == OP_PAYLOAD && load.payload.base != NFT_PAYLOAD_LL_HEADER)
		guess_payload(pen, &load, at);
	else
		value_draw(pen->author->chance, field->values, load.length, pen->guess + at);
	mark_written(pen, at, load.length);
}

/* Prefixes as often as holes. */
static void mask_draw(struct chance *chance, uint8_t length, uint8_t *mask)
{
	uint32_t bits = chance_below(chance, length * 8 + 1);

	if (chance_percent(chance, 40)) {
		chance_bytes(chance, mask, length);
		return;
	}
	for (size_t i = 0; i < length; i++)
		mask[i] = bits >= 8 * (i + 1) ? 0xff
			  : bits <= 8 * i     ? 0
					      : (uint8_t)(0xff00 >> (bits - 8 * i));
}

void pen_mask(struct pen *pen, uint8_t from, uint8_t to, uint8_t length)
{
	uint8_t mask[NFT_REGISTER_BYTES], flip[NFT_REGISTER_BYTES] = {0}, result[NFT_REGISTER_BYTES];
	struct author *author = pen->author;
	struct op op = {.kind = OP_BITWISE, .sreg = from, .dreg = to, .length = length};

	mask_draw(author->chance, length, mask);
	if (chance_percent(author->chance, 20))
		chance_bytes(author->chance, flip, length);
	op.bitwise.mask = author_bytes(author, mask, length);
	op.bitwise.xor = author_bytes(author, flip, length);
	pen_add(pen, op);
	for (size_t i = 0; i < length; i++)
		result[i] = (pen->guess[from + i] & mask[i]) ^ flip[i];
	memset(pen->guess + to, 0, padded(length));
	memcpy(pen->guess + to, result, length);
	mark_written(pen, to, length);
}

void pen_constant(struct pen *pen, uint8_t at, uint8_t length, enum value_kind kind, uint8_t *out)
{
	struct chance *chance = pen->author->chance;
	uint32_t way = chance_below(chance, 10);

	memcpy(out, pen->guess + at, length);
	if (way < 2)
		out[length - 1]++;
	else if (way < 4)
		out[length - 1]--;
	else if (way < 6)
		value_draw(chance, kind, length, out);
}

static void compare_with_range(struct pen *pen, struct op op, enum value_kind kind)
{
	uint8_t from[NFT_REGISTER_BYTES], to[NFT_REGISTER_BYTES];
	bool swap;

	pen_constant(pen, op.sreg, op.length, kind, from);
	pen_constant(pen, op.sreg, op.length, kind, to);
	swap = memcmp(from, to, op.length) > 0;
	op.kind = OP_RANGE;
	op.invert = chance_percent(pen->author->chance, 30);
	op.range.from = author_bytes(pen->author, swap ? to : from, op.length);
	op.range.to = author_bytes(pen->author, swap ? from : to, op.length);
	pen_add(pen, op);
}

void pen_compare(struct pen *pen, uint8_t at, uint8_t length, enum value_kind kind)
{
	static const uint32_t tests[] = {NFT_CMP_EQ,  NFT_CMP_EQ, NFT_CMP_EQ,  NFT_CMP_EQ, NFT_CMP_NEQ,
					 NFT_CMP_NEQ, NFT_CMP_LT, NFT_CMP_LTE, NFT_CMP_GT, NFT_CMP_GTE};
	struct op op = {.kind = OP_CMP, .sreg = at, .length = length};
	uint8_t value[NFT_REGISTER_BYTES];

	if (chance_percent(pen->author->chance, 15)) {
		compare_with_range(pen, op, kind);
		return;
	}
	op.cmp.test = CHANCE_OF(pen->author->chance, tests);
	pen_constant(pen, at, length, kind, value);
	op.cmp.value = author_bytes(pen->author, value, length);
	pen_add(pen, op);
}
