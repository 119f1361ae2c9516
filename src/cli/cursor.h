/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command line that is being typed, and what may stand where its cursor is. Read by the rules of arguments.h, but nothing is
 * refused: what is wrong so far may yet be mended.
 */
#ifndef FWPORT_CURSOR_H
#define FWPORT_CURSOR_H

#include "command.h"

enum { CURSOR_OPTIONS_LIMIT = 64 };

struct cursor {
	const struct command *command; /* NULL: it has not been named */
	bool lost;                     /* what was named is no command */
	bool only_operands;            /* behind "--" */
	const char *const *operands;
	size_t operand_count;
	const struct option_def *given[CURSOR_OPTIONS_LIMIT];
	size_t given_count;
	const struct option_def *option; /* the word is its value; NULL: it is a word of its own */
	const char *word;                /* as far as it has been typed; a value without the "--NAME=" */
	const char *before;              /* that "--NAME=", or "" */
};

/* The last of the words is the one that is being typed. */
int cursor_place(const char *const *words, size_t count, struct pool *pool, struct cursor *out,
		 struct error *err);
bool cursor_has_option(const struct cursor *cursor, const struct option_def *option);

#endif
