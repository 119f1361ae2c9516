/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwport apply and plan: what shall be open is said as a whole, by profiles or by a list.
 */
#include "change_command.h"
#include "checker.h"
#include "commands.h"
#include "scope.h"
#include "wish_list.h"

#include "fwport/catalog.h"

#include <stddef.h>
#include <time.h>

/* The sites that profiles want to be reachable. */
struct targets {
	const char **list;
	size_t count;
};

static int add_checks(const struct profile *profile, struct targets *targets, struct pool *pool,
		      struct error *err)
{
	for (size_t i = 0; i < profile->check_count; i++) {
		const char **list = pool_grow(pool, targets->list, targets->count, sizeof(*list));

		if (!list)
			return error_memory(err);
		targets->list = list;
		list[targets->count++] = profile->checks[i].target;
	}
	return 0;
}

static int add_profile(const char *name, const struct request *request, struct change_request *wanted,
		       struct targets *targets, struct pool *pool, struct error *err)
{
	struct profile profile;

	if (catalog_profile(name, pool, &profile, err) < 0)
		return -1;
	for (size_t i = 0; i < profile.openings.count; i++) {
		struct opening opening = profile.openings.list[i];

		opening.profile = profile.name;
		opening.reason = request->reason;
		opening.created = wanted->now;
		if (openings_add(&wanted->openings, &opening, pool, err) < 0)
			return -1;
	}
	return add_checks(&profile, targets, pool, err);
}

static int change_profiles(const char *command, bool dry_run, const struct request *request,
			   const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct change_request wanted = {.kind = CHANGE_APPLY, .dry_run = dry_run, .now = time(NULL)};
	struct targets targets = {0};
	int status;

	for (size_t i = 0; i < request->operand_count; i++)
		if (add_profile(request->operands[i], request, &wanted, &targets, &pool, err) < 0)
			return -1;
	status = change_command(command, request, output, &wanted, &pool, err);
	if (status != 0 || !targets.count || dry_run || request->dry_run || request->offline)
		return status;
	return checker_after(targets.list, targets.count, request, output, err);
}

/* The sites of its profiles are not checked: whoever sends a list gets one answer, and it is about ports. */
static int change_list(const char *command, bool dry_run, const struct request *request,
		       const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct change_request wanted = {.kind = CHANGE_APPLY, .dry_run = dry_run, .now = time(NULL)};

	if (request->operand_count) {
		error_set(err, ERROR_USAGE, "--file and profiles exclude each other, \"%s\" is too much",
			  request->operands[0]);
		return error_hint(err, "the list itself may have \"profiles\": [\"%s\"]",
				  request->operands[0]);
	}
	if (wish_list_read(request->list, &pool, &wanted, err) < 0)
		return -1;
	for (size_t i = 0; i < wanted.openings.count; i++)
		if (!wanted.openings.list[i].reason)
			wanted.openings.list[i].reason = request->reason;
	return change_command(command, request, output, &wanted, &pool, err);
}

static int change_whole(const char *command, bool dry_run, const struct request *request,
			const struct output *output, struct error *err)
{
	if (request->list)
		return change_list(command, dry_run, request, output, err);
	if (request->operand_count)
		return change_profiles(command, dry_run, request, output, err);
	error_set(err, ERROR_USAGE, "fwport %s needs PROFILE... or --file LIST", command);
	return error_hint(err, "fwport help %s", command);
}

static int run_apply(const struct request *request, const struct output *output, struct error *err)
{
	return change_whole("apply", false, request, output, err);
}

static int run_plan(const struct request *request, const struct output *output, struct error *err)
{
	return change_whole("plan", true, request, output, err);
}

static const struct option_def list_options[] = {
	{
		.name = "file",
		.letter = 'f',
		.kind = OPTION_VALUE,
		.value = "LIST|-",
		.help = "what is wanted, as JSON; - is the standard input",
		.at = offsetof(struct request, list),
		.completes = COMPLETES_FILE,
	},
	{0},
};

static const struct option_def *const apply_options[] = {
	list_options,    via_options,    reason_options, dry_run_options, runtime_options, offline_options,
	confirm_options, accept_options, NULL,
};

static const struct option_def *const plan_options[] = {list_options, via_options, offline_options,
							accept_options, NULL};

static const struct example apply_examples[] = {
	{"fwport apply web", "opens what the profile web says, and closes what earlier profiles opened"},
	{"fwport apply web ./local.profile", "the union of two profiles; a name with a slash is a path"},
	{"fwport apply -f list.json --json", "does what a list wants, and tells of it as JSON"},
	{0},
};

const struct command command_apply = {
	.name = "apply",
	.operands = "[PROFILE...]",
	.operands_max = OPERAND_LIMIT,
	.completes = COMPLETES_PROFILE,
	.summary = "make the openings of profiles exactly these, or apply a list",
	.description =
		"The openings that come from profiles become exactly those of the profiles given; "
		"what was opened by hand stays. A second apply changes nothing.\n"
		"\n"
		"With --file a list in JSON says what is wanted, and it is one change, done wholly or not "
		"at all; openings that it does not name stay:\n"
		"\n"
		"{\"openings\": [{\"service\": \"https\"}, {\"ports\": \"8443/tcp\", \"from\": "
		"[\"10.0.0.0/8\"], \"state\": \"absent\"}], \"profiles\": [\"web\"], "
		"\"exclusive\": false}\n"
		"\n"
		"Each of \"openings\" has \"service\" or \"ports\", a string or an array of strings; and if "
		"need be \"from\" and \"to\" (prefixes, likewise), \"direction\" (in or out), \"iface\", "
		"\"family\" (both, ipv4 or ipv6), \"state\" (present or absent), \"reason\", and "
		"\"override\" (true or false). What is absent is closed where fwport holds such an opening; "
		"that there is none is no mistake. With \"profiles\" the openings that come from profiles "
		"become those of these; without it they stay. \"exclusive\": true closes every opening of "
		"fwport that the list does not name. With --json the answer has \"diff\", the record before "
		"and after, also with --dry-run.",
	.options = apply_options,
	.examples = apply_examples,
	.needs = NEEDS_ROOT,
	.run = run_apply,
};

static const struct example plan_examples[] = {
	{"fwport plan web", "shows what \"fwport apply web\" would do"},
	{0},
};

const struct command command_plan = {
	.name = "plan",
	.operands = "[PROFILE...]",
	.operands_max = OPERAND_LIMIT,
	.completes = COMPLETES_PROFILE,
	.summary = "show what apply would change",
	.description = "Prints the steps as + and - lines and changes nothing.\n"
		       "\n"
		       "Exit status 0: there is nothing to do; 1: there is something.",
	.options = plan_options,
	.examples = plan_examples,
	.needs = NEEDS_ROOT,
	.run = run_plan,
};
