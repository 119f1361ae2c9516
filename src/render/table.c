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
#include <locale.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

/* The user's letters, for as long as a table is made; a locale that is not there leaves us those of C. */
struct letters {
	locale_t made, before;
};

static void letters_take(struct letters *letters)
{
	letters->made = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	if (letters->made)
		letters->before = uselocale(letters->made);
}

static void letters_drop(struct letters *letters)
{
	if (!letters->made)
		return;
	uselocale(letters->before);
	freelocale(letters->made);
}

/* The length of the letter that stands here, 0 when the locale cannot show it. */
static size_t letter_length(const char *at)
{
	mbstate_t state = {0};
	size_t length;
	wchar_t letter;

	length = mbrtowc(&letter, at, strlen(at), &state);
	if (length == (size_t)-1 || length == (size_t)-2)
		return 0;
	return iswprint((wint_t)letter) ? length : 0;
}

/* libsmartcols measures its cells letter by letter, and never comes to an end at a byte that is none. */
static void letters_add(struct text *out, const char *cell)
{
	while (*cell) {
		size_t length = letter_length(cell);

		if (length)
			text_add_bytes(out, cell, length);
		else
			text_add(out, "\\x%02x", (unsigned char)*cell);
		cell += length ? length : 1;
	}
}

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
	CLEANUP(text_free) struct text plain = {0}, safe = {0};

	if (!cell)
		return 0;
	plain_add(&plain, cell);
	letters_add(&safe, text_string(&plain));
	return plain.failed || safe.failed || scols_line_set_data(line, column, text_string(&safe)) ? -1 : 0;
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
	CLEANUP(letters_drop) struct letters letters = {0};

	letters_take(&letters);
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
