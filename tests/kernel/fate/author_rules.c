/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules as nft would write them: fields are loaded, masked and tested, alone or joined; then comes what the rule does. */
#include "author.h"

#include <linux/netfilter/nf_tables.h>

enum { CONCAT_LIMIT = 3 };

static const struct field verdicts; /* what a map to verdicts gives: no data */

static struct op *lookup_add(struct pen *pen, uint8_t at, const struct field *const *fields, size_t count,
			     const struct field *data)
{
	struct op op = {.kind = OP_LOOKUP, .sreg = at};

	op.lookup.set = author_set(pen, at, fields, count, data);
	op.lookup.set_name = op.lookup.set->name;
	op.lookup.map = data != NULL;
	op.length = op.lookup.set->key_length;
	op.invert = !data && chance_percent(pen->author->chance, 25);
	return pen_add(pen, op);
}

static void load_all(struct pen *pen, const struct field **fields, size_t count)
{
	uint8_t at = 0;

	for (size_t i = 0; i < count; i++) {
		do
			fields[i] = field_draw(pen);
		while (count > 1 && at + padded(fields[i]->load.length) > NFT_REGISTER_BYTES - 16);
		pen_load(pen, fields[i], at);
		at += padded(fields[i]->load.length);
	}
}

static void match_in_set(struct pen *pen)
{
	const struct field *fields[CONCAT_LIMIT];
	size_t count = chance_percent(pen->author->chance, 45)
			       ? 2 + chance_below(pen->author->chance, CONCAT_LIMIT - 1)
			       : 1;

	load_all(pen, fields, count);
	lookup_add(pen, 0, fields, count, NULL);
}

static void match_field(struct pen *pen)
{
	const struct field *field = field_draw(pen);

	pen_load(pen, field, 0);
	if (chance_percent(pen->author->chance, 20))
		pen_mask(pen, 0, 0, field->load.length);
	pen_compare(pen, 0, field->load.length, field->values);
}

/* What a map says of one field must be what it is. */
static void match_by_map(struct pen *pen)
{
	const struct field *key = field_draw(pen), *data = field_of_marks();

	pen_load(pen, key, 0);
	lookup_add(pen, 0, &key, 1, data)->dreg = 16;
	value_draw(pen->author->chance, data->values, data->load.length, pen->guess + 16);
	for (size_t i = 0; i < data->load.length; i += 4)
		pen->written[(16 + i) / 4] = true;
	pen_compare(pen, 16, data->load.length, data->values);
}

static void match(struct pen *pen)
{
	uint32_t way = chance_below(pen->author->chance, 10);

	if (way < 6)
		match_field(pen);
	else if (way < 9)
		match_in_set(pen);
	else
		match_by_map(pen);
}

/* Effects */

static void set_mark(struct pen *pen, enum op_kind kind, uint32_t key)
{
	uint32_t mark = chance_below(pen->author->chance, 4);
	struct op value = {.kind = OP_IMMEDIATE, .length = sizeof(mark)};
	struct op set = {.kind = kind, .length = sizeof(mark), .meta = {.key = key, .direction = -1}};

	value.immediate = author_bytes(pen->author, &mark, sizeof(mark));
	pen_add(pen, value);
	pen_add(pen, set);
}

/* The mark becomes what a map says. */
static void set_mark_by_map(struct pen *pen)
{
	const struct field *key = field_draw(pen);

	pen_load(pen, key, 0);
	lookup_add(pen, 0, &key, 1, field_of_marks())->dreg = 16;
	pen_add(pen, (struct op){.kind = OP_META_SET,
				 .sreg = 16,
				 .length = 4,
				 .meta = {.key = NFT_META_MARK, .direction = -1}});
}

static void effect(struct pen *pen)
{
	uint32_t way = chance_below(pen->author->chance, 20);

	if (way < 9)
		pen_add(pen, (struct op){.kind = OP_COUNTER});
	else if (way < 15)
		set_mark(pen, OP_META_SET, NFT_META_MARK);
	else if (way < 17)
		set_mark_by_map(pen);
	else if (way < 19 && pen->table->family != TABLE_NETDEV)
		set_mark(pen, OP_CT_SET, NFT_CT_MARK);
	else
		pen_add(pen, (struct op){.kind = OP_NOTRACK});
}

/* Ends */

static bool may_reject(const struct pen *pen)
{
	const unsigned netdev = 1 << HOOK_INGRESS;

	if (pen->table->family == TABLE_NETDEV)
		return chain_is_of_hooks(pen->chain, netdev);
	return chain_is_of_hooks(pen->chain, 1 << HOOK_PREROUTING | 1 << HOOK_INPUT | 1 << HOOK_OUTPUT);
}

static void end_with_reject(struct pen *pen)
{
	bool inet = pen->table->family == TABLE_INET || pen->table->family == TABLE_NETDEV;
	struct op op = {.kind = OP_REJECT};

	op.reject.type = chance_percent(pen->author->chance, 30) ? NFT_REJECT_TCP_RST
			 : inet                                  ? NFT_REJECT_ICMPX_UNREACH
								 : NFT_REJECT_ICMP_UNREACH;
	op.reject.code = chance_below(pen->author->chance, 4);
	pen_add(pen, op);
}

static void end_with_map(struct pen *pen)
{
	const struct field *fields[CONCAT_LIMIT];
	size_t count = chance_percent(pen->author->chance, 30) ? 2 : 1;

	load_all(pen, fields, count);
	lookup_add(pen, 0, fields, count, &verdicts);
}

void pen_end(struct pen *pen)
{
	uint32_t way = chance_below(pen->author->chance, 20);
	struct op op = {.kind = OP_VERDICT};

	if (way < 2)
		return;
	if (way < 3) {
		if (may_reject(pen))
			end_with_reject(pen);
	} else if (way < 6) {
		end_with_map(pen);
	} else {
		op.verdict = author_verdict(pen->author, pen->table, chain_depth(pen->chain));
		pen_add(pen, op);
	}
}

void rule_write(struct pen *pen)
{
	static const uint8_t counts[] = {0, 1, 1, 1, 1, 2, 2, 3};

	for (uint32_t left = CHANCE_OF(pen->author->chance, counts); left > 0; left--)
		match(pen);
	if (chance_percent(pen->author->chance, 40))
		effect(pen);
	pen_end(pen);
}
