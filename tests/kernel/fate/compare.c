/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks both accounts side by side. A base chain is compared from its first rule to its verdict or policy; where the evaluator
 * had to follow several worlds, the comparison ends undecided.
 */
#include "compare.h"

#include <string.h>

static const char *verdict_word_of(enum nft_verdict_code code)
{
	static const char *const words[] = {
		[VERDICT_ACCEPT] = "accept",     [VERDICT_DROP] = "drop",     [VERDICT_QUEUE] = "queue",
		[VERDICT_CONTINUE] = "continue", [VERDICT_BREAK] = "break",   [VERDICT_JUMP] = "jump",
		[VERDICT_GOTO] = "goto",         [VERDICT_RETURN] = "return",
	};

	return words[code];
}

static bool is_decided(const struct station *station)
{
	return !station->parted && (station->fate == FATE_PASS || fate_is_block(station->fate));
}

static bool is_step(const struct event *event, const struct footstep *step)
{
	return event && event->handle == step->rule->handle && event->verdict == step->verdict &&
	       strcmp(event->table, step->rule->chain->table->name) == 0;
}

static bool is_policy(const struct event *event, const struct chain *base)
{
	return event && event->handle == 0 &&
	       event->verdict == (base->policy_drop ? VERDICT_DROP : VERDICT_ACCEPT) &&
	       strcmp(event->chain, base->name) == 0 && strcmp(event->table, base->table->name) == 0;
}

/* Goes on behind what is told of this base chain; false where it is told otherwise. */
static bool station_agrees(const struct station *station, const struct event **told)
{
	for (size_t i = 0; i < station->way_length; i++) {
		if (!is_step(*told, &station->way[i]))
			return false;
		*told = (*told)->next;
	}
	if (station->decision.rule)
		return true;
	if (!is_policy(*told, station->chain))
		return false;
	*told = (*told)->next;
	return true;
}

enum agreement compare(const struct packet_answer *answer, const struct event *told)
{
	for (size_t i = 0; i < answer->path_count; i++) {
		const struct station *station = &answer->path[i];

		if (station->passed_by)
			continue;
		if (!is_decided(station))
			return UNDECIDED;
		if (!station_agrees(station, &told))
			return DISAGREE;
		if (fate_is_block(station->fate))
			return told ? DISAGREE : AGREE_DROP;
	}
	return told ? DISAGREE : AGREE_PASS;
}

static void station_text(const struct station *station, struct text *out)
{
	const struct chain *chain = station->chain;

	text_add(out, "  %s %s of hook %s:%s%s\n", chain->table->name, chain->name, hook_name(chain->hook),
		 station->passed_by ? " not asked" : "", station->parted ? " several worlds" : "");
	for (size_t i = 0; i < station->way_length; i++)
		text_add(out, "    %s %s handle %llu %s\n", chain->table->name,
			 station->way[i].rule->chain->name, (unsigned long long)station->way[i].rule->handle,
			 verdict_word_of(station->way[i].verdict));
	if (!station->decision.rule && !station->passed_by)
		text_add(out, "    policy %s\n", chain->policy_drop ? "drop" : "accept");
	if (station->decision.because)
		text_add(out, "    %s: %s\n", fate_word(station->fate), station->decision.because);
}

void ways_text(const struct packet_answer *answer, const struct event *told, struct text *out)
{
	text_add(out, "the evaluator:\n");
	for (size_t i = 0; i < answer->path_count; i++)
		station_text(&answer->path[i], out);
	text_add(out, "the kernel:\n");
	for (; told; told = told->next) {
		text_add(out, "    %s %s ", told->table, told->chain);
		if (told->handle)
			text_add(out, "handle %llu %s\n", (unsigned long long)told->handle,
				 verdict_word_of(told->verdict));
		else
			text_add(out, "policy %s\n", verdict_word_of(told->verdict));
	}
}
