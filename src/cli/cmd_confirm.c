/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwport confirm: what was changed on approval is for good now.
 */
#include "commands.h"
#include "print.h"
#include "progress.h"
#include "say.h"
#include "say_pending.h"

#include "fwport/audit.h"
#include "fwport/confirm.h"
#include "fwport/host_read.h"
#include "fwport/json.h"
#include "fwport/plain.h"

#include <inttypes.h>
#include <stddef.h>
#include <time.h>

static void log_confirmed(const struct output *output, const struct confirm_report *report,
			  const struct actor *actor)
{
	const struct audit_record record = {
		.event = AUDIT_CONFIRMED, .actor = actor, .generation = report->generation, .result = "done"};

	if (report->outcome == CONFIRM_DONE && !audit_write(&record) && output->verbose)
		plain_line(output->err, "fwport: neither the journal nor syslog took a record of this");
}

static void say_report(const struct output *output, const struct confirm_report *report)
{
	say_recovery(output, report->recovery);
	switch (report->outcome) {
	case CONFIRM_DONE:
		if (!output->quiet)
			plain_line(output->out, "Generation %" PRIu32 " is confirmed%s.", report->generation,
				   report->all_saved ? "; the record of it is damaged, so all that is open "
						       "now is saved"
						     : "");
		break;
	case CONFIRM_NOTHING:
		print_complaint(output, "nothing awaits confirmation", NULL);
		break;
	case CONFIRM_TOO_LATE:
		say_unconfirmed(output, report->generation);
		break;
	}
}

/* For the timer there is nothing wrong with that nothing is overdue. */
static int exit_status(const struct request *request, const struct confirm_report *report)
{
	return request->overdue || report->outcome == CONFIRM_DONE ? 0 : 1;
}

static int run(const struct request *request, const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct confirm_report report;
	struct progress progress;
	struct actor actor;
	int done;

	if (actor_read(request->words, request->word_count, &pool, &actor, err) < 0)
		return -1;
	actor.ssh_peer = session_peer(&pool);
	progress = progress_begin(output, "fwport confirm");
	done = request->overdue ? confirm_overdue(&actor, &report, err)
				: confirm_run(&actor, time(NULL), &pool, &report, err);
	progress_end(&progress);
	if (done < 0)
		return -1;
	log_confirmed(output, &report, &actor);
	if (output->json && json_confirm(output->out, &report, err) < 0)
		return -1;
	if (!output->json && (!request->overdue || report.generation))
		say_report(output, &report);
	return exit_status(request, &report);
}

static const struct option_def overdue_options[] = {
	{
		.name = "overdue",
		.help = "instead, roll back what was not confirmed in time; for the timer",
		.at = offsetof(struct request, overdue),
	},
	{0},
};

static const struct option_def *const options[] = {overdue_options, NULL};

static const struct example examples[] = {
	{"fwport confirm", "keeps what was changed with --confirm, and saves it"},
	{0},
};

const struct command command_confirm = {
	.name = "confirm",
	.operands = "",
	.summary = "keep a change that was made with --confirm",
	.description =
		"A change that awaits confirmation is made and proved, but not saved. Unless it is "
		"confirmed, from any terminal or a second login, it is rolled back at its deadline: by a "
		"timer where systemd runs, else by a process that outlives the session; a reboot drops it, "
		"too. \"fwport status\" shows how much time is left, and until then nothing else can be "
		"changed.\n"
		"\n"
		"Who came by ssh has to confirm each change that takes something away, be it an opening, "
		"what a policy drops, or that connection tracking begins, unless it has --no-confirm; a "
		"policy that begins to drop has to be confirmed by anybody.\n"
		"\n"
		"Exit status 1: nothing awaits confirmation, or it is too late.",
	.options = options,
	.examples = examples,
	.needs = NEEDS_ROOT,
	.run = run,
};
