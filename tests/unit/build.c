/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The compiler of the small rule language of build.h, and hosts and sets for tests. It knows the bytecode that nft emits; it
 * is test code and fails the running test on anything it does not know.
 */
#include "build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>

enum { WORDS = 64, OPS = 48 };
enum encoding { PORT, ADDRESS, HOST16, HOST32, HOST64, BYTE, NAME, STATE };

struct field {
	const char *first, *second;
	enum op_kind kind;
	uint32_t where; /* payload base, meta or ct key */
	uint32_t offset;
	uint8_t length;
	enum encoding encoding;
	uint8_t l4proto, nfproto; /* dependencies, 0 none */
};

static const struct field fields[] = {
	{"tcp", "dport", OP_PAYLOAD, NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, PORT, 6, 0},
	{"tcp", "sport", OP_PAYLOAD, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 2, PORT, 6, 0},
	{"tcp", "flags", OP_PAYLOAD, NFT_PAYLOAD_TRANSPORT_HEADER, 13, 1, BYTE, 6, 0},
	{"tcp", "doff", OP_PAYLOAD, NFT_PAYLOAD_TRANSPORT_HEADER, 12, 1, BYTE, 6, 0},
	{"tcp", "mss", OP_PAYLOAD, NFT_PAYLOAD_TRANSPORT_HEADER, 22, 2, PORT, 6, 0},
	{"tcp", "option", OP_PAYLOAD, NFT_PAYLOAD_TRANSPORT_HEADER, 24, 1, BYTE, 6, 0},
	{"tcp", "byte60", OP_PAYLOAD, NFT_PAYLOAD_TRANSPORT_HEADER, 60, 1, BYTE, 6, 0},
	{"udp", "dport", OP_PAYLOAD, NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, PORT, 17, 0},
	{"udp", "sport", OP_PAYLOAD, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 2, PORT, 17, 0},
	{"th", "dport", OP_PAYLOAD, NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2, PORT, 0, 0},
	{"th", "sport", OP_PAYLOAD, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 2, PORT, 0, 0},
	{"ip", "saddr", OP_PAYLOAD, NFT_PAYLOAD_NETWORK_HEADER, 12, 4, ADDRESS, 0, NFPROTO_IPV4},
	{"ip", "daddr", OP_PAYLOAD, NFT_PAYLOAD_NETWORK_HEADER, 16, 4, ADDRESS, 0, NFPROTO_IPV4},
	{"ip", "tos", OP_PAYLOAD, NFT_PAYLOAD_NETWORK_HEADER, 1, 1, BYTE, 0, NFPROTO_IPV4},
	{"ip", "length", OP_PAYLOAD, NFT_PAYLOAD_NETWORK_HEADER, 2, 2, PORT, 0, NFPROTO_IPV4},
	{"ip", "proto", OP_PAYLOAD, NFT_PAYLOAD_NETWORK_HEADER, 9, 1, BYTE, 0, NFPROTO_IPV4},
	{"ip", "ttl", OP_PAYLOAD, NFT_PAYLOAD_NETWORK_HEADER, 8, 1, BYTE, 0, NFPROTO_IPV4},
	{"ip6", "saddr", OP_PAYLOAD, NFT_PAYLOAD_NETWORK_HEADER, 8, 16, ADDRESS, 0, NFPROTO_IPV6},
	{"ip6", "daddr", OP_PAYLOAD, NFT_PAYLOAD_NETWORK_HEADER, 24, 16, ADDRESS, 0, NFPROTO_IPV6},
	{"ip6", "hoplimit", OP_PAYLOAD, NFT_PAYLOAD_NETWORK_HEADER, 7, 1, BYTE, 0, NFPROTO_IPV6},
	{"icmpv6", "type", OP_PAYLOAD, NFT_PAYLOAD_TRANSPORT_HEADER, 0, 1, BYTE, 58, 0},
	{"ether", "first", OP_PAYLOAD, NFT_PAYLOAD_LL_HEADER, 6, 1, BYTE, 0, 0},
	{"payload", "byte", OP_PAYLOAD, NFT_PAYLOAD_INNER_HEADER, 0, 1, BYTE, 0, 0},
	{"meta", "l4proto", OP_META, NFT_META_L4PROTO, 0, 1, BYTE, 0, 0},
	{"meta", "nfproto", OP_META, NFT_META_NFPROTO, 0, 1, BYTE, 0, 0},
	{"meta", "pkttype", OP_META, NFT_META_PKTTYPE, 0, 1, BYTE, 0, 0},
	{"meta", "mark", OP_META, NFT_META_MARK, 0, 4, HOST32, 0, 0},
	{"meta", "length", OP_META, NFT_META_LEN, 0, 4, HOST32, 0, 0},
	{"meta", "hour", OP_META, NFT_META_TIME_HOUR, 0, 4, HOST32, 0, 0},
	{"meta", "day", OP_META, NFT_META_TIME_DAY, 0, 1, BYTE, 0, 0},
	{"meta", "time", OP_META, NFT_META_TIME_NS, 0, 8, HOST64, 0, 0},
	{"meta", "sdif", OP_META, NFT_META_SDIF, 0, 4, HOST32, 0, 0},
	{"meta", "rtclassid", OP_META, NFT_META_RTCLASSID, 0, 4, HOST32, 0, 0},
	{"ct", "packets", OP_CT, NFT_CT_PKTS, 0, 8, HOST64, 0, 0},
	{"ct", "bytes", OP_CT, NFT_CT_BYTES, 0, 8, HOST64, 0, 0},
	{"ct", "expiration", OP_CT, NFT_CT_EXPIRATION, 0, 4, HOST32, 0, 0},
	{"ct", "label", OP_CT, NFT_CT_LABELS, 0, 16, HOST32, 0, 0},
	{"meta", "random", OP_META, NFT_META_PRANDOM, 0, 4, HOST32, 0, 0},
	{"meta", "iif", OP_META, NFT_META_IIF, 0, 4, HOST32, 0, 0},
	{"meta", "oif", OP_META, NFT_META_OIF, 0, 4, HOST32, 0, 0},
	{"meta", "skuid", OP_META, NFT_META_SKUID, 0, 4, HOST32, 0, 0},
	{"meta", "iiftype", OP_META, NFT_META_IIFTYPE, 0, 2, HOST16, 0, 0},
	{"meta", "cgroup", OP_META, NFT_META_CGROUP, 0, 4, HOST32, 0, 0},
	{"meta", "priority", OP_META, NFT_META_PRIORITY, 0, 4, HOST32, 0, 0},
	{"meta", "nftrace", OP_META, NFT_META_NFTRACE, 0, 1, BYTE, 0, 0},
	{"iifname", NULL, OP_META, NFT_META_IIFNAME, 0, 16, NAME, 0, 0},
	{"oifname", NULL, OP_META, NFT_META_OIFNAME, 0, 16, NAME, 0, 0},
	{"ct", "state", OP_CT, NFT_CT_STATE, 0, 4, STATE, 0, 0},
	{"ct", "mark", OP_CT, NFT_CT_MARK, 0, 4, HOST32, 0, 0},
	{"ct", "status", OP_CT, NFT_CT_STATUS, 0, 4, HOST32, 0, 0},
	{"ct", "direction", OP_CT, NFT_CT_DIRECTION, 0, 1, BYTE, 0, 0},
	{"ct", "helper", OP_CT, NFT_CT_HELPER, 0, 16, NAME, 0, 0},
	{"ct", "zone", OP_CT, NFT_CT_ZONE, 0, 2, HOST32, 0, 0},
};

