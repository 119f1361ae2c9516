/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The change: one page that tells what `fwport open https` does. Lock, read, plan, show, guard, commit, read again, prove,
 * record; or undo. Commands describe what they want as a request and print the report.
 */
#ifndef FWPORT_CHANGE_H
#define FWPORT_CHANGE_H

#include "fwport/actor.h"
#include "fwport/backend.h"
#include "fwport/missing.h"
#include "fwport/plan.h"
#include "fwport/store.h"

enum change_kind {
	CHANGE_OPEN,     /* add these openings */
	CHANGE_CLOSE,    /* remove openings that equal these */
	CHANGE_APPLY,    /* these openings shall be there, and of the others some shall not */
	CHANGE_ROLLBACK, /* an earlier record again */
	CHANGE_RESTORE, /* everything that is recorded shall be there, also what was closed until the next boot */
	CHANGE_POLICY, /* what no opening accepts shall be dropped, or not */
	CHANGE_EXPIRE, /* what has ended is removed, and nothing else is asked for */
	CHANGE_SAVE,   /* what is open now is what a boot shall bring back; no rule is touched */
};

/* Which openings go that nobody names. */
enum sweep {
	SWEEP_PROFILES, /* those that come from profiles */
	SWEEP_NOTHING,
	SWEEP_ALL,
};

/* What is kept although it is not simply open. */
struct acceptance {
	bool conditions, unknown;
	bool blocked; /* also what cannot be opened */
};

/* Directions that are not named keep what they have. */
struct policy_request {
	bool named[2]; /* by enum direction */
	struct policy policy;
};

/* A record of the past: that of a generation, or without one the record before the last change. */
struct rollback_request {
	bool named;
	uint32_t generation;        /* when it is named; 0: nothing open */
	const struct state *target; /* the record itself, once change_run has found it */
	bool damaged;               /* only what was saved of it, since its generation is damaged */
};

/* Whether a change is rolled back at a deadline unless somebody confirms it (confirm.h). */
enum confirm_when {
	CONFIRM_IF_NARROWING, /* when it takes something away from somebody who came by ssh */
	CONFIRM_ALWAYS,
	CONFIRM_NEVER,
};

struct confirm_request {
	enum confirm_when when;
	bool from_anywhere; /* CONFIRM_IF_NARROWING: also from somebody who did not come by ssh */
	unsigned seconds;   /* 0: as usual */
};

struct change_request {
	enum change_kind kind;

	/* What is wanted. */
	struct openings openings;
	bool all;                 /* close: whatever there is, and the policy */
	struct openings closings; /* apply: that shall not be there; equal to none of the openings */
	enum sweep sweep;         /* apply */
	int64_t lifetime;         /* open: they end after so many seconds; 0 never */
	bool runtime;             /* until the next boot only */
	bool via_named;           /* by whom each is to be let through is said in it; else whoever has to */
	struct policy_request policy;     /* CHANGE_POLICY */
	struct rollback_request rollback; /* CHANGE_ROLLBACK */
	bool boot;            /* CHANGE_RESTORE: before there are addresses, so nothing can be proved */
	bool watch;           /* CHANGE_RESTORE: what is closed until the next boot stays closed, too */
	struct spared spared; /* CHANGE_RESTORE: of these nothing is put back, nor removed */
	const char *backend;  /* --backend, NULL as recorded */

	/* How far it may go. */
	bool dry_run;
	bool offline; /* no kernel is asked or told: it is recorded, and the next boot does it */
	bool force;   /* past the lock-out guard */
	struct acceptance accept;
	struct confirm_request confirm;

	/* Who wants it. */
	const struct actor *actor;
	const char *reason; /* --reason, or NULL */
	int64_t now;        /* seconds since the epoch */
	/* Called before anything is sent, once; NULL: nobody wants to know. */
	void (*announce)(const struct change_report *report, void *context);
	void *context;
};

/*
 * 0 with a report, also for refusals; -1 for errors (nothing done, or undone: the sentence says so). Once something was sent, signals
 * stay held: a caller that is interrupted hears what became of it first, and then sees the program end by the signal.
 */
int change_run(const struct change_request *request, struct pool *pool, struct change_report *out,
	       struct error *err);
int change_exit_status(const struct change_report *report);

/* Each opening of ours and what the kernel really does with it now. */
int status_read(struct pool *pool, struct status_report *out, struct error *err);
int policy_report_read(struct pool *pool, struct policy_report *out, struct error *err);
/* The ruleset as it is, for showing. */
int rules_read(struct pool *pool, struct ruleset **out, struct error *err);

#endif
