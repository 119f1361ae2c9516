/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwport policy: what becomes of packets that nobody opened a port for.
 */
#include "change_command.h"
#include "commands.h"
#include "say_policy.h"

#include "fwport/json.h"
#include "fwport/plain.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

static const struct {
	const char *word;
	enum direction direction;
	bool drop;
} settings[] = {
	{"in=drop", DIRECTION_IN, true},
	{"in=accept", DIRECTION_IN, false},
	{"out=drop", DIRECTION_OUT, true},
	{"out=accept", DIRECTION_OUT, false},
};
enum { SETTINGS = sizeof(settings) / sizeof(*settings) };

static int setting_take(const char *word, struct policy_request *policy, struct error *err)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		const enum direction direction = settings[i].direction;

		if (strcmp(settings[i].word, word) != 0)
			continue;
		if (policy->named[direction])
			return error_set(err, ERROR_USAGE, "%s= is given twice", direction_word(direction));
		policy->named[direction] = true;
		policy->policy.drop[direction] = settings[i].drop;
		return 0;
	}
	return error_set(err, ERROR_USAGE,
			 "policy \"%s\" is not one of in=drop, in=accept, out=drop, out=accept", word);
}

static const char *word_of(bool drop)
{
	return drop ? "drop" : "accept";
}

static void show_direction(const struct output *output, const struct policy_report *report,
			   enum direction direction)
{
	const bool recorded = report->recorded.drop[direction], present = report->present.drop[direction];

	if (recorded == present)
		plain_line(output->out, "%s=%s", direction_word(direction), word_of(present));
	else
		plain_line(output->out, "%s=%s, but recorded is %s: the next change makes it so again",
			   direction_word(direction), word_of(present), word_of(recorded));
}

static int show(const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct policy_report report;

	if (policy_report_read(&pool, &report, err) < 0)
		return -1;
	if (output->json && json_policy(output->out, &report, err) < 0)
		return -1;
	if (!output->json && !output->quiet) {
		show_direction(output, &report, DIRECTION_IN);
		show_direction(output, &report, DIRECTION_OUT);
		if (report.unrecorded && policy_drops(report.present))
			plain_line(output->out,
				   "No record of it was found; it is read off the rules that bear our "
				   "tag. \"fwport restore\" records it.");
	}
	return policy_equal(report.recorded, report.present) ? 0 : 1;
}

/* Before anything is sent: whoever is cut off by it reads no more. */
static void announce(const struct change_report *report, void *context)
{
	const struct output *output = context;

	if (output->json || output->quiet)
		return;
	say_stops(output, report);
	fflush(output->out);
}

static int run(const struct request *request, const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct output to = *output;
	struct change_request wanted = {
		.kind = CHANGE_POLICY,
		.confirm.from_anywhere = true,
		.now = time(NULL),
		.announce = announce,
		.context = &to,
	};

	if (request->operand_count == 0)
		return show(output, err);
	for (size_t i = 0; i < request->operand_count; i++)
		if (setting_take(request->operands[i], &wanted.policy, err) < 0)
			return -1;
	return change_command("policy", request, output, &wanted, &pool, err);
}

static const struct option_def policy_options[] = {
	{
		.name = "reason",
		.kind = OPTION_VALUE,
		.value = "TEXT",
		.help = "why, kept in the audit trail",
		.at = offsetof(struct request, reason),
	},
	{
		.name = "force",
		.help = "do it though it would cut you off, or somebody else filters that direction",
		.at = offsetof(struct request, force),
	},
	{
		.name = "accept-unknown",
		.help = "keep a policy that cannot be proved",
		.at = offsetof(struct request, accept_unknown),
	},
	{0},
};

static const struct option_def *const options[] = {dry_run_options, runtime_options, confirm_options,
						   policy_options, NULL};

static const char *const policy_words[] = {"in=drop", "in=accept", "out=drop", "out=accept", NULL};

static const struct example examples[] = {
	{"fwport policy", "shows what becomes of packets that nobody opened a port for"},
	{"fwport policy in=drop --dry-run", "shows what would be done, and who would no longer be reached"},
	{"fwport policy in=accept out=accept", "leaves everything to the rules of others again"},
	{0},
};

const struct command command_policy = {
	.name = "policy",
	.operands = "[in=drop|accept] [out=drop|accept]",
	.operands_max = 2,
	.completes = COMPLETES_WORD,
	.words = policy_words,
	.summary = "drop what no opening accepts, or leave it to others",
	.description =
		"With in=drop what comes in and is not opened is dropped, with out=drop what this host "
		"sends; a direction that is not named stays as it is. Let through are loopback, known "
		"connections and what belongs to them, ICMP and ICMPv6 that networks need (errors, echo "
		"requests, neighbours, routers and multicast listeners) and a DHCP client's servers. What is "
		"forwarded, and so the traffic of containers, is not covered. In legacy tables INPUT and "
		"OUTPUT ask it last: what rules of others accept before it stays accepted there.\n"
		"\n"
		"Before anything is done it lists the listening sockets that will no longer be reached, and "
		"rules of others that will be of no use. Established connections go on. Exit status 7, with "
		"nothing changed: it would cut off whoever asks, or somebody else filters that direction "
		"already; --force does it all the same. A policy that begins to drop has to be confirmed "
		"(fwport confirm), also where nobody came by ssh, unless it has --no-confirm.\n"
		"\n"
		"Without an operand it shows the policy; exit status 1: it is not as recorded.",
	.options = options,
	.examples = examples,
	.needs = NEEDS_ROOT,
	.run = run,
};