struct line {
	struct build *build;
	struct chain *chain;
	char *words[WORDS];
	size_t word_count, at;
	struct op ops[OPS];
	size_t op_count;
};

/* Words */

static size_t split(char *text, const char *separators, char **words, size_t limit)
{
	size_t count = 0;
	char *rest = NULL;

	for (char *word = strtok_r(text, separators, &rest); word; word = strtok_r(NULL, separators, &rest)) {
		assert_true(count < limit);
		words[count++] = word;
	}
	return count;
}

static const char *word(const struct line *line)
{
	return line->at < line->word_count ? line->words[line->at] : "";
}

static const char *next_word(struct line *line)
{
	assert_true(line->at < line->word_count);
	return line->words[line->at++];
}

static bool take(struct line *line, const char *wanted)
{
	if (strcmp(word(line), wanted) != 0)
		return false;
	line->at++;
	return true;
}

static void add_op(struct line *line, struct op op)
{
	assert_true(line->op_count < OPS);
	line->ops[line->op_count++] = op;
}

static struct bytes bytes_of(struct build *build, const void *at, uint8_t length)
{
	return (struct bytes){pool_copy(&build->pool, at, length), length};
}

/* Values */

static uint32_t state_bits(const char *text)
{
	static const char *const names[] = {"invalid", "established", "related", "new"};
	char copy[64];
	char *words[8];
	uint32_t bits = 0;
	size_t count;

	strncpy(copy, text, sizeof(copy) - 1);
	copy[sizeof(copy) - 1] = 0;
	count = split(copy, ",", words, 8);
	for (size_t i = 0; i < count; i++) {
		for (unsigned n = 0; n < 4; n++)
			bits |= strcmp(words[i], names[n]) == 0 ? 1u << n : 0;
		bits |= strcmp(words[i], "untracked") == 0 ? 64 : 0;
	}
	assert_true(bits != 0);
	return bits;
}

static struct prefix prefix_of(const char *text)
{
	struct error err = {0};
	struct prefix prefix;

	if (prefix_parse(text, (struct place){0}, &prefix, &err) < 0)
		fail_msg("%s", err.text);
	return prefix;
}

