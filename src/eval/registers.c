/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The register machine's arithmetic: comparing, masking, shifting and swapping bytes some bits of which are unknown. Knows
 * nothing of packets, rules or sets. Comparisons are those of memcmp, as in the kernel.
 */
#include "registers.h"

#include <linux/netfilter/nf_tables.h>
#include <string.h>

enum truth truth_not(enum truth truth)
{
	static const enum truth opposite[] = {
		[NO] = YES, [YES] = NO, [MAYBE] = MAYBE, [USUALLY] = RARELY, [RARELY] = USUALLY,
	};

	return opposite[truth];
}

bool registers_fit(uint8_t at, size_t length)
{
	return length <= REGISTER_BYTES && at <= REGISTER_BYTES - length;
}

void registers_forget(struct registers *registers)
{
	memset(registers->unknown, 0xff, sizeof(registers->unknown));
	memset(registers->origin, ORIGIN_UNKNOWN, sizeof(registers->origin));
}

static size_t padded(uint8_t at, size_t length)
{
	size_t whole = (length + 3) & ~(size_t)3;

	return registers_fit(at, whole) ? whole : length;
}

void registers_write(struct registers *registers, uint8_t at, const void *bytes, const void *unknown,
		     size_t length, uint8_t origin)
{
	size_t whole;

	if (!registers_fit(at, length))
		return;
	whole = padded(at, length);
	memset(registers->bytes + at, 0, whole);
	memset(registers->unknown + at, 0, whole);
	memset(registers->origin + at, ORIGIN_FIXED, whole);
	if (length == 0)
		return;
	memcpy(registers->bytes + at, bytes, length);
	memset(registers->origin + at, origin, length);
	if (unknown)
		memcpy(registers->unknown + at, unknown, length);
}

void registers_write_unknown(struct registers *registers, uint8_t at, size_t length, uint8_t origin)
{
	static const uint8_t zeros[REGISTER_BYTES];
	uint8_t ones[REGISTER_BYTES];

	memset(ones, 0xff, sizeof(ones));
	registers_write(registers, at, zeros, ones, length < sizeof(ones) ? length : sizeof(ones),
			origin | ORIGIN_UNKNOWN);
}

uint8_t registers_origin(const struct registers *registers, uint8_t at, size_t length)
{
	uint8_t origin = ORIGIN_FIXED;

	if (!registers_fit(at, length))
		return ORIGIN_UNKNOWN;
	for (size_t i = 0; i < length; i++)
		origin |= registers->origin[at + i];
	return origin;
}

uint64_t loose_bits(uint64_t smallest, uint64_t largest)
{
	uint64_t loose = smallest ^ largest;

	for (unsigned shift = 1; shift < 64; shift *= 2)
		loose |= loose >> shift;
	return loose;
}

/* What has been calculated is not what was loaded. */
static void calculated(struct registers *registers, size_t at, size_t length)
{
	for (size_t i = 0; i < length; i++)
		registers->origin[at + i] &= (uint8_t)~ORIGIN_LINK;
}

static uint8_t byte_of(const struct bytes *bytes, size_t index)
{
	return index < bytes->length ? bytes->at[index] : 0;
}

/* The kernel works on whole words, and both operands of a shorter length end in zeros (nft_bitwise_eval_mask_xor). */
static void mask_and_xor(const struct op *op, size_t whole, struct registers *registers)
{
	for (size_t i = 0; i < whole; i++) {
		uint8_t mask = byte_of(&op->bitwise.mask, i), flip = byte_of(&op->bitwise.xor, i);
		size_t from = op->sreg + i, to = op->dreg + i;

		registers->bytes[to] = (registers->bytes[from] & mask) ^ flip;
		registers->unknown[to] = registers->unknown[from] & mask;
		registers->origin[to] = mask ? registers->origin[from] : ORIGIN_FIXED;
		if (mask != 0xff && registers->unknown[to] == 0)
			registers->origin[to] &= (uint8_t)~ORIGIN_UNKNOWN;
	}
}

/* The kernel shifts a row of host-endian words, the first one being the most significant. */
static void shift_words(uint8_t *to, const uint8_t *from, size_t length, uint32_t shift, bool left)
{
	uint32_t words[REGISTER_BYTES / 4] = {0}, result[REGISTER_BYTES / 4] = {0};
	size_t count = length / 4;

	memcpy(words, from, length);
	for (size_t i = 0; i < count; i++) {
		uint32_t before = i > 0 ? words[i - 1] : 0, after = i + 1 < count ? words[i + 1] : 0;

		result[i] = left ? words[i] << shift | after >> (32 - shift)
				 : words[i] >> shift | before << (32 - shift);
	}
	memcpy(to, result, length);
}

static void shift_run(const struct op *op, size_t whole, struct registers *registers)
{
	bool left = op->bitwise.op == BITWISE_LSHIFT;
	uint8_t origin = registers_origin(registers, op->sreg, whole);
	uint32_t shift = op->bitwise.shift;

	if (shift == 0 || shift >= 32) {
		registers_write_unknown(registers, op->dreg, whole, origin);
		return;
	}
	shift_words(registers->bytes + op->dreg, registers->bytes + op->sreg, whole, shift, left);
	shift_words(registers->unknown + op->dreg, registers->unknown + op->sreg, whole, shift, left);
	memset(registers->origin + op->dreg, origin, whole);
}

