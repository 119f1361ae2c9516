/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command registry: the one source of parsing, --help, the manual and the completions. Each cmd_*.c ends with a const
 * struct command; registry.c lists them once.
 */
#ifndef FWPORT_COMMAND_H
#define FWPORT_COMMAND_H

#include "fwport/change.h"
#include "fwport/error.h"
#include "fwport/pool.h"
#include "fwport/screen.h"

#include <stdio.h>
#include <sys/types.h>

enum { OPERAND_LIMIT = 4096 };

/* fwport-check, while it runs. */
struct checker {
	pid_t pid;
	int socket; /* the questions that it asks */
};

/* Everything the command line can say, filled by the options' tables. */
struct request {
	const char *const *words; /* all of it, as typed */
	size_t word_count;
	const char *const *operands;
	size_t operand_count;
	bool in, out;
	const char *from, *to; /* comma-separated prefixes */
	const char *iface;
	bool ipv4, ipv6;
	const char *reason;
	const char *lifetime; /* --for */
	const char *via;
	const char *confirm; /* seconds */
	bool no_confirm, overdue;
	bool dry_run, runtime, force, accept_conditions, accept_unknown, override;
	bool boot, enable, expired, once, offline;
	bool all;          /* close */
	const char *list;  /* a file that says what is wanted, "-": stdin */
	const char *print; /* in whose language */
	bool json, quiet, verbose, help, version;
	const char *color;
	const char *backend;
	struct check_request {
		const char *timeout, *retries, *parallel, *watch; /* numbers */
		const char *stage, *file, *cafile, *cert, *key, *sni, *pin, *expect_issuer;
		const char *proxy, *try_proxy, *as_user, *baseline, *prometheus;
		bool audit, trace, nagios;
		const char *after; /* open: a target to check when it is done */
		struct checker checker;
	} check;
};

enum option_kind {
	OPTION_FLAG,     /* `at` is a bool */
	OPTION_VALUE,    /* `at` is a const char * */
	OPTION_OPTIONAL, /* likewise, but a value has to follow a "="; without one it is `otherwise` */
};

/* What a shell completes a value or an operand with. */
enum completes {
	COMPLETES_NOTHING,
	COMPLETES_COMMAND,
	COMPLETES_SERVICE,
	COMPLETES_PROFILE,
	COMPLETES_OPENING,
	COMPLETES_GENERATION,
	COMPLETES_INTERFACE,
	COMPLETES_WORD,
	COMPLETES_FILE
};

struct option_def {
	const char *name; /* "from": written --from */
	char letter;      /* '4': written -4; 0 none */
	enum option_kind kind;
	const char *value; /* "PREFIX,..": the placeholder; NULL for flags */
	const char *otherwise;
	const char *help; /* one line, lower case */
	size_t at;        /* offsetof(struct request, ...) */
	enum completes completes;
	const char *const *words; /* COMPLETES_WORD, and the only values allowed: NULL-terminated */
};

struct example {
	const char *line; /* "fwport open https --from 10.0.0.0/8" */
	const char *says; /* what it does */
};

/* What a status says that is the same for all commands. */
struct exit_status {
	int status;
	const char *says;
};

enum need { NEEDS_NOTHING = 0, NEEDS_ROOT = 1 };

/* Where a command prints. Errors are main's. */
struct output {
	FILE *out, *err;
	bool json, quiet, verbose;
	struct screen screen, beside; /* of out, and of err */
};

struct command {
	const char *name;
	const char *operands; /* "SERVICE|PORT[-PORT][/PROTO]..." or "" */
	size_t operands_min, operands_max;
	enum completes completes;
	const char *const
		*words; /* the first operand is one of them; with COMPLETES_WORD each is. NULL-terminated */
	const char *summary;     /* one line for the list of commands */
	const char *description; /* paragraphs, an empty line between them, for --help and the manual */
	const struct option_def *const *options; /* groups, ends with NULL; each group ends with name NULL */
	const struct example *examples;          /* ends with line NULL */
	unsigned needs;
	bool hidden;      /* for programs: no list has it */
	const char *page; /* of section 8 of the manual, its own; NULL: fwport(8) tells all of it */
	/* What takes all rights, before they are given up; NULL: nothing does. */
	int (*start)(struct request *request, const struct output *output, struct error *err);
	/* The exit status, or -1 with *err filled. */
	int (*run)(const struct request *request, const struct output *output, struct error *err);
};

extern const struct command *const commands[];   /* ends with NULL */
extern const struct exit_status exit_statuses[]; /* ends with says NULL */
extern const struct option_def global_options[];
extern const struct option_def direction_options[]; /* --in --out */
extern const struct option_def scope_options[];     /* --from --to --iface */
extern const struct option_def family_options[];    /* -4 -6 */
extern const struct option_def dry_run_options[];   /* --dry-run */
extern const struct option_def reason_options[];    /* --reason */
extern const struct option_def runtime_options[];   /* --runtime */
extern const struct option_def via_options[];       /* --via */
extern const struct option_def confirm_options[];   /* --confirm --no-confirm */
extern const struct option_def offline_options[];   /* --offline */
extern const struct option_def accept_options[]; /* --force --accept-conditions --accept-unknown --override */
const struct command *command_find(const char *name);
/* An option by its name, or when that is NULL by its letter, among those the command takes; NULL: those that all take. */
const struct option_def *option_find(const struct command *command, const char *name, size_t length,
				     char letter);
/* ERROR_USAGE, with the nearest command behind the words `before` as a hint. */
int command_unknown(const char *name, const char *before, struct error *err);

#endif
