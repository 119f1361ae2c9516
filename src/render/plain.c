/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Escapes control characters. Knows C0, DEL and the UTF-8 form of C1; everything else is left to the terminal.
 */
#include "fwport/plain.h"

#include "fwport/pool.h"

#include <stdarg.h>
#include <stdlib.h>

static bool is_control(unsigned char c)
{
	return c < 0x20 || c == 0x7f;
}

/* U+0080 to U+009F, which some terminals obey like ESC sequences. */
static bool is_c1(const unsigned char *at)
{
	return at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f;
}

void plain_add(struct text *text, const char *string)
{
	for (const unsigned char *at = (const unsigned char *)string; *at; at++) {
		if (is_control(*at)) {
			text_add(text, "\\x%02x", *at);
		} else if (is_c1(at)) {
			text_add(text, "\\x%02x", at[1]);
			at++;
		} else {
			text_add_bytes(text, at, 1);
		}
	}
}

static void free_raw(char **raw)
{
	free(*raw);
}

void plain_line(FILE *out, const char *format, ...)
{
	CLEANUP(text_free) struct text safe = {0};
	CLEANUP(free_raw) char *raw = NULL;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	raw = length < 0 ? NULL : malloc((size_t)length + 1);
	if (raw) {
		va_start(args, format);
		vsnprintf(raw, (size_t)length + 1, format, args);
		va_end(args);
		plain_add(&safe, raw);
	}
	if (raw && !safe.failed)
		fprintf(out, "%s\n", text_string(&safe));
	else
		fputs("fwport: out of memory for what was to be said here\n", out);
}