/* Returns the number of bytes the text stands for. */
static uint8_t encode(enum encoding encoding, const char *text, uint8_t out[16])
{
	uint32_t number = (uint32_t)strtoul(text, NULL, 0);

	switch (encoding) {
	case PORT:
		out[0] = (uint8_t)(number >> 8);
		out[1] = (uint8_t)number;
		return 2;
	case BYTE:
		out[0] = (uint8_t)number;
		return 1;
	case HOST16:
		memcpy(out, &(uint16_t){(uint16_t)number}, 2);
		return 2;
	case HOST32:
		memcpy(out, &number, 4);
		return 4;
	case HOST64:
		memcpy(out, &(uint64_t){strtoull(text, NULL, 0)}, 8);
		return 8;
	case STATE:
		number = state_bits(text);
		memcpy(out, &number, 4);
		return 4;
	case NAME:
		memset(out, 0, 16);
		memcpy(out, text, strlen(text));
		return 16;
	case ADDRESS: {
		struct prefix prefix = prefix_of(text);

		memcpy(out, prefix.address.bytes, address_size(prefix.address.family));
		return (uint8_t)address_size(prefix.address.family);
	}
	}
	return 0;
}

static void last_address(const struct prefix *prefix, uint8_t out[16])
{
	memcpy(out, prefix->address.bytes, 16);
	for (unsigned bit = prefix->length; bit < 8 * address_size(prefix->address.family); bit++)
		out[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
}

/* "A-B", "A" or a prefix as first and last value; returns the length of each. */
static uint8_t encode_range(const char *text, uint8_t first[16], uint8_t last[16])
{
	const char *dash = strchr(text, '-');
	uint8_t length;

	if (strchr(text, '.') || strchr(text, ':')) {
		char copy[128];
		struct prefix low, high;

		strncpy(copy, text, sizeof(copy) - 1);
		copy[sizeof(copy) - 1] = 0;
		if (dash)
			copy[dash - text] = 0;
		low = prefix_of(copy);
		high = dash ? prefix_of(dash + 1) : low;
		memcpy(first, low.address.bytes, 16);
		last_address(&high, last);
		return (uint8_t)address_size(low.address.family);
	}
	length = encode(PORT, text, first);
	encode(PORT, dash ? dash + 1 : text, last);
	return length;
}

/* Matches */

static struct op load(const struct field *field, uint8_t dreg)
{
	struct op op = {.kind = field->kind, .dreg = dreg, .length = field->length};

	if (field->kind == OP_PAYLOAD) {
		op.payload.base = field->where;
		op.payload.offset = field->offset;
	} else {
		op.meta.key = field->where;
		op.meta.direction = -1;
	}
	return op;
}

static struct op compare(struct build *build, uint32_t test, uint8_t sreg, const void *value, uint8_t length)
{
	return (struct op){.kind = OP_CMP,
			   .sreg = sreg,
			   .length = length,
			   .cmp = {test, bytes_of(build, value, length)}};
}

static struct op mask(struct build *build, const void *bits, uint8_t length)
{
	static const uint8_t zero[16];

	return (struct op){
		.kind = OP_BITWISE,
		.length = length,
		.bitwise = {BITWISE_BOOL, bytes_of(build, bits, length), bytes_of(build, zero, length), 0}};
}

static void depend(struct line *line, uint32_t key, uint8_t value)
{
	add_op(line, (struct op){.kind = OP_META, .length = 1, .meta = {key, -1}});
	add_op(line, compare(line->build, NFT_CMP_EQ, 0, &value, 1));
}

static void dependencies(struct line *line, const struct field *field)
{
	if (field->nfproto && line->chain->table->family == TABLE_INET)
		depend(line, NFT_META_NFPROTO, field->nfproto);
	if (field->l4proto)
		depend(line, NFT_META_L4PROTO, field->l4proto);
}

static const struct set *set_named(struct line *line, const char *name)
{
	const struct set *set = table_find_set(line->chain->table, name);

	if (!set)
		fail_msg("no set %s", name);
	return set;
}

static void lookup(struct line *line, const char *name, bool invert, bool map)
{
	const struct set *set = set_named(line, name);

	add_op(line, (struct op){.kind = OP_LOOKUP,
				 .length = set->key_length,
				 .invert = invert,
				 .lookup = {set->name, set, map}});
}

static void match_prefix(struct line *line, uint32_t test, const char *text)
{
	struct prefix prefix = prefix_of(text);
	uint8_t size = (uint8_t)address_size(prefix.address.family);

	if (prefix.length % 8 == 0 && prefix.length > 0) { /* nft shortens the load */
		line->ops[line->op_count - 1].length = prefix.length / 8;
		add_op(line, compare(line->build, test, 0, prefix.address.bytes, prefix.length / 8));
		return;
	}
	uint8_t bits[16] = {0};
	for (unsigned bit = 0; bit < prefix.length; bit++)
		bits[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	add_op(line, mask(line->build, bits, size));
	add_op(line, compare(line->build, test, 0, prefix.address.bytes, size));
}

static void match_range(struct line *line, bool invert, const char *text)
{
	uint8_t first[16], last[16];
	uint8_t length = encode_range(text, first, last);

	add_op(line, (struct op){.kind = OP_RANGE,
				 .length = length,
				 .invert = invert,
				 .range = {bytes_of(line->build, first, length),
					   bytes_of(line->build, last, length)}});
}

static void match_state(struct line *line, bool invert, const char *text)
{
	static const uint8_t zero[4];
	uint8_t bits[16];

	encode(STATE, text, bits);
	add_op(line, mask(line->build, bits, 4));
	add_op(line, compare(line->build, invert ? NFT_CMP_EQ : NFT_CMP_NEQ, 0, zero, 4));
}

static void match_value(struct line *line, const struct field *field, uint32_t test, const char *text)
{
	uint8_t value[16];
	uint8_t length;

	if (field->encoding == NAME && strchr(text, '*')) { /* a wildcard compares fewer bytes */
		add_op(line, compare(line->build, test, 0, text, (uint8_t)(strlen(text) - 1)));
		return;
	}
	length = encode(field->encoding, text, value);
	add_op(line, compare(line->build, test, 0, value, length));
}

static void match(struct line *line, const struct field *field)
{
	bool invert, map;
	const char *text;
	uint32_t test;

	dependencies(line, field);
	add_op(line, load(field, 0));
	if (take(line, "&")) {
		uint8_t bits[16];
		uint8_t length = encode(field->encoding, next_word(line), bits);

		add_op(line, mask(line->build, bits, length));
	}
	invert = take(line, "!=");
	map = take(line, "vmap");
	test = take(line, "<")    ? NFT_CMP_LT
	       : take(line, "<=") ? NFT_CMP_LTE
	       : take(line, ">")  ? NFT_CMP_GT
	       : take(line, ">=") ? NFT_CMP_GTE
	       : invert           ? NFT_CMP_NEQ
				  : NFT_CMP_EQ;
	text = next_word(line);
	if (text[0] == '@')
		lookup(line, text + 1, invert, map);
	else if (field->encoding == STATE)
		match_state(line, invert, text);
	else if (field->encoding == ADDRESS && strchr(text, '/'))
		match_prefix(line, test, text);
	else if (strchr(text, '-') && (field->encoding == PORT || field->encoding == ADDRESS))
		match_range(line, invert, text);
	else
		match_value(line, field, test, text);
}

static const struct field *field_find(struct line *line)
{
	const char *second = line->at + 1 < line->word_count ? line->words[line->at + 1] : "";

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strcmp(fields[i].first, word(line)) != 0)
			continue;
		if (fields[i].second && strcmp(fields[i].second, second) != 0)
			continue;
		line->at += fields[i].second ? 2 : 1;
		return &fields[i];
	}
	return NULL;
}

