/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Collects cells in a pool and hands them to the table.
 */
#include "cells.h"

#include <string.h>

void cells_add(struct cells *cells, const char *cell)
{
	const char **grown = pool_grow(cells->pool, cells->list, cells->count, sizeof(*grown));
	const char *copy = pool_text(cells->pool, cell);

	if (!grown || !copy) {
		cells->failed = true;
		return;
	}
	cells->list = grown;
	cells->list[cells->count++] = copy;
}

void cells_take(struct cells *cells, struct text *text)
{
	cells->failed |= text->failed;
	cells_add(cells, text_string(text));
	text_clear(text);
}

void cells_join_rows(struct cells *cells, size_t column_count, size_t column, const char *word)
{
	const char **first, **second;

	if (cells->failed || cells->count < 2 * column_count)
		return;
	second = cells->list + cells->count - column_count;
	first = second - column_count;
	for (size_t i = 0; i < column_count; i++)
		if (i != column && strcmp(first[i], second[i]) != 0)
			return;
	first[column] = word;
	cells->count -= column_count;
}

int cells_print(const struct cells *cells, const struct output *output, const struct column *columns,
		size_t column_count, struct error *err)
{
	if (cells->failed)
		return error_memory(err);
	return table_print(output->out, columns, column_count, cells->list, cells->count / column_count,
			   &output->screen, err);
}
