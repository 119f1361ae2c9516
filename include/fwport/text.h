/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text that grows. Writers add without checking; a failed allocation is remembered in `failed`, and whoever
 * uses the text asks text_ok once. bytes is NUL-terminated whenever it is not NULL; use text_string to read.
 */
#ifndef FWPORT_TEXT_H
#define FWPORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
	char *bytes;
	size_t length;
	size_t size;
	bool failed;
};

void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(struct text *text, const void *bytes, size_t length);
/* Adds a stranger's string between double quotes, with control characters, quotes and backslashes escaped (\x1b). */
void text_add_quoted(struct text *text, const char *string);
const char *text_string(const struct text *text); /* "" when empty; never NULL */
void text_clear(struct text *text);               /* length 0, keeps the memory */
void text_free(struct text *text);

/* The candidate nearest to a mistyped word, or NULL when none is near (more than a third of its letters differ). */
const char *text_nearest(const char *word, const char *const *candidates, size_t count);

#endif