/* "ip saddr . tcp dport @pairs" */
static void match_concatenation(struct line *line, const struct field *first)
{
	const struct field *second = field_find(line);
	uint8_t at = (uint8_t)((first->length + 3) & ~3);
	bool map;

	assert_non_null(second);
	dependencies(line, first);
	dependencies(line, second);
	add_op(line, load(first, 0));
	add_op(line, load(second, at));
	if (take(line, "&")) {
		uint8_t bits[16];
		struct op op = mask(line->build, bits, encode(second->encoding, next_word(line), bits));

		op.sreg = op.dreg = at;
		add_op(line, op);
	}
	map = take(line, "vmap");
	lookup(line, next_word(line) + 1, false, map);
}

/* "ct original proto-dst 443" */
static void match_tuple_port(struct line *line, int16_t direction)
{
	uint8_t first[16], last[16];
	uint8_t length = encode_range(next_word(line), first, last);

	add_op(line, (struct op){.kind = OP_CT, .length = length, .meta = {NFT_CT_PROTO_DST, direction}});
	add_op(line, (struct op){.kind = OP_RANGE,
				 .length = length,
				 .range = {bytes_of(line->build, first, length),
					   bytes_of(line->build, last, length)}});
}

/* "ct original saddr 192.0.2.1", "ct reply daddr != 2001:db8::1" */
static void match_tuple(struct line *line)
{
	int16_t direction = strcmp(next_word(line), "reply") == 0 ? IP_CT_DIR_REPLY : IP_CT_DIR_ORIGINAL;
	struct op op = {.kind = OP_CT, .meta = {.direction = direction}};
	uint8_t value[16], length;
	bool source, invert;

	if (take(line, "proto-dst")) {
		match_tuple_port(line, direction);
		return;
	}
	source = take(line, "saddr");
	if (!source)
		assert_true(take(line, "daddr"));
	invert = take(line, "!=");
	length = encode(ADDRESS, next_word(line), value);
	op.length = length;
	op.meta.key = length == 4 ? (source ? NFT_CT_SRC_IP : NFT_CT_DST_IP)
				  : (source ? NFT_CT_SRC_IP6 : NFT_CT_DST_IP6);
	add_op(line, op);
	add_op(line, compare(line->build, invert ? NFT_CMP_NEQ : NFT_CMP_EQ, 0, value, length));
}

/* Statements */

