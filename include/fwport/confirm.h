/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commit-confirm: a change that is made and proved but not saved, and rolled back at its deadline unless somebody confirms it, from
 * whatever terminal he still has.
 */
#ifndef FWPORT_CONFIRM_H
#define FWPORT_CONFIRM_H

#include "fwport/actor.h"
#include "fwport/pool.h"
#include "fwport/report.h"

enum { CONFIRM_LEAST = 10, CONFIRM_USUAL = 60, CONFIRM_MOST = 3600 }; /* seconds */

/* Needs the lock, and no kernel unless it is too late. */
int confirm_run(const struct actor *actor, int64_t now, struct pool *pool, struct confirm_report *out,
		struct error *err);
/* What the watchdog does: rolls back what is overdue, and insists on it. Never CONFIRM_DONE. */
int confirm_overdue(const struct actor *actor, struct confirm_report *out, struct error *err);

#endif
