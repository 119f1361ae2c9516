/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks at the plan from everybody else's side.
 */
#include "caution.h"

#include "harm.h"
#include "lockout.h"
#include "policy_proof.h"
#include "stops.h"

/* Taking something away can lock somebody out, and so can a drop, or connection tracking, which wakes NAT chains. */
static bool narrows(const struct plan *plan)
{
	for (size_t i = 0; i < plan->steps.count; i++) {
		const struct step *step = &plan->steps.list[i];

		if (step->remove || (step->object == STEP_RULE && rule_ends_in_block(step->rule)))
			return true;
	}
	return plan->conntrack_on;
}

static int competes(const struct caution *in, struct change_report *report, struct error *err)
{
	if (in->request->kind != CHANGE_POLICY)
		return 0;
	return policy_competes(in->ruleset, in->host, in->wishes, in->pool, &report->lockout, err);
}

static int stops(const struct caution *in, struct change_report *report, struct error *err)
{
	if (in->request->kind != CHANGE_POLICY)
		return 0;
	return stops_find(in->ruleset, in->plan->after, in->host, in->wishes, in->pool, &report->stops, err);
}

/* The first reason to refuse it. */
static int find_harm(const struct caution *in, struct change_report *report, struct error *err)
{
	if (competes(in, report, err) < 0)
		return -1;
	if (report->lockout)
		return 0;
	if (lockout_find(in->ruleset, in->plan, in->host, in->pool, &report->lockout, err) < 0)
		return -1;
	return harm_find(in->ruleset, in->plan->after, in->host, in->record, in->pool, &report->harmed, err);
}

/* With --force what would be a reason to refuse, or not to know, is one to remember. */
static int overrule(const struct caution *in, struct change_report *report, struct error *err)
{
	struct error failure;
	char port[PORT_TEXT];

	if (find_harm(in, report, &failure) < 0)
		report->forced = pool_format(in->pool, "who would be cut off is not known: %s", failure.text);
	else if (report->lockout)
		report->forced = report->lockout;
	else if (report->harmed)
		report->forced = pool_format(in->pool, "the opening of %s would no longer be open",
					     port_text(report->harmed->opening->port, port));
	else
		return 0;
	report->lockout = NULL;
	report->harmed = NULL;
	return report->forced ? 0 : error_memory(err);
}

int caution_look(const struct caution *in, struct change_report *report, struct error *err)
{
	if (stops(in, report, err) < 0)
		return -1;
	if (!narrows(in->plan))
		return 0;
	return in->request->force ? overrule(in, report, err) : find_harm(in, report, err);
}

/* In a table that cannot be read rules of ours would stay, and with the record of them gone nobody would know. */
int caution_seen(const struct ruleset *ruleset, const struct record *record, const struct acceptance *accept,
		 struct error *err)
{
	if (accept->unknown)
		return 0;
	for (int family = 0; family < FAMILY_COUNT; family++) {
		const char *unread = ruleset->legacy_tables[family];

		if (!(record->dropped_families & FAMILY_BIT(family)) ||
		    ruleset_has_all_legacy(ruleset, (enum family)family))
			continue;
		error_set(err, ERROR_SYSTEM,
			  "legacy tables of %s could not be read (%s), and rules of fwport may stand there; "
			  "nothing was changed",
			  family_name((enum family)family), unread ? unread : "nor their names");
		return error_hint(err, "--accept-unknown closes what can be seen");
	}
	return 0;
}
