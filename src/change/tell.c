/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which ruleset the answers of a report are about: that of the kernel, or the planned one. */
#include "tell.h"

#include "proof.h"

int tell_closed(const struct telling *in, struct change_report *report, struct error *err)
{
	const struct ruleset *after = report->changed ? in->ruleset : in->planned;

	if (proof_closed(after, in->host, in->pool, report, err) == 0)
		return 0;
	return report->changed ? error_in(err, "closed, but what is still open cannot be told") : -1;
}

static bool is_only_thought(const struct change_report *report)
{
	switch (report->outcome) {
	case OUTCOME_PLANNED:
	case OUTCOME_BLOCKED:
	case OUTCOME_DEPENDS:
	case OUTCOME_UNKNOWN:
	case OUTCOME_LOCKOUT:
	case OUTCOME_HARMS:
		return true;
	case OUTCOME_DONE:
	case OUTCOME_NOTHING:
	case OUTCOME_NOT_OURS:
		break;
	}
	return false;
}

/* What was undone may have left others' changes in its place. */
static int look_at_present(const struct telling *in, struct change_report *report, struct error *err)
{
	const struct ruleset *present = in->ruleset;
	struct ruleset *again;

	if (report->undone) {
		if (in->backend->read(NULL, NULL, in->pool, &again, err) < 0)
			return -1;
		present = again;
	}
	report->ruleset = present->number;
	return proof_present(present, in->host, in->pool, report, err);
}

int tell_present(const struct telling *in, struct change_report *report, struct error *err)
{
	if (!is_only_thought(report) || look_at_present(in, report, err) == 0)
		return 0;
	return report->undone ? error_in(err, "the change was undone, but what is open now cannot be told")
			      : -1;
}

/* The ruleset as it will be at that time. */
static int ruleset_then(const struct telling *in, const struct state *next, const struct host *then,
			const struct ruleset **out)
{
	struct state current;
	const struct wishes wishes = {
		.openings = &current.openings, .policy = next->policy, .place = in->backend->home};
	struct error unknown;
	struct plan plan;
	size_t expired;

	if (state_expire(next, then->now, in->pool, &current, &expired, &unknown) < 0 ||
	    plan_make(in->ruleset, then, &wishes, NULL, 0, in->pool, &plan, &unknown) < 0)
		return -1;
	*out = plan.after;
	return 0;
}

void tell_ends(const struct telling *in, const struct record *record, int64_t lifetime,
	       struct change_report *report)
{
	struct host then = *in->host;
	const struct ruleset *ruleset;
	struct error unknown;

	if (!lifetime || is_only_thought(report))
		return;
	then.now += lifetime;
	if (ruleset_then(in, &record->next, &then, &ruleset) == 0)
		proof_ends(ruleset, &then, in->pool, report, &unknown);
}
