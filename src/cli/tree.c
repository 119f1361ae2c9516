/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a line is the last of its branch is known when the next ones are, so that a tree is kept until it is whole.
 */
#include "config.h"

#include "tree.h"

#include "fwport/plain.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Where there are no lines to be seen. */
static const int indents[] = {0, 2, 4, 17};
enum { INDENTS = sizeof(indents) / sizeof(indents[0]) };

struct rails {
	const char *branch, *last, *along, *empty;
};

static const struct rails drawn = {"├─ ", "└─ ", "│  ", "   "};
static const struct rails typed = {"|- ", "`- ", "|  ", "   "};

bool tree_is_drawn(const struct tree *tree)
{
	return tree->output->screen.columns > 0;
}

static void keep(struct tree *tree, unsigned depth, const char *text, bool whole)
{
	struct branch *grown = pool_grow(&tree->pool, tree->branches, tree->count, sizeof(*grown));
	const char *copy = pool_text(&tree->pool, text);

	if (!grown || !copy) {
		tree->failed = true;
		return;
	}
	tree->branches = grown;
	grown[tree->count++] = (struct branch){depth, copy, whole};
}

static void add(struct tree *tree, unsigned depth, const struct text *line, bool whole)
{
	if (line->failed)
		tree->failed = true;
	else if (tree_is_drawn(tree))
		keep(tree, depth + tree->below, text_string(line), whole);
	else
		fprintf(tree->output->out, "%*s%s\n", indents[depth < INDENTS ? depth : INDENTS - 1], "",
			text_string(line));
}

void tree_add(struct tree *tree, unsigned depth, const char *format, ...)
{
	CLEANUP(text_free) struct text line = {0};
	char *raw = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&raw, format, args) < 0)
		raw = NULL;
	va_end(args);
	if (raw)
		plain_add(&line, raw);
	line.failed |= !raw;
	free(raw);
	add(tree, depth, &line, false);
}

void tree_add_marked(struct tree *tree, unsigned depth, const char *before, enum mark mark, const char *word,
		     const char *behind)
{
	const struct screen *screen = &tree->output->screen;
	CLEANUP(text_free) struct text line = {0};

	plain_add(&line, before);
	text_add(&line, "%s%s", screen_color(screen, mark), screen_sign(screen, mark));
	plain_add(&line, word);
	text_add(&line, "%s", mark == MARK_NONE ? "" : screen_plain(screen));
	plain_add(&line, behind);
	add(tree, depth, &line, false);
}

void tree_add_command(struct tree *tree, unsigned depth, const char *what, const char *command)
{
	CLEANUP(text_free) struct text line = {0};

	text_add(&line, "%s: ", what);
	plain_add(&line, command);
	add(tree, depth, &line, true);
}

bool tree_equal(const struct tree *a, const struct tree *b)
{
	if (a->count != b->count || a->failed || b->failed)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->branches[i].depth != b->branches[i].depth ||
		    strcmp(a->branches[i].text, b->branches[i].text) != 0)
			return false;
	return true;
}

void tree_join(struct tree *tree, const struct tree *more)
{
	tree->failed |= more->failed;
	for (size_t i = 0; i < more->count; i++)
		keep(tree, more->branches[i].depth, more->branches[i].text, more->branches[i].whole);
}

/* Whether another line of this depth follows before its branch ends. */
static bool goes_on(const struct tree *tree, size_t at, unsigned depth)
{
	for (size_t i = at + 1; i < tree->count && tree->branches[i].depth >= depth; i++)
		if (tree->branches[i].depth == depth)
			return true;
	return false;
}

static void draw_branch(const struct tree *tree, size_t at)
{
	const struct rails *rails = tree->output->screen.letters ? &drawn : &typed;
	const struct branch *branch = &tree->branches[at];
	FILE *out = tree->output->out;

	if (branch->whole)
		fputs(SCREEN_WHOLE, out);
	for (unsigned depth = 1; depth < branch->depth; depth++)
		fputs(goes_on(tree, at, depth) ? rails->along : rails->empty, out);
	if (branch->depth)
		fputs(goes_on(tree, at, branch->depth) ? rails->branch : rails->last, out);
	fprintf(out, "%s\n", branch->text);
}

void tree_draw(struct tree *tree)
{
	for (size_t i = 0; i < tree->count; i++)
		draw_branch(tree, i);
	if (tree->failed)
		plain_line(tree->output->err, "fwport: out of memory for what was to be said here");
	tree->count = 0;
	tree->branches = NULL;
	pool_free(&tree->pool);
}

void tree_free(struct tree *tree)
{
	pool_free(&tree->pool);
}
