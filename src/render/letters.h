/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The letters that the user's locale can show, and how many columns of a terminal they take.
 */
#ifndef FWPORT_RENDER_LETTERS_H
#define FWPORT_RENDER_LETTERS_H

#include "fwport/text.h"

#include <locale.h>

/* The user's letters, for as long as something is measured; a locale that is not there leaves us those of C. */
struct letters {
	locale_t made, before;
};

void letters_take(struct letters *letters);
void letters_drop(struct letters *letters);

/* The bytes of the letter that stands here, 0 when the locale cannot show it; and its columns. */
size_t letter_length(const char *at, size_t *columns);
/* Adds the string, with each byte that is no letter written as \xe9. */
void letters_add(struct text *out, const char *string);
/* The columns of a string that is all letters. */
size_t letters_columns(const char *string, size_t bytes);

#endif
