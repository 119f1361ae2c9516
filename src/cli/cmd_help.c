/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwport help [COMMAND].
 */
#include "commands.h"
#include "help.h"
#include "print.h"

static int run(const struct request *request, const struct output *output, struct error *err)
{
	const struct command *command = NULL;

	if (request->operand_count)
		command = command_find(request->operands[0]);
	if (request->operand_count && !command)
		return command_unknown(request->operands[0], "fwport help", err);
	return print_help(output, command, err);
}

static const struct example examples[] = {
	{"fwport help", "lists the commands"},
	{"fwport help open", "tells what open does, with its options"},
	{0},
};

const struct command command_help = {
	.name = "help",
	.operands = "[COMMAND]",
	.operands_max = 1,
	.completes = COMPLETES_COMMAND,
	.summary = "tell about fwport or one of its commands",
	.description = "Without an operand the commands are listed, with one this command is explained.",
	.examples = examples,
	.run = run,
};
