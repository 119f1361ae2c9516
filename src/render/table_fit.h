/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A table that is wider than its terminal.
 */
#ifndef FWPORT_RENDER_TABLE_FIT_H
#define FWPORT_RENDER_TABLE_FIT_H

#include "fwport/table.h"

enum { TABLE_GAP = 2 };

/* Cells that are safe to show, with their signs; measured in the locale that is in use. */
struct sheet {
	const struct column *columns;
	size_t column_count;
	char *const *cells;
	size_t row_count;
	const enum mark *marks; /* of each cell */
	const struct screen *screen;
};

bool table_fits(const struct sheet *sheet);
void table_fit(FILE *out, const struct sheet *sheet);

#endif
