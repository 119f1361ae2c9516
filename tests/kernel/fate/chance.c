/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SplitMix64: small, and good enough to draw tests with. */
#include "chance.h"

uint32_t chance_bits(struct chance *chance)
{
	uint64_t bits = chance->state += 0x9e3779b97f4a7c15;

	bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9;
	bits = (bits ^ bits >> 27) * 0x94d049bb133111eb;
	return (uint32_t)((bits ^ bits >> 31) >> 32);
}

uint32_t chance_below(struct chance *chance, uint32_t limit)
{
	return (uint32_t)((uint64_t)chance_bits(chance) * limit >> 32);
}

bool chance_percent(struct chance *chance, uint32_t percent)
{
	return chance_below(chance, 100) < percent;
}

void chance_bytes(struct chance *chance, void *out, size_t length)
{
	uint8_t *bytes = out;

	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)chance_bits(chance);
}
