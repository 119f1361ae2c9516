/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables on a terminal or in a pipe: columns, headings, alignment. The only user of libsmartcols.
 */
#ifndef FWPORT_TABLE_H
#define FWPORT_TABLE_H

#include "fwport/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct column {
	const char *heading; /* NULL in the first column: no line of headings */
	bool right;          /* aligned, for numbers */
};

/*
 * cells: row after row, row_count * column_count strings; NULL prints as nothing, control characters are escaped. Bold
 * headings when `color`.
 */
int table_print(FILE *out, const struct column *columns, size_t column_count, const char *const *cells,
		size_t row_count, bool color, struct error *err);

#endif
