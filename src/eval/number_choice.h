/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers that the kernel draws: which ones there are, and how many of them are of some use. */
#ifndef FWPORT_EVAL_NUMBER_CHOICE_H
#define FWPORT_EVAL_NUMBER_CHOICE_H

#include "registers.h"
#include "world.h"

#include "fwport/text.h"

/* Where there are no more than these, each has a world of its own. */
enum { NUMBER_WORLDS = 16 };

/* The number of the world, if it has one, else as much as they have in common. */
void number_load(const struct op *op, const struct world *world, struct registers *registers);
/* "chance, 1 of 4 packets": of how many numbers the test behind `number` holds in the rule. */
void chance_text(const struct rule *rule, const struct op *number, struct text *out);

#endif
