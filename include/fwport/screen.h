/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where text for people goes to. On a terminal long lines are folded at its width, words may be in colour, and there are ticks and
 * lines where its letters have them; a file and a pipe get whole lines of plain text.
 */
#ifndef FWPORT_SCREEN_H
#define FWPORT_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct screen {
	size_t columns; /* 0: no terminal, nothing is folded */
	bool color;
	bool letters; /* UTF-8, and a terminal that is not dumb */
};

/* Of a file descriptor. `when` is --color: "always", "never", and "auto" or NULL for a terminal without NO_COLOR. */
struct screen screen_of(int fd, const char *when);

/*
 * A stream that folds what is written to `to` between words, with the next lines a little further in, and before them the lines of
 * a tree again. NULL when memory is short. What is not a whole line yet comes out when it is closed; `to` stays open.
 */
FILE *screen_open(FILE *to, size_t columns);

/* First in a line that is to be copied whole, such as a command: it is left to the terminal. On a screen only. */
#define SCREEN_WHOLE "\v"

/* What stands for an answer beside its word, "" where there are no such letters; never instead of the word. */
enum mark { MARK_NONE, MARK_GOOD, MARK_BAD, MARK_DOUBT };
const char *screen_sign(const struct screen *screen, enum mark mark); /* with a blank behind it */
const char *screen_color(const struct screen *screen, enum mark mark);
const char *screen_plain(const struct screen *screen); /* behind screen_color */
/* A line that begins with a sign of its own, as "+" and "-" are; control characters are escaped. */
void screen_line(FILE *out, const struct screen *screen, enum mark mark, const char *line);

#endif
