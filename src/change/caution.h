/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Caution: before a change is made, whom it would cut off who did not ask for it. The administrator's own connection, openings
 * that nobody asked about; and of a policy, what others let in.
 */
#ifndef FWPORT_CHANGE_CAUTION_H
#define FWPORT_CHANGE_CAUTION_H

#include "fwport/plan.h"
#include "record.h"

struct caution {
	const struct change_request *request;
	const struct ruleset *ruleset;
	const struct host *host;
	const struct record *record;
	const struct wishes *wishes;
	const struct plan *plan;
	struct pool *pool;
};

/* Fills in report->stops; and the first reason to refuse it, or what a forced request went past. */
int caution_look(const struct caution *in, struct change_report *report, struct error *err);

/* That no table that rules of ours may stand in is left unread while the record of them goes. */
int caution_seen(const struct ruleset *ruleset, const struct record *record, const struct acceptance *accept,
		 struct error *err);

#endif
