/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks the C library, letter by letter. Its functions know the locale of the thread, which is borrowed, since nothing else of
 * the program may depend on it.
 */
#include "config.h"

#include "letters.h"

#include <limits.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

void letters_take(struct letters *letters)
{
	letters->made = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	if (letters->made)
		letters->before = uselocale(letters->made);
}

void letters_drop(struct letters *letters)
{
	if (!letters->made)
		return;
	uselocale(letters->before);
	freelocale(letters->made);
	letters->made = (locale_t)0;
}

size_t letter_length(const char *at, size_t *columns)
{
	mbstate_t state = {0};
	size_t length;
	wchar_t letter;
	int width;

	length = mbrtowc(&letter, at, strnlen(at, MB_LEN_MAX), &state);
	if (length == (size_t)-1 || length == (size_t)-2 || !iswprint((wint_t)letter))
		return 0;
	width = wcwidth(letter);
	*columns = width < 0 ? 0 : (size_t)width;
	return length;
}

void letters_add(struct text *out, const char *string)
{
	while (*string) {
		size_t columns, length = letter_length(string, &columns);

		if (length)
			text_add_bytes(out, string, length);
		else
			text_add(out, "\\x%02x", (unsigned char)*string);
		string += length ? length : 1;
	}
}

size_t letters_columns(const char *string, size_t bytes)
{
	size_t sum = 0;

	for (size_t at = 0, columns = 0, length; at < bytes; at += length ? length : 1) {
		length = letter_length(string + at, &columns);
		sum += length ? columns : 1;
	}
	return sum;
}
