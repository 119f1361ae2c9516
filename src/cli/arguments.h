/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From words to a request, by the tables of the registry alone.
 */
#ifndef FWPORT_ARGUMENTS_H
#define FWPORT_ARGUMENTS_H

#include "command.h"

/*
 * `words` are those behind the program's name. `operands` has room for all of them and outlives the request. *command is
 * NULL when only global options were given (--help, --version), and known of a line that is wrong behind it. Operands are
 * counted here, unless help is asked for.
 */
int arguments_parse(const char *const *words, size_t count, const char **operands, struct request *request,
		    const struct command **command, struct error *err);
/* Whether --json stands among the words: asked when they do not parse. */
bool arguments_want_json(const char *const *words, size_t count);

#endif