static void set_key(struct line *line, enum op_kind kind, uint32_t key)
{
	uint32_t value = (uint32_t)strtoul(next_word(line), NULL, 0);

	add_op(line,
	       (struct op){.kind = OP_IMMEDIATE, .length = 4, .immediate = bytes_of(line->build, &value, 4)});
	add_op(line, (struct op){.kind = kind, .length = 4, .meta = {key, -1}});
}

static void limit(struct line *line)
{
	bool over = take(line, "over");
	uint64_t rate = strtoul(next_word(line), NULL, 10);
	bool hourly = take(line, "/hour");
	uint32_t burst = take(line, "burst") ? (uint32_t)strtoul(next_word(line), NULL, 10) : 5;

	add_op(line, (struct op){.kind = OP_LIMIT,
				 .invert = over,
				 .limit = {rate, hourly ? 60 * 60 : 1, burst, false}});
}

static void quota(struct line *line)
{
	bool over = take(line, "over");
	uint64_t bytes = strtoul(next_word(line), NULL, 10);
	uint64_t used = take(line, "used") ? strtoul(next_word(line), NULL, 10) : 0;

	add_op(line, (struct op){.kind = OP_QUOTA, .invert = over, .quota = {bytes, used}});
}

static void connections(struct line *line)
{
	bool over = take(line, "over");

	add_op(line, (struct op){.kind = OP_CONNLIMIT,
				 .invert = over,
				 .connlimit.count = (uint32_t)strtoul(next_word(line), NULL, 10)});
}

/* What the byte in the first register has to be. */
static void byte_is(struct line *line, uint8_t value)
{
	add_op(line, compare(line->build, NFT_CMP_EQ, 0, &value, 1));
}

static uint32_t number_word(struct line *line)
{
	return (uint32_t)strtoul(next_word(line), NULL, 0);
}

static void exthdr(struct line *line)
{
	uint32_t header = number_word(line), type = number_word(line);
	bool loads = take(line, "there"), exists = take(line, "exists");

	if (!loads && !exists)
		assert_true(take(line, "missing"));
	add_op(line, (struct op){.kind = OP_EXTHDR, .length = 1, .exthdr = {header, type, 2, !loads}});
	if (!loads)
		byte_is(line, exists);
}

static void attached(struct line *line)
{
	uint32_t kind = number_word(line), key = number_word(line);

	add_op(line, (struct op){.kind = OP_ATTACHED,
				 .length = 1,
				 .attached = {(enum attached_kind)kind, key, 0, false}});
	if (take(line, "is"))
		byte_is(line, (uint8_t)number_word(line));
	else
		assert_true(take(line, "there"));
}

static void number(struct line *line)
{
	uint32_t modulus = number_word(line), value;

	assert_true(take(line, "is"));
	value = number_word(line);
	add_op(line, (struct op){.kind = OP_NUMBER,
				 .length = 4,
				 .number = {NUMBER_RANDOM, modulus, 0, 0, false, 0}});
	add_op(line, compare(line->build, NFT_CMP_EQ, 0, &value, 4));
}

static const struct object *object_named(const struct table *table, const char *name)
{
	for (size_t i = 0; i < table->object_count; i++)
		if (strcmp(table->objects[i]->name, name) == 0)
			return table->objects[i];
	fail_msg("there is no object %s", name);
	return NULL;
}

static void dynset(struct line *line)
{
	const struct set *set = set_named(line, next_word(line) + 1);
	const char *what = next_word(line);
	bool ipv6 = set->key_length == 16;
	uint32_t offset = strcmp(what, "saddr") == 0 ? (ipv6 ? 8 : 12) : (ipv6 ? 24 : 16);

	add_op(line, (struct op){.kind = OP_PAYLOAD,
				 .length = set->key_length,
				 .payload = {NFT_PAYLOAD_NETWORK_HEADER, offset}});
	add_op(line, (struct op){.kind = OP_DYNSET,
				 .length = set->key_length,
				 .dynset = {.set_name = set->name, .set = set, .op = NFT_DYNSET_OP_ADD}});
}

static void fib(struct line *line)
{
	bool destination = take(line, "daddr");
	uint32_t flags = destination ? NFTA_FIB_F_DADDR : NFTA_FIB_F_SADDR;
	uint32_t type = RTN_LOCAL, index;

	if (!destination)
		assert_true(take(line, "saddr"));
	if (take(line, "oif")) {
		add_op(line, (struct op){.kind = OP_FIB, .length = 4, .fib = {flags, NFT_FIB_RESULT_OIF}});
		index = (uint32_t)strtoul(next_word(line), NULL, 10);
		add_op(line, compare(line->build, NFT_CMP_EQ, 0, &index, 4));
		return;
	}
	if (take(line, ".")) {
		assert_true(take(line, "iif") && take(line, "oif"));
		add_op(line, (struct op){.kind = OP_FIB,
					 .length = 4,
					 .fib = {flags | NFTA_FIB_F_IIF, NFT_FIB_RESULT_OIF}});
		index = (uint32_t)strtoul(next_word(line), NULL, 10);
		add_op(line, compare(line->build, NFT_CMP_EQ, 0, &index, 4));
		return;
	}
	assert_true(take(line, "type"));
	if (take(line, "multicast"))
		type = RTN_MULTICAST;
	else
		assert_true(take(line, "local"));
	add_op(line, (struct op){.kind = OP_FIB, .length = 4, .fib = {flags, NFT_FIB_RESULT_ADDRTYPE}});
	add_op(line, compare(line->build, NFT_CMP_EQ, 0, &type, 4));
}

