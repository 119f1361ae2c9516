/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What close has to add: who can reach the port all the same, whose connections go on, and what was not ours to close.
 */
#include "say_close.h"

#include "phrase.h"
#include "print.h"

#include "fwport/plain.h"

/* Closed to anyone, but not to those whom somebody's rule singles out. */
static void say_admitted(const struct output *output, const char *name, const struct opening_answer *result)
{
	if (!result->answer->applicable || result->answer->verdict != ANSWER_BLOCKED)
		return;
	for (size_t i = 0; i < result->answer->condition_count; i++) {
		const struct condition *condition = &result->answer->conditions[i];

		if (!condition->decides && condition->rule && rule_ends_with(condition->rule, VERDICT_ACCEPT))
			plain_line(output->out, "%s %s: %s", name, family_name(result->family),
				   condition->text);
	}
}

/* Established connections go on, and somebody else's rule may let new ones in all the same. */
void say_closed(const struct output *output, const struct change_report *report)
{
	CLEANUP(text_free) struct text name = {0}, how = {0};

	for (size_t i = 0; i < report->item_count; i++) {
		const struct change_item *item = &report->items[i];

		if (!item->closing)
			continue;
		text_clear(&name);
		text_clear(&how);
		phrase_opening(&item->opening, &name);
		phrase_reachable(&item->opening, item->results, item->result_count, &how);
		if (item->still_open)
			plain_line(output->out, "%s can be reached all the same: %s.", text_string(&name),
				   text_string(&how));
		for (size_t j = 0; j < item->result_count; j++)
			say_admitted(output, text_string(&name), &item->results[j]);
		if (item->established && item->was_ours)
			plain_line(output->out, "%s: %zu established connection%s on.", text_string(&name),
				   item->established, item->established == 1 ? " goes" : "s go");
	}
}

static const char *families_phrase(unsigned families)
{
	static const char *const phrases[] = {
		[0] = "no family",
		[FAMILY_BIT(FAMILY_IPV4)] = "IPv4",
		[FAMILY_BIT(FAMILY_IPV6)] = "IPv6",
		[FAMILIES_BOTH] = "IPv4 and IPv6",
	};

	return phrases[families & FAMILIES_BOTH];
}

static const char *what_was_done(const struct change_report *report, bool any_ours)
{
	if (!report->changed)
		return "nothing was changed";
	if (any_ours)
		return "the others were closed";
	return report->expired ? "what had expired was removed"
			       : "rules of fwport that stood there without a record were removed";
}

/* The scope is told in full, since an opening of another scope is another opening. */
void say_not_ours(const struct output *output, const struct change_report *report)
{
	CLEANUP(text_free) struct text text = {0};
	bool any_ours = false;
	size_t count = 0;

	for (size_t i = 0; i < report->item_count; i++) {
		const struct opening *opening = &report->items[i].opening;

		any_ours |= report->items[i].was_ours;
		if (report->items[i].was_ours)
			continue;
		text_clear(&text);
		phrase_opening(opening, &text);
		text_add(&text, " %s, %s, ", direction_word(opening->scope.direction),
			 families_phrase(opening->scope.families));
		phrase_scope(&opening->scope, &text);
		text_add(&text, ": fwport holds no such opening");
		print_complaint(output, text_string(&text), NULL);
		count++;
	}
	if (count)
		print_complaint(output, what_was_done(report, any_ours),
				"fwport status lists the openings with their scopes");
}
