/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers by chance, in turn or by a hash (nft_numgen.c, nft_hash.c). Which one comes is nobody's to say, only out of which:
 * `modulus` of them, from `offset` on, in the byte order of the host.
 */
#include "number_choice.h"

enum { COUNTED_MOST = 1 << 16 };

static void put(const struct op *op, uint32_t value, uint32_t unknown, struct registers *registers)
{
	registers_write(registers, op->dreg, &value, &unknown, sizeof(value),
			unknown ? ORIGIN_UNKNOWN : ORIGIN_FIXED);
}

void number_load(const struct op *op, const struct world *world, struct registers *registers)
{
	uint32_t smallest = op->number.offset, largest = smallest + op->number.modulus - 1;
	uint32_t loose = (uint32_t)loose_bits(smallest, largest);

	if (world->chosen_by == op)
		put(op, smallest + world->chosen, 0, registers);
	else
		put(op, smallest & ~loose, loose, registers);
}

/* What the operations behind make of one number, up to the first test. */
static enum truth test_of(const struct rule *rule, const struct op *number, uint32_t value)
{
	struct registers registers;

	registers_forget(&registers);
	put(number, value, 0, &registers);
	for (const struct op *op = number + 1; op < rule->ops + rule->op_count; op++) {
		if (op->kind == OP_CMP)
			return cmp_run(op, &registers);
		if (op->kind == OP_RANGE)
			return range_run(op, &registers);
		if (op->kind == OP_BITWISE)
			bitwise_run(op, &registers);
		else if (op->kind == OP_BYTEORDER)
			byteorder_run(op, &registers);
		else
			break;
	}
	return MAYBE;
}

void chance_text(const struct rule *rule, const struct op *number, struct text *out)
{
	static const char *const units[] = {
		[NUMBER_IN_TURN] = "packets",
		[NUMBER_RANDOM] = "packets",
		[NUMBER_HASH] = "hashes",
		[NUMBER_FLOW_HASH] = "flows",
	};
	uint32_t modulus = number->number.modulus, count = 0;
	enum truth truth = YES;

	for (uint32_t i = 0; i < modulus && modulus <= COUNTED_MOST && truth != MAYBE; i++) {
		truth = test_of(rule, number, number->number.offset + i);
		count += truth == YES;
	}
	text_add(out, "chance, ");
	if (count && truth != MAYBE)
		text_add(out, "%u of %u %s", count, modulus, units[number->number.source]);
	else
		text_add(out, "one number out of %u", modulus);
}
