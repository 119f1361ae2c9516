/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a change was refused or undone, and what would help: on stderr, in the form of an error.
 */
#include "say_refusal.h"

#include "phrase.h"
#include "print.h"

#include <string.h>

static const char *aftermath(const struct change_report *report)
{
	return report->undone ? "the change was undone" : "nothing was changed";
}

static const char *finding(const struct family_answer *answer)
{
	static const char *const findings[] = {
		[ANSWER_OPEN] = "is open",
		[ANSWER_DEPENDS] = "is open only for some",
		[ANSWER_UNKNOWN] = "cannot be proved open",
		[ANSWER_BLOCKED] = "is blocked",
	};

	return answer->applicable ? findings[answer->verdict] : "is not applicable";
}

/* A family the host does not have is a failure when it was asked for by name, or when there is no other. */
static bool is_missed(const struct change_item *item, const struct opening_answer *result)
{
	if (result->answer->applicable || item->opening.scope.families_named)
		return !result->answer->applicable;
	for (size_t i = 0; i < item->result_count; i++)
		if (item->results[i].answer->applicable)
			return false;
	return true;
}

/* One complaint for each answer that is not the one wanted, with the owner's own way out. */
static void complain(const struct output *output, const struct change_item *item,
		     const struct opening_answer *result)
{
	CLEANUP(text_free) struct text text = {0}, way = {0};
	const struct opening *opening = &item->opening;
	char port[PORT_TEXT];

	if (result_is_open(result) && !is_missed(item, result))
		return;
	phrase_opening(opening, &text);
	text_add(&text, " %s %s %s: ", direction_word(opening->scope.direction), family_name(result->family),
		 finding(result->answer));
	if (result->refused)
		text_add(&text, "%s", result->refused);
	else
		phrase_result(opening, result, &text);
	if (result->answer->applicable)
		text_add(&way, "fwport why %s %s", direction_word(opening->scope.direction),
			 port_text(opening->port, port));
	print_complaint(output, text_string(&text), result->hint ? result->hint : text_string(&way));
}

static void complain_of_item(const struct output *output, const struct change_item *item)
{
	for (size_t i = 0; i < item->result_count && !item->closing; i++)
		complain(output, item, &item->results[i]);
}

/* "https 443/tcp in IPv4 (from 192.0.2.0/24) would no longer be open: SYN stopped by ..." */
static void complain_of_harm(const struct output *output, const struct opening_answer *harmed)
{
	CLEANUP(text_free) struct text text = {0};
	const struct opening *opening = harmed->opening;

	phrase_opening(opening, &text);
	text_add(&text, " %s %s (", direction_word(opening->scope.direction), family_name(harmed->family));
	phrase_scope(&opening->scope, &text);
	text_add(&text, ") would no longer be open: ");
	phrase_result(opening, harmed, &text);
	print_complaint(output, text_string(&text), NULL);
}

static const char *way_on(enum change_outcome outcome)
{
	switch (outcome) {
	case OUTCOME_DEPENDS:
		return "--accept-conditions keeps what is open only under conditions";
	case OUTCOME_UNKNOWN:
		return "--accept-unknown keeps what cannot be proved";
	case OUTCOME_LOCKOUT:
		return "--force does it all the same";
	case OUTCOME_HARMS:
		return "--force does it all the same, and so does closing that opening, too";
	case OUTCOME_BLOCKED:
	case OUTCOME_DONE:
	case OUTCOME_NOTHING:
	case OUTCOME_PLANNED:
	case OUTCOME_NOT_OURS:
		break;
	}
	return NULL;
}

/* Of the families that were judged those that were all open, or of which one was not. */
static unsigned families_that(const struct change_report *report, bool open)
{
	unsigned opened = 0, missed = 0;

	for (size_t i = 0; i < report->item_count; i++)
		for (size_t j = 0; j < report->items[i].result_count; j++) {
			const struct opening_answer *result = &report->items[i].results[j];

			if (!result->answer->applicable)
				continue;
			if (result_is_open(result))
				opened |= FAMILY_BIT(result->family);
			else
				missed |= FAMILY_BIT(result->family);
		}
	return open ? opened & ~missed : missed;
}

/* One family that cannot be opened undoes both, and nobody has to do without the other. */
static const char *other_family(const struct change_request *request, const struct change_report *report)
{
	unsigned open = families_that(report, true);

	if (request->kind != CHANGE_OPEN || !families_that(report, false))
		return NULL;
	if (open == FAMILY_BIT(FAMILY_IPV4))
		return "-4 asks for IPv4 alone, which can be opened";
	if (open == FAMILY_BIT(FAMILY_IPV6))
		return "-6 asks for IPv6 alone, which can be opened";
	return NULL;
}

void say_refusal(const struct output *output, const struct change_request *request,
		 const struct change_report *report)
{
	const char *way = way_on(report->outcome), *other = NULL;
	CLEANUP(text_free) struct text hint = {0};

	if (report->outcome == OUTCOME_LOCKOUT) {
		print_complaint(output, report->lockout, NULL);
	} else if (report->unproved) {
		print_complaint(output, report->unproved, NULL);
	} else if (report->outcome == OUTCOME_HARMS) {
		complain_of_harm(output, report->harmed);
	} else {
		for (size_t i = 0; i < report->item_count; i++)
			complain_of_item(output, &report->items[i]);
		other = other_family(request, report);
	}
	text_add(&hint, "%s%s%s", way ? way : "", way && other ? "; " : "", other ? other : "");
	print_complaint(output, aftermath(report), text_string(&hint));
}
