/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a watch did or left, a line for each.
 */
#include "fwport/json.h"

#include "json_parts.h"

int json_watch(FILE *out, const struct watch_line *line, struct error *err)
{
	static const struct openings none;

	return parts_print(
		out,
		json_pack("{si, ss, ss, so, so, so, so}", "schema", 1, "command", "watch", "event",
			  line->event, "openings", part_openings(line->openings ? line->openings : &none),
			  "after", part_text(line->after), "reason", part_text(line->reason), "ms",
			  line->milliseconds >= 0 ? json_integer(line->milliseconds) : json_null()),
		err);
}
