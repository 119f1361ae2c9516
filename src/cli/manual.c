/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes pages of the manual from the tables. Knows how they are laid out; what they say stands in the registry, the cmd_*.c and
 * the prose.
 */
#include "config.h"

#include "manual.h"
#include "mdoc.h"

#include <string.h>

static void add_option(const struct option_def *option, struct text *out)
{
	text_add(out, ".It ");
	if (option->letter)
		text_add(out, "Fl %c , ", option->letter);
	text_add(out, "Fl \\-");
	mdoc_literal(option->name, out);
	if (option->value) {
		text_add(out, option->kind == OPTION_OPTIONAL ? " Ns Op No = Ns " : " ");
		mdoc_syntax(option->value, out);
	}
	text_add(out, "\n");
	mdoc_sentence(option->help, out);
}

static void add_options(const struct option_def *const *groups, struct text *out)
{
	text_add(out, ".Bl -tag -width Ds -compact\n");
	for (; *groups; groups++)
		for (const struct option_def *option = *groups; option->name; option++)
			add_option(option, out);
	text_add(out, ".El\n");
}

static void add_synopsis(const struct command *command, struct text *out)
{
	text_add(out, ".Nm fwport\n.Cm %s\n.Op Ar option No ...\n", command->name);
	if (*command->operands) {
		text_add(out, ".");
		mdoc_syntax(command->operands, out);
		text_add(out, "\n");
	}
}

static void write_synopsis(const struct command *command, struct text *out)
{
	add_synopsis(command, out);
}

static void write_description(const struct command *command, struct text *out)
{
	mdoc_prose(command->description, out);
}

static void write_options(const struct command *command, struct text *out)
{
	if (command->options)
		add_options(command->options, out);
}

static void write_examples(const struct command *command, struct text *out)
{
	for (const struct example *example = command->examples; example->line; example++) {
		text_add(out, ".It Ic ");
		mdoc_literal(example->line, out);
		text_add(out, "\n");
		mdoc_sentence(example->says, out);
	}
}

/* What another page explains is no more than named. */
static void write_command(const struct command *command, struct text *out)
{
	text_add(out, ".Ss %s\n", command->name);
	add_synopsis(command, out);
	text_add(out, ".Pp\n");
	mdoc_sentence(command->summary, out);
	if (command->page) {
		text_add(out, "See\n.Xr %s 8 .\n", command->page);
		return;
	}
	text_add(out, ".Pp\n");
	write_description(command, out);
	write_options(command, out);
}

static void write_globals(const struct command *command, struct text *out)
{
	const struct option_def *const groups[] = {global_options, NULL};

	(void)command;
	add_options(groups, out);
}

static void write_statuses(const struct command *command, struct text *out)
{
	(void)command;
	text_add(out, ".Bl -tag -width Ds -compact\n");
	for (const struct exit_status *at = exit_statuses; at->says; at++) {
		text_add(out, ".It %d\n", at->status);
		mdoc_prose(at->says, out);
	}
	text_add(out, ".El\n");
}

/* What a line "@NAME COMMAND" stands for. Without a command it is written for each, or once if it is about none. */
static const struct part {
	const char *name;
	void (*write)(const struct command *command, struct text *out);
	bool once;
} parts[] = {
	{"synopsis", write_synopsis, false}, {"description", write_description, false},
	{"options", write_options, false},   {"examples", write_examples, false},
	{"commands", write_command, false},  {"globals", write_globals, true},
	{"statuses", write_statuses, true},
};

static void write_part(const struct part *part, const struct command *command, struct text *out)
{
	if (command || part->once) {
		part->write(command, out);
		return;
	}
	for (const struct command *const *at = commands; *at; at++)
		if (!(*at)->hidden)
			part->write(*at, out);
}

static const struct part *part_find(const char *name)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strcmp(parts[i].name, name) == 0)
			return &parts[i];
	return NULL;
}

/* The line behind its "@", which is no longer than a name and a command. */
static int expand(const char *line, size_t length, struct place place, struct text *out, struct error *err)
{
	char name[64], *word;
	const struct command *command = NULL;
	const struct part *part;

	if (length >= sizeof(name))
		return error_at(err, place, "a line that begins with @ is longer than a name and a command");
	memcpy(name, line, length);
	name[length] = '\0';
	word = strchr(name, ' ');
	if (word)
		*word++ = '\0';
	part = part_find(name);
	if (!part)
		return error_at(err, place, "@%s stands for nothing", name);
	if (word)
		command = command_find(word);
	if (word && !command)
		return error_at(err, place, "there is no command \"%s\"", word);
	write_part(part, command, out);
	return 0;
}

int manual_page(const char *prose, const char *name, struct text *out, struct error *err)
{
	struct place place = {.file = name, .line = 1};

	for (; *prose; place.line++) {
		size_t length = strcspn(prose, "\n");

		if (*prose != '@')
			text_add(out, "%.*s\n", (int)length, prose);
		else if (expand(prose + 1, length - 1, place, out, err) < 0)
			return -1;
		prose += length + (prose[length] == '\n');
	}
	return out->failed ? error_memory(err) : 0;
}
