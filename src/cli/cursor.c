/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds out where on a command line the cursor is. Knows how options, values and operands follow each other; what may be put there
 * is not known here.
 */
#include "cursor.h"

#include <string.h>

struct walk {
	struct cursor *cursor;
	const char **operands;
};

static void add_given(struct cursor *cursor, const struct option_def *option)
{
	if (option && cursor->given_count < CURSOR_OPTIONS_LIMIT)
		cursor->given[cursor->given_count++] = option;
}

static const struct option_def *find_long(const struct cursor *cursor, const char *name)
{
	return option_find(cursor->command, name, strcspn(name, "="), 0);
}

static void take_long(struct cursor *cursor, const char *name)
{
	const struct option_def *option = find_long(cursor, name);

	add_given(cursor, option);
	if (option && option->kind == OPTION_VALUE && !strchr(name, '='))
		cursor->option = option;
}

static void take_letters(struct cursor *cursor, const char *letters)
{
	for (; *letters; letters++) {
		const struct option_def *option = option_find(cursor->command, NULL, 0, *letters);

		add_given(cursor, option);
		if (option && option->kind == OPTION_VALUE && !letters[1])
			cursor->option = option;
		if (option && option->kind != OPTION_FLAG)
			return;
	}
}

static void take_operand(struct walk *walk, const char *word)
{
	struct cursor *cursor = walk->cursor;

	if (cursor->command || cursor->lost) {
		walk->operands[cursor->operand_count++] = word;
		return;
	}
	cursor->command = command_find(word);
	cursor->lost = !cursor->command;
}

static bool is_option(const struct cursor *cursor, const char *word)
{
	return !cursor->only_operands && word[0] == '-' && word[1];
}

static void take_word(struct walk *walk, const char *word)
{
	struct cursor *cursor = walk->cursor;

	if (cursor->option)
		cursor->option = NULL; /* this was its value */
	else if (!is_option(cursor, word))
		take_operand(walk, word);
	else if (strcmp(word, "--") == 0)
		cursor->only_operands = true;
	else if (word[1] == '-')
		take_long(cursor, word + 2);
	else
		take_letters(cursor, word + 1);
}

/* "--NAME=VALUE": the value is what is being typed. */
static int take_last(struct cursor *cursor, const char *word, struct pool *pool, struct error *err)
{
	const char *equals = strchr(word, '=');
	const struct option_def *option;
	char *before;

	cursor->word = word;
	cursor->before = "";
	if (cursor->option || !is_option(cursor, word) || word[1] != '-' || !equals)
		return 0;
	option = find_long(cursor, word + 2);
	if (!option || option->kind == OPTION_FLAG)
		return 0;
	before = pool_text(pool, word);
	if (!before)
		return error_memory(err);
	before[equals + 1 - word] = '\0';
	cursor->option = option;
	cursor->word = equals + 1;
	cursor->before = before;
	return 0;
}

int cursor_place(const char *const *words, size_t count, struct pool *pool, struct cursor *out,
		 struct error *err)
{
	struct walk walk = {.cursor = out,
			    .operands = pool_alloc(pool, (count + 1) * sizeof(*walk.operands))};

	*out = (struct cursor){.operands = walk.operands, .word = "", .before = ""};
	if (!walk.operands)
		return error_memory(err);
	for (size_t i = 0; i + 1 < count; i++)
		take_word(&walk, words[i]);
	return count ? take_last(out, words[count - 1], pool, err) : 0;
}

bool cursor_has_option(const struct cursor *cursor, const struct option_def *option)
{
	for (size_t i = 0; i < cursor->given_count; i++)
		if (cursor->given[i] == option)
			return true;
	return false;
}
