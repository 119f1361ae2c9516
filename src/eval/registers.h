/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registers of the rule machine: real bytes, and beside each byte where it comes from and which of its bits nobody
 * knows. A register that no operation of the rule has written is unknown.
 */
#ifndef FWPORT_EVAL_REGISTERS_H
#define FWPORT_EVAL_REGISTERS_H

#include "fwport/op.h"
#include "fwport/packet.h"

struct registers {
	uint8_t bytes[REGISTER_BYTES];
	uint8_t unknown[REGISTER_BYTES]; /* bits that may be either */
	uint8_t origin[REGISTER_BYTES];  /* sets of enum origin */
};

/* Whether something holds: certainly, perhaps, or depending on a rate, where "usually" and "rarely" say what holds below it. */
enum truth { NO, YES, MAYBE, USUALLY, RARELY };

enum truth truth_not(enum truth truth);
bool registers_fit(uint8_t at, size_t length);
void registers_forget(struct registers *registers); /* all unknown */
/* Writes bytes and pads with zeros to a multiple of 4, as the kernel's loads do. `unknown` NULL: all known. */
void registers_write(struct registers *registers, uint8_t at, const void *bytes, const void *unknown,
		     size_t length, uint8_t origin);
void registers_write_unknown(struct registers *registers, uint8_t at, size_t length, uint8_t origin);
uint8_t registers_origin(const struct registers *registers, uint8_t at, size_t length);

/* The bits that are not the same in all numbers from the one to the other, and those below them. */
uint64_t loose_bits(uint64_t smallest, uint64_t largest);

/* Operations from registers to registers. */
void bitwise_run(const struct op *op, struct registers *registers);
void byteorder_run(const struct op *op, struct registers *registers);
/* Comparisons. */
enum truth cmp_run(const struct op *op, const struct registers *registers);
enum truth range_run(const struct op *op, const struct registers *registers);

#endif
