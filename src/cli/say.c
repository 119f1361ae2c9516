/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report of a change in sentences: the steps, an answer per opening and family, the proof and what is recorded. What went
 * well is printed on stdout; why something was refused goes to stderr, in the form of an error.
 */
#include "say.h"

#include "cells.h"
#include "offline.h"
#include "phrase.h"
#include "print.h"
#include "say_close.h"
#include "say_pending.h"
#include "say_policy.h"
#include "say_record.h"
#include "say_refusal.h"
#include "say_time.h"

#include "fwport/plain.h"

#include <inttypes.h>
#include <string.h>

enum { ROWS_SHOWN = 40 }; /* more than this, and only what is not open is listed, and no more conditions */

static bool is_same_place(const struct step *a, const struct step *b)
{
	if (a->object != b->object || a->table->engine != b->table->engine ||
	    a->table->family != b->table->family || strcmp(a->table->name, b->table->name) != 0)
		return false;
	if (a->chain && b->chain)
		return strcmp(a->chain->name, b->chain->name) == 0;
	return a->set && b->set && strcmp(a->set->name, b->set->name) == 0;
}

/* A wider rule that goes may have a narrower one in its stead, and alone it would read like a loss. */
static bool is_told(const struct steps *steps, const struct step *step)
{
	for (size_t i = 0; i < steps->count && !step->remove; i++)
		if (steps->list[i].remove && is_same_place(&steps->list[i], step))
			return true;
	return step->remove;
}

/* All of them, or only what is taken away or replaced: that is never done without a word. */
static void say_steps(const struct output *output, const struct steps *steps, bool removals_only)
{
	CLEANUP(text_free) struct text line = {0};

	for (size_t i = 0; i < steps->count; i++) {
		if (removals_only && !is_told(steps, &steps->list[i]))
			continue;
		text_clear(&line);
		step_text(&steps->list[i], &line);
		screen_line(output->out, &output->screen, steps->list[i].remove ? MARK_BAD : MARK_GOOD,
			    text_string(&line));
	}
}

/* What somebody else does is told in any case. */
static void say_errands(const struct output *output, const struct errands *errands)
{
	CLEANUP(text_free) struct text line = {0};

	for (size_t i = 0; i < errands->count; i++) {
		text_clear(&line);
		errand_text(&errands->list[i], &line);
		screen_line(output->out, &output->screen, errands->list[i].back ? MARK_BAD : MARK_GOOD,
			    text_string(&line));
	}
}

/* It was there before, and is not ours to take away. */
static void say_theirs(const struct output *output, const struct change_report *report)
{
	CLEANUP(text_free) struct text name = {0};

	for (size_t i = 0; i < report->item_count; i++) {
		const struct opening *opening = &report->items[i].opening;

		if (opening->via == VIA_GUEST || opening->handed)
			continue;
		text_clear(&name);
		phrase_opening(opening, &name);
		plain_line(output->out,
			   "%s is open in %s already; fwport leaves it there also when it closes it.",
			   text_string(&name), via_word(opening->via));
	}
}

static void add_row(struct cells *cells, const struct opening_answer *result, const struct opening *opening)
{
	CLEANUP(text_free) struct text text = {0};

	phrase_opening(opening, &text);
	cells_take(cells, &text);
	cells_add(cells, direction_word(opening->scope.direction));
	cells_add(cells, family_name(result->family));
	cells_add(cells, phrase_verdict(result->answer));
	phrase_result(opening, result, &text);
	cells_take(cells, &text);
}

static size_t count_results(const struct change_report *report)
{
	size_t count = 0;

	for (size_t i = 0; i < report->item_count; i++)
		count += report->items[i].result_count;
	return count;
}

