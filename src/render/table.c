/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables through libsmartcols, as long as they fit. Cells are made safe to show first; in a file or a pipe lines are never cut or
 * folded.
 */
#include "fwport/table.h"

#include "fwport/plain.h"
#include "fwport/pool.h"
#include "letters.h"
#include "table_fit.h"

#include <errno.h>
#include <libsmartcols.h>
#include <string.h>

/* libsmartcols measures its cells letter by letter, and never comes to an end at a byte that is none. */
static char *safe_cell(const char *cell, enum mark mark, const struct screen *screen, struct pool *pool)
{
	CLEANUP(text_free) struct text plain = {0}, safe = {0};

	plain_add(&plain, cell);
	text_add(&safe, "%s", screen_sign(screen, mark));
	letters_add(&safe, text_string(&plain));
	return plain.failed || safe.failed ? NULL : pool_text(pool, text_string(&safe));
}

static int sheet_make(const char *const *cells, struct sheet *sheet, struct pool *pool)
{
	const size_t count = sheet->row_count * sheet->column_count;
	char **safe = pool_alloc(pool, (count + 1) * sizeof(*safe));
	enum mark *marks = pool_alloc(pool, (count + 1) * sizeof(*marks));

	if (!safe || !marks)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct column *column = &sheet->columns[i % sheet->column_count];
		const char *cell = cells[i] ? cells[i] : "";

		marks[i] = column->mark ? column->mark(cell) : MARK_NONE;
		safe[i] = safe_cell(cell, marks[i], sheet->screen, pool);
		if (!safe[i])
			return -1;
	}
	sheet->cells = safe;
	sheet->marks = marks;
	return 0;
}

static void table_unref(struct libscols_table **table)
{
	scols_unref_table(*table);
}

static int add_columns(struct libscols_table *table, const struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->column_count; i++) {
		const char *heading = sheet->columns[i].heading ? sheet->columns[i].heading : "";
		struct libscols_column *column = scols_table_new_column(
			table, heading, 0, sheet->columns[i].right ? SCOLS_FL_RIGHT : 0);

		if (!column)
			return -1;
		if (sheet->screen->color && scols_cell_set_color(scols_column_get_header(column), "\033[1m"))
			return -1;
	}
	return 0;
}

static int set_cell(struct libscols_line *line, const struct sheet *sheet, size_t row, size_t column)
{
	const size_t at = row * sheet->column_count + column;
	const char *color = screen_color(sheet->screen, sheet->marks[at]);

	if (scols_line_set_data(line, column, sheet->cells[at]))
		return -1;
	return *color && scols_cell_set_color(scols_line_get_cell(line, column), color) ? -1 : 0;
}

static int add_rows(struct libscols_table *table, const struct sheet *sheet)
{
	for (size_t row = 0; row < sheet->row_count; row++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		if (!line)
			return -1;
		for (size_t column = 0; column < sheet->column_count; column++)
			if (set_cell(line, sheet, row, column) < 0)
				return -1;
	}
	return 0;
}

static int print_whole(FILE *out, const struct sheet *sheet)
{
	CLEANUP(table_unref) struct libscols_table *table = scols_new_table();

	if (!table || add_columns(table, sheet) < 0 || add_rows(table, sheet) < 0)
		return -1;
	scols_table_set_stream(table, out);
	scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	scols_table_enable_noencoding(table, 1);
	scols_table_enable_colors(table, sheet->screen->color);
	scols_table_enable_noheadings(table, sheet->column_count == 0 || !sheet->columns[0].heading);
	return scols_table_set_column_separator(table, "  ") || scols_print_table(table) ? -1 : 0;
}

int table_print(FILE *out, const struct column *columns, size_t column_count, const char *const *cells,
		size_t row_count, const struct screen *screen, struct error *err)
{
	CLEANUP(letters_drop) struct letters letters = {0};
	CLEANUP(pool_free) struct pool pool = {0};
	struct sheet sheet = {
		.columns = columns, .column_count = column_count, .row_count = row_count, .screen = screen};

	letters_take(&letters);
	if (sheet_make(cells, &sheet, &pool) < 0)
		return error_memory(err);
	if (screen->columns && !table_fits(&sheet))
		table_fit(out, &sheet);
	else if (print_whole(out, &sheet) < 0)
		return error_memory(err);
	return 0;
}
