/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line for each neighbour, and one for each chain where rules of ours depend on it.
 */
#include "say_neighbours.h"

#include "fwport/plain.h"
#include "fwport/rule_text.h"

/* What is said of one neighbour. */
struct telling {
	const struct neighbour *neighbour;
	const struct status_report *report;
};

static bool has_fate(const struct telling *telling, const struct neighbour_event *event, enum guest_fate fate)
{
	return guest_fate_with(&telling->report->care, telling->neighbour->kind, event->fate) == fate;
}

/* "stay at "ufw reload", "ufw disable"": nothing where no event has this fate. */
static void fate_add(const struct telling *telling, const struct guest_stay *stay, enum guest_fate fate,
		     const char *words, struct text *out)
{
	bool told = false;

	for (size_t i = 0; i < stay->event_count; i++) {
		if (!has_fate(telling, &stay->events[i], fate))
			continue;
		if (told)
			text_add(out, ",");
		else
			text_add(out, "%s%s", out->length ? "; " : "", words);
		text_add(out, " \"%s\"", stay->events[i].command);
		told = true;
	}
}

static bool some_go(const struct telling *telling, const struct guest_stay *stay)
{
	for (size_t i = 0; i < stay->event_count; i++)
		if (has_fate(telling, &stay->events[i], GUEST_GOES))
			return true;
	return false;
}

/* The chains from this one on where the same becomes of our rules. */
static void chains_add(const struct neighbour *neighbour, size_t first, struct text *out)
{
	const struct guest_stay *stays = neighbour->stays;

	for (size_t i = first; i < neighbour->stay_count; i++) {
		if (stays[i].events != stays[first].events)
			continue;
		text_add(out, "%s", i == first ? "" : ", ");
		chain_name_in_engine(stays[i].chain, out);
	}
}

static bool is_told(const struct neighbour *neighbour, size_t which)
{
	for (size_t i = 0; i < which; i++)
		if (neighbour->stays[i].events == neighbour->stays[which].events)
			return true;
	return false;
}

/* Whether some of our rules go. */
static bool say_stays(const struct output *output, const struct telling *telling)
{
	CLEANUP(text_free) struct text chains = {0}, fates = {0};
	const struct neighbour *neighbour = telling->neighbour;
	bool some = false;

	for (size_t i = 0; i < neighbour->stay_count; i++) {
		const struct guest_stay *stay = &neighbour->stays[i];

		some |= some_go(telling, stay);
		if (is_told(neighbour, i))
			continue;
		text_clear(&chains);
		text_clear(&fates);
		chains_add(neighbour, i, &chains);
		fate_add(telling, stay, GUEST_STAYS, "stay at", &fates);
		fate_add(telling, stay, GUEST_GOES, "go at", &fates);
		fate_add(telling, stay, GUEST_RETURNS, "are restored after", &fates);
		plain_line(output->out, "    Our rules in %s %s.", text_string(&chains), text_string(&fates));
	}
	return some;
}

static void say_help(const struct output *output, const struct status_report *report)
{
	if (report->watched)
		plain_line(output->out, "What goes is put back by fwport watch.");
	else
		plain_line(output->out,
			   "What goes comes back with \"fwport restore\"; by itself while \"fwport watch\" "
			   "runs%s.",
			   report->restored_by
				   ? ""
				   : ", and after what systemctl does with \"fwport save --enable\"");
}

void say_neighbours(const struct output *output, const struct status_report *report)
{
	const struct neighbours *neighbours = &report->neighbours;
	bool some = false;

	if (neighbours->count)
		plain_line(output->out, "Others have rules here:");
	for (size_t i = 0; i < neighbours->count; i++) {
		const struct telling telling = {&neighbours->list[i], report};

		plain_line(output->out, "  %s: %s", neighbour_word(telling.neighbour->kind),
			   telling.neighbour->evidence);
		some |= say_stays(output, &telling);
	}
	if (some)
		say_help(output, report);
}
