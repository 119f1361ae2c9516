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

int caution_look(const struct caution *in, struct change_report *report, struct error *err)
{
	if (stops(in, report, err) < 0)
		return -1;
	if (in->request->force || !narrows(in->plan))
		return 0;
	if (competes(in, report, err) < 0)
		return -1;
	if (report->lockout)
		return 0;
	if (lockout_find(in->ruleset, in->plan, in->host, in->pool, &report->lockout, err) < 0)
		return -1;
	return harm_find(in->ruleset, in->plan->after, in->host, in->record, in->pool, &report->harmed, err);
}