static void xor_run(const struct op *op, size_t whole, struct registers *registers)
{
	if (!registers_fit(op->bitwise.other, whole)) {
		registers_forget(registers);
		return;
	}
	for (size_t i = 0; i < whole; i++) {
		size_t from = op->sreg + i, other = op->bitwise.other + i, to = op->dreg + i;

		registers->bytes[to] = registers->bytes[from] ^ registers->bytes[other];
		registers->unknown[to] = registers->unknown[from] | registers->unknown[other];
		registers->origin[to] = registers->origin[from] | registers->origin[other];
	}
}

/* Of one byte; where some of it is not known, nothing of what comes out is. */
static void count_run(const struct op *op, struct registers *registers)
{
	unsigned value = registers->bytes[op->sreg], by = op->bitwise.shift;
	uint8_t origin = registers_origin(registers, op->sreg, 1), counted;

	if (registers->unknown[op->sreg]) {
		registers_write_unknown(registers, op->dreg, 1, origin);
		return;
	}
	if (op->bitwise.op == BITWISE_UP)
		counted = (uint8_t)(by > UINT8_MAX - value ? UINT8_MAX : value + by);
	else
		counted = (uint8_t)(by > value ? 0 : value - by);
	registers_write(registers, op->dreg, &counted, NULL, 1, origin);
}

void bitwise_run(const struct op *op, struct registers *registers)
{
	size_t whole = (op->length + (size_t)3) & ~(size_t)3;

	if (!registers_fit(op->sreg, whole) || !registers_fit(op->dreg, whole)) {
		registers_forget(registers);
		return;
	}
	switch (op->bitwise.op) {
	case BITWISE_BOOL:
		mask_and_xor(op, whole, registers);
		break;
	case BITWISE_LSHIFT:
	case BITWISE_RSHIFT:
		shift_run(op, whole, registers);
		break;
	case BITWISE_XOR:
		xor_run(op, whole, registers);
		break;
	case BITWISE_UP:
	case BITWISE_DOWN:
		count_run(op, registers);
		break;
	}
	calculated(registers, op->dreg, whole);
}

static void swap_groups(uint8_t *to, const uint8_t *from, size_t length, size_t size)
{
	uint8_t copy[REGISTER_BYTES];

	memcpy(copy, from, length);
	for (size_t i = 0; i + size <= length; i += size)
		for (size_t j = 0; j < size; j++)
			to[i + j] = copy[i + size - 1 - j];
}

/* ntoh and hton are the same swap. On a big-endian machine the bytes only move from one register to the other. */
void byteorder_run(const struct op *op, struct registers *registers)
{
	size_t size = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? op->byteorder.size : 1;

	if (size == 0 || !registers_fit(op->sreg, op->length) || !registers_fit(op->dreg, op->length)) {
		registers_forget(registers);
		return;
	}
	swap_groups(registers->bytes + op->dreg, registers->bytes + op->sreg, op->length, size);
	swap_groups(registers->unknown + op->dreg, registers->unknown + op->sreg, op->length, size);
	swap_groups(registers->origin + op->dreg, registers->origin + op->sreg, op->length, size);
	calculated(registers, op->dreg, op->length);
}

static enum truth equals(const struct registers *registers, uint8_t at, const struct bytes *value)
{
	bool unknown = false;

	for (size_t i = 0; i < value->length; i++) {
		if ((registers->bytes[at + i] ^ value->at[i]) & ~registers->unknown[at + i])
			return NO;
		unknown |= registers->unknown[at + i] != 0;
	}
	return unknown ? MAYBE : YES;
}

/* The register at its smallest (unknown bits 0) or largest (all 1). */
static void extreme(const struct registers *registers, uint8_t at, size_t length, bool largest, uint8_t *out)
{
	for (size_t i = 0; i < length; i++)
		out[i] = largest ? registers->bytes[at + i] | registers->unknown[at + i]
				 : registers->bytes[at + i] & ~registers->unknown[at + i];
}

/* Whether the register is below the value (or equal to it, with `or_equal`). */
static enum truth below(const struct registers *registers, uint8_t at, const struct bytes *value,
			bool or_equal)
{
	uint8_t low[REGISTER_BYTES], high[REGISTER_BYTES];

	extreme(registers, at, value->length, false, low);
	extreme(registers, at, value->length, true, high);
	if (memcmp(high, value->at, value->length) < (or_equal ? 1 : 0))
		return YES;
	return memcmp(low, value->at, value->length) < (or_equal ? 1 : 0) ? MAYBE : NO;
}

enum truth cmp_run(const struct op *op, const struct registers *registers)
{
	const struct bytes *value = &op->cmp.value;

	if (!registers_fit(op->sreg, value->length))
		return MAYBE;
	switch (op->cmp.test) {
	case NFT_CMP_EQ:
		return equals(registers, op->sreg, value);
	case NFT_CMP_NEQ:
		return truth_not(equals(registers, op->sreg, value));
	case NFT_CMP_LT:
		return below(registers, op->sreg, value, false);
	case NFT_CMP_LTE:
		return below(registers, op->sreg, value, true);
	case NFT_CMP_GT:
		return truth_not(below(registers, op->sreg, value, true));
	case NFT_CMP_GTE:
		return truth_not(below(registers, op->sreg, value, false));
	}
	return MAYBE;
}

enum truth range_run(const struct op *op, const struct registers *registers)
{
	enum truth above, under, inside;

	if (!registers_fit(op->sreg, op->range.from.length) || !registers_fit(op->sreg, op->range.to.length))
		return MAYBE;
	above = truth_not(below(registers, op->sreg, &op->range.from, false));
	under = below(registers, op->sreg, &op->range.to, true);
	inside = above == NO || under == NO ? NO : above == YES && under == YES ? YES : MAYBE;
	return op->invert ? truth_not(inside) : inside;
}
