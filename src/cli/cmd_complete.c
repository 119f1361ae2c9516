/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwport __complete -- WORD...: what the completions of shells ask for.
 */
#include "candidates.h"
#include "commands.h"

static int run(const struct request *request, const struct output *output, struct error *err)
{
	CLEANUP(text_free) struct text text = {0};
	CLEANUP(pool_free) struct pool pool = {0};
	struct cursor cursor;

	if (cursor_place(request->operands, request->operand_count, &pool, &cursor, err) < 0)
		return -1;
	candidates_for(&cursor, &text);
	if (text.failed)
		return error_memory(err);
	fputs(text_string(&text), output->out);
	return 0;
}

static const struct example examples[] = {
	{"fwport __complete -- open htt", "tells what \"fwport open htt\" may become"},
	{0},
};

const struct command command_complete = {
	.name = "__complete",
	.operands = "-- WORD...",
	.operands_max = OPERAND_LIMIT,
	.completes = COMPLETES_NOTHING,
	.summary = "tell a shell what its user may type next",
	.description = "The words are a command line behind its first word, up to the cursor. Each line is a "
		       "candidate for the "
		       "last of them: the word, a tab, and what it is. A line that begins with a tab asks "
		       "for names of "
		       "files. What needs root is left out without it.",
	.examples = examples,
	.hidden = true,
	.run = run,
};
