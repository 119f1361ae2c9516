/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of the manual: what the registry knows, put into the prose that it cannot know. The prose is an mdoc(7) page
 * (src/man/NAME.8.in) in which lines such as "@options check" stand for what the registry says.
 */
#ifndef FWPORT_MANUAL_H
#define FWPORT_MANUAL_H

#include "command.h"
#include "fwport/text.h"

/* The page; ERROR_FILE, with the line, for an "@" that stands for nothing. `name` is for that message. */
int manual_page(const char *prose, const char *name, struct text *out, struct error *err);

#endif
