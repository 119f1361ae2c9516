/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operands that are numbers.
 */
#ifndef FWPORT_OPERAND_H
#define FWPORT_OPERAND_H

#include "fwport/error.h"

#include <stdint.h>

/* ERROR_USAGE for what is not the number of a generation. */
int operand_generation(const char *word, uint32_t *out, struct error *err);

#endif
