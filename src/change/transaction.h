/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The transaction: what a change writes down before it goes on, so that whoever comes after a crash can tell whether there is
 * something to undo or to finish.
 */
#ifndef FWPORT_TRANSACTION_H
#define FWPORT_TRANSACTION_H

#include "fwport/journal.h"
#include "fwport/plan.h"
#include "record.h"

struct transaction {
	struct store *store;
	const struct record *record;
	const struct errands *errands; /* beside the steps; NULL: none */
	int64_t now;                   /* seconds since the epoch */
	int64_t deadline;  /* by which it has to be confirmed, seconds of CLOCK_BOOTTIME; 0: it is for good */
	uint32_t id;       /* of the generation it leads to, once it has begun */
	struct state next; /* what will be recorded */
	const char *forced; /* what --force went past, or NULL */
	bool begun;
};

/* Writes the generation, when there is to be one, and that it has begun. Until here nothing was done. */
int transaction_begin(struct transaction *transaction, const struct change_request *request,
		      const struct steps *steps, struct pool *pool, struct error *err);
/* Between one part and the next. */
int transaction_taken(const struct transaction *transaction, enum commit_part part, struct error *err);
int transaction_mark(const struct transaction *transaction, enum journal_event event, struct error *err);
/* The record becomes the state, and the ruleset, unless it is NULL, is kept for reading. When it fails nothing was recorded. */
int transaction_record(struct transaction *transaction, const struct ruleset *ruleset, struct error *err);
/* Nothing of it is left in the kernel. */
void transaction_undone(struct transaction *transaction);

#endif
