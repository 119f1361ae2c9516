/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Growing text, escaping of strangers' strings, and the nearest word for a typing error.
 */
#include "fwport/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 64, LONGEST_WORD = 64 };

static bool reserve(struct text *text, size_t more)
{
	size_t wanted = text->length + more + 1, size = text->size ? text->size : FIRST_SIZE;
	char *bytes;

	if (text->failed || more > SIZE_MAX / 4)
		return false;
	if (wanted <= text->size)
		return true;
	while (size < wanted)
		size *= 2;
	bytes = realloc(text->bytes, size);
	if (!bytes)
		return false;
	text->bytes = bytes;
	text->size = size;
	return true;
}

void text_add_bytes(struct text *text, const void *bytes, size_t length)
{
	if (!reserve(text, length)) {
		text->failed = true;
		return;
	}
	if (length)
		memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

static void add_number(struct text *text, unsigned long long number)
{
	char digits[20], *at = digits + sizeof(digits);

	do
		*--at = (char)('0' + number % 10);
	while (number /= 10);
	text_add_bytes(text, at, (size_t)(digits + sizeof(digits) - at));
}

static void add_string(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

/* What the directive asks for, and how long it is; 0: it is one for printf. */
static size_t add_simple(struct text *text, const char *directive, va_list *args)
{
	if (directive[1] == 's')
		add_string(text, va_arg(*args, const char *));
	else if (directive[1] == 'u')
		add_number(text, va_arg(*args, unsigned));
	else if (strncmp(directive, "%llu", 4) == 0)
		add_number(text, va_arg(*args, unsigned long long));
	else
		return 0;
	return directive[1] == 'l' ? 4 : 2;
}

/* False when printf has to do it. So few formats need that, and it takes so long, that the others are tried first. */
static bool add_simply(struct text *text, const char *format, va_list *args)
{
	while (*format) {
		const char *at = format;
		size_t length;

		while (*format && *format != '%')
			format++;
		if (format > at)
			text_add_bytes(text, at, (size_t)(format - at));
		if (!*format)
			break;
		length = add_simple(text, format, args);
		if (!length)
			return false;
		format += length;
	}
	return true;
}

/* Mostly there is room, and it is printed once. */
static void add_printed(struct text *text, const char *format, va_list args)
{
	const size_t room = text->size - text->length;
	va_list again;
	int length;

	va_copy(again, args);
	length = vsnprintf(room ? text->bytes + text->length : NULL, room, format, args);
	if (length >= 0 && (size_t)length < room) {
		text->length += (size_t)length;
	} else if (length < 0 || !reserve(text, (size_t)length)) {
		text->failed = true;
		if (room)
			text->bytes[text->length] = '\0';
	} else {
		vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
		text->length += (size_t)length;
	}
	va_end(again);
}

void text_add(struct text *text, const char *format, ...)
{
	const size_t length = text->length;
	va_list args;
	bool done;

	va_start(args, format);
	done = add_simply(text, format, &args);
	va_end(args);
	if (done)
		return;
	text->length = length;
	va_start(args, format);
	add_printed(text, format, args);
	va_end(args);
}

/* Bytes from 0x80 on are kept: names may be UTF-8, and no single one of them moves a cursor in a UTF-8 terminal. */
static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c != 0x7f && c != '"' && c != '\\';
}

void text_add_quoted(struct text *text, const char *string)
{
	text_add_bytes(text, "\"", 1);
	for (const char *c = string; *c; c++)
		if (is_plain((unsigned char)*c))
			text_add_bytes(text, c, 1);
		else if (*c == '"' || *c == '\\')
			text_add(text, "\\%c", *c);
		else
			text_add(text, "\\x%02x", (unsigned char)*c);
	text_add_bytes(text, "\"", 1);
}

const char *text_string(const struct text *text)
{
	return text->bytes ? text->bytes : "";
}

void text_clear(struct text *text)
{
	text->length = 0;
	if (text->bytes)
		text->bytes[0] = '\0';
}

void text_free(struct text *text)
{
	free(text->bytes);
	*text = (struct text){0};
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned two = a < b ? a : b;

	return two < c ? two : c;
}

/* Letters to insert, delete, replace or swap with their neighbour: row i is about the first i letters of a. */
static unsigned distance(const char *a, const char *b)
{
	const size_t columns = strlen(b);
	unsigned rows[3][LONGEST_WORD + 1], *row = rows[0];

	for (size_t j = 0; j <= columns; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; a[i - 1]; i++) {
		const unsigned *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

		row = rows[i % 3];
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= columns; j++) {
			row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1, row[j]);
		}
	}
	return row[columns];
}

const char *text_nearest(const char *word, const char *const *candidates, size_t count)
{
	size_t length = strlen(word);
	unsigned best = (unsigned)(length + 2) / 3 + 1;
	const char *nearest = NULL;

	if (length > LONGEST_WORD)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		unsigned d = strlen(candidates[i]) > LONGEST_WORD ? best : distance(word, candidates[i]);

		if (d < best) {
			best = d;
			nearest = candidates[i];
		}
	}
	return nearest;
}