static void nat(struct line *line, enum nat_kind kind)
{
	struct op op = {.kind = OP_NAT, .nat = {kind, -1, -1, -1, -1, 0, -1}};
	uint8_t value[16] = {0};
	uint8_t length;

	if (kind != NAT_MASQUERADE) {
		length = encode(kind == NAT_REDIRECT ? PORT : ADDRESS, next_word(line), value);
		add_op(line, (struct op){.kind = OP_IMMEDIATE,
					 .length = length,
					 .immediate = bytes_of(line->build, value, length)});
		if (kind == NAT_REDIRECT)
			op.nat.port_min = 0;
		else
			op.nat.address_min = 0;
		if (kind == NAT_DESTINATION || kind == NAT_SOURCE)
			op.nat.family = length == 4 ? NFPROTO_IPV4 : NFPROTO_IPV6;
	}
	add_op(line, op);
}

static void verdict(struct line *line, enum nft_verdict_code code)
{
	struct op op = {.kind = OP_VERDICT, .verdict = {code, NULL, NULL}};

	if (code == VERDICT_JUMP || code == VERDICT_GOTO) {
		op.verdict.chain_name = pool_text(&line->build->pool, next_word(line));
		op.verdict.chain = table_find_chain(line->chain->table, op.verdict.chain_name);
	}
	add_op(line, op);
}

static void opaque(struct line *line, enum opaque_effect effect)
{
	const char *name = pool_text(&line->build->pool, next_word(line));
	bool service = strcmp(name, "dscp") == 0;

	add_op(line,
	       (struct op){.kind = OP_OPAQUE,
			   .opaque = {.name = name,
				      .effect = effect,
				      .change = service ? OPAQUE_CHANGES_SERVICE : OPAQUE_CHANGES_ALL}});
}

static void statement(struct line *line)
{
	static const struct {
		const char *word;
		enum nft_verdict_code code;
	} verdicts[] = {
		{"accept", VERDICT_ACCEPT}, {"drop", VERDICT_DROP}, {"queue", VERDICT_QUEUE},
		{"jump", VERDICT_JUMP},     {"goto", VERDICT_GOTO}, {"return", VERDICT_RETURN},
	};

	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		if (take(line, verdicts[i].word)) {
			verdict(line, verdicts[i].code);
			return;
		}
	}
	if (take(line, "counter"))
		add_op(line, (struct op){.kind = OP_COUNTER});
	else if (take(line, "log"))
		add_op(line, (struct op){.kind = OP_LOG, .log = {NULL, -1, -1}});
	else if (take(line, "notrack"))
		add_op(line, (struct op){.kind = OP_NOTRACK});
	else if (take(line, "reject"))
		add_op(line, (struct op){.kind = OP_REJECT, .reject = {NFT_REJECT_ICMPX_UNREACH, 1}});
	else if (take(line, "limit"))
		limit(line);
	else if (take(line, "quota"))
		quota(line);
	else if (take(line, "connections"))
		connections(line);
	else if (take(line, "exthdr"))
		exthdr(line);
	else if (take(line, "attached"))
		attached(line);
	else if (take(line, "number"))
		number(line);
	else if (take(line, "object"))
		add_op(line, object_named(line->chain->table, next_word(line))->op);
	else if (take(line, "add"))
		dynset(line);
	else if (take(line, "fib"))
		fib(line);
	else if (take(line, "ct"))
		match_tuple(line);
	else if (take(line, "redirect"))
		nat(line, NAT_REDIRECT);
	else if (take(line, "dnat"))
		nat(line, NAT_DESTINATION);
	else if (take(line, "snat"))
		nat(line, NAT_SOURCE);
	else if (take(line, "masquerade"))
		nat(line, NAT_MASQUERADE);
	else if (take(line, "opaque"))
		opaque(line, OPAQUE_MATCHES);
	else if (take(line, "decides"))
		opaque(line, OPAQUE_DECIDES);
	else if (take(line, "passes"))
		opaque(line, OPAQUE_PASSES);
	else
		fail_msg("the word \"%s\" is not known to tests/unit/build.c", word(line));
}

static void lookup_objects(struct line *line, const struct field *field)
{
	const struct set *set = set_named(line, next_word(line) + 1);

	dependencies(line, field);
	add_op(line, load(field, 0));
	add_op(line, (struct op){.kind = OP_LOOKUP,
				 .length = set->key_length,
				 .lookup = {.set_name = set->name, .set = set, .objects = true}});
}

