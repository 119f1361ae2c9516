/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fwport status: each opening of ours, and what the kernel really does with it now.
 */
#include "cells.h"
#include "commands.h"
#include "phrase.h"
#include "print.h"
#include "say_neighbours.h"
#include "say_pending.h"
#include "say_time.h"
#include "say_record.h"
#include "say_watch.h"

#include "fwport/engines.h"
#include "fwport/json.h"
#include "fwport/lifetime.h"
#include "fwport/plain.h"

#include <inttypes.h>

static const struct column columns[] = {
	{.heading = "SERVICE"},
	{.heading = "PORT"},
	{.heading = "DIRECTION"},
	{.heading = "WHO", .folds = true},
	{.heading = "FAMILY"},
	{.heading = "STATE", .mark = mark_of_state},
	{.heading = "BY", .folds = true},
	{.heading = "LISTENER", .folds = true},
	{.heading = "PACKETS", .right = true},
};
enum { COLUMN_FAMILY = 4, COLUMN_COUNT = sizeof(columns) / sizeof(columns[0]) };

/* "open", "open, 1 h 58 min left", "expired" */
static void phrase_state(const struct status_item *item, const struct opening_answer *result, int64_t now,
			 struct text *out)
{
	const int64_t expires = item->opening.expires;
	char rest[LIFETIME_TEXT];

	if (item->expired) {
		text_add(out, "expired");
		return;
	}
	text_add(out, "%s", phrase_verdict(result->answer));
	if (expires && result->answer->applicable)
		text_add(out, ", %s left", lifetime_text(expires - now, rest));
}

static void add_row(struct cells *cells, const struct status_item *item, const struct opening_answer *result,
		    int64_t now)
{
	const struct opening *opening = &item->opening;
	CLEANUP(text_free) struct text text = {0};
	char port[PORT_TEXT];

	cells_add(cells, opening->service ? opening->service : "");
	cells_add(cells, port_text(opening->port, port));
	cells_add(cells, direction_word(opening->scope.direction));
	phrase_scope(&opening->scope, &text);
	cells_take(cells, &text);
	cells_add(cells, family_name(result->family));
	phrase_state(item, result, now, &text);
	cells_take(cells, &text);
	if (opening->via != VIA_GUEST)
		text_add(&text, "%s: ", via_word(opening->via));
	if (!item->expired)
		phrase_result(opening, result, &text);
	cells_take(cells, &text);
	if (result->answer->applicable)
		phrase_listeners(&item->listeners, opening, result->family, &text);
	cells_take(cells, &text);
	if (item->counted)
		text_add(&text, "%" PRIu64, item->packets);
	cells_take(cells, &text);
}

/* A row for each family, on a terminal one for both where all else is the same. */
static void add_rows(struct cells *cells, const struct status_item *item, int64_t now, bool join)
{
	for (size_t i = 0; i < item->result_count; i++) {
		add_row(cells, item, &item->results[i], now);
		if (join && i)
			cells_join_rows(cells, COLUMN_COUNT, COLUMN_FAMILY, "both");
	}
}

/* A policy that is not as recorded is told with the rest of what drifted. */
static void print_policy(const struct output *output, const struct policy_report *policy)
{
	static const char *const what[] = {
		[DIRECTION_IN] = "What comes in", [DIRECTION_OUT] = "What goes out"};

	for (int direction = 0; direction < 2; direction++)
		if (policy->present.drop[direction])
			plain_line(output->out, "%s and is not opened is dropped (policy %s=drop).",
				   what[direction], direction_word((enum direction)direction));
}

static int print_report(const struct output *output, const struct status_report *report, struct pool *pool,
			struct error *err)
{
	struct cells cells = {.pool = pool};

	print_policy(output, &report->policy);
	if (report->item_count == 0) {
		plain_line(output->out, "fwport holds no port open (ruleset %" PRIu32 ").", report->ruleset);
		say_kept(output, report);
		return 0;
	}
	for (size_t i = 0; i < report->item_count; i++)
		add_rows(&cells, &report->items[i], report->now, output->screen.columns);
	if (cells_print(&cells, output, columns, COLUMN_COUNT, err) < 0)
		return -1;
	plain_line(output->out, "Generation %" PRIu32 ", ruleset %" PRIu32 ".", report->generation,
		   report->ruleset);
	say_kept(output, report);
	return 0;
}

