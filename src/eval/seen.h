/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a list of recent has seen an address as often and as lately as a look-up asks. */
#ifndef FWPORT_EVAL_SEEN_H
#define FWPORT_EVAL_SEEN_H

#include "sets.h"

/*
 * Amends what was found in the list. RARELY: only if others than this conversation had it seen often enough. *unsure: what is not
 * known of it, where that makes it MAYBE.
 */
void seen_judge(const struct op *op, const struct world *world, const struct registers *registers,
		struct hit *hit, const char **unsure);

#endif
