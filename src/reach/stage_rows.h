/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stages as rows of a table: the stage, how it went, how long it took, what was seen. */
#ifndef FWPORT_REACH_STAGE_ROWS_H
#define FWPORT_REACH_STAGE_ROWS_H

#include "examination.h"

#include "fwport/pool.h"

enum { ROW_CELLS = 4 };

struct rows {
	struct pool *pool;
	const char **cells; /* row after row */
	size_t count;
	bool failed;
};

/* Those that were reached. */
int rows_of(const struct examination *examination, struct rows *rows, struct error *err);

#endif
