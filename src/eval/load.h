/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Operations that bring something into a register: of the packet, of what the kernel knows about it, by chance, or a constant. */
#ifndef FWPORT_EVAL_LOAD_H
#define FWPORT_EVAL_LOAD_H

#include "registers.h"
#include "scene.h"
#include "world.h"

/* YES: loaded, perhaps with unknown bits. NO: the rule breaks. MAYBE: nobody knows whether there is anything to load. */
enum truth load_run(const struct op *op, const struct scene *scene, const struct world *world,
		    struct registers *registers);
enum truth load_payload(const struct op *op, const struct scene *scene, const struct world *world,
			struct registers *registers);
enum truth load_meta(const struct op *op, const struct scene *scene, const struct world *world,
		     struct registers *registers);
enum truth load_exthdr(const struct op *op, const struct world *world, struct registers *registers);
enum truth load_attached(const struct op *op, const struct scene *scene, const struct world *world,
			 struct registers *registers);
enum truth load_ct(const struct op *op, const struct scene *scene, const struct world *world,
		   struct registers *registers);

#endif
