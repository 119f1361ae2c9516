/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes help from the tables. Knows how it is laid out; what it says stands in the registry and the cmd_*.c.
 */
#include "config.h"

#include "help.h"

#include <string.h>

enum { HELP_WIDTH = 80, HELP_COLUMN = 26 };

/* Writes the words of one paragraph, up to an empty line or the end, and returns what is behind it. */
static const char *fill_paragraph(const char *words, struct text *out)
{
	size_t column = 0;

	while (*words && *words != '\n') {
		size_t length = strcspn(words, " \n");

		if (column && column + 1 + length > HELP_WIDTH) {
			text_add(out, "\n");
			column = 0;
		}
		text_add(out, "%s%.*s", column ? " " : "", (int)length, words);
		column += length + (column ? 1 : 0);
		words += length;
		if (*words)
			words++;
	}
	text_add(out, "\n");
	return words + strspn(words, "\n");
}

static void add_paragraphs(const char *paragraphs, struct text *out)
{
	while (*paragraphs) {
		paragraphs = fill_paragraph(paragraphs, out);
		text_add(out, "\n");
	}
}

static void add_option(const struct option_def *option, struct text *out)
{
	CLEANUP(text_free) struct text left = {0};

	if (option->letter)
		text_add(&left, "  -%c, --%s", option->letter, option->name);
	else
		text_add(&left, "      --%s", option->name);
	if (option->value)
		text_add(&left, option->kind == OPTION_OPTIONAL ? "[=%s]" : " %s", option->value);
	if (left.length + 2 > HELP_COLUMN)
		text_add(out, "%s\n%*s%s\n", text_string(&left), HELP_COLUMN, "", option->help);
	else
		text_add(out, "%-*s%s\n", HELP_COLUMN, text_string(&left), option->help);
}

static void add_options(const struct option_def *group, struct text *out)
{
	for (; group->name; group++)
		add_option(group, out);
}

static void add_exit_statuses(struct text *out)
{
	CLEANUP(text_free) struct text words = {0};

	text_add(&words, "Exit status:");
	for (const struct exit_status *at = exit_statuses; at->says; at++)
		text_add(&words, "%s %d %s", at == exit_statuses ? "" : ";", at->status, at->says);
	text_add(&words, ".");
	fill_paragraph(text_string(&words), out);
}

void help_overview(struct text *out)
{
	add_paragraphs(
		"fwport opens ports of this host's firewall and proves from the live ruleset that they are "
		"open, or names the rule that blocks.",
		out);
	text_add(out, "Usage: fwport COMMAND [OPTION]... [OPERAND]...\n\n"
		      "Commands:\n");
	for (const struct command *const *at = commands; *at; at++)
		if (!(*at)->hidden)
			text_add(out, "  %-10s%s\n", (*at)->name, (*at)->summary);
	text_add(out, "\nOptions of every command:\n");
	add_options(global_options, out);
	text_add(out, "\n");
	add_exit_statuses(out);
	text_add(out, "\nfwport help COMMAND tells more.\n");
}

static void add_examples(const struct example *example, struct text *out)
{
	text_add(out, "\nExamples:\n");
	for (; example->line; example++)
		text_add(out, "  %s\n      %s\n", example->line, example->says);
}

void help_command(const struct command *command, struct text *out)
{
	text_add(out, "fwport %s: %s\n\n", command->name, command->summary);
	text_add(out, "Usage: fwport %s [OPTION]...%s%s\n\n", command->name, *command->operands ? " " : "",
		 command->operands);
	add_paragraphs(command->description, out);
	text_add(out, "Options:\n");
	for (const struct option_def *const *group = command->options; group && *group; group++)
		add_options(*group, out);
	add_options(global_options, out);
	if (command->examples && command->examples->line)
		add_examples(command->examples, out);
}

void help_version(struct text *out)
{
	text_add(out, "fwport " PACKAGE_VERSION "\n"
		      "License GPLv2+: GNU GPL version 2 or later <https://www.gnu.org/licenses/>.\n"
		      "This is free software: you are free to change and redistribute it.\n"
		      "There is NO WARRANTY, to the extent permitted by law.\n");
}
