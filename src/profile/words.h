/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A value cut into words: comma-separated lists, and `option=` before some of them. Each word has its place and says
 * what ended it.
 */
#ifndef PROFILE_WORDS_H
#define PROFILE_WORDS_H

#include "ini.h"

#include <stdbool.h>

enum { WORD_LIMIT = 64 }; /* characters; longer is no port, prefix, interface or name */

struct word {
	const char *text;
	struct place at;
	char end; /* ',' when the list goes on, '=' behind an option, ' ' otherwise */
};

struct words {
	char *next;
	const char *start;
	struct place at;
};

void words_open(struct words *words, const struct ini_line *line);
bool words_left(const struct words *words);
/* Only while words are left, as they are in a fresh value and behind a ',' or '='. */
int word_next(struct words *words, struct word *out, struct error *err);
/* The same for a member of a list, where an option is out of place; `what` the list holds, for the sentence. */
int word_member(struct words *words, const char *what, struct word *out, struct error *err);
/* What goes before the `which`-th of so many in a sentence: nothing, a comma or "and". */
const char *words_joint(size_t which, size_t count);
/* -1: `what` the word should have been, which words are allowed, and the nearest as a hint. */
int word_unknown(const struct word *word, const char *what, const char *const *allowed, size_t count,
		 struct error *err);

#endif
