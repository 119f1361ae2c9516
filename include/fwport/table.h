/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables on a terminal or in a pipe: columns, headings, alignment. The only user of libsmartcols.
 */
#ifndef FWPORT_TABLE_H
#define FWPORT_TABLE_H

#include "fwport/error.h"
#include "fwport/screen.h"

struct column {
	const char *heading; /* NULL in the first column: no line of headings */
	bool right;          /* aligned, for numbers */
	bool folds;          /* where a terminal is too narrow: prose, which can be broken between words */
	enum mark (*mark)(
		const char *cell); /* the colour and the sign of a cell on a terminal, NULL: none has one */
};

enum { TABLE_COLUMNS_MOST = 16 };

/*
 * cells: row after row, row_count * column_count strings; NULL prints as nothing, control characters are escaped. What is wider
 * than the screen is folded in its column, or stands below its row; when that does not do, each row is a list of its cells.
 */
int table_print(FILE *out, const struct column *columns, size_t column_count, const char *const *cells,
		size_t row_count, const struct screen *screen, struct error *err);

#endif
