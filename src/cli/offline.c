/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whatever is for the moment, or looks at the network, needs a system that runs.
 */
#include "offline.h"

#include "phrase.h"

#include "fwport/plain.h"
#include "fwport/state.h"

#include <inttypes.h>

static const char *option_for_now(const struct request *request)
{
	if (request->runtime)
		return "--runtime";
	if (request->confirm)
		return "--confirm";
	if (request->lifetime)
		return "--for";
	if (request->check.after)
		return "--check";
	if (request->via)
		return "--via";
	return request->print ? "--print" : NULL;
}

int offline_from_request(const struct request *request, struct change_request *out, struct error *err)
{
	const char *option = option_for_now(request);

	out->offline = request->offline;
	if (!request->offline)
		return 0;
	if (option)
		return error_set(err, ERROR_USAGE, "%s is about a running system, and --offline is not",
				 option);
	out->confirm.when = CONFIRM_NEVER;
	return 0;
}

static void say_prospect(const struct output *output, const struct change_report *report)
{
	if (report->outcome == OUTCOME_PLANNED)
		return;
	if (!report->changed)
		plain_line(output->out, "Nothing to change.");
	else if (report->persistent)
		plain_line(output->out,
			   "Saved as generation %" PRIu32 ": the next boot applies it, and proves it.",
			   report->generation);
	else if (report->empty)
		plain_line(output->out, "Recorded as generation %" PRIu32 ".", report->generation);
	else
		plain_line(output->out,
			   "Recorded as generation %" PRIu32
			   ", but no boot applies it yet (fwport save --offline --enable).",
			   report->generation);
}

int say_offline(const struct output *output, const struct change_report *report, struct error *err)
{
	const struct generation generation = {.before.openings = report->before,
					      .after.openings = report->after};
	CLEANUP(pool_free) struct pool pool = {0};
	CLEANUP(text_free) struct text text = {0};
	struct opening_change *changes;
	size_t count;

	if (generation_changes(&generation, &pool, &changes, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		text_clear(&text);
		text_add(&text, "%c ", phrase_change_sign(changes[i].change));
		phrase_whole_opening(changes[i].opening, &text);
		plain_line(output->out, "%s", text_string(&text));
	}
	say_prospect(output, report);
	return text.failed ? error_memory(err) : 0;
}
