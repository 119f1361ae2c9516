/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Operations that let packets through by how many have come before: limits, quotas, numbers of connections. */
#ifndef FWPORT_EVAL_RATION_H
#define FWPORT_EVAL_RATION_H

#include "registers.h"
#include "world.h"

#include "fwport/text.h"

/* Whether one lets this packet of the conversation through: op_rations(op) holds. */
enum truth ration_judge(const struct op *op, const struct world *world);
/*
 * Whether the operations that hang on an element let the rule go on. Without a world they are taken as ones that let the first
 * packet by.
 */
enum truth element_ops_run(const struct op *ops, size_t count, const struct world *world, bool *opaque);
/* What it has of them, as "below 10/minute", "with at most 3 connections"; op_rations(op) holds. */
void ration_text(const struct op *op, struct text *out);

#endif
