/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables through libsmartcols. Cells are made safe to show first; lines are never cut or wrapped to the terminal, so that
 * what is copied from the screen is what is piped.
 */
#include "fwport/table.h"

#include "fwport/plain.h"
#include "fwport/pool.h"

#include <errno.h>
#include <libsmartcols.h>

static void table_unref(struct libscols_table **table)
{
	scols_unref_table(*table);
}

static int add_columns(struct libscols_table *table, const struct column *columns, size_t count, bool color)
{
	for (size_t i = 0; i < count; i++) {
		const char *heading = columns[i].heading ? columns[i].heading : "";
		struct libscols_column *column =
			scols_table_new_column(table, heading, 0, columns[i].right ? SCOLS_FL_RIGHT : 0);

		if (!column)
			return -1;
		if (color && scols_cell_set_color(scols_column_get_header(column), "\033[1m"))
			return -1;
	}
	return 0;
}

static int set_cell(struct libscols_line *line, size_t column, const char *cell)
{
	CLEANUP(text_free) struct text safe = {0};

	if (!cell)
		return 0;
	plain_add(&safe, cell);
	return safe.failed || scols_line_set_data(line, column, text_string(&safe)) ? -1 : 0;
}

static int add_rows(struct libscols_table *table, size_t column_count, const char *const *cells,
		    size_t row_count)
{
	for (size_t row = 0; row < row_count; row++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		if (!line)
			return -1;
		for (size_t column = 0; column < column_count; column++)
			if (set_cell(line, column, cells[row * column_count + column]) < 0)
				return -1;
	}
	return 0;
}

int table_print(FILE *out, const struct column *columns, size_t column_count, const char *const *cells,
		size_t row_count, bool color, struct error *err)
{
	CLEANUP(table_unref) struct libscols_table *table = scols_new_table();

	if (!table || add_columns(table, columns, column_count, color) < 0 ||
	    add_rows(table, column_count, cells, row_count) < 0)
		return error_memory(err);

	scols_table_set_stream(table, out);
	scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	scols_table_enable_noencoding(table, 1);
	scols_table_enable_colors(table, color);
	scols_table_enable_noheadings(table, column_count == 0 || !columns[0].heading);
	if (scols_table_set_column_separator(table, "  ") || scols_print_table(table))
		return error_memory(err);
	return 0;
}
