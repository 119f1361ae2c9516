/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One function per operation; each is a line of what nft would have written for the same rule. */
#include "xt_lower.h"

#include "fwport/port_set.h"

#include <linux/netfilter/nf_tables.h>

enum { NO_DIRECTION = -1, WORD_BITS = 32 };

void xt_payload(struct op_list *out, uint32_t base, uint32_t offset, uint8_t length)
{
	op_list_add(out, (struct op){.kind = OP_PAYLOAD,
				     .dreg = XT_REGISTER,
				     .length = length,
				     .payload = {.base = base, .offset = offset}});
}

void xt_meta(struct op_list *out, uint32_t key, uint8_t length)
{
	op_list_add(out, (struct op){.kind = OP_META,
				     .dreg = XT_REGISTER,
				     .length = length,
				     .meta = {.key = key, .direction = NO_DIRECTION}});
}

void xt_ct(struct op_list *out, uint32_t key, int16_t direction, uint8_t length)
{
	op_list_add(out, (struct op){.kind = OP_CT,
				     .dreg = XT_REGISTER,
				     .length = length,
				     .meta = {.key = key, .direction = direction}});
}

void xt_or_else(struct op_list *out, const void *value, uint8_t length)
{
	if (!out->failed && out->count > 0)
		out->at[out->count - 1].missing = op_list_bytes(out, value, length);
}

void xt_immediate(struct op_list *out, uint8_t dreg, const void *value, uint8_t length)
{
	op_list_add(out, (struct op){.kind = OP_IMMEDIATE,
				     .dreg = dreg,
				     .length = length,
				     .immediate = op_list_bytes(out, value, length)});
}

void xt_mask(struct op_list *out, const void *mask, uint8_t length)
{
	static const uint8_t zeros[XT_REGISTER];

	op_list_add(out, (struct op){.kind = OP_BITWISE,
				     .dreg = XT_REGISTER,
				     .sreg = XT_REGISTER,
				     .length = length,
				     .bitwise = {.mask = op_list_bytes(out, mask, length),
						 .xor = {zeros, length}}});
}

void xt_swap(struct op_list *out, uint8_t length)
{
	op_list_add(out, (struct op){.kind = OP_BYTEORDER,
				     .dreg = XT_REGISTER,
				     .sreg = XT_REGISTER,
				     .length = length,
				     .byteorder = {.op = NFT_BYTEORDER_HTON, .size = length}});
}

void xt_compare(struct op_list *out, uint32_t test, const void *value, uint8_t length)
{
	op_list_add(out, (struct op){.kind = OP_CMP,
				     .sreg = XT_REGISTER,
				     .length = length,
				     .cmp = {.test = test, .value = op_list_bytes(out, value, length)}});
}

void xt_equal(struct op_list *out, const void *value, uint8_t length, bool invert)
{
	xt_compare(out, invert ? NFT_CMP_NEQ : NFT_CMP_EQ, value, length);
}

void xt_equal_u32(struct op_list *out, uint32_t value, bool invert)
{
	xt_equal(out, &value, sizeof(value), invert);
}

void xt_any_bit(struct op_list *out, uint32_t bits, bool invert)
{
	xt_mask(out, &bits, sizeof(bits));
	xt_equal_u32(out, 0, !invert);
}

bool xt_mask_is_full(const void *mask, uint8_t length)
{
	const uint8_t *bytes = mask;

	while (length > 0 && bytes[length - 1] == 0xff)
		length--;
	return length == 0;
}

void xt_equal_masked(struct op_list *out, const void *value, const void *mask, uint8_t length, bool invert)
{
	if (!xt_mask_is_full(mask, length))
		xt_mask(out, mask, length);
	xt_equal(out, value, length, invert);
}

void xt_between(struct op_list *out, const void *from, const void *to, uint8_t length, bool invert)
{
	op_list_add(out,
		    (struct op){.kind = OP_RANGE,
				.sreg = XT_REGISTER,
				.length = length,
				.invert = invert,
				.range = {op_list_bytes(out, from, length), op_list_bytes(out, to, length)}});
}

void xt_lookup(struct op_list *out, const struct set *set, bool invert)
{
	if (set)
		op_list_add(out, (struct op){.kind = OP_LOOKUP,
					     .sreg = XT_REGISTER,
					     .length = set->key_length,
					     .invert = invert,
					     .lookup = {.set_name = set->name, .set = set}});
}

/* In the order of the host. */
static struct bytes number_bytes(struct op_list *out, uint32_t number, uint8_t length)
{
	const uint8_t byte = (uint8_t)number;

	return op_list_bytes(out, length == 1 ? (const void *)&byte : &number, length);
}

/* Anonymous sets of nft are known by a name of the kernel's; these by what they hold. */
static const struct set *bits_set(struct op_list *out, uint32_t bits, uint8_t length)
{
	struct set *set = pool_alloc(out->pool, sizeof(*set));
	struct element *elements = pool_alloc(out->pool, WORD_BITS * sizeof(*elements));
	const char *name = pool_format(out->pool, "bits %#x", bits);

	if (!set || !elements || !name) {
		op_list_fail(out);
		return NULL;
	}
	*set = (struct set){
		.name = name,
		.flags = NFT_SET_ANONYMOUS | NFT_SET_CONSTANT,
		.key_length = length,
		.elements = elements,
	};
	for (uint32_t number = 0; number < WORD_BITS; number++)
		if (bits & 1u << number)
			elements[set->element_count++].key = number_bytes(out, number, length);
	return set;
}

void xt_one_of_bits(struct op_list *out, uint32_t bits, uint8_t length, bool invert)
{
	uint32_t lowest = (uint32_t)__builtin_ctz(bits);

	if (bits == 1u << lowest)
		op_list_add(out, (struct op){.kind = OP_CMP,
					     .sreg = XT_REGISTER,
					     .length = length,
					     .cmp = {.test = invert ? NFT_CMP_NEQ : NFT_CMP_EQ,
						     .value = number_bytes(out, lowest, length)}});
	else
		xt_lookup(out, bits_set(out, bits, length), invert);
}

void xt_port_between(struct op_list *out, uint32_t offset, struct port_range range, bool invert)
{
	const uint8_t from[] = {range.first >> 8, range.first & 0xff},
		      to[] = {range.last >> 8, range.last & 0xff};

	if (range.first == 0 && range.last == PORT_LAST && !invert)
		return;
	xt_payload(out, NFT_PAYLOAD_TRANSPORT_HEADER, offset, PORT_BYTES);
	if (range.first == range.last)
		xt_equal(out, from, PORT_BYTES, invert);
	else
		xt_between(out, from, to, PORT_BYTES, invert);
}

void xt_never(struct op_list *out)
{
	op_list_add(out, (struct op){.kind = OP_VERDICT, .verdict = {.code = VERDICT_BREAK}});
}

void xt_meta_set(struct op_list *out, uint32_t key, uint8_t length)
{
	op_list_add(out, (struct op){.kind = OP_META_SET,
				     .sreg = XT_REGISTER,
				     .length = length,
				     .meta = {.key = key, .direction = NO_DIRECTION}});
}

void xt_ct_set(struct op_list *out, uint32_t key, int16_t direction, uint8_t length)
{
	op_list_add(out, (struct op){.kind = OP_CT_SET,
				     .sreg = XT_REGISTER,
				     .length = length,
				     .meta = {.key = key, .direction = direction}});
}
