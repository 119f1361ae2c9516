/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "Saved" is only said of what a boot brings back.
 */
#include "say_record.h"

#include "phrase.h"
#include "print.h"
#include "say_pending.h"

#include "fwport/plain.h"
#include "fwport/state.h"

#include <inttypes.h>

static const char enable[] = " (fwport save --enable)";

/* Whether a boot would lose what is said to be recorded, or saved. */
static bool is_lost_by_a_boot(const struct change_request *request, const struct change_report *report)
{
	if (report->persistent || report->pending.generation || request->runtime)
		return false;
	if (!report->changed)
		return request->kind == CHANGE_SAVE;
	return report->mended || (!report->until_boot && !report->empty);
}

void say_record(const struct output *output, const struct change_request *request,
		const struct change_report *report)
{
	if (!report->changed && request->kind == CHANGE_SAVE)
		plain_line(output->out, "All of it is saved%s%s.",
			   report->persistent ? ", and restored at boot"
					      : ", and nothing restores it at boot",
			   report->persistent ? "" : print_inline(output, enable));
	else if (!report->changed)
		plain_line(output->out, "Nothing to change.");
	else if (report->pending.generation)
		say_applied(output, &report->pending);
	else if (request->runtime)
		plain_line(output->out, "Recorded as generation %" PRIu32 ", until the next boot.",
			   report->generation);
	else if (report->mended)
		plain_line(output->out, "The rules are as recorded in generation %" PRIu32 " again%s%s.",
			   report->generation, report->persistent ? "" : ", but will not be after a reboot",
			   report->persistent ? "" : print_inline(output, enable));
	else if (report->until_boot)
		plain_line(output->out,
			   "Recorded as generation %" PRIu32
			   ", some of it until the next boot (fwport save keeps it).",
			   report->generation);
	else if (report->persistent)
		plain_line(output->out, "Saved as generation %" PRIu32 ".", report->generation);
	else if (report->empty)
		plain_line(output->out, "Recorded as generation %" PRIu32 ".", report->generation);
	else
		plain_line(output->out,
			   "Recorded as generation %" PRIu32 ", will not come back after a reboot%s.",
			   report->generation, print_inline(output, enable));
	if (is_lost_by_a_boot(request, report))
		print_next(output, "fwport save --enable");
}

int say_difference(const struct output *output, const struct change_report *report, struct error *err)
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
	return text.failed ? error_memory(err) : 0;
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

void say_found(const struct output *output, const struct change_report *report)
{
	const bool done = report->changed;

	if (report->rebuilt)
		plain_line(output->out,
			   "The record of openings was lost; it is taken from generation %" PRIu32 ".",
			   report->rebuilt);
	if (report->only_saved)
		plain_line(
			output->out,
			"The generation that is taken back is damaged: what was saved before it is %s, and "
			"what was open until the next boot only is not.",
			done ? "open again" : "opened again");
	if (report->adopted)
		plain_line(
			output->out,
			"No record of openings was found; %zu opening%s %s read off the rules that bear our "
			"tag%s.",
			report->adopted, plural(report->adopted), report->adopted == 1 ? "was" : "were",
			done ? ", and recorded" : "");
	if (report->leftovers)
		plain_line(output->out, "%s %zu rule%s that %s our tag and belong%s to no opening.",
			   done ? "Removed" : "There are", report->leftovers, plural(report->leftovers),
			   done ? "bore" : "bear", report->leftovers == 1 ? "s" : "");
}

static void say_openings(const struct output *output, const char *what, const struct openings *openings)
{
	CLEANUP(text_free) struct text text = {0};

	for (size_t i = 0; i < openings->count; i++) {
		text_add(&text, "%s", i ? "; " : "");
		phrase_whole_opening(&openings->list[i], &text);
	}
	if (openings->count)
		plain_line(output->out, "%s: %s.", what, text_string(&text));
}

static void say_saved_policy(const struct output *output, const struct status_report *report)
{
	CLEANUP(text_free) struct text text = {0};

	phrase_policy(report->policy.recorded, report->boot_policy, &text);
	if (text.length)
		plain_line(output->out, "The policy is until the next boot only; saved is %s.",
			   text_string(&text));
}

/* Neighbours bring back what they let through. */
static bool any_of_ours(const struct status_report *report)
{
	for (size_t i = 0; i < report->item_count; i++)
		if (report->items[i].opening.via == VIA_GUEST)
			return true;
	return report->dormant.count > 0;
}

void say_kept(const struct output *output, const struct status_report *report)
{
	if (report->rebuilt)
		plain_line(output->out,
			   "The record of openings was lost; this is that of generation %" PRIu32 ".",
			   report->rebuilt);
	if (report->adopted)
		plain_line(output->out,
			   "No record of openings was found; these are read off the rules that bear our tag. "
			   "\"fwport restore\" records them.");
	say_openings(output, "Until the next boot only", &report->unsaved);
	say_openings(output, "Closed until the next boot", &report->dormant);
	say_saved_policy(output, report);
	if (!any_of_ours(report))
		return;
	if (report->restored_by)
		plain_line(output->out, "A boot restores what is saved (%s).", report->restored_by);
	else
		plain_line(output->out, "Nothing restores what is saved at boot: fwport save --enable");
}
