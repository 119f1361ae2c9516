/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwport open, close and rollback: what is wanted, handed to the change, and its report printed.
 */
#include "change_command.h"
#include "checker.h"
#include "commands.h"
#include "operand.h"
#include "scope.h"

#include "fwport/check_target.h"
#include "fwport/lifetime.h"
#include "fwport/plain.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

static int check_asked(const struct request *request, struct error *err)
{
	const char *target = request->check.after, *problem = target ? check_target_problem(target) : NULL;

	if (problem)
		return error_set(err, ERROR_USAGE, "--check: \"%s\" %s", target, problem);
	if (!target || request->out)
		return 0;
	error_set(err, ERROR_USAGE, "--check looks from this host to outside, and only --out opens that way");
	return error_hint(err, "fwport open --out ... --check %s", target);
}

/* Lines that are to be known before the change. */
static void tell_aside(const struct output *output, struct text *aside)
{
	char *next = aside->bytes, *line;

	while (!output->json && !output->quiet && (line = strsep(&next, "\n")))
		plain_line(output->err, "fwport: %s", line);
}

static int change_ports(enum change_kind kind, const char *command, const struct request *request,
			const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(text_free) struct text aside = {0};
	struct change_request wanted = {.kind = kind, .all = request->all, .now = time(NULL)};
	int status;

	if (check_asked(request, err) < 0)
		return -1;
	if (request->lifetime && lifetime_parse(request->lifetime, &wanted.lifetime, err) < 0)
		return error_in(err, "--for");
	if (openings_from_request(request, wanted.now, &pool, &wanted.openings, &aside, err) < 0)
		return -1;
	if (kind == CHANGE_OPEN)
		tell_aside(output, &aside);
	status = change_command(command, request, output, &wanted, &pool, err);
	if (status != 0 || !request->check.after || request->dry_run)
		return status;
	return checker_after(&request->check.after, 1, request, output, err);
}

static int run_open(const struct request *request, const struct output *output, struct error *err)
{
	return change_ports(CHANGE_OPEN, "open", request, output, err);
}

/* All there are, or those that are named. */
static int close_asked(const struct request *request, struct error *err)
{
	const bool is_scoped = request->in || request->out || request->from || request->to ||
			       request->iface || request->ipv4 || request->ipv6;

	if (request->all && (request->operand_count || is_scoped || request->runtime))
		return error_set(err, ERROR_USAGE,
				 "--all closes everything, and for good: it takes no ports, no scope and no "
				 "--runtime");
	if (request->all || request->operand_count)
		return 0;
	error_set(err, ERROR_USAGE, "fwport close needs %s, or --all", command_close.operands);
	return error_hint(err, "fwport help close");
}

static int run_close(const struct request *request, const struct output *output, struct error *err)
{
	if (close_asked(request, err) < 0)
		return -1;
	return change_ports(CHANGE_CLOSE, "close", request, output, err);
}

static int run_rollback(const struct request *request, const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct change_request wanted = {
		.kind = CHANGE_ROLLBACK, .rollback.named = request->operand_count > 0, .now = time(NULL)};

	if (wanted.rollback.named &&
	    operand_generation(request->operands[0], &wanted.rollback.generation, err) < 0)
		return -1;
	return change_command("rollback", request, output, &wanted, &pool, err);
}

static const struct option_def lifetime_options[] = {
	{
		.name = "for",
		.kind = OPTION_VALUE,
		.value = "DURATION",
		.help = "only so long: 30s, 10m, 2h, 1d, 1h30m; then it closes by itself",
		.at = offsetof(struct request, lifetime),
	},
	{0},
};

static const struct option_def after_options[] = {
	{
		.name = "check",
		.kind = OPTION_VALUE,
		.value = "URL|HOST[:PORT]",
		.help = "with --out: then see whether this site is reachable, and if not, why",
		.at = offsetof(struct request, check.after),
	},
	{0},
};

static const struct option_def all_options[] = {
	{
		.name = "all",
		.help = "all openings, and the policy: nothing of fwport is left in the ruleset",
		.at = offsetof(struct request, all),
	},
	{0},
};

static const struct option_def *const open_options[] = {
	direction_options,
	scope_options,
	family_options,
	lifetime_options,
	via_options,
	reason_options,
	dry_run_options,
	runtime_options,
	offline_options,
	confirm_options,
	accept_options,
	after_options,
	NULL,
};

static const struct option_def *const close_options[] = {
	all_options,     direction_options, scope_options,   family_options, reason_options, dry_run_options,
	runtime_options, offline_options,   confirm_options, accept_options, NULL,
};

