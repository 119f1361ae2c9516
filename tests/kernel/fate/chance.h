/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chance that can be repeated: the same seed draws the same things on every machine. */
#ifndef FWPORT_FATE_CHANCE_H
#define FWPORT_FATE_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chance {
	uint64_t state;
};

uint32_t chance_bits(struct chance *chance);
uint32_t chance_below(struct chance *chance, uint32_t limit); /* 0 ... limit - 1; limit is not 0 */
bool chance_percent(struct chance *chance, uint32_t percent);
void chance_bytes(struct chance *chance, void *out, size_t length);

/* One item of an array. */
#define CHANCE_OF(chance, array) ((array)[chance_below(chance, sizeof(array) / sizeof((array)[0]))])

#endif
