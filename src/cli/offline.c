/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whatever is for the moment, or looks at the network, needs a system that runs.
 */
#include "offline.h"

#include "say_record.h"

#include "fwport/plain.h"

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
	if (say_difference(output, report, err) < 0)
		return -1;
	say_prospect(output, report);
	return 0;
}