static int say_answers(const struct output *output, const struct change_report *report, struct error *err)
{
	static const struct column columns[] = {{0}, {0}, {0}, {.mark = mark_of_state}, {.folds = true}};
	enum { COLUMN_FAMILY = 2, COLUMN_COUNT = sizeof(columns) / sizeof(columns[0]) };
	CLEANUP(pool_free) struct pool pool = {0};
	struct cells cells = {.pool = &pool};
	bool all = output->verbose || count_results(report) <= ROWS_SHOWN;

	for (size_t i = 0; i < report->item_count; i++) {
		const struct change_item *item = &report->items[i];

		for (size_t j = 0; j < item->result_count; j++) {
			if (!all && result_is_open(&item->results[j]))
				continue;
			add_row(&cells, &item->results[j], &item->opening);
			if (all && j && output->screen.columns)
				cells_join_rows(&cells, COLUMN_COUNT, COLUMN_FAMILY, "both");
		}
	}
	if (cells.count && cells_print(&cells, output, columns, COLUMN_COUNT, err) < 0)
		return -1;
	if (!all)
		plain_line(output->out, "%zu openings, %s.", report->item_count,
			   cells.count ? "those that are not open are listed above" : "all of them open");
	return 0;
}

/* That a rule of ours goes when its opening ends is no news. */
static bool is_of_ours(const struct condition *condition)
{
	const struct rule *rule = condition->rule;

	return rule && (rule->tag || table_is_home(rule->chain->table));
}

/* Returns how many lines there are with these, whether they are shown or not. */
static size_t say_conditions_of(const struct output *output, const struct change_item *item,
				const struct opening_answer *result, size_t lines)
{
	CLEANUP(text_free) struct text name = {0};

	if (result->answer->verdict != ANSWER_OPEN && result->answer->verdict != ANSWER_DEPENDS)
		return lines;
	phrase_opening(&item->opening, &name);
	for (size_t i = 0; i < result->answer->condition_count; i++) {
		if (is_of_ours(&result->answer->conditions[i]))
			continue;
		if (output->verbose || lines < ROWS_SHOWN)
			plain_line(output->out, "%s %s: %s", text_string(&name), family_name(result->family),
				   result->answer->conditions[i].text);
		lines++;
	}
	return lines;
}

/* Bans, rates and the like, which hold for what is open as they held before. */
static void say_conditions(const struct output *output, const struct change_report *report)
{
	size_t lines = 0;

	for (size_t i = 0; i < report->item_count; i++)
		for (size_t j = 0; j < report->items[i].result_count && !report->items[i].closing; j++)
			lines = say_conditions_of(output, &report->items[i], &report->items[i].results[j],
						  lines);
	if (!output->verbose && lines > ROWS_SHOWN)
		plain_line(output->out, "... and %zu more, which --verbose lists", lines - ROWS_SHOWN);
}

static unsigned roles_seen(const struct change_report *report)
{
	unsigned roles = 0;

	for (size_t i = 0; i < report->item_count; i++)
		for (size_t j = 0; j < report->items[i].result_count && !report->items[i].closing; j++) {
			const struct family_answer *answer = report->items[i].results[j].answer;

			for (size_t k = 0; k < answer->packet_count; k++)
				roles |= 1u << answer->packets[k].packet.role;
		}
	return roles;
}

/* "SYN, SYN-ACK, ACK and answer" */
static void add_roles(unsigned roles, struct text *out)
{
	for (enum packet_role role = PACKET_SYN; role <= PACKET_NEXT_DATAGRAM; role++) {
		if (!(roles & 1u << role))
			continue;
		roles &= ~(1u << role);
		if (out->length)
			text_add(out, roles ? ", " : " and ");
		text_add(out, "%s", packet_role_name(role));
	}
}

