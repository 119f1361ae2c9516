/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all changing commands do with what they want: who asks is found out, the change is run, logged and told.
 */
#include "change_command.h"

#include "confirmation.h"
#include "log_change.h"
#include "offline.h"
#include "print.h"
#include "progress.h"
#include "say.h"

#include "fwport/errand.h"
#include "fwport/host_read.h"
#include "fwport/json.h"
#include "fwport/plain.h"
#include "fwport/quote.h"

#include <errno.h>
#include <string.h>

/* The report may be lost, the change is not: whoever reads the exit status alone has to hear of it. */
static int check_told(const struct output *output, const struct change_report *report, int printed,
		      struct error *err)
{
	if (printed == 0 && fflush(output->out) == 0 && !ferror(output->out))
		return 0;
	if (printed == 0)
		error_system(err, errno ? errno : EIO, "cannot write the output");
	if (!report->changed)
		return -1;
	return error_in(err, "the change was made, but not told");
}

static int print(const char *command, const struct output *output, const struct change_request *request,
		 const struct change_report *report, struct error *err)
{
	if (!output->json)
		return say_change(output, request, report, err);
	if (request->kind == CHANGE_POLICY)
		return json_policy_change(output->out, report, err);
	if (request->kind == CHANGE_APPLY || request->offline)
		return json_record_change(output->out, command, report, err);
	return json_change(output->out, command, report, err);
}

/* A word that is none was refused with the option; auto names nobody. */
static void via_from_request(const struct request *request, struct change_request *wanted)
{
	enum via via;

	if (!request->via || !via_find(request->via, &via))
		return;
	wanted->via_named = true;
	for (size_t i = 0; i < wanted->openings.count; i++)
		wanted->openings.list[i].via = via;
}

static int describe(const struct request *request, struct change_request *wanted, struct pool *pool,
		    struct error *err)
{
	struct actor *actor = pool_alloc(pool, sizeof(*actor));

	if (!actor)
		return error_memory(err);
	wanted->force |= request->force;
	wanted->dry_run |= request->dry_run;
	wanted->runtime = request->runtime;
	wanted->backend = request->backend;
	wanted->reason = request->reason;
	wanted->actor = actor;
	wanted->accept.conditions = request->accept_conditions;
	wanted->accept.unknown = request->accept_unknown;
	for (size_t i = 0; i < wanted->openings.count; i++)
		wanted->openings.list[i].override |= request->override;
	via_from_request(request, wanted);
	if (confirmation_from_request(request, wanted, err) < 0 ||
	    offline_from_request(request, wanted, err) < 0 ||
	    actor_read(request->words, request->word_count, pool, actor, err) < 0)
		return -1;
	if (!wanted->offline)
		actor->ssh_peer = session_peer(pool);
	return 0;
}

/* What is announced is printed meanwhile, and is progress enough. */
static struct progress begin(const char *command, const struct output *output,
			     const struct change_request *wanted)
{
	CLEANUP(text_free) struct text what = {0};

	if (wanted->announce)
		return (struct progress){0};
	text_add(&what, "fwport %s", command);
	if (wanted->openings.count > 1)
		text_add(&what, ", %zu openings", wanted->openings.count);
	return progress_begin(output, text_string(&what));
}

/* The same line again, so that what was shown is done. */
static void say_do_it(const char *command, const struct request *request, const struct output *output)
{
	CLEANUP(text_free) struct text line = {0};
	const char *told = NULL;

	for (size_t i = 0; i < request->word_count; i++) {
		const char *word = request->words[i];

		if (strcmp(word, "--dry-run") == 0)
			continue;
		if (!told && strcmp(word, command) == 0)
			word = told = strcmp(command, "plan") == 0 ? "apply" : command;
		text_add(&line, " ");
		quote_word(&line, word);
	}
	print_next(output, "fwport%s", text_string(&line));
}

int change_command(const char *command, const struct request *request, const struct output *output,
		   struct change_request *wanted, struct pool *pool, struct error *err)
{
	struct change_report report;
	struct progress progress;
	int done;

	if (describe(request, wanted, pool, err) < 0)
		return -1;
	progress = begin(command, output, wanted);
	done = change_run(wanted, pool, &report, err);
	progress_end(&progress);
	if (!log_change(wanted, done < 0 ? NULL : &report, err, wanted->actor) &&
	    (output->verbose || wanted->boot))
		plain_line(output->err, "fwport: neither the journal nor syslog took a record of this");
	if (done < 0)
		return -1;
	if (check_told(output, &report, print(command, output, wanted, &report, err), err) < 0)
		return -1;
	if (report.outcome == OUTCOME_PLANNED && report.steps.count && !output->json)
		say_do_it(command, request, output);
	return change_exit_status(&report);
}
