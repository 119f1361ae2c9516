/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cells of a table while a command fills them, row after row.
 */
#ifndef FWPORT_CELLS_H
#define FWPORT_CELLS_H

#include "command.h"
#include "fwport/table.h"
#include "fwport/text.h"

struct cells {
	struct pool *pool;
	const char **list;
	size_t count;
	bool failed; /* out of memory: cells_print says so */
};

void cells_add(struct cells *cells, const char *cell); /* kept as a copy */
/* Takes what stands in `text` as the next cell and clears it. */
void cells_take(struct cells *cells, struct text *text);
/* The last two rows become one, with this word, when they differ in that column alone. */
void cells_join_rows(struct cells *cells, size_t column_count, size_t column, const char *word);
int cells_print(const struct cells *cells, const struct output *output, const struct column *columns,
		size_t column_count, struct error *err);

#endif
