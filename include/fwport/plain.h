/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text that is safe to show: chain names, comments and program names are strangers' strings, and what they contain must
 * neither move a cursor nor forge a line. Everything fwport prints for people, help aside, goes through here or table.h.
 */
#ifndef FWPORT_PLAIN_H
#define FWPORT_PLAIN_H

#include "fwport/text.h"

#include <stdio.h>

/* Adds the string with control characters (C0, DEL, C1; newline too) written as \x1b. */
void plain_add(struct text *text, const char *string);
/* Prints one line; the format has no newline. Nothing comes out when memory is short. */
void plain_line(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
