/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of commands, and the options that several of them share. Parsing, help and everything generated start here.
 */
#include "commands.h"

#include "fwport/text.h"

#include <stddef.h>
#include <string.h>

static const char *const backend_words[] = {"auto", "nft", "iptables", NULL};
static const char *const via_words[] = {"auto", "guest", "ufw", "firewalld", NULL};
static const char *const color_words[] = {"auto", "always", "never", NULL};

const struct option_def global_options[] = {
	{
		.name = "backend",
		.kind = OPTION_VALUE,
		.value = "auto|nft|iptables",
		.help = "which packet filter holds our own rules",
		.at = offsetof(struct request, backend),
		.completes = COMPLETES_WORD,
		.words = backend_words,
	},
	{
		.name = "json",
		.help = "print JSON, one object per line, errors too",
		.at = offsetof(struct request, json),
	},
	{
		.name = "quiet",
		.letter = 'q',
		.help = "print nothing but errors",
		.at = offsetof(struct request, quiet),
	},
	{
		.name = "verbose",
		.letter = 'v',
		.help = "print more: each step, each chain",
		.at = offsetof(struct request, verbose),
	},
	{
		.name = "color",
		.kind = OPTION_VALUE,
		.value = "auto|always|never",
		.help = "colour the output; auto: on a terminal without NO_COLOR",
		.at = offsetof(struct request, color),
		.completes = COMPLETES_WORD,
		.words = color_words,
	},
	{
		.name = "help",
		.letter = 'h',
		.help = "print help and exit",
		.at = offsetof(struct request, help),
	},
	{
		.name = "version",
		.help = "print the version and the licence and exit",
		.at = offsetof(struct request, version),
	},
	{0},
};

const struct option_def direction_options[] = {
	{
		.name = "in",
		.help = "connections that come to this host (this is the default)",
		.at = offsetof(struct request, in),
	},
	{
		.name = "out",
		.help = "connections that this host makes",
		.at = offsetof(struct request, out),
	},
	{0},
};

const struct option_def scope_options[] = {
	{
		.name = "from",
		.kind = OPTION_VALUE,
		.value = "PREFIX,..",
		.help = "only from these source addresses",
		.at = offsetof(struct request, from),
	},
	{
		.name = "to",
		.kind = OPTION_VALUE,
		.value = "PREFIX,..",
		.help = "only to these destination addresses",
		.at = offsetof(struct request, to),
	},
	{
		.name = "iface",
		.kind = OPTION_VALUE,
		.value = "NAME",
		.help = "only through this network interface",
		.at = offsetof(struct request, iface),
		.completes = COMPLETES_INTERFACE,
	},
	{0},
};

const struct option_def family_options[] = {
	{
		.name = "ipv4",
		.letter = '4',
		.help = "only IPv4",
		.at = offsetof(struct request, ipv4),
	},
	{
		.name = "ipv6",
		.letter = '6',
		.help = "only IPv6",
		.at = offsetof(struct request, ipv6),
	},
	{0},
};

const struct option_def dry_run_options[] = {
	{
		.name = "dry-run",
		.help = "print the steps and change nothing; exit 0 nothing to do, 1 something",
		.at = offsetof(struct request, dry_run),
	},
	{0},
};

const struct option_def runtime_options[] = {
	{
		.name = "runtime",
		.help = "until the next boot only: what is saved stays as it is",
		.at = offsetof(struct request, runtime),
	},
	{0},
};

const struct option_def via_options[] = {
	{
		.name = "via",
		.kind = OPTION_VALUE,
		.value = "auto|guest|ufw|firewalld",
		.help = "by whose rules; auto: ours, or firewalld's where none of ours can stand",
		.at = offsetof(struct request, via),
		.completes = COMPLETES_WORD,
		.words = via_words,
	},
	{0},
};

const struct option_def confirm_options[] = {
	{
		.name = "confirm",
		.kind = OPTION_OPTIONAL,
		.value = "SECONDS",
		.otherwise = "60",
		.help = "roll it back unless \"fwport confirm\" comes in time, 60 s if not said",
		.at = offsetof(struct request, confirm),
	},
	{
		.name = "no-confirm",
		.help = "it is for good, also when it takes something away and you came by ssh",
		.at = offsetof(struct request, no_confirm),
	},
	{0},
};

const struct option_def reason_options[] = {
	{
		.name = "reason",
		.kind = OPTION_VALUE,
		.value = "TEXT",
		.help = "why, kept with the opening and in the history",
		.at = offsetof(struct request, reason),
	},
	{0},
};

const struct option_def offline_options[] = {
	{
		.name = "offline",
		.help = "for an image that does not run: record it, its boot does it",
		.at = offsetof(struct request, offline),
	},
	{0},
};

const struct option_def accept_options[] = {
	{
		.name = "force",
		.help = "do it though it would lock you out, or stop another opening",
		.at = offsetof(struct request, force),
	},
	{
		.name = "accept-conditions",
		.help = "keep a change that opens the port only under conditions",
		.at = offsetof(struct request, accept_conditions),
	},
	{
		.name = "accept-unknown",
		.help = "keep a change that cannot be proved",
		.at = offsetof(struct request, accept_unknown),
	},
	{
		.name = "override",
		.help = "go past a rule that denies this very port",
		.at = offsetof(struct request, override),
	},
	{0},
};

const struct exit_status exit_statuses[] = {
	{0, "done, already so, or yes"},
	{1, "no"},
	{2, "usage"},
	{3, "bad input file"},
	{4, "system or permission"},
	{5, "the ruleset kept changing or is locked"},
	{6, "still blocked, nothing changed"},
	{7, "refused by the lock-out guard"},
	{10, "it depends"},
	{11, "unknown"},
	{0},
};

const struct command *const commands[] = {
	&command_open, /* in the order of --help */
	&command_close,
	&command_apply,
	&command_plan,
	&command_policy,
	&command_confirm,
	&command_rollback,
	&command_history,
	&command_save,
	&command_restore,
	&command_watch,
	&command_status,
	&command_why,
	&command_check,
	&command_services,
	&command_profiles,
	&command_help,
	&command_complete, /* hidden */
	NULL,
};

const struct command *command_find(const char *name)
{
	for (const struct command *const *at = commands; *at; at++)
		if (strcmp((*at)->name, name) == 0)
			return *at;
	return NULL;
}

int command_unknown(const char *name, const char *before, struct error *err)
{
	const char *names[sizeof(commands) / sizeof(commands[0])], *nearest;
	size_t count = 0;

	for (const struct command *const *at = commands; *at; at++)
		if (!(*at)->hidden)
			names[count++] = (*at)->name;
	nearest = text_nearest(name, names, count);
	error_set(err, ERROR_USAGE, "unknown command \"%s\"", name);
	if (nearest)
		return error_hint(err, "did you mean %s %s?", before, nearest);
	return error_hint(err, "fwport --help lists the commands");
}

static bool option_is(const struct option_def *option, const char *name, size_t length, char letter)
{
	if (!name)
		return option->letter == letter;
	return strlen(option->name) == length && memcmp(option->name, name, length) == 0;
}

const struct option_def *option_find(const struct command *command, const char *name, size_t length,
				     char letter)
{
	const struct option_def *const *group = command ? command->options : NULL;
	const struct option_def *option;

	for (; group && *group; group++)
		for (option = *group; option->name; option++)
			if (option_is(option, name, length, letter))
				return option;
	for (option = global_options; option->name; option++)
		if (option_is(option, name, length, letter))
			return option;
	return NULL;
}
