/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps, done to the copy of a table that libiptc has in memory. */
#ifndef FWPORT_KERNEL_LEGACY_WRITE_H
#define FWPORT_KERNEL_LEGACY_WRITE_H

#include "legacy_library.h"

#include "fwport/step.h"

/* A table while it is changed. */
struct writing {
	const struct legacy_library *library;
	enum family family;
	const struct table *then; /* what was planned on */
	struct table *table;      /* a copy of what it is; its chains follow the changes */
	struct xtc_handle *handle;
	struct pool *pool;
	struct error *err;
};

/* Those of its steps, in their order; the kernel has nothing of it yet. */
int legacy_write(struct writing *writing, const struct steps *steps);
bool step_is_of(const struct step *step, const struct table *table);

#endif
