/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Operations that hand the packet to somebody else, or write into it. */
#ifndef FWPORT_EVAL_HANDOVER_H
#define FWPORT_EVAL_HANDOVER_H

#include "load.h"

/* Whether it takes the packet at all: where it does not, it breaks the rule. */
enum truth handover_judge(const struct op *op, const struct scene *scene, const struct world *world,
			  const struct registers *registers);
/* What becomes of one that it takes: not known, or dropped. */
enum fate handover_fate(const struct op *op, const struct scene *scene, const struct world *world,
			const struct registers *registers);
/* Who has it then. */
const char *handover_words(const struct op *op);
/* Whether a write of payload or of an option finds where to write. */
enum truth write_judge(const struct op *op, const struct scene *scene, const struct world *world);
/* What it leaves of what is known about the packet. False: it is another's now, addressed otherwise. */
bool write_run(const struct op *op, const struct scene *scene, const struct registers *registers,
	       struct world *world);

#endif
