/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parses the command line: long options with = or a separate word (a value that may be left out needs the =), bundled letters,
 * "--". Knows no option and no command by name; the tables of the registry say what there is.
 */
#include "arguments.h"

#include "fwport/text.h"

#include <string.h>

enum { NAMES_LIMIT = 64 };

struct parser {
	const char *const *words;
	size_t count, next;
	const char **operands;
	struct request *request;
	const struct command *command;
	bool only_operands; /* behind "--" */
	struct error *err;
};

/* All names of one kind, to find the nearest to a mistyped one. */
struct names {
	const char *list[NAMES_LIMIT];
	size_t count;
};

static void names_add_group(struct names *names, const struct option_def *group)
{
	for (; group->name && names->count < NAMES_LIMIT; group++)
		names->list[names->count++] = group->name;
}

static const struct command *command_with(const char *name, size_t length, char letter)
{
	for (const struct command *const *at = commands; *at; at++)
		if (option_find(*at, name, length, letter))
			return *at;
	return NULL;
}

static int hint_nearest_option(struct parser *parser, const char *name)
{
	const struct option_def *const *group = parser->command ? parser->command->options : NULL;
	struct names names = {0};
	const char *nearest;

	for (; group && *group; group++)
		names_add_group(&names, *group);
	names_add_group(&names, global_options);
	nearest = text_nearest(name, names.list, names.count);
	if (nearest)
		return error_hint(parser->err, "did you mean --%s?", nearest);
	return error_hint(parser->err, "fwport %s%s--help lists the options",
			  parser->command ? parser->command->name : "", parser->command ? " " : "");
}

/* `written` is the option as typed, without a value. */
static int unknown_option(struct parser *parser, const char *written, const char *name, char letter)
{
	bool elsewhere = command_with(name, name ? strlen(name) : 0, letter);

	if (elsewhere && parser->command) {
		error_set(parser->err, ERROR_USAGE, "fwport %s does not take %s", parser->command->name,
			  written);
		return error_hint(parser->err, "fwport help %s", parser->command->name);
	}
	if (elsewhere) {
		error_set(parser->err, ERROR_USAGE, "%s stands before the command", written);
		return error_hint(parser->err, "put it behind: fwport COMMAND %s", written);
	}
	error_set(parser->err, ERROR_USAGE, "unknown option %s", written);
	return hint_nearest_option(parser, name ? name : "");
}

static int check_word(struct parser *parser, const struct option_def *option, const char *value)
{
	CLEANUP(text_free) struct text allowed = {0};

	if (!option->words)
		return 0;
	for (const char *const *word = option->words; *word; word++) {
		if (strcmp(*word, value) == 0)
			return 0;
		text_add(&allowed, "%s%s", allowed.length ? ", " : "", *word);
	}
	return error_set(parser->err, ERROR_USAGE, "--%s \"%s\" is not one of %s", option->name, value,
			 text_string(&allowed));
}

static int set_flag(struct parser *parser, const struct option_def *option)
{
	*(bool *)((char *)parser->request + option->at) = true;
	return 0;
}

static int set_value(struct parser *parser, const struct option_def *option, const char *value)
{
	const char **at = (const char **)((char *)parser->request + option->at);

	if (*at)
		return error_set(parser->err, ERROR_USAGE, "--%s is given twice, \"%s\" and \"%s\"",
				 option->name, *at, value);
	if (!*value)
		return error_set(parser->err, ERROR_USAGE, "--%s has an empty value, it takes %s",
				 option->name, option->value);
	if (check_word(parser, option, value) < 0)
		return -1;
	*at = value;
	return 0;
}

static int take_value(struct parser *parser, const struct option_def *option)
{
	if (parser->next == parser->count)
		return error_set(parser->err, ERROR_USAGE, "--%s needs a value: --%s %s", option->name,
				 option->name, option->value);
	return set_value(parser, option, parser->words[parser->next++]);
}