static const struct example open_examples[] = {
	{"fwport open https", "opens 443/tcp to anyone, IPv4 and IPv6"},
	{"fwport open 8443 --from 10.0.0.0/8,2001:db8::/32", "opens 8443/tcp to these networks alone"},
	{"fwport open 53/udp 53/tcp --out --to 192.0.2.53", "lets this host ask that name server"},
	{"fwport open https --out --check example.com", "lets this host ask HTTPS sites, and tries one"},
	{"fwport open 8443 --for 2h", "opens 8443/tcp until in two hours, when the kernel closes it"},
	{"fwport open 8000-8010/tcp -4 --dry-run", "shows what would be done for IPv4"},
	{"fwport open 8443 --via guest", "opens it by rules of fwport, whoever else is here"},
	{"fwport open 8080 --confirm=90", "and closes it after 90 s, unless \"fwport confirm\" comes"},
	{0},
};

const struct command command_open = {
	.name = "open",
	.operands = "SERVICE|PORT[-PORT][/PROTO]...",
	.operands_min = 1,
	.operands_max = OPERAND_LIMIT,
	.completes = COMPLETES_SERVICE,
	.summary = "open ports, and prove that they are open",
	.description =
		"The live ruleset is read, the rules that are missing are put where the packets stop, and "
		"the ruleset is read again: success is said only when every packet of a connection passes "
		"every chain of every owner. If a rule still stops it, that rule is named, the change is "
		"undone, and the exit status is 6. Nobody else's rule is touched.\n"
		"\n"
		"No protocol means tcp. Without -4 or -6 both families are opened; one that the host has no "
		"address of does not count.\n"
		"\n"
		"With --for the kernel itself ends the opening, whether fwport runs then or not. What is "
		"left of it, and lets nobody pass, is removed by a timer of systemd, or else by the next "
		"change. Asked for again, an opening ends at the time that was said last, and without --for "
		"it stays; but one that stays is not given an end: close it first. What other tools save of "
		"the ruleset has the end in its rules; an element of table inet fwport that is loaded from "
		"it "
		"begins its time anew, until the next "
		"change puts it right.\n"
		"\n"
		"Where a program holds its table so that no rule of ours can stand there (firewalld since "
		"2.1), it is asked to open the port itself, and that it did is proved on the ruleset, too. "
		"--via asks firewalld or ufw in any case, or with guest neither. firewalld is asked over "
		"D-Bus, in the zone of the interfaces that lead outside or of the source, for its rules of "
		"now and those that it loads again; with --runtime or --for for its rules of now alone. ufw "
		"is asked by its command, and keeps what it is told. Close takes away what fwport has added "
		"there; what was there before stays.",
	.options = open_options,
	.examples = open_examples,
	.needs = NEEDS_ROOT,
	.run = run_open,
};

static const struct example close_examples[] = {
	{"fwport close https", "removes the opening that \"fwport open https\" made"},
	{"fwport close 8443 --from 10.0.0.0/8", "removes the one opening that has this very scope"},
	{"fwport close --all --dry-run", "shows what leaving no rule of fwport behind would do"},
	{0},
};

const struct command command_close = {
	.name = "close",
	.operands = "SERVICE|PORT[-PORT][/PROTO]...",
	.operands_max = OPERAND_LIMIT,
	.completes = COMPLETES_OPENING,
	.summary = "take openings back",
	.description = "Removes what fwport opened, and nothing else: the scope has to be the one it was "
		       "opened with. If the port can be reached all the same, the rule that lets it pass is "
		       "named. Established connections are not cut.\n"
		       "\n"
		       "With --all every opening goes, also those that only the next boot would bring back, "
		       "and the policy: the ruleset is then what it would be if fwport had never been here, "
		       "and the record is empty. The history stays.\n"
		       "\n"
		       "Exit status 1: one of them was not an opening of fwport; the others are closed all "
		       "the same.",
	.options = close_options,
	.examples = close_examples,
	.needs = NEEDS_ROOT,
	.run = run_close,
};

static const struct option_def *const rollback_options[] = {reason_options, dry_run_options, confirm_options,
							    accept_options, NULL};

static const struct example rollback_examples[] = {
	{"fwport rollback", "takes the last change back"},
	{"fwport rollback 0 --dry-run", "shows what closing everything would do"},
	{0},
};

const struct command command_rollback = {
	.name = "rollback",
	.operands = "[GENERATION]",
	.operands_max = 1,
	.completes = COMPLETES_GENERATION,
	.summary = "make our openings what they were",
	.description = "Our openings become again what they were after the generation named, or before the "
		       "last change; 0 is the time before the first. The steps are planned on the ruleset as "
		       "it is now and touch our own rules only: what others changed since stays. A rollback "
		       "is a generation too, and can be taken back.",
	.options = rollback_options,
	.examples = rollback_examples,
	.needs = NEEDS_ROOT,
	.run = run_rollback,
};
