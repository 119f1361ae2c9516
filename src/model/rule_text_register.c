/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers while a rule is read from left to right: what was loaded, what was done to it, and how nft would write it.
 */
#include "rule_text_match.h"

#include <linux/netfilter/nf_tables.h>

enum { WORD = 4, BITS = 8 };

void piece_start(const struct notation *in)
{
	if (in->out->length > in->start)
		text_add_bytes(in->out, " ", 1);
}

struct loaded *register_at(struct notation *in, uint8_t offset)
{
	return &in->registers[offset % REGISTER_BYTES / WORD];
}

static struct loaded *register_write(struct notation *in, uint8_t offset, uint8_t length)
{
	size_t last = (size_t)(offset + (length ? length : 1) - 1) / WORD;

	for (size_t i = offset / WORD; i <= last && i < REGISTER_BYTES / WORD; i++)
		in->registers[i] = (struct loaded){0};
	return register_at(in, offset);
}

static bool has_long_name(const struct op *op)
{
	return op->kind == OP_EXTHDR || op->kind == OP_ATTACHED || op->kind == OP_NUMBER;
}

static void loaded_set(struct notation *in, const struct op *op, const struct field *field)
{
	struct loaded *loaded = register_write(in, op->dreg, op->length);

	loaded->load = op;
	loaded->field = field;
}

/* Bits of a register that was loaded in one go; of several at once (a concatenation) nothing is known after that. */
static void bitwise_load(struct notation *in, const struct op *op)
{
	struct loaded before = *register_at(in, op->sreg), *loaded;
	bool twice = before.shift || (before.mask && op->bitwise.op == BITWISE_BOOL);

	if (twice)
		before = (struct loaded){0};
	loaded = register_write(in, op->dreg, op->length);
	*loaded = before;
	if (op->bitwise.op != BITWISE_BOOL)
		loaded->shift = op;
	else
		loaded->mask = op;
	if (before.load && !before.shift && op->bitwise.op == BITWISE_BOOL &&
	    field_of_dscp(before.load, op, in->network))
		loaded->field = field_of_dscp(before.load, op, in->network);
}

static void byteorder_load(struct notation *in, const struct op *op)
{
	struct loaded before = *register_at(in, op->sreg);
	struct loaded *loaded = register_write(in, op->dreg, op->length);

	*loaded = before;
	loaded->swapped = !before.swapped;
}

/* A name of several words is written now, since what it speaks of may be gone from its registers when it is wanted. */
static void named_load(struct notation *in, const struct op *op)
{
	struct text *out = in->out;
	size_t start = in->kept.length;
	const struct field *field;
	struct loaded *loaded;

	in->out = &in->kept;
	field = op->kind == OP_EXTHDR     ? exthdr_text(op, in->out)
		: op->kind == OP_ATTACHED ? attached_text(in, op, in->out)
					  : number_text(in, op);
	in->out = out;
	loaded_set(in, op, field);
	loaded = register_at(in, op->dreg);
	loaded->key_at = start;
	loaded->key_length = in->kept.length - start;
}

/* Both are written now, since the result takes the place of one. */
static void xor_load(struct notation *in, const struct op *op)
{
	struct text *out = in->out;
	size_t start = in->kept.length;
	struct loaded *loaded;

	in->out = &in->kept;
	register_text(in, op->sreg, NULL);
	text_add(in->out, " ^ ");
	register_text(in, op->bitwise.other, NULL);
	in->out = out;
	loaded = register_write(in, op->dreg, op->length);
	loaded->load = op;
	loaded->key_at = start;
	loaded->key_length = in->kept.length - start;
}

/* The key is written now, since the data mostly take its place. */
static void map_load(struct notation *in, const struct op *op)
{
	struct key_field fields[KEY_FIELD_LIMIT];
	struct text *out = in->out;
	size_t start = in->kept.length, count = key_fields(in, op->sreg, op->length, fields);
	uint8_t data_length = op->lookup.set ? op->lookup.set->data_length : WORD;
	struct loaded *loaded;

	in->out = &in->kept;
	key_text(in, op->sreg, op->length);
	text_add(in->out, " map ");
	set_text(op->lookup.set, op->lookup.set_name, fields, count, in->out);
	in->out = out;
	loaded = register_write(in, op->dreg, data_length);
	loaded->load = op;
	loaded->field = op->lookup.set ? field_of_type(op->lookup.set->data_type) : NULL;
	loaded->key_at = start;
	loaded->key_length = in->kept.length - start;
}

