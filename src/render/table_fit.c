/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libsmartcols breaks words and cannot set a cell below its row, so that a table which is too wide is laid out here: its prose is
 * folded in its columns as long as they keep a width that can be read, then set below the row, the widest first. A table that is
 * too wide without it is a list. What is set below is folded by the screen.
 */
#include "table_fit.h"

#include "letters.h"

#include <string.h>

enum { PROSE_LEAST = 20 };

struct layout {
	size_t widths[TABLE_COLUMNS_MOST];
	size_t least[TABLE_COLUMNS_MOST]; /* of prose: its longest word */
	bool below[TABLE_COLUMNS_MOST];
};

static const char *cell_at(const struct sheet *sheet, size_t row, size_t column)
{
	return sheet->cells[row * sheet->column_count + column];
}

static bool has_headings(const struct sheet *sheet)
{
	return sheet->columns[0].heading != NULL;
}

static size_t columns_of(const char *text)
{
	return letters_columns(text, strlen(text));
}

static size_t longest_word(const char *text)
{
	size_t longest = 0, length;

	for (; *text; text += length + strspn(text + length, " ")) {
		const size_t width = letters_columns(text, length = strcspn(text, " "));

		if (width > longest)
			longest = width;
	}
	return longest;
}

static void widen(size_t *width, size_t to)
{
	if (to > *width)
		*width = to;
}

static void measure(const struct sheet *sheet, struct layout *out)
{
	*out = (struct layout){0};
	for (size_t i = 0; i < sheet->column_count; i++) {
		out->widths[i] = has_headings(sheet) ? columns_of(sheet->columns[i].heading) : 0;
		out->least[i] = PROSE_LEAST;
		for (size_t row = 0; row < sheet->row_count; row++) {
			widen(&out->widths[i], columns_of(cell_at(sheet, row, i)));
			widen(&out->least[i], longest_word(cell_at(sheet, row, i)));
		}
	}
}

static size_t total(const struct sheet *sheet, const struct layout *layout)
{
	size_t sum = 0;

	for (size_t i = 0; i < sheet->column_count; i++)
		if (!layout->below[i])
			sum += layout->widths[i] + (sum ? TABLE_GAP : 0);
	return sum;
}

bool table_fits(const struct sheet *sheet)
{
	struct layout layout;

	measure(sheet, &layout);
	return total(sheet, &layout) <= sheet->screen->columns;
}

/* The widest column of prose that stands in the row, or of those that can be narrower; NULL: there is none. */
static size_t *widest(const struct sheet *sheet, struct layout *layout, bool shrinkable)
{
	size_t *found = NULL;

	for (size_t i = 0; i < sheet->column_count; i++) {
		if (!sheet->columns[i].folds || layout->below[i] ||
		    (shrinkable && layout->widths[i] <= layout->least[i]))
			continue;
		if (!found || layout->widths[i] > *found)
			found = &layout->widths[i];
	}
	return found;
}

/* Takes from the widest columns of prose what is too much. */
static bool shrink(const struct sheet *sheet, struct layout *layout)
{
	size_t *wide;

	while (total(sheet, layout) > sheet->screen->columns) {
		wide = widest(sheet, layout, true);
		if (!wide)
			return false;
		(*wide)--;
	}
	return true;
}

static bool lay_out(const struct sheet *sheet, struct layout *out)
{
	struct layout layout;
	size_t *wide;

	measure(sheet, &layout);
	for (;;) {
		*out = layout;
		if (shrink(sheet, out))
			return true;
		wide = widest(sheet, &layout, false);
		if (!wide)
			return false;
		layout.below[wide - layout.widths] = true;
	}
}

/* The bytes of a cell's words that fit in one line. */
static size_t line_length(const char *at, size_t width)
{
	size_t end = 0;

	for (;;) {
		const size_t word = end + strspn(at + end, " ");
		const size_t next = word + strcspn(at + word, " ");

		if (next == end || letters_columns(at, next) > width)
			return end;
		end = next;
	}
}

