/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules that nft would not write: bytes of any place and number into any register, registers that overlap, masks with holes,
 * shifts and swapped bytes, and what comes out is compared.
 */
#include "author.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

enum { WORDS = NFT_REGISTER_BYTES / 4, LONGEST = 16 };

static uint8_t register_draw(struct pen *pen, uint8_t length)
{
	return (uint8_t)(4 * chance_below(pen->author->chance, WORDS + 1 - padded(length) / 4));
}

static void load_bytes(struct pen *pen)
{
	static const uint8_t lengths[] = {1, 2, 2, 3, 4, 4, 5, 8, 16},
			     places[] = {0, 1, 2, 3, 6, 9, 12, 13, 16, 19};
	struct chance *chance = pen->author->chance;
	struct field field = {.load = {.kind = OP_PAYLOAD}, .values = VALUE_BYTE};

	field.load.length = CHANCE_OF(chance, lengths);
	field.load.payload.base =
		chance_percent(chance, 50) ? NFT_PAYLOAD_TRANSPORT_HEADER : NFT_PAYLOAD_NETWORK_HEADER;
	field.load.payload.offset =
		chance_percent(chance, 70) ? CHANCE_OF(chance, places) : chance_below(chance, 44);
	pen_load(pen, &field, register_draw(pen, field.load.length));
}

static void load_immediate(struct pen *pen)
{
	struct chance *chance = pen->author->chance;
	struct op op = {.kind = OP_IMMEDIATE, .length = (uint8_t)(1 + chance_below(chance, LONGEST))};
	uint8_t bytes[LONGEST];

	op.dreg = register_draw(pen, op.length);
	chance_bytes(chance, bytes, op.length);
	op.immediate = author_bytes(pen->author, bytes, op.length);
	pen_add(pen, op);
	memset(pen->guess + op.dreg, 0, padded(op.length));
	memcpy(pen->guess + op.dreg, bytes, op.length);
	for (size_t i = 0; i < padded(op.length); i += 4)
		pen->written[(op.dreg + i) / 4] = true;
}

/* Some bytes that are there to be read; false when there are none. */
static bool source_draw(struct pen *pen, uint8_t *at, uint8_t *length)
{
	for (size_t tries = 0; tries < 32; tries++) {
		*length = (uint8_t)(1 + chance_below(pen->author->chance, 8));
		*at = register_draw(pen, *length);
		if (pen_has_written(pen, *at, *length))
			return true;
	}
	return false;
}

static void shift(struct pen *pen, uint8_t from, uint8_t to, uint8_t length)
{
	struct op op = {.kind = OP_BITWISE, .sreg = from, .dreg = to, .length = length};

	op.bitwise.op = chance_percent(pen->author->chance, 50) ? BITWISE_LSHIFT : BITWISE_RSHIFT;
	op.bitwise.shift = 1 + chance_below(pen->author->chance, 31);
	pen_add(pen, op);
}

static void swap(struct pen *pen, uint8_t from, uint8_t to, uint8_t length)
{
	static const uint8_t sizes[] = {2, 4, 8};
	struct op op = {.kind = OP_BYTEORDER, .sreg = from, .dreg = to, .length = length};

	op.byteorder.size = CHANCE_OF(pen->author->chance, sizes);
	op.byteorder.op = chance_percent(pen->author->chance, 50) ? NFT_BYTEORDER_HTON : NFT_BYTEORDER_NTOH;
	pen_add(pen, op);
}

/* A value that moves to another place is still worth comparing with what it was. */
static void guess_moved(struct pen *pen, uint8_t from, uint8_t to, uint8_t length)
{
	memmove(pen->guess + to, pen->guess + from, length);
	for (size_t i = 0; i < padded(length); i += 4)
		pen->written[(to + i) / 4] = true;
}

static void transform(struct pen *pen)
{
	uint32_t way = chance_below(pen->author->chance, 4);
	uint8_t from, to, length;

	if (!source_draw(pen, &from, &length))
		return;
	to = chance_percent(pen->author->chance, 50) ? from : register_draw(pen, length);
	if (from < to + padded(length) && to < from + padded(length)) /* in part the kernel does not allow */
		to = from;
	if (way < 2) {
		pen_mask(pen, from, to, length);
		return;
	}
	if (way == 2)
		shift(pen, from, to, length);
	else
		swap(pen, from, to, length);
	guess_moved(pen, from, to, length);
}

static void test(struct pen *pen)
{
	uint8_t at, length;

	if (source_draw(pen, &at, &length))
		pen_compare(pen, at, length, VALUE_BYTE);
}

void rule_write_bytes(struct pen *pen)
{
	struct chance *chance = pen->author->chance;
	const struct field *field = field_draw(pen);

	for (uint32_t left = 1 + chance_below(chance, 3); left > 0; left--)
		load_bytes(pen);
	if (chance_percent(chance, 25))
		load_immediate(pen);
	if (chance_percent(chance, 40))
		pen_load(pen, field, register_draw(pen, field->load.length));
	for (uint32_t left = chance_below(chance, 4); left > 0; left--)
		transform(pen);
	for (uint32_t left = chance_below(chance, 3); left > 0; left--)
		test(pen);
	pen_end(pen);
}
