/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For people: a line a stage, then the verdict, what to do next, and what is wrong beside. */
#include "report.h"
#include "stage_rows.h"

#include "fwport/plain.h"
#include "fwport/table.h"

static const char red[] = "\033[31m", green[] = "\033[32m", yellow[] = "\033[33m", none[] = "\033[0m";

static const char *color_of(const struct examination *examination)
{
	switch (examination->verdict.party) {
	case PARTY_OK:
		return examination->warnings.count ? yellow : green;
	case PARTY_UNKNOWN:
		return yellow;
	default:
		return red;
	}
}

static void print_result(FILE *out, const struct examination *examination)
{
	const struct finding *verdict = &examination->verdict;
	const bool color = examination->equipment->options->color;

	if (color)
		fputs(color_of(examination), out);
	if (verdict->party == PARTY_OK)
		plain_line(out, "RESULT  ok: %s", verdict->text);
	else
		plain_line(out, "RESULT  %s/%s: %s  [%s]", party_word(verdict->party), verdict->code,
			   verdict->text, confidence_word(verdict->confidence));
	if (color)
		fputs(none, out);
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
	static const struct column columns[] = {{NULL, false}, {NULL, false}, {NULL, true}, {NULL, false}};
	const struct options *options = examination->equipment->options;
	struct rows rows = {.pool = examination->pool};

	if (!options->quiet) {
		plain_line(out, "%s", examination->target.url);
		if (rows_of(examination, &rows, err) < 0 ||
		    table_print(out, columns, ROW_CELLS, rows.cells, rows.count, options->color, err) < 0)
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
