/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All ports of one request end together, so that their end is said once.
 */
#include "say_time.h"

#include "phrase.h"
#include "print.h"

#include "fwport/errand.h"
#include "fwport/lifetime.h"
#include "fwport/plain.h"

static void say_endless(const struct output *output, const struct opening *opening)
{
	CLEANUP(text_free) struct text name = {0};

	phrase_opening(opening, &name);
	plain_line(output->out,
		   "%s was open without an end, and stays so. Close it, and open it again, to give it one.",
		   text_string(&name));
}

/* Other rules let it pass as well, or nothing filters it. */
static void say_outlived(const struct output *output, const struct change_item *item)
{
	CLEANUP(text_free) struct text name = {0}, how = {0};

	phrase_opening(&item->opening, &name);
	phrase_reachable(&item->opening, item->afterwards, item->afterwards_count, &how);
	plain_line(output->out, "%s can be reached after that, too: %s.", text_string(&name),
		   text_string(&how));
}

static void say_ended_elsewhere(const struct output *output, const struct opening *opening, int64_t now)
{
	char moment[MOMENT_TEXT], rest[LIFETIME_TEXT];

	plain_line(output->out, "Open until %s (%s), when %s ends it; a reload of its rules does so before.",
		   moment_text(opening->expires, moment), lifetime_text(opening->expires - now, rest),
		   via_word(opening->via));
}

void say_ends(const struct output *output, const struct change_report *report)
{
	char moment[MOMENT_TEXT], rest[LIFETIME_TEXT];
	int64_t expires = 0;

	for (size_t i = 0; i < report->item_count; i++) {
		const struct change_item *item = &report->items[i];

		if (item->closing)
			continue;
		if (item->endless)
			say_endless(output, &item->opening);
		if (item->opening.expires && item->opening.via != VIA_GUEST)
			say_ended_elsewhere(output, &item->opening, report->now);
		else if (item->opening.expires)
			expires = item->opening.expires;
	}
	if (expires)
		plain_line(output->out,
			   "Open until %s (%s). Then %s removes its rules, which let nobody pass any more.",
			   moment_text(expires, moment), lifetime_text(expires - report->now, rest),
			   report->collected ? "a timer" : "the next fwport that changes something");
	for (size_t i = 0; i < report->item_count; i++)
		if (report->items[i].outlived)
			say_outlived(output, &report->items[i]);
}

void say_expired(const struct output *output, const struct change_report *report)
{
	if (report->expired && report->changed)
		plain_line(output->out, "%zu opening%s had expired, and %s removed.", report->expired,
			   report->expired == 1 ? "" : "s", report->expired == 1 ? "was" : "were");
}

void say_clock(const struct output *output, const struct opening *from_later, int64_t now)
{
	CLEANUP(text_free) struct text text = {0};
	char moment[MOMENT_TEXT], late[LIFETIME_TEXT];

	if (!from_later)
		return;
	text_add(&text, "the clock is before %s, when ", moment_text(from_later->created, moment));
	phrase_opening(from_later, &text);
	text_add(&text, " was opened: what --for opened ends %s late, or later",
		 lifetime_text(from_later->created - now, late));
	print_complaint(output, text_string(&text), "set the clock right");
}
