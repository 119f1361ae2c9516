/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells clean text from mere bytes, one character at a time. Knows UTF-8; does not know what a bad byte is to be called.
 */
#include "fwport/utf8.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { SHOWN_LIMIT = 64 };

/* How a character of two to four bytes starts, and the first one that needs so many: shorter ones are overlong. */
static const struct {
	unsigned char mask, lead;
	uint32_t least;
} leads[] = {
	{0xe0, 0xc0, 0xa0}, /* below are the C1 control characters */
	{0xf0, 0xe0, 0x800},
	{0xf8, 0xf0, 0x10000},
};

static bool ascii_is_clean(const unsigned char *at, size_t left)
{
	if (*at == '\r')
		return left > 1 && at[1] == '\n';
	return *at == '\t' || *at == '\n' || (*at >= 0x20 && *at != 0x7f);
}

static bool value_is_character(uint32_t value)
{
	return value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
}

/* The size of the character that starts here, 0 when it is not a clean one. */
static size_t wide_size(const unsigned char *at, size_t left)
{
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		size_t size = i + 2;
		uint32_t value = *at & (unsigned char)~leads[i].mask;

		if ((*at & leads[i].mask) != leads[i].lead)
			continue;
		if (left < size)
			return 0;
		for (size_t k = 1; k < size; k++) {
			if ((at[k] & 0xc0) != 0x80)
				return 0;
			value = value << 6 | (at[k] & 0x3f);
		}
		return value >= leads[i].least && value_is_character(value) ? size : 0;
	}
	return 0;
}

size_t utf8_clean_length(const char *bytes, size_t length)
{
	const unsigned char *at = (const unsigned char *)bytes;
	size_t done = 0, size = 1;

	while (done < length && size) {
		if (at[done] < 0x80)
			size = ascii_is_clean(at + done, length - done);
		else
			size = wide_size(at + done, length - done);
		done += size;
	}
	return done;
}

int utf8_shown(const char *text)
{
	size_t length = strnlen(text, SHOWN_LIMIT);

	while (length && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return (int)length;
}