/* Nothing is put behind the last column. */
static bool is_last(const struct sheet *sheet, const struct layout *layout, size_t column)
{
	for (size_t i = column + 1; i < sheet->column_count; i++)
		if (!layout->below[i])
			return false;
	return true;
}

struct part {
	const char *text;
	size_t length;
	enum mark mark;
};

static void print_part(FILE *out, const struct sheet *sheet, const struct layout *layout, size_t column,
		       struct part part)
{
	const size_t used = letters_columns(part.text, part.length), width = layout->widths[column];
	const int pad = used < width ? (int)(width - used) : 0;
	const enum mark mark = part.length ? part.mark : MARK_NONE;

	if (sheet->columns[column].right)
		fprintf(out, "%*s", pad, "");
	fprintf(out, "%s%.*s%s", screen_color(sheet->screen, mark), (int)part.length, part.text,
		mark == MARK_NONE ? "" : screen_plain(sheet->screen));
	if (!sheet->columns[column].right && !is_last(sheet, layout, column))
		fprintf(out, "%*s", pad, "");
}

/* One line of a row; moves the cells on, and says whether there is more. */
static bool print_line(FILE *out, const struct sheet *sheet, const struct layout *layout, size_t row,
		       const char **rest)
{
	const char *gap = SCREEN_WHOLE;
	bool more = false;

	for (size_t i = 0; i < sheet->column_count; i++) {
		size_t length;

		if (layout->below[i])
			continue;
		length = line_length(rest[i], layout->widths[i]);
		fputs(gap, out);
		print_part(out, sheet, layout, i,
			   (struct part){rest[i], length, sheet->marks[row * sheet->column_count + i]});
		rest[i] += length;
		rest[i] += strspn(rest[i], " ");
		more = more || *rest[i];
		gap = "  ";
	}
	putc('\n', out);
	return more;
}

static void print_headings(FILE *out, const struct sheet *sheet, const struct layout *layout)
{
	const char *gap = SCREEN_WHOLE;

	for (size_t i = 0; i < sheet->column_count; i++) {
		const char *heading = sheet->columns[i].heading;

		if (layout->below[i])
			continue;
		fprintf(out, "%s%s", gap, sheet->screen->color ? "\033[1m" : "");
		print_part(out, sheet, layout, i, (struct part){heading, strlen(heading), MARK_NONE});
		fputs(screen_plain(sheet->screen), out);
		gap = "  ";
	}
	putc('\n', out);
}

static void print_row(FILE *out, const struct sheet *sheet, const struct layout *layout, size_t row)
{
	const char *rest[TABLE_COLUMNS_MOST];

	for (size_t i = 0; i < sheet->column_count; i++)
		rest[i] = cell_at(sheet, row, i);
	while (print_line(out, sheet, layout, row, rest))
		;
	for (size_t i = 0; i < sheet->column_count; i++)
		if (layout->below[i] && *cell_at(sheet, row, i))
			fprintf(out, "  %s\n", cell_at(sheet, row, i));
}

/* "STATE: open", or the words alone where there are no headings. */
static void print_list(FILE *out, const struct sheet *sheet, size_t row)
{
	const char *indent = "";

	for (size_t i = 0; i < sheet->column_count; i++) {
		const enum mark mark = sheet->marks[row * sheet->column_count + i];
		const char *cell = cell_at(sheet, row, i);

		if (!*cell)
			continue;
		fprintf(out, "%s%s%s", indent, has_headings(sheet) ? sheet->columns[i].heading : "",
			has_headings(sheet) ? ": " : "");
		fprintf(out, "%s%s%s\n", screen_color(sheet->screen, mark), cell,
			mark == MARK_NONE ? "" : screen_plain(sheet->screen));
		indent = "  ";
	}
}

void table_fit(FILE *out, const struct sheet *sheet)
{
	struct layout layout;
	const bool fits = lay_out(sheet, &layout);

	if (fits && has_headings(sheet))
		print_headings(out, sheet, &layout);
	for (size_t row = 0; row < sheet->row_count; row++)
		if (fits)
			print_row(out, sheet, &layout, row);
		else
			print_list(out, sheet, row);
}
