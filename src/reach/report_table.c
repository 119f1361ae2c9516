/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For people: a line a stage, then the verdict, what to do next, and what is wrong beside. */
#include "report.h"
#include "stage_rows.h"

#include "fwport/plain.h"
#include "fwport/table.h"

#include <string.h>

static enum mark mark_of(const struct examination *examination)
{
	switch (examination->verdict.party) {
	case PARTY_OK:
		return examination->warnings.count ? MARK_DOUBT : MARK_GOOD;
	case PARTY_UNKNOWN:
		return MARK_DOUBT;
	default:
		return MARK_BAD;
	}
}

static enum mark mark_of_status(const char *cell)
{
	static const struct {
		const char *word;
		enum mark mark;
	} words[] = {{"ok", MARK_GOOD}, {"fail", MARK_BAD}, {"BLOCK", MARK_BAD}, {"STOP", MARK_BAD}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(cell, words[i].word) == 0)
			return words[i].mark;
	return MARK_NONE;
}

static void print_result(FILE *out, const struct examination *examination)
{
	const struct screen *screen = &examination->equipment->options->screen;
	const struct finding *verdict = &examination->verdict;
	CLEANUP(text_free) struct text line = {0};

	if (verdict->party == PARTY_OK)
		text_add(&line, "RESULT  ok: %s", verdict->text);
	else
		text_add(&line, "RESULT  %s/%s: %s  [%s]", party_word(verdict->party), verdict->code,
			 verdict->text, confidence_word(verdict->confidence));
	screen_line(out, screen, mark_of(examination), text_string(&line));
	if (verdict->next && screen->columns && strncmp(verdict->next, "fwport ", strlen("fwport ")) == 0)
		fputs(SCREEN_WHOLE, out);
	if (verdict->next)
		plain_line(out, "NEXT    %s", verdict->next);
}

static void print_warnings(FILE *out, const struct findings *warnings)
{
	for (size_t i = 0; i < warnings->count; i++)
		plain_line(out, "BUT     %s/%s: %s", party_word(warnings->list[i].party),
			   warnings->list[i].code, warnings->list[i].text);
}

/* Without root much cannot be told, and who reads it should know. */
static void print_limits(FILE *out, const struct equipment *equipment)
{
	if (!equipment->witness && equipment->uid)
		plain_line(out, "NOTE    not root: whether packets left this host, and what its firewall "
				"does, was not seen");
}

int report_table(FILE *out, const struct examination *examination, struct error *err)
{
	static const struct column columns[] = {
		{0}, {.mark = mark_of_status}, {.right = true}, {.folds = true}};
	const struct options *options = examination->equipment->options;
	struct rows rows = {.pool = examination->pool};

	if (!options->quiet) {
		plain_line(out, "%s", examination->target.url);
		if (rows_of(examination, &rows, err) < 0 ||
		    table_print(out, columns, ROW_CELLS, rows.cells, rows.count, &options->screen, err) < 0)
			return -1;
	}
	print_result(out, examination);
	if (options->quiet)
		return 0;
	print_warnings(out, &examination->warnings);
	if (examination->verdict.party != PARTY_OK)
		print_limits(out, examination->equipment);
	return 0;
}
