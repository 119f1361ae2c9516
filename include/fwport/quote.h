/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strangers' strings made fit for one line of a record, or of a shell. What comes out is UTF-8 without control characters, so
 * that it fits a log, a terminal and JSON.
 */
#ifndef FWPORT_QUOTE_H
#define FWPORT_QUOTE_H

#include "fwport/text.h"

/* Control characters and broken UTF-8 as \x1b. What was escaped before stays as it is. */
void quote_line(struct text *text, const char *string);
/* As a shell would have to be given it: plain, 'in quotes', or $'\x1b' where it holds what quote_line would escape. */
void quote_word(struct text *text, const char *word);

#endif
