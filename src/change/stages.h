/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stages of a change, in the order in which change.c goes through them, and what they hand on.
 */
#ifndef FWPORT_STAGES_H
#define FWPORT_STAGES_H

#include "adopt.h"
#include "record.h"
#include "transaction.h"
#include "watchdog.h"

/* What is known in an attempt; what was chosen and opened before the first lasts for all of them. */
struct change {
	const struct change_request *request;
	const struct backend *backend;
	struct store *store;
	struct pool *pool;
	struct host host;
	struct ruleset *ruleset; /* the last that was read */
	struct record record;
	struct connections established;
	struct openings wished; /* what is recorded, without what is spared */
	struct wishes wishes;
	struct plan plan;
	struct transaction transaction;
	struct watchdog watchdog;
	enum recovery recovery;
	struct journal_entry put_off; /* of an earlier change that is not recovered yet */
	uint32_t unconfirmed;
	struct adoption_report adopted;
	struct change_report *report;
	bool announced;
	bool asked; /* neighbours were, for what the plan has for them */
};

/* Reads, plans, and begins the report; nothing is sent. */
int change_prepare(struct change *change, struct error *err);

/* Sends the steps. COMMIT_STALE: nothing of them stands, and they have to be planned anew; it is never COMMIT_UNKNOWN. */
int change_commit(struct change *change, enum commit_result *result, struct error *err);

/* Reads the kernel again and puts into the report what it does now: another outcome than OUTCOME_DONE where it is not as promised. */
int change_verify(struct change *change, struct error *err);

/* Takes the steps back, and says so in the report. */
int change_take_back(struct change *change, struct error *err);
/* Takes the steps back because of an error, which stays the one that is told; always -1. */
int change_give_up(struct change *change, struct error *err);

#endif