static bool any_expired(const struct status_report *report)
{
	for (size_t i = 0; i < report->item_count; i++)
		if (report->items[i].expired)
			return true;
	return false;
}

/* Rules that somebody flushed, or that stand here although no opening needs them, or no longer. */
static void print_drift(const struct output *output, const struct status_report *report)
{
	CLEANUP(text_free) struct text line = {0};
	const struct steps *drift = &report->drift;

	if (any_expired(report))
		plain_line(output->out, "What has expired is closed, and forgotten with the next change%s",
			   drift->count ? ", which does this:" : ".");
	else if (drift->count)
		plain_line(output->out, "The ruleset is not as recorded. \"fwport restore\" does this, and "
					"so does any other change:");
	for (size_t i = 0; i < drift->count; i++) {
		text_clear(&line);
		step_text(&drift->list[i], &line);
		plain_line(output->out, "  %s", text_string(&line));
	}
}

static void print_engines(const struct output *output, const struct status_report *report)
{
	CLEANUP(text_free) struct text line = {0};

	for (enum hook hook = 0; hook <= HOOK_EGRESS; hook++) {
		if (!report->mixed[hook])
			continue;
		text_clear(&line);
		engines_warning(hook, report->mixed[hook], &line);
		plain_line(output->out, "warning: %s", text_string(&line));
	}
}

static bool all_open(const struct status_report *report)
{
	for (size_t i = 0; i < report->item_count; i++)
		if (report->items[i].verdict != ANSWER_OPEN && !report->items[i].expired)
			return false;
	return true;
}

/* Of the first opening that is not open. */
static void print_why(const struct output *output, const struct status_report *report)
{
	char port[PORT_TEXT];

	for (size_t i = 0; i < report->item_count; i++) {
		const struct status_item *item = &report->items[i];

		if (item->verdict == ANSWER_OPEN || item->expired)
			continue;
		print_next(output, "fwport why %s %s", direction_word(item->opening.scope.direction),
			   port_text(item->opening.port, port));
		return;
	}
}

static int run(const struct request *request, const struct output *output, struct error *err)
{
	CLEANUP(pool_free) struct pool pool = {0};
	struct status_report report;
	int status = 0;

	(void)request;
	if (status_read(&pool, &report, err) < 0)
		return -1;
	if (output->json)
		status = json_status(output->out, &report, err);
	else if (!output->quiet)
		status = print_report(output, &report, &pool, err);
	if (status < 0)
		return -1;
	if (!output->json && !output->quiet) {
		say_pending(output, &report.pending);
		say_watcher(output);
		print_engines(output, &report);
		print_drift(output, &report);
		say_neighbours(output, &report);
		print_why(output, &report);
	}
	if (report.damaged && !output->json)
		print_complaint(output, report.damaged, report.mend);
	say_clock(output, report.from_later, report.now);
	return all_open(&report) ? 0 : 1;
}

static const struct example examples[] = {
	{"fwport status", "shows what fwport opened, and whether it is open"},
	{"fwport status --json", "the same for programs"},
	{0},
};

const struct command command_status = {
	.name = "status",
	.operands = "",
	.summary = "show our openings and what the kernel does with them",
	.description =
		"Each opening is judged on the live ruleset, not on what was recorded. LISTENER is "
		"the process that serves the port, PACKETS what our own rule has counted (nothing "
		"where one rule of\n"
		"iptables-legacy is for several openings). A warning says where nf_tables and "
		"iptables-legacy both have rules.\n"
		"\n"
		"What has expired is shown until the next change forgets it.\n"
		"\n"
		"Who else keeps rules here is told by what they leave in the ruleset (ufw, firewalld, "
		"docker, podman, fail2ban, libvirt, kube-proxy and others), and of nftables.service, "
		"netfilter-persistent and the services of iptables by whether systemd has them active; "
		"for each, how long rules of ours live where it may remove them.\n"
		"\n"
		"Exit status 1: an opening is not open, though it has not expired.",
	.examples = examples,
	.needs = NEEDS_ROOT,
	.run = run,
};
