/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What awaits confirmation, and what became of it.
 */
#include "fwport/json.h"

#include "json_parts.h"

json_t *part_pending(const struct pending_report *pending)
{
	if (!pending->generation)
		return json_null();
	return json_pack("{so, so, so}", "generation", json_integer(pending->generation), "seconds_left",
			 json_integer(pending->seconds_left), "overdue", part_bool(pending->overdue));
}

json_t *part_generation(uint32_t generation)
{
	return generation ? json_integer(generation) : json_null();
}

static const char *const recoveries[] = {
	[RECOVERY_NONE] = NULL,
	[RECOVERY_UNDONE] = "undone",
	[RECOVERY_FINISHED] = "finished",
	[RECOVERY_OWED] = "undone",
};

json_t *part_recovery(enum recovery recovery)
{
	return part_text(recoveries[recovery]);
}

int json_confirm(FILE *out, const struct confirm_report *report, struct error *err)
{
	static const char *const outcomes[] = {
		[CONFIRM_DONE] = "confirmed",
		[CONFIRM_NOTHING] = "nothing",
		[CONFIRM_TOO_LATE] = "too-late",
	};

	return parts_print(
		out,
		json_pack("{si, ss, ss, so, so, so, so}", "schema", 1, "command", "confirm", "outcome",
			  outcomes[report->outcome], "changed", part_bool(report->outcome != CONFIRM_NOTHING),
			  "generation", part_generation(report->generation), "all_saved",
			  part_bool(report->all_saved), "recovered", part_recovery(report->recovery)),
		err);
}