/* Operations of a match of x_tables work in registers of its own. */
static void move_to_xt(struct op *ops, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (op_writes_register(&ops[i]))
			ops[i].dreg += XT_REGISTER;
		if (ops[i].kind == OP_BITWISE || ops[i].kind == OP_CMP || ops[i].kind == OP_RANGE ||
		    ops[i].kind == OP_LOOKUP)
			ops[i].sreg += XT_REGISTER;
	}
}

static void part(struct line *line)
{
	bool xt = take(line, "xt");
	const struct field *field = field_find(line);
	size_t first = line->op_count;

	if (!field)
		statement(line);
	else if (take(line, "objects"))
		lookup_objects(line, field);
	else if (take(line, "."))
		match_concatenation(line, field);
	else if (take(line, "set"))
		set_key(line, field->kind == OP_CT ? OP_CT_SET : OP_META_SET, field->where);
	else
		match(line, field);
	if (xt)
		move_to_xt(line->ops + first, line->op_count - first);
}

/* Objects */

void build_start(struct build *build)
{
	*build = (struct build){.ruleset = {.number = 7, .legacy_tables = {"", ""}}};
}

void build_end(struct build *build)
{
	pool_free(&build->pool);
}

static void *append(struct build *build, void *list, size_t *count, void *item)
{
	void **larger = pool_grow(&build->pool, list, *count, sizeof(void *));

	assert_non_null(larger);
	larger[(*count)++] = item;
	return larger;
}

struct table *build_table(struct build *build, enum table_family family, const char *name)
{
	struct table *table = pool_alloc(&build->pool, sizeof(*table));

	assert_non_null(table);
	*table = (struct table){
		.family = family, .name = name, .handle = ++build->handle, .owner = OWNER_ADMIN};
	build->ruleset.tables = append(build, build->ruleset.tables, &build->ruleset.table_count, table);
	return table;
}

struct chain *build_chain(struct build *build, struct table *table, const char *name)
{
	struct chain *chain = pool_alloc(&build->pool, sizeof(*chain));

	assert_non_null(chain);
	*chain = (struct chain){.table = table, .name = name, .handle = ++build->handle};
	table->chains = append(build, table->chains, &table->chain_count, chain);
	return chain;
}

struct chain *build_base_chain(struct build *build, struct table *table, const char *name, enum hook hook,
			       int priority, bool policy_drop)
{
	struct chain *chain = build_chain(build, table, name);

	chain->base = true;
	chain->hook = hook;
	chain->priority = priority;
	chain->policy_drop = policy_drop;
	return chain;
}

struct chain *build_input(struct build *build, bool policy_drop)
{
	return build_base_chain(build, build_table(build, TABLE_INET, "filter"), "input", HOOK_INPUT, 0,
				policy_drop);
}

struct rule *build_rule(struct build *build, struct chain *chain, const char *text)
{
	struct line line = {.build = build, .chain = chain};
	struct rule *rule = pool_alloc(&build->pool, sizeof(*rule));
	char *copy = pool_text(&build->pool, text);

	assert_non_null(rule);
	assert_non_null(copy);
	line.word_count = split(copy, " ", line.words, WORDS);
	while (line.at < line.word_count)
		part(&line);
	*rule = (struct rule){
		.chain = chain,
		.handle = ++build->handle,
		.position = (unsigned)chain->rule_count + 1,
		.ops = pool_copy(&build->pool, line.ops, line.op_count * sizeof(line.ops[0])),
		.op_count = line.op_count,
	};
	chain->rules = append(build, chain->rules, &chain->rule_count, rule);
	return rule;
}

struct object *build_object(struct build *build, struct table *table, const char *name, const char *text)
{
	struct chain chain = {.table = table};
	struct object *object = pool_alloc(&build->pool, sizeof(*object));
	const struct rule *rule = build_rule(build, &chain, text);

	assert_non_null(object);
	assert_int_equal(rule->op_count, 1);
	*object = (struct object){.name = name, .handle = ++build->handle, .op = rule->ops[0]};
	object->op.object = object;
	table->objects = append(build, table->objects, &table->object_count, object);
	return object;
}

/* Sets */

static int element_order(const void *a, const void *b)
{
	const struct element *x = a, *y = b;
	int order;

	if (x->catch_all || y->catch_all)
		return y->catch_all - x->catch_all;
	order = memcmp(x->key.at, y->key.at, x->key.length);
	return order ? order : y->interval_end - x->interval_end;
}

static void element_data(struct build *build, struct set *set, const char *text, struct element *element)
{
	if (set->flags & NFT_SET_OBJECT)
		element->object = object_named(set->table, text);
	else if (strcmp(text, "accept") == 0)
		element->verdict = (struct nft_verdict){VERDICT_ACCEPT, NULL, NULL};
	else if (strcmp(text, "drop") == 0)
		element->verdict = (struct nft_verdict){VERDICT_DROP, NULL, NULL};
	else {
		element->verdict.code = VERDICT_JUMP;
		element->verdict.chain_name = pool_text(&build->pool, text);
		element->verdict.chain = table_find_chain(set->table, text);
		assert_non_null(element->verdict.chain);
	}
}

