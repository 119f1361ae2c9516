/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints errors, help and the version, as text or as JSON.
 */
#include "print.h"

#include "fwport/json.h"
#include "fwport/plain.h"
#include "help.h"

#include <stdarg.h>
#include <string.h>

enum { NEXT_BYTES = 512 };

void print_complaint(const struct output *output, const char *text, const char *hint)
{
	if (output->json)
		return;
	plain_line(output->err, "fwport: %s", text);
	if (hint && *hint)
		plain_line(output->err, "fwport: hint: %s", hint);
}

void print_failure(const struct output *output, const struct command *command, const struct error *error)
{
	if (output->json)
		json_error(output->out, command ? command->name : NULL, error);
	else
		print_complaint(output, error->text, error->hint);
}

static int print_text(const struct output *output, const char *command, const struct text *text,
		      struct error *err)
{
	if (text->failed)
		return error_memory(err);
	if (output->json)
		return json_text(output->out, command, text_string(text), err);
	fputs(text_string(text), output->out);
	return 0;
}

int print_help(const struct output *output, const struct command *command, struct error *err)
{
	CLEANUP(text_free) struct text text = {0};

	if (command)
		help_command(command, &text);
	else
		help_overview(&text);
	return print_text(output, "help", &text, err);
}

int print_version(const struct output *output, struct error *err)
{
	CLEANUP(text_free) struct text text = {0};

	help_version(&text);
	return print_text(output, "version", &text, err);
}

void print_next(const struct output *output, const char *format, ...)
{
	char command[NEXT_BYTES];
	va_list args;
	int length;

	if (!output->screen.columns || output->quiet)
		return;
	va_start(args, format);
	length = vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	if (length < 0 || (size_t)length >= sizeof(command))
		return; /* nobody would read that */
	fputs(SCREEN_WHOLE, output->out);
	plain_line(output->out, "next: %s", command);
}

const char *print_inline(const struct output *output, const char *command)
{
	return output->screen.columns ? "" : command;
}

enum mark mark_of(enum verdict verdict)
{
	static const enum mark marks[] = {
		[ANSWER_OPEN] = MARK_GOOD,
		[ANSWER_DEPENDS] = MARK_DOUBT,
		[ANSWER_UNKNOWN] = MARK_DOUBT,
		[ANSWER_BLOCKED] = MARK_BAD,
	};

	return marks[verdict];
}

enum mark mark_of_state(const char *cell)
{
	if (strncmp(cell, "expired", strlen("expired")) == 0)
		return MARK_DOUBT;
	for (enum verdict verdict = ANSWER_OPEN; verdict <= ANSWER_BLOCKED; verdict++)
		if (strncmp(cell, verdict_word(verdict), strlen(verdict_word(verdict))) == 0)
			return mark_of(verdict);
	return MARK_NONE;
}
