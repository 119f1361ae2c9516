/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words of the registry as mdoc(7): prose, command lines and placeholders, with what has a meaning there escaped.
 */
#ifndef FWPORT_MDOC_H
#define FWPORT_MDOC_H

#include "fwport/text.h"

/* Paragraphs as lines of text, each sentence on a line of its own; an empty line becomes .Pp. Ends with a newline. */
void mdoc_prose(const char *paragraphs, struct text *out);
/* One paragraph that was written without a capital and a full stop, and is not empty; it gets both. */
void mdoc_sentence(const char *words, struct text *out);
/* Words that are typed as they stand, as arguments of a macro. */
void mdoc_literal(const char *words, struct text *out);
/* "in|out PORT[-PORT]..." as arguments of a macro: capitals are placeholders, small letters stand for themselves. */
void mdoc_syntax(const char *syntax, struct text *out);

#endif
