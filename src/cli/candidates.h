/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may be put where the cursor is. A candidate is a line: the whole word, a tab, and a few words about it. A line that begins
 * with a tab and says "files" asks the shell for names of files as well. Shells keep what fits what was typed.
 */
#ifndef FWPORT_CANDIDATES_H
#define FWPORT_CANDIDATES_H

#include "cursor.h"
#include "fwport/text.h"

/* What cannot be read, without root say, yields nothing. */
void candidates_for(const struct cursor *cursor, struct text *out);

#endif