static int parse_long(struct parser *parser, const char *word)
{
	const char *name = word + 2, *equals = strchr(name, '=');
	size_t length = equals ? (size_t)(equals - name) : strlen(name);
	const struct option_def *option = option_find(parser->command, name, length, 0);
	CLEANUP(text_free) struct text bare = {0};

	if (!option) {
		text_add(&bare, "--%.*s", (int)length, name);
		if (bare.failed)
			return error_memory(parser->err);
		return unknown_option(parser, bare.bytes, bare.bytes + 2, 0);
	}
	if (option->kind == OPTION_OPTIONAL)
		return set_value(parser, option, equals ? equals + 1 : option->otherwise);
	if (option->kind == OPTION_VALUE)
		return equals ? set_value(parser, option, equals + 1) : take_value(parser, option);
	if (equals)
		return error_set(parser->err, ERROR_USAGE, "--%s takes no value, \"%s\" is too much",
				 option->name, equals + 1);
	return set_flag(parser, option);
}

/* -4q: each letter a flag; the first one with a value takes the rest of the word, or the next word. */
static int parse_letters(struct parser *parser, const char *word)
{
	for (const char *letter = word + 1; *letter; letter++) {
		const struct option_def *option = option_find(parser->command, NULL, 0, *letter);
		const char written[] = {'-', *letter, '\0'};

		if (!option)
			return unknown_option(parser, written, NULL, *letter);
		if (option->kind == OPTION_OPTIONAL)
			return set_value(parser, option, letter[1] ? letter + 1 : option->otherwise);
		if (option->kind == OPTION_VALUE)
			return letter[1] ? set_value(parser, option, letter + 1) : take_value(parser, option);
		set_flag(parser, option);
	}
	return 0;
}

/* The first word that is no option is the command, all others are its operands. */
static int parse_operand(struct parser *parser, const char *word)
{
	if (parser->command) {
		parser->operands[parser->request->operand_count++] = word;
		return 0;
	}
	parser->command = command_find(word);
	return parser->command ? 0 : command_unknown(word, "fwport", parser->err);
}

static int parse_word(struct parser *parser, const char *word)
{
	if (parser->only_operands || word[0] != '-' || !word[1])
		return parse_operand(parser, word);
	if (strcmp(word, "--") == 0) {
		parser->only_operands = true;
		return 0;
	}
	return word[1] == '-' ? parse_long(parser, word) : parse_letters(parser, word);
}

static int count_operands(struct parser *parser)
{
	const struct command *command = parser->command;
	const struct request *request = parser->request;

	if (!command || request->help || request->version)
		return 0;
	if (request->operand_count < command->operands_min) {
		error_set(parser->err, ERROR_USAGE, "fwport %s needs %s", command->name, command->operands);
		return error_hint(parser->err, "fwport help %s", command->name);
	}
	if (request->operand_count <= command->operands_max)
		return 0;
	if (command->operands_max == 0)
		return error_set(parser->err, ERROR_USAGE, "fwport %s takes no operands, \"%s\" is too much",
				 command->name, request->operands[0]);
	return error_set(parser->err, ERROR_USAGE,
			 "fwport %s takes at most %zu operand%s, \"%s\" is too much", command->name,
			 command->operands_max, command->operands_max == 1 ? "" : "s",
			 request->operands[command->operands_max]);
}

static int parse_words(struct parser *parser)
{
	while (parser->next < parser->count)
		if (parse_word(parser, parser->words[parser->next++]) < 0)
			return -1;
	return 0;
}

int arguments_parse(const char *const *words, size_t count, const char **operands, struct request *request,
		    const struct command **command, struct error *err)
{
	struct parser parser = {
		.words = words, .count = count, .operands = operands, .request = request, .err = err};
	int status;

	*request = (struct request){.words = words, .word_count = count, .operands = operands};
	status = parse_words(&parser);
	*command = parser.command;
	return status < 0 ? -1 : count_operands(&parser);
}

bool arguments_want_json(const char *const *words, size_t count)
{
	for (size_t i = 0; i < count && strcmp(words[i], "--") != 0; i++)
		if (strcmp(words[i], "--json") == 0 || strncmp(words[i], "--json=", strlen("--json=")) == 0)
			return true;
	return false;
}
