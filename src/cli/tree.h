/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines that belong below each other: on a terminal a tree, elsewhere lines that are indented, printed as they come.
 */
#ifndef FWPORT_TREE_H
#define FWPORT_TREE_H

#include "command.h"

struct branch {
	unsigned depth; /* 0: the root */
	const char *text;
	bool whole; /* a command, to be copied */
};

struct tree {
	const struct output *output;
	struct pool pool;
	unsigned
		below; /* how much deeper what is added stands where it is drawn: below a branch of its own */
	struct branch *branches;
	size_t count;
	bool failed;
};

/* Whether it is drawn: what stands in another line then, and what need not be said. */
bool tree_is_drawn(const struct tree *tree);
void tree_add(struct tree *tree, unsigned depth, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* A line with an answer in it, which is marked. */
void tree_add_marked(struct tree *tree, unsigned depth, const char *before, enum mark mark, const char *word,
		     const char *behind);
/* "fix: " and a command. */
void tree_add_command(struct tree *tree, unsigned depth, const char *what, const char *command);
/* Of trees that are drawn: whether their lines are the same, and all lines of another behind one's own. */
bool tree_equal(const struct tree *a, const struct tree *b);
void tree_join(struct tree *tree, const struct tree *more);
/* Draws what was kept, and begins anew. */
void tree_draw(struct tree *tree);
void tree_free(struct tree *tree);

#endif
