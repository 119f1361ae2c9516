/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests in nft's notation: comparisons, ranges, prefixes, flags, look-ups.
 */
#include "rule_text_match.h"

#include <linux/netfilter/nf_tables.h>

static const struct value_type hex = {.kind = VALUE_HEX};

static const char *test_sign(uint32_t test)
{
	static const char *const signs[] = {
		[NFT_CMP_EQ] = "",     [NFT_CMP_NEQ] = "!= ", [NFT_CMP_LT] = "< ",
		[NFT_CMP_LTE] = "<= ", [NFT_CMP_GT] = "> ",   [NFT_CMP_GTE] = ">= ",
	};

	return test < sizeof(signs) / sizeof(*signs) ? signs[test] : "? ";
}

/* Bits from the left, when the mask is that; else -1. */
static int mask_prefix(const struct bytes *mask)
{
	int length = 0, bits = mask->length * 8;

	while (length < bits && mask->at[length / 8] >> (7 - length % 8) & 1)
		length++;
	for (int i = length; i < bits; i++)
		if (mask->at[i / 8] >> (7 - i % 8) & 1)
			return -1;
	return length;
}

static bool is_zero(const struct bytes *bytes)
{
	for (uint8_t i = 0; i < bytes->length; i++)
		if (bytes->at[i])
			return false;
	return true;
}

/* The length of the prefix that a comparison with part of an address is; -1: it is none. */
static int prefix_length(const struct loaded *loaded, const struct op *op)
{
	bool ipv4 = loaded->field && loaded->field->type.kind == VALUE_IPV4;
	bool ipv6 = loaded->field && loaded->field->type.kind == VALUE_IPV6;

	if ((!ipv4 && !ipv6) || loaded->swapped || loaded->shift)
		return -1;
	if (!loaded->mask)
		return op->length < (ipv4 ? 4 : 16) ? op->length * 8 : -1;
	if (!is_zero(&loaded->mask->bitwise.xor) || loaded->mask->length != op->length)
		return -1;
	return mask_prefix(&loaded->mask->bitwise.mask);
}

static void name_of(struct notation *in, const struct op *op)
{
	const struct loaded *loaded = register_at(in, op->sreg);
	struct loaded bare = *loaded, kept = *loaded;

	bare.mask = bare.shift = NULL;
	*register_at(in, op->sreg) = bare;
	register_text(in, op->sreg, NULL);
	*register_at(in, op->sreg) = kept;
	text_add(in->out, " ");
}

static void prefix_match(struct notation *in, const struct op *op, int length)
{
	name_of(in, op);
	text_add(in->out, "%s", test_sign(op->cmp.test));
	value_text(&register_at(in, op->sreg)->field->type, false, &op->cmp.value, in->out);
	text_add(in->out, "/%d", length);
}

/* "ct state new,established", "tcp flags syn / fin,syn,rst,ack", "tcp flags ! syn" */
static void flags_match(struct notation *in, const struct op *op)
{
	const struct loaded *loaded = register_at(in, op->sreg);
	const struct value_type *type = &loaded->field->type;
	const struct bytes *mask = &loaded->mask->bitwise.mask;

	name_of(in, op);
	if (is_zero(&op->cmp.value)) {
		text_add(in->out, "%s", op->cmp.test == NFT_CMP_EQ ? "! " : "");
		value_text(type, loaded->swapped, mask, in->out);
		return;
	}
	text_add(in->out, "%s", test_sign(op->cmp.test));
	value_text(type, loaded->swapped, &op->cmp.value, in->out);
	text_add(in->out, " / ");
	value_text(type, loaded->swapped, mask, in->out);
}

static bool is_flags_match(const struct loaded *loaded, const struct op *op)
{
	return loaded->mask && !loaded->shift && loaded->field && loaded->field->type.kind == VALUE_BITS &&
	       is_zero(&loaded->mask->bitwise.xor) &&
	       (op->cmp.test == NFT_CMP_EQ || op->cmp.test == NFT_CMP_NEQ);
}

static void plain_match(struct notation *in, const struct op *op)
{
	const struct loaded *loaded = register_at(in, op->sreg);
	bool bits = (loaded->mask && !register_is_dscp(in, op->sreg)) || loaded->shift;

	register_text(in, op->sreg, NULL);
	text_add(in->out, " %s%s", bits && op->cmp.test == NFT_CMP_EQ ? "== " : "", test_sign(op->cmp.test));
	value_text(loaded->field ? &loaded->field->type : &hex, loaded->swapped, &op->cmp.value, in->out);
}

static bool is_concatenation(const struct loaded *loaded, const struct op *op)
{
	return loaded->load && loaded->load->length && ((loaded->load->length + 3) & ~3) < op->length;
}

/* Several fields at once: "ip saddr . tcp dport 0x..." has no notation of its own, and is written byte by byte. */
static void concatenation_match(struct notation *in, const struct op *op)
{
	key_text(in, op->sreg, op->length);
	text_add(in->out, " %s", test_sign(op->cmp.test));
	value_text(&hex, false, &op->cmp.value, in->out);
}