static bool is_verdict_map(const struct op *op)
{
	return op->lookup.set && op->lookup.set->data_type == NFT_DATA_VERDICT;
}

bool register_load(struct notation *in, const struct op *op)
{
	if (op->kind == OP_PAYLOAD)
		loaded_set(in, op, field_of_payload(op, in->network, in->transport));
	else if (op->kind == OP_META)
		loaded_set(in, op, field_of_meta(op->meta.key));
	else if (op->kind == OP_CT)
		loaded_set(in, op, field_of_ct(op->meta.key));
	else if (op->kind == OP_FIB)
		loaded_set(in, op, field_of_fib(op));
	else if (op->kind == OP_IMMEDIATE)
		loaded_set(in, op, NULL);
	else if (has_long_name(op))
		named_load(in, op);
	else if (op->kind == OP_BITWISE && op->bitwise.op == BITWISE_XOR)
		xor_load(in, op);
	else if (op->kind == OP_BITWISE)
		bitwise_load(in, op);
	else if (op->kind == OP_BYTEORDER)
		byteorder_load(in, op);
	else if (op->kind == OP_LOOKUP && op->lookup.map && !is_verdict_map(op))
		map_load(in, op);
	else
		return false;
	return true;
}

void payload_text(const struct op *op, struct text *out)
{
	static const char *const bases[] = {
		[NFT_PAYLOAD_LL_HEADER] = "ll",
		[NFT_PAYLOAD_NETWORK_HEADER] = "nh",
		[NFT_PAYLOAD_TRANSPORT_HEADER] = "th",
		[NFT_PAYLOAD_INNER_HEADER] = "ih",
	};
	uint32_t base = op->payload.base;

	if (base < sizeof(bases) / sizeof(*bases))
		text_add(out, "@%s,%llu,%u", bases[base], (unsigned long long)op->payload.offset * BITS,
			 op->length * BITS);
	else
		text_add(out, "@base%u,%llu,%u", base, (unsigned long long)op->payload.offset * BITS,
			 op->length * BITS);
}

static void fib_text(const struct op *op, const struct field *field, struct text *out)
{
	static const struct word flags[] = {
		{NFTA_FIB_F_SADDR, "saddr"}, {NFTA_FIB_F_DADDR, "daddr"}, {NFTA_FIB_F_MARK, "mark"},
		{NFTA_FIB_F_IIF, "iif"},     {NFTA_FIB_F_OIF, "oif"},     {0, NULL},
	};
	const char *separator = "";

	text_add(out, "fib ");
	for (const struct word *flag = flags; flag->name; flag++)
		if (op->fib.flags & flag->value) {
			text_add(out, "%s%s", separator, flag->name);
			separator = " . ";
		}
	text_add(out, " %s", field->name);
}

static void ct_text(const struct op *op, const struct field *field, struct text *out)
{
	static const char *const directions[] = {"original ", "reply "};

	text_add(out, "ct %s%s",
		 op->meta.direction == 0 || op->meta.direction == 1 ? directions[op->meta.direction] : "",
		 field->name);
}

static void loaded_text(const struct notation *in, const struct loaded *loaded, const struct value_type *as,
			uint8_t offset)
{
	static const struct value_type hex = {.kind = VALUE_HEX};
	const struct op *load = loaded->load;

	if (!load)
		text_add(in->out, "reg %u", offset / WORD);
	else if (load->kind == OP_LOOKUP || load->kind == OP_BITWISE || has_long_name(load))
		text_add_bytes(in->out, in->kept.bytes + loaded->key_at,
			       in->kept.bytes ? loaded->key_length : 0);
	else if (load->kind == OP_IMMEDIATE)
		value_text(as ? as : &hex, loaded->swapped, &load->immediate, in->out);
	else if (load->kind == OP_FIB)
		fib_text(load, loaded->field, in->out);
	else if (load->kind == OP_CT && loaded->field)
		ct_text(load, loaded->field, in->out);
	else if (loaded->field)
		text_add(in->out, "%s", loaded->field->name);
	else if (load->kind == OP_PAYLOAD)
		payload_text(load, in->out);
	else
		text_add(in->out, "reg %u", offset / WORD);
}

