/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clean text: UTF-8 without control characters, in lines that end in LF or CRLF. What is clean can be shown on a
 * terminal and put into JSON as it is.
 */
#ifndef FWPORT_UTF8_H
#define FWPORT_UTF8_H

#include <stddef.h>

/* How many bytes from the start are clean: `length` when all are. */
size_t utf8_clean_length(const char *bytes, size_t length);
/* How much of a clean string is shown in a sentence, never a part of a character: a precision for "%.*s". */
int utf8_shown(const char *text);

#endif