static bool all_open(const struct change_report *report)
{
	for (size_t i = 0; i < report->item_count; i++)
		for (size_t j = 0; j < report->items[i].result_count && !report->items[i].closing; j++)
			if (!result_is_open(&report->items[i].results[j]))
				return false;
	return true;
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void say_proof(const struct output *output, const struct change_report *report)
{
	CLEANUP(text_free) struct text roles = {0};

	if (!all_open(report))
		return;
	add_roles(roles_seen(report), &roles);
	if (roles.length == 0)
		return;
	if (report->chain_count == 0)
		plain_line(output->out, "proved: %s meet no base chain (ruleset %" PRIu32 ").",
			   text_string(&roles), report->ruleset);
	else
		plain_line(output->out,
			   "proved: %s pass %u base chain%s of %u owner%s (ruleset %" PRIu32 ").",
			   text_string(&roles), report->chain_count, plural(report->chain_count),
			   report->owner_count, plural(report->owner_count), report->ruleset);
}

static int say_done(const struct output *output, const struct change_request *request,
		    const struct change_report *report, struct error *err)
{
	if (output->verbose || request->kind != CHANGE_CLOSE)
		say_steps(output, &report->steps, !output->verbose);
	say_errands(output, &report->errands);
	if (request->kind != CHANGE_CLOSE)
		say_theirs(output, report);
	if (say_answers(output, report, err) < 0)
		return -1;
	say_closed(output, report);
	if (request->kind == CHANGE_CLOSE)
		say_not_ours(output, report);
	say_conditions(output, report);
	say_proof(output, report);
	say_ends(output, report);
	say_expired(output, report);
	if (request->kind == CHANGE_POLICY)
		say_policy(output, report);
	else if (report->changed)
		say_policy_again(output, report);
	if (report->conntrack_on && report->changed)
		plain_line(output->out, "Connection tracking was off on this host, and is on now.");
	say_found(output, report);
	say_record(output, request, report);
	return 0;
}

void say_recovery(const struct output *output, enum recovery recovery)
{
	static const char *const sentences[] = {
		[RECOVERY_UNDONE] =
			"An earlier change had been interrupted; what was left of it has been undone.",
		[RECOVERY_FINISHED] =
			"An earlier change had been interrupted; it has been brought to its end.",
		[RECOVERY_OWED] = "An earlier change had been interrupted; what was left of it has been "
				  "undone, but for what a "
				  "neighbour could not be asked to take back: that is recorded, and closed "
				  "by fwport close.",
	};

	if (recovery != RECOVERY_NONE)
		plain_line(output->err, "%s", sentences[recovery]);
}

/* Not what everybody wants to hear, but whoever forces something is told what, also with -q. */
static void say_forced(const struct output *output, const struct change_report *report)
{
	CLEANUP(text_free) struct text text = {0};

	if (!report->forced)
		return;
	text_add(&text, "forced past this: %s", report->forced);
	print_complaint(output, text_string(&text), NULL);
}

/* Where rules that are there do for it, the record alone would change. */
static int say_planned(const struct output *output, const struct change_report *report, struct error *err)
{
	say_steps(output, &report->steps, false);
	say_errands(output, &report->errands);
	if (!report->steps.count && !report->errands.count && say_difference(output, report, err) < 0)
		return -1;
	say_stops(output, report);
	return 0;
}

int say_change(const struct output *output, const struct change_request *request,
	       const struct change_report *report, struct error *err)
{
	say_recovery(output, report->recovery);
	say_unconfirmed(output, report->unconfirmed);
	say_clock(output, report->from_later, report->now);
	say_forced(output, report);
	if (report->offline && !output->quiet && report->outcome != OUTCOME_NOT_OURS)
		return say_offline(output, report, err);
	switch (report->outcome) {
	case OUTCOME_DONE:
	case OUTCOME_NOTHING:
		return output->quiet ? 0 : say_done(output, request, report, err);
	case OUTCOME_PLANNED:
		return output->quiet ? 0 : say_planned(output, report, err);
	case OUTCOME_NOT_OURS:
		if (!output->quiet && say_answers(output, report, err) < 0)
			return -1;
		if (!output->quiet)
			say_closed(output, report);
		say_not_ours(output, report);
		return 0;
	case OUTCOME_BLOCKED:
	case OUTCOME_DEPENDS:
	case OUTCOME_UNKNOWN:
	case OUTCOME_LOCKOUT:
	case OUTCOME_HARMS:
		break;
	}
	if (output->verbose && report->undone)
		say_steps(output, &report->steps, false);
	if (report->undone && !output->quiet)
		say_errands(output, &report->errands);
	say_refusal(output, request, report);
	return 0;
}