static bool is_zero(const struct bytes *bytes)
{
	for (uint8_t i = 0; i < bytes->length; i++)
		if (bytes->at[i])
			return false;
	return true;
}

bool register_is_dscp(struct notation *in, uint8_t offset)
{
	const struct loaded *loaded = register_at(in, offset);

	return loaded->mask && loaded->load && field_of_dscp(loaded->load, loaded->mask, in->network);
}

static bool is_full(const uint8_t *bytes, uint8_t length)
{
	for (uint8_t i = 0; i < length; i++)
		if (bytes[i] != 0xff)
			return false;
	return true;
}

/*
 * (x & mask) ^ xor, which is what "|" and "&" compile to. Bits that are cleared and then set are set: nft writes them as
 * x & (mask | xor) | xor, and leaves out the half that does nothing.
 */
static void mask_text(const struct notation *in, const struct loaded *loaded, const struct value_type *type)
{
	const struct bytes *mask = &loaded->mask->bitwise.mask, *xor = &loaded->mask->bitwise.xor ;
	uint8_t kept[REGISTER_BYTES];
	const struct bytes shown = {kept, mask->length};
	bool sets = mask->length == xor->length;

	for (uint8_t i = 0; i < mask->length && sets; i++) {
		sets = !(mask->at[i] & xor->at[i]);
		kept[i] = mask->at[i] | xor->at[i];
	}
	if (!is_full(sets ? kept : mask->at, mask->length)) {
		text_add(in->out, " & ");
		value_text(type, loaded->swapped, sets ? &shown : mask, in->out);
	}
	if (!is_zero(xor)) {
		text_add(in->out, sets ? " | " : " ^ ");
		value_text(type, loaded->swapped, xor, in->out);
	}
}

static const char *shift_sign(enum bitwise_op op)
{
	switch (op) {
	case BITWISE_LSHIFT:
		return "<<";
	case BITWISE_RSHIFT:
		return ">>";
	case BITWISE_UP:
		return "+";
	case BITWISE_DOWN:
		return "-";
	case BITWISE_BOOL:
	case BITWISE_XOR:
		break;
	}
	return "^";
}

void register_text(struct notation *in, uint8_t offset, const struct value_type *as)
{
	static const struct value_type hex = {.kind = VALUE_HEX};
	const struct loaded *loaded = register_at(in, offset);
	const struct value_type *type = loaded->field ? &loaded->field->type : as ? as : &hex;

	loaded_text(in, loaded, as, offset);
	if (loaded->mask && !register_is_dscp(in, offset))
		mask_text(in, loaded, type);
	if (loaded->shift)
		text_add(in->out, " %s %u", shift_sign(loaded->shift->bitwise.op),
			 loaded->shift->bitwise.shift);
}

static uint8_t loaded_length(const struct loaded *loaded)
{
	uint8_t length = WORD;

	if (loaded->load && loaded->load->kind == OP_LOOKUP)
		length = loaded->load->lookup.set ? loaded->load->lookup.set->data_length : WORD;
	else if (loaded->load)
		length = loaded->load->length;
	return length ? length : WORD;
}

/* Of a set that is not known the key is one field, that of its first register. */
size_t key_fields(struct notation *in, uint8_t offset, uint8_t length, struct key_field *out)
{
	unsigned at = offset, end = offset + (length ? length : 1u);
	size_t count = 0;

	while (at < end && at < REGISTER_BYTES && count < KEY_FIELD_LIMIT) {
		const struct loaded *loaded = register_at(in, (uint8_t)at);

		out[count].field = loaded->field;
		out[count].swapped = loaded->swapped;
		out[count].length = loaded_length(loaded);
		at += (out[count++].length + WORD - 1u) / WORD * WORD;
	}
	return count;
}

void key_text(struct notation *in, uint8_t offset, uint8_t length)
{
	struct key_field fields[KEY_FIELD_LIMIT];
	size_t count = key_fields(in, offset, length, fields);
	unsigned at = offset;

	for (size_t i = 0; i < count; i++) {
		text_add(in->out, "%s", i ? " . " : "");
		register_text(in, (uint8_t)at, NULL);
		at += (fields[i].length + WORD - 1u) / WORD * WORD;
	}
}