static void element_add(struct build *build, struct set *set, struct element element)
{
	set->elements = pool_grow(&build->pool, set->elements, set->element_count, sizeof(element));
	assert_non_null(set->elements);
	set->elements[set->element_count++] = element;
}

static void interval_end_add(struct build *build, struct set *set, const uint8_t *last, uint8_t length)
{
	uint8_t after[16];
	size_t i = length;

	memcpy(after, last, length);
	while (i > 0 && ++after[i - 1] == 0)
		i--;
	if (i > 0)
		element_add(build, set,
			    (struct element){.key = bytes_of(build, after, length), .interval_end = true});
}

/* Fields joined by a comma; the key in key, the inclusive upper end in last. */
static uint8_t encode_key(struct set *set, char *text, uint8_t key[64], uint8_t last[64])
{
	char *parts[4];
	size_t count = split(text, ",", parts, 4);
	uint8_t at = 0;

	for (size_t i = 0; i < count; i++) {
		uint8_t length = encode_range(parts[i], key + at, last + at);

		set->field_lengths[i] = length;
		set->field_count = count > 1 ? (uint8_t)count : 0;
		at = (uint8_t)(at + (count > 1 ? (length + 3) & ~3 : length));
	}
	return at;
}

static void element_parse(struct build *build, struct set *set, char *text)
{
	struct element element = {0};
	uint8_t key[64] = {0}, last[64] = {0};
	char *data = set->flags & (NFT_SET_MAP | NFT_SET_OBJECT) ? strrchr(text, ':') : NULL;

	if (data) {
		*data = 0;
		element_data(build, set, data + 1, &element);
	}
	if (strcmp(text, "*") == 0) {
		element.catch_all = true;
		element_add(build, set, element);
		return;
	}
	set->key_length = encode_key(set, text, key, last);
	element.key = bytes_of(build, key, set->key_length);
	if (set->field_count > 0 && set->flags & NFT_SET_INTERVAL)
		element.key_end = bytes_of(build, last, set->key_length);
	element_add(build, set, element);
	if (set->field_count == 0 && set->flags & NFT_SET_INTERVAL)
		interval_end_add(build, set, last, set->key_length);
}

struct set *build_set(struct build *build, struct table *table, const char *name, uint32_t flags,
		      const char *elements)
{
	struct set *set = pool_alloc(&build->pool, sizeof(*set));
	char *copy = pool_text(&build->pool, elements), *rest = NULL;

	assert_non_null(set);
	*set = (struct set){
		.table = table, .name = name, .handle = ++build->handle, .flags = flags, .key_length = 4};
	if (flags & NFT_SET_MAP)
		set->data_type = NFT_DATA_VERDICT;
	for (char *at = strtok_r(copy, " ", &rest); at; at = strtok_r(NULL, " ", &rest))
		element_parse(build, set, at);
	if (set->element_count > 0)
		qsort(set->elements, set->element_count, sizeof(set->elements[0]), element_order);
	table->sets = append(build, table->sets, &table->set_count, set);
	return set;
}

/* The host */

static struct address address_of(const char *text)
{
	return prefix_of(text).address;
}

static struct host_address at_link(uint32_t link, const char *address, const char *prefix)
{
	return (struct host_address){link, prefix_of(prefix), address_of(address)};
}

static struct route route_to(uint32_t link, const char *prefix)
{
	return (struct route){
		.to = prefix_of(prefix), .table = RT_TABLE_MAIN, .link = link, .type = RTN_UNICAST};
}

void build_host(struct build *build)
{
	const struct link links[] = {
		{.index = 1, .name = "lo", .type = ARPHRD_LOOPBACK, .up = true, .loopback = true},
		{.index = 2, .name = "eth0", .type = ARPHRD_ETHER, .up = true},
		{.index = 3, .name = "eth1", .type = ARPHRD_ETHER, .up = true},
	};
	const struct host_address addresses[] = {
		at_link(1, "127.0.0.1", "127.0.0.0/8"),      at_link(2, "192.0.2.10", "192.0.2.0/24"),
		at_link(3, "10.1.0.10", "10.1.0.0/24"),      at_link(1, "::1", "::1/128"),
		at_link(2, "2001:db8::10", "2001:db8::/64"), at_link(3, "2001:db8:1::10", "2001:db8:1::/64"),
	};
	const struct route routes[] = {
		route_to(2, "0.0.0.0/0"), route_to(2, "192.0.2.0/24"),  route_to(3, "10.1.0.0/24"),
		route_to(2, "::/0"),      route_to(2, "2001:db8::/64"), route_to(3, "2001:db8:1::/64"),
	};

	build->host = (struct host){
		.tracks_midway = true,
		.links = pool_copy(&build->pool, links, sizeof(links)),
		.link_count = sizeof(links) / sizeof(links[0]),
		.addresses = pool_copy(&build->pool, addresses, sizeof(addresses)),
		.address_count = sizeof(addresses) / sizeof(addresses[0]),
		.routes = pool_copy(&build->pool, routes, sizeof(routes)),
		.route_count = sizeof(routes) / sizeof(routes[0]),
	};
}
