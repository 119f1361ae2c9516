/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How often a conversation has got its own address into a list of recent. What others did before is not counted: an address is
 * usually below what rules put up with, and how long ago one in the list was seen the kernel does not tell.
 */
#include "seen.h"

enum { PATIENCE = 60 }; /* seconds that TCP goes on trying, about (tcp_synack_retries) */

/* The address is that of the packet, known to the last bit or not at all. */
static bool is_of_key(const struct addition *addition, const struct registers *registers, uint8_t at)
{
	for (size_t i = 0; i < addition->length; i++)
		if (addition->unknown[i] || registers->unknown[at + i] ||
		    addition->key[i] != registers->bytes[at + i])
			return false;
	return true;
}

/* Since it was last taken out. */
static uint32_t times_seen(const struct op *op, const struct world *world, const struct registers *registers)
{
	uint32_t times = 0;

	for (const struct addition *addition = world->additions; addition; addition = addition->before) {
		if (!set_is(addition->set, op->lookup.set) || !is_of_key(addition, registers, op->sreg))
			continue;
		if (addition->removed)
			break;
		times++;
	}
	return times;
}

/* Its packets follow each other soon enough, where TCP itself would have given up. */
static bool is_surely_recent(const struct op *op)
{
	return !op->lookup.same_ttl && (!op->lookup.within || op->lookup.within >= PATIENCE);
}

void seen_judge(const struct op *op, const struct world *world, const struct registers *registers,
		struct hit *hit, const char **unsure)
{
	uint32_t wanted = op->lookup.hits ? op->lookup.hits : 1;
	bool own = registers_fit(op->sreg, op->lookup.set->key_length) &&
		   times_seen(op, world, registers) >= wanted;

	if (own || wanted > 1)
		*hit = (struct hit){.truth = own ? YES : RARELY};
	if (own && !is_surely_recent(op)) {
		hit->truth = MAYBE;
		*unsure = "how soon its own packets follow each other";
	} else if (!own && hit->truth == YES && (op->lookup.within || op->lookup.same_ttl)) {
		hit->truth = MAYBE;
		*unsure = "when an address was last seen";
	}
}