/* The part of a load that a field of its own begins with; NULL: none does. */
static const struct field *part_field(const struct notation *in, const struct op *load, struct op *part)
{
	static const uint8_t lengths[] = {16, 6, 4, 2, 1};

	*part = *load;
	for (size_t i = 0; i < sizeof(lengths); i++) {
		const struct field *field;

		part->length = lengths[i];
		field = lengths[i] <= load->length ? field_of_payload(part, in->network, in->transport)
						   : NULL;
		if (field)
			return field;
	}
	return NULL;
}

static bool is_merged(const struct notation *in, const struct loaded *loaded, const struct op *op)
{
	struct op rest, part;

	if (!loaded->load || loaded->load->kind != OP_PAYLOAD || loaded->field || loaded->mask ||
	    loaded->shift || loaded->swapped || op->cmp.test != NFT_CMP_EQ ||
	    op->length != loaded->load->length)
		return false;
	for (rest = *loaded->load; rest.length; rest.length = (uint8_t)(rest.length - part.length)) {
		if (!part_field(in, &rest, &part))
			return false;
		rest.payload.offset += part.length;
	}
	return true;
}

/* nft loads fields that lie side by side in one go: "udp sport 67 udp dport 68". */
static void merged_match(struct notation *in, const struct op *op)
{
	struct op rest = *register_at(in, op->sreg)->load, part;
	const uint8_t *at = op->cmp.value.at;

	while (rest.length) {
		const struct field *field = part_field(in, &rest, &part);
		const struct bytes value = {at, part.length};

		text_add(in->out, "%s%s ", rest.length < op->length ? " " : "", field->name);
		value_text(&field->type, false, &value, in->out);
		notation_learn(in, &part, &value);
		at += part.length;
		rest.payload.offset += part.length;
		rest.length = (uint8_t)(rest.length - part.length);
	}
}

static bool is_range_pair(const struct notation *in, size_t at)
{
	const struct op *low = &in->rule->ops[at], *high = low + 1;

	return at + 1 < in->rule->op_count && low->cmp.test == NFT_CMP_GTE && high->kind == OP_CMP &&
	       high->cmp.test == NFT_CMP_LTE && high->sreg == low->sreg && high->length == low->length;
}

static void range_match(struct notation *in, const struct op *op, const struct bytes *from,
			const struct bytes *to, bool invert)
{
	const struct loaded *loaded = register_at(in, op->sreg);

	register_text(in, op->sreg, NULL);
	text_add(in->out, "%s", invert ? " != " : " ");
	range_text(loaded->field ? &loaded->field->type : &hex, loaded->swapped, from, to, in->out);
}

static size_t cmp_text(struct notation *in, size_t at)
{
	const struct op *op = &in->rule->ops[at];
	const struct loaded *loaded = register_at(in, op->sreg);
	int prefix = prefix_length(loaded, op);

	if (is_implied(in, at))
		return 1;
	piece_start(in);
	if (is_range_pair(in, at)) {
		range_match(in, op, &op->cmp.value, &op[1].cmp.value, false);
		return 2;
	}
	if (is_merged(in, loaded, op))
		merged_match(in, op);
	else if (is_concatenation(loaded, op))
		concatenation_match(in, op);
	else if (prefix >= 0)
		prefix_match(in, op, prefix);
	else if (is_flags_match(loaded, op))
		flags_match(in, op);
	else
		plain_match(in, op);
	return 1;
}

/* nft has no words for what recent asks of its lists. */
static void sightings_text(const struct op *op, struct text *out)
{
	if (op->lookup.hits || op->lookup.within)
		text_add(out, " seen");
	if (op->lookup.hits)
		text_add(out, " %u time%s", op->lookup.hits, op->lookup.hits == 1 ? "" : "s");
	if (op->lookup.within)
		text_add(out, " in %u second%s", op->lookup.within, op->lookup.within == 1 ? "" : "s");
	if (op->lookup.same_ttl)
		text_add(out, " with this ttl");
}

static void lookup_text(struct notation *in, const struct op *op)
{
	struct key_field fields[KEY_FIELD_LIMIT];
	size_t count = key_fields(in, op->sreg, op->length, fields);

	piece_start(in);
	key_text(in, op->sreg, op->length);
	text_add(in->out, op->lookup.map ? " vmap " : op->invert ? " != " : " ");
	set_text(op->lookup.set, op->lookup.set_name, fields, count, in->out);
	sightings_text(op, in->out);
}

size_t match_text(struct notation *in, size_t at)
{
	const struct op *op = &in->rule->ops[at];

	if (op->kind == OP_CMP)
		return cmp_text(in, at);
	if (op->kind == OP_LOOKUP) {
		lookup_text(in, op);
	} else {
		piece_start(in);
		range_match(in, op, &op->range.from, &op->range.to, op->invert);
	}
	return 1;
}
